/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Page-level calls in bulk: a walk by plan and commit leaves exactly what one call after another
 * leaves.
 */
#include <string.h>

#include "suites.h"
#include "world.h"

#define PAGES 3000u
#define IMPORT UVC_CMD_CONV_TO_SEC_STOR
#define EXPORT UVC_CMD_CONV_FROM_SEC_STOR
#define DESTROY UVC_CMD_DESTR_SEC_STOR

static void spread(struct profile *profile)
{
	for (unsigned id = COST_UVC_IMPORT_NEW; id <= COST_UVC_DESTROY_PLAIN; id++)
		profile->cost[id] = (struct cost_entry){
			.dist = COST_UNIFORM, .low = 500 * SIM_NS, .high = 5000 * SIM_NS,
		};
}

static struct {
	uint64_t states, counts, costs, watched;
	sim_time time;
} seen[2];
static bool bulk;
static uint64_t conf, watched;

static void watch(void *ctx, uint16_t cmd, uint64_t handle, uint64_t address, uint64_t n, int cc,
		  uint16_t rc, uint16_t rrc, sim_time time)
{
	ck_assert_ptr_eq(ctx, &watched);
	(void)rrc;
	/* A sum over pages, the same for one call of n as for n calls of one. */
	for (uint64_t i = 0; i < n; i++) {
		uint64_t page = (address >> FRAME_SHIFT) + i;

		watched += (page * 31 + cmd) * 131 + (uint64_t)cc * 7 + rc + time + handle;
	}
}

static void walk_single(struct world *w, uint16_t cmd, uint64_t first)
{
	for (uint64_t gpage = first; gpage < first + PAGES; gpage++) {
		if (cmd == IMPORT)
			world_import(w, conf, gpage);
		else if (cmd == EXPORT)
			world_export(w, world_frame(w, 0, gpage));
		else
			world_destroy(w, world_frame(w, 0, gpage));
		ck_assert_uint_ne(w->rc, 0);
	}
}

static void walk_bulk(struct world *w, uint16_t cmd, uint64_t first)
{
	uint64_t gpage = first, end = first + PAGES;

	while (gpage < end) {
		uint64_t frame = world_frame(w, 0, gpage), n;
		sim_time time, again;

		n = uvc_bulk_plan(w->uv, cmd, conf, gpage, frame, end - gpage, &time);
		if (n == 0) {
			if (cmd == IMPORT)
				world_import(w, conf, gpage++);
			else if (cmd == EXPORT)
				world_export(w, world_frame(w, 0, gpage++));
			else
				world_destroy(w, world_frame(w, 0, gpage++));
			ck_assert_int_ne(w->rc, UVC_RC_EXECUTED);
			continue;
		}
		ck_assert_uint_le(n, end - gpage);
		/* Looking changes nothing; and the walk may be cut anywhere. */
		ck_assert_uint_eq(
			uvc_bulk_plan(w->uv, cmd, conf, gpage, frame, end - gpage, &again), n);
		ck_assert_uint_eq(again, time);
		if (n > 5)
			n = n / 2 + gpage % 3;
		sim_burn(n * time, SIM_KIND_UVC, "bulk");
		uvc_bulk_commit(w->uv, cmd, conf, gpage, frame, n, time);
		gpage += n;
	}
}

static void walk(struct world *w, uint16_t cmd, uint64_t first)
{
	if (bulk)
		walk_bulk(w, cmd, first);
	else
		walk_single(w, cmd, first);
}

static void everything(struct world *w)
{
	uint64_t other, hash = 0;
	uint64_t first = COST_CHUNK_PAGES - (w->user % COST_CHUNK_PAGES) - PAGES / 2;

	watched = 0;
	conf = world_create_conf(w, 0);
	other = world_create_conf(w, 1);
	uvc_watch(w->uv, watch, &watched);
	/* A mixed mapping: pages of another guest, shared, exported, discarded ones. */
	w->crossed = true;
	for (uint64_t i = 0; i < PAGES; i += 97)
		ck_done(w, world_import(w, other, first + i));
	ck_assert_int_eq(world_share(w, other, first + 97, UVC_CMD_SET_SHARED_ACCESS), UVC_CC_OK);
	walk(w, IMPORT, first);
	walk(w, IMPORT, first + PAGES / 2);
	for (uint64_t i = 1; i < PAGES; i += 101)
		world_share(w, conf, first + i, UVC_CMD_SET_SHARED_ACCESS);
	walk(w, EXPORT, first + PAGES / 4);
	walk(w, IMPORT, first);
	walk(w, DESTROY, first + PAGES / 3);
	ck_assert_int_eq(world_destroy_fast(w, conf), UVC_CC_OK);
	walk(w, DESTROY, first);
	walk(w, EXPORT, first + PAGES);
	for (uint64_t i = 0; i < 3 * PAGES; i++)
		hash = hash * 31 + world_state(w, world_frame(w, 0, first + i));
	seen[bulk].states = hash;
	hash = 0;
	for (const struct uv_call_count *c = uv_call_counts(w->uv); c != NULL; c = c->next)
		hash = ((hash * 31 + c->cmd * 7 + c->cc + c->rc) * 31 + c->count) * 31 + c->time;
	seen[bulk].counts = hash;
	hash = 0;
	for (unsigned id = 0; id < COST_COUNT; id++)
		hash = (hash * 31 + w->profile.cost[id].charged) * 31 + w->profile.cost[id].total;
	seen[bulk].costs = hash;
	seen[bulk].watched = watched;
	seen[bulk].time = sim_now();
}

static void compare(void (*tune)(struct profile *profile))
{
	bulk = false;
	world_run_tuned(tune, everything);
	bulk = true;
	world_run_tuned(tune, everything);
	ck_assert_uint_eq(seen[0].states, seen[1].states);
	ck_assert_uint_eq(seen[0].counts, seen[1].counts);
	ck_assert_uint_eq(seen[0].costs, seen[1].costs);
	ck_assert_uint_eq(seen[0].watched, seen[1].watched);
	ck_assert_uint_eq(seen[0].time, seen[1].time);
}

START_TEST(bulk_is_single_with_fixed_costs)
{
	compare(NULL);
}
END_TEST

START_TEST(bulk_is_single_with_drawn_costs)
{
	compare(spread);
}
END_TEST

SIM_TEST(plans_stop_where_they_must)
{
	uint64_t frame = world_frame(w, 0, 0), run, handle = world_create_conf(w, 0);
	sim_time time;

	/* everything plain: as far as asked, never past guest or region */
	ck_assert_uint_eq(uvc_bulk_plan(w->uv, IMPORT, handle, 0, frame, 500, &time), 500);
	ck_assert_uint_eq(time, w->profile.cost[COST_UVC_IMPORT_NEW].value);
	run = uvc_bulk_plan(w->uv, IMPORT, handle, WORLD_GUEST_PAGES - 3, frame, 500, &time);
	ck_assert_uint_eq(run, 3);
	ck_assert_uint_eq(
		uvc_bulk_plan(w->uv, IMPORT, handle, WORLD_GUEST_PAGES, frame, 500, &time), 0);
	run = uvc_bulk_plan(w->uv, DESTROY, 0, 0, w->user + WORLD_ASCES * WORLD_GUEST_PAGES - 2,
			    500, &time);
	ck_assert_uint_eq(run, 2);
	ck_assert_uint_eq(time, w->profile.cost[COST_UVC_DESTROY_PLAIN].value);
	ck_assert_uint_eq(uvc_bulk_plan(w->uv, DESTROY, 0, 0, (uint64_t)1 << 50, 500, &time), 0);
	ck_assert_uint_eq(uvc_bulk_plan(w->uv, IMPORT, handle + 1, 0, frame, 500, &time), 0);
	ck_assert_uint_eq(uvc_bulk_plan(w->uv, EXPORT, 0, 0, WORLD_KERNEL >> FRAME_SHIFT, 5, &time),
			  0);
	/* a page that is otherwise ends the run */
	ck_done(w, world_import(w, handle, 40));
	ck_assert_uint_eq(uvc_bulk_plan(w->uv, IMPORT, handle, 0, frame, 500, &time), 40);
	ck_assert_uint_eq(uvc_bulk_plan(w->uv, DESTROY, 0, 0, frame + 40, 500, &time), 1);
	/* a CPU forbids the destroy */
	world_create_cpu(w, handle, 0);
	ck_assert_uint_eq(uvc_bulk_plan(w->uv, DESTROY, 0, 0, frame + 40, 500, &time), 0);
	ck_assert_uint_eq(uvc_bulk_plan(w->uv, EXPORT, 0, 0, frame + 40, 500, &time), 1);
}

SIM_TEST(an_exposed_page_is_interlocked)
{
	uint64_t frame = world_frame(w, 0, 0), handle = world_create_conf(w, 0);
	sim_time time, other;

	ck_assert_uint_eq(uvc_bulk_plan(w->uv, IMPORT, handle, 0, frame, 100, &time), 100);
	uvc_bulk_commit(w->uv, IMPORT, handle, 0, frame, 10, time);
	uvc_bulk_interlock(w->uv, IMPORT, handle, frame + 10, sim_self());
	ck_assert_int_eq(world_import(w, handle, 10), UVC_CC_BUSY);
	ck_assert_int_eq(world_export(w, frame + 10), UVC_CC_BUSY);
	ck_assert_int_eq(world_nodata(w, UVC_CMD_SET_UNSHARE_ALL, handle), UVC_CC_BUSY);
	ck_assert_uint_eq(uvc_bulk_plan(w->uv, EXPORT, 0, 0, frame + 10, 5, &other), 0);
	ck_assert_uint_eq(uvc_bulk_plan(w->uv, DESTROY, 0, 0, frame + 9, 5, &other), 1);
	ck_assert_uint_eq(uvc_bulk_plan(w->uv, IMPORT, handle, 11, frame + 11, 5, &other), 5);
	ck_done(w, world_import(w, handle, 12));
	uvc_bulk_commit(w->uv, IMPORT, handle, 10, frame + 10, 1, time);
	ck_assert_int_eq(world_state(w, frame + 10), FRAME_SECURE);
	ck_done(w, world_nodata(w, UVC_CMD_SET_UNSHARE_ALL, handle));
	ck_done(w, world_export(w, frame + 10));
	/* An export knows no configuration, but its page has an owner. */
	ck_done(w, world_import(w, handle, 11));
	ck_assert_uint_eq(uvc_bulk_plan(w->uv, EXPORT, 0, 0, frame + 11, 2, &time), 2);
	uvc_bulk_interlock(w->uv, EXPORT, 0, frame + 11, sim_self());
	ck_assert_int_eq(world_nodata(w, UVC_CMD_SET_UNSHARE_ALL, handle), UVC_CC_BUSY);
	uvc_bulk_commit(w->uv, EXPORT, 0, 0, frame + 11, 1, time);
	ck_done(w, world_nodata(w, UVC_CMD_SET_UNSHARE_ALL, handle));
}

Suite *suite_bulk(void)
{
	const TTest *tests[] = {
		bulk_is_single_with_fixed_costs,
		bulk_is_single_with_drawn_costs,
		plans_stop_where_they_must,
		an_exposed_page_is_interlocked,
	};

	return SUITE_OF("bulk", tests);
}
