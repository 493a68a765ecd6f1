/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rhythms: a whole simulation that repeats itself, advanced by whole periods.
 *
 * Threads that live from hand to mouth (one gives back page by page what others wait for) wake each other all the time,
 * so none of them can go in bulk, and they share no place, so they are no convoy (sim/convoy.h). What they do repeats
 * itself nevertheless: after some time everything that decides what comes next is as it was, while positions and counts
 * have grown. The thread that leads says so at a point that it comes by again and again. There a look is taken, if all
 * others sleep: at what must be the same (words), and at what may grow (tallies), each by its own amount. Two looks
 * that are alike are a period, and as many more of it as fit before the next event of anybody else, and as all who take
 * part have room for, are done by addition.
 *
 * As with convoys it is the step-by-step code that repeats itself. A thread takes part if it has joined and sleeps
 * where all of its stack that tells of time or positions is known through places (struct sim_place), the last of which
 * says so. Its chain of return addresses is compared, too. All others must not have run in between.
 */
#ifndef SIM_RHYTHM_H
#define SIM_RHYTHM_H

#include "sim/convoy.h"

/** What a thread that may take part adds. */
struct sim_rhythm_part {
	/**
	 * All that its next steps depend on beside its stack and what the engine knows, and the counters that they
	 * move. False: it cannot take part now.
	 */
	bool (*state)(void *ctx, struct sim_look_words *words);
	/** How many more periods there is room for; sim_rhythm_grown() tells what each comes to. */
	uint64_t (*room)(void *ctx);
	/** @n periods are added, before the tallies are: leave behind what they leave behind. */
	void (*advance)(void *ctx, uint64_t n);
	void *ctx;
};

/** The running thread may take part from now on, until it leaves. Nothing happens with --exact-pages. */
void sim_rhythm_join(struct sim_rhythm_part *part);
void sim_rhythm_leave(void);

/** The running thread, which has joined, comes by: here time may be advanced. */
void sim_rhythm_here(void);

/** Of @counter, a tally of the look just taken: what a period adds to it. */
uint64_t sim_rhythm_grown(const uint64_t *counter);

/** The first time that this look comes by @object, which several parts share? */
bool sim_rhythm_once(struct sim_look_words *words, const void *object);

/** Add @time, which is moved with the clock or, as SIM_FOREVER, not at all. */
void sim_rhythm_time(struct sim_look_words *words, sim_time *time);

/** As sim_convoy_tally() for a wide number. */
void sim_rhythm_wide(struct sim_look_words *words, unsigned __int128 *number);

#endif
