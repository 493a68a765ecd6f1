/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Shrinkers: kernel code that keeps memory it could do without, asked for some of it when memory runs short.
 */
#ifndef MM_SHRINKER_H
#define MM_SHRINKER_H

#include "mm/pressure.h"

#define SHRINK_STOP_SCAN (~(uint64_t)0)		/* SHRINK_STOP */
#define SHRINK_HAS_NONE (~(uint64_t)0 - 1)	/* SHRINK_EMPTY */

/** One of them; the caller's, who must not move it while it is registered. */
struct mm_shrinker {
	/** Takes time: how many objects could be freed; 0 or SHRINK_HAS_NONE. */
	uint64_t (*count)(struct mm_shrinker *shrinker);
	/** Takes time: look at @n of them: how many were freed; *@looked_at is @n before. SHRINK_STOP_SCAN: not now. */
	uint64_t (*scan)(struct mm_shrinker *shrinker, uint64_t n, uint64_t *looked_at);
	uint64_t batch;			/* at once; 0: 128 */
	unsigned seeks;			/* what one costs to make again; 2 is usual, 0: nothing */
	uint64_t deferred;		/* left over from earlier times */
	unsigned busy;			/* calls of it under way */
	struct sim_waitqueue idle;
	struct mm_shrinker *next;
};

void shrinker_add(struct host *host, struct mm_shrinker *shrinker);
/** Takes time: waits for calls under way. */
void shrinker_remove(struct host *host, struct mm_shrinker *shrinker);

/** Takes time: ask all of them, harder and harder unless the batch before this has @found pages. Objects freed. */
uint64_t shrink_all(struct pressure *pressure, bool found);

#endif
