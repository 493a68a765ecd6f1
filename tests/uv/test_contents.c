/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Contents: an Ultravisor whose records lie is found out the moment somebody sees what he may not (the lies are put
 * into the records here, as a mutated transition would); a host that alters, keeps or exchanges ciphertext gets
 * nowhere.
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

/* --- the host tampers with ciphertext: all through the calls that a host has -------------------------------- */

static struct uv_copy copy_of(struct world *w, uint64_t frame)
{
	struct uv_copy copy;

	ck_assert(uv_host_copies(w->uv, frame, &copy));
	return copy;
}

static void to_and_fro(struct world *w, uint64_t conf, uint64_t gpage, uint64_t frame)
{
	ck_done(w, world_import(w, conf, gpage));
	ck_done(w, world_export(w, frame));
}

/* Ciphertext that the host has kept is good until the page has been encrypted again; then it is refused for ever. */
SIM_TEST(an_older_export_is_refused)
{
	uint64_t conf = world_create_conf(w, 0), frame = world_frame(w, 0, 5);
	struct uv_copy old, new;

	to_and_fro(w, conf, 5, frame);
	old = copy_of(w, frame);
	uv_host_writes(w->uv, frame, 1);
	ck_refused(w, world_import(w, conf, 5), UVC_RC_SIM_INTEGRITY);
	uv_host_pastes(w->uv, frame, &old);
	to_and_fro(w, conf, 5, frame);
	new = copy_of(w, frame);
	uv_host_pastes(w->uv, frame, &old);
	ck_refused(w, world_import(w, conf, 5), UVC_RC_SIM_INTEGRITY);
	ck_assert_int_eq(world_state(w, frame), FRAME_EXPORTED);
	old = copy_of(w, frame);
	uv_host_pastes(w->uv, frame, &old);
	ck_refused(w, world_import(w, conf, 5), UVC_RC_SIM_INTEGRITY);
	uv_host_pastes(w->uv, frame, &new);
	ck_done(w, world_import(w, conf, 5));
	ck_assert_ptr_eq(uv_violations(w->uv), NULL);
}

/* In between the page was destroyed and is another one now, of the same guest: as if it had never been exported. */
SIM_TEST(an_export_from_before_a_destroy_is_refused)
{
	uint64_t conf = world_create_conf(w, 0), frame = world_frame(w, 0, 5);
	struct uv_copy old;

	to_and_fro(w, conf, 5, frame);
	old = copy_of(w, frame);
	ck_done(w, world_import(w, conf, 5));
	ck_done(w, world_destroy(w, frame));
	to_and_fro(w, conf, 5, frame);
	uv_host_pastes(w->uv, frame, &old);
	ck_refused(w, world_import(w, conf, 5), UVC_RC_SIM_INTEGRITY);
	ck_assert_ptr_eq(uv_violations(w->uv), NULL);
}

/* Bulk work ends before the page that would be refused, old or altered. */
SIM_TEST(bulk_leaves_an_older_export_alone)
{
	uint64_t conf = world_create_conf(w, 0), first = world_frame(w, 0, 0);
	struct uv_copy old;
	sim_time time;

	for (uint64_t gpage = 0; gpage < 8; gpage++)
		to_and_fro(w, conf, gpage, first + gpage);
	old = copy_of(w, first + 3);
	for (uint64_t gpage = 0; gpage < 8; gpage++)
		to_and_fro(w, conf, gpage, first + gpage);
	ck_assert_uint_eq(uvc_bulk_plan(w->uv, UVC_CMD_CONV_TO_SEC_STOR, conf, 0, first, 8, &time), 8);
	uv_host_pastes(w->uv, first + 3, &old);
	ck_assert_uint_eq(uvc_bulk_plan(w->uv, UVC_CMD_CONV_TO_SEC_STOR, conf, 0, first, 8, &time), 3);
	ck_assert_uint_eq(uvc_bulk_plan(w->uv, UVC_CMD_CONV_TO_SEC_STOR, conf, 3, first + 3, 5, &time), 0);
	ck_refused(w, world_import(w, conf, 3), UVC_RC_SIM_INTEGRITY);
}

/* What bulk exports counts as one export, too. */
SIM_TEST(an_export_in_bulk_makes_older_ones_old)
{
	uint64_t conf = world_create_conf(w, 0), first = world_frame(w, 0, 0);
	struct uv_copy old;
	sim_time time;

	to_and_fro(w, conf, 3, first + 3);
	old = copy_of(w, first + 3);
	for (uint64_t gpage = 0; gpage < 8; gpage++)
		ck_done(w, world_import(w, conf, gpage));
	ck_assert_uint_eq(uvc_bulk_plan(w->uv, UVC_CMD_CONV_FROM_SEC_STOR, 0, 0, first, 8, &time), 8);
	uvc_bulk_commit(w->uv, UVC_CMD_CONV_FROM_SEC_STOR, 0, 0, first, 8, time);
	uv_host_pastes(w->uv, first + 3, &old);
	ck_refused(w, world_import(w, conf, 3), UVC_RC_SIM_INTEGRITY);
	ck_done(w, world_import(w, conf, 4));
}

SIM_TEST(two_pages_change_places)
{
	uint64_t conf = world_create_conf(w, 0), a = world_frame(w, 0, 2), b = world_frame(w, 0, 9);
	struct uv_copy of_a, of_b;

	to_and_fro(w, conf, 2, a);
	to_and_fro(w, conf, 9, b);
	of_a = copy_of(w, a);
	of_b = copy_of(w, b);
	uv_host_pastes(w->uv, a, &of_b);
	uv_host_pastes(w->uv, b, &of_a);
	ck_refused(w, world_import(w, conf, 2), UVC_RC_SIM_INTEGRITY);
	ck_refused(w, world_import(w, conf, 9), UVC_RC_SIM_INTEGRITY);
	uv_host_pastes(w->uv, a, &of_a);
	uv_host_pastes(w->uv, b, &of_b);
	ck_done(w, world_import(w, conf, 2));
	ck_done(w, world_import(w, conf, 9));
	ck_assert_ptr_eq(uv_violations(w->uv), NULL);
}

/* The same guest address of two guests. */
SIM_TEST(two_guests_change_pages)
{
	uint64_t conf = world_create_conf(w, 0), other = world_create_conf(w, 1);
	uint64_t a = world_frame(w, 0, 2), b = world_frame(w, 1, 2);
	struct uv_copy of_a, of_b;

	to_and_fro(w, conf, 2, a);
	to_and_fro(w, other, 2, b);
	of_a = copy_of(w, a);
	of_b = copy_of(w, b);
	uv_host_pastes(w->uv, a, &of_b);
	uv_host_pastes(w->uv, b, &of_a);
	ck_refused(w, world_import(w, conf, 2), UVC_RC_SIM_INTEGRITY);
	ck_refused(w, world_import(w, other, 2), UVC_RC_SIM_INTEGRITY);
	ck_assert_ptr_eq(uv_violations(w->uv), NULL);
}

/* A device gives back something else: refused, whatever it is; and a finding says what it was. */
SIM_TEST(what_a_device_gives_back)
{
	static const struct {
		enum uv_other_content what;
		const char *text;
	} cases[] = {
		{ UV_CONTENT_DAMAGED, ": altered" },
		{ UV_CONTENT_OLD, ": as an earlier export of it" },
		{ UV_CONTENT_OTHER, ": as the ciphertext of another page" },
	};
	uint64_t conf = world_create_conf(w, 0), first = world_frame(w, 0, 0);
	const struct sim_finding *finding;

	for (unsigned i = 0; i < 3; i++) {
		uint64_t frame = first + i;

		to_and_fro(w, conf, i, frame);
		to_and_fro(w, conf, i, frame);
		uv_host_finds(w->uv, frame, cases[i].what);
		ck_refused(w, world_import(w, conf, i), UVC_RC_SIM_INTEGRITY);
		contents_page(w->uv, UVC_CMD_CONV_TO_SEC_STOR, conf_find(w->uv, conf), i, frame, 1,
			      storage_get(uv_storage(w->uv), frame, 1, NULL));
		ck_assert_uint_eq(world_violations(w, "stale-import"), i + 1);
		for (finding = uv_violations(w->uv); finding->next != NULL; finding = finding->next)
			;
		ck_assert_ptr_ne(strstr(finding->text, cases[i].text), NULL);
	}
}

/* There is no earlier one; and what was never encrypted is anybody's, damaged or not. */
SIM_TEST(a_device_has_nothing_old_to_give_back)
{
	uint64_t conf = world_create_conf(w, 0), frame = world_frame(w, 0, 5), plain = world_frame(w, 0, 6), run;

	to_and_fro(w, conf, 5, frame);
	uv_host_finds(w->uv, frame, UV_CONTENT_OLD);
	ck_assert_int_eq(contents_get(w->uv, frame, 1, &run).kind, CONTENT_PLAIN);
	ck_refused(w, world_import(w, conf, 5), UVC_RC_SIM_INTEGRITY);
	uv_host_finds(w->uv, plain, UV_CONTENT_OTHER);
	ck_done(w, world_import(w, conf, 6));
	ck_assert_ptr_eq(uv_violations(w->uv), NULL);
}

/* One frame, first a page of one guest, then of the next. */
SIM_TEST(ciphertext_of_a_former_guest)
{
	uint64_t conf = world_create_conf(w, 0), frame = world_frame(w, 0, 2), next;
	struct uv_copy old;

	to_and_fro(w, conf, 2, frame);
	old = copy_of(w, frame);
	ck_done(w, world_nodata(w, UVC_CMD_DESTROY_SEC_CONF, conf));
	next = world_create_conf(w, 0);
	to_and_fro(w, next, 2, frame);
	uv_host_pastes(w->uv, frame, &old);
	ck_refused(w, world_import(w, next, 2), UVC_RC_SIM_INTEGRITY);
	ck_assert_ptr_eq(uv_violations(w->uv), NULL);
}

/* The host may write to what the guest shares; what it wrote is the guest's when it takes the page back. */
SIM_TEST(shared_then_written_then_taken_back)
{
	uint64_t conf = world_verified(w, 0, 4), frame = world_frame(w, 0, 2), run;
	struct uv_copy copy;

	ck_done(w, world_import(w, conf, 2));
	ck_assert(!uv_host_copies(w->uv, frame, &copy));
	ck_done(w, world_share(w, conf, 2, UVC_CMD_SET_SHARED_ACCESS));
	copy = copy_of(w, frame);
	uv_host_writes(w->uv, frame, 1);
	uv_host_pastes(w->uv, frame, &copy);
	ck_done(w, world_share(w, conf, 2, UVC_CMD_REMOVE_SHARED_ACCESS));
	ck_assert_int_eq(uv_host_access(w->uv, frame, 1, &run), UV_SECURE_ACCESS);
	ck_assert_int_eq(uv_guest_access(w->uv, conf, 2, frame, 1, &run), UV_OK);
	ck_done(w, world_export(w, frame));
	uv_host_pastes(w->uv, frame, &copy);
	ck_refused(w, world_import(w, conf, 2), UVC_RC_SIM_INTEGRITY);
	ck_assert_ptr_eq(uv_violations(w->uv), NULL);
}

SIM_TEST(a_destroyed_page_reads_zero)
{
	uint64_t conf = world_create_conf(w, 0), first = world_frame(w, 0, 0);
	struct uv_copy copy;
	sim_time time;

	for (uint64_t gpage = 0; gpage < 12; gpage++)
		ck_done(w, world_import(w, conf, gpage));
	ck_done(w, world_destroy(w, first));
	copy = copy_of(w, first);
	ck_assert(uv_copy_is_zero(&copy));
	ck_assert_uint_eq(uvc_bulk_plan(w->uv, UVC_CMD_DESTR_SEC_STOR, 0, 0, first + 1, 7, &time), 7);
	uvc_bulk_commit(w->uv, UVC_CMD_DESTR_SEC_STOR, 0, 0, first + 1, 7, time);
	copy = copy_of(w, first + 7);
	ck_assert(uv_copy_is_zero(&copy));
	ck_done(w, world_export(w, first + 8));
	ck_done(w, world_nodata(w, UVC_CMD_DESTROY_SEC_CONF, conf));
	copy = copy_of(w, first + 9);
	ck_assert(uv_copy_is_zero(&copy));
	/* Ciphertext stays ciphertext. */
	copy = copy_of(w, first + 8);
	ck_assert(!uv_copy_is_zero(&copy));
	uv_host_writes(w->uv, first + 9, 1);
	copy = copy_of(w, first + 9);
	ck_assert(!uv_copy_is_zero(&copy));
}

/* After a fast destroy page by page, by either call. */
SIM_TEST(what_a_fast_destroy_left_reads_zero)
{
	uint64_t conf = world_create_conf(w, 0), first = world_frame(w, 0, 0);
	struct uv_copy copy;

	ck_done(w, world_import(w, conf, 0));
	ck_done(w, world_import(w, conf, 1));
	ck_done(w, world_destroy_fast(w, conf));
	ck_assert(!uv_host_copies(w->uv, first, &copy));
	ck_done(w, world_destroy(w, first));
	ck_done(w, world_export(w, first + 1));
	copy = copy_of(w, first);
	ck_assert(uv_copy_is_zero(&copy));
	copy = copy_of(w, first + 1);
	ck_assert(uv_copy_is_zero(&copy));
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
		an_older_export_is_refused,
		an_export_from_before_a_destroy_is_refused,
		bulk_leaves_an_older_export_alone,
		an_export_in_bulk_makes_older_ones_old,
		two_pages_change_places,
		two_guests_change_pages,
		what_a_device_gives_back,
		a_device_has_nothing_old_to_give_back,
		ciphertext_of_a_former_guest,
		shared_then_written_then_taken_back,
		a_destroyed_page_reads_zero,
		what_a_fast_destroy_left_reads_zero,
	};

	return SUITE_OF("contents", tests);
}
