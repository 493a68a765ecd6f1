/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Atomic sections without a lock: preemption or interrupts are off. Nothing is kept out by them here, since kernel code
 * is not preempted anyhow; but sleeping in one is a finding, and so is to leave the kernel with one.
 */
#include "sim/lockdep.h"

void sim_atomic_begin(struct sim_atomic *section, const char *name)
{
	if (!section->depth++)
		lockdep_taken(sim->self, section, name, LOCK_SPINS | LOCK_SECTION);
}

void sim_atomic_end(struct sim_atomic *section, const char *name)
{
	if (!section->depth)
		sim_find("unlock", "%s ends a section of %s, and is in none", sim->self->name, name);
	else if (!--section->depth)
		lockdep_released(section, name);
}

bool sim_is_atomic(void)
{
	return sim->self && sim->self->atomic;
}
