/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What interrupts leave to be done: timers that have expired, and callbacks after an RCU grace period. Each
 * kind has a thread that runs them one after the other.
 *
 * Source of behaviour: Linux 6.12 kernel/time/timer.c, kernel/rcu/tree.c. An armed timer and a waiting callback
 * keep the run going. Left out: interrupts as such; a timer's function runs in a thread of its own that needs a
 * processor, and may not sleep in Linux.
 */
#include <assert.h>

#include "kvm/linux/kernel.h"
#include "kvm/linux/shim.h"
#include "mm/internal.h"
#include "uv/cost.h"

#define KFREE_OFFSETS 4096	/* kfree_rcu(): the function is the head's offset in its object */

struct kernel_timer {
	struct uvsim_timer *face;
	struct sim_timer *timer;
	struct kernel_timer *next;	/* fired */
};

/* --- timers ------------------------------------------------------------------------------------------------- */

static void timers_main(void *arg)
{
	struct kernel_softirq *softirq = &kernel_state()->timers;

	(void)arg;
	(void)kernel_task_self();
	for (;;) {
		struct kernel_timer *timer = softirq->fired;

		if (!timer) {
			kernel_idle(true);
			sim_wait(&softirq->more, SIM_WAIT_UNINTERRUPTIBLE);
			kernel_idle(false);
			continue;
		}
		softirq->fired = timer->next;
		if (!softirq->fired)
			softirq->fired_tail = &softirq->fired;
		softirq->firing = timer;
		sim_atomic_begin(&softirq->inside, "a timer's interrupt");
		timer->face->fire(timer->face);
		sim_atomic_end(&softirq->inside, "a timer's interrupt");
		softirq->firing = NULL;
		sim_keep_alive(false);
		sim_wake(&softirq->done, 0);
	}
}

static void softirq_start(struct kernel_softirq *softirq, const char *name, void (*body)(void *arg))
{
	if (softirq->started)
		return;
	softirq->started = true;
	softirq->fired_tail = &softirq->fired;
	softirq->callbacks_tail = &softirq->callbacks;
	sim_waitqueue_init(&softirq->more, "idle");
	sim_waitqueue_init(&softirq->done, name);
	sim_spawn(kernel_thread_name(name), body, NULL, NULL);
}

static void expired(void *ctx)
{
	struct kernel_softirq *softirq = &kernel_state()->timers;
	struct kernel_timer *timer = ctx;

	timer->face->pending = false;
	timer->next = NULL;
	*softirq->fired_tail = timer;
	softirq->fired_tail = &timer->next;
	sim_wake(&softirq->more, 1);
}

static void timer_start(struct uvsim_timer *face, unsigned long long when)
{
	struct kernel_timer *timer = face->sim;

	if (!timer) {
		timer = face->sim = sim_alloc(sizeof(*timer));
		timer->face = face;
		timer->timer = sim_timer_create("timer", expired, timer);
	}
	softirq_start(&kernel_state()->timers, "ksoftirqd", timers_main);
	if (!face->pending)
		sim_keep_alive(true);
	face->pending = true;
	sim_timer_start(timer->timer, when > sim_now() ? when : sim_now());
}

static int timer_stop(struct uvsim_timer *face, int wait)
{
	struct kernel_softirq *softirq = &kernel_state()->timers;
	struct kernel_timer *timer = face->sim, **at;
	int was_pending = face->pending;

	if (!timer)
		return 0;
	if (face->pending) {
		sim_timer_stop(timer->timer);
		face->pending = false;
		sim_keep_alive(false);
	}
	for (at = &softirq->fired; *at; at = &(*at)->next) {
		if (*at != timer)
			continue;
		*at = timer->next;
		if (!*at)
			softirq->fired_tail = at;
		sim_keep_alive(false);
		was_pending = 1;
		break;
	}
	while (wait && softirq->firing == timer)
		sim_wait(&softirq->done, SIM_WAIT_UNINTERRUPTIBLE);
	return was_pending;
}

/* --- RCU ---------------------------------------------------------------------------------------------------- */

static void rcu_read(int enter)
{
	struct kernel_task *task = kernel_task_self();

	if (enter)
		sim_rcu_read_lock(&kernel_state()->rcu, &task->rcu);
	else
		sim_rcu_read_unlock(&kernel_state()->rcu, &task->rcu);
}

/* Interrupts do not nest: off twice is off. */
static unsigned atomic(int what, int by)
{
	static const char *const names[] = { "preempt_disable()", "local_irq_disable()", "local_bh_disable()" };
	struct sim_atomic *section = &kernel_task_self()->atomic[what];
	unsigned before = section->depth;

	if (by > 0 && !(what == UVSIM_IRQS_OFF && before))
		sim_atomic_begin(section, names[what]);
	else if (by < 0 && !(what == UVSIM_IRQS_OFF && !before))
		sim_atomic_end(section, names[what]);
	return before;
}

static int rcu_is_held(void)
{
	return kernel_task_self()->rcu.depth != 0;
}

static int is_atomic(void)
{
	return sim_is_atomic();
}

static void rcu_synchronize(void)
{
	sim_time grace = cost(COST_HOST_RCU_GRACE);

	sim_synchronize_rcu(&kernel_state()->rcu, grace);
}

static void run_callbacks(struct kernel_softirq *softirq)
{
	struct rcu_head *head = softirq->callbacks;

	softirq->callbacks = NULL;
	softirq->callbacks_tail = &softirq->callbacks;
	rcu_synchronize();
	while (head) {
		struct rcu_head *next = head->next;
		uint64_t offset = (uint64_t)head->func;

		sim_atomic_begin(&softirq->inside, "an RCU callback");
		if (offset < KFREE_OFFSETS)
			kernel_services()->kvfree((char *)head - offset);
		else
			head->func(head);
		sim_atomic_end(&softirq->inside, "an RCU callback");
		softirq->completed++;
		head = next;
	}
	sim_wake(&softirq->done, 0);
}

static void callbacks_main(void *arg)
{
	struct kernel_softirq *softirq = &kernel_state()->callbacks;

	(void)arg;
	(void)kernel_task_self();
	for (;;) {
		if (softirq->callbacks) {
			run_callbacks(softirq);
			continue;
		}
		kernel_idle(true);
		sim_wait(&softirq->more, SIM_WAIT_UNINTERRUPTIBLE);
		kernel_idle(false);
	}
}

static void rcu_call(struct rcu_head *head, void (*func)(struct rcu_head *head))
{
	struct kernel_softirq *softirq = &kernel_state()->callbacks;

	softirq_start(softirq, "rcuc", callbacks_main);
	head->func = func;
	head->next = NULL;
	*softirq->callbacks_tail = head;
	softirq->callbacks_tail = &head->next;
	softirq->called++;
	sim_wake(&softirq->more, 1);
}

static void rcu_barrier(void)
{
	struct kernel_softirq *softirq = &kernel_state()->callbacks;
	uint64_t called = softirq->called;

	while (softirq->completed < called)
		sim_wait(&softirq->done, SIM_WAIT_UNINTERRUPTIBLE);
}

void kernel_services_softirq(struct uvsim_services *services)
{
	services->timer_start = timer_start;
	services->timer_stop = timer_stop;
	services->rcu_read = rcu_read;
	services->is_atomic = is_atomic;
	services->rcu_is_held = rcu_is_held;
	services->atomic = atomic;
	services->rcu_synchronize = rcu_synchronize;
	services->rcu_call = rcu_call;
	services->rcu_callbacks_done = rcu_barrier;
}
