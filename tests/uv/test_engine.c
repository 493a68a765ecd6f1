/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bulk work in the engine, and a second thread that comes in its midst with single calls: it must
 * see what it would have seen had every page been a step of its own.
 */
#include <string.h>

#include "suites.h"
#include "world.h"

#define PAGES 100u
#define EACH SIM_MS
#define IMPORT UVC_CMD_CONV_TO_SEC_STOR

static void slow(struct profile *profile)
{
	for (unsigned id = 0; id < COST_COUNT; id++)
		profile->cost[id].value = EACH;
	profile->cost[COST_UVC_BUSY].value = SIM_US;
	profile->cost[COST_UVC_EXPORT_PLAIN].value = SIM_US;
	profile->cost[COST_UVC_EXPORT_SECURE].value = SIM_US;
	profile->cost[COST_UVC_DESTROY_SECURE].value = SIM_US;
	profile->cost[COST_UVC_DESTROY_PLAIN].value = SIM_US;
	profile->machine.partial_budget = SIM_S;
}

static void sliced(struct profile *profile)
{
	slow(profile);
	profile->machine.partial_budget = EACH;
}

static struct world *world;
static uint64_t conf, done;
static bool single;

static void walk_settle(void *ctx, struct sim_position from, struct sim_position to)
{
	uint64_t n = to.round - from.round;

	(void)ctx;
	if (n == 0)
		return;
	uvc_bulk_commit(world->uv, IMPORT, conf, done, world_frame(world, 0, done), n, EACH);
	done += n;
}

static void walk_expose(void *ctx, struct sim_position at)
{
	(void)at;
	uvc_bulk_interlock(world->uv, IMPORT, conf, world_frame(world, 0, done), ctx);
}

static const struct sim_bulk_ops walk_ops = { .settle = walk_settle, .expose = walk_expose };

/* Import all pages: in bulk as far as the engine lets us, else one by one. */
static void walker(void *arg)
{
	struct world copy = *world;

	(void)arg;
	while (done < PAGES) {
		struct sim_segment segment = {
			.time = EACH, .repeat = 1, .kind = SIM_KIND_UVC, .name = "CONV_TO_SEC_STOR",
		};
		struct sim_bulk bulk = {
			.segment = &segment,
			.segments = 1,
			.stride = 1,
			.ops = &walk_ops,
			.ctx = sim_self(),
			.first = world_frame(world, 0, done),
		};
		sim_time time, partial;
		bool exposed;

		bulk.rounds = uvc_bulk_plan(world->uv, IMPORT, conf, done, bulk.first, PAGES - done,
					    &time);
		if (!single && bulk.rounds > 0 &&
		    sim_bulk_run(&world->domain, &bulk, &exposed, &partial).round > 0)
			continue;
		if (world_import(&copy, conf, done) == UVC_CC_OK)
			done++;
	}
}

static struct {
	int cc[5];
	sim_time end;
	uint64_t exported, imported, hash;
} seen[2];

static void intruder(struct world *w)
{
	struct sim_thread *thread;

	world = w;
	done = 0;
	conf = world_create_conf(w, 0);
	thread = sim_spawn("walker", walker, NULL, NULL);
	sim_sleep(50 * EACH + EACH / 2, false, "half-way");
	memset(&seen[single], 0, sizeof(seen[single]));
	/* done, under way, under way for a call on all, not yet done */
	seen[single].cc[0] = world_export(w, world_frame(w, 0, 10));
	seen[single].cc[1] = world_export(w, world_frame(w, 0, 50));
	seen[single].cc[2] = world_nodata(w, UVC_CMD_SET_UNSHARE_ALL, conf);
	seen[single].cc[3] = world_export(w, world_frame(w, 0, 80));
	ck_assert_int_eq(world_state(w, world_frame(w, 0, 10)), FRAME_EXPORTED);
	ck_assert_int_eq(world_state(w, world_frame(w, 0, 49)), FRAME_SECURE);
	ck_assert_int_eq(world_state(w, world_frame(w, 0, 50)), FRAME_PLAIN);
	sim_sleep(10 * EACH, false, "on");
	seen[single].cc[4] = world_export(w, world_frame(w, 0, 55));
	seen[single].imported = uv_conf_pages(w->uv, conf);
	sim_join(thread, false);
	seen[single].end = sim_now();
	seen[single].exported = world_count(w, UVC_CMD_CONV_FROM_SEC_STOR, 0, 1);
	for (uint64_t i = 0; i < PAGES; i++)
		seen[single].hash = seen[single].hash * 31 + world_state(w, world_frame(w, 0, i));
}

START_TEST(single_calls_meet_a_walk)
{
	static const int cc[] = { UVC_CC_OK, UVC_CC_BUSY, UVC_CC_BUSY, UVC_CC_OK, UVC_CC_OK };

	single = true;
	world_run_tuned(slow, intruder);
	single = false;
	world_run_tuned(slow, intruder);
	ck_assert_mem_eq(seen[0].cc, cc, sizeof(cc));
	ck_assert_mem_eq(seen[1].cc, cc, sizeof(cc));
	ck_assert_uint_eq(seen[0].end, seen[1].end);
	ck_assert_uint_eq(seen[0].exported, seen[1].exported);
	ck_assert_uint_eq(seen[0].imported, seen[1].imported);
	ck_assert_uint_eq(seen[0].imported, 60 - 2);
	ck_assert_uint_eq(seen[0].hash, seen[1].hash);
}
END_TEST

static struct uv_cb_nodata destroy_block;

static void slices_settle(void *ctx, struct sim_position from, struct sim_position to)
{
	(void)ctx;
	if (to.round > from.round)
		uvc_partial_commit(world->uv, &destroy_block, to.round - from.round, EACH);
}

static void slices_expose(void *ctx, struct sim_position at)
{
	(void)ctx;
	(void)at;
	uvc_partial_interlock(world->uv, &destroy_block, true);
}

static const struct sim_bulk_ops slices_ops = { .settle = slices_settle, .expose = slices_expose };

static void destroyer(void *arg)
{
	(void)arg;
	while (uvc(world->uv, &destroy_block) > UVC_CC_ERROR) {
		struct sim_segment segment = {
			.time = EACH, .repeat = 1, .kind = SIM_KIND_UVC, .name = "DESTROY_SEC_CONF",
		};
		struct sim_bulk bulk = {
			.segment = &segment,
			.segments = 1,
			.stride = 1,
			.whole = true,
			.ops = &slices_ops,
		};
		struct sim_domain *domain;
		sim_time time, partial;
		bool exposed;

		bulk.rounds = uvc_partial_plan(world->uv, &destroy_block, &time, &domain);
		if (single || bulk.rounds == 0)
			continue;
		sim_bulk_run(domain, &bulk, &exposed, &partial);
		uvc_partial_interlock(world->uv, &destroy_block, false);
	}
}

/* Each slice destroys one page after the first has paid for the fixed part. */
static void slices_intruder(struct world *w)
{
	struct sim_thread *thread;
	struct uv_cb_cgc block = world_cgc(w, 0);

	world = w;
	while (world_uvc(w, &block) == UVC_CC_PARTIAL)
		;
	for (uint64_t i = 0; i < PAGES; i++)
		ck_done(w, world_import(w, block.guest_handle, i));
	destroy_block = (struct uv_cb_nodata){
		.header = { .len = sizeof(destroy_block), .cmd = UVC_CMD_DESTROY_SEC_CONF },
		.handle = block.guest_handle,
	};
	thread = sim_spawn("destroyer", destroyer, NULL, NULL);
	sim_sleep(50 * EACH + EACH / 2, false, "half-way");
	memset(&seen[single], 0, sizeof(seen[single]));
	seen[single].cc[0] = world_destroy(w, world_frame(w, 0, 60));
	seen[single].cc[1] = world_nodata(w, UVC_CMD_DESTROY_SEC_CONF, block.guest_handle);
	seen[single].cc[2] = world_destroy(w, world_frame(w, 0, 10));
	seen[single].imported = uv_conf_pages(w->uv, block.guest_handle);
	sim_join(thread, false);
	seen[single].end = sim_now();
	seen[single].exported = world_count(w, UVC_CMD_DESTROY_SEC_CONF, UVC_CC_PARTIAL, 0);
	ck_assert_int_eq(destroy_block.header.rc, UVC_RC_EXECUTED);
}

START_TEST(single_calls_meet_a_destroy_in_slices)
{
	static const int cc[] = { UVC_CC_BUSY, UVC_CC_BUSY, UVC_CC_OK };

	single = true;
	world_run_tuned(sliced, slices_intruder);
	single = false;
	world_run_tuned(sliced, slices_intruder);
	ck_assert_mem_eq(seen[0].cc, cc, sizeof(cc));
	ck_assert_mem_eq(seen[1].cc, cc, sizeof(cc));
	ck_assert_uint_eq(seen[0].end, seen[1].end);
	ck_assert_uint_eq(seen[0].imported, seen[1].imported);
	ck_assert_uint_eq(seen[0].imported, PAGES - 49);
	ck_assert_uint_eq(seen[0].exported, seen[1].exported);
}
END_TEST

Suite *suite_engine(void)
{
	const TTest *tests[] = { single_calls_meet_a_walk, single_calls_meet_a_destroy_in_slices };

	return SUITE_OF("engine", tests);
}
