/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Neighbours: processes of the host that are no VMs, but need memory; and all that a scenario starts.
 */
#ifndef VMM_NEIGHBOUR_H
#define VMM_NEIGHBOUR_H

#include <stdint.h>

#include "vmm/vmm.h"

struct neighbour {
	const struct process_spec *spec;
	char *name;
	struct mm *mm;			/* NULL: it has not started */
	const char *outcome;		/* "running", "ended", "killed", "failed: ..." */
	sim_time started, exited;	/* SIM_FOREVER: not yet */
	uint64_t pages, most;		/* that it has touched and not given back: now, at most */
	uint64_t touched;		/* touches in all */
	sim_time *deed_end;		/* when each step of its program was over; SIM_FOREVER: not yet */
	struct vmm_life life;
	struct neighbour *next;
};

/** All processes of a run, in order of the scenario. */
struct vmm_crew {
	struct vmm *vmms;
	struct neighbour *neighbours;
	struct vmm_life *lives;
};

/**
 * Start process @index of @spec on @host: spawns its thread, which begins when the spec says. Owned by the simulation.
 */
struct neighbour *neighbour_start(struct host *host, const struct process_spec *spec, unsigned index);

/** Start all that @scenario has, and let those that wait for others know them. */
void crew_start(struct vmm_crew *crew, struct host *host, const struct pv_algorithm *algorithm,
		const struct scenario *scenario);

/** Name of instance @index of the entry @name with @count of them. Owned by the simulation. */
char *instance_name(const char *name, unsigned count, unsigned index);

#endif
