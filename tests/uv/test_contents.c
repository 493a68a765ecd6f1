/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Contents: an Ultravisor whose records lie is found out the moment somebody sees what he may not. The lies are put
 * into the records here, as a mutated transition would.
 */
#include <string.h>

#include "suites.h"
#include "uv/contents.h"
#include "world.h"

static void lie(struct world *w, uint64_t frame, enum frame_state state)
{
	struct frame record = storage_get(uv_storage(w->uv), frame, 1, NULL);

	record.state = state;
	storage_set(uv_storage(w->uv), frame, 1, record);
}

SIM_TEST(the_usual_is_fine)
{
	uint64_t conf = world_create_conf(w, 0), other = world_create_conf(w, 1), run;

	for (uint64_t gpage = 0; gpage < 8; gpage++) {
		ck_done(w, world_import(w, conf, gpage));
		ck_done(w, world_import(w, other, gpage));
	}
	ck_assert_int_eq(uv_guest_access(w->uv, conf, 0, world_frame(w, 0, 0), 8, &run), UV_OK);
	ck_assert_int_eq(uv_guest_access(w->uv, other, 0, world_frame(w, 1, 0), 8, &run), UV_OK);
	for (uint64_t gpage = 0; gpage < 4; gpage++)
		ck_done(w, world_export(w, world_frame(w, 0, gpage)));
	ck_assert_int_eq(uv_host_access(w->uv, world_frame(w, 0, 0), 8, &run), UV_OK);
	ck_assert_uint_eq(run, 4);
	ck_done(w, world_import(w, conf, 0));
	ck_done(w, world_nodata(w, UVC_CMD_DESTROY_SEC_CONF, conf));
	ck_assert_int_eq(uv_host_access(w->uv, world_frame(w, 0, 0), 8, &run), UV_OK);
	ck_assert_uint_eq(run, 8);
	uv_check_seen(w->uv, world_frame(w, 0, 0), 8, "swap");
	ck_assert_ptr_eq(uv_violations(w->uv), NULL);
}

SIM_TEST(a_secret_the_host_may_see)
{
	uint64_t conf = world_create_conf(w, 0), frame = world_frame(w, 0, 3), run;

	for (uint64_t gpage = 0; gpage < 8; gpage++)
		ck_done(w, world_import(w, conf, gpage));
	lie(w, frame, FRAME_EXPORTED);
	ck_assert_int_eq(uv_host_access(w->uv, frame, 1, &run), UV_OK);
	ck_assert_uint_eq(world_violations(w, "plain-content"), 1);
	ck_assert_ptr_ne(strstr(uv_violations(w->uv)->text, "the host may look: 1 frames"), NULL);
	uv_check_seen(w->uv, frame - 1, 3, "written to swap");
	ck_assert_uint_eq(world_violations(w, "plain-content"), 2);
}

/* A destroy that leaves the record alone is no harm; one that takes the record and leaves the contents is. */
SIM_TEST(a_page_that_was_not_cleared)
{
	uint64_t conf = world_create_conf(w, 0), frame = world_frame(w, 0, 0), run;

	ck_done(w, world_import(w, conf, 0));
	lie(w, frame, FRAME_PLAIN);
	ck_assert_int_eq(uv_host_access(w->uv, frame, 1, &run), UV_OK);
	ck_assert_uint_eq(world_violations(w, "plain-content"), 1);
}

SIM_TEST(a_secret_another_guest_sees)
{
	uint64_t conf = world_create_conf(w, 0), other = world_create_conf(w, 1);
	uint64_t frame = world_frame(w, 0, 2), run;
	struct frame record;

	ck_done(w, world_import(w, conf, 2));
	ck_done(w, world_import(w, other, 2));
	/* The other's record on the first one's page. */
	record = storage_get(uv_storage(w->uv), world_frame(w, 1, 2), 1, NULL);
	record.delta = storage_get(uv_storage(w->uv), frame, 1, NULL).delta;
	storage_set(uv_storage(w->uv), frame, 1, record);
	ck_assert_int_eq(uv_guest_access(w->uv, other, 2, frame, 1, &run), UV_OK);
	ck_assert_uint_eq(world_violations(w, "foreign-content"), 1);
}

/* The right guest, the wrong page of it. */
SIM_TEST(a_page_in_the_place_of_another)
{
	uint64_t conf = world_create_conf(w, 0), frame = world_frame(w, 0, 2), run;
	struct frame record;

	ck_done(w, world_import(w, conf, 2));
	record = storage_get(uv_storage(w->uv), frame, 1, NULL);
	record.delta++;
	storage_set(uv_storage(w->uv), frame, 1, record);
	ck_assert_int_eq(uv_guest_access(w->uv, conf, 3, frame, 1, &run), UV_OK);
	ck_assert_uint_eq(world_violations(w, "foreign-content"), 1);
}

SIM_TEST(an_export_that_was_altered)
{
	uint64_t conf = world_create_conf(w, 0), frame = world_frame(w, 0, 5);
	sim_time time;

	for (uint64_t gpage = 0; gpage < 8; gpage++) {
		ck_done(w, world_import(w, conf, gpage));
		ck_done(w, world_export(w, world_frame(w, 0, gpage)));
	}
	uv_host_writes(w->uv, frame, 1);
	ck_assert_uint_eq(uvc_bulk_plan(w->uv, UVC_CMD_CONV_TO_SEC_STOR, conf, 0, world_frame(w, 0, 0), 8, &time), 5);
	ck_assert_uint_eq(uvc_bulk_plan(w->uv, UVC_CMD_CONV_TO_SEC_STOR, conf, 5, frame, 3, &time), 0);
	ck_refused(w, world_import(w, conf, 5), UVC_RC_SIM_INTEGRITY);
	ck_done(w, world_import(w, conf, 4));
	ck_done(w, world_import(w, conf, 6));
	ck_assert_ptr_eq(uv_violations(w->uv), NULL);
}

/* An Ultravisor that takes it all the same. */
SIM_TEST(an_altered_export_that_is_taken)
{
	uint64_t conf = world_create_conf(w, 0), frame = world_frame(w, 0, 5);
	struct frame record;

	ck_done(w, world_import(w, conf, 5));
	ck_done(w, world_export(w, frame));
	record = storage_get(uv_storage(w->uv), frame, 1, NULL);
	uv_host_writes(w->uv, frame, 1);
	contents_page(w->uv, UVC_CMD_CONV_TO_SEC_STOR, conf_find(w->uv, conf), 5, frame, 1, record);
	ck_assert_uint_eq(world_violations(w, "stale-import"), 1);
}

Suite *suite_contents(void)
{
	const TTest *tests[] = {
		the_usual_is_fine,
		a_secret_the_host_may_see,
		a_page_that_was_not_cleared,
		a_secret_another_guest_sees,
		a_page_in_the_place_of_another,
		an_export_that_was_altered,
		an_altered_export_that_is_taken,
	};

	return SUITE_OF("contents", tests);
}
