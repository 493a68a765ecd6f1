/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Destroying pages one after the other where they are found, without a batch: what the walks of
 * 5.10 (reset_acc.c) and of 7.0 on (guest_walk.c) have in common. Each page takes the same three
 * steps: look at its entry, the UVC, the software around it; and an export behind a UVC that was
 * refused, if so asked.
 */
#ifndef MM_PAGE_WALK_H
#define MM_PAGE_WALK_H

#include "mm/internal.h"

/** Where in a page's steps the walk is. */
enum page_stage { PAGE_LOOK, PAGE_UVC, PAGE_EXPORT, PAGE_STEP, PAGE_STAGES };

struct page_walk {
	struct mm *mm;
	bool under_ptl;			/* the pte lock is held during all steps */
	bool exports;			/* a page that cannot be destroyed is exported */
	bool resched;			/* the walk can be ended after each page */

	/* the bulk in flight */
	struct mm_vma *vma;
	uint64_t page;
	sim_time time[PAGE_STAGES];
	bool refused;
	bool export_follows;		/* after the refusal */
	struct uvc_refusal refusal;
	struct sim_thread *thread;
	uint64_t ptl_frame;		/* shown as locked; 0: none */
};

/** Takes time: the steps of the page in @frame, from @stage on. */
void page_walk_one(struct page_walk *walk, uint64_t frame, enum page_stage stage);

/**
 * Takes time: up to @n pages from @page of @vma on in bulk, all present; no pte lock is held. How
 * many are done; *@stage: where the next one is (PAGE_LOOK: not begun). With under_ptl the lock of
 * the page begun is held then, or of the last one done if ptl_frame names it.
 */
uint64_t page_walk_bulk(struct page_walk *walk, struct mm_vma *vma, uint64_t page, uint64_t n,
			enum page_stage *stage);

/** How long a page takes in bulk, ps; 0 if that is not known. To be asked before page_walk_bulk(). */
sim_time page_walk_time(struct page_walk *walk, struct mm_vma *vma, uint64_t page, uint64_t *n);

#endif
