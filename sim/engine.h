/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The engine: one simulation at a time, its event queue, its end.
 *
 * There is one simulation in the process at any instant; all functions of sim/ act on it. Events are
 * ordered by (time, class, id) in one comparator (sim/order.h): no order is taken from the sequence of posting,
 * from pointers or from SystemC.
 */
#ifndef SIM_ENGINE_H
#define SIM_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "sim/time.h"

/** How a simulation is set up. Zero means the default given behind each member. */
struct sim_config {
	uint64_t seed;
	unsigned processors;		/* 1..4096 (1) */
	sim_time slice;			/* time slice under contention, ps (3 ms) */
	sim_time wakeup_granularity;	/* lead in virtual run time that lets a woken thread preempt, ps (1 ms) */
	sim_time context_switch;	/* cost of switching a thread in, ps (0) */
	sim_time stall_limit;		/* kernel stretch without resched point that is a stall, ps (20 s) */
	sim_time time_limit;		/* the run ends here at the latest (SIM_FOREVER) */
	bool exact_pages;		/* sim_bulk() is refused: every unit is its own step */
	sim_time livelock_limit;	/* kernel time without any effect that is a livelock, ps (100 s) */
	bool no_oracle;			/* no events, lock rules, stacks: to measure what they cost */
	FILE *steps;			/* every step as a line of text, or NULL */
	FILE *record;			/* choice log to write, or NULL */
	FILE *replay;			/* choice log to answer from, or NULL */
};

/** Why a run ended. */
enum sim_end {
	SIM_END_DONE,		/* every thread has ended */
	SIM_END_TIME,		/* time_limit reached */
	SIM_END_DEADLOCK,	/* threads are left and none can ever run */
	SIM_END_STOPPED,	/* sim_stop() */
};

/** A stretch of kernel code longer than the limit without a resched point. */
struct sim_stall {
	const char *thread;
	const char *where;	/* the innermost span, or the thread's name */
	const char *place;	/* "at pv.c:1 function": the line that was at it when it became a stall; or NULL */
	sim_time begin;
	sim_time length;
	struct sim_stall *next;
};

/** Numbers about the run itself, for benchmarks and gates. All exact and reproducible. */
struct sim_counters {
	uint64_t events;	/* events taken from the queue */
	uint64_t switches;	/* changes from one coroutine to another */
	uint64_t bulk_calls;
	uint64_t bulk_units;	/* repetitions of segments done in bulk */
	uint64_t convoys;	/* times that walkers side by side were advanced by whole periods */
	uint64_t burns;
	uint64_t choices;
	uint64_t hash;		/* rolling hash over all steps */
};

/**
 * Make the simulation described by @config the current one. Returns 0 or -ENOMEM. Asserts that there
 * is none. Files in @config stay the caller's.
 */
int sim_create(const struct sim_config *config);

/** Run until nothing is left to do or the time limit. Threads are spawned before or during the run. */
enum sim_end sim_run(void);

/** Call @audit before each event, when the one before is over: for checks of test builds. NULL: none (as at first). */
void sim_audit(void (*audit)(void *ctx), void *ctx);

/** Let sim_run() return SIM_END_STOPPED after the current step. */
void sim_stop(void);

/**
 * As sim_stop(), since something is wrong: @reason (a literal or interned) is remembered if it is the first one.
 */
void sim_end_early(const char *reason);

/** The reason given to sim_end_early(), or NULL. */
const char *sim_early_reason(void);

/** Something useful has happened: see sim/livelock.c. */
void sim_progress(void);

/** Measures of how far kernel code has come. */
enum sim_level {
	SIM_LEVEL_PAGE,			/* position of a page that changes for the kernel */
	SIM_LEVEL_GONE,			/* the same of one that is no longer there */
	SIM_LEVEL_WORK,			/* of calls in slices */
	SIM_LEVEL_FRAMES,		/* from here on: how many frames are in each state */
	SIM_LEVEL_CALL = 16,		/* from here on: what a call of each kind was about */
	SIM_LEVELS = 128,
};

/**
 * Measure @level (an enum sim_level, or one of those after it) stands at @value. That is progress if it has not been
 * there, nor beyond, since sim_progress().
 */
void sim_progress_to(unsigned level, uint64_t value);

/** Call @fn right after the finding of a livelock: it may find what lies behind it. */
void sim_on_livelock(void (*fn)(void *ctx), void *ctx);

/**
 * Is the running code that of a thread or timer of the simulation, so that sim_abandon() can leave it? Safe in a signal
 * handler.
 */
bool sim_may_abandon(void);

/**
 * As sim_end_early(), and leave the running code where it is: sim_run() returns, this never does. For handlers of
 * signals that cannot return. The state of the model may be inconsistent in what the code was about to change.
 */
void sim_abandon(const char *reason) __attribute__((noreturn));

/** Call @fn with the message before the process ends for lack of memory or a broken invariant; it may not return. */
void sim_fatal_hook(void (*fn)(const char *text));

/**
 * There is no memory for @bytes (0: not known how many): never returns. A reserve is given back first, so that the
 * result of the run can still be written (partial). Outside of a simulation, too.
 */
void sim_out_of_memory(size_t bytes) __attribute__((noreturn));

/** Free everything the current simulation owns, including all sim_alloc() memory. */
void sim_destroy(void);

/** True between sim_create() and sim_destroy(). */
bool sim_active(void);

/** Now, in ps. 0 before the run. */
sim_time sim_now(void);

/** The configuration in force, defaults filled in. */
const struct sim_config *sim_config_get(void);

/** Zeroed memory owned by the simulation and freed with it; never NULL (the process ends with status 3 otherwise). */
void *sim_alloc(size_t bytes);

/** Stalls seen so far, in order of time. */
const struct sim_stall *sim_stalls(void);

const struct sim_counters *sim_counters_get(void);

/**
 * Mix one step into the hashes of the run and of the running thread and, when asked for, write it to
 * the step log. @kind is a short constant word; @a and @b are operands. The engine records its own
 * steps (burn, block, wake, ...); model code adds those it wants compared between runs.
 */
void sim_step(const char *kind, uint64_t a, uint64_t b);

/** Where a replayed log and the run part: line of the log, the first choice being 1, and how, for a message. */
struct sim_replay_error {
	uint64_t line;
	const char *text;
};

/** The first mismatch, valid until sim_destroy(), or NULL. */
const struct sim_replay_error *sim_replay_error(void);

/** Line of the log that was answered from last, or 0. */
uint64_t sim_replay_line(void);

/**
 * Let @fn(@ctx) look at the simulation at time @first (> now), before anything that happens at that instant, and then
 * at each time it returns (later than the one before; SIM_FOREVER: no more). It is no event: it may settle and read,
 * and nothing else, so that a run is the same with it and without. One looks at a time.
 */
typedef sim_time (*sim_look_fn)(void *ctx);
void sim_look(sim_time first, sim_look_fn fn, void *ctx);

/* --- timers: callbacks outside any thread ------------------------------------------------------ */

struct sim_timer;
typedef void (*sim_timer_fn)(void *ctx);

/**
 * A timer called @name that runs @fn(@ctx) when it expires. The callback runs in no thread: it may
 * wake threads, send signals, start timers; it may not burn or block. Equal times: timers run before
 * threads, among themselves in the order in which they were created.
 */
struct sim_timer *sim_timer_create(const char *name, sim_timer_fn fn, void *ctx);

/** (Re)start @timer to expire at @when (>= now). */
void sim_timer_start(struct sim_timer *timer, sim_time when);

/** Stop @timer if it is running. */
void sim_timer_stop(struct sim_timer *timer);

#endif
