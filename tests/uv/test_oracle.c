/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The oracle reports what is wrong, once, with who and when; and keeps quiet otherwise.
 */
#include <string.h>

#include "suites.h"
#include "world.h"

SIM_TEST(freeing_what_is_not_the_hosts)
{
	struct uv_cb_cgc block = world_cgc(w, 0);
	uint64_t base = block.conf_base_stor_origin >> FRAME_SHIFT, frame = world_frame(w, 0, 0);
	const struct sim_finding *violation;

	ck_done(w, world_uvc(w, &block));
	for (uint64_t gpage = 0; gpage < 4; gpage++)
		ck_done(w, world_import(w, block.guest_handle, gpage));
	ck_done(w, world_export(w, frame));
	ck_assert(uv_check_free(w->uv, frame, 1, "a page"));
	ck_assert(uv_check_free(w->uv, frame + 4, 100, "pages"));
	ck_assert_ptr_eq(uv_violations(w->uv), NULL);
	ck_assert(!uv_check_free(w->uv, base, 16, "base storage"));
	ck_assert(!uv_check_free(w->uv, frame, 10, "guest memory"));
	ck_assert_uint_eq(world_violations(w, "free-donated"), 1);
	ck_assert_uint_eq(world_violations(w, "free-secure"), 1);
	violation = uv_violations(w->uv);
	ck_assert_str_eq(violation->kind, "free-donated");
	ck_assert_ptr_ne(strstr(violation->text, "base storage"), NULL);
	ck_assert_str_eq(violation->thread, "test");
	ck_assert_uint_eq(violation->time, sim_now());
	ck_done(w, world_destroy_fast(w, block.guest_handle));
	ck_assert(uv_check_free(w->uv, base, 16, "base storage"));
	ck_assert(!uv_check_free(w->uv, frame + 1, 1, "a discarded page"));
}

SIM_TEST(destroying_twice)
{
	uint64_t conf = world_create_conf(w, 0), cpu = world_create_cpu(w, conf, 0);

	ck_refused(w, world_nodata(w, UVC_CMD_DESTROY_SEC_CPU, cpu + 1), UVC_RC_INV_CHANDLE);
	ck_refused(w, world_nodata(w, UVC_CMD_DESTROY_SEC_CONF, conf ^ 4), UVC_RC_INV_GHANDLE);
	ck_assert_ptr_eq(uv_violations(w->uv), NULL);
	ck_done(w, world_nodata(w, UVC_CMD_DESTROY_SEC_CPU, cpu));
	ck_refused(w, world_nodata(w, UVC_CMD_DESTROY_SEC_CPU, cpu), UVC_RC_INV_CHANDLE);
	ck_assert_uint_eq(world_violations(w, "double-destroy"), 1);
	ck_done(w, world_destroy_fast(w, conf));
	/* A handle that is dead is refused everywhere, but only a destroy call is a crime. */
	ck_refused(w, world_nodata(w, UVC_CMD_VERIFY_IMG, conf), UVC_RC_INV_GHANDLE);
	ck_assert_uint_eq(world_violations(w, "double-destroy"), 1);
	ck_refused(w, world_nodata(w, UVC_CMD_DESTROY_SEC_CONF, conf), UVC_RC_INV_GHANDLE);
	ck_refused(w, world_destroy_fast(w, conf), UVC_RC_INV_GHANDLE);
	ck_assert_uint_eq(world_violations(w, "double-destroy"), 3);
}

SIM_TEST(nothing_left_is_fine)
{
	uint64_t conf = world_create_conf(w, 0);

	ck_done(w, world_nodata(w, UVC_CMD_DESTROY_SEC_CONF, conf));
	uv_check_end(w->uv);
	ck_assert_ptr_eq(uv_violations(w->uv), NULL);
}

SIM_TEST(leaks)
{
	uint64_t lost = world_create_conf(w, 0), excused = world_create_conf(w, 1), cpu;

	cpu = world_create_cpu(w, excused, 0);
	ck_refused(w, world_nodata(w, UVC_CMD_DESTROY_SEC_CONF, excused), UVC_RC_SIM_HAS_CPUS);
	ck_assert_uint_ne(cpu, 0);
	uv_check_end(w->uv);
	ck_assert_uint_eq(world_violations(w, "leak"), 1);
	ck_done(w, world_destroy_fast(w, lost));
	uv_check_end(w->uv);
	ck_assert_uint_eq(world_violations(w, "leak"), 1);
}

/* KVM counts a configuration a moment after CREATE has answered: nothing can happen to it that matters before. */
SIM_TEST(configurations_that_matter_to_the_count)
{
	uint64_t conf = world_create_conf(w, 0), verified = world_verified(w, 1, 1), secure;

	ck_assert_uint_eq(uv_confs_in(w->uv, &w->domain, &secure), 1);
	ck_assert_uint_eq(secure, 1);
	ck_done(w, world_import(w, conf, 0));
	ck_assert_uint_eq(uv_confs_in(w->uv, &w->domain, &secure), 2);
	ck_assert_uint_eq(secure, 2);
	ck_done(w, world_destroy(w, world_frame(w, 0, 0)));
	ck_assert_uint_eq(uv_confs_in(w->uv, &w->domain, &secure), 1);
	ck_done(w, world_set_parms(w, conf, 1, UV_SE_KEY_MATCHES));
	ck_assert_uint_eq(uv_confs_in(w->uv, &w->domain, &secure), 2);
	ck_done(w, world_destroy_fast(w, verified));
	ck_assert_uint_eq(uv_confs_in(w->uv, &w->domain, &secure), 1);
	ck_assert_uint_eq(secure, 1);
	ck_assert_uint_eq(uv_confs_in(w->uv, NULL, &secure), 0);
}

SIM_TEST(anybody_may_report)
{
	uv_report_violation(w->uv, "host-access", "page %d of %s", 7, "nobody");
	ck_assert_str_eq(uv_violations(w->uv)->text, "page 7 of nobody");
	ck_assert_ptr_eq(uv_violations(w->uv)->next, NULL);
}

Suite *suite_oracle(void)
{
	const TTest *tests[] = {
		freeing_what_is_not_the_hosts,
		destroying_twice,
		nothing_left_is_fine,
		leaks,
		configurations_that_matter_to_the_count,
		anybody_may_report,
	};

	return SUITE_OF("oracle", tests);
}
