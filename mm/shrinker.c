/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Asking shrinkers: after each batch of pages that reclaim has looked for, by the thread that looks.
 *
 * How much is asked for hangs on how hard it was to find pages: one reclaim of Linux counts its priority down from 12
 * to 0 as long as it finds too few. So whoever has found pages asks once, at 12; whoever has not asks down to 0, until
 * something was freed.
 *
 * Source of behaviour: Linux 6.12 mm/shrinker.c (do_shrink_slab). Left out: NUMA nodes, memory cgroups.
 */
#include "mm/shrinker.h"
#include "mm/internal.h"

#define DEF_PRIORITY 12
#define SHRINK_BATCH 128

void shrinker_add(struct host *host, struct mm_shrinker *shrinker)
{
	struct mm_shrinker **at = &host->shrinkers;

	sim_waitqueue_init(&shrinker->idle, "shrinker");
	while (*at)
		at = &(*at)->next;
	shrinker->next = NULL;
	*at = shrinker;
}

void shrinker_remove(struct host *host, struct mm_shrinker *shrinker)
{
	struct mm_shrinker **at = &host->shrinkers;

	while (*at && *at != shrinker)
		at = &(*at)->next;
	if (!*at)
		return;
	/* Its next is left to whoever stands at it. */
	*at = shrinker->next;
	while (shrinker->busy)
		sim_wait(&shrinker->idle, SIM_WAIT_UNINTERRUPTIBLE);
}

static uint64_t smaller(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static uint64_t shrink_one(struct mm_shrinker *shrinker, unsigned priority)
{
	uint64_t freeable = shrinker->count(shrinker), batch = shrinker->batch ? shrinker->batch : SHRINK_BATCH;
	uint64_t delta, total, freed = 0, scanned = 0, waiting = shrinker->deferred;

	if (!freeable || freeable == SHRINK_HAS_NONE)
		return 0;
	shrinker->deferred = 0;
	delta = shrinker->seeks ? (freeable >> priority) * 4 / shrinker->seeks : freeable / 2;
	total = smaller((waiting >> priority) + delta, 2 * freeable);
	while (total >= batch || total >= freeable) {
		uint64_t n = smaller(batch, total), looked_at = n, result = shrinker->scan(shrinker, n, &looked_at);

		if (result == SHRINK_STOP_SCAN)
			break;
		freed += result;
		looked_at = smaller(looked_at, total);
		total -= looked_at;
		scanned += looked_at;
		sim_cond_resched();
		/* Nothing left to look at, or it never gets on. */
		if (!total || !looked_at)
			break;
	}
	shrinker->deferred += smaller(waiting + delta > scanned ? waiting + delta - scanned : 0, 2 * freeable);
	return freed;
}

static uint64_t shrink_at(struct host *host, unsigned priority)
{
	struct mm_shrinker *shrinker = host->shrinkers, *next;
	uint64_t freed = 0;

	for (; shrinker; shrinker = next) {
		shrinker->busy++;
		freed += shrink_one(shrinker, priority);
		next = shrinker->next;
		if (!--shrinker->busy)
			sim_wake(&shrinker->idle, 0);
	}
	return freed;
}

uint64_t shrink_all(struct pressure *pressure, bool found)
{
	unsigned priority = DEF_PRIORITY;
	uint64_t freed;

	sim_span_push("shrink_slab");
	freed = shrink_at(pressure->host, priority);
	while (!found && !freed && priority)
		freed = shrink_at(pressure->host, --priority);
	sim_span_pop();
	return freed;
}
