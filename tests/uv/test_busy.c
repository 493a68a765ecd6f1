/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Interlocks between two threads on two processors: who meets whom gets cc 2, and nothing has
 * changed.
 */
#include "suites.h"
#include "world.h"

/* A slow machine: every call takes 1 ms, so that the second thread surely comes in its midst. */
static void slow(struct profile *profile)
{
	for (unsigned id = 0; id < COST_COUNT; id++)
		profile->cost[id].value = SIM_MS;
	profile->cost[COST_UVC_BUSY].value = SIM_US;
	profile->cost[COST_UVC_CLEAR_DONATED].value = 0;
	profile->machine.partial_budget = SIM_S;
}

static struct world *world;
static uint64_t conf, other, cpu;

enum what {
	IMPORT_1,
	IMPORT_2,
	EXPORT_1,
	DESTROY_1,
	PIN_1,
	RESET,
	SET_STATE,
	CREATE_CPU,
	DESTROY_CONF,
	DESTROY_FAST,
	OTHER_IMPORT_3,
	EXPORT_9,
	UNPACK_5,
	OTHER_RESET
};

static int call(enum what what)
{
	struct world *w = world;
	struct world copy = *w;		/* rc and time of this thread only */
	struct uv_cb_csc csc = {
		.header = { .len = sizeof(csc), .cmd = UVC_CMD_CREATE_SEC_CPU },
		.guest_handle = conf,
		.num = 9,
		.stor_origin = WORLD_KERNEL + 32 * MIB,
		.state_origin = WORLD_KERNEL + 33 * MIB,
	};

	switch (what) {
	case IMPORT_1:
		return world_import(&copy, conf, 1);
	case IMPORT_2:
		return world_import(&copy, conf, 2);
	case EXPORT_1:
		return world_export(&copy, world_frame(w, 0, 1));
	case DESTROY_1:
		return world_destroy(&copy, world_frame(w, 0, 1));
	case PIN_1:
		return world_pin(&copy, world_frame(w, 0, 1));
	case RESET:
		return world_nodata(&copy, UVC_CMD_SET_UNSHARE_ALL, conf);
	case SET_STATE:
		return world_set_state(&copy, cpu, PV_CPU_STATE_STP);
	case CREATE_CPU:
		return world_uvc(&copy, &csc);
	case DESTROY_CONF:
		return world_nodata(&copy, UVC_CMD_DESTROY_SEC_CONF, conf);
	case DESTROY_FAST:
		return world_destroy_fast(&copy, conf);
	case OTHER_IMPORT_3:
		return world_import(&copy, other, 3);
	case EXPORT_9:
		return world_export(&copy, world_frame(w, 0, 9));
	case UNPACK_5:
		return world_unpack(&copy, conf, 5);
	case OTHER_RESET:
		return world_nodata(&copy, UVC_CMD_SET_UNSHARE_ALL, other);
	}
	ck_abort();
}

static int first_cc;

static void first_thread(void *arg)
{
	first_cc = call(*(const enum what *)arg);
}

static const struct {
	enum what first, second;
	int cc;
} pairs[] = {
	/* one frame, one call */
	{ IMPORT_1, IMPORT_1, 2 },
	{ IMPORT_1, EXPORT_1, 2 },
	{ IMPORT_1, DESTROY_1, 2 },
	{ EXPORT_1, PIN_1, 2 },
	{ EXPORT_1, IMPORT_1, 2 },
	/* pages of one configuration go side by side */
	{ IMPORT_1, IMPORT_2, 0 },
	{ IMPORT_1, EXPORT_9, 0 },
	{ IMPORT_1, UNPACK_5, 0 },
	{ IMPORT_1, OTHER_IMPORT_3, 0 },
	/* a configuration-level call is alone on its configuration */
	{ IMPORT_1, RESET, 2 },
	{ IMPORT_1, SET_STATE, 2 },
	{ IMPORT_1, CREATE_CPU, 2 },
	{ IMPORT_1, DESTROY_CONF, 2 },
	{ IMPORT_1, DESTROY_FAST, 2 },
	{ EXPORT_9, RESET, 2 },
	{ UNPACK_5, RESET, 2 },
	{ RESET, IMPORT_1, 2 },
	{ RESET, EXPORT_9, 2 },
	{ RESET, RESET, 2 },
	{ SET_STATE, CREATE_CPU, 2 },
	{ CREATE_CPU, RESET, 2 },
	/* and no other's */
	{ RESET, OTHER_IMPORT_3, 0 },
	{ RESET, OTHER_RESET, 0 },
	{ OTHER_RESET, IMPORT_1, 0 },
	/* a plain frame belongs to nobody */
	{ RESET, EXPORT_1, 0 },
};

static enum what first_what, second_what;
static int wanted_cc;
static size_t pair;

static void one_pair(struct world *w)
{
	struct sim_thread *thread;
	uint64_t busy;
	int second_cc;

	world = w;
	conf = world_create_conf(w, 0);
	other = world_create_conf(w, 1);
	if (first_what != DESTROY_CONF && second_what != DESTROY_CONF &&
	    second_what != DESTROY_FAST)
		cpu = world_create_cpu(w, conf, 0);
	ck_done(w, world_set_parms(w, conf, 1, UV_SE_KEY_MATCHES));
	ck_done(w, world_import(w, conf, 9));
	thread = sim_spawn("first", first_thread, &first_what, NULL);
	sim_sleep(SIM_MS / 2, false, "half-way");
	second_cc = call(second_what);
	sim_join(thread, false);
	ck_assert_msg(second_cc == wanted_cc, "pair %zu: cc %d instead of %d", pair, second_cc,
		      wanted_cc);
	ck_assert_int_eq(first_cc, 0);
	busy = 0;
	for (const struct uv_call_count *c = uv_call_counts(w->uv); c != NULL; c = c->next)
		busy += c->cc == 2 ? c->count : 0;
	ck_assert_uint_eq(busy, second_cc == 2);
	/* Re-issued now, nothing is in the way. */
	if (second_cc == 2)
		ck_assert_int_ne(call(second_what), 2);
}

START_TEST(who_meets_whom)
{
	for (pair = 0; pair < sizeof(pairs) / sizeof(pairs[0]); pair++) {
		first_what = pairs[pair].first;
		second_what = pairs[pair].second;
		wanted_cc = pairs[pair].cc;
		world_run_tuned(slow, one_pair);
	}
}
END_TEST

SIM_TEST_TUNED(busy_costs_its_own_and_changes_nothing, slow)
{
	static enum what what = IMPORT_1;
	struct uv_cb_cfs block = {
		.header = { .len = sizeof(block),
			    .cmd = UVC_CMD_CONV_FROM_SEC_STOR,
			    .rc = 0x77,
			    .rrc = 0x88 },
		.paddr = world_frame(w, 0, 1) << FRAME_SHIFT,
	};
	struct sim_thread *thread;
	sim_time begin;

	world = w;
	conf = world_create_conf(w, 0);
	thread = sim_spawn("first", first_thread, &what, NULL);
	sim_sleep(SIM_MS / 2, false, "half-way");
	begin = sim_now();
	ck_assert_int_eq(uvc(w->uv, &block), UVC_CC_BUSY);
	ck_assert_uint_eq(sim_now() - begin, SIM_US);
	ck_assert_uint_eq(block.header.rc, 0x77);
	ck_assert_int_eq(world_state(w, world_frame(w, 0, 1)), FRAME_PLAIN);
	sim_join(thread, false);
	ck_assert_int_eq(world_state(w, world_frame(w, 0, 1)), FRAME_SECURE);
	ck_assert_int_eq(uvc(w->uv, &block), UVC_CC_OK);
}

/* While a call for the configuration is under way nothing goes on in bulk: neither on its pages nor into it. */
SIM_TEST_TUNED(no_bulk_in_a_locked_configuration, slow)
{
	static enum what what = RESET;
	struct sim_thread *thread;
	uint64_t frame = world_frame(w, 0, 0);
	sim_time time;

	world = w;
	conf = world_create_conf(w, 0);
	ck_done(w, world_import(w, conf, 9));
	thread = sim_spawn("first", first_thread, &what, NULL);
	sim_sleep(SIM_MS / 2, false, "half-way");
	ck_assert_uint_eq(uvc_bulk_plan(w->uv, UVC_CMD_CONV_FROM_SEC_STOR, 0, 0, frame + 9, 1, &time), 0);
	ck_assert_uint_eq(uvc_bulk_plan(w->uv, UVC_CMD_CONV_TO_SEC_STOR, conf, 0, frame, 9, &time), 0);
	ck_assert_uint_eq(uvc_bulk_plan(w->uv, UVC_CMD_CONV_FROM_SEC_STOR, 0, 0, frame, 9, &time), 9);
	sim_join(thread, false);
	ck_assert_uint_eq(uvc_bulk_plan(w->uv, UVC_CMD_CONV_FROM_SEC_STOR, 0, 0, frame + 9, 1, &time), 1);
	ck_assert_uint_eq(uvc_bulk_plan(w->uv, UVC_CMD_CONV_TO_SEC_STOR, conf, 0, frame, 9, &time), 9);
}

static struct uv_cb_cgc twin[2];

static void twin_thread(void *arg)
{
	first_cc = uvc(world->uv, arg);
}

SIM_TEST_TUNED(two_creations_cannot_take_the_same_storage, slow)
{
	struct sim_thread *thread;

	world = w;
	twin[0] = world_cgc(w, 0);
	twin[1] = twin[0];
	thread = sim_spawn("first", twin_thread, &twin[0], NULL);
	sim_sleep(SIM_MS / 2, false, "half-way");
	/* The very same block meets the creation under way; another one meets the storage. */
	ck_assert_int_eq(world_uvc(w, &twin[1]), UVC_CC_BUSY);
	twin[1].guest_asce = world_asce(1);
	ck_refused(w, world_uvc(w, &twin[1]), UVC_RC_CGC_BASE_IN_USE);
	sim_join(thread, false);
	ck_assert_int_eq(first_cc, UVC_CC_OK);
	ck_assert_uint_eq(uv_conf_count(w->uv), 1);
}

Suite *suite_busy(void)
{
	const TTest *tests[] = {
		who_meets_whom,
		busy_costs_its_own_and_changes_nothing,
		no_bulk_in_a_locked_configuration,
		two_creations_cannot_take_the_same_storage,
	};

	return SUITE_OF("busy", tests);
}
