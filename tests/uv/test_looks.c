/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A call that comes while another thread works in bulk sees what it would see if that one went step by step: its
 * effects so far, and what it holds in its midst.
 */
#include "suites.h"
#include "world.h"

#define STEP (10 * SIM_US)
#define STEPS 10u

static void sliced(struct profile *profile)
{
	profile->machine.partial_budget = STEP;
	profile->cost[COST_UVC_DESTROY_CONF].value = 3 * STEPS * STEP;
}

static struct work {
	struct world *w;
	const struct sim_bulk_ops *ops;
	bool whole;
	struct sim_position end;
	uint64_t conf, first;
	struct uv_cb_nodata block;
} work;

static void in_bulk(void *arg)
{
	const struct sim_segment step = {
		.time = STEP, .repeat = 1, .kind = SIM_KIND_UVC, .name = "bulk", .resched = true,
	};
	struct sim_bulk bulk = {
		.segment = &step, .segments = 1, .rounds = STEPS, .first = work.first, .stride = 1,
		.whole = work.whole, .ops = work.ops,
	};
	bool exposed = false;
	sim_time partial;

	(void)arg;
	work.end = sim_bulk_run(&work.w->domain, &bulk, &exposed, &partial);
}

/* Somebody begins the bulk; half of it, and half a step, is over. */
static struct sim_thread *half_way(struct world *w, const struct sim_bulk_ops *ops, bool whole)
{
	struct sim_thread *thread;

	work.w = w;
	work.ops = ops;
	work.whole = whole;
	thread = sim_spawn("bulk", in_bulk, NULL, NULL);
	sim_sleep(STEPS * STEP / 2 + STEP / 2, false, "half-way");
	return thread;
}

/* --- imports ------------------------------------------------------------------------------------ */

static void import_settle(void *ctx, struct sim_position from, struct sim_position to)
{
	struct world *w = work.w;
	uint64_t gpage = work.first - w->user + from.round;

	(void)ctx;
	if (to.round > from.round)
		uvc_bulk_commit(w->uv, UVC_CMD_CONV_TO_SEC_STOR, work.conf, gpage, work.first + from.round,
				to.round - from.round, STEP);
}

static void import_expose(void *ctx, struct sim_position at)
{
	(void)ctx;
	uvc_bulk_interlock(work.w->uv, UVC_CMD_CONV_TO_SEC_STOR, work.conf, work.first + at.round, sim_self());
}

static const struct sim_bulk_ops imports = { import_settle, import_expose };

/* A call for the configuration meets an import that is under way. */
SIM_TEST(a_call_for_the_configuration_looks)
{
	struct sim_thread *thread;

	work.conf = world_create_conf(w, 0);
	work.first = world_frame(w, 0, 0);
	thread = half_way(w, &imports, false);
	ck_assert_int_eq(world_nodata(w, UVC_CMD_SET_UNSHARE_ALL, work.conf), UVC_CC_BUSY);
	ck_assert_uint_eq(uv_conf_pages(w->uv, work.conf), STEPS / 2);
	sim_join(thread, false);
	ck_assert_uint_eq(work.end.round, STEPS / 2 + 1);
	ck_done(w, world_nodata(w, UVC_CMD_SET_UNSHARE_ALL, work.conf));
}

/* --- what is mapped ----------------------------------------------------------------------------- */

static void unmap_settle(void *ctx, struct sim_position from, struct sim_position to)
{
	(void)ctx;
	(void)from;
	work.w->absent = to.round - 1;
}

static const struct sim_bulk_ops unmaps = { unmap_settle, NULL };

/* A guest address is looked up as the mapping is now, be the frame far from where the bulk is. */
SIM_TEST(a_guest_address_is_looked_up_now)
{
	uint64_t conf = world_create_conf(w, 0);
	struct sim_thread *thread;

	work.first = world_frame(w, 1, 0);
	thread = half_way(w, &unmaps, false);
	ck_refused(w, world_import(w, conf, STEPS / 2 - 1), UVC_RC_NOT_MAPPED);
	ck_done(w, world_import(w, conf, STEPS / 2 + 1));
	sim_join(thread, false);
	ck_assert_uint_eq(work.end.round, STEPS);
}

/* --- a destroy in slices ------------------------------------------------------------------------ */

static void slices_settle(void *ctx, struct sim_position from, struct sim_position to)
{
	(void)ctx;
	if (to.round > from.round)
		uvc_partial_commit(work.w->uv, &work.block, to.round - from.round, STEP);
}

static void slices_expose(void *ctx, struct sim_position at)
{
	(void)ctx;
	(void)at;
	uvc_partial_interlock(work.w->uv, &work.block, true);
}

static const struct sim_bulk_ops slices = { slices_settle, slices_expose };

/* Storage that was donated for a dying configuration lies where its guest's memory does not. */
SIM_TEST_TUNED(a_page_call_looks_at_its_owners_end, sliced)
{
	struct uv_cb_cgc create = world_cgc(w, 0);
	uint64_t donated = create.conf_base_stor_origin >> FRAME_SHIFT;
	struct sim_thread *thread;

	while (world_uvc(w, &create) == UVC_CC_PARTIAL)
		;
	work.block = (struct uv_cb_nodata){
		.header = { .len = sizeof(work.block), .cmd = UVC_CMD_DESTROY_SEC_CONF },
		.handle = create.guest_handle,
	};
	ck_assert_int_eq(uvc(w->uv, &work.block), UVC_CC_PARTIAL);
	ck_refused(w, world_export(w, donated), UVC_RC_SIM_DONATED);
	thread = half_way(w, &slices, true);
	ck_assert_int_eq(world_export(w, donated), UVC_CC_BUSY);
	sim_join(thread, false);
	ck_assert_uint_eq(work.end.round, STEPS / 2 + 1);
	ck_refused(w, world_export(w, donated), UVC_RC_SIM_DONATED);
}

Suite *suite_looks(void)
{
	const TTest *tests[] = {
		a_call_for_the_configuration_looks,
		a_guest_address_is_looked_up_now,
		a_page_call_looks_at_its_owners_end,
	};

	return SUITE_OF("looks", tests);
}
