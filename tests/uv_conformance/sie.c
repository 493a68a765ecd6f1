/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SIE beyond the rows: what the host must not see, when it may inject, the timer to the unit, and
 * pages that the host has pinned.
 */
#include "bench.h"
#include "sim/engine.h"
#include "sim/thread.h"

static const struct guest_op secretive[] = {
	{ OP_GR, 0, 42, NULL },	  { OP_GR, 3, 0x1234, NULL },	{ OP_GR, 15, 0x5678, NULL },
	{ OP_DIAG, 0x44, 0, NULL }, { OP_DIAG, 0x9c, 0, NULL },	{ OP_DIAG, 0x288, 0, NULL },
	{ OP_DIAG, 0x44, 0, NULL },
};

RIG_TEST(registers_stay_hidden, STAGE_CPU)
{
	struct vcpu vcpu;

	ck_assert(rig_boot(rig, &vcpu, 0, secretive, 0));
	for (unsigned exit = 0; exit < 3; exit++) {
		(void)rig_sie(rig, &vcpu);
		ck_assert_uint_eq(vcpu.sie.gr[0], exit == 0 ? 0 : 42);
		ck_assert_uint_eq(vcpu.sie.gr[3], 0);
		ck_assert_uint_eq(vcpu.sie.gr[15], 0);
	}
}

RIG_TEST(injection_only_where_asked_for, STAGE_CPU)
{
	struct vcpu vcpu;

	ck_assert(rig_boot(rig, &vcpu, 0, secretive, 0));
	vcpu.sie.iictl = UV_INJECT_SPECIFICATION;
	ck_assert_uint_eq(rig_sie(rig, &vcpu), UV_ICPT_VALIDITY);	/* not yet run */
	vcpu.sie.iictl = 0;
	ck_assert_uint_eq(rig_sie(rig, &vcpu), UV_ICPT_NOTIFICATION);
	vcpu.sie.iictl = UV_INJECT_SPECIFICATION;
	ck_assert_uint_eq(rig_sie(rig, &vcpu), UV_ICPT_VALIDITY);	/* a notification */
	ck_assert_uint_eq(vcpu.sie.ipb >> 24, 0x20);
	vcpu.sie.iictl = 0;
	ck_assert_uint_eq(rig_sie(rig, &vcpu), UV_ICPT_NOTIFICATION);
	ck_assert_uint_eq(rig_sie(rig, &vcpu), UV_ICPT_INSTRUCTION);
	vcpu.sie.iictl = 0x55;
	ck_assert_uint_eq(rig_sie(rig, &vcpu), UV_ICPT_VALIDITY);	/* no such injection */
	vcpu.sie.iictl = 0;
	ck_assert_uint_eq(rig_sie(rig, &vcpu), UV_ICPT_NOTIFICATION);
}

RIG_TEST(unknown_diagnose, STAGE_CPU)
{
	static const struct guest_op program[] = {
		{ OP_DIAG, 0x260, 0, NULL },
		{ OP_DIAG, 0x44, 0, NULL },
		{ OP_DIAG, 0x9c, 0, NULL },	/* handler */
	};
	struct vcpu vcpu;

	ck_assert(rig_boot(rig, &vcpu, 0, program, 0));
	vcpu.handler = 2;
	(void)rig_sie(rig, &vcpu);
	ck_assert_uint_eq(vcpu.sie.gr[5], 0x9c);
	ck_assert_uint_eq(vcpu.sie.gr[0], UV_PGM_SPECIFICATION);
}

RIG_TEST(timer_to_the_unit, STAGE_CPU)
{
	static const struct guest_op program[] = {
		{ OP_SET_TIMER, 1000, 0, NULL },
		{ OP_RUN, 10 * SIM_US, 0, NULL },
		{ OP_DIAG, 0x44, 0, NULL },
		{ OP_DIAG, 0x44, 0, NULL },
		{ OP_DIAG, 0x44, 0, NULL },
		{ OP_DIAG, 0x44, 0, NULL },
	};
	struct vcpu vcpu;
	uint64_t timer;

	ck_assert(rig_boot(rig, &vcpu, 0, program, 0));
	(void)rig_sie(rig, &vcpu);
	/* It ran 10 us and a few instructions of 1 ns: below zero now. */
	timer = vcpu.sie.cpu_timer;
	ck_assert_int_le((int64_t)timer, 1000 - 40960);
	ck_assert_int_gt((int64_t)timer, 1000 - 41000);
	vcpu.sie.cpu_timer = timer + 1;
	ck_assert_uint_eq(rig_sie(rig, &vcpu), UV_ICPT_VALIDITY);
	vcpu.sie.cpu_timer = timer - 1;
	ck_assert_uint_eq(rig_sie(rig, &vcpu), UV_ICPT_VALIDITY);
	sim_burn(10 * SIM_US, SIM_KIND_KERNEL, "host");
	vcpu.sie.cpu_timer = timer - 40961;
	ck_assert_uint_eq(rig_sie(rig, &vcpu), UV_ICPT_VALIDITY);
	vcpu.sie.cpu_timer = timer - 40960;
	ck_assert_uint_eq(rig_sie(rig, &vcpu), UV_ICPT_NOTIFICATION);
	/* Unchanged is right, too: the host may have stopped it. */
	sim_burn(10 * SIM_US, SIM_KIND_KERNEL, "host");
	ck_assert_uint_eq(rig_sie(rig, &vcpu), UV_ICPT_NOTIFICATION);
}

static void share(struct rig *rig)
{
	struct uv_cb_share block = {
		.header = { .len = sizeof(block), .cmd = UVC_CMD_SET_SHARED_ACCESS },
		.paddr = 0x6000,
	};

	ck_done(rig_guest_uvc(rig, &block, false));
}

static void unshare(struct rig *rig)
{
	struct uv_cb_share block = {
		.header = { .len = sizeof(block), .cmd = UVC_CMD_REMOVE_SHARED_ACCESS },
		.paddr = 0x6000,
	};
	struct uvc_insn insn = {
		.address = 0x4000, .home = &rig->guest_home, .guest = rig->guest,
	};

	rig_store(rig, rig_guest_address(0) + 0x4000, &block, sizeof(block));
	ck_assert_int_eq(uvc_instruction(rig->uv, &insn).cc, UVC_GUEST_INTERCEPT);
}

RIG_TEST(unshare_of_a_pinned_page, STAGE_CPU)
{
	static const struct guest_op program[] = {
		{ OP_CALL, 0, 0, share },
		{ OP_DIAG, 0x44, 0, NULL },
	};
	struct uv_cb_cfs pin = {
		.header = { .len = sizeof(pin), .cmd = UVC_CMD_PIN_PAGE_SHARED },
		.paddr = rig_guest_address(0) + 0x6000,
	};
	struct vcpu vcpu;

	ck_assert(rig_boot(rig, &vcpu, 0, program, 0));
	(void)rig_sie(rig, &vcpu);
	ck_done(rig_uvc(rig, &pin));
	ck_assert(uv_sie(rig->uv, &vcpu.sie, vcpu.asce));
	unshare(rig);
	uv_sie_uvc(rig->uv, &vcpu.sie);
	ck_assert_uint_eq(vcpu.sie.icptcode, UV_ICPT_NOTIFICATION);
	ck_assert_uint_eq(vcpu.sie.ipa, UV_IPA_UVC);
}

RIG_TEST(resets_of_a_cpu, STAGE_CPU)
{
	struct uv_guest_state *guest;
	struct vcpu vcpu;

	ck_assert(rig_boot(rig, &vcpu, 0, secretive, 0));
	(void)rig_sie(rig, &vcpu);
	guest = uv_sie_guest(rig->uv, rig->cpu);
	guest->prefix = 0x8000;
	ck_done(rig_set_state(rig, rig->cpu, PV_CPU_STATE_STP));
	ck_done(rig_nodata(rig, UVC_CMD_CPU_RESET, rig->cpu));
	ck_assert(guest->psw == 4 && guest->prefix == 0x8000 && guest->gr[3] == 0x1234);
	ck_done(rig_nodata(rig, UVC_CMD_CPU_RESET_INITIAL, rig->cpu));
	ck_assert(guest->psw == 0 && guest->prefix == 0 && guest->cpu_timer == 0);
	ck_assert_uint_eq(guest->gr[3], 0x1234);
	ck_done(rig_nodata(rig, UVC_CMD_CPU_RESET_CLEAR, rig->cpu));
	ck_assert_uint_eq(guest->gr[3], 0);
}

Suite *suite_sie(void)
{
	const TTest *tests[] = {
		registers_stay_hidden,	  injection_only_where_asked_for, unknown_diagnose,
		timer_to_the_unit,	  unshare_of_a_pinned_page,	  resets_of_a_cpu,
	};

	return SUITE_OF("sie", tests);
}
