/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the two halves of bulk work share: bulk.c, which says where a run stands and shortens it, and bulk_run.c,
 * the walker's side, which starts and ends one.
 */
#ifndef SIM_BULK_INTERNAL_H
#define SIM_BULK_INTERNAL_H

#include "sim/internal.h"

struct sim_bulk_run {
	struct sim_thread *thread;
	struct sim_domain *domain;
	const struct sim_bulk *bulk;
	sim_time start;
	sim_time round_time;
	sim_time before[SIM_BULK_SEGMENTS_MAX];	/* offset of each segment in the round */
	struct sim_account *leaf[SIM_BULK_SEGMENTS_MAX];
	struct sim_position settled;		/* effects up to here are done */
	struct sim_position end;		/* the run stops here */
	bool exposed;
	bool settling;				/* up to some position beyond `settled`, right now */
	bool tail;				/* `settled` is under way by sim_burn_user() */
	bool preempted;				/* ... after being off the processor */
	bool stopped;				/* ended in the middle of a preemptible repetition */
	sim_time partial;			/* done of it */
	struct sim_bulk_run *next;
};

static inline bool position_before(struct sim_position a, struct sim_position b)
{
	if (a.round != b.round)
		return a.round < b.round;
	return a.seg != b.seg ? a.seg < b.seg : a.rep < b.rep;
}

/* The position one repetition after @at. */
static inline struct sim_position position_after(const struct sim_bulk *bulk, struct sim_position at)
{
	if (++at.rep == bulk->segment[at.seg].repeat) {
		at.rep = 0;
		if (++at.seg == bulk->segments) {
			at.seg = 0;
			at.round++;
		}
	}
	return at;
}

/* When everything before @at is complete. */
static inline sim_time bulk_time_of(const struct sim_bulk_run *run, struct sim_position at)
{
	return run->start + at.round * run->round_time + run->before[at.seg] +
	       at.rep * run->bulk->segment[at.seg].time;
}

/* Is there a point in the round where a wish to reschedule could be granted? */
static inline bool bulk_can_stop(const struct sim_bulk *bulk)
{
	unsigned i;

	for (i = 0; i < bulk->segments; i++)
		if (bulk->segment[i].resched || bulk->segment[i].preemptible)
			return true;
	return false;
}

/* Nothing is left of it. */
static inline bool bulk_over(const struct sim_bulk_run *run)
{
	return !position_before(run->settled, run->end);
}

/*
 * What @run is about, in whole grains: the round under way is [first, round end), all that it will touch [first, end).
 */
static inline uint64_t bulk_grain_down(const struct sim_bulk_run *run, uint64_t unit)
{
	return unit & ~(run->domain->grain - 1);
}

static inline uint64_t bulk_grain_up(const struct sim_bulk_run *run, uint64_t unit)
{
	return bulk_grain_down(run, unit + run->domain->grain - 1);
}

static inline uint64_t bulk_unit_of(const struct sim_bulk_run *run, uint64_t round)
{
	return run->bulk->first + round * run->bulk->stride;
}

static inline uint64_t bulk_round_first(const struct sim_bulk_run *run)
{
	return bulk_grain_down(run, bulk_unit_of(run, run->settled.round));
}

static inline uint64_t bulk_round_end(const struct sim_bulk_run *run)
{
	return bulk_grain_up(run, bulk_unit_of(run, run->settled.round + 1));
}

static inline uint64_t bulk_range_end(const struct sim_bulk_run *run)
{
	return bulk_grain_up(run, bulk_unit_of(run, run->end.round + (run->end.seg || run->end.rep)));
}

/** Take effect of everything up to @to. */
void bulk_settle_to(struct sim_bulk_run *run, struct sim_position to);

/** Call settle() for what lies before @to: without accounting. */
void bulk_take_effect(struct sim_bulk_run *run, struct sim_position to);

/** Keep @run away from units [@first, @end): cut later rounds, expose the one under way. Settle before. */
void bulk_keep_off(struct sim_bulk_run *run, uint64_t first, uint64_t end);

#endif
