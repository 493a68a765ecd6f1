/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rows C1 to C12: what SIE entry of a protected CPU insists on.
 */
#include "sim/thread.h"
#include "uv/conformance/rig.h"

#define UNITS_PER_MS 4096000u
#define OTHER_PREFIX 0x8000u

static const struct guest_op yields[] = {
	{ OP_DIAG, 0x44, 0, NULL },
	{ OP_DIAG, 0x44, 0, NULL },
};

static void share_pages(struct rig *rig, uint64_t first)
{
	for (unsigned page = 0; page < 2; page++) {
		struct uv_cb_share block = {
			.header = { .len = sizeof(block), .cmd = UVC_CMD_SET_SHARED_ACCESS },
			.paddr = first + page * FRAME_SIZE,
		};

		need(rig, done(rig_guest_uvc(rig, &block, false)), "SET_SHARED_ACCESS");
	}
}

static void share_low(struct rig *rig)
{
	share_pages(rig, 0);
}

static void share_high(struct rig *rig)
{
	share_pages(rig, OTHER_PREFIX);
}

/* Without prefix page @gaddr no entry; with it again the guest runs to its next diagnose. */
static void without_prefix_page(struct rig *rig, struct vcpu *vcpu, uint64_t gaddr)
{
	uint8_t code, cured;

	need(rig, done(rig_export(rig, rig_guest_address(0) + gaddr)), "CONV_FROM_SEC_STOR");
	code = rig_sie(rig, vcpu);
	need(rig, done(rig_import(rig, rig->conf, gaddr)), "CONV_TO_SEC_STOR");
	cured = rig_sie(rig, vcpu);
	expect(rig, code == UV_ICPT_PREFIX && cured == UV_ICPT_NOTIFICATION,
	       "interception %u, then %u", code, cured);
}

/* Each check uses up one diagnose of the guest. */
static const struct guest_op prefixes[] = {
	{ OP_DIAG, 0x44, 0, NULL },
	{ OP_DIAG, 0x44, 0, NULL },
	{ OP_CALL, 0, 0, share_low },
	{ OP_DIAG, 0x44, 0, NULL },
	{ OP_DIAG, 0x44, 0, NULL },
	{ OP_DIAG, 0x44, 0, NULL },
	{ OP_SET_PREFIX, OTHER_PREFIX, 0, NULL },
	{ OP_DIAG, 0x44, 0, NULL },
	{ OP_DIAG, 0x44, 0, NULL },
	{ OP_CALL, 0, 0, share_high },
	{ OP_DIAG, 0x44, 0, NULL },
	{ OP_DIAG, 0x44, 0, NULL },
	{ OP_DIAG, 0x44, 0, NULL },
	{ OP_GR, 0, 42, NULL },
	{ OP_DIAG, 0x9c, 0, NULL },
};

static void two_pages(struct rig *rig, struct vcpu *vcpu, uint64_t prefix)
{
	without_prefix_page(rig, vcpu, prefix);
	without_prefix_page(rig, vcpu, prefix + FRAME_SIZE);
}

static void c1(struct rig *rig)
{
	struct vcpu vcpu;

	if (!rig_boot(rig, &vcpu, 0, prefixes, 0))
		return;
	two_pages(rig, &vcpu, 0);
	need(rig, rig_sie(rig, &vcpu) == UV_ICPT_NOTIFICATION, "lowcore shared");
	two_pages(rig, &vcpu, 0);
	need(rig, rig_sie(rig, &vcpu) == UV_ICPT_NOTIFICATION && vcpu.sie.ipa == UV_IPA_SPX &&
	     vcpu.sie.prefix == OTHER_PREFIX, "prefix set");
	two_pages(rig, &vcpu, OTHER_PREFIX);
	need(rig, rig_sie(rig, &vcpu) == UV_ICPT_NOTIFICATION, "prefix shared");
	two_pages(rig, &vcpu, OTHER_PREFIX);
}

static void c2(struct rig *rig)
{
	static const struct guest_op program[] = {
		{ OP_GR, 0, 42, NULL },
		{ OP_DIAG, 0x9c, 0, NULL },
	};
	struct vcpu vcpu;
	uint8_t code;

	if (!rig_boot(rig, &vcpu, 0, program, 0))
		return;
	for (unsigned page = 0; page < 16; page++)
		need(rig, done(rig_export(rig, rig_guest_address(0) + page * FRAME_SIZE)),
		     "CONV_FROM_SEC_STOR");
	need(rig, rig_sie(rig, &vcpu) == UV_ICPT_PREFIX, "no prefix page");
	need(rig, rig_import_image(rig), "CONV_TO_SEC_STOR");
	code = rig_sie(rig, &vcpu);
	expect(rig, code == UV_ICPT_NOTIFICATION && vcpu.sie.gr[5] == 0x9c && vcpu.sie.gr[0] == 42,
	       "interception %u, diag 0x%x, gr0 %u", code, (unsigned)vcpu.sie.gr[5],
	       (unsigned)vcpu.sie.gr[0]);
}

static void expect_yield(struct rig *rig, struct vcpu *vcpu)
{
	uint8_t code = rig_sie(rig, vcpu);

	expect(rig, code == UV_ICPT_NOTIFICATION && vcpu->sie.gr[5] == 0x44,
	       "interception %u, diag 0x%x", code, (unsigned)vcpu->sie.gr[5]);
}

static void expect_refused(struct rig *rig, struct vcpu *vcpu)
{
	(void)rig_sie(rig, vcpu);
	expect_validity(rig, vcpu);
}

static void c3(struct rig *rig)
{
	struct vcpu vcpu;

	if (!rig_boot(rig, &vcpu, 0, yields, 0))
		return;
	/* Tables copied to another place. */
	vcpu.asce += 16 * MIB;
	expect_refused(rig, &vcpu);
}

static void c4(struct rig *rig)
{
	struct vcpu vcpu;
	uint64_t asce;

	if (!rig_boot(rig, &vcpu, 0, yields, 0))
		return;
	asce = vcpu.asce;
	vcpu.asce += 16 * MIB;
	need(rig, rig_sie(rig, &vcpu) == UV_ICPT_VALIDITY, "validity with the copy");
	vcpu.asce = asce;
	expect_yield(rig, &vcpu);
}

static void flipped_handle(struct rig *rig, bool of_cpu)
{
	unsigned refused = 0;
	struct vcpu vcpu;

	if (!rig_boot(rig, &vcpu, 0, yields, 0))
		return;
	for (unsigned bit = 0; bit < 64; bit++) {
		uint64_t *handle = of_cpu ? &vcpu.sie.handle_cpu : &vcpu.sie.handle_config;

		*handle ^= (uint64_t)1 << bit;
		refused += rig_sie(rig, &vcpu) == UV_ICPT_VALIDITY && vcpu.sie.ipb >> 24 == 0x20;
		*handle ^= (uint64_t)1 << bit;
	}
	expect(rig, refused == 64, "validity 0x20xx, %u of 64", refused);
}

static void c5(struct rig *rig)
{
	flipped_handle(rig, false);
}

static void c6(struct rig *rig)
{
	flipped_handle(rig, true);
}

static void foreign_handle(struct rig *rig, bool of_cpu)
{
	struct vcpu vcpu, other;

	if (!rig_boot(rig, &vcpu, 0, yields, 0) || !rig_boot(rig, &other, 1, yields, 0))
		return;
	if (of_cpu)
		vcpu.sie.handle_cpu = other.sie.handle_cpu;
	else
		vcpu.sie.handle_config = other.sie.handle_config;
	expect_refused(rig, &vcpu);
}

static void c7(struct rig *rig)
{
	foreign_handle(rig, true);
}

static void c8(struct rig *rig)
{
	foreign_handle(rig, false);
}

struct elsewhere {
	struct rig *rig;
	struct vcpu *vcpu;
};

static void run_elsewhere(void *arg)
{
	struct elsewhere *elsewhere = arg;

	need(elsewhere->rig, rig_sie(elsewhere->rig, elsewhere->vcpu) == UV_ICPT_NOTIFICATION,
	     "the CPU on the second processor");
}

static void c9(struct rig *rig)
{
	static const struct guest_op program[] = {
		{ OP_RUN, SIM_MS, 0, NULL },
		{ OP_DIAG, 0x44, 0, NULL },
	};
	struct vcpu vcpu, twice;
	struct elsewhere elsewhere = { rig, &vcpu };

	if (!rig_boot(rig, &vcpu, 0, program, 0))
		return;
	twice = vcpu;
	rig_other(rig, run_elsewhere, &elsewhere);
	expect_refused(rig, &twice);
	rig_join(rig);
}

static const struct guest_op timing[] = {
	{ OP_SET_TIMER, 100 * (uint64_t)UNITS_PER_MS, 0, NULL },
	{ OP_DIAG, 0x44, 0, NULL },
	{ OP_DIAG, 0x44, 0, NULL },
};

static bool boot_timing(struct rig *rig, struct vcpu *vcpu)
{
	return rig_boot(rig, vcpu, 0, timing, 0) &&
	       need(rig, rig_sie(rig, vcpu) == UV_ICPT_NOTIFICATION, "the timer set");
}

static void c10(struct rig *rig)
{
	struct vcpu vcpu;

	if (rig_boot(rig, &vcpu, 0, timing, 0))
		expect_yield(rig, &vcpu);
}

static void c11(struct rig *rig)
{
	struct vcpu vcpu;

	if (!boot_timing(rig, &vcpu))
		return;
	vcpu.sie.cpu_timer += UNITS_PER_MS;
	expect_refused(rig, &vcpu);
}

static void c12(struct rig *rig)
{
	struct vcpu vcpu;

	if (!boot_timing(rig, &vcpu))
		return;
	sim_burn(2 * SIM_MS, SIM_KIND_KERNEL, "host");
	vcpu.sie.cpu_timer -= 3 * UNITS_PER_MS;
	expect_refused(rig, &vcpu);
	/* As much as has passed is right. */
	vcpu.sie.cpu_timer += UNITS_PER_MS;
	need(rig, rig_sie(rig, &vcpu) == UV_ICPT_NOTIFICATION, "the timer went on");
}

#define ROW(name, condition, expected, n, run)					\
	{ name, "SIE", condition, expected, n, STAGE_CPU, run, NULL }

const struct conformance_row rows_sie[] = {
	ROW("C1", "a prefix page exported; prefix 0, 0x8000; secure, shared",
	    "interception 112, import cures", 8, c1),
	ROW("C2", "all pages exported and imported again", "ends: diag 0x9c, gr0 42", 1, c2),
	ROW("C3", "CR1 holds a copy of the ASCE", "validity 0x20xx", 1, c3),
	ROW("C4", "registered ASCE restored", "interception 108, diag 0x44", 1, c4),
	ROW("C5", "each bit of the configuration handle flipped", "validity 0x20xx, 64 times", 1,
	    c5),
	ROW("C6", "each bit of the CPU handle flipped", "validity 0x20xx, 64 times", 1, c6),
	ROW("C7", "CPU handle of another configuration", "validity 0x20xx", 1, c7),
	ROW("C8", "configuration handle of another one", "validity 0x20xx", 1, c8),
	ROW("C9", "the CPU runs on a second processor", "validity 0x20xx", 1, c9),
	ROW("C10", "guest has set its CPU timer", "interception 108, diag 0x44", 1, c10),
	ROW("C11", "CPU timer raised by 1 ms", "validity 0x20xx", 1, c11),
	ROW("C12", "CPU timer lowered by the time passed + 1 ms", "validity 0x20xx", 1, c12),
	{ .name = NULL },
};
