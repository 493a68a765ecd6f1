/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A trial: one small simulation that notes what happens, run twice.
 */
#ifndef TESTS_SIM_TRIAL_H
#define TESTS_SIM_TRIAL_H

#include <check.h>

#include "sim/bulk.h"
#include "sim/choice.h"
#include "sim/engine.h"
#include "sim/histogram.h"
#include "sim/lock.h"
#include "sim/thread.h"

/** Define test @name; its body makes, runs and ends one trial, and is run twice in one process. */
#define TRIAL(name)                                                                                \
	static void trial_##name(void);                                                            \
	START_TEST(name)                                                                           \
	{                                                                                          \
		trial_twice(trial_##name);                                                         \
	}                                                                                          \
	END_TEST                                                                                   \
	static void trial_##name(void)

/** Run @body twice: notes and hashes must be the same. */
void trial_twice(void (*body)(void));

/** Make the simulation: @processors processors, all else as by default, or as @config says. */
void trial_begin(unsigned processors);
void trial_begin_with(const struct sim_config *config);

/** Run it; checks that the account of every thread sums to its life. */
enum sim_end trial_run(void);

/** Run it to the end of all threads, compare the notes with @notes, and destroy it. */
void trial_expect(const char *notes);

/** Destroy it. Its hash goes into what trial_twice() compares. */
void trial_end(void);

/** Note "TIME THREAD WHAT", with simulated time in ns, or in ps with a "p" behind if it is no whole ns. */
void note(const char *what);
void note_number(const char *what, long long number);

/** All notes so far. */
const char *trial_notes(void);

/** Sum of the hashes of the trials since trial_twice() began this turn: for tests that compare trials. */
uint64_t trial_hash(void);

struct sim_thread *spawn(const char *name, void (*body)(void *arg), void *arg);
struct sim_thread *spawn_nice(const char *name, int nice, void (*body)(void *arg), void *arg);

/** The thread called @name of the current simulation. */
struct sim_thread *thread_called(const char *name);

/** Burn kernel or user time under a name that says so. */
void kernel(sim_time time);
sim_time user(sim_time time);

/** Time charged to leaves of @kind called @name anywhere in the account of @thread. */
sim_time charged(const struct sim_thread *thread, enum sim_kind kind, const char *name);

/** A small random number that has nothing to do with the simulation's own. */
uint64_t roll(uint64_t bound);
void roll_seed(uint64_t seed);

#endif
