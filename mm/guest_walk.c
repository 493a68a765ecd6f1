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
#include "sim/convoy.h"

#define RCU_PATIENCE ((sim_time)100 * 1000 * 1000 * 1000)	/* 100 ms */
/* Any page is like the next one; so many lie between two looks at a convoy. */
#define PAGES_ALIKE 8

struct guest_walk {
	struct gmap_space *gmap;
	struct page_walk pages;
	uint64_t gpage, end;		/* next, behind the last */
	sim_time deadline;		/* the lock is given back then; 0: it is not held */
	struct sim_convoy_member member;
	struct sim_place place;
};

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

/* The walk under one hold of the lock. */
static void walk_held(struct guest_walk *walk)
{
	struct mm *mm = walk->gmap->mm;
	struct mm_vma *vma;
	sim_time time;
	uint64_t page, run, done;

	for (;;) {
		enum page_stage stage = PAGE_LOOK;

		sim_domain_settle(&mm->domain);
		vma = next_present(walk->gmap, &walk->gpage, walk->end, &page, &run);
		if (!vma) {
			walk->gpage = walk->end;
			return;
		}
		done = 0;
		if (!sim_convoy_here(&mm->domain, &walk->member, vma_frame(vma, page))) {
			time = page_walk_time(&walk->pages, vma, page, &run);
			if (time)
				done = page_walk_bulk(&walk->pages, vma, page, until(walk->deadline, time, run),
						      &stage);
		} else {
			/* It may have been moved. */
			vma = next_present(walk->gmap, &walk->gpage, walk->end, &page, &run);
		}
		walk->gpage += done;
		if (!done || stage != PAGE_LOOK) {
			page_walk_one(&walk->pages, vma_frame(vma, page + done), stage);
			walk->gpage++;
		}
		if (sim_need_resched() || sim_now() >= walk->deadline)
			return;
		sim_resched_seen();
	}
}

/* --- as a member of a convoy ------------------------------------------------------------------ */

static void walk_span(void *ctx, uint64_t *first, uint64_t *end)
{
	const struct guest_walk *walk = ctx;
	struct mm_vma *vma;
	uint64_t page;

	vma = gmap_page(walk->gmap, walk->gpage, &page, NULL);
	*first = vma ? vma_frame(vma, page) : 0;
	*end = *first + 1;
}

static void walk_state(void *ctx, uint64_t base, struct sim_look_words *words)
{
	const struct guest_walk *walk = ctx;

	(void)base;
	sim_convoy_word(words, walk->gmap->mmu_lock.readers);
	sim_convoy_word(words, walk->deadline != 0);
}

static uint64_t walk_room(void *ctx, uint64_t max)
{
	const struct guest_walk *walk = ctx;
	uint64_t page, run = walk->end - walk->gpage;

	/* The page that it is at is one of them. */
	if (!run || !gmap_page(walk->gmap, walk->gpage, &page, &run) || run < 2)
		return 0;
	return run - 1 < max ? run - 1 : max;
}

static sim_time walk_until(void *ctx)
{
	const struct guest_walk *walk = ctx;

	return walk->deadline;
}

int gmap_pv_destroy_range(struct gmap_space *gmap, uint64_t start, uint64_t end, bool interruptible)
{
	struct guest_walk walk = {
		.gmap = gmap, .pages = { .mm = gmap->mm, .exports = true, .resched = true },
		.gpage = start, .end = end, .place = { .number = &walk.gpage, .count = 1 },
		.member = { .span = walk_span, .state = walk_state, .room = walk_room, .until = walk_until,
			    .ctx = &walk, .stride = PAGES_ALIKE },
	};
	int result = 0;

	mm_check_walk(gmap->mm);
	sim_convoy_join(&gmap->mm->domain, &walk.member);
	sim_place_push(&walk.place);
	while (walk.gpage < end && !result) {
		sim_read_lock(&gmap->mmu_lock);
		kernel_step(COST_HOST_WALK_BATCH);
		walk.deadline = sim_now() + RCU_PATIENCE;
		walk_held(&walk);
		walk.deadline = 0;
		sim_read_unlock(&gmap->mmu_lock);
		sim_cond_resched();
		if (interruptible && sim_fatal_signal_pending(sim_self()))
			result = -EINTR;
	}
	sim_place_pop(&walk.place);
	sim_convoy_leave(&gmap->mm->domain, &walk.member);
	return result;
}
