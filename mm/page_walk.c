/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One page at a time, step by step and in bulk: see the header.
 */
#include "mm/page_walk.h"
#include "sim/convoy.h"
#include "uv/uvcb.h"

#define DESTROY UVC_CMD_DESTR_SEC_STOR
#define EXPORT UVC_CMD_CONV_FROM_SEC_STOR

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
	if (stage == PAGE_EXPORT || (stage <= PAGE_UVC && uv_destroy_folio(walk->mm, frame) && walk->exports))
		uv_convert_from_secure_folio(walk->mm, frame);
	kernel_step(COST_HOST_DESTROY_STEP);
	sim_place_pop(&place);
}

/* --- in bulk ---------------------------------------------------------------------------------- */

/* The stage that segment @seg of a round is: where no export follows there is one less. */
static enum page_stage stage_of(const struct page_walk *walk, unsigned seg)
{
	return seg > PAGE_UVC && !walk->export_follows ? seg + 1 : seg;
}

/* Rounds in which @stage is over. */
static uint64_t times_over(const struct page_walk *walk, struct sim_position at, enum page_stage stage)
{
	return at.round + (stage_of(walk, at.seg) > stage);
}

/* Stage @stage of @n pages, from page @first of the bulk on, is over. */
static void stage_over(struct page_walk *walk, enum page_stage stage, uint64_t first, uint64_t n)
{
	uint64_t frame = vma_frame(walk->vma, walk->page + first);
	struct uv *uv = walk->mm->host->uv;

	if (stage == PAGE_LOOK || stage == PAGE_STEP)
		cost_charge(step_cost[stage], n, walk->time[stage]);
	else if (stage == PAGE_EXPORT)
		uvc_bulk_commit(uv, EXPORT, 0, 0, frame, n, walk->time[stage]);
	else if (walk->refused)
		uvc_bulk_commit_refused(uv, frame, n, &walk->refusal);
	else
		uvc_bulk_commit(uv, DESTROY, 0, 0, frame, n, walk->time[stage]);
	if (stage == PAGE_EXPORT ||
	    (stage == PAGE_UVC && (!walk->refused || uv_destroy_rc_ok(walk->refusal.rc, walk->refusal.rrc))))
		vma_clear_arch_1(walk->vma, walk->page + first, n);
}

static void walk_settle(void *ctx, struct sim_position from, struct sim_position to)
{
	struct page_walk *walk = ctx;
	enum page_stage stage;

	for (stage = PAGE_LOOK; stage <= PAGE_STEP; stage++) {
		uint64_t first = times_over(walk, from, stage), n = times_over(walk, to, stage) - first;

		if (n && (stage != PAGE_EXPORT || walk->export_follows))
			stage_over(walk, stage, first, n);
	}
}

static void walk_expose(void *ctx, struct sim_position at)
{
	struct page_walk *walk = ctx;
	uint64_t frame = vma_frame(walk->vma, walk->page + at.round);
	enum page_stage stage = stage_of(walk, at.seg);

	if (walk->under_ptl) {
		ptl_expose(walk->mm, frame, walk->thread);
		walk->ptl_frame = frame;
	}
	if (stage == PAGE_UVC && !walk->refused)
		uvc_bulk_interlock(walk->mm->host->uv, DESTROY, 0, frame, walk->thread);
	if (stage == PAGE_EXPORT)
		uvc_bulk_interlock(walk->mm->host->uv, EXPORT, 0, frame, walk->thread);
}

static const struct sim_bulk_ops walk_ops = { .settle = walk_settle, .expose = walk_expose };

/* The UVCs for the first @n pages from @frame on are alike: how many, with their times. */
static uint64_t plan_uvcs(struct page_walk *walk, uint64_t frame, uint64_t n)
{
	struct uv *uv = walk->mm->host->uv;
	uint64_t done = uvc_bulk_plan(uv, DESTROY, 0, 0, frame, n, &walk->time[PAGE_UVC]);

	walk->refused = !done;
	walk->export_follows = false;
	if (done)
		return done;
	n = uvc_bulk_plan_refused(uv, frame, n, &walk->refusal);
	walk->time[PAGE_UVC] = walk->refusal.time;
	if (!n || !walk->exports || uv_destroy_rc_ok(walk->refusal.rc, walk->refusal.rrc))
		return n;
	walk->export_follows = true;
	n = uvc_bulk_plan(uv, EXPORT, 0, 0, frame, n, &walk->time[PAGE_EXPORT]);
	return n && walk->time[PAGE_EXPORT] ? n : 0;
}

sim_time page_walk_time(struct page_walk *walk, struct mm_vma *vma, uint64_t page, uint64_t *n)
{
	uint64_t frame = vma_frame(vma, page), total = mm_quiet_run(walk->mm, frame, *n);

	*n = total;
	if (sim_config_get()->exact_pages || !total ||
	    !kernel_step_fixed(COST_HOST_WALK_PTE, &walk->time[PAGE_LOOK]) ||
	    !kernel_step_fixed(COST_HOST_DESTROY_STEP, &walk->time[PAGE_STEP]))
		return 0;
	*n = plan_uvcs(walk, frame, total);
	if (!*n || !walk->time[PAGE_LOOK] || !walk->time[PAGE_UVC] || !walk->time[PAGE_STEP])
		return 0;
	return walk->time[PAGE_LOOK] + walk->time[PAGE_UVC] + walk->time[PAGE_STEP] +
	       (walk->export_follows ? walk->time[PAGE_EXPORT] : 0);
}

uint64_t page_walk_bulk(struct page_walk *walk, struct mm_vma *vma, uint64_t page, uint64_t n,
			enum page_stage *stage)
{
	const struct sim_segment kinds[] = {
		[PAGE_LOOK] = { .kind = SIM_KIND_KERNEL, .name = cost_key(COST_HOST_WALK_PTE) },
		[PAGE_UVC] = { .kind = SIM_KIND_UVC, .name = uvc_name(DESTROY) },
		[PAGE_EXPORT] = { .kind = SIM_KIND_UVC, .name = uvc_name(EXPORT) },
		[PAGE_STEP] = { .kind = SIM_KIND_KERNEL, .name = cost_key(COST_HOST_DESTROY_STEP),
				.resched = walk->resched },
	};
	struct sim_segment segment[PAGE_STAGES];
	struct sim_bulk bulk = {
		.segment = segment, .rounds = n, .stride = 1, .first = vma_frame(vma, page), .ops = &walk_ops,
		.ctx = walk, .segments = walk->export_follows ? PAGE_STAGES : PAGE_STAGES - 1,
	};
	struct sim_position at;
	sim_time partial;
	bool exposed;
	unsigned i;

	for (i = 0; i < bulk.segments; i++) {
		segment[i] = kinds[stage_of(walk, i)];
		segment[i].time = walk->time[stage_of(walk, i)];
		segment[i].repeat = 1;
	}
	walk->vma = vma;
	walk->page = page;
	walk->ptl_frame = 0;
	walk->thread = sim_self();
	at = sim_bulk_run(&walk->mm->domain, &bulk, &exposed, &partial);
	*stage = stage_of(walk, at.seg);
	return at.round;
}
