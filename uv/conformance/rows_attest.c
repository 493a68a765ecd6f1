/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rows A1 to A17: attestation, issued by a protected guest.
 *
 * Each starts from a request that is right in all but for being sealed: without the machine's key
 * nobody can do that, which is row A15. The codes for areas that cannot be written come after the
 * request is unsealed; the reference lists them without a row.
 */
#include "uv/conformance/rig.h"

#define ARCB 0x6000u
#define MEASUREMENT 0x8000u
#define ADDITIONAL 0x9000u

/* A block with room behind it, and the request. */
struct attest {
	struct uv_cb_attest block;
	uint64_t room;
	struct uv_arcb arcb;
};

static const uint32_t arcb_len = sizeof(struct uv_arcb) + UV_ARCB_SLOT_LEN + UV_ARCB_ENCRYPTED_LEN +
				 UV_ARCB_TAG_LEN;

static struct attest correct(void)
{
	return (struct attest){
		.block = {
			.header = { .len = sizeof(struct uv_cb_attest),
				    .cmd = UVC_CMD_RETR_ATTEST },
			.arcb_addr = ARCB,
			.user_data_len = 256,
			.meas_len = UV_ARCB_MEAS_LEN,
			.meas_addr = MEASUREMENT,
			.add_len = 2 * UV_ARCB_HASH_LEN,
			.add_addr = ADDITIONAL,
		},
		.arcb = {
			.version = UV_ARCB_VERSION,
			.length = arcb_len,
			.key_slots = 1,
			.encrypted_len = UV_ARCB_ENCRYPTED_LEN,
			.flags = UV_ARCB_FLAGS,
			.algorithm = UV_ARCB_ALGORITHM,
		},
	};
}

static struct answer issue(struct rig *rig, struct attest *attest)
{
	rig_store(rig, rig_guest_address(0) + ARCB, &attest->arcb, sizeof(attest->arcb));
	return rig_guest_uvc(rig, &attest->block, false);
}

static void refused(struct rig *rig, struct attest *attest, uint16_t rc)
{
	expect_answer(rig, issue(rig, attest), UVC_CC_ERROR, rc);
}

/* cc is not 0. */
static void wrong_length(struct rig *rig, uint16_t len)
{
	struct attest attest = correct();
	struct answer a;

	attest.block.header.len = len;
	a = issue(rig, &attest);
	expect(rig, a.program == 0 && a.cc != UVC_CC_OK && a.rc == UVC_RC_INV_LEN,
	       "cc %d rc 0x%04x", a.cc, a.rc);
}

static void a1(struct rig *rig)
{
	struct uv_cb_qui block = { .header = { .len = sizeof(block), .cmd = UVC_CMD_QUI } };
	struct answer a = rig_guest_uvc(rig, &block, false);
	bool some = block.supp_att_req_hdr_ver != 0;

	expect(rig, a.program == 0 && (a.rc == UVC_RC_EXECUTED || a.rc == UVC_RC_MORE_DATA) && some,
	       "%s", some ? "a version" : "none");
}

static void a2(struct rig *rig)
{
	wrong_length(rig, sizeof(struct uv_cb_attest) - 1);
	wrong_length(rig, sizeof(struct uv_cb_attest) + 1);
}

static void a4(struct rig *rig)
{
	struct attest attest = correct();

	attest.block.token = 0xff;
	refused(rig, &attest, UVC_RC_ATTEST_TOKEN);
}

static void a5(struct rig *rig)
{
	struct attest attest = correct();

	attest.block.user_data_len = 257;
	refused(rig, &attest, UVC_RC_ATTEST_USER_LEN);
}

static void a6(struct rig *rig)
{
	struct attest attest = correct();

	attest.block.arcb_addr = RIG_GUEST_LEN + FRAME_SIZE;
	refused(rig, &attest, UVC_RC_ATTEST_ARCB);
}

static void a7(struct rig *rig)
{
	struct attest attest = correct();

	attest.arcb.version = 0;
	refused(rig, &attest, UVC_RC_ATTEST_VERSION);
}

static void a8(struct rig *rig)
{
	struct attest longer = correct(), slots = correct();

	longer.arcb.length++;
	refused(rig, &longer, UVC_RC_ATTEST_ARCB_LEN);
	slots.arcb.key_slots = 2;
	refused(rig, &slots, UVC_RC_ATTEST_ARCB_LEN);
}

static void a10(struct rig *rig)
{
	struct attest attest = correct();

	attest.arcb.key_slots = 0;
	refused(rig, &attest, UVC_RC_ATTEST_SLOTS);
}

static void a11(struct rig *rig)
{
	struct attest large = correct(), small = correct();

	large.arcb.encrypted_len = 80;
	refused(rig, &large, UVC_RC_ATTEST_SEA);
	small.arcb.encrypted_len = 17;
	refused(rig, &small, UVC_RC_ATTEST_SEA);
}

static void a13(struct rig *rig)
{
	struct attest attest = correct();

	attest.arcb.flags |= 1;
	refused(rig, &attest, UVC_RC_ATTEST_FLAGS);
}

static void a14(struct rig *rig)
{
	struct attest attest = correct();

	attest.arcb.algorithm = 0;
	refused(rig, &attest, UVC_RC_ATTEST_ALGORITHM);
}

static void a15(struct rig *rig)
{
	struct attest attest = correct();

	refused(rig, &attest, UVC_RC_ATTEST_UNSEAL);
}

static void a16(struct rig *rig)
{
	struct attest attest = correct();

	attest.block.meas_len = 0;
	refused(rig, &attest, UVC_RC_ATTEST_MEAS_LEN);
}

static void a17(struct rig *rig)
{
	struct attest attest = correct();

	attest.block.add_len = 0;
	refused(rig, &attest, UVC_RC_ATTEST_ADD_LEN);
}

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

#define IN_GUEST(name)								\
	static void guest_##name(struct rig *rig)				\
	{									\
		in_guest(rig, name);						\
	}

IN_GUEST(a1)
IN_GUEST(a2)
IN_GUEST(a4)
IN_GUEST(a5)
IN_GUEST(a6)
IN_GUEST(a7)
IN_GUEST(a8)
IN_GUEST(a10)
IN_GUEST(a11)
IN_GUEST(a13)
IN_GUEST(a14)
IN_GUEST(a15)
IN_GUEST(a16)
IN_GUEST(a17)

#define ATTEST "RETR_ATTEST"
#define ROW(name, condition, expected, n, run)						\
	{ name, ATTEST, condition, expected, n, STAGE_CPU, run, NULL }

const struct conformance_row rows_attest[] = {
	{ "A1", "QUI", "versions of attestation requests", "at least one", 1, STAGE_CPU, guest_a1,
	  NULL },
	ROW("A2/A3", "length - 1, length + 1", "cc not 0, rc 0x0005", 2, guest_a2),
	ROW("A4", "continuation token 0xff", "cc 1 rc 0x0101", 1, guest_a4),
	ROW("A5", "length of user data 257", "cc 1 rc 0x0102", 1, guest_a5),
	ROW("A6", "request beyond the guest's storage", "cc 1 rc 0x0103", 1, guest_a6),
	{ "-", ATTEST, "measurement or additional data not accessible",
	  "rc 0x0104, 0x0105: not testable without keys", 0, STAGE_CPU, NULL, NULL },
	ROW("A7", "request version 0", "cc 1 rc 0x0106", 1, guest_a7),
	ROW("A8/A9", "request length + 1; two key slots in the same length", "cc 1 rc 0x0107", 2,
	    guest_a8),
	ROW("A10", "no key slot", "cc 1 rc 0x0108", 1, guest_a10),
	ROW("A11/A12", "length of encrypted area 80, 17", "cc 1 rc 0x0109", 2, guest_a11),
	ROW("A13", "unsupported plaintext flag", "cc 1 rc 0x010a", 1, guest_a13),
	ROW("A14", "measurement algorithm 0", "cc 1 rc 0x010b", 1, guest_a14),
	ROW("A15", "well-formed, but not sealed for this machine", "cc 1 rc 0x010c", 1, guest_a15),
	ROW("A16", "measurement length 0", "cc 1 rc 0x010d", 1, guest_a16),
	ROW("A17", "length of additional data 0", "cc 1 rc 0x010e", 1, guest_a17),
	{ .name = NULL },
};
