/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * exit_mmap(): the last user is gone; unmap and free every page.
 *
 * Nobody else can look any more: reclaim and the OOM reaper are waited for. What unmapping is, is told in unmap.c.
 */
#include "mm/aside.h"
#include "mm/memcg.h"
#include "mm/unmap.h"

/* Present pages from @page on, of which there are @run: as many as are unmapped at once. */
static uint64_t exit_present(struct mm *mm, struct mm_vma *vma, uint64_t page, uint64_t run)
{
	uint64_t pages = (vma->end - vma->start) >> PAGE_SHIFT;
	uint64_t done = unmap_tables(mm, vma, page, run, UNMAP_EXIT);

	if (done)
		return done;
	done = MM_TABLE_PAGES - vma_frame(vma, page) % MM_TABLE_PAGES;
	if (done > pages - page)
		done = pages - page;
	done = vma_present_run(vma, page, done);
	unmap_pages(mm, vma, page, done, UNMAP_EXIT);
	pressure_memory_back(mm->host);
	sim_cond_resched();
	return done;
}

/* Slots of swapped pages, at most those of one page table: how many. */
static uint64_t exit_swapped(struct mm *mm, struct mm_vma *vma, uint64_t page, uint64_t n)
{
	uint64_t table = MM_TABLE_PAGES - page % MM_TABLE_PAGES;

	if (n > table)
		n = table;
	unmap_swapped(mm, vma, page, n);
	sim_cond_resched();
	return n;
}

void mm_exit_mmap(struct mm *mm)
{
	struct mm_vma *vma;
	uint64_t page, pages, run, done;

	if (mm->host->pressure)
		swap_wait_mm(mm);
	for (vma = mm->vmas; vma; vma = vma->next) {
		pages = (vma->end - vma->start) >> PAGE_SHIFT;
		for (page = 0; page < pages; page += done) {
			sim_domain_settle(&mm->domain);
			run = vma_present_run(vma, page, pages - page);
			if (run && mm_aside_wanted(mm)) {
				mm_aside_add(mm, vma, page, run);
				done = run;
			} else if (run) {
				done = exit_present(mm, vma, page, run);
			} else if (vma_flags(vma, page, pages - page, &done) & MM_PAGE_SWAPPED) {
				done = exit_swapped(mm, vma, page, done);
			}
		}
	}
}
