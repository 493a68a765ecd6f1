/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Import, export, destroy, by state of the frame: every answer, every next state, every cost.
 */
#include "suites.h"
#include "world.h"

#define PAGE 7

/* Owner of the frame before the call, from the view of configuration 0. */
enum whose { OWN, MOVED, FOREIGN, NOBODY };

struct setting {
	enum frame_state state;
	enum whose whose;
};

struct row {
	uint16_t cmd;
	struct setting from;
	uint16_t rc;
	enum cost_id cost;
	struct setting to;
};

#define IMPORT UVC_CMD_CONV_TO_SEC_STOR
#define EXPORT UVC_CMD_CONV_FROM_SEC_STOR
#define DESTROY UVC_CMD_DESTR_SEC_STOR
#define DONE UVC_RC_EXECUTED
#define OWNED UVC_RC_SIM_OWNED
#define INTEGRITY UVC_RC_SIM_INTEGRITY
#define HAS_CPUS UVC_RC_SIM_HAS_CPUS

/* The letters of the reference. */
#define N FRAME_PLAIN
#define S FRAME_SECURE
#define H FRAME_SHARED
#define P FRAME_PINNED
#define X FRAME_EXPORTED
#define Z FRAME_DISCARDED

static const struct row rows[] = {
	{ IMPORT, { N, NOBODY }, DONE, COST_UVC_IMPORT_NEW, { S, OWN } },
	{ IMPORT, { S, OWN }, DONE, COST_UVC_MISC, { S, OWN } },
	{ IMPORT, { H, OWN }, DONE, COST_UVC_MISC, { H, OWN } },
	{ IMPORT, { P, OWN }, DONE, COST_UVC_MISC, { P, OWN } },
	{ IMPORT, { X, OWN }, DONE, COST_UVC_IMPORT_EXPORTED, { S, OWN } },
	{ IMPORT, { S, MOVED }, OWNED, COST_UVC_MISC, { S, MOVED } },
	{ IMPORT, { X, MOVED }, INTEGRITY, COST_UVC_MISC, { X, MOVED } },
	{ IMPORT, { H, MOVED }, OWNED, COST_UVC_MISC, { H, MOVED } },
	{ IMPORT, { S, FOREIGN }, OWNED, COST_UVC_MISC, { S, FOREIGN } },
	{ IMPORT, { P, FOREIGN }, OWNED, COST_UVC_MISC, { P, FOREIGN } },
	{ IMPORT, { H, FOREIGN }, DONE, COST_UVC_IMPORT_NEW, { S, OWN } },
	{ IMPORT, { X, FOREIGN }, DONE, COST_UVC_IMPORT_NEW, { S, OWN } },
	{ IMPORT, { Z, FOREIGN }, OWNED, COST_UVC_MISC, { Z, FOREIGN } },
	{ EXPORT, { N, NOBODY }, DONE, COST_UVC_EXPORT_PLAIN, { N, NOBODY } },
	{ EXPORT, { X, OWN }, DONE, COST_UVC_EXPORT_PLAIN, { X, OWN } },
	{ EXPORT, { S, OWN }, DONE, COST_UVC_EXPORT_SECURE, { X, OWN } },
	{ EXPORT, { H, OWN }, DONE, COST_UVC_EXPORT_SECURE, { X, OWN } },
	{ EXPORT, { P, FOREIGN }, DONE, COST_UVC_EXPORT_SECURE, { X, FOREIGN } },
	{ EXPORT, { Z, FOREIGN }, DONE, COST_UVC_EXPORT_SECURE, { N, NOBODY } },
	{ DESTROY, { N, NOBODY }, DONE, COST_UVC_DESTROY_PLAIN, { N, NOBODY } },
	{ DESTROY, { X, OWN }, DONE, COST_UVC_DESTROY_PLAIN, { X, OWN } },
	{ DESTROY, { S, OWN }, DONE, COST_UVC_DESTROY_SECURE, { N, NOBODY } },
	{ DESTROY, { H, OWN }, DONE, COST_UVC_DESTROY_SECURE, { N, NOBODY } },
	{ DESTROY, { P, OWN }, DONE, COST_UVC_DESTROY_SECURE, { N, NOBODY } },
	{ DESTROY, { Z, FOREIGN }, DONE, COST_UVC_DESTROY_SECURE, { N, NOBODY } },
	/* This one has a CPU (see setting_make()). */
	{ DESTROY, { S, FOREIGN }, HAS_CPUS, COST_UVC_MISC, { S, FOREIGN } },
	{ DESTROY, { H, FOREIGN }, HAS_CPUS, COST_UVC_MISC, { H, FOREIGN } },
	{ DESTROY, { P, FOREIGN }, HAS_CPUS, COST_UVC_MISC, { P, FOREIGN } },
};

static uint64_t frame_of(const struct world *w)
{
	return world_frame(w, 0, PAGE);
}

/* Bring the frame into the setting by real calls. Returns the foreign configuration. */
static uint64_t setting_make(struct world *w, struct setting setting, uint64_t own)
{
	uint64_t foreign = world_create_conf(w, 1), conf = setting.whose == FOREIGN ? foreign : own;
	struct frame frame;

	w->crossed = true;
	if (setting.whose == NOBODY)
		return foreign;
	ck_done(w, world_import(w, conf, PAGE));
	if (setting.state == FRAME_SHARED || setting.state == FRAME_PINNED)
		ck_assert_int_eq(world_share(w, conf, PAGE, UVC_CMD_SET_SHARED_ACCESS), UVC_CC_OK);
	if (setting.state == FRAME_PINNED)
		ck_done(w, world_pin(w, frame_of(w)));
	if (setting.state == FRAME_EXPORTED)
		ck_done(w, world_export(w, frame_of(w)));
	if (setting.state == FRAME_DISCARDED) {
		ck_done(w, world_destroy_fast(w, foreign));
		return 0;
	}
	if (setting.whose == MOVED) {
		/* As if the host had moved the page in its mapping. */
		frame = storage_get(w->storage, frame_of(w), 1, NULL);
		frame.delta++;
		storage_set(w->storage, frame_of(w), 1, frame);
	}
	if (setting.whose == FOREIGN)
		world_create_cpu(w, foreign, 0);
	return foreign;
}

static void check_row(struct world *w, const struct row *row, uint64_t own)
{
	uint64_t foreign = setting_make(w, row->from, own), owned;
	struct frame before = storage_get(w->storage, frame_of(w), 1, NULL), after;
	const struct cost_entry *cost = &w->profile.cost[row->cost];
	uint64_t charged = cost->charged;
	int cc = row->rc == DONE ? UVC_CC_OK : UVC_CC_ERROR;

	if (row->cmd == IMPORT)
		ck_answer(w, world_import(w, own, PAGE), cc, row->rc);
	else if (row->cmd == EXPORT)
		ck_answer(w, world_export(w, frame_of(w)), cc, row->rc);
	else
		ck_answer(w, world_destroy(w, frame_of(w)), cc, row->rc);
	ck_assert_uint_eq(w->rrc, 0);
	ck_assert_uint_eq(w->spent, cost->value);
	ck_assert_uint_eq(cost->charged, charged + 1);
	after = storage_get(w->storage, frame_of(w), 1, NULL);
	ck_assert_int_eq(after.state, row->to.state);
	if (row->to.whose == NOBODY) {
		ck_assert_uint_eq(after.conf, 0);
		ck_assert_int_eq(after.delta, 0);
	} else if (row->to.whose == row->from.whose) {
		ck_assert_uint_eq(after.conf, before.conf);
		ck_assert_int_eq(after.delta, before.delta);
	} else {
		ck_assert_uint_ne(after.conf, before.conf);
		ck_assert_int_eq(after.delta, PAGE - (int64_t)frame_of(w));
	}
	owned = row->to.state == FRAME_SECURE || row->to.state == FRAME_SHARED ||
		row->to.state == FRAME_PINNED;
	ck_assert_uint_eq(uv_conf_pages(w->uv, own), owned && row->to.whose != FOREIGN);
	if (foreign != 0)
		ck_assert_uint_eq(uv_conf_pages(w->uv, foreign), owned && row->to.whose == FOREIGN);
}

static const struct row *current;

static void one_row(struct world *w)
{
	check_row(w, current, world_create_conf(w, 0));
}

START_TEST(every_transition)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		current = &rows[i];
		world_run(one_row);
	}
}
END_TEST

SIM_TEST(donated_frames_are_refused)
{
	uint64_t conf = world_create_conf(w, 0), frame = WORLD_KERNEL >> FRAME_SHIFT;
	struct uv_cb_cgc block = world_cgc(w, 1);

	ck_refused(w, world_export(w, frame), UVC_RC_SIM_DONATED);
	ck_refused(w, world_destroy(w, frame), UVC_RC_SIM_DONATED);
	ck_refused(w, world_pin(w, frame), UVC_RC_NOT_SHARED);
	ck_refused(w, world_export(w, (uint64_t)1 << 50), UVC_RC_SIM_ADDRESS);
	ck_refused(w, world_destroy(w, (uint64_t)1 << 50), UVC_RC_SIM_ADDRESS);
	/* Storage of another in the midst of guest memory. */
	block.conf_base_stor_origin = world_frame(w, 0, PAGE) << FRAME_SHIFT;
	ck_done(w, world_uvc(w, &block));
	ck_refused(w, world_import(w, conf, PAGE), UVC_RC_SIM_DONATED);
	ck_assert_uint_eq(uv_conf_pages(w->uv, conf), 0);
}

SIM_TEST(import_needs_a_mapping)
{
	uint64_t conf = world_create_conf(w, 0);

	w->absent = 3;
	ck_refused(w, world_import(w, conf, 3), UVC_RC_NOT_MAPPED);
	ck_refused(w, world_unpin(w, conf, 3), UVC_RC_NOT_MAPPED);
	ck_refused(w, world_import(w, conf, WORLD_GUEST_PAGES), UVC_RC_SIM_ADDRESS);
	ck_done(w, world_import(w, conf, WORLD_GUEST_PAGES - 1));
	w->absent = UINT64_MAX;
	ck_done(w, world_import(w, conf, 3));
}

static void no_misc(struct profile *profile)
{
	profile->machine.misc = false;
}

SIM_TEST_TUNED(without_misc_shared_pages_do_not_move, no_misc)
{
	uint64_t own = world_create_conf(w, 0), foreign = world_create_conf(w, 1);

	w->crossed = true;
	ck_done(w, world_import(w, foreign, PAGE));
	ck_assert_int_eq(world_share(w, foreign, PAGE, UVC_CMD_SET_SHARED_ACCESS), UVC_CC_OK);
	ck_refused(w, world_import(w, own, PAGE), UVC_RC_SIM_OWNED);
	ck_done(w, world_export(w, frame_of(w)));
	ck_done(w, world_import(w, own, PAGE));
}

static void old_destroy(struct profile *profile)
{
	profile->machine.old_destroy_rc = true;
}

SIM_TEST_TUNED(old_firmware_says_0x107, old_destroy)
{
	uint64_t conf = world_create_conf(w, 0);

	ck_refused(w, world_destroy(w, frame_of(w)), UVC_RC_DESTROY_PLAIN);
	ck_assert_uint_eq(w->rrc, UVC_RRC_DESTROY_PLAIN);
	ck_assert_uint_eq(w->spent, w->profile.cost[COST_UVC_DESTROY_PLAIN].value);
	ck_done(w, world_import(w, conf, PAGE));
	ck_done(w, world_destroy(w, frame_of(w)));
}

SIM_TEST(calls_are_counted)
{
	uint64_t conf = world_create_conf(w, 0);
	const struct uv_call_count *last = NULL;
	sim_time time = 0;

	for (uint64_t gpage = 0; gpage < 10; gpage++)
		ck_done(w, world_import(w, conf, gpage));
	for (uint64_t gpage = 0; gpage < 10; gpage += 2)
		ck_done(w, world_export(w, world_frame(w, 0, gpage)));
	ck_refused(w, world_import(w, conf, WORLD_GUEST_PAGES), UVC_RC_SIM_ADDRESS);
	ck_assert_uint_eq(world_count(w, IMPORT, 0, 1), 10);
	ck_assert_uint_eq(world_count(w, IMPORT, 1, UVC_RC_SIM_ADDRESS), 1);
	ck_assert_uint_eq(world_count(w, EXPORT, 0, 1), 5);
	for (const struct uv_call_count *c = uv_call_counts(w->uv); c != NULL; c = c->next) {
		if (last != NULL)
			ck_assert(last->cmd < c->cmd || (last->cmd == c->cmd && last->cc < c->cc));
		last = c;
		time += c->time;
	}
	/* All of this thread's life was spent in calls. */
	ck_assert_uint_eq(time, sim_now());
}

Suite *suite_page(void)
{
	const TTest *tests[] = {
		every_transition, donated_frames_are_refused, import_needs_a_mapping,
		without_misc_shared_pages_do_not_move, old_firmware_says_0x107, calls_are_counted,
	};

	return SUITE_OF("page", tests);
}
