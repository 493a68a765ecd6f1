/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of fault/ share: does an order see this event, is it meant for it, and the record.
 */
#ifndef FAULT_ORDER_H
#define FAULT_ORDER_H

#include "fault/fault.h"
#include "sim/choice.h"
#include "sim/engine.h"
#include "sim/thread.h"
#include "sim/watch.h"
#include "uv/fault.h"

/** How far one counter of an order is: that of a thread, or the only one (thread NULL). */
struct fault_count {
	const struct sim_thread *thread;
	uint64_t seen, next_hit, hits;
	sim_time hot_until;		/* "for": applied to all before this */
	struct sim_stream *stream;	/* of its own: threads count in any order */
	struct fault_count *next;
};

/** Do VM, thread, span and time of the order fit @thread now? */
bool order_sees(const struct fault_order *order, const struct sim_thread *thread);

/** Is the order used up, as far as @thread is concerned? */
bool order_over(struct fault_order *order, const struct sim_thread *thread);

/** The counter for @thread; made with its first look. */
struct fault_count *order_count(struct fault_order *order, const struct sim_thread *thread);

/** The order sees an event of @thread: is it meant for it? Counts. */
bool order_hits(struct fault_order *order, const struct sim_thread *thread);

/**
 * Of the next @n events of @thread, all of which the order sees: how many are certain not to be meant. None if
 * it counts those of several threads together.
 */
uint64_t order_clear(struct fault_order *order, const struct sim_thread *thread, uint64_t n);

/** The position of the next hit after that at @now. */
uint64_t order_next(const struct fault_order *order, struct fault_count *count, uint64_t now);

/** Add an order; @spec is copied. */
struct fault_order *order_add(struct faults *faults, const struct fault_spec *spec, bool chosen);

/** Note that it was applied just now to @what, with what answer. */
void order_applied(struct fault_order *order, const char *what, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/** Send the signal of @order to the process of @thread. */
void order_signal(struct fault_order *order, const struct sim_thread *thread, const char *what);

/** Name of signal @number ("KILL"). */
const char *signal_name(int number);

/** All orders that a random one stands for. */
void random_expand(struct faults *faults, const struct fault_spec *spec);

/** What a chosen order answers to @cmd this time. */
void random_answer(struct fault_order *order, uint16_t cmd, struct uv_fault_answer *answer);

/** Hooks: each sets itself up if any order needs it. */
void uvc_faults_begin(struct faults *faults);
void kernel_faults_begin(struct faults *faults);
void thread_faults_begin(struct faults *faults);

/** Every bulk ends after what it is in the midst of. */
void faults_stop_bulks(struct faults *faults);

#endif
