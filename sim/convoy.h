/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Convoys: walkers that go page by page one behind the other, advanced by whole periods.
 *
 * A walk that has caught up with another one stays behind it: they meet in locks and interlocks at each page, and
 * neither can go in bulk. What they do then repeats itself: after so many units and so much time everything that
 * decides what comes next (where each stands, what is left of its step, who holds and awaits which lock, the state of
 * the units around them) is as it was, only further on. Members say where they stand when they come to a stride; two
 * such looks that are alike and have nobody else's event between them are a period, and as many more of it as fit
 * before the next event of anybody else, and into the like units ahead, are done by addition: time, positions,
 * accounts, counts.
 *
 * It is the step-by-step code that runs, not a second statement of it. What it keeps on its stack that tells of units
 * is known through places; what others must add is in struct sim_convoy_ops.
 */
#ifndef SIM_CONVOY_H
#define SIM_CONVOY_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/bulk.h"

struct sim_convoy;
struct sim_look_words;
struct sim_spinlock;

/** Walkers nearer than this to each other, in units, go step by step, so that they can be a convoy. */
#define SIM_CONVOY_NEAR 4096

/** Add @word to what is compared. */
void sim_convoy_word(struct sim_look_words *words, uint64_t word);

/** The same for what decides who gets @lock next. */
void sim_convoy_spinlock(struct sim_look_words *words, const struct sim_spinlock *lock);

/**
 * Add @counter to what grows by the same amount in each period; @others (may be NULL): the part of it that is not
 * the convoy's, since bulks of others have taken effect.
 */
void sim_convoy_tally(struct sim_look_words *words, uint64_t *counter, const uint64_t *others);

/** What the units of a domain are made of. */
struct sim_convoy_ops {
	/**
	 * All that members' steps depend on in units [@first, @end) and in what all units share, as words relative to
	 * @base; and the counters that their steps move. False: they cannot be advanced now, by multiples of @stride.
	 */
	bool (*state)(void *ctx, uint64_t first, uint64_t end, uint64_t base, uint64_t stride,
		      struct sim_look_words *words);
	/** How many units behind @end, at most @max, are like the first one of them. */
	uint64_t (*room)(void *ctx, uint64_t first, uint64_t end, uint64_t max);
	/** Members at work in [@first, @end) have gone on by @n units, a multiple of all strides. */
	void (*advance)(void *ctx, uint64_t first, uint64_t end, uint64_t n);
};

/** A walker that may be part of one. */
struct sim_convoy_member {
	/** Units [*@first, *@end) that it is at work on: begun, and not yet left for good. */
	void (*span)(void *ctx, uint64_t *first, uint64_t *end);
	/** All that its next steps depend on beside its places and what the engine knows, relative to @base. */
	void (*state)(void *ctx, uint64_t base, struct sim_look_words *words);
	/** How many units it may be moved on by, at most @max. */
	uint64_t (*room)(void *ctx, uint64_t max);
	/** It does something else then; SIM_FOREVER: never. May be NULL. */
	sim_time (*until)(void *ctx);
	/** A power of two, at most the grain: its steps are alike only at positions that are alike modulo this. */
	uint64_t stride;
	void *ctx;
	struct sim_thread *thread;
	struct sim_convoy_member *next;
};

/** Let walkers in @domain form convoys: once, by whom the domain belongs to. */
void sim_convoy_allow(struct sim_domain *domain, const struct sim_convoy_ops *ops, void *ctx);

/** The running thread begins or ends a walk in @domain. Nothing happens in a domain without convoys. */
void sim_convoy_join(struct sim_domain *domain, struct sim_convoy_member *member);
void sim_convoy_leave(struct sim_domain *domain, struct sim_convoy_member *member);

/**
 * Should @member, about to begin with unit @unit, go step by step for the sake of others near it? If so and the unit
 * begins a stride, this is where time may be advanced, and the member moved.
 */
bool sim_convoy_here(struct sim_domain *domain, struct sim_convoy_member *member, uint64_t unit);

/**
 * Numbers on a thread's stack, or in a walk's state, that tell of units: @count of them, in units times two to the
 * power of @scale; 0 tells of none. They are moved with the thread. Places are given up in reverse order.
 */
enum sim_place_kind {
	SIM_PLACE_UNIT,			/* a unit; in a rhythm: what grows by the same amount in each period */
	SIM_PLACE_TIME,			/* in a rhythm: a time, which goes with the clock */
	SIM_PLACE_SAME,			/* in a rhythm: what is the same in each period */
};

struct sim_place {
	uint64_t *number;
	unsigned count, scale;
	enum sim_place_kind kind;
	bool waits;			/* it sleeps here, and all of its stack that matters is known: sim/rhythm.h */
	struct sim_place *next;
};

/** The running thread takes time with these in use. Nothing happens unless it belongs to a convoy or a rhythm. */
void sim_place_push(struct sim_place *place);
void sim_place_pop(struct sim_place *place);

#endif
