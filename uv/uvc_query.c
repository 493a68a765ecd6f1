/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Query of the Ultravisor's properties, and its initialisation.
 *
 * A host that boots before time begins has no other processors yet; uv_ops.others_running tells of
 * those of a machine that does not.
 */
#include <string.h>

#include "uv/uvc.h"
#include "uv/uvcb_guest.h"

#define MIB ((uint64_t)1 << 20)
#define BIT_INV(nr) ((uint64_t)1 << (63 - (nr)))

static uint16_t decode_qui(struct uvc_call *call)
{
	return call->header->len < MACHINE_QUERY_LEN_MIN ? UVC_RC_INV_LEN : 0;
}

static void list_commands(struct uv *uv, bool guest, uint64_t *list)
{
	for (unsigned family = 0; uvc_families[family] != NULL; family++) {
		for (const struct uvc_command *c = uvc_families[family]; c->name != NULL; c++) {
			bool mine = guest == (c->handle == UVC_GUEST) || c->cmd == UVC_CMD_QUI;

			if (c->bit >= 0 && mine && uvc_command_installed(c, uv->machine))
				list[c->bit / 64] |= BIT_INV(c->bit % 64);
		}
	}
}

static void commit_qui(struct uvc_call *call)
{
	const struct machine *m = call->uv->machine;
	uint64_t len = call->header->len, all = m->query_len != 0 ? m->query_len : MACHINE_QUERY_LEN;
	struct uv_cb_qui answer = { .header = *call->header };

	list_commands(call->uv, call->conf != NULL, answer.inst_calls_list);
	answer.uv_base_stor_len = m->uv_base_stor_len;
	answer.conf_base_phys_stor_len = m->conf_base_phys_stor_len;
	answer.conf_base_virt_stor_len = m->conf_base_virt_stor_len;
	answer.conf_virt_var_stor_len = m->conf_virt_var_stor_len;
	answer.cpu_stor_len = m->cpu_stor_len;
	answer.max_num_sec_conf = m->max_num_sec_conf;
	answer.max_guest_stor_addr = m->max_guest_stor_addr;
	answer.max_guest_cpu_id = m->max_guest_cpu_id;
	answer.uv_feature_indications = (m->misc ? BIT_INV(BIT_UV_FEAT_MISC) : 0) |
					(m->aiv ? BIT_INV(BIT_UV_FEAT_AIV) : 0) |
					(m->ap ? BIT_INV(BIT_UV_FEAT_AP) : 0) |
					(m->ap_intr ? BIT_INV(BIT_UV_FEAT_AP_INTR) : 0);
	answer.supp_se_hdr_versions = UV_SE_VERSION;
	answer.conf_dump_storage_state_len = m->dump ? m->conf_dump_storage_state_len : 0;
	answer.conf_dump_finalize_len = m->dump ? m->conf_dump_finalize_len : 0;
	answer.supp_att_req_hdr_ver = UV_ARCB_VERSION;
	answer.supp_att_pflags = UV_ARCB_FLAGS;
	if (m->ap) {
		answer.supp_add_secret_req_ver = UV_SECRET_VERSION;
		answer.supp_secret_types = uvc_secret_types(m);
		answer.max_assoc_secrets = MACHINE_SECRETS_MAX;
		answer.max_retr_secrets = m->max_retr_secrets;
	}
	memcpy(call->block, &answer, len < all ? len : all);
	if (len < all)
		call->rc = UVC_RC_MORE_DATA;
}

static uint16_t decode_init(struct uvc_call *call)
{
	const struct uv_cb_init *block = call->block;
	struct uv *uv = call->uv;
	struct stretch given = stretch_of(block->stor_origin, block->stor_len);

	call->address = block->stor_origin;
	if (uv->initialising)
		return UVC_DECODE_BUSY;
	if (uv->initialised)
		return UVC_RC_INIT_DONE;
	if (uv->ops.others_running != NULL && uv->ops.others_running(uv->ops.ctx) != 0)
		return UVC_RC_INIT_CPUS;
	if (block->stor_len != uv->machine->uv_base_stor_len)
		return UVC_RC_INIT_LEN;
	if (block->stor_origin < 2048 * MIB)
		return UVC_RC_INIT_BELOW_2G;
	if (block->stor_origin % MIB != 0)
		return UVC_RC_INIT_ALIGN;
	if (!frames_exist(uv, (struct stretch){ given.first, 1 }))
		return UVC_RC_INIT_ORIGIN;
	if (!frames_exist(uv, given))
		return UVC_RC_INIT_END;
	if (!frames_plain(uv, given))
		return UVC_RC_INIT_IN_USE;
	return 0;
}

static void begin_init(struct uvc_call *call)
{
	const struct uv_cb_init *block = call->block;
	struct uv *uv = call->uv;

	uv->initialising = true;
	uv->base = stretch_of(block->stor_origin, block->stor_len);
	frames_donate(uv, uv->base, NULL);
}

static void commit_init(struct uvc_call *call)
{
	call->uv->initialising = false;
	call->uv->initialised = true;
}

const struct uvc_command uvc_query_commands[] = {
	{
		.cmd = UVC_CMD_QUI,
		.len = sizeof(struct uv_cb_qui),
		.bit = BIT_UVC_CMD_QUI,
		.any_state = true,
		.cost = COST_UVC_MISC,
		.name = "QUI",
		.decode = decode_qui,
		.commit = commit_qui,
	},
	{
		.cmd = UVC_CMD_INIT_UV,
		.len = sizeof(struct uv_cb_init),
		.bit = BIT_UVC_CMD_INIT_UV,
		.any_state = true,
		.cost = COST_UVC_INIT,
		.name = "INIT_UV",
		.decode = decode_init,
		.begin = begin_init,
		.commit = commit_init,
	},
	{ .name = NULL },
};
