/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The boot image: parameters from the SE header, unpacking, verification.
 *
 * Hashes are not modelled: the image verifies when as many pages were unpacked as the header says.
 */
#include "uv/uvc.h"

static uint16_t read_header(struct uvc_call *call, struct uv_se_header *header)
{
	const struct uv_cb_ssc *block = call->block;

	if (block->sec_header_len < sizeof(*header) ||
	    !uvc_read(call, block->sec_header_origin, NULL, block->sec_header_len))
		return UVC_RC_SSC_HEADER;
	(void)uvc_read(call, block->sec_header_origin, header, sizeof(*header));
	if (header->magic != UV_SE_MAGIC || header->version != UV_SE_VERSION)
		return UVC_RC_SSC_HEADER;
	return 0;
}

static uint16_t decode_set_parms(struct uvc_call *call)
{
	const struct uv_cb_ssc *block = call->block;
	struct uv_se_header header;
	uint16_t rc;

	call->address = block->sec_header_origin;
	if (call->conf->state != CONF_CREATED)
		return UVC_RC_SIM_CONF_STATE;
	rc = read_header(call, &header);
	if (rc == 0 && (header.flags & UV_SE_KEY_MATCHES) == 0)
		rc = UVC_RC_SSC_KEY;
	return rc;
}

/*
 * The header was readable and good when the call began, and only the host could have changed it
 * since.
 */
static void begin_set_parms(struct uvc_call *call)
{
	struct uv_se_header header;

	(void)read_header(call, &header);
	call->conf->image_pages = header.image_pages;
	call->conf->dump_allowed = (header.flags & UV_SE_DUMP_ALLOWED) != 0;
	call->conf->secrets_allowed = (header.flags & UV_SE_SECRETS_ALLOWED) != 0;
}

static void commit_set_parms(struct uvc_call *call)
{
	call->conf->state = CONF_PARAMS;
}

static uint16_t decode_unpack(struct uvc_call *call)
{
	const struct uv_cb_unp *block = call->block;
	uint64_t number;
	uint16_t rc;

	call->address = block->gaddr;
	if (call->conf->state != CONF_PARAMS && call->conf->state != CONF_UNPACKING)
		return UVC_RC_SIM_CONF_STATE;
	rc = uvc_guest_page(call, block->gaddr, &number);
	if (rc == 0)
		rc = uvc_page_locate(call, number);
	if (rc != 0)
		return rc;
	if (call->from.state == FRAME_DONATED)
		return UVC_RC_SIM_DONATED;
	if (call->from.state != FRAME_PLAIN && call->from.state != FRAME_EXPORTED)
		return UVC_RC_SIM_OWNED;
	call->to = (struct frame){
		.state = FRAME_SECURE, .conf = call->conf->slot,
		.delta = (int64_t)((block->gaddr >> FRAME_SHIFT) - number),
	};
	return frame_delta_fits(call->to.delta) ? 0 : UVC_RC_SIM_FULL;
}

static void commit_unpack(struct uvc_call *call)
{
	call->conf->state = CONF_UNPACKING;
	call->conf->unpacked++;
	uvc_page_commit(call);
}

static uint16_t decode_verify(struct uvc_call *call)
{
	const struct conf *conf = call->conf;

	if (conf->state != CONF_PARAMS && conf->state != CONF_UNPACKING)
		return UVC_RC_SIM_CONF_STATE;
	if (conf->unpacked != conf->image_pages) {
		call->rrc = UVC_RRC_VERIFY_HASH;
		return UVC_RC_VERIFY_MISMATCH;
	}
	return 0;
}

static void commit_verify(struct uvc_call *call)
{
	call->conf->state = CONF_VERIFIED;
}

const struct uvc_command uvc_image_commands[] = {
	{
		.cmd = UVC_CMD_UNPACK_IMG,
		.len = sizeof(struct uv_cb_unp),
		.bit = BIT_UVC_CMD_UNPACK_IMG,
		.scope = UVC_SCOPE_PAGE,
		.handle = UVC_CONF_AT_18,
		.cost = COST_UVC_UNPACK,
		.name = "UNPACK_IMG",
		.decode = decode_unpack,
		.commit = commit_unpack,
	},
	{
		.cmd = UVC_CMD_SET_SEC_CONF_PARAMS,
		.len = sizeof(struct uv_cb_ssc),
		.bit = BIT_UVC_CMD_SET_SEC_PARMS,
		.scope = UVC_SCOPE_CONF,
		.handle = UVC_CONF_AT_18,
		.cost = COST_UVC_SET_PARMS,
		.name = "SET_SEC_CONF_PARAMS",
		.decode = decode_set_parms,
		.begin = begin_set_parms,
		.commit = commit_set_parms,
	},
	{
		.cmd = UVC_CMD_VERIFY_IMG,
		.len = sizeof(struct uv_cb_nodata),
		.bit = BIT_UVC_CMD_VERIFY_IMG,
		.scope = UVC_SCOPE_CONF,
		.handle = UVC_CONF_AT_18,
		.cost = COST_UVC_VERIFY,
		.name = "VERIFY_IMG",
		.decode = decode_verify,
		.commit = commit_verify,
	},
	{ .name = NULL },
};
