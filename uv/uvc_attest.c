/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Attestation: a guest asks for a measurement of itself.
 *
 * Every check that needs no key is made as public tests assert it; the order among them is ours but
 * for one thing those tests fix: lengths of the answer are judged before the request is unsealed.
 * The measurement itself would need the machine's keys; here it is zeroes of the right length.
 */
#include <string.h>

#include "uv/uvc.h"
#include "uv/uvcb_guest.h"

#define USER_DATA_MAX 256

static uint32_t additional_length(uint64_t flags)
{
	uint32_t bytes = 0;

	for (uint64_t rest = flags & UV_ARCB_FLAGS; rest != 0; rest &= rest - 1)
		bytes += UV_ARCB_HASH_LEN;
	return bytes;
}

/* The part of the request that is not encrypted. */
static uint16_t check_head(const struct uv_arcb *arcb)
{
	if (arcb->version != UV_ARCB_VERSION)
		return UVC_RC_ATTEST_VERSION;
	if (arcb->key_slots == 0)
		return UVC_RC_ATTEST_SLOTS;
	if (arcb->encrypted_len != UV_ARCB_ENCRYPTED_LEN)
		return UVC_RC_ATTEST_SEA;
	if (arcb->length != sizeof(*arcb) + arcb->key_slots * UV_ARCB_SLOT_LEN +
				    arcb->encrypted_len + UV_ARCB_TAG_LEN)
		return UVC_RC_ATTEST_ARCB_LEN;
	if ((arcb->flags & ~UV_ARCB_FLAGS) != 0)
		return UVC_RC_ATTEST_FLAGS;
	if (arcb->algorithm != UV_ARCB_ALGORITHM)
		return UVC_RC_ATTEST_ALGORITHM;
	return 0;
}

static uint16_t unseal(const struct uvc_call *call, uint64_t address, const struct uv_arcb *arcb)
{
	uint64_t encrypted = address + sizeof(*arcb) + arcb->key_slots * UV_ARCB_SLOT_LEN;
	uint64_t magic;

	if (!uvc_read(call, address, NULL, arcb->length) ||
	    !uvc_read(call, encrypted, &magic, sizeof(magic)))
		return UVC_RC_ATTEST_ARCB;
	return magic == UV_ARCB_MAGIC ? 0 : UVC_RC_ATTEST_UNSEAL;
}

static uint16_t decode_attest(struct uvc_call *call)
{
	const struct uv_cb_attest *block = call->block;
	struct uv_arcb arcb;
	uint16_t rc;

	call->address = block->arcb_addr;
	if (block->token != 0)
		return UVC_RC_ATTEST_TOKEN;
	if (block->user_data_len > USER_DATA_MAX)
		return UVC_RC_ATTEST_USER_LEN;
	if (!uvc_read(call, block->arcb_addr, &arcb, sizeof(arcb)))
		return UVC_RC_ATTEST_ARCB;
	rc = check_head(&arcb);
	if (rc != 0)
		return rc;
	if (block->meas_len < UV_ARCB_MEAS_LEN)
		return UVC_RC_ATTEST_MEAS_LEN;
	if (block->add_len < additional_length(arcb.flags))
		return UVC_RC_ATTEST_ADD_LEN;
	rc = unseal(call, block->arcb_addr, &arcb);
	if (rc != 0)
		return rc;
	if (!uvc_read(call, block->meas_addr, NULL, UV_ARCB_MEAS_LEN))
		return UVC_RC_ATTEST_MEAS;
	if (!uvc_read(call, block->add_addr, NULL, additional_length(arcb.flags)))
		return UVC_RC_ATTEST_ADD;
	return 0;
}

static void commit_attest(struct uvc_call *call)
{
	struct uv_cb_attest *block = call->block;
	const uint8_t zeroes[UV_ARCB_MEAS_LEN] = { 0 };
	struct uv_arcb arcb = { .flags = 0 };

	(void)uvc_read(call, block->arcb_addr, &arcb, sizeof(arcb));
	block->meas_len = UV_ARCB_MEAS_LEN;
	block->add_len = additional_length(arcb.flags);
	uvc_write(call, block->meas_addr, zeroes, block->meas_len);
	uvc_write(call, block->add_addr, zeroes, block->add_len);
	memset(block->config_uid, 0, sizeof(block->config_uid));
	memcpy(block->config_uid, &call->handle, sizeof(call->handle));
}

const struct uvc_command uvc_attest_commands[] = {
	{
		.cmd = UVC_CMD_RETR_ATTEST,
		.len = sizeof(struct uv_cb_attest),
		.bit = BIT_UVC_CMD_RETR_ATTEST,
		.handle = UVC_GUEST,
		.cost = COST_UVC_MISC,
		.name = "RETR_ATTEST",
		.decode = decode_attest,
		.commit = commit_attest,
	},
	{ .name = NULL },
};
