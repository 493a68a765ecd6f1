/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How low the number of free frames got, and how high the use of each cgroup, while bulks take frames and others give
 * them back.
 *
 * A bulk takes effect when somebody looks, and in any order; what was least in between follows from when each of them
 * took and gave. Frames are least right before some are given back. The bulks that give are asked when that was, and
 * those that take how many they had by then; a stretch of times in which it cannot have been less than what is known
 * already is left out as a whole: with all that is taken by its end and nothing given since its begin.
 *
 * The use of a cgroup is the same upside down, with those bulks only that take for it, or give back what is charged to
 * it.
 */
#include <assert.h>

#include "mm/memcg.h"

/* A group has as many free pages as this is more than its use. */
#define ROOM ((uint64_t)1 << 62)

struct gauge {
	const struct host *host;
	const struct memcg *group;	/* NULL: the host */
	uint64_t free, lowest;
};

static uint64_t taken_before(const struct gauge *gauge, struct sim_key when)
{
	const struct frame_promise *promise;
	uint64_t n = 0;

	for (promise = gauge->host->promises; promise; promise = promise->next)
		if (promise->left && (!gauge->group || promise->memcg == gauge->group))
			n += sim_bulk_ahead(promise->thread, promise->seg, when);
	return n;
}

static bool gives(const struct gauge *gauge, const struct frame_giver *giver)
{
	return !gauge->group || giver->memcg == gauge->group;
}

static uint64_t given_before(const struct gauge *gauge, struct sim_key when)
{
	const struct frame_giver *giver;
	uint64_t n = 0;

	for (giver = gauge->host->timed; giver; giver = giver->next)
		if (gives(gauge, giver))
			n += sim_bulk_ahead(giver->thread, giver->seg, when) * giver->pages;
	return n;
}

static void note_free(struct gauge *gauge, uint64_t free)
{
	if (free < gauge->lowest)
		gauge->lowest = free;
}

/* Right before times [@first, @last] of @giver. */
static void search(struct gauge *gauge, const struct frame_giver *giver, uint64_t first, uint64_t last)
{
	struct sim_key begin = sim_bulk_when(giver->thread, giver->seg, first);
	struct sim_key end = sim_bulk_when(giver->thread, giver->seg, last);
	uint64_t free = gauge->free + given_before(gauge, begin), taken = taken_before(gauge, end);

	if (free >= gauge->lowest + taken)
		return;
	if (first == last) {
		note_free(gauge, free - taken);
		return;
	}
	/* The later ones first: mostly it goes down. */
	search(gauge, giver, first + (last - first) / 2 + 1, last);
	search(gauge, giver, first, first + (last - first) / 2);
}

/* Between two times. */
static void look(struct gauge *gauge, struct sim_key since, struct sim_key now)
{
	uint64_t taken = taken_before(gauge, now);
	const struct frame_giver *giver;

	note_free(gauge, gauge->free + given_before(gauge, now) - taken);
	for (giver = gauge->host->timed; giver && gauge->free < gauge->lowest + taken; giver = giver->next) {
		uint64_t done = sim_bulk_ahead(giver->thread, giver->seg, since);
		uint64_t last = sim_bulk_ahead(giver->thread, giver->seg, now);

		if (last > done && gives(gauge, giver))
			search(gauge, giver, done + 1, last);
	}
}

void host_low_water(struct host *host)
{
	struct sim_key now = sim_frontier(), since = host->low_water_at;
	struct gauge gauge = { .host = host, .free = host->free, .lowest = host->lowest_free };
	struct memcg *group;

	if (!host->promised || (now.time == since.time && now.rank == since.rank))
		return;
	look(&gauge, since, now);
	host->lowest_free = gauge.lowest;
	for (group = host->memcgs; group; group = group->next) {
		gauge = (struct gauge){ .host = host, .group = group, .free = ROOM - group->usage,
					.lowest = ROOM - group->peak };
		look(&gauge, since, now);
		group->peak = ROOM - gauge.lowest;
	}
	host->low_water_at = now;
}

uint64_t host_giver_begin(struct host *host, struct frame_giver *giver)
{
	uint64_t most = host->pressure ? pressure_missing(host->pressure) : UINT64_MAX;
	bool waited_for = host->pressure && host->pressure->waiters;
	bool timed = giver && !waited_for;

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
