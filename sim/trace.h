/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The trace sink: spans, instants and counters as they happen, for whoever wants to draw them. Nothing
 * is formatted unless a sink is set.
 */
#ifndef SIM_TRACE_H
#define SIM_TRACE_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/time.h"

struct sim_thread;

enum sim_trace_kind { SIM_TRACE_BEGIN, SIM_TRACE_END, SIM_TRACE_INSTANT, SIM_TRACE_COUNTER };

struct sim_trace_event {
	enum sim_trace_kind kind;
	sim_time time;
	const struct sim_thread *thread;	/* NULL: the host */
	const char *name;
	uint64_t value;				/* counters; instants: an operand */
};

typedef void (*sim_trace_fn)(void *ctx, const struct sim_trace_event *event);

/** Set the sink of the current simulation (NULL: none). */
void sim_trace_sink(sim_trace_fn fn, void *ctx);
bool sim_tracing(void);
void sim_trace_instant(const char *name, uint64_t value);
void sim_trace_counter(const char *name, uint64_t value);

#endif
