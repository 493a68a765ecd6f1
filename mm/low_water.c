/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How low the number of free frames got while bulks take frames and others give them back.
 *
 * A bulk takes effect when somebody looks, and in any order; what was least in between follows from when each of them
 * took and gave. Frames are least right before some are given back. The bulks that give are asked when that was, and
 * those that take how many they had by then; a stretch of times in which it cannot have been less than what is known
 * already is left out as a whole: with all that is taken by its end and nothing given since its begin.
 */
#include <assert.h>

#include "mm/internal.h"
#include "mm/pressure.h"

static uint64_t taken_before(const struct host *host, struct sim_key when)
{
	const struct frame_promise *promise;
	uint64_t n = 0;

	for (promise = host->promises; promise; promise = promise->next)
		if (promise->left)
			n += sim_bulk_ahead(promise->thread, promise->seg, when);
	return n;
}

static uint64_t given_before(const struct host *host, struct sim_key when)
{
	const struct frame_giver *giver;
	uint64_t n = 0;

	for (giver = host->timed; giver; giver = giver->next)
		n += sim_bulk_ahead(giver->thread, giver->seg, when) * giver->pages;
	return n;
}

static void note_free(struct host *host, uint64_t free)
{
	if (free < host->lowest_free)
		host->lowest_free = free;
}

/* Right before times [@first, @last] of @giver. */
static void search(struct host *host, const struct frame_giver *giver, uint64_t first, uint64_t last)
{
	struct sim_key begin = sim_bulk_when(giver->thread, giver->seg, first);
	struct sim_key end = sim_bulk_when(giver->thread, giver->seg, last);
	uint64_t free = host->free + given_before(host, begin), taken = taken_before(host, end);

	if (free >= host->lowest_free + taken)
		return;
	if (first == last) {
		note_free(host, free - taken);
		return;
	}
	/* The later ones first: mostly it goes down. */
	search(host, giver, first + (last - first) / 2 + 1, last);
	search(host, giver, first, first + (last - first) / 2);
}

void host_low_water(struct host *host)
{
	struct sim_key now = sim_frontier(), since = host->low_water_at;
	const struct frame_giver *giver;
	uint64_t taken;

	if (!host->promised || (now.time == since.time && now.rank == since.rank))
		return;
	taken = taken_before(host, now);
	note_free(host, host->free + given_before(host, now) - taken);
	for (giver = host->timed; giver && host->free < host->lowest_free + taken; giver = giver->next) {
		uint64_t done = sim_bulk_ahead(giver->thread, giver->seg, since);
		uint64_t last = sim_bulk_ahead(giver->thread, giver->seg, now);

		if (last > done)
			search(host, giver, done + 1, last);
	}
	host->low_water_at = now;
}

uint64_t host_giver_begin(struct host *host, struct frame_giver *giver)
{
	uint64_t most = host->pressure ? pressure_missing(host->pressure) : UINT64_MAX;
	bool waited_for = host->pressure && host->pressure->waiters;
	bool timed = giver && !waited_for && !host->memcgs;

	if ((host->promised && !timed) || host->memcg_waiters || (most != UINT64_MAX && host->givers))
		return 0;
	host->givers++;
	if (!timed)
		return most;
	host_low_water(host);
	giver->thread = sim_self();
	giver->next = host->timed;
	host->timed = giver;
	host->timed_givers++;
	return most;
}

void host_giver_end(struct host *host, struct frame_giver *giver)
{
	struct frame_giver **at;

	assert(host->givers);
	host->givers--;
	if (!giver || !giver->thread)
		return;
	for (at = &host->timed; *at != giver; at = &(*at)->next)
		continue;
	*at = giver->next;
	host->timed_givers--;
}
