/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rows D1 to D6: diagnoses of a guest as the host sees them, and interruptions it injects.
 */
#include "uv/conformance/rig.h"

/* The handler of program interruptions tells the code, in register 0. */
static const struct guest_op yield[] = { { OP_DIAG, 0x44, 0, NULL } };
static const struct guest_op yield_to[] = {
	{ OP_GR, 0, 42, NULL },
	{ OP_DIAG, 0x9c, 0, NULL },
};
static const struct guest_op watchdog[] = {
	{ OP_GR, 0, 1, NULL },
	{ OP_GR, 1, 2, NULL },
	{ OP_GR, 2, 3, NULL },
	{ OP_DIAG, 0x288, 0, NULL },
	{ OP_DIAG, 0x44, 0, NULL },
	{ OP_DIAG, 0x9c, 0, NULL },	/* handler */
};
#define WATCHDOG_HANDLER 5
static const struct guest_op hypercall[] = {
	{ OP_GR, 1, 1, NULL },
	{ OP_GR, 2, 2, NULL },
	{ OP_GR, 3, 3, NULL },
	{ OP_GR, 4, 4, NULL },
	{ OP_DIAG, 0x500, 0, NULL },
	{ OP_DIAG, 0x44, 0, NULL },
	{ OP_DIAG, 0x9c, 0, NULL },	/* handler */
	{ OP_DIAG, 0x500, 0, NULL },
	{ OP_DIAG, 0x44, 0, NULL },
};
#define HYPERCALL_HANDLER 6

static void expect_diag(struct rig *rig, const struct vcpu *vcpu, uint8_t icptcode, unsigned code)
{
	const struct uv_sie_block *sie = &vcpu->sie;

	expect(rig, sie->icptcode == icptcode && sie->ipa == 0x8302 && sie->ipb == 0x50000000 &&
	       sie->gr[5] == code, "%u, ipa 0x%04x, ipb 0x%08x, gr5 0x%x", sie->icptcode, sie->ipa,
	       sie->ipb, (unsigned)sie->gr[5]);
}

/* Registers @first to @last hold @value, @value + 1, ... */
static void expect_registers(struct rig *rig, const struct vcpu *vcpu, unsigned first,
			     unsigned last, uint64_t value)
{
	bool good = true;

	for (unsigned i = first; i <= last; i++)
		good = good && vcpu->sie.gr[i] == value + i - first;
	expect(rig, good, "gr%u %u", first, (unsigned)vcpu->sie.gr[first]);
}

static void expect_seen(struct rig *rig, struct vcpu *vcpu, uint8_t inject, uint16_t program)
{
	vcpu->sie.iictl = inject;
	(void)rig_sie(rig, vcpu);
	expect(rig, vcpu->sie.icptcode == UV_ICPT_NOTIFICATION && vcpu->sie.gr[5] == 0x9c &&
	       vcpu->sie.gr[0] == program, "guest sees 0x%02x", (unsigned)vcpu->sie.gr[0]);
}

static void d1(struct rig *rig)
{
	struct vcpu vcpu;

	if (!rig_boot(rig, &vcpu, 0, yield, 0))
		return;
	(void)rig_sie(rig, &vcpu);
	expect_diag(rig, &vcpu, UV_ICPT_NOTIFICATION, 0x44);
}

static void d2(struct rig *rig)
{
	struct vcpu vcpu;

	if (!rig_boot(rig, &vcpu, 0, yield_to, 0))
		return;
	(void)rig_sie(rig, &vcpu);
	expect_diag(rig, &vcpu, UV_ICPT_NOTIFICATION, 0x9c);
	expect_registers(rig, &vcpu, 0, 0, 42);
}

static void d3(struct rig *rig)
{
	struct vcpu vcpu;

	if (!rig_boot(rig, &vcpu, 0, watchdog, 0))
		return;
	(void)rig_sie(rig, &vcpu);
	expect_diag(rig, &vcpu, UV_ICPT_INSTRUCTION, 0x288);
	expect_registers(rig, &vcpu, 0, 2, 1);
}

static void d4(struct rig *rig)
{
	struct vcpu vcpu;

	if (!rig_boot(rig, &vcpu, 0, watchdog, 0))
		return;
	vcpu.handler = WATCHDOG_HANDLER;
	need(rig, rig_sie(rig, &vcpu) == UV_ICPT_INSTRUCTION, "diag 0x288");
	expect_seen(rig, &vcpu, UV_INJECT_SPECIFICATION, UV_PGM_SPECIFICATION);
}

static void d5(struct rig *rig)
{
	struct vcpu vcpu;

	if (!rig_boot(rig, &vcpu, 0, hypercall, 0))
		return;
	(void)rig_sie(rig, &vcpu);
	expect_diag(rig, &vcpu, UV_ICPT_INSTRUCTION, 0x500);
	expect_registers(rig, &vcpu, 1, 4, 1);
}

static void d6(struct rig *rig)
{
	struct vcpu vcpu;

	if (!rig_boot(rig, &vcpu, 0, hypercall, 0))
		return;
	vcpu.handler = HYPERCALL_HANDLER;
	need(rig, rig_sie(rig, &vcpu) == UV_ICPT_INSTRUCTION, "diag 0x500");
	expect_seen(rig, &vcpu, UV_INJECT_OPERAND, UV_PGM_OPERAND);
	need(rig, rig_sie(rig, &vcpu) == UV_ICPT_INSTRUCTION, "diag 0x500");
	expect_seen(rig, &vcpu, UV_INJECT_SPECIFICATION, UV_PGM_SPECIFICATION);
}

#define ROW(name, command, condition, expected, n, run)				\
	{ name, command, condition, expected, n, STAGE_CPU, run, NULL }

const struct conformance_row rows_diag[] = {
	ROW("D1", "diag 0x44", "in a guest", "108, ipa 0x8302, ipb 0x50000000, gr5 0x44", 1, d1),
	ROW("D2", "diag 0x9c", "in a guest, gr0 42", "the same, gr5 0x9c; gr0 42", 2, d2),
	ROW("D3", "diag 0x288", "in a guest, gr0 to 2 = 1 to 3",
	    "104, the same, gr5 0x288; gr0 to 2", 2, d3),
	ROW("D4", "SIE", "specification injected after 0x288", "guest sees 0x06", 1, d4),
	ROW("D5", "diag 0x500", "in a guest, gr1 to 4 = 1 to 4",
	    "104, the same, gr5 0x500; gr1 to 4", 2, d5),
	ROW("D6", "SIE", "operand, then specification injected after 0x500",
	    "guest sees 0x15, 0x06", 2, d6),
	{ .name = NULL },
};
