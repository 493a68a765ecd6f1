/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Unmapping and freeing the pages of an address space, for its exit and for the OOM reaper.
 */
#ifndef MM_UNMAP_H
#define MM_UNMAP_H

#include "mm/internal.h"

/** Who unmaps: what becomes of the pages of a protected address space, and who else may look. */
enum unmap_how {
	UNMAP_EXIT,	/* destroyed, or exported where that fails or the kernel is too old; nobody else is there */
	UNMAP_REAP,	/* exported; under the pte lock, others may want it */
};

/** Takes time: unmap and free present pages [@page, @page + @n) of one table; for UNMAP_REAP its pte lock is held. */
void unmap_pages(struct mm *mm, struct mm_vma *vma, uint64_t page, uint64_t n, enum unmap_how how);

/**
 * Takes time: whole tables from @page on, of which @run pages are present, in bulk, each followed by a resched point:
 * how many pages are unmapped; 0: not this way.
 */
uint64_t unmap_tables(struct mm *mm, struct mm_vma *vma, uint64_t page, uint64_t run, enum unmap_how how);

/** Takes time: free the slots of swapped pages [@page, @page + @n) of one table. */
void unmap_swapped(struct mm *mm, struct mm_vma *vma, uint64_t page, uint64_t n);

#endif
