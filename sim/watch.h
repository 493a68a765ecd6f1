/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Looking on: who puts faults into a run wants to know when a thread is born, waits for a lock, enters a span, or has
 * done so many steps. Nothing is asked unless somebody watches.
 */
#ifndef SIM_WATCH_H
#define SIM_WATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/thread.h"

/**
 * Called in the context of the running thread (but spawned(): of whoever spawns). May send signals, set traps and draw
 * choices; may not burn or block. NULL: not wanted.
 */
struct sim_watch {
	void (*spawned)(void *ctx, struct sim_thread *thread);
	void (*waits)(void *ctx, const char *lock);	/* is about to wait, or to spin, for @lock */
	void (*entered)(void *ctx, const char *span);	/* interned */
	void (*trapped)(void *ctx);			/* has done the step of its trap */
	void *ctx;
};

/** Watch the current simulation from now on. */
void sim_watch(const struct sim_watch *watch);

/**
 * Steps a thread has done: burns, and repetitions of segments in bulk, whole ones only. The same number in bulk and
 * page by page. Settle before asking for that of a thread which may be in a bulk.
 */
uint64_t sim_thread_steps(const struct sim_thread *thread);

/**
 * Call trapped() when @thread has done its step number @step (0: no trap). No bulk goes beyond it. A step in the past
 * is never reached.
 */
void sim_thread_trap(struct sim_thread *thread, uint64_t step);

/** On whose behalf code runs: the thread whose bulk takes effect, else the running one; NULL: nobody. */
struct sim_thread *sim_acting(void);

/** A bulk takes effect right now. */
bool sim_settling(void);

/** Is a span called @name (interned) open in @thread? */
bool sim_thread_inside(const struct sim_thread *thread, const char *name);

#endif
