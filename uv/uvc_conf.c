/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Creating configurations and secure CPUs.
 *
 * Donated storage belongs to the Ultravisor from the moment the call begins, so that no other call
 * can take it. A creation longer than the profile's budget answers cc 3; the block re-issued
 * unchanged goes on. Base storage is absolute, variable storage host virtual; in the kernel window
 * both are the same numbers.
 */
#include "uv/uvc.h"

#define MIB ((uint64_t)1 << 20)

static struct stretch base_of(const struct uv *uv, const struct uv_cb_cgc *block)
{
	return stretch_of(block->conf_base_stor_origin, uv->machine->conf_base_phys_stor_len);
}

static struct stretch variable_of(const struct uv *uv, const struct uv_cb_cgc *block)
{
	uint64_t bytes = uv->machine->conf_virt_var_stor_len * (block->guest_stor_len / MIB);

	bytes = (bytes + FRAME_SIZE - 1) & ~(FRAME_SIZE - 1);
	return stretch_of(block->conf_virt_stor_origin,
			  bytes + uv->machine->conf_base_virt_stor_len);
}

struct conf *uvc_creation_under_way(struct uv *uv, const struct uv_cb_cgc *block)
{
	struct conf *conf = conf_find_asce(uv, block->guest_asce);

	if (conf == NULL || conf->state != CONF_CREATING)
		return NULL;
	if (conf->base.first != base_of(uv, block).first || conf->sca != block->guest_sca)
		return NULL;
	if (conf->variable.first != variable_of(uv, block).first)
		return NULL;
	if (conf->origin != block->guest_stor_origin || conf->length != block->guest_stor_len)
		return NULL;
	return conf;
}

static uint16_t check_guest(struct uv *uv, const struct uv_cb_cgc *block)
{
	uint64_t max = uv->machine->max_guest_stor_addr;

	if (block->guest_stor_origin > max)
		return UVC_RC_CGC_ORIGIN;
	if (block->guest_stor_len > max - block->guest_stor_origin)
		return UVC_RC_CGC_END;
	if (block->guest_stor_len == 0 ||
	    (block->guest_stor_origin | block->guest_stor_len) % FRAME_SIZE != 0)
		return UVC_RC_CGC_LEN;
	if ((block->guest_asce & UV_ASCE_PRIVATE) == 0 || (block->guest_asce & UV_ASCE_REAL) != 0)
		return UVC_RC_CGC_ASCE;
	if (conf_find_asce(uv, block->guest_asce) != NULL)
		return UVC_RC_CGC_ASCE_IN_USE;
	return 0;
}

static uint16_t check_storage(struct uv *uv, const struct uv_cb_cgc *block)
{
	struct stretch base = base_of(uv, block), variable = variable_of(uv, block);

	/* Lowcore first: it may lie outside what is configured here. */
	if (block->conf_base_stor_origin < UV_LOWCORE_END)
		return UVC_RC_CGC_BASE_LOWCORE;
	if (!frames_exist(uv, base))
		return UVC_RC_CGC_BASE;
	if (block->conf_base_stor_origin % FRAME_SIZE != 0)
		return UVC_RC_CGC_BASE_ALIGN;
	if (!frames_plain(uv, base))
		return UVC_RC_CGC_BASE_IN_USE;
	if (variable.frames != 0) {
		if (block->conf_virt_stor_origin < UV_LOWCORE_END)
			return UVC_RC_CGC_VAR_LOWCORE;
		if (block->conf_virt_stor_origin % FRAME_SIZE != 0 || !frames_exist(uv, variable))
			return UVC_RC_CGC_VAR;
		if (!frames_plain(uv, variable) || (variable.first < base.first + base.frames &&
						    base.first < variable.first + variable.frames))
			return UVC_RC_CGC_VAR_IN_USE;
	}
	if (block->guest_sca == 0)
		return UVC_RC_CGC_SCA_ZERO;
	if (!frames_exist(uv, stretch_of(block->guest_sca, 1)))
		return UVC_RC_CGC_SCA;
	return 0;
}

void uvc_plan_slice(struct uvc_call *call)
{
	sim_time left = conf_work_left(call->conf);

	call->timed = true;
	call->partial = conf_work_slices(call->uv, left) > 0;
	call->time = call->partial ? call->uv->machine->partial_budget : left;
	if (call->conf->doom.active && left - call->time < call->conf->doom.left) {
		/* To be stopped before the work is done, or before the budget is. */
		call->partial = true;
		call->time = left > call->conf->doom.left ? left - call->conf->doom.left : 0;
	}
}

static uint16_t decode_create(struct uvc_call *call)
{
	const struct uv_cb_cgc *block = call->block;
	struct uv *uv = call->uv;
	uint16_t rc;

	call->address = block->conf_base_stor_origin;
	call->conf = uvc_creation_under_way(uv, block);
	if (call->conf != NULL)
		return conf_locked(call->conf) ? UVC_DECODE_BUSY : 0;
	rc = check_guest(uv, block);
	if (rc == 0)
		rc = check_storage(uv, block);
	if (rc == 0 && !conf_room(uv))
		rc = UVC_RC_SIM_FULL;
	return rc;
}

static struct conf *create(struct uv *uv, const struct uv_cb_cgc *block)
{
	struct conf *conf = conf_create(uv);

	conf->base = base_of(uv, block);
	conf->variable = variable_of(uv, block);
	conf->asce = block->guest_asce;
	conf->origin = block->guest_stor_origin;
	conf->length = block->guest_stor_len;
	conf->sca = block->guest_sca;
	conf->domain = uv->ops.domain(uv->ops.ctx, conf->asce);
	sim_domain_init(&conf->creation, "creation", 1);
	conf->work = (struct conf_work){
		.active = true,
		.fixed = cost(COST_UVC_CREATE_CONF),
		.clear = cost_page(COST_UVC_CLEAR_DONATED, conf->slot * (uint64_t)COST_CHUNK_PAGES),
		.donated = conf->base.frames + conf->variable.frames,
	};
	frames_donate(uv, conf->base, conf);
	frames_donate(uv, conf->variable, conf);
	return conf;
}

static void begin_create(struct uvc_call *call)
{
	if (call->conf == NULL)
		call->conf = create(call->uv, call->block);
	uvc_plan_slice(call);
}

static void commit_create(struct uvc_call *call)
{
	struct uv_cb_cgc *block = call->block;
	struct conf *conf = call->conf;

	conf_work_advance(call->uv, conf, call->time);
	if (call->partial)
		return;
	conf->work.active = false;
	conf_publish(call->uv, conf);
	block->guest_handle = conf->handle;
	call->handle = conf->handle;
}

static uint16_t decode_create_cpu(struct uvc_call *call)
{
	const struct uv_cb_csc *block = call->block;
	struct uv *uv = call->uv;
	struct stretch storage = stretch_of(block->stor_origin, uv->machine->cpu_stor_len);

	call->address = block->stor_origin;
	if (block->num > uv->machine->max_guest_cpu_id)
		return UVC_RC_CSC_NUMBER;
	if (call->conf->cpu[block->num] != NULL)
		return UVC_RC_CSC_NUMBER_IN_USE;
	if (block->stor_origin < UV_LOWCORE_END)
		return UVC_RC_CSC_STOR_LOWCORE;
	if (!frames_exist(uv, storage))
		return UVC_RC_CSC_STOR;
	if (block->stor_origin % FRAME_SIZE != 0 || !frames_plain(uv, storage))
		return UVC_RC_CSC_STOR_IN_USE;
	if (block->state_origin < UV_LOWCORE_END)
		return UVC_RC_CSC_SIE_LOWCORE;
	if (!frames_exist(uv, stretch_of(block->state_origin, 1)))
		return UVC_RC_CSC_SIE;
	return 0;
}

static void begin_create_cpu(struct uvc_call *call)
{
	const struct uv_cb_csc *block = call->block;
	struct uv *uv = call->uv;

	frames_donate(uv, stretch_of(block->stor_origin, uv->machine->cpu_stor_len), call->conf);
}

static void commit_create_cpu(struct uvc_call *call)
{
	struct uv_cb_csc *block = call->block;
	struct stretch storage = stretch_of(block->stor_origin, call->uv->machine->cpu_stor_len);

	block->cpu_handle = cpu_create(call->uv, call->conf, block->num, storage)->handle;
}

const struct uvc_command uvc_conf_commands[] = {
	{
		.cmd = UVC_CMD_CREATE_SEC_CONF,
		.len = sizeof(struct uv_cb_cgc),
		.bit = BIT_UVC_CMD_CREATE_SEC_CONF,
		.scope = UVC_SCOPE_CONF,
		.cost = COST_UVC_CREATE_CONF,
		.name = "CREATE_SEC_CONF",
		.decode = decode_create,
		.begin = begin_create,
		.commit = commit_create,
	},
	{
		.cmd = UVC_CMD_CREATE_SEC_CPU,
		.len = sizeof(struct uv_cb_csc),
		.bit = BIT_UVC_CMD_CREATE_SEC_CPU,
		.scope = UVC_SCOPE_CONF,
		.handle = UVC_CONF_AT_20,
		.cost = COST_UVC_CREATE_CPU,
		.name = "CREATE_SEC_CPU",
		.decode = decode_create_cpu,
		.begin = begin_create_cpu,
		.commit = commit_create_cpu,
	},
	{ .name = NULL },
};
