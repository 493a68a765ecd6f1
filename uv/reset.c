/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The load reset of the host: diagnose 308 of the logical partition itself. Everything secure is
 * wiped and given back, and the Ultravisor is as it was before INIT_UV.
 *
 * Public tests assert that donated storage reads zero afterwards; that guest pages do too is taken
 * from there. Handles are not used again: a simulated machine keeps its serial numbers.
 */
#include <assert.h>

#include "uv/uvc.h"

static void wipe_pages(struct uv *uv, struct conf *conf)
{
	struct frame plain = { .state = FRAME_PLAIN };
	struct conf_walk walk;
	uint64_t number, run;
	struct frame frame;

	conf_walk_begin(conf, &walk);
	while (conf_walk_next(uv, conf, &walk, UINT64_MAX, &number, &run, &frame)) {
		/* The last frame of a discarded configuration takes it along. */
		bool last = conf->state == CONF_DISCARDED &&
			    conf->pages[FRAME_DISCARDED] + conf->pages[FRAME_EXPORTED] == run;

		frames_change(uv, number, run, frame, plain);
		if (last)
			return;
	}
}

static void forget(struct uv *uv, struct conf *conf)
{
	assert(!conf_locked(conf) && conf->in_flight == 0);
	for (unsigned i = 0; i <= uv->machine->max_guest_cpu_id; i++)
		if (conf->cpu[i] != NULL)
			cpu_free(uv, conf->cpu[i]);
	if (conf->state == CONF_DISCARDED) {
		wipe_pages(uv, conf);
		return;
	}
	wipe_pages(uv, conf);
	frames_return(uv, conf->base, conf);
	frames_return(uv, conf->variable, conf);
	conf_retire(uv, conf);
}

void uv_load_reset(struct uv *uv)
{
	for (uint32_t slot = 1; slot < uv->slots; slot++)
		if (uv->conf[slot] != NULL)
			forget(uv, uv->conf[slot]);
	if (uv->initialised)
		frames_return(uv, uv->base, NULL);
	uv->initialised = false;
}
