/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Signals at a point in the life of a thread: before it waits for a lock, when it enters a function, after so many
 * steps; or at a time.
 *
 * A step is what --steps calls a burn: a stretch of time spent on one thing. A thread counts its own.
 */
#include <string.h>

#include "fault/order.h"

static void at_point(struct faults *faults, enum fault_kind kind, const char *name)
{
	struct sim_thread *self = sim_self();
	unsigned i;

	for (i = 0; i < faults->orders; i++) {
		struct fault_order *order = faults->order[i];

		if (order->spec.kind == kind && (!order->spec.name || strcmp(order->spec.name, name) == 0) &&
		    order_sees(order, self) && order_hits(order, self))
			order_signal(order, self, name);
	}
}

static void waits(void *ctx, const char *lock)
{
	at_point(ctx, FAULT_LOCK, lock);
}

static void entered(void *ctx, const char *span)
{
	at_point(ctx, FAULT_ENTER, span);
}

/* --- steps ---------------------------------------------------------------------------------------------------- */

static bool steps(const struct fault_order *order, const struct sim_thread *thread)
{
	return order->spec.kind == FAULT_STEP && sim_thread_group(thread) && order_sees(order, thread);
}

/* The next step of @thread at which an order is meant for it. */
static void set_trap(struct faults *faults, struct sim_thread *thread)
{
	uint64_t done = sim_thread_steps(thread), next = 0;
	unsigned i;

	for (i = 0; i < faults->orders; i++) {
		struct fault_order *order = faults->order[i];
		struct fault_count *count;

		if (!steps(order, thread))
			continue;
		count = order_count(order, thread);
		if (count->hits < order->spec.times && count->next_hit > done && (!next || count->next_hit < next))
			next = count->next_hit;
	}
	sim_thread_trap(thread, next);
}

static void trapped(void *ctx)
{
	struct faults *faults = ctx;
	struct sim_thread *self = sim_self();
	uint64_t done = sim_thread_steps(self);
	unsigned i;

	for (i = 0; i < faults->orders; i++) {
		struct fault_order *order = faults->order[i];
		struct fault_count *count;

		if (!steps(order, self))
			continue;
		count = order_count(order, self);
		if (count->hits >= order->spec.times || count->next_hit != done)
			continue;
		count->hits++;
		count->next_hit = order_next(order, count, done);
		order_signal(order, self, "step");
	}
	set_trap(faults, self);
}

static void spawned(void *ctx, struct sim_thread *thread)
{
	set_trap(ctx, thread);
}

/* --- times ---------------------------------------------------------------------------------------------------- */

static void time_comes(void *ctx)
{
	order_signal(ctx, NULL, "at");
}

void thread_faults_begin(struct faults *faults)
{
	struct sim_watch watch = { .ctx = faults };
	unsigned i;

	for (i = 0; i < faults->orders; i++) {
		struct fault_order *order = faults->order[i];

		switch (order->spec.kind) {
		case FAULT_LOCK:
			watch.waits = waits;
			break;
		case FAULT_ENTER:
			watch.entered = entered;
			break;
		case FAULT_STEP:
			order->spec.per_thread = true;
			watch.spawned = spawned;
			watch.trapped = trapped;
			break;
		case FAULT_AT:
			sim_timer_start(sim_timer_create("fault", time_comes, order), order->spec.from);
			break;
		default:
			break;
		}
	}
	sim_watch(&watch);
}
