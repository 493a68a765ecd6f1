/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pages set aside while an address space is taken apart, for a kernel thread to clean later: what builtin:lazy has
 * instead of cleaning them on the way out.
 *
 * The pages are kept on a list of kernel pages full of frame numbers. They are off all page tables, so nothing can
 * reclaim them, and they stay in use until the thread has cleaned them. When there is no room on the list, one more
 * page is exported and freed on the spot and one kernel page is asked for, which must not wait and may fail: then the
 * next page goes the same way. So the scheme needs no memory beyond that of the guest.
 *
 * Source of behaviour: the lazy destroy series of May to August 2021 (uv_destroy_page_lazy()). What is a model of ours:
 * the pages of a stretch that are exported on the spot are its last ones, where the series took every 510th; which ones
 * they are makes no difference to anybody. The stretch gives way after each page of the list (509 pages), where Linux
 * looks at every page table (256). The exported page counts as free when its successor on the list is asked for.
 */
#ifndef MM_ASIDE_H
#define MM_ASIDE_H

#include "mm/mm.h"

/** Frame numbers that one page of the list holds: 4096 bytes less 24 of its head. */
#define ASIDE_PER_PAGE 509

/** Frames side by side, in the order in which they came. */
struct aside_range {
	uint64_t frame, n;
	struct aside_range *next;
};

struct mm_aside {
	bool off;			/* set nothing aside: clean on the way out */
	struct aside_range *first, *last;
	uint64_t pages;			/* on the list; settle before reading, as with all that follows */
	uint64_t list_pages;		/* kernel pages that the list takes */
	uint64_t room;			/* frame numbers that its last page still has room for */
	uint64_t most;			/* pages on the list at its longest */
	uint64_t exported;		/* on the spot, to make room for the list */
	uint64_t refused;		/* pages of the list that were asked for and not to be had */
	uint64_t lost;			/* pages that could be neither destroyed nor exported: never freed */
	uint64_t cleaned;		/* by mm_aside_clean() */
	uint64_t awaited;		/* the value of cleaned that somebody waits for; 0: nobody does */
	struct sim_waitqueue progress;
};

/** From now on @mm's pages are set aside at its end, if it is protected then; once is enough. */
void mm_aside_begin(struct mm *mm);

/** Whether pages of @mm, which is ending, are set aside now. */
bool mm_aside_wanted(const struct mm *mm);

/** Takes time: @n present pages from @page on leave the page tables. */
void mm_aside_add(struct mm *mm, struct mm_vma *vma, uint64_t page, uint64_t n);

/** Whether there is a list that mm_aside_clean() has to work off. */
bool mm_aside_held(struct mm *mm);

/** Takes time: destroy and free every page on the list, first come, first served; then the address space is gone. */
void mm_aside_clean(struct mm *mm);

/** How many pages mm_aside_clean() has freed so far. */
uint64_t mm_aside_cleaned(struct mm *mm);

/** Takes time: wait until it has freed @n more, or has ended. False for a fatal signal. */
bool mm_aside_wait(struct mm *mm, uint64_t n);

#endif
