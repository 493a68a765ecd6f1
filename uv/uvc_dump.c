/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Dumping: start, storage state of one MiB, one CPU, completion.
 *
 * The output is encrypted on the machine; here it is zeroes of the right length. A dump may be
 * started again after it is complete.
 */
#include <stdlib.h>

#include "uv/memory.h"
#include "uv/uvc.h"

#define MIB ((uint64_t)1 << 20)

static bool dump_installed(const struct machine *machine)
{
	return machine->dump;
}

static uint16_t decode_dump_init(struct uvc_call *call)
{
	if (!call->conf->dump_allowed)
		return UVC_RC_DUMP_NOT_ALLOWED;
	return call->conf->dumping ? UVC_RC_SIM_CONF_STATE : 0;
}

static void commit_dump_init(struct uvc_call *call)
{
	call->conf->dumping = true;
}

static uint16_t check_area(struct uvc_call *call, uint64_t area, uint64_t bytes)
{
	if (!call->conf->dumping)
		return UVC_RC_SIM_CONF_STATE;
	return uvc_read(call, area, NULL, bytes) ? 0 : UVC_RC_DUMP_AREA;
}

static void fill_area(struct uvc_call *call, uint64_t area, uint64_t bytes)
{
	void *zeroes = uv_alloc(bytes);

	uvc_write(call, area, zeroes, bytes);
	free(zeroes);
}

static uint16_t decode_dump_storage(struct uvc_call *call)
{
	const struct uv_cb_dump_stor_state *block = call->block;
	const struct conf *conf = call->conf;

	call->address = block->gaddr;
	if (!conf->dumping)
		return UVC_RC_SIM_CONF_STATE;
	if (block->gaddr % MIB != 0)
		return UVC_RC_DUMP_ALIGN;
	if (block->gaddr < conf->origin || block->gaddr - conf->origin >= conf->length)
		return UVC_RC_DUMP_GADDR;
	return check_area(call, block->dump_area_origin,
			  call->uv->machine->conf_dump_storage_state_len);
}

static void commit_dump_storage(struct uvc_call *call)
{
	const struct uv_cb_dump_stor_state *block = call->block;

	fill_area(call, block->dump_area_origin, call->uv->machine->conf_dump_storage_state_len);
}

static uint16_t decode_dump_cpu(struct uvc_call *call)
{
	const struct uv_cb_dump_cpu *block = call->block;

	call->address = block->dump_area_origin;
	return check_area(call, block->dump_area_origin, call->uv->machine->cpu_stor_len);
}

static void commit_dump_cpu(struct uvc_call *call)
{
	const struct uv_cb_dump_cpu *block = call->block;

	fill_area(call, block->dump_area_origin, call->uv->machine->cpu_stor_len);
}

static uint16_t decode_dump_complete(struct uvc_call *call)
{
	const struct uv_cb_dump_complete *block = call->block;

	call->address = block->dump_area_origin;
	return check_area(call, block->dump_area_origin, call->uv->machine->conf_dump_finalize_len);
}

static void commit_dump_complete(struct uvc_call *call)
{
	const struct uv_cb_dump_complete *block = call->block;

	fill_area(call, block->dump_area_origin, call->uv->machine->conf_dump_finalize_len);
	call->conf->dumping = false;
}

const struct uvc_command uvc_dump_commands[] = {
	{
		.cmd = UVC_CMD_DUMP_INIT,
		.len = sizeof(struct uv_cb_nodata),
		.bit = BIT_UVC_CMD_DUMP_INIT,
		.scope = UVC_SCOPE_CONF,
		.handle = UVC_CONF_AT_18,
		.cost = COST_UVC_DUMP,
		.name = "DUMP_INIT",
		.installed = dump_installed,
		.decode = decode_dump_init,
		.commit = commit_dump_init,
	},
	{
		.cmd = UVC_CMD_DUMP_CONF_STOR_STATE,
		.len = sizeof(struct uv_cb_dump_stor_state),
		.bit = BIT_UVC_CMD_DUMP_CONFIG_STOR_STATE,
		.scope = UVC_SCOPE_CONF,
		.handle = UVC_CONF_AT_18,
		.cost = COST_UVC_DUMP,
		.name = "DUMP_CONF_STOR_STATE",
		.installed = dump_installed,
		.decode = decode_dump_storage,
		.commit = commit_dump_storage,
	},
	{
		.cmd = UVC_CMD_DUMP_CPU,
		.len = sizeof(struct uv_cb_dump_cpu),
		.bit = BIT_UVC_CMD_DUMP_CPU,
		.scope = UVC_SCOPE_CONF,
		.handle = UVC_CPU_AT_18,
		.cost = COST_UVC_DUMP,
		.name = "DUMP_CPU",
		.installed = dump_installed,
		.decode = decode_dump_cpu,
		.commit = commit_dump_cpu,
	},
	{
		.cmd = UVC_CMD_DUMP_COMPLETE,
		.len = sizeof(struct uv_cb_dump_complete),
		.bit = BIT_UVC_CMD_DUMP_COMPLETE,
		.scope = UVC_SCOPE_CONF,
		.handle = UVC_CONF_AT_18,
		.cost = COST_UVC_DUMP,
		.name = "DUMP_COMPLETE",
		.installed = dump_installed,
		.decode = decode_dump_complete,
		.commit = commit_dump_complete,
	},
	{ .name = NULL },
};
