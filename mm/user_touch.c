/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Host user space goes through its own memory: page after page, faulting in what is absent; and gives it back.
 *
 * The steps of an absent page are those of fault.c in their order: host.page_fault, host.alloc_page, host.clear_page
 * with the mmap lock held for read, then the user's own time. Pages that are alike go in bulk: one round is one page.
 * Giving back is madvise(MADV_DONTNEED): page table by page table, under the mmap lock for read and the pte lock. A
 * page that is being written to swap is waited for, where Linux leaves its frame to the end of the write.
 *
 * Source of behaviour: Linux 6.12 mm/memory.c (do_anonymous_page, zap_pte_range), mm/madvise.c.
 *
 * Left out: accesses to protected guests' pages (mm_user_access() has them), large folios, fault-around.
 */
#include <assert.h>
#include <errno.h>

#include "mm/memcg.h"

static const enum cost_id fault_cost[] = { COST_HOST_FAULT, COST_HOST_ALLOC_PAGE, COST_HOST_CLEAR_PAGE };

/* From where fault_locked() goes on after each of them. */
static const enum fault_stage fault_next[] = { FAULT_CHECK, FAULT_CLEAR, FAULT_SET };

#define FAULT_STEPS 3

struct user_bulk {
	struct mm *mm;
	struct mm_vma *vma;
	uint64_t page;
	unsigned faults;		/* segments of the fault: FAULT_STEPS, or 0 */
	sim_time time[FAULT_STEPS];
	enum cost_id each;
	sim_time each_time;
	bool exposed;			/* the end of the step under way is left to fault_locked() */
	bool promised;
	struct frame_promise promise;
	struct sim_thread *thread;
};

static uint64_t times_over(struct sim_position at, unsigned seg)
{
	return at.round + (at.seg > seg);
}

/* Step @seg of pages [@first, @first + @n) is over. */
static void step_over(struct user_bulk *walk, unsigned seg, uint64_t first, uint64_t n)
{
	if (seg == walk->faults) {
		cost_charge(walk->each, n, walk->each_time);
		pressure_touched(walk->vma, walk->page + first, n);
		return;
	}
	cost_charge(fault_cost[seg], n, walk->time[seg]);
	if (walk->exposed)
		return;
	if (fault_next[seg] == FAULT_CHECK) {
		mm_take_promised(walk->mm, &walk->promise, n);
	} else if (fault_next[seg] == FAULT_SET) {
		vma_make_present(walk->mm, walk->vma, walk->page + first, n, walk->thread);
	}
}

static void user_settle(void *ctx, struct sim_position from, struct sim_position to)
{
	struct user_bulk *walk = ctx;
	unsigned seg;

	for (seg = 0; seg <= walk->faults; seg++) {
		uint64_t first = times_over(from, seg), n = times_over(to, seg) - first;

		if (n)
			step_over(walk, seg, first, n);
	}
	/* Unless the next page has been faulted in. */
	if (to.round != from.round && !(to.seg && to.seg == walk->faults))
		mm_fresh_clear(walk->mm, walk->thread);
}

static void user_expose(void *ctx, struct sim_position at)
{
	struct user_bulk *walk = ctx;

	if (at.seg == walk->faults)
		return;
	walk->exposed = true;
	sim_rwsem_expose_read(&walk->mm->mmap_lock);
}

static const struct sim_bulk_ops user_ops = { .settle = user_settle, .expose = user_expose };

/* How many of the @max pages from walk->page on are alike, and what each costs. 0: step by step. */
static uint64_t plan(struct user_bulk *walk, struct sim_segment *segment, uint64_t max)
{
	uint64_t run, flags = vma_flags(walk->vma, walk->page, max, &run);
	unsigned i;

	if (flags & MM_PAGE_PRESENT) {
		run = vma_present_run(walk->vma, walk->page, max);
	} else if (flags) {
		return 0;
	} else {
		walk->faults = FAULT_STEPS;
		for (i = 0; i < FAULT_STEPS; i++) {
			if (!kernel_step_fixed(fault_cost[i], &walk->time[i]) || !walk->time[i])
				return 0;
			segment[i] = (struct sim_segment){ .time = walk->time[i], .repeat = 1,
							   .kind = SIM_KIND_KERNEL, .name = cost_key(fault_cost[i]) };
		}
	}
	if (walk->faults)
		run = host_user_pages_good(walk->mm->host, run);
	if (!run)
		return 0;
	run = mm_quiet_run(walk->mm, vma_frame(walk->vma, walk->page), run);
	if (!walk->faults || !run)
		return run;
	walk->promised = true;
	for (walk->promise.seg = 0; fault_next[walk->promise.seg] != FAULT_CHECK;)
		walk->promise.seg++;
	return mm_promise(walk->mm, &walk->promise, run);
}

/* The bulk was stopped after step @seg of a fault: the rest of it. 0 or -errno. */
static int finish_fault(struct user_bulk *walk, struct sim_position at)
{
	struct mm *mm = walk->mm;
	int result;

	/* Nobody stops a fault in its midst but to look. */
	assert(walk->exposed);
	result = fault_locked(mm, walk->vma, walk->page + at.round, fault_next[at.seg - 1]);
	sim_rwsem_up_read(&mm->mmap_lock);
	return result;
}

/*
 * Pages from walk->page on, in bulk: how many are done. One that is faulted in but not yet used is not: it will be
 * found present. *@partial: what was spent on the next one's use, if a signal came.
 */
static uint64_t touch_in_bulk(struct user_bulk *walk, const char *what, uint64_t max, int *result, sim_time *partial)
{
	struct sim_segment segment[FAULT_STEPS + 1];
	struct sim_bulk bulk = { .segment = segment, .stride = 1, .ops = &user_ops, .ctx = walk };
	struct mm *mm = walk->mm;
	struct sim_position at = { 0 };
	bool exposed;

	if (max < 2 || sim_config_get()->exact_pages || !sim_rwsem_quiet(&mm->mmap_lock) ||
	    !kernel_step_fixed(walk->each, &walk->each_time) || !walk->each_time)
		return 0;
	sim_domain_touch(&mm->domain, vma_frame(walk->vma, walk->page), 1);
	bulk.rounds = plan(walk, segment, max);
	bulk.segments = walk->faults + 1;
	bulk.first = vma_frame(walk->vma, walk->page);
	segment[walk->faults] = (struct sim_segment){ .time = walk->each_time, .repeat = 1, .kind = SIM_KIND_USER,
						      .name = what, .preemptible = true };
	if (bulk.rounds)
		at = sim_bulk_run(&mm->domain, &bulk, &exposed, partial);
	if (walk->promised)
		host_promise_end(mm->host, &walk->promise);
	if (at.seg && walk->exposed)
		*result = finish_fault(walk, at);
	return at.round;
}

/* --- page by page ----------------------------------------------------------------------------------------------- */

/* 0, -EINTR (fatal signal) or -errno of the fault. @spent: of the user's time is over already. */
static int touch_page(struct user_bulk *walk, const char *what, sim_time spent)
{
	struct mm_vma *vma = walk->vma;
	sim_time time, left;
	int result = 0;

	for (;;) {
		sim_domain_touch(&walk->mm->domain, vma_frame(vma, walk->page), 1);
		if (vma_flags(vma, walk->page, 1, NULL) & MM_PAGE_PRESENT)
			break;
		result = mm_fault_in(walk->mm, vma->start + (walk->page << PAGE_SHIFT));
		memcg_user_mode();
		if (result)
			return result;
	}
	time = cost_next(walk->each);
	left = time - spent;
	while (left && !sim_fatal_signal_pending(sim_self()))
		left -= sim_burn_user(left, SIM_KIND_USER, what);
	if (left)
		return -EINTR;
	cost_charge(walk->each, 1, time);
	/* Reclaim looks at the mark. */
	sim_domain_touch(&walk->mm->domain, vma_frame(vma, walk->page), 1);
	pressure_touched(vma, walk->page, 1);
	mm_fresh_clear(walk->mm, sim_self());
	return 0;
}

int mm_user_touch(struct mm *mm, uint64_t address, uint64_t n, const char *what, enum cost_id each)
{
	struct mm_vma *vma = mm_vma_find(mm, address);
	uint64_t page, end;

	if (!vma || n > (vma->end - address) >> PAGE_SHIFT)
		return -EFAULT;
	assert(!mm_is_protected(mm));
	page = (address - vma->start) >> PAGE_SHIFT;
	for (end = page + n; page < end;) {
		struct user_bulk walk = { .mm = mm, .vma = vma, .page = page, .each = each,
					  .thread = sim_self() };
		sim_time partial = SIM_FOREVER;
		int result = 0;
		uint64_t done = touch_in_bulk(&walk, what, end - page, &result, &partial);

		if (!result && sim_fatal_signal_pending(sim_self()))
			result = -EINTR;
		page += done;
		if (!result && (!done || partial != SIM_FOREVER)) {
			walk.page = page;
			result = touch_page(&walk, what, partial == SIM_FOREVER ? 0 : partial);
			page++;
		}
		if (result)
			return result;
	}
	return 0;
}

/* --- giving back ------------------------------------------------------------------------------------------------- */

/* The present pages from @page on, at most @n, under the pte lock: how many are gone. */
static uint64_t zap_present(struct mm *mm, struct mm_vma *vma, uint64_t page, uint64_t n)
{
	uint64_t frame = vma_frame(vma, page), gone = 0;

	ptl_lock(mm, frame);
	while (gone < n &&
	       (vma_flags(vma, page + gone, 1, NULL) & (MM_PAGE_PRESENT | MM_PAGE_WRITEBACK)) == MM_PAGE_PRESENT)
		gone++;
	if (gone) {
		/* Not the end of the address space: ptep_get_and_clear_full() with full == 0. */
		for (uint64_t i = 0; mm_is_protected(mm) && i < gone; i++)
			uv_convert_from_secure_folio(mm, frame + i);
		kernel_steps(COST_HOST_UNMAP_PAGE, gone);
		uv_check_free(mm->host->uv, frame, gone, "zap");
		vma_set_flags(vma, page, gone, 0);
		mm->rss -= gone;
		mm_give(mm, gone - mm_keep(mm, vma, page, gone));
	}
	ptl_unlock(mm, frame);
	return gone;
}

/* Something of one page table from @page on, at most @n pages: how many are dealt with; 0: look again. */
static uint64_t zap_some(struct mm *mm, struct mm_vma *vma, uint64_t page, uint64_t n)
{
	uint64_t flags, run;

	sim_domain_touch(&mm->domain, vma_frame(vma, page), n);
	flags = vma_flags(vma, page, n, &run);
	if (flags & MM_PAGE_WRITEBACK) {
		swap_wait_writeback(mm, vma, page);
		return 0;
	}
	if (flags & MM_PAGE_PRESENT)
		return zap_present(mm, vma, page, n);
	if (flags & MM_PAGE_SWAPPED) {
		vma_set_flags(vma, page, run, 0);
		mm->swapped -= run;
		swap_give_slots(mm->host->pressure, run);
		memcg_swap_free(mm->memcg, run);
		kernel_steps(COST_HOST_WALK_PTE, run);
	}
	return run;
}

void mm_discard(struct mm *mm, uint64_t address, uint64_t n)
{
	sim_rwsem_down_read(&mm->mmap_lock);
	mm_zap(mm, address, n);
	sim_rwsem_up_read(&mm->mmap_lock);
}

void mm_zap(struct mm *mm, uint64_t address, uint64_t n)
{
	struct mm_vma *vma = mm_vma_find(mm, address);
	uint64_t page = (address - vma->start) >> PAGE_SHIFT, end = page + n;
	const struct mm_range range = { address, address + (n << PAGE_SHIFT), MM_EVENT_CLEAR, true };

	assert(end <= (vma->end - vma->start) >> PAGE_SHIFT);
	mm_invalidate_begin(mm, &range);
	while (page < end) {
		uint64_t table = MM_TABLE_PAGES - vma_frame(vma, page) % MM_TABLE_PAGES;

		page += zap_some(mm, vma, page, table < end - page ? table : end - page);
		sim_cond_resched();
	}
	mm_invalidate_end(mm, &range);
}
