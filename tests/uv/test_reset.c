/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SIE entry and the reset sequence: rows I1 to I11 and C3 to C9.
 */
#include "suites.h"
#include "world.h"

static int enter(struct world *w, uint64_t conf, uint64_t cpu)
{
	return uv_sie_enter(w->uv, conf, cpu, world_asce(0));
}

static void ck_validity(int answer)
{
	ck_assert_int_eq(answer & 0xff00, 0x2000);
	ck_assert_int_ne(answer, 0);
}

SIM_TEST(entry_needs_everything_in_order)
{
	uint64_t conf = world_verified(w, 0, 1), cpu = world_create_cpu(w, conf, 0);
	uint64_t other = world_create_conf(w, 1), other_cpu = world_create_cpu(w, other, 0);

	ck_validity(enter(w, conf, cpu));	/* stopped */
	ck_done(w, world_set_state(w, cpu, PV_CPU_STATE_OPR_LOAD));
	ck_done(w, world_set_state(w, other_cpu, PV_CPU_STATE_OPR));
	for (unsigned bit = 0; bit < 64; bit++) {
		ck_validity(enter(w, conf ^ (uint64_t)1 << bit, cpu));
		ck_validity(enter(w, conf, cpu ^ (uint64_t)1 << bit));
	}
	ck_validity(uv_sie_enter(w->uv, conf, cpu, world_asce(1)));
	ck_validity(enter(w, conf, other_cpu));
	ck_validity(enter(w, other, cpu));
	ck_assert_int_eq(enter(w, conf, cpu), 0);
	ck_validity(enter(w, conf, cpu));	/* on a second processor */
	ck_refused(w, world_nodata(w, UVC_CMD_DESTROY_SEC_CPU, cpu), UVC_RC_SIM_IN_SIE);
	ck_refused(w, world_set_state(w, cpu, PV_CPU_STATE_STP), UVC_RC_SIM_IN_SIE);
	ck_refused(w, world_nodata(w, UVC_CMD_CPU_RESET, cpu), UVC_RC_SIM_IN_SIE);
	uv_sie_exit(w->uv, cpu);
	ck_assert_int_eq(enter(w, conf, cpu), 0);
	uv_sie_exit(w->uv, cpu);
}

SIM_TEST(states_of_a_cpu)
{
	uint64_t conf = world_create_conf(w, 0), cpu = world_create_cpu(w, conf, 0);

	ck_refused(w, world_set_state(w, cpu, 0), UVC_RC_SIM_CONF_STATE);
	ck_refused(w, world_set_state(w, cpu, 4), UVC_RC_SIM_CONF_STATE);
	/* Load only what is verified. */
	ck_refused(w, world_set_state(w, cpu, PV_CPU_STATE_OPR_LOAD), UVC_RC_SIM_CONF_STATE);
	ck_done(w, world_set_state(w, cpu, PV_CPU_STATE_OPR));
	ck_assert_uint_eq(w->spent, w->profile.cost[COST_UVC_CPU_STATE].value);
	ck_validity(enter(w, conf, cpu));
	ck_done(w, world_set_parms(w, conf, 0, UV_SE_KEY_MATCHES));
	ck_validity(enter(w, conf, cpu));
	ck_done(w, world_nodata(w, UVC_CMD_VERIFY_IMG, conf));
	ck_assert_int_eq(enter(w, conf, cpu), 0);
	uv_sie_exit(w->uv, cpu);
	ck_done(w, world_set_state(w, cpu, PV_CPU_STATE_CHKSTP));
	ck_validity(enter(w, conf, cpu));
}

static void reset_sequence(struct world *w, uint16_t cpu_reset)
{
	uint64_t conf = world_verified(w, 0, 4), cpu = world_create_cpu(w, conf, 0);

	ck_done(w, world_set_state(w, cpu, PV_CPU_STATE_OPR_LOAD));
	ck_assert_int_eq(enter(w, conf, cpu), 0);
	ck_done(w, world_share(w, conf, 2, UVC_CMD_SET_SHARED_ACCESS));
	ck_done(w, world_share(w, conf, 3, UVC_CMD_SET_SHARED_ACCESS));
	ck_done(w, world_pin(w, world_frame(w, 0, 3)));
	uv_sie_diag308(w->uv, cpu);
	uv_sie_exit(w->uv, cpu);
	ck_validity(enter(w, conf, cpu));
	ck_refused(w, world_nodata(w, UVC_CMD_SET_UNSHARE_ALL, conf), UVC_RC_SIM_CONF_STATE);
	ck_done(w, world_set_state(w, cpu, PV_CPU_STATE_STP));
	ck_validity(enter(w, conf, cpu));
	/* Steps may not be left out. */
	ck_refused(w, world_nodata(w, UVC_CMD_PREPARE_RESET, conf), UVC_RC_SIM_CONF_STATE);
	ck_refused(w, world_nodata(w, cpu_reset, cpu), UVC_RC_SIM_CONF_STATE);
	ck_refused(w, world_set_state(w, cpu, PV_CPU_STATE_OPR_LOAD), UVC_RC_SIM_CONF_STATE);
	ck_refused(w, world_set_state(w, cpu, PV_CPU_STATE_OPR), UVC_RC_SIM_CONF_STATE);
	ck_done(w, world_nodata(w, UVC_CMD_SET_UNSHARE_ALL, conf));
	ck_assert_uint_eq(w->spent, w->profile.cost[COST_UVC_CONF_RESET].value);
	ck_assert_int_eq(world_state(w, world_frame(w, 0, 2)), FRAME_SECURE);
	ck_assert_int_eq(world_state(w, world_frame(w, 0, 3)), FRAME_SECURE);
	ck_validity(enter(w, conf, cpu));
	ck_done(w, world_nodata(w, UVC_CMD_PREPARE_RESET, conf));
	ck_validity(enter(w, conf, cpu));
	ck_refused(w, world_set_state(w, cpu, PV_CPU_STATE_OPR_LOAD), UVC_RC_SIM_CONF_STATE);
	ck_done(w, world_nodata(w, cpu_reset, cpu));
	ck_validity(enter(w, conf, cpu));
	ck_done(w, world_set_state(w, cpu, PV_CPU_STATE_OPR_LOAD));
	ck_assert_int_eq(enter(w, conf, cpu), 0);
	uv_sie_exit(w->uv, cpu);
	ck_assert_uint_eq(uv_conf_pages(w->uv, conf), 4);
}

static void with_clear(struct world *w)
{
	reset_sequence(w, UVC_CMD_CPU_RESET_CLEAR);
}

static void with_initial(struct world *w)
{
	reset_sequence(w, UVC_CMD_CPU_RESET_INITIAL);
}

START_TEST(reset_modified_clear)
{
	world_run(with_clear);
}
END_TEST

START_TEST(reset_load_normal)
{
	world_run(with_initial);
}
END_TEST

SIM_TEST(prepare_reset_is_for_all_cpus)
{
	uint64_t conf = world_verified(w, 0, 1), first = world_create_cpu(w, conf, 0);
	uint64_t second = world_create_cpu(w, conf, 1);

	ck_done(w, world_set_state(w, second, PV_CPU_STATE_OPR));
	ck_refused(w, world_nodata(w, UVC_CMD_SET_UNSHARE_ALL, conf), UVC_RC_SIM_CONF_STATE);
	ck_done(w, world_set_state(w, second, PV_CPU_STATE_STP));
	ck_done(w, world_nodata(w, UVC_CMD_SET_UNSHARE_ALL, conf));
	ck_done(w, world_nodata(w, UVC_CMD_PREPARE_RESET, conf));
	ck_done(w, world_nodata(w, UVC_CMD_CPU_RESET_CLEAR, first));
	ck_done(w, world_set_state(w, first, PV_CPU_STATE_OPR_LOAD));
	ck_refused(w, world_set_state(w, second, PV_CPU_STATE_OPR), UVC_RC_SIM_CONF_STATE);
	ck_done(w, world_nodata(w, UVC_CMD_CPU_RESET, second));
	ck_done(w, world_set_state(w, second, PV_CPU_STATE_OPR));
}

SIM_TEST(sharing_anew_undoes_unshare_all)
{
	uint64_t conf = world_verified(w, 0, 1);

	ck_done(w, world_nodata(w, UVC_CMD_SET_UNSHARE_ALL, conf));
	ck_done(w, world_share(w, conf, 0, UVC_CMD_SET_SHARED_ACCESS));
	ck_refused(w, world_nodata(w, UVC_CMD_PREPARE_RESET, conf), UVC_RC_SIM_CONF_STATE);
}

/* The host may prepare a reset that no guest has asked for; when the guest does ask, it has to be prepared anew. */
SIM_TEST(prepared_before_the_guest_asked)
{
	uint64_t conf = world_verified(w, 0, 1), cpu = world_create_cpu(w, conf, 0);

	ck_done(w, world_set_state(w, cpu, PV_CPU_STATE_OPR_LOAD));
	ck_done(w, world_set_state(w, cpu, PV_CPU_STATE_STP));
	ck_done(w, world_nodata(w, UVC_CMD_SET_UNSHARE_ALL, conf));
	ck_done(w, world_nodata(w, UVC_CMD_PREPARE_RESET, conf));
	ck_done(w, world_nodata(w, UVC_CMD_CPU_RESET, cpu));
	ck_done(w, world_set_state(w, cpu, PV_CPU_STATE_OPR));
	ck_assert_int_eq(enter(w, conf, cpu), 0);
	uv_sie_diag308(w->uv, cpu);
	uv_sie_exit(w->uv, cpu);
	ck_done(w, world_set_state(w, cpu, PV_CPU_STATE_STP));
	ck_refused(w, world_nodata(w, UVC_CMD_CPU_RESET, cpu), UVC_RC_SIM_CONF_STATE);
	ck_refused(w, world_nodata(w, UVC_CMD_PREPARE_RESET, conf), UVC_RC_SIM_CONF_STATE);
	ck_done(w, world_nodata(w, UVC_CMD_SET_UNSHARE_ALL, conf));
	ck_done(w, world_nodata(w, UVC_CMD_PREPARE_RESET, conf));
	ck_done(w, world_nodata(w, UVC_CMD_CPU_RESET, cpu));
}

Suite *suite_reset(void)
{
	const TTest *tests[] = {
		entry_needs_everything_in_order,
		states_of_a_cpu,
		reset_modified_clear,
		reset_load_normal,
		prepare_reset_is_for_all_cpus,
		sharing_anew_undoes_unshare_all,
		prepared_before_the_guest_asked,
	};

	return SUITE_OF("reset", tests);
}
