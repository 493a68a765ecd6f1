/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The instruction: order of its checks, blocks across pages, and what an answer stores.
 */
#include <string.h>

#include "bench.h"
#include "sim/engine.h"

static struct uvc_outcome execute(struct rig *rig, struct uvc_insn insn)
{
	insn.home = &rig->home;
	return uvc_instruction(rig->uv, &insn);
}

RIG_TEST(order_of_checks, STAGE_BARE)
{
	uint64_t bad = rig->block + FRAME_SIZE;
	struct uvc_insn insn = { .i3 = 1, .i4 = 1, .problem_state = true, .address = bad + 1 };
	struct uvc_outcome outcome;

	ck_assert_uint_eq(execute(rig, insn).program, UV_PGM_PRIVILEGED);
	insn.problem_state = false;
	ck_assert_uint_eq(execute(rig, insn).program, UV_PGM_SPECIFICATION);
	insn.i3 = 0;
	ck_assert_uint_eq(execute(rig, insn).program, UV_PGM_SPECIFICATION);
	insn.i4 = 0;
	ck_assert_uint_eq(execute(rig, insn).program, UV_PGM_SPECIFICATION);
	insn.address = bad + 8;
	outcome = execute(rig, insn);
	ck_assert_uint_eq(outcome.program, UV_PGM_PAGE_TRANSLATION);
	ck_assert_uint_eq(outcome.failing, bad + 8);
	insn.address = rig->ram;
	ck_assert_uint_eq(execute(rig, insn).program, UV_PGM_ADDRESSING);
	/* None of them counted as a call. */
	ck_assert_ptr_null(uv_call_counts(rig->uv));
	ck_assert_uint_eq(sim_now(), 0);
}

RIG_TEST(body_on_another_page, STAGE_BARE)
{
	struct uv_cb_qui block = { .header = { .len = sizeof(block), .cmd = UVC_CMD_QUI } };
	uint64_t page = rig_alloc(rig, 2 * FRAME_SIZE), address = page + FRAME_SIZE - 0x18;
	struct uvc_outcome outcome;

	ck_done(rig_uvc_at(rig, &block, sizeof(block), address, 0, false));
	rig_load(rig, page + FRAME_SIZE, (char *)&block + 0x18, sizeof(block) - 0x18);
	ck_assert_uint_eq(block.max_guest_cpu_id, 256);
	/* The length counts, not what the command needs. */
	rig_invalidate(rig, page + FRAME_SIZE);
	outcome = execute(rig, (struct uvc_insn){ .address = address });
	ck_assert_uint_eq(outcome.program, UV_PGM_PAGE_TRANSLATION);
	ck_assert_uint_eq(outcome.failing, page + FRAME_SIZE);
	block.header.len = 0x18;
	ck_refused(rig_uvc_at(rig, &block, 0x18, address, 0, false), UVC_RC_INV_LEN);
}

RIG_TEST(lengths_below_a_header, STAGE_BARE)
{
	for (uint16_t len = 0; len < 8; len++) {
		struct uv_cb_header block = { .len = len, .cmd = UVC_CMD_QUI };

		ck_refused(rig_uvc_at(rig, &block, sizeof(block), rig->block, 0, false),
			   UVC_RC_INV_LEN);
	}
}

RIG_TEST(block_in_donated_storage, STAGE_CPU)
{
	struct uvc_insn insn = { .address = rig->csc.stor_origin };

	ck_assert_uint_eq(execute(rig, insn).program, UV_PGM_SECURE_ACCESS);
	insn.address = rig->base;
	ck_assert_uint_eq(execute(rig, insn).program, UV_PGM_SECURE_ACCESS);
}

RIG_TEST(refusal_stores_its_code_only, STAGE_INIT)
{
	struct uv_cb_cgc block = rig_cgc_block(rig, 0), before;

	block.guest_sca = 0;
	before = block;
	ck_refused(rig_uvc(rig, &block), UVC_RC_CGC_SCA_ZERO);
	before.header.rc = UVC_RC_CGC_SCA_ZERO;
	ck_assert_mem_eq(&block, &before, sizeof(block));
}

RIG_TEST(load_reset_leaves_nothing, STAGE_CPU)
{
	uint64_t conf = rig->conf, guest = rig_guest_address(0), word = 0x77, run;
	struct uv_cb_destroy_fast fast = {
		.header = { .len = sizeof(fast), .cmd = UVC_CMD_DESTROY_SEC_CONF_FAST },
	};
	struct uv_cb_cgc cgc = rig_cgc_block(rig, 1);
	struct uv_cb_init init;

	/* One configuration lives, of another only pages are left. */
	ck_done(rig_import(rig, conf, 0));
	rig_store(rig, guest, &word, sizeof(word));
	ck_done(rig_uvc(rig, &cgc));
	ck_done(rig_import(rig, cgc.guest_handle, 0));
	ck_done(rig_import(rig, cgc.guest_handle, 0x5000));
	fast.handle = cgc.guest_handle;
	ck_done(rig_uvc(rig, &fast));
	uv_load_reset(rig->uv);
	ck_assert_uint_eq(uv_conf_count(rig->uv), 0);
	ck_assert_uint_eq(uv_donated_frames(rig->uv), 0);
	ck_assert_int_eq(uv_host_access(rig->uv, 0, rig->ram >> FRAME_SHIFT, &run), UV_OK);
	ck_assert_uint_eq(run, rig->ram >> FRAME_SHIFT);
	rig_load(rig, guest, &word, sizeof(word));
	ck_assert_uint_eq(word, 0);
	/* And again from the start; old handles stay dead. */
	init = rig_init_block(rig);
	ck_done(rig_uvc(rig, &init));
	ck_refused(rig_nodata(rig, UVC_CMD_DESTROY_SEC_CONF, conf), UVC_RC_INV_GHANDLE);
	cgc = rig_cgc_block(rig, 0);
	ck_done(rig_uvc(rig, &cgc));
	ck_assert_uint_ne(cgc.guest_handle, conf);
}

RIG_TEST(old_handle_rc, STAGE_CPU)
{
	rig->profile->machine.old_cpu_handle_rc = true;
	ck_refused(rig_nodata(rig, UVC_CMD_DESTROY_SEC_CPU, rig->cpu + 1), UVC_RC_INV_GHANDLE);
	/* Others answer as ever. */
	ck_refused(rig_nodata(rig, UVC_CMD_CPU_RESET, rig->cpu + 1), UVC_RC_INV_CHANDLE);
}

RIG_TEST(query_of_old_firmware, STAGE_BARE)
{
	struct uv_cb_qui block = { .header = { .len = 0x100, .cmd = UVC_CMD_QUI } };

	rig->profile->machine.query_len = 0x100;
	ck_done(rig_uvc(rig, &block));
	ck_assert_uint_eq(block.supp_att_req_hdr_ver, UV_ARCB_VERSION);
	block.header.len = 0x120;
	ck_done(rig_uvc(rig, &block));
	ck_assert_uint_eq(block.max_assoc_secrets, 0);
	block.header.len = 0xf8;
	ck_refused(rig_uvc(rig, &block), UVC_RC_MORE_DATA);
	rig->profile->machine.query_len = 0;
	block.header.len = 0x120;
	ck_done(rig_uvc(rig, &block));
	ck_assert_uint_eq(block.max_retr_secrets, 2);
}

Suite *suite_instruction(void)
{
	const TTest *tests[] = {
		order_of_checks,	  body_on_another_page,		lengths_below_a_header,
		block_in_donated_storage, refusal_stores_its_code_only,	load_reset_leaves_nothing,
		old_handle_rc,		  query_of_old_firmware,
	};

	return SUITE_OF("instruction", tests);
}
