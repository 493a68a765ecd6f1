/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The trace sink and the step log with its rolling hashes.
 */
#include <inttypes.h>

#include "sim/internal.h"

void sim_trace_sink(sim_trace_fn fn, void *ctx)
{
	sim->trace = fn;
	sim->trace_ctx = ctx;
}

bool sim_tracing(void)
{
	return sim->trace != NULL;
}

void sim_trace_instant(const char *name, uint64_t value)
{
	if (sim->trace)
		sim->trace(sim->trace_ctx, &(struct sim_trace_event){
			SIM_TRACE_INSTANT, sim->now, sim->self, name, value });
}

void sim_trace_counter(const char *name, uint64_t value)
{
	if (sim->trace)
		sim->trace(sim->trace_ctx, &(struct sim_trace_event){
			SIM_TRACE_COUNTER, sim->now, NULL, name, value });
}

void sim_step(const char *kind, uint64_t a, uint64_t b)
{
	uint64_t step = sim->now * 0xff51afd7ed558ccdULL + a * 0xc4ceb9fe1a85ec53ULL +
			(b << 32 | b >> 32) * 0x9e3779b97f4a7c15ULL + (unsigned char)kind[0];

	if (sim->self) {
		sim->self->hash = sim_mix(sim->self->hash, step);
		step += sim->self->id;
	}
	sim->counters.hash = sim_mix(sim->counters.hash, step);
	if (sim->config.steps)
		fprintf(sim->config.steps, "%" PRIu64 " %s %s %" PRIx64 " %" PRIx64 " %016" PRIx64 "\n", sim->now,
			sim->self ? sim->self->name : "-", kind, a, b, sim->counters.hash);
}
