/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Wait queues, completions, sleepable RCU.
 */
#include <assert.h>
#include <errno.h>

#include "sim/lockdep.h"

void sim_waitqueue_init(struct sim_waitqueue *queue, const char *name)
{
	*queue = (struct sim_waitqueue){ .name = name };
}

int sim_wait(struct sim_waitqueue *queue, enum sim_wait_mode mode)
{
	struct sim_waiter waiter = { 0 };

	return thread_block(&waiter, &queue->waiters, mode, SIM_KIND_SLEEP, queue->name);
}

int sim_wait_until(struct sim_waitqueue *queue, enum sim_wait_mode mode, sim_time until)
{
	struct sim_waiter waiter = { 0 };
	int result;

	if (until <= sim->now)
		return -ETIME;
	if (until != SIM_FOREVER)
		sim_timer_start(sim->self->timer, until);
	result = thread_block(&waiter, &queue->waiters, mode, SIM_KIND_SLEEP, queue->name);
	sim_timer_stop(sim->self->timer);
	return result;
}

void sim_wake(struct sim_waitqueue *queue, unsigned n)
{
	unsigned woken = 0;

	while (queue->waiters.head && (!n || woken++ < n))
		thread_wake(queue->waiters.head->thread, 0);
}

void sim_completion_init(struct sim_completion *completion, const char *name)
{
	completion->done = 0;
	sim_waitqueue_init(&completion->queue, name);
}

void sim_complete(struct sim_completion *completion)
{
	if (completion->done != UINT32_MAX)
		completion->done++;
	sim_wake(&completion->queue, 1);
}

void sim_complete_all(struct sim_completion *completion)
{
	completion->done = UINT32_MAX;
	sim_wake(&completion->queue, 0);
}

int sim_wait_for_completion(struct sim_completion *completion, enum sim_wait_mode mode)
{
	while (!completion->done) {
		int result = sim_wait(&completion->queue, mode);

		if (result)
			return result;
	}
	if (completion->done != UINT32_MAX)
		completion->done--;
	return 0;
}

void sim_srcu_init(struct sim_srcu *srcu, const char *name)
{
	*srcu = (struct sim_srcu){ .name = name };
	sim_mutex_init(&srcu->sync, name);
	sim_waitqueue_init(&srcu->drained, name);
}

int sim_srcu_read_lock(struct sim_srcu *srcu)
{
	lockdep_taken(sim->self, srcu, srcu->name, LOCK_READ | LOCK_SECTION);
	srcu->readers[srcu->index]++;
	return srcu->index;
}

void sim_srcu_read_unlock(struct sim_srcu *srcu, int index)
{
	lockdep_released(srcu, srcu->name);
	if (!srcu->readers[index])
		return;
	if (!--srcu->readers[index])
		sim_wake(&srcu->drained, 0);
}

bool sim_srcu_held(const struct sim_srcu *srcu)
{
	return srcu->readers[0] || srcu->readers[1];
}

void sim_synchronize_srcu(struct sim_srcu *srcu)
{
	unsigned old;

	lockdep_before(srcu, srcu->name, 0);
	sim_mutex_lock(&srcu->sync);
	old = srcu->index;
	srcu->index = !old;
	while (srcu->readers[old]) {
		lockdep_wait(srcu, srcu->name, &srcu->drained.waiters, true, false);
		sim_wait(&srcu->drained, SIM_WAIT_UNINTERRUPTIBLE);
		lockdep_wait_over();
	}
	sim_mutex_unlock(&srcu->sync);
}
