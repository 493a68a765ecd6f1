/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rows H34 to H52: secure CPUs, parameters, destruction.
 */
#include "uv/conformance/rig.h"

#define HEADER_LEN 0x280u

static void no_handle(struct rig *rig, struct uv_cb_csc *block, uint16_t rc)
{
	struct answer a = rig_uvc(rig, block);

	expect(rig, a.program == 0 && a.cc == UVC_CC_ERROR && a.rc == rc && block->cpu_handle == 0,
	       "cc %d rc 0x%04x%s", a.cc, a.rc, block->cpu_handle == 0 ? "" : ", a handle");
}

static void h34(struct rig *rig)
{
	struct uv_cb_csc block = rig_csc_block(rig, rig->conf, 0);

	block.header.len -= 8;
	no_handle(rig, &block, UVC_RC_INV_LEN);
}

static void h35(struct rig *rig)
{
	struct uv_cb_csc block = rig_csc_block(rig, rig->conf + 1, 0);

	no_handle(rig, &block, UVC_RC_INV_GHANDLE);
}

static void h36(struct rig *rig)
{
	struct uv_cb_csc block = rig_csc_block(rig, rig->conf, 0);

	block.num = (uint16_t)(rig->machine->max_guest_cpu_id + 1);
	no_handle(rig, &block, UVC_RC_CSC_NUMBER);
}

static void h37(struct rig *rig)
{
	struct uv_cb_csc block = rig_csc_block(rig, rig->conf, 0);

	block.stor_origin = rig->ram + FRAME_SIZE;
	no_handle(rig, &block, UVC_RC_CSC_STOR);
}

static void h38(struct rig *rig)
{
	struct uv_cb_csc block = rig_csc_block(rig, rig->conf, 0);

	block.stor_origin = 0;
	no_handle(rig, &block, UVC_RC_CSC_STOR_LOWCORE);
}

static void h39(struct rig *rig)
{
	struct uv_cb_csc block = rig_csc_block(rig, rig->conf, 0);

	block.state_origin = rig->ram + FRAME_SIZE;
	no_handle(rig, &block, UVC_RC_CSC_SIE);
}

static void h40(struct rig *rig)
{
	struct uv_cb_csc block = rig_csc_block(rig, rig->conf, 0);
	struct answer a = rig_uvc(rig, &block);

	expect(rig, done(a) && block.cpu_handle != 0, "cc %d rc 0x%04x, handle %s", a.cc, a.rc,
	       block.cpu_handle == 0 ? "0" : "set");
}

static void h41(struct rig *rig)
{
	bool all = rig_access_all(rig, rig->csc.stor_origin, rig->machine->cpu_stor_len,
				  UV_PGM_SECURE_ACCESS);

	expect(rig, all, all ? "exception 0x3d on both" : "a page is accessible");
}

static void h42(struct rig *rig)
{
	struct uv_cb_csc block = rig_csc_block(rig, rig->conf, 0);

	no_handle(rig, &block, UVC_RC_CSC_NUMBER_IN_USE);
}

/* A good header at @at, as long as a real one; a good block that names it. */
static struct uv_cb_ssc parms(struct rig *rig, uint64_t at)
{
	struct uv_se_header header = {
		.magic = UV_SE_MAGIC, .version = UV_SE_VERSION, .length = HEADER_LEN,
		.flags = UV_SE_KEY_MATCHES,
	};

	/* What follows the first 0x20 bytes is zeroes. */
	rig_store(rig, at, &header, sizeof(header));
	return (struct uv_cb_ssc){
		.header = { .len = sizeof(struct uv_cb_ssc), .cmd = UVC_CMD_SET_SEC_CONF_PARAMS },
		.guest_handle = rig->conf,
		.sec_header_origin = at,
		.sec_header_len = HEADER_LEN,
	};
}

static void h43(struct rig *rig)
{
	struct uv_cb_ssc block = parms(rig, rig_alloc(rig, FRAME_SIZE));

	block.header.len -= 8;
	expect_answer(rig, rig_uvc(rig, &block), UVC_CC_ERROR, UVC_RC_INV_LEN);
}

static void h44(struct rig *rig)
{
	struct uv_cb_ssc block = parms(rig, rig_alloc(rig, FRAME_SIZE));

	block.guest_handle++;
	expect_answer(rig, rig_uvc(rig, &block), UVC_CC_ERROR, UVC_RC_INV_GHANDLE);
}

static void h45(struct rig *rig)
{
	uint64_t page = rig_alloc(rig, FRAME_SIZE);
	struct uv_cb_ssc block = parms(rig, page);

	rig_invalidate(rig, page);
	expect_answer(rig, rig_uvc(rig, &block), UVC_CC_ERROR, UVC_RC_SSC_HEADER);
}

static void h46(struct rig *rig)
{
	uint64_t page = rig_alloc(rig, 2 * FRAME_SIZE) + FRAME_SIZE;
	struct uv_cb_ssc block = parms(rig, page - 0x20);

	rig_invalidate(rig, page);
	expect_answer(rig, rig_uvc(rig, &block), UVC_CC_ERROR, UVC_RC_SSC_HEADER);
}

static struct answer shorter(struct rig *rig, uint16_t cmd, uint64_t handle)
{
	struct uv_cb_nodata block = {
		.header = { .len = sizeof(block) - 8, .cmd = cmd }, .handle = handle,
	};

	return rig_uvc(rig, &block);
}

static void h47(struct rig *rig)
{
	expect_answer(rig, shorter(rig, UVC_CMD_DESTROY_SEC_CPU, rig->cpu), UVC_CC_ERROR,
		      UVC_RC_INV_LEN);
}

/* Machine types 8561 and 8562 answer otherwise. */
static bool new_handle_rc(const struct machine *machine)
{
	return !machine->old_cpu_handle_rc;
}

static void h48(struct rig *rig)
{
	expect_answer(rig, rig_nodata(rig, UVC_CMD_DESTROY_SEC_CPU, rig->cpu + 1), UVC_CC_ERROR,
		      UVC_RC_INV_CHANDLE);
}

static void h49(struct rig *rig)
{
	expect_answer(rig, rig_nodata(rig, UVC_CMD_DESTROY_SEC_CPU, rig->cpu), UVC_CC_OK,
		      UVC_RC_EXECUTED);
}

static void h50(struct rig *rig)
{
	expect_answer(rig, shorter(rig, UVC_CMD_DESTROY_SEC_CONF, rig->conf), UVC_CC_ERROR,
		      UVC_RC_INV_LEN);
}

static void h51(struct rig *rig)
{
	expect_answer(rig, rig_nodata(rig, UVC_CMD_DESTROY_SEC_CONF, rig->conf + 1), UVC_CC_ERROR,
		      UVC_RC_INV_GHANDLE);
}

static void h52(struct rig *rig)
{
	need(rig, done(rig_nodata(rig, UVC_CMD_DESTROY_SEC_CPU, rig->cpu)), "DESTROY_SEC_CPU");
	expect_answer(rig, rig_nodata(rig, UVC_CMD_DESTROY_SEC_CONF, rig->conf), UVC_CC_OK,
		      UVC_RC_EXECUTED);
}

#define CSC "CREATE_SEC_CPU"
#define SSC "SET_SEC_CONF_PARAMS"

const struct conformance_row rows_cpu[] = {
	{ "H34", CSC, "length - 8", "cc 1 rc 0x0005, handle 0", 1, STAGE_CONF, h34, NULL },
	{ "H35", CSC, "configuration handle + 1", "cc 1 rc 0x0020", 1, STAGE_CONF, h35, NULL },
	{ "H36", CSC, "CPU number one too high", "cc 1 rc 0x0103", 1, STAGE_CONF, h36, NULL },
	{ "H37", CSC, "CPU storage beyond the end", "cc 1 rc 0x0105", 1, STAGE_CONF, h37, NULL },
	{ "H38", CSC, "CPU storage at 0, in lowcore", "cc 1 rc 0x0106", 1, STAGE_CONF, h38, NULL },
	{ "H39", CSC, "SIE block beyond the end", "cc 1 rc 0x0107", 1, STAGE_CONF, h39, NULL },
	{ "H40", CSC, "all correct", "cc 0 rc 0x0001, handle set", 1, STAGE_CONF, h40, NULL },
	{ "H41", "host access", "read and write each page of CPU storage",
	  "exception 0x3d on both", 1, STAGE_CPU, h41, NULL },
	{ "H42", CSC, "the same CPU number, fresh storage", "cc 1 rc 0x0104", 1, STAGE_CPU, h42,
	  NULL },
	{ "H43", SSC, "length - 8", "cc 1 rc 0x0005", 1, STAGE_CPU, h43, NULL },
	{ "H44", SSC, "configuration handle + 1", "cc 1 rc 0x0020", 1, STAGE_CPU, h44, NULL },
	{ "H45", SSC, "SE header on an invalid page", "cc 1 rc 0x0103", 1, STAGE_CPU, h45, NULL },
	{ "H46", SSC, "SE header from 0x20 before an invalid page", "cc 1 rc 0x0103", 1, STAGE_CPU,
	  h46, NULL },
	{ "H47", "DESTROY_SEC_CPU", "length - 8", "cc 1 rc 0x0005", 1, STAGE_CPU, h47, NULL },
	{ "H48", "DESTROY_SEC_CPU", "handle + 1 (not on z15)", "cc 1 rc 0x0021", 1, STAGE_CPU, h48,
	  new_handle_rc },
	{ "H49", "DESTROY_SEC_CPU", "all correct", "cc 0 rc 0x0001", 1, STAGE_CPU, h49, NULL },
	{ "H50", "DESTROY_SEC_CONF", "length - 8", "cc 1 rc 0x0005", 1, STAGE_CONF, h50, NULL },
	{ "H51", "DESTROY_SEC_CONF", "handle + 1", "cc 1 rc 0x0020", 1, STAGE_CONF, h51, NULL },
	{ "H52", "DESTROY_SEC_CONF", "all correct, CPUs destroyed before", "cc 0 rc 0x0001", 1,
	  STAGE_CPU, h52, NULL },
	{ .name = NULL },
};
