/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * RCU: a grace period ends when every read section that was under way at its begin is over.
 *
 * Modelled on Documentation/RCU/whatisRCU.rst of Linux. A read section is atomic: sleeping in it is a finding.
 * Left out: the machinery that makes readers cheap; the least time that a grace period takes is the caller's.
 */

#include "sim/lockdep.h"

void sim_rcu_init(struct sim_rcu *rcu)
{
	*rcu = (struct sim_rcu){ .epoch = 1 };
	sim_waitqueue_init(&rcu->drained, "RCU readers");
}

void sim_rcu_read_lock(struct sim_rcu *rcu, struct sim_rcu_reader *reader)
{
	if (reader->depth++)
		return;
	reader->epoch = rcu->epoch;
	reader->next = rcu->readers;
	rcu->readers = reader;
	lockdep_taken(sim->self, rcu, "RCU", LOCK_READ | LOCK_SPINS | LOCK_SECTION);
}

void sim_rcu_read_unlock(struct sim_rcu *rcu, struct sim_rcu_reader *reader)
{
	struct sim_rcu_reader **at = &rcu->readers;

	if (!reader->depth) {
		sim_find("unlock", "%s leaves an RCU read section, and is in none", sim->self->name);
		return;
	}
	if (--reader->depth)
		return;
	while (*at != reader)
		at = &(*at)->next;
	*at = reader->next;
	lockdep_released(rcu, "RCU");
	sim_wake(&rcu->drained, 0);
}

static bool readers_before(const struct sim_rcu *rcu, uint64_t epoch)
{
	const struct sim_rcu_reader *reader = rcu->readers;

	while (reader && reader->epoch >= epoch)
		reader = reader->next;
	return reader != NULL;
}

void sim_synchronize_rcu(struct sim_rcu *rcu, sim_time grace)
{
	uint64_t epoch = ++rcu->epoch;

	sim_sleep(grace, false, "RCU grace period");
	while (readers_before(rcu, epoch))
		sim_wait(&rcu->drained, SIM_WAIT_UNINTERRUPTIBLE);
}
