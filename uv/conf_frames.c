/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Donated stretches, the walk over a configuration's frames, and calls in slices.
 *
 * A long call is a sum of steps: a fixed part, one for each owned page, one for each donated frame.
 * A slice adds the profile's budget to a credit, and the credit pays for whole steps in order. So n
 * slices at once come to the same state as n slices one by one, whatever the lengths are. Where the
 * machine really cuts its long calls is not published.
 */
#include <assert.h>

#include "uv/configuration.h"
#include "uv/uvc.h"

struct stretch stretch_of(uint64_t address, uint64_t bytes)
{
	uint64_t first = address >> FRAME_SHIFT;
	struct stretch stretch = { first, 0 };

	if (bytes != 0)
		stretch.frames = ((address + bytes - 1) >> FRAME_SHIFT) - first + 1;
	return stretch;
}

bool frames_exist(struct uv *uv, struct stretch stretch)
{
	while (stretch.frames > 0) {
		struct storage_region *region = storage_find(uv->storage, stretch.first);
		uint64_t here;

		if (region == NULL)
			return false;
		here = storage_region_first(region) + storage_region_frames(region) - stretch.first;
		if (here > stretch.frames)
			here = stretch.frames;
		stretch.first += here;
		stretch.frames -= here;
	}
	return true;
}

bool frames_plain(struct uv *uv, struct stretch stretch)
{
	for (uint64_t run; stretch.frames > 0; stretch.first += run, stretch.frames -= run)
		if (storage_get(uv->storage, stretch.first, stretch.frames, &run).state !=
		    FRAME_PLAIN)
			return false;
	return true;
}

void frames_donate(struct uv *uv, struct stretch stretch, struct conf *conf)
{
	struct frame to = { .state = FRAME_DONATED, .conf = conf != NULL ? conf->slot : 0 };
	struct frame from = { .state = FRAME_PLAIN };

	if (stretch.frames > 0)
		frames_change(uv, stretch.first, stretch.frames, from, to);
}

void frames_return(struct uv *uv, struct stretch stretch, struct conf *conf)
{
	struct frame from = { .state = FRAME_DONATED, .conf = conf != NULL ? conf->slot : 0 };
	struct frame to = { .state = FRAME_PLAIN };

	if (stretch.frames > 0)
		frames_change(uv, stretch.first, stretch.frames, from, to);
}

static bool piece_before(const struct conf_piece *a, const struct conf_piece *b)
{
	return a->low != b->low ? a->low < b->low : a->delta < b->delta;
}

void conf_walk_begin(struct conf *conf, struct conf_walk *walk)
{
	struct conf_piece *sorted = NULL;

	while (conf->pieces != NULL) {
		struct conf_piece *piece = conf->pieces, **at = &sorted;

		conf->pieces = piece->next;
		while (*at != NULL && piece_before(*at, piece))
			at = &(*at)->next;
		piece->next = *at;
		*at = piece;
	}
	conf->pieces = sorted;
	walk->piece = sorted;
	walk->gpage = sorted != NULL ? sorted->low : 0;
}

static bool piece_owns(const struct conf *conf, const struct conf_piece *piece, struct frame frame)
{
	return frame.conf == conf->slot && frame.state != FRAME_DONATED &&
	       frame.delta == piece->delta;
}

bool conf_walk_next(struct uv *uv, struct conf *conf, struct conf_walk *walk, uint64_t max,
		    uint64_t *number, uint64_t *run, struct frame *frame)
{
	assert(max >= 1);
	while (walk->piece != NULL) {
		const struct conf_piece *piece = walk->piece;

		while (walk->gpage < piece->high) {
			*number = walk->gpage - (uint64_t)piece->delta;
			*frame = storage_get(uv->storage, *number, piece->high - walk->gpage, run);
			if (piece_owns(conf, piece, *frame)) {
				if (*run > max)
					*run = max;
				walk->gpage += *run;
				return true;
			}
			walk->gpage += *run;
		}
		walk->piece = piece->next;
		walk->gpage = piece->next != NULL ? piece->next->low : 0;
	}
	return false;
}

/* Owned pages a call in slices has to pay for: those of a configuration that is being destroyed. */
static uint64_t work_pages(const struct conf *conf)
{
	return conf->state == CONF_DYING ? conf_owned(conf) : 0;
}

sim_time conf_work_left(const struct conf *conf)
{
	const struct conf_work *work = &conf->work;
	sim_time need = work->fixed + work_pages(conf) * work->page + work->donated * work->clear;

	/* Others may have destroyed pages between two slices. */
	return need > work->credit ? need - work->credit : 0;
}

uint64_t conf_work_slices(const struct uv *uv, sim_time left)
{
	sim_time budget = uv->machine->partial_budget;

	return budget != 0 && left > budget ? (left - 1) / budget : 0;
}

/* Pay for up to @n steps of @each: how many, and take it off the credit. */
static uint64_t work_pay(struct conf_work *work, uint64_t n, sim_time each)
{
	if (each != 0 && work->credit / each < n)
		n = work->credit / each;
	work->credit -= n * each;
	return n;
}

/* Destroy the next @n owned pages; exported records met on the way are dropped. */
static void destroy_pages(struct uv *uv, struct conf *conf, uint64_t n)
{
	uint64_t number, run;
	struct frame frame;

	while (n > 0) {
		bool more = conf_walk_next(uv, conf, &conf->work.walk, n, &number, &run, &frame);

		assert(more);
		frames_change(uv, number, run, frame, (struct frame){ .state = FRAME_PLAIN });
		if (frame.state != FRAME_EXPORTED)
			n -= run;
	}
}

void conf_work_advance(struct uv *uv, struct conf *conf, sim_time time)
{
	struct conf_work *work = &conf->work;
	uint64_t n;

	work->credit += time;
	uv->worked += time;
	sim_progress_to(SIM_LEVEL_WORK, uv->worked);
	if (work->credit < work->fixed)
		return;
	work->credit -= work->fixed;
	work->fixed = 0;
	n = work_pay(work, work_pages(conf), work->page);
	destroy_pages(uv, conf, n);
	cost_charge(COST_UVC_DESTROY_CONF_PAGE, n, work->page);
	if (work_pages(conf) != 0)
		return;
	n = work_pay(work, work->donated, work->clear);
	work->donated -= n;
	cost_charge(COST_UVC_CLEAR_DONATED, n, work->clear);
}
