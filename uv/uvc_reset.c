/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * CPU states and the reset sequence: stop all CPUs, unshare all, prepare, reset the CPU, operating
 * with load.
 *
 * Each step asks for the one before it; SIE entry asks for the last (access.c). Which rc the
 * machine gives for a step out of order is not published.
 */
#include <string.h>

#include "uv/uvc.h"

#define SHORT_PSW_ADDRESS 0x7fffffffu

/* One in SIE is operating: nobody can stop it there. */
static bool all_stopped(const struct uv *uv, const struct conf *conf)
{
	for (unsigned i = 0; i <= uv->machine->max_guest_cpu_id; i++) {
		const struct secure_cpu *cpu = conf->cpu[i];

		if (cpu != NULL && (cpu->state == PV_CPU_STATE_OPR || cpu->state == PV_CPU_STATE_OPR_LOAD))
			return false;
	}
	return true;
}

static uint16_t decode_unshare_all(struct uvc_call *call)
{
	return all_stopped(call->uv, call->conf) ? 0 : UVC_RC_SIM_CONF_STATE;
}

static void commit_unshare_all(struct uvc_call *call)
{
	struct conf *conf = call->conf;
	struct conf_walk walk;
	uint64_t number, run;
	struct frame frame;

	conf_walk_begin(conf, &walk);
	while (conf_walk_next(call->uv, conf, &walk, UINT64_MAX, &number, &run, &frame)) {
		struct frame to = frame;

		to.state = FRAME_SECURE;
		if (frame.state == FRAME_SHARED || frame.state == FRAME_PINNED)
			frames_change(call->uv, number, run, frame, to);
	}
	conf->unshared = true;
}

static uint16_t decode_prepare_reset(struct uvc_call *call)
{
	return call->conf->unshared && all_stopped(call->uv, call->conf) ? 0
									 : UVC_RC_SIM_CONF_STATE;
}

static void commit_prepare_reset(struct uvc_call *call)
{
	struct conf *conf = call->conf;

	conf->prepared = true;
	for (unsigned i = 0; i <= call->uv->machine->max_guest_cpu_id; i++)
		if (conf->cpu[i] != NULL)
			conf->cpu[i]->reset_due = true;
}

static uint16_t decode_cpu_reset(struct uvc_call *call)
{
	const struct secure_cpu *cpu = call->cpu;

	if (cpu->in_sie)
		return UVC_RC_SIM_IN_SIE;
	/*
	 * After the guest asked for a reset, a CPU reset counts only once the configuration is
	 * prepared.
	 */
	return cpu->conf->reset_due && !cpu->conf->prepared ? UVC_RC_SIM_CONF_STATE : 0;
}

static void commit_cpu_reset(struct uvc_call *call)
{
	struct secure_cpu *cpu = call->cpu;
	uint16_t cmd = call->header->cmd;

	cpu->state = PV_CPU_STATE_STP;
	cpu->reset_due = false;
	cpu->guest.program = 0;
	cpu->left_with = 0;
	if (cmd == UVC_CMD_CPU_RESET)
		return;
	cpu->guest.psw = 0;
	cpu->guest.prefix = 0;
	cpu->guest.cpu_timer = 0;
	if (cmd == UVC_CMD_CPU_RESET_CLEAR)
		memset(cpu->guest.gr, 0, sizeof(cpu->guest.gr));
}

static uint16_t decode_set_state(struct uvc_call *call)
{
	const struct uv_cb_cpu_set_state *block = call->block;
	const struct secure_cpu *cpu = call->cpu;

	call->address = block->state;
	if (cpu->in_sie)
		return UVC_RC_SIM_IN_SIE;
	switch (block->state) {
	case PV_CPU_STATE_STP:
	case PV_CPU_STATE_CHKSTP:
		return 0;
	case PV_CPU_STATE_OPR:
		return cpu->reset_due ? UVC_RC_SIM_CONF_STATE : 0;
	case PV_CPU_STATE_OPR_LOAD:
		if (cpu->reset_due || cpu->conf->state != CONF_VERIFIED)
			return UVC_RC_SIM_CONF_STATE;
		return cpu->conf->reset_due && !cpu->conf->prepared ? UVC_RC_SIM_CONF_STATE : 0;
	default:
		return UVC_RC_SIM_CONF_STATE;
	}
}

/*
 * The first load starts the image at its beginning (an image of ours has no PSW in its header); one
 * after a reset takes the short PSW at guest absolute 0.
 */
static void load_psw(struct uv *uv, struct secure_cpu *cpu)
{
	struct conf *conf = cpu->conf;
	uint64_t number, psw = 0;

	if (conf->loaded && uv->ops.load != NULL &&
	    uv->ops.translate(uv->ops.ctx, conf->asce, conf->origin, &number) == 0)
		uv->ops.load(uv->ops.ctx, number << FRAME_SHIFT, &psw, sizeof(psw));
	cpu->guest.psw = psw & SHORT_PSW_ADDRESS;
	conf->loaded = true;
}

static void commit_set_state(struct uvc_call *call)
{
	const struct uv_cb_cpu_set_state *block = call->block;
	struct conf *conf = call->conf;

	call->cpu->state = block->state;
	if (block->state != PV_CPU_STATE_OPR_LOAD)
		return;
	load_psw(call->uv, call->cpu);
	conf->unshared = false;
	conf->prepared = false;
	conf->reset_due = false;
}

#define CPU_RESET(command, nr, text)								\
	{											\
		.cmd = command, .len = sizeof(struct uv_cb_nodata), .bit = nr,			\
		.scope = UVC_SCOPE_CONF, .handle = UVC_CPU_AT_18, .cost = COST_UVC_CPU_STATE,	\
		.name = text, .decode = decode_cpu_reset, .commit = commit_cpu_reset,		\
	}

const struct uvc_command uvc_reset_commands[] = {
	CPU_RESET(UVC_CMD_CPU_RESET, BIT_UVC_CMD_CPU_RESET, "CPU_RESET"),
	CPU_RESET(UVC_CMD_CPU_RESET_INITIAL, BIT_UVC_CMD_CPU_RESET_INITIAL, "CPU_RESET_INITIAL"),
	CPU_RESET(UVC_CMD_CPU_RESET_CLEAR, BIT_UVC_CMD_CPU_PERFORM_CLEAR_RESET, "CPU_RESET_CLEAR"),
	{
		.cmd = UVC_CMD_CPU_SET_STATE, .len = sizeof(struct uv_cb_cpu_set_state),
		.bit = BIT_UVC_CMD_CPU_SET_STATE, .scope = UVC_SCOPE_CONF, .handle = UVC_CPU_AT_18,
		.cost = COST_UVC_CPU_STATE, .name = "CPU_SET_STATE",
		.decode = decode_set_state, .commit = commit_set_state,
	},
	{
		.cmd = UVC_CMD_PREPARE_RESET, .len = sizeof(struct uv_cb_nodata),
		.bit = BIT_UVC_CMD_PREPARE_RESET, .scope = UVC_SCOPE_CONF, .handle = UVC_CONF_AT_18,
		.cost = COST_UVC_CONF_RESET, .name = "PREPARE_RESET",
		.decode = decode_prepare_reset, .commit = commit_prepare_reset,
	},
	{
		.cmd = UVC_CMD_SET_UNSHARE_ALL, .len = sizeof(struct uv_cb_nodata),
		.bit = BIT_UVC_CMD_UNSHARE_ALL, .scope = UVC_SCOPE_CONF, .handle = UVC_CONF_AT_18,
		.cost = COST_UVC_CONF_RESET, .name = "SET_UNSHARE_ALL",
		.decode = decode_unshare_all, .commit = commit_unshare_all,
	},
	{ .name = NULL },
};
