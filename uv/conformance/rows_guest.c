/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rows G1 to G10: UV calls of a protected guest, issued while it is in SIE.
 */
#include <string.h>

#include "uv/conformance/rig.h"

#define PAGE 0x6000u	/* a page of the guest to share */

/* Run @calls as instructions of a guest. */
static void in_guest(struct rig *rig, void (*calls)(struct rig *rig))
{
	const struct guest_op program[] = {
		{ OP_CALL, 0, 0, calls },
		{ OP_DIAG, 0x44, 0, NULL },
	};
	struct vcpu vcpu;

	if (rig_boot(rig, &vcpu, 0, program, 0))
		need(rig, rig_sie(rig, &vcpu) == UV_ICPT_NOTIFICATION, "the guest's end");
}

static struct answer plain(struct rig *rig, uint16_t cmd, uint16_t len, bool problem_state)
{
	struct uv_cb_header header = { .len = len, .cmd = cmd };
	uint64_t block[0x40] = { 0 };

	memcpy(block, &header, sizeof(header));
	return rig_guest_uvc(rig, block, problem_state);
}

static struct answer share(struct rig *rig, uint16_t cmd, uint16_t len, uint64_t gaddr)
{
	struct uv_cb_share block = { .header = { .len = len, .cmd = cmd }, .paddr = gaddr };

	return rig_guest_uvc(rig, &block, false);
}

static void g1(struct rig *rig)
{
	bool sharing = rig_listed(rig, true, 8), unsharing = rig_listed(rig, true, 9);

	expect(rig, sharing == unsharing, "%s", sharing != unsharing ? "one of them set"
					    : sharing ? "both set" : "both clear");
}

static void g2(struct rig *rig)
{
	expect_program(rig, plain(rig, UVC_CMD_QUI, 0x100, true), UV_PGM_PRIVILEGED);
	expect_program(rig, plain(rig, UVC_CMD_SET_SHARED_ACCESS, 0x30, true), UV_PGM_PRIVILEGED);
	expect_program(rig, plain(rig, UVC_CMD_REMOVE_SHARED_ACCESS, 0x30, true),
		       UV_PGM_PRIVILEGED);
	expect_program(rig, plain(rig, UVC_CMD_RETR_ATTEST, 0x188, true), UV_PGM_PRIVILEGED);
}

static void unknown(struct rig *rig, uint16_t cmd, uint16_t len, bool listed)
{
	struct answer a = plain(rig, cmd, len, false);

	expect(rig, a.program == 0 && a.cc == UVC_CC_ERROR && a.rc == UVC_RC_INV_CMD && !listed,
	       "cc %d rc 0x%04x, bit %s", a.cc, a.rc, listed ? "set" : "clear");
}

static void g3(struct rig *rig)
{
	unknown(rig, 0x4242, 8, false);
	for (unsigned i = 0; i < HOST_COMMANDS; i++)
		unknown(rig, host_commands[i].cmd, host_commands[i].len,
			rig_listed(rig, true, host_commands[i].bit));
}

static void g4(struct rig *rig)
{
	expect_answer(rig, plain(rig, UVC_CMD_QUI, 0xa0, false), UVC_CC_ERROR, UVC_RC_INV_LEN);
}

static void g5(struct rig *rig)
{
	bool listed = rig_listed(rig, true, 0);

	expect(rig, listed, "bit %s", listed ? "set" : "clear");
}

static void g6(struct rig *rig)
{
	expect_answer(rig, share(rig, UVC_CMD_SET_SHARED_ACCESS, 0x28, PAGE), UVC_CC_ERROR,
		      UVC_RC_INV_LEN);
}

static void g7(struct rig *rig)
{
	expect_answer(rig, share(rig, UVC_CMD_SET_SHARED_ACCESS, 0x30, PAGE), UVC_CC_OK,
		      UVC_RC_EXECUTED);
}

static void g8(struct rig *rig)
{
	expect_answer(rig, share(rig, UVC_CMD_SET_SHARED_ACCESS, 0x30, RIG_GUEST_LEN), UVC_CC_ERROR,
		      UVC_RC_SHARE_ADDRESS);
}

static void g9(struct rig *rig)
{
	expect_answer(rig, share(rig, UVC_CMD_REMOVE_SHARED_ACCESS, 0x28, PAGE), UVC_CC_ERROR,
		      UVC_RC_INV_LEN);
}

static void g10(struct rig *rig)
{
	need(rig, done(share(rig, UVC_CMD_SET_SHARED_ACCESS, 0x30, PAGE)), "SET_SHARED_ACCESS");
	expect_answer(rig, share(rig, UVC_CMD_REMOVE_SHARED_ACCESS, 0x30, PAGE), UVC_CC_OK,
		      UVC_RC_EXECUTED);
}

#define IN_GUEST(name)								\
	static void guest_##name(struct rig *rig)				\
	{									\
		in_guest(rig, name);						\
	}

IN_GUEST(g1)
IN_GUEST(g2)
IN_GUEST(g3)
IN_GUEST(g4)
IN_GUEST(g5)
IN_GUEST(g6)
IN_GUEST(g7)
IN_GUEST(g8)
IN_GUEST(g9)
IN_GUEST(g10)

const struct conformance_row rows_guest[] = {
	{ "G1", "QUI", "bits 8 and 9, in a guest", "both set or both clear", 1, STAGE_CPU,
	  guest_g1, NULL },
	{ "G2", "QUI, share, unshare, attest", "problem state of a guest",
	  "privileged-operation exception 0x02", 4, STAGE_CPU, guest_g2, NULL },
	{ "G3", "0x4242, 17 host commands", "issued by a guest", "cc 1 rc 0x0002, query bit clear",
	  18, STAGE_CPU, guest_g3, NULL },
	{ "G4", "QUI", "length 0xa0", "cc 1 rc 0x0005", 1, STAGE_CPU, guest_g4, NULL },
	{ "G5", "QUI", "bit 0", "bit set", 1, STAGE_CPU, guest_g5, NULL },
	{ "G6", "SET_SHARED_ACCESS", "length - 8", "cc 1 rc 0x0005", 1, STAGE_CPU, guest_g6, NULL },
	{ "G7", "SET_SHARED_ACCESS", "a page of its own", "cc 0 rc 0x0001", 1, STAGE_CPU, guest_g7,
	  NULL },
	{ "G8", "SET_SHARED_ACCESS", "beyond its storage", "cc 1 rc 0x0101", 1, STAGE_CPU, guest_g8,
	  NULL },
	{ "G9", "REMOVE_SHARED_ACCESS", "length - 8", "cc 1 rc 0x0005", 1, STAGE_CPU, guest_g9,
	  NULL },
	{ "G10", "REMOVE_SHARED_ACCESS", "a shared page", "cc 0 rc 0x0001", 1, STAGE_CPU,
	  guest_g10, NULL },
	{ .name = NULL },
};
