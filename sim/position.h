/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Positions in bulk work: their order, and what a round is like. For bulk.c.
 */
#ifndef SIM_POSITION_H
#define SIM_POSITION_H

#include "sim/bulk.h"

static inline bool before(struct sim_position a, struct sim_position b)
{
	if (a.round != b.round)
		return a.round < b.round;
	return a.seg != b.seg ? a.seg < b.seg : a.rep < b.rep;
}

/* The position one repetition after @at. */
static inline struct sim_position after(const struct sim_bulk *bulk, struct sim_position at)
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

/* Is there a point in the round where a wish to reschedule could be granted? */
static inline bool can_stop(const struct sim_bulk *bulk)
{
	unsigned i;

	for (i = 0; i < bulk->segments; i++)
		if (bulk->segment[i].resched || bulk->segment[i].preemptible)
			return true;
	return false;
}

#endif
