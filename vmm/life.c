/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * See life.h.
 */
#include <string.h>

#include "sim/engine.h"
#include "sim/thread.h"
#include "vmm/life.h"

void life_init(struct vmm_life *life, const char *entry, const char *name, const char *after, sim_time when)
{
	life->name = name;
	life->entry = entry;
	life->after = after;
	life->when = when;
	sim_waitqueue_init(&life->gone, "exit of another");
}

static bool awaits(const struct vmm_life *life, const struct vmm_life *other)
{
	return !strcmp(other->name, life->after) || !strcmp(other->entry, life->after);
}

/* One that has to exit before @life starts and has not, or NULL; then *@at is when the last one did. */
static struct vmm_life *awaited(const struct vmm_life *life, sim_time *at)
{
	struct vmm_life *other;

	*at = 0;
	for (other = life->all ? *life->all : NULL; other; other = other->next) {
		if (!awaits(life, other))
			continue;
		if (!other->over)
			return other;
		if (other->over_at > *at)
			*at = other->over_at;
	}
	return NULL;
}

void life_await_start(struct vmm_life *life)
{
	struct vmm_life *other;
	sim_time from = 0;

	if (life->after)
		while ((other = awaited(life, &from)))
			if (sim_wait(&other->gone, SIM_WAIT_INTERRUPTIBLE))
				return;
	if (from + life->when > sim_now())
		sim_sleep(from + life->when - sim_now(), true, "not started");
}

void life_end(struct vmm_life *life)
{
	life->over = true;
	life->over_at = sim_now();
	sim_wake(&life->gone, 0);
}
