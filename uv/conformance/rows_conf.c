/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rows H20 to H33: creating a configuration, and what is donated to it.
 */
#include "uv/conformance/rig.h"

/*
 * Issue the block: the code without the flag "destroy before you retry". A handle may come back
 * only with success or with that flag, and then the configuration is destroyed.
 */
static struct answer create(struct rig *rig, struct uv_cb_cgc *block)
{
	struct answer answer = rig_uvc(rig, block);
	bool flag = (answer.rc & UVC_RC_NEED_DESTROY) != 0;

	need(rig, block->guest_handle == 0 || answer.rc == UVC_RC_EXECUTED || flag,
	     "no handle without a configuration");
	if (flag)
		need(rig, done(rig_nodata(rig, UVC_CMD_DESTROY_SEC_CONF, block->guest_handle)),
		     "DESTROY_SEC_CONF");
	answer.rc &= (uint16_t)~UVC_RC_NEED_DESTROY;
	return answer;
}

static void refused(struct rig *rig, struct uv_cb_cgc *block, uint16_t rc)
{
	expect_answer(rig, create(rig, block), UVC_CC_ERROR, rc);
}

static void h20(struct rig *rig)
{
	struct uv_cb_cgc block = rig_cgc_block(rig, 0);
	struct answer a;

	block.header.len -= 8;
	a = rig_uvc(rig, &block);
	expect(rig, a.program == 0 && a.cc == UVC_CC_ERROR && a.rc == UVC_RC_INV_LEN &&
	       block.guest_handle == 0, "cc %d rc 0x%04x, handle %s", a.cc, a.rc,
	       block.guest_handle == 0 ? "0" : "set");
}

static void h21(struct rig *rig)
{
	struct uv_cb_cgc block = rig_cgc_block(rig, 0);

	block.guest_stor_origin = rig->machine->max_guest_stor_addr + 2 * MIB + 1;
	refused(rig, &block, UVC_RC_CGC_ORIGIN);
}

static void h22(struct rig *rig)
{
	struct uv_cb_cgc block = rig_cgc_block(rig, 0);

	block.guest_stor_origin = rig->machine->max_guest_stor_addr - MIB;
	refused(rig, &block, UVC_RC_CGC_END);
}

static void h23(struct rig *rig)
{
	struct uv_cb_cgc block = rig_cgc_block(rig, 0);

	block.guest_asce &= ~(uint64_t)UV_ASCE_PRIVATE;
	refused(rig, &block, UVC_RC_CGC_ASCE);
}

static void h24(struct rig *rig)
{
	struct uv_cb_cgc block = rig_cgc_block(rig, 0);

	block.guest_asce |= UV_ASCE_REAL;
	refused(rig, &block, UVC_RC_CGC_ASCE);
}

static void h25(struct rig *rig)
{
	struct uv_cb_cgc block = rig_cgc_block(rig, 0);

	block.conf_base_stor_origin = rig->ram + 8;
	refused(rig, &block, UVC_RC_CGC_BASE);
}

static void h26(struct rig *rig)
{
	struct uv_cb_cgc block = rig_cgc_block(rig, 0);

	block.conf_base_stor_origin = 0x1000;
	refused(rig, &block, UVC_RC_CGC_BASE_LOWCORE);
}

static void h27(struct rig *rig)
{
	struct uv_cb_cgc block = rig_cgc_block(rig, 0);

	block.guest_sca = 0;
	refused(rig, &block, UVC_RC_CGC_SCA_ZERO);
}

static void h28(struct rig *rig)
{
	struct uv_cb_cgc block = rig_cgc_block(rig, 0);

	block.guest_sca = rig->ram + FRAME_SIZE;
	refused(rig, &block, UVC_RC_CGC_SCA);
}

static void h29(struct rig *rig)
{
	struct uv_cb_cgc block = rig_cgc_block(rig, 0);
	struct answer a = create(rig, &block);

	expect_answer(rig, a, UVC_CC_OK, UVC_RC_EXECUTED);
	need(rig, block.guest_handle != 0, "a handle");
}

static void h30(struct rig *rig)
{
	bool all = rig_access_all(rig, rig->cgc.conf_base_stor_origin,
				  rig->machine->conf_base_phys_stor_len, UV_PGM_SECURE_ACCESS);

	expect(rig, all, all ? "exception 0x3d on both" : "a page is accessible");
}

static void h31(struct rig *rig)
{
	const struct machine *m = rig->machine;
	uint64_t bytes = m->conf_base_virt_stor_len +
			 m->conf_virt_var_stor_len * (RIG_GUEST_LEN / MIB);
	bool all = rig_access_all(rig, rig->cgc.conf_virt_stor_origin, bytes,
				  UV_PGM_SECURE_ACCESS);

	expect(rig, all, all ? "exception 0x3d on both" : "a page is accessible");
}

static void h32(struct rig *rig)
{
	struct uv_cb_cgc block = rig->cgc;
	struct answer a;

	block.guest_handle = 0;
	a = create(rig, &block);
	expect(rig, a.program == 0 && a.cc == UVC_CC_ERROR && a.rc >= 0x0100, "cc %d rc 0x%04x",
	       a.cc, a.rc);
}

static void h33(struct rig *rig)
{
	struct uv_cb_cgc block = rig_cgc_block(rig, 0);
	struct answer a = create(rig, &block);

	expect(rig, a.program == 0 && a.cc == UVC_CC_ERROR && a.rc >= 0x0104 &&
	       block.guest_handle == 0, "cc %d rc 0x%04x, handle %s", a.cc, a.rc,
	       block.guest_handle == 0 ? "0" : "set");
}

#define CGC "CREATE_SEC_CONF"

const struct conformance_row rows_conf[] = {
	{ "H20", CGC, "length - 8", "cc 1 rc 0x0005, handle 0", 1, STAGE_INIT, h20, NULL },
	{ "H21", CGC, "guest origin above the highest address", "cc 1 rc 0x0101", 1, STAGE_INIT,
	  h21, NULL },
	{ "H22", CGC, "guest ends above the highest address", "cc 1 rc 0x0102", 1, STAGE_INIT, h22,
	  NULL },
	{ "H23", CGC, "ASCE: private bit off", "cc 1 rc 0x0105", 1, STAGE_INIT, h23, NULL },
	{ "H24", CGC, "ASCE: bit 58 on", "cc 1 rc 0x0105", 1, STAGE_INIT, h24, NULL },
	{ "H25", CGC, "base storage 8 bytes beyond the end", "cc 1 rc 0x0108", 1, STAGE_INIT, h25,
	  NULL },
	{ "H26", CGC, "base storage at 0x1000, in lowcore", "cc 1 rc 0x0109", 1, STAGE_INIT, h26,
	  NULL },
	{ "H27", CGC, "SCA 0", "cc 1 rc 0x010c", 1, STAGE_INIT, h27, NULL },
	{ "H28", CGC, "SCA beyond the end of storage", "cc 1 rc 0x010d", 1, STAGE_INIT, h28, NULL },
	{ "H29", CGC, "all correct: origin 0, 42 MiB", "cc 0 rc 0x0001", 1, STAGE_INIT, h29, NULL },
	{ "H30", "host access", "read and write each page of base storage",
	  "exception 0x3d on both", 1, STAGE_CONF, h30, NULL },
	{ "H31", "host access", "read and write each page of variable storage",
	  "exception 0x3d on both", 1, STAGE_CONF, h31, NULL },
	{ "H32", CGC, "the same block again", "cc 1 rc 0x0100 or above", 1, STAGE_CONF, h32, NULL },
	{ "H33", CGC, "fresh storage, ASCE in use", "cc 1 rc 0x0104 or above, handle 0", 1,
	  STAGE_CONF, h33, NULL },
	{ .name = NULL },
};
