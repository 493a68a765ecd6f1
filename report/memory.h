/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory over time: what each owner has, and of what kind it is, at points of simulated time.
 *
 * The points are multiples of an interval that begins at 1 ms and doubles whenever there would be too many, so they
 * depend on the length of the run alone. Looking is no event (sim_look()): a run that is recorded is the same as one
 * that is not.
 */
#ifndef REPORT_MEMORY_H
#define REPORT_MEMORY_H

#include <stdint.h>

#include "vmm/neighbour.h"

/** What is counted at each point, in frames, but for the last two. */
enum memory_kind {
	MEMORY_FREE,
	MEMORY_KERNEL,		/* the kernel's own objects */
	MEMORY_DONATED,		/* to the Ultravisor */
	MEMORY_TABLES,		/* page tables that are allocated as such */
	MEMORY_MOVING,		/* of no process: on the way to swap, being taken apart, being faulted in */
	MEMORY_SWAP,		/* slots in use */
	MEMORY_WRITTEN,		/* pages written to swap so far */
	MEMORY_READ,		/* and read */
	MEMORY_WAITING,		/* threads that wait for memory */
	MEMORY_KINDS,
};

/** One entry of the scenario, all of its instances together. */
struct memory_share {
	uint64_t resident;
	uint64_t aside;		/* unmapped, but on a list of a kernel thread that has to clean them */
	uint64_t left;		/* of both, to be cleaned: secure pages of configurations that are gone */
	uint64_t swapped;
};

struct memory_point {
	sim_time time;
	uint64_t of[MEMORY_KINDS];
	struct memory_share *share;	/* VMs, then processes, in order of the scenario */
};

struct memory_record {
	const struct scenario *scenario;
	struct host *host;
	const struct vmm_crew *crew;
	size_t shares;
	sim_time interval;
	unsigned most, count;		/* points: at most, so far */
	struct memory_point *point;
};

/** Begin to record @host and @crew, of which all have been started; at most @points points. Owned by the simulation. */
struct memory_record *memory_begin(struct host *host, const struct scenario *scenario, const struct vmm_crew *crew,
				   unsigned points);

/** The run is over: the last point. */
void memory_end(struct memory_record *record);

#endif
