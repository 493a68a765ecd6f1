/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * gmap_pv_destroy_range() of Linux 7.0 on: destroy the pages that a guest's own tables map.
 *
 * The walk holds KVM's MMU lock for read, a spinning lock, over as many pages as it can: it lets go
 * only when its processor is to reschedule. Then it looks for a fatal signal (if asked to) and goes
 * on where it was. Who wants the lock for write, as the ENABLE of the next guest does, spins
 * meanwhile. A page that cannot be destroyed is exported.
 *
 * With nothing else to run, the wish to reschedule comes from RCU, whose grace period waits for
 * this processor: the timer interrupt then asks for it. Nothing here knows of RCU, so a constant
 * stands for it (an estimate: jiffies_to_sched_qs with the usual settings).
 *
 * A page present in the address space counts as present in the guest's table.
 *
 * Source: arch/s390/kvm/gmap/gmap.c (gmap_pv_destroy_range, _destroy_pages_pte), kernel/rcu/tree.c
 * (rcu_sched_clock_irq).
 */
#include <errno.h>

#include "mm/gmap.h"
#include "mm/page_walk.h"

#define RCU_PATIENCE ((sim_time)100 * 1000 * 1000 * 1000)	/* 100 ms */

/* The next guest page from *@gpage on, before @end, that is present; NULL: none. */
static struct mm_vma *next_present(struct gmap_space *gmap, uint64_t *gpage, uint64_t end, uint64_t *page,
				   uint64_t *run)
{
	while (*gpage < end) {
		uint64_t first = gmap_next_gpage(gmap, *gpage), absent;
		struct mm_vma *vma;

		if (first >= end)
			return NULL;
		*gpage = first;
		*run = end - first;
		vma = gmap_page(gmap, first, page, run);
		if (!vma)
			return NULL;
		absent = *run;
		*run = vma_present_run(vma, *page, absent);
		if (*run)
			return vma;
		vma_flags(vma, *page, absent, &absent);
		*gpage += absent;
	}
	return NULL;
}

/* Pages that begin before @deadline, each @time long, at most @n. */
static uint64_t until(sim_time deadline, sim_time time, uint64_t n)
{
	uint64_t fit = sim_now() < deadline ? (deadline - sim_now() + time - 1) / time : 1;

	return fit < n ? fit : n;
}

/* The walk under one hold of the lock: where to go on, @end when done. */
static uint64_t walk_held(struct gmap_space *gmap, uint64_t gpage, uint64_t end)
{
	struct page_walk walk = { .mm = gmap->mm, .exports = true, .resched = true };
	sim_time deadline = sim_now() + RCU_PATIENCE, time;
	struct mm_vma *vma;
	uint64_t page, run, done;

	for (;;) {
		enum page_stage stage = PAGE_LOOK;

		sim_domain_settle(&gmap->mm->domain);
		vma = next_present(gmap, &gpage, end, &page, &run);
		if (!vma)
			return end;
		time = page_walk_time(&walk, vma, page, &run);
		done = time ? page_walk_bulk(&walk, vma, page, until(deadline, time, run), &stage) : 0;
		if (!done || stage != PAGE_LOOK) {
			page_walk_one(&walk, vma_frame(vma, page + done), stage);
			done++;
		}
		gpage += done;
		if (sim_need_resched() || sim_now() >= deadline)
			return gpage;
		sim_resched_seen();
	}
}

int gmap_pv_destroy_range(struct gmap_space *gmap, uint64_t start, uint64_t end, bool interruptible)
{
	mm_check_walk(gmap->mm);
	while (start < end) {
		sim_read_lock(&gmap->mmu_lock);
		kernel_step(COST_HOST_WALK_BATCH);
		start = walk_held(gmap, start, end);
		sim_read_unlock(&gmap->mmu_lock);
		sim_cond_resched();
		if (interruptible && sim_fatal_signal_pending(sim_self()))
			return -EINTR;
	}
	return 0;
}
