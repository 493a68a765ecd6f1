/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the two halves of rhythms share: rhythm.c, which looks for a period, and rhythm_state.c, which takes a look and
 * moves everything on.
 */
#ifndef SIM_RHYTHM_INTERNAL_H
#define SIM_RHYTHM_INTERNAL_H

#include "sim/convoy_internal.h"
#include "sim/rhythm.h"

#define RHYTHM_TIMES 64
#define RHYTHM_WIDE 8
#define RHYTHM_OBJECTS 16

/** One look at everything. */
struct rhythm_look {
	struct sim_look_words words;	/* first: parts are given this */
	sim_time *times[RHYTHM_TIMES];	/* that go with the clock */
	unsigned time_count;
	unsigned __int128 *wide[RHYTHM_WIDE], wide_value[RHYTHM_WIDE];
	unsigned wide_count;
	const void *object[RHYTHM_OBJECTS];
	unsigned object_count;
	struct sim_thread *thread[CONVOY_MEMBERS];	/* that take part, the leader among them */
	unsigned threads;
	uint64_t min_vruntime;
};

struct sim_rhythm {
	struct rhythm_look *look, *mark;
	uint64_t patience, looks;	/* a mark is kept for so many looks */
};

/** Take a look into @look; false: nothing can be said now. */
bool rhythm_look(struct rhythm_look *look);

/** How many periods from @mark to @look may be added. */
uint64_t rhythm_room(const struct rhythm_look *look, const struct rhythm_look *mark);

/** Add @n of them. */
void rhythm_move(const struct rhythm_look *look, const struct rhythm_look *mark, uint64_t n);

#endif
