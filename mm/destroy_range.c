/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * __s390_uv_destroy_range() of Linux 6.1 and 6.12: destroy every page that is present in a range of user addresses.
 *
 * A round takes the mmap lock for read, gathers up to 32 present pages with a reference each, drops the lock,
 * then destroys them one by one with a resched point after each, and looks for a fatal signal. Pages that
 * come up behind the walk are missed; results of the destroys are ignored; there is no export fallback. This
 * file is that code step by step, and can go on from any step of a round at which destroy_bulk.c was stopped.
 *
 * Source: arch/s390/mm/gmap.c (s390_gather_pages, s390_uv_destroy_pfns, __s390_uv_destroy_range).
 */
#include <errno.h>

#include "mm/destroy_walk.h"

struct mm_vma *destroy_next_present(struct destroy_walk *walk, uint64_t *page)
{
	struct mm_vma *vma;

	for (vma = walk->mm->vmas; vma && vma->start < walk->end; vma = vma->next) {
		uint64_t end = vma->end < walk->end ? vma->end : walk->end, run;

		if (walk->next < vma->start)
			walk->next = vma->start;
		while (walk->next < end) {
			*page = (walk->next - vma->start) >> PAGE_SHIFT;
			if (vma_flags(vma, *page, (end - walk->next) >> PAGE_SHIFT, &run) & MM_PAGE_PRESENT)
				return vma;
			walk->next += run << PAGE_SHIFT;
		}
	}
	return NULL;
}

/* The present pages of one page table, from @page on, as far as the batch has room: under the table's lock. */
static void gather_table(struct destroy_walk *walk, struct mm_vma *vma)
{
	uint64_t end = ((vma->end < walk->end ? vma->end : walk->end) - vma->start) >> PAGE_SHIFT, page, table_end;
	unsigned first = walk->batch.count, n = 0;

	walk->ptl_frame = vma_frame(vma, (walk->next - vma->start) >> PAGE_SHIFT);
	ptl_lock(walk->mm, walk->ptl_frame);
	page = (walk->next - vma->start) >> PAGE_SHIFT;
	table_end = page + MM_TABLE_PAGES - walk->ptl_frame % MM_TABLE_PAGES;
	if (end > table_end)
		end = table_end;
	for (; first + n < MM_GATHER_PAGES && page < end; page++)
		if (vma_flags(vma, page, 1, NULL) & MM_PAGE_PRESENT)
			walk->batch.frame[first + n++] = vma_frame(vma, page);
	walk->next = vma->start + (page << PAGE_SHIFT);
	kernel_steps(COST_HOST_WALK_PTE, n);
	walk->batch.count += n;
	ptl_unlock(walk->mm, walk->ptl_frame);
	walk->ptl_frame = 0;
}

/* walk_page_range() from walk->next on. True when the batch is full. */
static bool gather(struct destroy_walk *walk)
{
	struct mm_vma *vma;
	uint64_t page;

	while (walk->batch.count < MM_GATHER_PAGES) {
		sim_domain_settle(&walk->mm->domain);
		vma = destroy_next_present(walk, &page);
		if (!vma)
			return false;
		gather_table(walk, vma);
	}
	return true;
}

static void list_batch(struct destroy_walk *walk)
{
	if (!walk->batch_listed)
		gather_add(walk->mm, &walk->batch);
	walk->batch_listed = true;
}

static void start_round(struct destroy_walk *walk)
{
	walk->batch.count = 0;
	walk->batch.done = 0;
	list_batch(walk);
	sim_rwsem_down_read(&walk->mm->mmap_lock);
	walk->mmap_held = true;
	kernel_step(COST_HOST_WALK_BATCH);
}

/* Locks that an exposed bulk shows are given back here; one that was not looked at has none to give. */
static void end_walk(struct destroy_walk *walk)
{
	if (walk->ptl_frame)
		ptl_unlock(walk->mm, walk->ptl_frame);
	walk->ptl_frame = 0;
	if (walk->mmap_held)
		sim_rwsem_up_read(&walk->mm->mmap_lock);
	walk->mmap_held = false;
	list_batch(walk);
	sim_cond_resched();
}

/* s390_uv_destroy_pfns(). */
static void destroy_batch(struct destroy_walk *walk)
{
	struct mm_gather *batch = &walk->batch;

	list_batch(walk);
	while (batch->done < batch->count) {
		if (!walk->in_step)
			uv_destroy_folio(walk->mm, batch->frame[batch->done]);
		walk->in_step = false;
		kernel_step(COST_HOST_DESTROY_STEP);
		batch->done++;
		sim_cond_resched();
	}
	gather_remove(walk->mm, batch);
	walk->batch_listed = false;
}

/* Until the range is done: 0; or to a fatal signal: -EINTR. */
static int walk_rounds(struct destroy_walk *walk)
{
	for (;;) {
		switch (walk->stage) {
		case STAGE_START:
			if (destroy_in_bulk(walk))
				break;
			start_round(walk);
			walk->stage = STAGE_WALKING;
			break;
		case STAGE_WALKING:
			list_batch(walk);
			walk->more = gather(walk);
			walk->stage = STAGE_GATHERED;
			break;
		case STAGE_GATHERED:
			end_walk(walk);
			walk->stage = STAGE_DESTROYING;
			break;
		case STAGE_DESTROYING:
			destroy_batch(walk);
			walk->stage = STAGE_END;
			break;
		case STAGE_END:
			if (walk->interruptible && sim_fatal_signal_pending(sim_self()))
				return -EINTR;
			if (!walk->more)
				return 0;
			walk->stage = STAGE_START;
			break;
		}
	}
}

int mm_destroy_range(struct mm *mm, uint64_t start, uint64_t end, bool interruptible)
{
	struct destroy_walk walk = {
		.mm = mm, .next = start, .end = end, .more = true, .interruptible = interruptible,
	};
	int result;

	mm_check_walk(mm);
	sim_might_lock("mmap_lock");
	destroy_convoy_join(&walk);
	result = walk_rounds(&walk);
	destroy_convoy_leave(&walk);
	return result;
}
