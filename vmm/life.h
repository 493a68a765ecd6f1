/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * When a process of the scenario starts: at a time, or when others have exited.
 *
 * A process has exited when its last thread has ended, so that its parent can reap it. What it leaves behind for others
 * to clean (QEMU's teardown helper, a kernel thread) may go on.
 */
#ifndef VMM_LIFE_H
#define VMM_LIFE_H

#include <stdbool.h>

#include "sim/lock.h"
#include "sim/time.h"

struct vmm_life {
	const char *name;		/* of the instance */
	const char *entry;		/* of its entry in the scenario, which all instances of a count share */
	/* starts when that instance, or all of that entry, have exited; NULL: at a time */
	const char *after;
	sim_time when;			/* the time; or how long after the last of them exited */
	bool over;			/* exited */
	sim_time over_at;
	struct sim_waitqueue gone;
	struct vmm_life *next;		/* in order of the scenario */
	struct vmm_life *const *all;	/* the first of the run; NULL: it is alone */
};

/** Prepare the zeroed @life of an instance called @name of the entry called @entry. */
void life_init(struct vmm_life *life, const char *entry, const char *name, const char *after, sim_time when);

/** Takes time, on the first thread of the process: wait for its start. May end early for a signal. */
void life_await_start(struct vmm_life *life);

/** The process has exited: whoever waits for that may start. */
void life_end(struct vmm_life *life);

#endif
