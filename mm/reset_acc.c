/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * s390_reset_acc() of Linux 5.10: make every page of an address space accessible again.
 *
 * One walk over all present pages under one hold of the mmap lock; each page is destroyed while the
 * lock of its page table is held. No batch, no resched point, no look for a signal: a large guest
 * keeps its processor until the end, and whoever faults in a table under way spins.
 *
 * Source: arch/s390/mm/gmap.c (s390_reset_acc, __s390_reset_acc).
 */
#include "mm/page_walk.h"

struct reset_walk {
	struct page_walk pages;
	uint64_t locked;		/* frame whose table's lock is held; 0: none */
};

static void leave_table(struct reset_walk *walk)
{
	if (walk->locked)
		ptl_unlock(walk->pages.mm, walk->locked);
	walk->locked = 0;
}

static bool in_table(const struct reset_walk *walk, uint64_t frame)
{
	return walk->locked && walk->locked / MM_TABLE_PAGES == frame / MM_TABLE_PAGES;
}

/* Whole stretches from the begin of a table on: how many pages of @run are done. */
static uint64_t reset_in_bulk(struct reset_walk *walk, struct mm_vma *vma, uint64_t page, uint64_t run)
{
	enum page_stage stage = PAGE_LOOK;
	uint64_t done, n = run;

	if (!page_walk_time(&walk->pages, vma, page, &n))
		return 0;
	done = page_walk_bulk(&walk->pages, vma, page, n, &stage);
	walk->locked = walk->pages.ptl_frame;
	if (stage != PAGE_LOOK) {
		page_walk_one(&walk->pages, vma_frame(vma, page + done), stage);
		done++;
	}
	return done;
}

static void reset_pages(struct reset_walk *walk, struct mm_vma *vma)
{
	uint64_t pages = (vma->end - vma->start) >> PAGE_SHIFT, page, done, run;

	for (page = 0; page < pages; page += done) {
		uint64_t frame = vma_frame(vma, page);

		if (!in_table(walk, frame))
			leave_table(walk);
		sim_domain_settle(&walk->pages.mm->domain);
		run = vma_present_run(vma, page, pages - page);
		if (!run) {
			vma_flags(vma, page, pages - page, &done);
			continue;
		}
		done = walk->locked ? 0 : reset_in_bulk(walk, vma, page, run);
		if (done)
			continue;
		if (!walk->locked) {
			ptl_lock(walk->pages.mm, frame);
			walk->locked = frame;
			/* While the lock was waited for, the page may have gone. */
			if (!(vma_flags(vma, page, 1, NULL) & MM_PAGE_PRESENT))
				continue;
		}
		page_walk_one(&walk->pages, frame, PAGE_LOOK);
		done = 1;
	}
	leave_table(walk);
}

void mm_reset_acc(struct mm *mm)
{
	struct reset_walk walk = { .pages = { .mm = mm, .under_ptl = true } };
	struct mm_vma *vma;

	if (!mm_is_protected(mm) || !mm_get_not_zero(mm))
		return;
	sim_rwsem_down_read(&mm->mmap_lock);
	kernel_step(COST_HOST_WALK_BATCH);
	for (vma = mm->vmas; vma; vma = vma->next)
		reset_pages(&walk, vma);
	sim_rwsem_up_read(&mm->mmap_lock);
	mm_put(mm);
}
