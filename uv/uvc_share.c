/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sharing: pin and unpin by the host, share and unshare by the guest.
 *
 * Pinning a pinned page and sharing a shared one are successes without effect. Unshare keeps the
 * content (not published). A guest's unshare of a pinned page leaves SIE as a notification; the
 * host unpins and the guest repeats it.
 */
#include "uv/uvc.h"

static uint16_t decode_pin(struct uvc_call *call)
{
	const struct uv_cb_cfs *block = call->block;
	uint16_t rc;

	call->address = block->paddr;
	rc = uvc_page_locate(call, block->paddr >> FRAME_SHIFT);
	if (rc != 0)
		return rc;
	if (call->from.state != FRAME_SHARED && call->from.state != FRAME_PINNED)
		return UVC_RC_NOT_SHARED;
	call->to = call->from;
	call->to.state = FRAME_PINNED;
	return 0;
}

/* Find the frame behind a guest address and see that it is the guest's own there. */
static uint16_t decode_own_page(struct uvc_call *call, uint64_t gaddr)
{
	uint64_t number;
	uint16_t rc = uvc_guest_page(call, gaddr, &number);

	if (rc == 0)
		rc = uvc_page_locate(call, number);
	if (rc != 0)
		return rc;
	if (call->owner != call->conf ||
	    call->from.delta != (int64_t)((gaddr >> FRAME_SHIFT) - number))
		return UVC_RC_SIM_OWNED;
	call->to = call->from;
	return 0;
}

static uint16_t decode_unpin(struct uvc_call *call)
{
	const struct uv_cb_cts *block = call->block;
	uint16_t rc = decode_own_page(call, block->gaddr);

	if (rc != 0)
		return rc;
	if (call->from.state != FRAME_PINNED)
		return UVC_RC_NOT_SHARED;
	call->to.state = FRAME_SHARED;
	return 0;
}

static uint16_t decode_share(struct uvc_call *call)
{
	const struct uv_cb_share *block = call->block;
	uint16_t rc = decode_own_page(call, block->paddr);

	if (rc == UVC_RC_SIM_ADDRESS)
		return UVC_RC_SHARE_ADDRESS;
	if (rc != 0)
		return rc;
	if (call->from.state == FRAME_SECURE)
		call->to.state = FRAME_SHARED;
	return 0;
}

static uint16_t decode_unshare(struct uvc_call *call)
{
	const struct uv_cb_share *block = call->block;
	uint16_t rc = decode_own_page(call, block->paddr);

	if (rc == UVC_RC_SIM_ADDRESS)
		return UVC_RC_SHARE_ADDRESS;
	if (rc != 0)
		return rc;
	call->to.state = FRAME_SECURE;
	return 0;
}

bool uvc_unshare_intercepts(struct uv *uv, struct conf *conf, const void *uvcb)
{
	const struct uv_cb_share *block = uvcb;
	struct uvc_call call = { .uv = uv, .conf = conf };

	if (block->header.len != sizeof(*block))
		return false;
	return decode_own_page(&call, block->paddr) == 0 && call.from.state == FRAME_PINNED;
}

static void commit_share(struct uvc_call *call)
{
	call->conf->unshared = false;
	uvc_page_commit(call);
}

const struct uvc_command uvc_share_commands[] = {
	{
		.cmd = UVC_CMD_PIN_PAGE_SHARED,
		.len = sizeof(struct uv_cb_cfs),
		.bit = BIT_UVC_CMD_PIN_PAGE_SHARED,
		.scope = UVC_SCOPE_PAGE,
		.cost = COST_UVC_SHARE,
		.name = "PIN_PAGE_SHARED",
		.decode = decode_pin,
		.commit = uvc_page_commit,
	},
	{
		.cmd = UVC_CMD_UNPIN_PAGE_SHARED,
		.len = sizeof(struct uv_cb_cts),
		.bit = BIT_UVC_CMD_UNPIN_PAGE_SHARED,
		.scope = UVC_SCOPE_PAGE,
		.handle = UVC_CONF_AT_18,
		.cost = COST_UVC_SHARE,
		.name = "UNPIN_PAGE_SHARED",
		.decode = decode_unpin,
		.commit = uvc_page_commit,
	},
	{
		.cmd = UVC_CMD_SET_SHARED_ACCESS,
		.len = sizeof(struct uv_cb_share),
		.bit = BIT_UVC_CMD_SET_SHARED_ACCESS,
		.scope = UVC_SCOPE_PAGE,
		.handle = UVC_GUEST,
		.cost = COST_UVC_SHARE,
		.name = "SET_SHARED_ACCESS",
		.decode = decode_share,
		.commit = commit_share,
	},
	{
		.cmd = UVC_CMD_REMOVE_SHARED_ACCESS,
		.len = sizeof(struct uv_cb_share),
		.bit = BIT_UVC_CMD_REMOVE_SHARED_ACCESS,
		.scope = UVC_SCOPE_PAGE,
		.handle = UVC_GUEST,
		.cost = COST_UVC_SHARE,
		.name = "REMOVE_SHARED_ACCESS",
		.decode = decode_unshare,
		.commit = uvc_page_commit,
	},
	{ .name = NULL },
};
