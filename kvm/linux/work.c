/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Workqueues: each has workers of its own, threads that run one item after the other, oldest first.
 *
 * Source of behaviour: Linux 6.12 kernel/workqueue.c and Documentation/core-api/workqueue.rst: an item is never run by
 * two workers at once; it may be queued again, or freed, by its own function; a flush waits for what was queued before
 * it. Left out: pools shared by queues, rescuers, CPU affinity, priorities. A worker without work does not keep the run
 * going.
 */
#include <stdio.h>

#include "kvm/linux/kernel.h"
#include "mm/internal.h"
#include "sim/account.h"
#include "uv/cost.h"

#define SYSTEM_ACTIVE 256	/* WQ_DFL_ACTIVE of older kernels */

struct kernel_worker {
	struct workqueue_struct *queue;
	const struct work_struct *current;
	uint64_t ticket;		/* of current */
	struct kernel_worker *next;
};

struct workqueue_struct {
	const char *name;
	unsigned max_active, count, idle;
	uint64_t tickets;		/* items queued so far */
	bool dying;
	struct work_struct *head, **tail;
	struct kernel_worker *workers;	/* all of them */
	struct sim_waitqueue more, done;
};

static struct workqueue_struct *queue_create(const char *name, unsigned max_active, int ordered)
{
	struct workqueue_struct *queue = sim_alloc(sizeof(*queue));

	queue->name = sim_intern(name);
	queue->max_active = ordered ? 1 : max_active ? max_active : SYSTEM_ACTIVE;
	queue->tail = &queue->head;
	sim_waitqueue_init(&queue->more, "idle worker");
	sim_waitqueue_init(&queue->done, "flush_work");
	return queue;
}

static struct workqueue_struct *queue_system(void)
{
	struct kernel_state *state = kernel_state();

	if (!state->system)
		state->system = queue_create("events", SYSTEM_ACTIVE, 0);
	return state->system;
}

static struct kernel_worker *worker_on(const struct workqueue_struct *queue, const struct work_struct *work)
{
	struct kernel_worker *worker = queue ? queue->workers : NULL;

	while (worker && worker->current != work)
		worker = worker->next;
	return worker;
}

/* Take the oldest item that no other worker is at; NULL if there is none. */
static struct work_struct *take(struct workqueue_struct *queue, const struct work_struct *wanted)
{
	struct work_struct **at, *work;

	for (at = &queue->head; (work = *at); at = &work->next) {
		if (wanted ? work != wanted : worker_on(queue, work) != NULL)
			continue;
		*at = work->next;
		if (!*at)
			queue->tail = at;
		work->next = NULL;
		work->pending = false;
		return work;
	}
	return NULL;
}

static void run_item(struct kernel_worker *worker, struct work_struct *work)
{
	worker->current = work;
	worker->ticket = work->ticket;
	kernel_step(COST_HOST_QUEUE_WORK);
	work->func(work);
	/* Gone, perhaps: not looked into any more. */
	worker->current = NULL;
	sim_wake(&worker->queue->done, 0);
}

static void worker_main(void *arg)
{
	struct kernel_worker *worker = arg;
	struct workqueue_struct *queue = worker->queue;

	(void)kernel_task_self();
	for (;;) {
		struct work_struct *work = take(queue, NULL);

		if (work) {
			run_item(worker, work);
			continue;
		}
		if (queue->dying)
			break;
		queue->idle++;
		kernel_idle(true);
		sim_wait(&queue->more, SIM_WAIT_UNINTERRUPTIBLE);
		kernel_idle(false);
	}
}

/* Somebody must come for the item just queued. */
static void call_worker(struct workqueue_struct *queue)
{
	struct kernel_worker *worker;
	char name[64];

	if (queue->idle) {
		queue->idle--;
		sim_wake(&queue->more, 1);
		return;
	}
	if (queue->count == queue->max_active)
		return;
	worker = sim_alloc(sizeof(*worker));
	worker->queue = queue;
	worker->next = queue->workers;
	queue->workers = worker;
	queue->count++;
	snprintf(name, sizeof(name), "kworker/%s", queue->name);
	sim_spawn(kernel_thread_name(name), worker_main, worker, NULL);
}

static int queue_work(struct workqueue_struct *queue, struct work_struct *work)
{
	if (work->pending || work->canceling)
		return 0;
	if (queue->dying) {
		sim_find("use-after-free", "queue_work() on %s, which has been destroyed", queue->name);
		return 0;
	}
	/* Whoever runs it now shall run it again. */
	if (worker_on(work->queue, work))
		queue = work->queue;
	work->pending = true;
	work->queue = queue;
	work->ticket = ++queue->tickets;
	work->next = NULL;
	*queue->tail = work;
	queue->tail = &work->next;
	if (!worker_on(queue, work))
		call_worker(queue);
	return 1;
}

/* --- waiting ------------------------------------------------------------------------------------------------ */

/* Until the worker is through with what it runs of @work now. */
static void wait_running(struct workqueue_struct *queue, const struct work_struct *work)
{
	struct kernel_worker *worker = worker_on(queue, work);
	uint64_t ticket = worker ? worker->ticket : 0;

	while (worker && worker->current == work && worker->ticket == ticket)
		sim_wait(&queue->done, SIM_WAIT_UNINTERRUPTIBLE);
}

static bool ticket_open(const struct workqueue_struct *queue, uint64_t first, uint64_t last)
{
	const struct kernel_worker *worker;
	const struct work_struct *work;

	for (work = queue->head; work; work = work->next)
		if (work->ticket >= first && work->ticket <= last)
			return true;
	for (worker = queue->workers; worker; worker = worker->next)
		if (worker->current && worker->ticket >= first && worker->ticket <= last)
			return true;
	return false;
}

static int work_flush(struct work_struct *work)
{
	struct workqueue_struct *queue = work->queue;
	uint64_t ticket = work->ticket;

	if (!queue || (!work->pending && !worker_on(queue, work)))
		return 0;
	if (!work->pending) {
		wait_running(queue, work);
		return 1;
	}
	while (ticket_open(queue, ticket, ticket))
		sim_wait(&queue->done, SIM_WAIT_UNINTERRUPTIBLE);
	return 1;
}

static int work_cancel(struct work_struct *work, int wait)
{
	struct workqueue_struct *queue = work->queue;
	int was_pending = queue && work->pending;

	if (was_pending) {
		take(queue, work);
		sim_wake(&queue->done, 0);
	}
	if (wait && queue) {
		work->canceling = true;
		wait_running(queue, work);
		work->canceling = false;
	}
	return was_pending;
}

static void queue_flush(struct workqueue_struct *queue)
{
	uint64_t last = queue->tickets;

	while (ticket_open(queue, 0, last))
		sim_wait(&queue->done, SIM_WAIT_UNINTERRUPTIBLE);
}

static void queue_destroy(struct workqueue_struct *queue)
{
	if (queue->dying) {
		sim_find("double-free", "destroy_workqueue() of %s, a second time", queue->name);
		return;
	}
	while (ticket_open(queue, 0, UINT64_MAX))
		sim_wait(&queue->done, SIM_WAIT_UNINTERRUPTIBLE);
	queue->dying = true;
	queue->idle = 0;
	sim_wake(&queue->more, 0);
}

void kernel_services_work(struct uvsim_services *services)
{
	services->queue_create = queue_create;
	services->queue_destroy = queue_destroy;
	services->queue_system = queue_system;
	services->queue_work = queue_work;
	services->work_cancel = work_cancel;
	services->work_flush = work_flush;
	services->queue_flush = queue_flush;
}
