/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The boot image: header, unpacking, verification, in and out of order.
 */
#include <string.h>

#include "suites.h"
#include "world.h"

SIM_TEST(header_must_be_readable)
{
	uint64_t conf = world_create_conf(w, 0), at = world_alloc(w, FRAME_SIZE);
	struct uv_se_header header = {
		.magic = UV_SE_MAGIC, .version = UV_SE_VERSION, .length = sizeof(header),
		.flags = UV_SE_KEY_MATCHES,
	};
	struct uv_cb_ssc good = {
		.header = { .len = sizeof(good), .cmd = UVC_CMD_SET_SEC_CONF_PARAMS },
		.guest_handle = conf, .sec_header_origin = at, .sec_header_len = sizeof(header),
	}, block = good;

	memcpy((void *)at, &header, sizeof(header));
	block.sec_header_origin = 0;
	ck_refused(w, world_uvc(w, &block), UVC_RC_SSC_HEADER);
	block.sec_header_origin = (uint64_t)1 << 60;
	ck_refused(w, world_uvc(w, &block), UVC_RC_SSC_HEADER);
	/* It begins well and runs into storage that is not there, or not the host's. */
	block.sec_header_origin = WORLD_KERNEL - 8;
	ck_refused(w, world_uvc(w, &block), UVC_RC_SSC_HEADER);
	block.sec_header_origin = WORLD_KERNEL;
	ck_refused(w, world_uvc(w, &block), UVC_RC_SSC_HEADER);
	block = good;
	block.sec_header_len = sizeof(header) - 1;
	ck_refused(w, world_uvc(w, &block), UVC_RC_SSC_HEADER);
	header.magic++;
	memcpy((void *)at, &header, sizeof(header));
	ck_refused(w, world_uvc(w, &good), UVC_RC_SSC_HEADER);
	header.magic--;
	header.flags = 0;
	memcpy((void *)at, &header, sizeof(header));
	ck_refused(w, world_uvc(w, &good), UVC_RC_SSC_KEY);
	header.flags = UV_SE_KEY_MATCHES;
	memcpy((void *)at, &header, sizeof(header));
	ck_done(w, world_uvc(w, &good));
	ck_assert_uint_eq(w->spent, w->profile.cost[COST_UVC_SET_PARMS].value);
	ck_refused(w, world_uvc(w, &good), UVC_RC_SIM_CONF_STATE);
}

SIM_TEST(image_is_complete_or_not)
{
	uint64_t conf = world_create_conf(w, 0);

	ck_refused(w, world_unpack(w, conf, 0), UVC_RC_SIM_CONF_STATE);
	ck_refused(w, world_nodata(w, UVC_CMD_VERIFY_IMG, conf), UVC_RC_SIM_CONF_STATE);
	ck_done(w, world_set_parms(w, conf, 3, UV_SE_KEY_MATCHES));
	ck_refused(w, world_nodata(w, UVC_CMD_VERIFY_IMG, conf), UVC_RC_VERIFY_MISMATCH);
	ck_assert_uint_eq(w->rrc, UVC_RRC_VERIFY_HASH);
	ck_done(w, world_unpack(w, conf, 0));
	ck_assert_uint_eq(w->spent, w->profile.cost[COST_UVC_UNPACK].value);
	ck_assert_int_eq(world_state(w, world_frame(w, 0, 0)), FRAME_SECURE);
	ck_refused(w, world_unpack(w, conf, 0), UVC_RC_SIM_OWNED);
	w->absent = 1;
	ck_refused(w, world_unpack(w, conf, 1), UVC_RC_NOT_MAPPED);
	w->absent = UINT64_MAX;
	ck_done(w, world_unpack(w, conf, 1));
	ck_refused(w, world_nodata(w, UVC_CMD_VERIFY_IMG, conf), UVC_RC_VERIFY_MISMATCH);
	ck_done(w, world_unpack(w, conf, 2));
	ck_done(w, world_nodata(w, UVC_CMD_VERIFY_IMG, conf));
	ck_assert_uint_eq(uv_conf_pages(w->uv, conf), 3);
	ck_refused(w, world_unpack(w, conf, 3), UVC_RC_SIM_CONF_STATE);
	ck_refused(w, world_nodata(w, UVC_CMD_VERIFY_IMG, conf), UVC_RC_SIM_CONF_STATE);
}

SIM_TEST(too_many_pages_do_not_verify)
{
	uint64_t conf = world_create_conf(w, 0);

	ck_done(w, world_set_parms(w, conf, 1, UV_SE_KEY_MATCHES));
	ck_done(w, world_unpack(w, conf, 0));
	ck_done(w, world_unpack(w, conf, 1));
	ck_refused(w, world_nodata(w, UVC_CMD_VERIFY_IMG, conf), UVC_RC_VERIFY_MISMATCH);
}

SIM_TEST(unpack_over_another_guest)
{
	uint64_t conf = world_create_conf(w, 0), other = world_create_conf(w, 1);

	w->crossed = true;
	ck_done(w, world_set_parms(w, conf, 2, UV_SE_KEY_MATCHES));
	ck_done(w, world_import(w, other, 0));
	ck_done(w, world_import(w, other, 1));
	ck_refused(w, world_unpack(w, conf, 0), UVC_RC_SIM_OWNED);
	ck_done(w, world_export(w, world_frame(w, 0, 0)));
	ck_done(w, world_unpack(w, conf, 0));
	ck_done(w, world_destroy_fast(w, other));
	ck_refused(w, world_unpack(w, conf, 1), UVC_RC_SIM_OWNED);
	ck_done(w, world_destroy(w, world_frame(w, 0, 1)));
	ck_done(w, world_unpack(w, conf, 1));
	ck_done(w, world_nodata(w, UVC_CMD_VERIFY_IMG, conf));
}

Suite *suite_image(void)
{
	const TTest *tests[] = {
		header_must_be_readable, image_is_complete_or_not, too_many_pages_do_not_verify,
		unpack_over_another_guest,
	};

	return SUITE_OF("image", tests);
}
