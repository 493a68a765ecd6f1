/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Simulated time: an unsigned count of picoseconds since the start of the run.
 *
 * Integers only, so that a result is the same to the byte on every machine. 2^64 ps are 213 days,
 * which no scenario reaches; additions that could pass that are checked where they are made.
 */
#ifndef SIM_TIME_H
#define SIM_TIME_H

#include <stdint.h>

/** A point in simulated time, or a length of it, in picoseconds. */
typedef uint64_t sim_time;

#define SIM_PS ((sim_time)1)
#define SIM_NS ((sim_time)1000)
#define SIM_US ((sim_time)1000 * 1000)
#define SIM_MS ((sim_time)1000 * 1000 * 1000)
#define SIM_S ((sim_time)1000 * 1000 * 1000 * 1000)

/** Later than any event: "never". */
#define SIM_FOREVER UINT64_MAX

#endif
