/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One page at a time, step by step and in bulk: see the header.
 */
#include "mm/page_walk.h"
#include "sim/convoy.h"
#include "uv/uvcb.h"

#define DESTROY UVC_CMD_DESTR_SEC_STOR

static const enum cost_id step_cost[] = {
	[PAGE_LOOK] = COST_HOST_WALK_PTE, [PAGE_STEP] = COST_HOST_DESTROY_STEP,
};

void page_walk_one(struct page_walk *walk, uint64_t frame, enum page_stage stage)
{
	struct sim_place place = { .number = &frame, .count = 1 };

	sim_place_push(&place);
	if (stage == PAGE_LOOK) {
		kernel_step(COST_HOST_WALK_PTE);
		sim_domain_touch(&walk->mm->domain, frame, 1);
	}
	if (stage <= PAGE_UVC && uv_destroy_folio(walk->mm, frame) && walk->exports)
		uv_convert_from_secure_folio(walk->mm, frame);
	kernel_step(COST_HOST_DESTROY_STEP);
	sim_place_pop(&place);
}

/* --- in bulk ---------------------------------------------------------------------------------- */

static uint64_t times_over(struct sim_position at, unsigned seg)
{
	return at.round + (at.seg > seg);
}

static void walk_settle(void *ctx, struct sim_position from, struct sim_position to)
{
	struct page_walk *walk = ctx;
	uint64_t first = times_over(from, PAGE_UVC), n = times_over(to, PAGE_UVC) - first;
	uint64_t frame = vma_frame(walk->vma, walk->page + first);

	cost_charge(step_cost[PAGE_LOOK], times_over(to, PAGE_LOOK) - times_over(from, PAGE_LOOK),
		    walk->time[PAGE_LOOK]);
	cost_charge(step_cost[PAGE_STEP], times_over(to, PAGE_STEP) - times_over(from, PAGE_STEP),
		    walk->time[PAGE_STEP]);
	if (!n)
		return;
	if (walk->refused)
		uvc_bulk_commit_refused(walk->mm->host->uv, frame, n, &walk->refusal);
	else
		uvc_bulk_commit(walk->mm->host->uv, DESTROY, 0, 0, frame, n, walk->time[PAGE_UVC]);
	if (!walk->refused || uv_destroy_rc_ok(walk->refusal.rc, walk->refusal.rrc))
		vma_clear_arch_1(walk->vma, walk->page + first, n);
}

static void walk_expose(void *ctx, struct sim_position at)
{
	struct page_walk *walk = ctx;
	uint64_t frame = vma_frame(walk->vma, walk->page + at.round);

	if (walk->under_ptl) {
		ptl_expose(walk->mm, frame, walk->thread);
		walk->ptl_frame = frame;
	}
	if (at.seg == PAGE_UVC && !walk->refused)
		uvc_bulk_interlock(walk->mm->host->uv, DESTROY, 0, frame, walk->thread);
}

static const struct sim_bulk_ops walk_ops = { .settle = walk_settle, .expose = walk_expose };

sim_time page_walk_time(struct page_walk *walk, struct mm_vma *vma, uint64_t page, uint64_t *n)
{
	struct uv *uv = walk->mm->host->uv;
	uint64_t frame = vma_frame(vma, page), total = mm_quiet_run(walk->mm, frame, *n);

	*n = total;
	if (sim_config_get()->exact_pages || !total ||
	    !kernel_step_fixed(COST_HOST_WALK_PTE, &walk->time[PAGE_LOOK]) ||
	    !kernel_step_fixed(COST_HOST_DESTROY_STEP, &walk->time[PAGE_STEP]))
		return 0;
	*n = uvc_bulk_plan(uv, DESTROY, 0, 0, frame, total, &walk->time[PAGE_UVC]);
	walk->refused = !*n;
	if (walk->refused) {
		*n = uvc_bulk_plan_refused(uv, frame, total, &walk->refusal);
		walk->time[PAGE_UVC] = walk->refusal.time;
		/* An export would follow each. */
		if (walk->exports && !uv_destroy_rc_ok(walk->refusal.rc, walk->refusal.rrc))
			return 0;
	}
	if (!*n || !walk->time[PAGE_LOOK] || !walk->time[PAGE_UVC] || !walk->time[PAGE_STEP])
		return 0;
	return walk->time[PAGE_LOOK] + walk->time[PAGE_UVC] + walk->time[PAGE_STEP];
}

uint64_t page_walk_bulk(struct page_walk *walk, struct mm_vma *vma, uint64_t page, uint64_t n,
			enum page_stage *stage)
{
	struct sim_segment segment[3] = {
		[PAGE_LOOK] = { .kind = SIM_KIND_KERNEL, .name = cost_key(COST_HOST_WALK_PTE) },
		[PAGE_UVC] = { .kind = SIM_KIND_UVC, .name = uvc_name(DESTROY) },
		[PAGE_STEP] = { .kind = SIM_KIND_KERNEL, .name = cost_key(COST_HOST_DESTROY_STEP),
				.resched = walk->resched },
	};
	struct sim_bulk bulk = {
		.segment = segment, .segments = 3, .rounds = n, .stride = 1,
		.first = vma_frame(vma, page), .ops = &walk_ops, .ctx = walk,
	};
	struct sim_position at;
	sim_time partial;
	bool exposed;
	unsigned i;

	for (i = 0; i < 3; i++) {
		segment[i].time = walk->time[i];
		segment[i].repeat = 1;
	}
	walk->vma = vma;
	walk->page = page;
	walk->ptl_frame = 0;
	walk->thread = sim_self();
	at = sim_bulk_run(&walk->mm->domain, &bulk, &exposed, &partial);
	*stage = at.seg;
	return at.round;
}
