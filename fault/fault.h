/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Faults put into a run on purpose, as the scenario orders them: UVCs that answer otherwise, allocations that fail,
 * signals, a swap device that errs or stalls, a vCPU that does not leave SIE; and the record of what was done.
 *
 * An order sees the events of its kind that meet its conditions, counts them, and is applied to those it is meant for.
 * Everything here is the same in bulk and page by page: a bulk ends before a call that an order is meant for, or may
 * be. docs/faults.md is the manual.
 */
#ifndef FAULT_FAULT_H
#define FAULT_FAULT_H

#include <stdbool.h>
#include <stdint.h>

#include "mm/mm.h"
#include "scenario/scenario.h"
#include "vmm/vmm.h"

/** As many applied faults are kept with their details; all are counted. */
#define FAULTS_LISTED 1000

/** One fault that was applied. */
struct fault_applied {
	sim_time time;
	const char *thread;	/* "host" for none */
	const char *what;	/* UVC, site of the allocation, lock, ... */
	char *detail;		/* the answer */
	unsigned order;		/* its position in struct faults */
	struct fault_applied *next;
};

/** What one entry of the scenario, or one choice of a random plan, has come to. */
struct fault_order {
	struct fault_spec spec;
	const char *text;	/* what it does, in words */
	uint64_t seen;		/* events that met its conditions; in bulk, too */
	uint64_t applied;
	bool chosen;		/* its answers are chosen among the plausible ones */
	bool begun;		/* its time has come, and bulks have stopped for it */
	const char *place;	/* its number, for the names of streams */
	struct sim_stream *stream;	/* of its choices */
	struct fault_count *counts;
	struct faults *faults;
};

struct faults {
	struct host *host;
	struct vmm *vmms;	/* set once they are started */
	struct fault_order **order;
	unsigned orders;
	uint64_t applied;
	struct fault_applied *list, **list_end;
	unsigned listed;
};

/**
 * Put what @scenario orders into the current simulation on @host; before any thread is spawned. NULL if there is
 * nothing ordered. Owned by the simulation. Let ->vmms point to the VMs once they are made.
 */
struct faults *faults_begin(const struct scenario *scenario, struct host *host);

#endif
