/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What walks that destroy pages see of the Ultravisor, for convoys (sim/convoy.h) and rhythms (sim/rhythm.h): the
 * state of the frames they are at, the calls under way there, and the counters that their calls move.
 *
 * Only where nobody watches single calls and none is to be answered on purpose.
 */
#include "sim/convoy.h"
#include "uv/contents.h"
#include "uv/uvc.h"

#define CALLS_MAX 64

/* Costs that such calls may come to; a distribution would be drawn for each call, or chunk. */
static bool costs_fixed(void)
{
	static const enum cost_id id[] = {
		COST_UVC_DESTROY_SECURE, COST_UVC_DESTROY_PLAIN, COST_UVC_BUSY, COST_UVC_MISC,
	};

	for (unsigned i = 0; i < sizeof(id) / sizeof(id[0]); i++)
		if (cost_page_run(id[i], 0) != UINT64_MAX)
			return false;
	return true;
}

static bool calls_state(const struct uv *uv, uint64_t first, uint64_t end, uint64_t base,
			struct sim_look_words *words)
{
	uint64_t at[CALLS_MAX];
	unsigned n = 0, i;

	for (const struct interlock *lock = uv->held; lock != NULL; lock = lock->next)
		if (lock->number >= first && lock->number < end)
			return false;
	for (const struct interlock *lock = uv->calls; lock != NULL; lock = lock->next) {
		if (lock->number < first || lock->number >= end)
			continue;
		if (n == CALLS_MAX)
			return false;
		/* In order of frames: who came first does not matter. */
		for (i = n++; i > 0 && at[i - 1] > lock->number; i--)
			at[i] = at[i - 1];
		at[i] = lock->number;
	}
	sim_convoy_word(words, n);
	for (i = 0; i < n; i++)
		sim_convoy_word(words, at[i] - base);
	return true;
}

static void frames_state(struct uv *uv, uint64_t first, uint64_t end, uint64_t base, struct sim_look_words *words)
{
	uint64_t run;

	for (; first < end; first += run) {
		struct frame frame = storage_get(uv->storage, first, end - first, &run);
		const struct conf *conf = conf_of(uv, frame);

		sim_convoy_word(words, first - base);
		sim_convoy_word(words, frame.state);
		sim_convoy_word(words, frame.conf);
		sim_convoy_word(words, (uint64_t)frame.delta);
		if (conf != NULL)
			sim_convoy_word(words, (uint64_t)conf->state << 2 | (uint64_t)conf_locked(conf) << 1 |
						       (conf->cpus != 0));
	}
}

/* A destroy call on frame @number succeeds, or says in old firmware's way that there is nothing to do. */
static bool simply_destroyed(struct uv *uv, uint64_t number)
{
	struct frame frame = storage_get(uv->storage, number, 1, NULL);
	const struct conf *owner = conf_of(uv, frame);
	struct page_step step = uvc_page_step(uv, UVC_CMD_DESTR_SEC_STOR, NULL, 0, number, frame);

	if (owner != NULL && (conf_locked(owner) || owner->state == CONF_DYING))
		return false;
	return step.rc == 0 || (step.rc == UVC_RC_DESTROY_PLAIN && step.rrc == UVC_RRC_DESTROY_PLAIN);
}

static bool walk_state(struct uv *uv, uint64_t first, uint64_t end, uint64_t base, struct sim_look_words *words)
{
	if (uv->watch != NULL || uv->faults.asked != NULL || !uv->initialised || !costs_fixed())
		return false;
	if (!simply_destroyed(uv, end - 1) || !calls_state(uv, first, end, base, words))
		return false;
	frames_state(uv, first, end, base, words);
	return true;
}

bool uvc_walk_state(struct uv *uv, uint64_t first, uint64_t end, uint64_t base, struct sim_look_words *words)
{
	if (!walk_state(uv, first, end, base, words))
		return false;
	for (struct uv_call_count *count = uv->counts; count != NULL; count = count->next) {
		sim_convoy_tally(words, &count->count, &count->bulk_count);
		sim_convoy_tally(words, &count->time, &count->bulk_time);
	}
	cost_tally(words, false);
	return true;
}

bool uvc_rhythm_state(struct uv *uv, uint64_t number, struct sim_look_words *words)
{
	if (!walk_state(uv, number, number + 1, number, words))
		return false;
	for (struct uv_call_count *count = uv->counts; count != NULL; count = count->next) {
		sim_convoy_tally(words, &count->count, NULL);
		sim_convoy_tally(words, &count->time, NULL);
		sim_convoy_tally(words, &count->bulk_count, NULL);
		sim_convoy_tally(words, &count->bulk_time, NULL);
	}
	cost_tally(words, true);
	return true;
}

uint64_t uvc_walk_room(struct uv *uv, uint64_t end, uint64_t max)
{
	(void)storage_get(uv->storage, end - 1, max + 1, &max);
	max--;
	return max > 0 ? interlock_next(uv, end, max) - end : 0;
}

void uvc_walk_destroyed(struct uv *uv, uint64_t number, uint64_t n)
{
	uint64_t run;

	if (n > 0)
		uvc_progress(UVC_CMD_DESTR_SEC_STOR, number << FRAME_SHIFT, n);
	for (; n > 0; number += run, n -= run) {
		struct frame from = storage_get(uv->storage, number, n, &run);
		struct page_step step = uvc_page_step(uv, UVC_CMD_DESTR_SEC_STOR, NULL, 0, number, from);

		if (step.rc != 0)
			continue;
		if (step.to.state != from.state || step.to.conf != from.conf || step.to.delta != from.delta)
			frames_record(uv, number, run, from, step.to);
		contents_page(uv, UVC_CMD_DESTR_SEC_STOR, NULL, 0, number, run, from);
	}
}
