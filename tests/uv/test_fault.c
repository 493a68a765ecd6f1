/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Answers put in on purpose: what the Ultravisor asks, what it answers then, and in which state that leaves it.
 */
#include <string.h>

#include "suites.h"
#include "uv/fault.h"
#include "world.h"

#define BUDGET (10 * SIM_US)

static struct {
	struct uv_fault_answer answer;
	uint16_t cmd;
	unsigned asked, given;
	struct uv_fault_call last;
	sim_time given_at;
	uint64_t clear, passed;
} plan;

static bool asked(void *ctx, const struct uv_fault_call *call, struct uv_fault_answer *answer)
{
	(void)ctx;
	if (call->cmd != plan.cmd)
		return false;
	plan.last = *call;
	*answer = plan.answer;
	return ++plan.asked == 1;
}

static void given(void *ctx, const struct uv_fault_call *call, const struct uv_fault_answer *answer)
{
	(void)ctx;
	(void)call;
	ck_assert_uint_eq(answer->token, plan.answer.token);
	plan.given++;
	plan.given_at = sim_now();
}

static uint64_t clear(void *ctx, const struct uv_fault_call *call, uint64_t n)
{
	(void)ctx;
	plan.last = *call;
	return n < plan.clear ? n : plan.clear;
}

static void passed(void *ctx, const struct uv_fault_call *call, uint64_t n)
{
	(void)ctx;
	plan.last = *call;
	plan.passed += n;
}

/* The first @cmd gets @answer. */
static void put(struct world *w, uint16_t cmd, struct uv_fault_answer answer)
{
	const struct uv_faults faults = { .asked = asked, .given = given, .clear = clear, .passed = passed };

	memset(&plan, 0, sizeof(plan));
	plan.cmd = cmd;
	plan.answer = answer;
	plan.answer.token = 17;
	plan.clear = UINT64_MAX;
	uvc_faults(w->uv, &faults);
}

static void sliced(struct profile *profile)
{
	profile->machine.partial_budget = BUDGET;
	profile->cost[COST_UVC_DESTROY_CONF].value = 25 * SIM_US;
	profile->cost[COST_UVC_DESTROY_CONF_PAGE].value = SIM_US;
	profile->cost[COST_UVC_CLEAR_DONATED].value = 0;
	profile->cost[COST_UVC_CREATE_CONF].value = 40 * SIM_US;
}

SIM_TEST(an_error_changes_nothing)
{
	uint64_t conf = world_create_conf(w, 0);

	put(w, UVC_CMD_CONV_TO_SEC_STOR, (struct uv_fault_answer){ .cc = UVC_CC_ERROR, .rc = 0x10a, .rrc = 5 });
	ck_refused(w, world_import(w, conf, 7), 0x10a);
	ck_assert_uint_eq(w->rrc, 5);
	ck_assert_uint_eq(plan.last.handle, conf);
	ck_assert_uint_eq(plan.last.address, 7 << FRAME_SHIFT);
	ck_assert_int_eq(world_state(w, world_frame(w, 0, 7)), FRAME_PLAIN);
	ck_assert_uint_eq(w->profile.cost[COST_UVC_IMPORT_NEW].charged, 0);
	ck_done(w, world_import(w, conf, 7));
	ck_assert_uint_eq(plan.given, 1);
}

/* A call that is refused anyway, or is not one of those, is nobody's business. */
SIM_TEST(only_good_calls_are_asked_about)
{
	uint64_t conf = world_create_conf(w, 0);

	put(w, UVC_CMD_CONV_TO_SEC_STOR, (struct uv_fault_answer){ .cc = UVC_CC_ERROR, .rc = 0x10a });
	ck_refused(w, world_import(w, conf + 1, 7), UVC_RC_INV_GHANDLE);
	ck_refused(w, world_import(w, conf, WORLD_GUEST_PAGES + 1), UVC_RC_SIM_ADDRESS);
	ck_assert_uint_eq(plan.asked, 0);
	ck_refused(w, world_import(w, conf, 7), 0x10a);
	ck_assert_uint_eq(plan.asked, 1);
}

/* --- firmware that is wrong ----------------------------------------------------------------------------------- */

/* Answered as if it were done. */
SIM_TEST(a_call_that_does_nothing)
{
	uint64_t conf = world_create_conf(w, 0), frame = world_frame(w, 0, 7);
	const struct uv_fault_answer nothing = { .cc = UVC_CC_OK, .defect = UV_DEFECT_NOTHING };

	put(w, UVC_CMD_CONV_TO_SEC_STOR, nothing);
	ck_done(w, world_import(w, conf, 7));
	ck_assert_uint_eq(w->spent, w->profile.cost[COST_UVC_MISC].value);
	ck_assert_int_eq(world_state(w, frame), FRAME_PLAIN);
	ck_done(w, world_import(w, conf, 7));
	ck_assert_int_eq(world_state(w, frame), FRAME_SECURE);
	put(w, UVC_CMD_DESTROY_SEC_CONF, nothing);
	ck_done(w, world_nodata(w, UVC_CMD_DESTROY_SEC_CONF, conf));
	ck_assert_int_eq(world_state(w, frame), FRAME_SECURE);
	ck_assert_uint_eq(uv_conf_count(w->uv), 1);
	ck_done(w, world_nodata(w, UVC_CMD_DESTROY_SEC_CONF, conf));
	ck_assert_uint_eq(uv_conf_count(w->uv), 0);
	ck_assert_ptr_eq(uv_violations(w->uv), NULL);
}

/* Whoever may look at the page then sees what he may not. */
SIM_TEST(a_destroy_that_does_not_clear)
{
	uint64_t conf = world_create_conf(w, 0), frame = world_frame(w, 0, 7), run;

	ck_done(w, world_import(w, conf, 7));
	put(w, UVC_CMD_DESTR_SEC_STOR, (struct uv_fault_answer){ .cc = UVC_CC_OK, .defect = UV_DEFECT_KEEPS });
	ck_done(w, world_destroy(w, frame));
	ck_assert_uint_eq(w->spent, w->profile.cost[COST_UVC_DESTROY_SECURE].value);
	ck_assert_uint_eq(plan.given, 1);
	ck_assert_int_eq(world_state(w, frame), FRAME_PLAIN);
	ck_assert_ptr_eq(uv_violations(w->uv), NULL);
	ck_assert_int_eq(uv_host_access(w->uv, frame, 1, &run), UV_OK);
	ck_assert_uint_eq(world_violations(w, "plain-content"), 1);
}

/* What went out readable comes back by the value that was made of it. */
SIM_TEST(an_export_that_does_not_encrypt)
{
	uint64_t conf = world_create_conf(w, 0), frame = world_frame(w, 0, 7);

	ck_done(w, world_import(w, conf, 7));
	put(w, UVC_CMD_CONV_FROM_SEC_STOR, (struct uv_fault_answer){ .cc = UVC_CC_OK, .defect = UV_DEFECT_KEEPS });
	ck_done(w, world_export(w, frame));
	ck_assert_int_eq(world_state(w, frame), FRAME_EXPORTED);
	uv_check_seen(w->uv, frame, 1, "swap");
	ck_assert_uint_eq(world_violations(w, "plain-content"), 1);
	ck_done(w, world_import(w, conf, 7));
	ck_assert_uint_eq(world_violations(w, "stale-import"), 0);
}

static uint16_t taken_rc;

static bool take(void *ctx, const struct uv_fault_call *call, uint16_t rc)
{
	(void)ctx;
	plan.last = *call;
	taken_rc = rc;
	return true;
}

/* Whose the page is, and what is in it, does not matter; all else is refused as ever. */
SIM_TEST(an_import_that_does_not_check)
{
	const struct uv_faults faults = { .asked = asked, .given = given, .taken = take };
	uint64_t conf = world_create_conf(w, 0), frame = world_frame(w, 0, 7), run, pages;

	ck_done(w, world_import(w, conf, 7));
	ck_done(w, world_export(w, frame));
	uv_host_writes(w->uv, frame, 1);
	memset(&plan, 0, sizeof(plan));
	taken_rc = 0;
	uvc_faults(w->uv, &faults);
	ck_refused(w, world_import(w, conf + 1, 7), UVC_RC_INV_GHANDLE);
	ck_refused(w, world_import(w, conf, WORLD_GUEST_PAGES + 1), UVC_RC_SIM_ADDRESS);
	ck_assert_uint_eq(taken_rc, 0);
	ck_done(w, world_import(w, conf, 7));
	ck_assert_uint_eq(taken_rc, UVC_RC_SIM_INTEGRITY);
	ck_assert_uint_eq(w->spent, w->profile.cost[COST_UVC_IMPORT_EXPORTED].value);
	ck_assert_uint_eq(plan.last.address, 7 << FRAME_SHIFT);
	ck_assert_uint_eq(world_violations(w, "stale-import"), 1);
	ck_assert_int_eq(uv_guest_access(w->uv, conf, 7, frame, 1, &run), UV_OK);
	pages = uv_conf_pages(w->uv, conf);
	ck_assert_uint_eq(pages, 1);
	ck_done(w, world_nodata(w, UVC_CMD_DESTROY_SEC_CONF, conf));
	ck_assert_int_eq(world_state(w, frame), FRAME_PLAIN);
}

/* A page that a fast destroy has left, taken by the next guest. */
SIM_TEST(an_import_that_takes_anothers_page)
{
	const struct uv_faults faults = { .asked = asked, .given = given, .taken = take };
	uint64_t conf = world_create_conf(w, 0), next, frame = world_frame(w, 0, 7), run;

	ck_done(w, world_import(w, conf, 7));
	ck_done(w, world_destroy_fast(w, conf));
	next = world_create_conf(w, 0);
	ck_refused(w, world_import(w, next, 7), UVC_RC_SIM_OWNED);
	memset(&plan, 0, sizeof(plan));
	uvc_faults(w->uv, &faults);
	ck_done(w, world_import(w, next, 7));
	ck_assert_uint_eq(taken_rc, UVC_RC_SIM_OWNED);
	ck_assert_uint_eq(uv_conf_pages(w->uv, next), 1);
	ck_assert_int_eq(uv_guest_access(w->uv, next, 7, frame, 1, &run), UV_OK);
	ck_assert_uint_eq(world_violations(w, "foreign-content"), 1);
}

SIM_TEST(busy)
{
	uint64_t conf = world_create_conf(w, 0);

	put(w, UVC_CMD_CONV_TO_SEC_STOR, (struct uv_fault_answer){ .cc = UVC_CC_BUSY });
	ck_assert_int_eq(world_import(w, conf, 7), UVC_CC_BUSY);
	ck_assert_uint_eq(w->spent, w->profile.cost[COST_UVC_BUSY].value);
	ck_done(w, world_import(w, conf, 7));
}

static int create(struct world *w, struct uv_cb_cgc *block)
{
	int cc;

	*block = world_cgc(w, 0);
	while ((cc = world_uvc(w, block)) == UVC_CC_PARTIAL)
		;
	return cc;
}

/* In slices. */
static uint64_t created(struct world *w)
{
	struct uv_cb_cgc block;

	ck_done(w, create(w, &block));
	return block.guest_handle;
}

/* DESTROY_SEC_CONF fails when 60 % of it are done: 25 us and 20 of 50 pages; it may be called again. */
SIM_TEST_TUNED(destroy_fails_half_way, sliced)
{
	uint64_t conf = created(w);
	sim_time begin;
	unsigned partial = 0;
	int cc;

	for (uint64_t page = 0; page < 50; page++)
		ck_done(w, world_import(w, conf, page));
	put(w, UVC_CMD_DESTROY_SEC_CONF,
	    (struct uv_fault_answer){ .cc = UVC_CC_ERROR, .rc = UVC_RC_NO_RESUME, .permille = 600 });
	begin = sim_now();
	while ((cc = world_nodata(w, UVC_CMD_DESTROY_SEC_CONF, conf)) == UVC_CC_PARTIAL)
		partial++;
	ck_answer(w, cc, UVC_CC_ERROR, UVC_RC_NO_RESUME);
	ck_assert_uint_eq(partial, 5);
	ck_assert_uint_eq(plan.asked, 1);
	ck_assert_uint_eq(plan.given_at - begin, 45 * SIM_US);
	ck_assert_uint_eq(uv_conf_pages(w->uv, conf), 30);
	ck_assert_int_eq(world_state(w, world_frame(w, 0, 19)), FRAME_PLAIN);
	ck_assert_int_eq(world_state(w, world_frame(w, 0, 20)), FRAME_SECURE);
	uv_check_end(w->uv);
	ck_assert_uint_eq(world_violations(w, "leak"), 0);
	while ((cc = world_nodata(w, UVC_CMD_DESTROY_SEC_CONF, conf)) == UVC_CC_PARTIAL)
		;
	ck_answer(w, cc, UVC_CC_OK, UVC_RC_EXECUTED);
	ck_assert_uint_eq(plan.given, 1);
}

/* Only stopped once on its way. */
SIM_TEST_TUNED(partial_once, sliced)
{
	uint64_t conf = created(w);
	unsigned partial = 0;
	int cc;

	w->profile.machine.partial_budget = SIM_S;
	put(w, UVC_CMD_DESTROY_SEC_CONF, (struct uv_fault_answer){ .cc = UVC_CC_PARTIAL, .permille = 400 });
	while ((cc = world_nodata(w, UVC_CMD_DESTROY_SEC_CONF, conf)) == UVC_CC_PARTIAL) {
		ck_assert_uint_eq(w->spent, 10 * SIM_US);
		partial++;
	}
	ck_answer(w, cc, UVC_CC_OK, UVC_RC_EXECUTED);
	ck_assert_uint_eq(w->spent, 15 * SIM_US);
	ck_assert_uint_eq(partial, 1);
	ck_assert_uint_eq(plan.given, 1);
}

/* CREATE_SEC_CONF fails half-way: nothing is left, and the same storage can be used again. */
SIM_TEST_TUNED(create_fails_half_way, sliced)
{
	uint64_t donated = uv_donated_frames(w->uv);
	struct uv_cb_cgc block;

	put(w, UVC_CMD_CREATE_SEC_CONF, (struct uv_fault_answer){ .cc = UVC_CC_ERROR, .rc = 0x102, .permille = 500 });
	ck_refused(w, create(w, &block), 0x102);
	ck_assert_uint_eq(block.guest_handle, 0);
	ck_assert_uint_eq(uv_donated_frames(w->uv), donated);
	ck_assert_uint_eq(uv_conf_count(w->uv), 0);
	block.header.rc = 0;
	while (world_uvc(w, &block) == UVC_CC_PARTIAL)
		;
	ck_assert_uint_eq(w->rc, UVC_RC_EXECUTED);
}

/* With 0x8000 it exists, half done or done, with a handle that can be destroyed. */
static void exists(struct world *w, unsigned permille)
{
	uint64_t donated = uv_donated_frames(w->uv);
	struct uv_cb_cgc block;
	int cc;

	put(w, UVC_CMD_CREATE_SEC_CONF,
	    (struct uv_fault_answer){ .cc = UVC_CC_ERROR, .rc = 0x8105, .rrc = 3, .permille = permille });
	ck_refused(w, create(w, &block), 0x8105);
	ck_assert_uint_eq(w->rrc, 3);
	ck_assert_uint_ne(block.guest_handle, 0);
	ck_assert_uint_gt(uv_donated_frames(w->uv), donated);
	while ((cc = world_nodata(w, UVC_CMD_DESTROY_SEC_CONF, block.guest_handle)) == UVC_CC_PARTIAL)
		;
	ck_answer(w, cc, UVC_CC_OK, UVC_RC_EXECUTED);
	ck_assert_uint_eq(uv_donated_frames(w->uv), donated);
	ck_assert_uint_eq(plan.given, 1);
}

SIM_TEST_TUNED(create_exists, sliced)
{
	exists(w, 0);
}

SIM_TEST_TUNED(create_exists_half_done, sliced)
{
	exists(w, 300);
}

/* Bulk work ends where the plan says, and is told of. */
SIM_TEST(bulk)
{
	uint64_t conf = world_create_conf(w, 0), frame = world_frame(w, 0, 100);
	sim_time time;

	put(w, UVC_CMD_CONV_TO_SEC_STOR, (struct uv_fault_answer){ .cc = UVC_CC_BUSY });
	plan.clear = 5;
	ck_assert_uint_eq(uvc_bulk_plan(w->uv, UVC_CMD_CONV_TO_SEC_STOR, conf, 100, frame, 50, &time), 5);
	ck_assert_uint_eq(plan.last.address, 100 << FRAME_SHIFT);
	ck_assert_uint_eq(plan.last.handle, conf);
	uvc_bulk_commit(w->uv, UVC_CMD_CONV_TO_SEC_STOR, conf, 100, frame, 5, time);
	ck_assert_uint_eq(plan.passed, 5);
	plan.clear = 0;
	ck_assert_uint_eq(uvc_bulk_plan(w->uv, UVC_CMD_CONV_TO_SEC_STOR, conf, 105, frame + 5, 50, &time), 0);
}

START_TEST(each_command_has_something_to_say)
{
	unsigned commands = 0;
	uint16_t rrc;

	for (uint16_t cmd = uvc_fault_command(0); cmd; cmd = uvc_fault_command(cmd)) {
		commands++;
		ck_assert_uint_eq(uvc_fault_find(uvc_fault_name(cmd)), cmd);
		ck_assert_uint_gt(uvc_plausible(cmd, 0, &rrc), UVC_RC_EXECUTED);
		for (unsigned i = 0; uvc_plausible(cmd, i, &rrc); i++)
			ck_assert(uvc_is_plausible(cmd, uvc_plausible(cmd, i, &rrc)));
		ck_assert(!uvc_is_plausible(cmd, 0x4711));
		ck_assert_int_eq(uvc_is_plausible(cmd, (uint16_t)(uvc_plausible(cmd, 0, &rrc) ^ UVC_RC_NEED_DESTROY)),
				 cmd == UVC_CMD_CREATE_SEC_CONF);
	}
	ck_assert_uint_eq(commands, 23);
	ck_assert_uint_eq(uvc_fault_find("QUI"), 0);
}
END_TEST

Suite *suite_fault(void)
{
	const TTest *const tests[] = {
		an_error_changes_nothing, only_good_calls_are_asked_about, a_call_that_does_nothing,
		a_destroy_that_does_not_clear, an_export_that_does_not_encrypt, an_import_that_does_not_check,
		an_import_that_takes_anothers_page, busy, destroy_fails_half_way, partial_once,
		create_fails_half_way, create_exists, create_exists_half_done, bulk, each_command_has_something_to_say,
	};

	return SUITE_OF("fault", tests);
}
