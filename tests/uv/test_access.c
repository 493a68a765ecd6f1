/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Exceptions by state of the frame (section 4.1 of the reference) and runs of like answers.
 */
#include "suites.h"
#include "world.h"

static const struct {
	struct frame frame;		/* conf: 1 the guest's own, 2 another's */
	enum uv_access host, guest, plain;
} rows[] = {
	{ { FRAME_PLAIN, 0, 0 }, UV_OK, UV_NON_SECURE_ACCESS, UV_OK },
	{ { FRAME_EXPORTED, 1, 0 }, UV_OK, UV_NON_SECURE_ACCESS, UV_OK },
	{ { FRAME_EXPORTED, 2, 0 }, UV_OK, UV_NON_SECURE_ACCESS, UV_OK },
	{ { FRAME_SECURE, 1, 0 }, UV_SECURE_ACCESS, UV_OK, UV_SECURE_ACCESS },
	{ { FRAME_SECURE, 1, 1 }, UV_SECURE_ACCESS, UV_VIOLATION, UV_SECURE_ACCESS },
	{ { FRAME_SECURE, 2, 0 }, UV_SECURE_ACCESS, UV_VIOLATION, UV_SECURE_ACCESS },
	{ { FRAME_SHARED, 1, 0 }, UV_OK, UV_OK, UV_OK },
	{ { FRAME_SHARED, 1, 1 }, UV_OK, UV_VIOLATION, UV_OK },
	{ { FRAME_SHARED, 2, 0 }, UV_OK, UV_NON_SECURE_ACCESS, UV_OK },
	{ { FRAME_PINNED, 1, 0 }, UV_OK, UV_OK, UV_OK },
	{ { FRAME_PINNED, 2, 0 }, UV_OK, UV_VIOLATION, UV_OK },
	{ { FRAME_DISCARDED, 2, 0 }, UV_SECURE_ACCESS, UV_VIOLATION, UV_SECURE_ACCESS },
	{ { FRAME_DONATED, 0, 0 }, UV_SECURE_ACCESS, UV_VIOLATION, UV_SECURE_ACCESS },
};

SIM_TEST(every_state)
{
	uint64_t conf = world_create_conf(w, 0), number = world_frame(w, 0, 50), run;

	world_create_conf(w, 1);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct frame frame = rows[i].frame;

		if (frame.state != FRAME_PLAIN && frame.state != FRAME_DONATED)
			frame.delta += 50 - (int64_t)number;
		storage_set(w->storage, number, 1, frame);
		ck_assert_int_eq(uv_host_access(w->uv, number, 1, &run), rows[i].host);
		ck_assert_uint_eq(run, 1);
		ck_assert_int_eq(uv_guest_access(w->uv, conf, 50, number, 1, &run), rows[i].guest);
		ck_assert_int_eq(uv_guest_access(w->uv, 0, 50, number, 1, &run), rows[i].plain);
	}
	storage_set(w->storage, number, 1, (struct frame){ .state = FRAME_PLAIN });
}

static void no_misc(struct profile *profile)
{
	profile->machine.misc = false;
}

SIM_TEST_TUNED(shared_pages_without_misc, no_misc)
{
	uint64_t conf = world_create_conf(w, 0), other = world_create_conf(w, 1), run;

	w->crossed = true;
	ck_done(w, world_import(w, other, 1));
	ck_assert_int_eq(world_share(w, other, 1, UVC_CMD_SET_SHARED_ACCESS), UVC_CC_OK);
	ck_assert_int_eq(uv_guest_access(w->uv, conf, 1, world_frame(w, 0, 1), 1, &run),
			 UV_VIOLATION);
	ck_assert_int_eq(uv_guest_access(w->uv, other, 1, world_frame(w, 0, 1), 1, &run), UV_OK);
}

SIM_TEST(runs_of_like_answers)
{
	uint64_t conf = world_create_conf(w, 0), first = world_frame(w, 0, 0), run;

	for (uint64_t gpage = 10; gpage < 30; gpage++)
		ck_done(w, world_import(w, conf, gpage));
	/* Exported and shared pages are as good as plain ones to the host. */
	ck_done(w, world_export(w, world_frame(w, 0, 10)));
	ck_assert_int_eq(world_share(w, conf, 11, UVC_CMD_SET_SHARED_ACCESS), UVC_CC_OK);
	ck_assert_int_eq(uv_host_access(w->uv, first, 1000, &run), UV_OK);
	ck_assert_uint_eq(run, 12);
	ck_assert_int_eq(uv_host_access(w->uv, first + 12, 1000, &run), UV_SECURE_ACCESS);
	ck_assert_uint_eq(run, 18);
	ck_assert_int_eq(uv_host_access(w->uv, first + 12, 5, &run), UV_SECURE_ACCESS);
	ck_assert_uint_eq(run, 5);
	ck_assert_int_eq(uv_guest_access(w->uv, conf, 5, first + 5, 1000, &run),
			 UV_NON_SECURE_ACCESS);
	ck_assert_uint_eq(run, 6);
	ck_assert_int_eq(uv_guest_access(w->uv, conf, 11, first + 11, 1000, &run), UV_OK);
	ck_assert_uint_eq(run, 19);
	ck_assert_int_eq(uv_guest_access(w->uv, conf, 10, first + 11, 1000, &run), UV_VIOLATION);
	ck_assert_uint_eq(run, 19);
}

Suite *suite_access(void)
{
	const TTest *tests[] = { every_state, shared_pages_without_misc, runs_of_like_answers };

	return SUITE_OF("access", tests);
}
