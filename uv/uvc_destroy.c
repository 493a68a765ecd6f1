/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Destroying secure CPUs and configurations, at once or page by page.
 *
 * DESTROY_SEC_CONF wipes every page the configuration still owns inside the call, lowest guest page
 * first, and answers cc 3 each time the profile's budget is used up. DESTROY_SEC_CONF_FAST gives
 * everything back but the pages, which stay locked as discarded. Both refuse while there are CPUs.
 * Bound adapter queues (rc 0x104 of the fast call) are not modelled.
 */
#include <assert.h>

#include "uv/uvc.h"

static uint16_t decode_destroy_cpu(struct uvc_call *call)
{
	return call->cpu->in_sie ? UVC_RC_SIM_IN_SIE : 0;
}

static void commit_destroy_cpu(struct uvc_call *call)
{
	cpu_free(call->uv, call->cpu);
}

static uint16_t decode_no_cpus(struct uvc_call *call)
{
	return call->conf->cpus != 0 ? UVC_RC_SIM_HAS_CPUS : 0;
}

static void begin_destroy(struct uvc_call *call)
{
	struct conf *conf = call->conf;

	if (conf->state != CONF_DYING) {
		uint64_t chunk = conf->slot * (uint64_t)COST_CHUNK_PAGES;

		conf->state = CONF_DYING;
		conf->work = (struct conf_work){
			.active = true,
			.fixed = cost(COST_UVC_DESTROY_CONF),
			.page = cost_page(COST_UVC_DESTROY_CONF_PAGE, chunk),
			.clear = cost_page(COST_UVC_CLEAR_DONATED, chunk),
			.donated = conf->base.frames + conf->variable.frames,
		};
		conf_walk_begin(conf, &conf->work.walk);
	}
	uvc_plan_slice(call);
}

/*
 * What the configuration still has in exported records is forgotten; the frames are the host's
 * anyway.
 */
static void drop_records(struct uv *uv, struct conf *conf, struct conf_walk *walk)
{
	uint64_t number, run;
	struct frame frame;

	while (conf_walk_next(uv, conf, walk, UINT64_MAX, &number, &run, &frame)) {
		assert(frame.state == FRAME_EXPORTED);
		frames_change(uv, number, run, frame, (struct frame){ .state = FRAME_PLAIN });
	}
}

static void give_back(struct uv *uv, struct conf *conf)
{
	frames_return(uv, conf->base, conf);
	frames_return(uv, conf->variable, conf);
	conf_retire(uv, conf);
}

static void commit_destroy(struct uvc_call *call)
{
	struct conf *conf = call->conf;

	conf_work_advance(call->uv, conf, call->time);
	if (call->partial)
		return;
	drop_records(call->uv, conf, &conf->work.walk);
	give_back(call->uv, conf);
}

static bool fast_installed(const struct machine *machine)
{
	return machine->destroy_fast;
}

static void commit_destroy_fast(struct uvc_call *call)
{
	struct conf *conf = call->conf;
	struct uv *uv = call->uv;
	struct conf_walk walk;
	uint64_t number, run;
	struct frame frame;

	conf_walk_begin(conf, &walk);
	while (conf_walk_next(uv, conf, &walk, UINT64_MAX, &number, &run, &frame)) {
		struct frame to = frame;

		if (frame.state == FRAME_EXPORTED)
			to = (struct frame){ .state = FRAME_PLAIN };
		else
			to.state = FRAME_DISCARDED;
		frames_change(uv, number, run, frame, to);
	}
	give_back(uv, conf);
}

const struct uvc_command uvc_destroy_commands[] = {
	{
		.cmd = UVC_CMD_DESTROY_SEC_CPU,
		.len = sizeof(struct uv_cb_nodata),
		.bit = BIT_UVC_CMD_DESTROY_SEC_CPU,
		.scope = UVC_SCOPE_CONF,
		.handle = UVC_CPU_AT_18,
		.cost = COST_UVC_DESTROY_CPU,
		.name = "DESTROY_SEC_CPU",
		.decode = decode_destroy_cpu,
		.commit = commit_destroy_cpu,
	},
	{
		.cmd = UVC_CMD_DESTROY_SEC_CONF,
		.len = sizeof(struct uv_cb_nodata),
		.bit = BIT_UVC_CMD_DESTROY_SEC_CONF,
		.scope = UVC_SCOPE_CONF,
		.handle = UVC_CONF_AT_18,
		.dying = true,
		.cost = COST_UVC_DESTROY_CONF,
		.name = "DESTROY_SEC_CONF",
		.decode = decode_no_cpus,
		.begin = begin_destroy,
		.commit = commit_destroy,
	},
	{
		.cmd = UVC_CMD_DESTROY_SEC_CONF_FAST,
		.len = sizeof(struct uv_cb_destroy_fast),
		.bit = BIT_UVC_CMD_DESTROY_SEC_CONF_FAST,
		.scope = UVC_SCOPE_CONF,
		.handle = UVC_CONF_AT_18,
		.cost = COST_UVC_DESTROY_CONF_FAST,
		.name = "DESTROY_SEC_CONF_FAST",
		.installed = fast_installed,
		.decode = decode_no_cpus,
		.commit = commit_destroy_fast,
	},
	{ .name = NULL },
};
