/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rows I1 to I11: a guest resets itself with diagnose 308, subcodes 0 and 1, and the host leads it
 * through the sequence. Every row goes through all steps before its own, for both subcodes.
 */
#include "uv/conformance/rig.h"

#define RESET_ENTRY 2	/* of the program: where the PSW at 0 leads */

/* The guest has just left with diagnose 308; do step @step (2, 4, 6, 8, 10: a call). */
static struct answer call(struct rig *rig, const struct vcpu *vcpu, unsigned step, unsigned subcode)
{
	uint64_t conf = vcpu->sie.handle_config, cpu = vcpu->sie.handle_cpu;

	switch (step) {
	case 2:
		return rig_set_state(rig, cpu, PV_CPU_STATE_STP);
	case 4:
		return rig_nodata(rig, UVC_CMD_SET_UNSHARE_ALL, conf);
	case 6:
		return rig_nodata(rig, UVC_CMD_PREPARE_RESET, conf);
	case 8:
		return rig_nodata(rig, subcode == 0 ? UVC_CMD_CPU_RESET_CLEAR
						    : UVC_CMD_CPU_RESET_INITIAL, cpu);
	default:
		return rig_set_state(rig, cpu, PV_CPU_STATE_OPR_LOAD);
	}
}

static void expect_restart(struct rig *rig, struct vcpu *vcpu)
{
	const struct uv_sie_block *sie = &vcpu->sie;
	uint8_t code = rig_sie(rig, vcpu);

	expect(rig, code == UV_ICPT_NOTIFICATION && sie->gr[5] == 0x9c && sie->gr[0] == 42,
	       "interception %u, diag 0x%x, gr0 %u", code, (unsigned)sie->gr[5],
	       (unsigned)sie->gr[0]);
}

/* Steps 1 to @last; the last is the one to judge. */
static void sequence(struct rig *rig, unsigned guest, unsigned subcode, unsigned last)
{
	const struct guest_op program[] = {
		{ OP_GR, 2, subcode, NULL },
		{ OP_DIAG, 0x308, 0, NULL },
		{ OP_GR, 0, 42, NULL },
		{ OP_DIAG, 0x9c, 0, NULL },
	};
	struct vcpu vcpu;
	struct answer answer;

	if (!rig_boot(rig, &vcpu, guest, program, RESET_ENTRY))
		return;
	(void)rig_sie(rig, &vcpu);
	need(rig, vcpu.sie.gr[5] == 0x308 && vcpu.sie.gr[2] == subcode &&
	     vcpu.sie.icptcode == UV_ICPT_INSTRUCTION, "diag 308");
	for (unsigned step = 2; step <= last; step += 2) {
		if (rig_sie(rig, &vcpu) != UV_ICPT_VALIDITY)
			need(rig, false, "validity before each step");
		answer = call(rig, &vcpu, step, subcode);
		if (step != last)
			need(rig, done(answer), "a step of the reset");
		else if (step == 2 || step == 10)
			expect(rig, answer.program == 0 && answer.cc == UVC_CC_OK, "cc %d",
			       answer.cc);
		else
			expect_answer(rig, answer, UVC_CC_OK, UVC_RC_EXECUTED);
	}
	if (last % 2 == 0)
		return;
	if (last == 11) {
		expect_restart(rig, &vcpu);
		return;
	}
	(void)rig_sie(rig, &vcpu);
	expect_validity(rig, &vcpu);
}

static void both(struct rig *rig, unsigned last)
{
	sequence(rig, 0, 0, last);
	sequence(rig, 1, 1, last);
}

#define STEP(n)						\
	static void i##n(struct rig *rig)		\
	{						\
		both(rig, n);				\
	}

STEP(1)
STEP(2)
STEP(3)
STEP(4)
STEP(5)
STEP(6)
STEP(7)
STEP(8)
STEP(9)
STEP(10)
STEP(11)

#define ROW(name, command, condition, expected, run)					\
	{ name, command, condition, expected, 2, STAGE_CPU, run, NULL }

const struct conformance_row rows_ipl[] = {
	ROW("I1", "SIE", "diag 308 sc 0, 1: nothing done", "validity 0x20xx", i1),
	ROW("I2", "CPU_SET_STATE stopped", "after I1", "cc 0", i2),
	ROW("I3", "SIE", "after I2", "validity 0x20xx", i3),
	ROW("I4", "SET_UNSHARE_ALL", "after I3", "cc 0 rc 0x0001", i4),
	ROW("I5", "SIE", "after I4", "validity 0x20xx", i5),
	ROW("I6", "PREPARE_RESET", "after I5", "cc 0 rc 0x0001", i6),
	ROW("I7", "SIE", "after I6", "validity 0x20xx", i7),
	ROW("I8", "CPU_RESET_CLEAR, _INITIAL", "after I7; sc 0, sc 1", "cc 0 rc 0x0001", i8),
	ROW("I9", "SIE", "after I8", "validity 0x20xx", i9),
	ROW("I10", "CPU_SET_STATE operating, load", "after I9", "cc 0", i10),
	ROW("I11", "SIE", "after I10", "runs from the reset PSW: diag 0x9c, gr0 42", i11),
	{ .name = NULL },
};
