/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Looking on: see the header.
 */
#include "sim/watch.h"

#include "sim/internal.h"

void sim_watch(const struct sim_watch *watch)
{
	sim->watch = *watch;
}

uint64_t sim_thread_steps(const struct sim_thread *thread)
{
	return thread->steps;
}

void sim_thread_trap(struct sim_thread *thread, uint64_t step)
{
	thread->trap = step;
	/* A bulk under way was planned without it. */
	if (thread->bulk)
		bulk_trap(thread->bulk);
}

struct sim_thread *sim_acting(void)
{
	return sim->acting ? sim->acting : sim->self;
}

bool sim_settling(void)
{
	return sim->acting != NULL;
}

bool sim_thread_inside(const struct sim_thread *thread, const char *name)
{
	const struct sim_account *span;

	for (span = thread->span; span; span = span->parent)
		if (span->name == name)
			return true;
	return false;
}
