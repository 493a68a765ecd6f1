/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Livelock: work goes on and nothing comes of it.
 *
 * A guest or a process that computes, a thread that begins or ends is progress (sim_progress()). Kernel code by itself
 * makes progress as long as it gets somewhere: some measure (how many frames are in a state, how far a walk has come)
 * leaves the range in which it has been since the last progress of that first kind (sim_progress_to()). So it does not
 * count that a call succeeds, nor that something changes: importing and exporting the same pages again and again comes
 * to nothing. A measure has an end, so this cannot go on for ever.
 *
 * Without progress three things may not go on for ever: kernel code that burns processor time (up to the limit of the
 * configuration), threads that wake up only to sleep again, and calls of functions of the kernel while no time passes
 * at all.
 */
#include <assert.h>

#include "sim/bulk_internal.h"
#include "sim/finding_internal.h"

#define SLEEPS_MAX 500000
#define CALLS_MAX 5000000

static void found(const char *what)
{
	if (sim->livelocked)
		return;
	sim->livelocked = true;
	sim_find("livelock", "%s: %s", sim->self ? sim->self->name : "host", what);
	if (sim->on_livelock)
		sim->on_livelock(sim->on_livelock_ctx);
	sim_end_early("livelock");
}

void sim_on_livelock(void (*fn)(void *ctx), void *ctx)
{
	sim->on_livelock = fn;
	sim->on_livelock_ctx = ctx;
}

static void begin_anew(void)
{
	sim->fruitless = 0;
	sim->fruitless_sleeps = 0;
	sim->calls = 0;
}

void sim_progress(void)
{
	sim->progress++;
	begin_anew();
}

void sim_progress_to(unsigned level, uint64_t value)
{
	struct progress_level *range = &sim->level[level];

	assert(level < SIM_LEVELS);
	if (range->since == sim->progress && value >= range->low && value <= range->high)
		return;
	if (range->since != sim->progress) {
		range->since = sim->progress;
		range->low = range->high = value;
	}
	if (value < range->low)
		range->low = value;
	if (value > range->high)
		range->high = value;
	sim->progress_to++;
	begin_anew();
}

uint64_t livelock_progress(void)
{
	return sim->progress + sim->progress_to;
}

/* What others do in bulk shows when it is settled. */
static void settle_all(void)
{
	const struct sim_thread *thread;

	for (thread = sim->threads; thread; thread = thread->next)
		if (thread->bulk && thread != sim->self)
			bulk_settle(thread->bulk);
}

void livelock_burn(sim_time time)
{
	sim->fruitless += time;
	if (sim->fruitless <= sim->config.livelock_limit || sim->config.no_oracle)
		return;
	settle_all();
	if (sim->fruitless > sim->config.livelock_limit)
		found(sim_text("kernel code has run for %s and nothing has come of it",
			       sim_time_text(sim->config.livelock_limit)));
}

void livelock_sleep(void)
{
	if (++sim->fruitless_sleeps < SLEEPS_MAX || sim->config.no_oracle)
		return;
	settle_all();
	if (sim->fruitless_sleeps >= SLEEPS_MAX)
		found("threads have gone to sleep half a million times and nothing has come of it");
}

void livelock_call(void)
{
	if (sim->calls_at != sim->now) {
		sim->calls_at = sim->now;
		sim->calls = 0;
	}
	if (++sim->calls == CALLS_MAX && !sim->config.no_oracle) {
		found("functions are called again and again and no time passes");
		/* Nothing that it calls would give the others their turn. */
		engine_abandon();
	}
}
