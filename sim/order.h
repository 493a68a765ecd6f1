/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The total order of events, in one place: (time, class, id).
 *
 * An id is unique within its class and given in order of creation; an owner has at most one event in the
 * queue. So the order of two events never depends on which was posted first.
 */
#ifndef SIM_ORDER_H
#define SIM_ORDER_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/time.h"

/** At equal times, timers (scheduler, signals of a scenario) run before threads. */
enum sim_class { SIM_CLASS_TIMER, SIM_CLASS_THREAD };

struct sim_key {
	sim_time time;
	uint64_t rank;		/* class and id */
};

static inline struct sim_key sim_key(sim_time time, enum sim_class class, uint32_t id)
{
	return (struct sim_key){ time, (uint64_t)class << 32 | id };
}

static inline bool sim_key_before(struct sim_key a, struct sim_key b)
{
	return a.time < b.time || (a.time == b.time && a.rank < b.rank);
}

#endif
