/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Share, unshare, pin, unpin: rows G6 to G10 and the shared part of the page-state machine.
 */
#include "suites.h"
#include "world.h"

#define SHARE UVC_CMD_SET_SHARED_ACCESS
#define UNSHARE UVC_CMD_REMOVE_SHARED_ACCESS

SIM_TEST(share_and_back)
{
	uint64_t conf = world_create_conf(w, 0), frame = world_frame(w, 0, 4);
	struct uv_cb_share shorter = { .header = { .len = sizeof(shorter) - 8, .cmd = SHARE } };

	ck_done(w, world_import(w, conf, 4));
	ck_assert_int_eq(uvc_guest(w->uv, conf, &shorter), UVC_CC_ERROR);
	ck_assert_uint_eq(shorter.header.rc, UVC_RC_INV_LEN);
	shorter.header.cmd = UNSHARE;
	ck_assert_int_eq(uvc_guest(w->uv, conf, &shorter), UVC_CC_ERROR);
	ck_assert_uint_eq(shorter.header.rc, UVC_RC_INV_LEN);
	ck_done(w, world_share(w, conf, 4, SHARE));
	ck_assert_int_eq(world_state(w, frame), FRAME_SHARED);
	ck_done(w, world_share(w, conf, 4, SHARE));
	ck_assert_uint_eq(uv_conf_pages(w->uv, conf), 1);
	ck_done(w, world_share(w, conf, 4, UNSHARE));
	ck_assert_int_eq(world_state(w, frame), FRAME_SECURE);
	ck_refused(w, world_share(w, conf, WORLD_GUEST_PAGES, SHARE), UVC_RC_SHARE_ADDRESS);
	ck_refused(w, world_share(w, conf, WORLD_GUEST_PAGES, UNSHARE), UVC_RC_SHARE_ADDRESS);
	ck_refused(w, world_share(w, conf, 5, SHARE), UVC_RC_SIM_OWNED);
}

SIM_TEST(pin_and_unpin)
{
	uint64_t conf = world_create_conf(w, 0), other = world_create_conf(w, 1),
		 frame = world_frame(w, 0, 4);

	ck_refused(w, world_pin(w, frame), UVC_RC_NOT_SHARED);
	ck_done(w, world_import(w, conf, 4));
	ck_refused(w, world_pin(w, frame), UVC_RC_NOT_SHARED);
	ck_refused(w, world_unpin(w, conf, 4), UVC_RC_NOT_SHARED);
	ck_done(w, world_share(w, conf, 4, SHARE));
	ck_refused(w, world_unpin(w, conf, 4), UVC_RC_NOT_SHARED);
	ck_done(w, world_pin(w, frame));
	ck_assert_uint_eq(w->spent, w->profile.cost[COST_UVC_SHARE].value);
	ck_assert_int_eq(world_state(w, frame), FRAME_PINNED);
	ck_done(w, world_pin(w, frame));
	/*
	 * The guest cannot take back what is pinned: the host must unpin, then the guest repeats.
	 */
	ck_assert_int_eq(world_share(w, conf, 4, UNSHARE), UVC_GUEST_INTERCEPT);
	/* To share it again changes nothing. */
	ck_done(w, world_share(w, conf, 4, SHARE));
	ck_assert_int_eq(world_state(w, frame), FRAME_PINNED);
	w->crossed = true;
	ck_refused(w, world_unpin(w, other, 4), UVC_RC_SIM_OWNED);
	ck_done(w, world_unpin(w, conf, 4));
	ck_assert_int_eq(world_state(w, frame), FRAME_SHARED);
	ck_done(w, world_share(w, conf, 4, UNSHARE));
	ck_assert_int_eq(world_state(w, frame), FRAME_SECURE);
}

Suite *suite_share(void)
{
	const TTest *tests[] = { share_and_back, pin_and_unpin };

	return SUITE_OF("share", tests);
}
