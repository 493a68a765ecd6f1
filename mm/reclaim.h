/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of reclaim share: a stretch of pages on its way from present to the device.
 */
#ifndef MM_RECLAIM_H
#define MM_RECLAIM_H

#include "mm/internal.h"
#include "mm/pressure.h"

/** Pages [page, page + n) of a mapping. */
struct stretch {
	struct mm *mm;
	struct mm_vma *vma;
	uint64_t page, n;
};

/**
 * Takes time: walk the present pages of @stretch, page table by page table, and unmap the first ones in a row that
 * are old and that nobody uses; @stretch is shortened to them (n == 0: none). Marks of use are taken away on the
 * way. How many pages were looked at.
 */
uint64_t reclaim_take(struct pressure *pressure, struct stretch *stretch);

/** Takes time: export what may be secure of a stretch that was taken. */
void reclaim_export(struct pressure *pressure, const struct stretch *stretch);

#endif
