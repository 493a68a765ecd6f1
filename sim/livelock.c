/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Livelock: work goes on and nothing comes of it.
 *
 * What counts as coming of something is said by sim_progress(): a page that changes its state, a UVC that succeeds, a
 * guest or a process that computes, a thread that begins or ends. Without any of it, three things may not go on for
 * ever: kernel code that burns processor time (up to the limit of the configuration), threads that wake up only to
 * sleep again, and calls from one function of the kernel to the next while no time passes at all.
 */
#include "sim/finding_internal.h"

#define SLEEPS_MAX 2000000
#define CALLS_MAX 5000000

static void found(const char *what)
{
	if (sim->livelocked)
		return;
	sim->livelocked = true;
	sim_find("livelock", "%s: %s", sim->self ? sim->self->name : "host", what);
	sim_end_early("livelock");
}

void sim_progress(void)
{
	sim->fruitless = 0;
	sim->fruitless_sleeps = 0;
	sim->calls = 0;
}

void livelock_burn(sim_time time)
{
	sim->fruitless += time;
	if (sim->fruitless > sim->config.livelock_limit && !sim->config.no_oracle)
		found(sim_text("kernel code has run for %llu ms and nothing has come of it",
			       (unsigned long long)(sim->fruitless / SIM_MS)));
}

void livelock_sleep(void)
{
	if (++sim->fruitless_sleeps == SLEEPS_MAX && !sim->config.no_oracle)
		found("threads have gone to sleep two million times and nothing has come of it");
}

void livelock_call(void)
{
	if (sim->calls_at != sim->now) {
		sim->calls_at = sim->now;
		sim->calls = 0;
	}
	if (++sim->calls == CALLS_MAX && !sim->config.no_oracle) {
		found("functions call each other and no time passes");
		/* Nothing that it calls would give the others their turn. */
		engine_abandon();
	}
}
