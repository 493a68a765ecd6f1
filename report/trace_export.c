/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Trace export: see the header.
 *
 * Times are microseconds with six decimals, so that no picosecond is lost. A span that is still open when the
 * run ends is closed there, so that begins and ends always pair.
 *
 * Format: "Trace Event Format", Google, the JSON array form with B, E, i, C and M events.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "report/trace_export.h"
#include "sim/engine.h"
#include "sim/thread.h"
#include "sim/trace.h"

struct trace_export {
	FILE *out;
	const char *separator;
	unsigned *depth;		/* open spans by thread id */
	unsigned lanes;
};

static void put_name(FILE *out, const char *name)
{
	for (; *name; name++) {
		unsigned char c = *name;

		if (c == '"' || c == '\\')
			fputc('\\', out);
		if (c < 0x20)
			fprintf(out, "\\u%04x", c);
		else
			fputc(c, out);
	}
}

static void begin_event(struct trace_export *trace, char phase, sim_time time, unsigned lane, const char *name)
{
	fprintf(trace->out, "%s\n{\"ph\":\"%c\",\"pid\":1,\"tid\":%u,\"ts\":%" PRIu64 ".%06" PRIu64 ",\"name\":\"",
		trace->separator, phase, lane, time / SIM_US, time % SIM_US);
	put_name(trace->out, name);
	fputc('"', trace->out);
	trace->separator = ",";
}

static unsigned *depth_of(struct trace_export *trace, unsigned lane)
{
	while (lane >= trace->lanes) {
		unsigned lanes = trace->lanes ? trace->lanes * 2 : 64;
		unsigned *depth = realloc(trace->depth, lanes * sizeof(*depth));

		if (!depth)
			abort();
		for (unsigned i = trace->lanes; i < lanes; i++)
			depth[i] = 0;
		trace->depth = depth;
		trace->lanes = lanes;
	}
	return &trace->depth[lane];
}

static void on_event(void *ctx, const struct sim_trace_event *event)
{
	struct trace_export *trace = ctx;
	unsigned lane = event->thread ? sim_thread_id(event->thread) : 0;

	switch (event->kind) {
	case SIM_TRACE_BEGIN:
		begin_event(trace, 'B', event->time, lane, event->name);
		++*depth_of(trace, lane);
		break;
	case SIM_TRACE_END:
		begin_event(trace, 'E', event->time, lane, event->name);
		--*depth_of(trace, lane);
		break;
	case SIM_TRACE_INSTANT:
		begin_event(trace, 'i', event->time, lane, event->name);
		fprintf(trace->out, ",\"s\":\"t\",\"args\":{\"value\":%" PRIu64 "}", event->value);
		break;
	case SIM_TRACE_COUNTER:
		begin_event(trace, 'C', event->time, lane, event->name);
		fprintf(trace->out, ",\"args\":{\"value\":%" PRIu64 "}", event->value);
		break;
	}
	fputc('}', trace->out);
}

struct trace_export *trace_export_begin(FILE *out)
{
	struct trace_export *trace = sim_alloc(sizeof(*trace));

	trace->out = out;
	trace->separator = "";
	fputs("{\"displayTimeUnit\":\"ms\",\"traceEvents\":[", out);
	sim_trace_sink(on_event, trace);
	return trace;
}

void trace_export_nothing(FILE *out)
{
	fputs("{\"displayTimeUnit\":\"ms\",\"traceEvents\":[\n]}\n", out);
}

void trace_export_end(struct trace_export *trace)
{
	struct sim_thread *thread;

	sim_trace_sink(NULL, NULL);
	for (thread = sim_thread_next(NULL); thread; thread = sim_thread_next(thread)) {
		unsigned lane = sim_thread_id(thread), open = *depth_of(trace, lane);

		for (; open; open--) {
			begin_event(trace, 'E', sim_now(), lane, "");
			fputc('}', trace->out);
		}
		fprintf(trace->out, "%s\n{\"ph\":\"M\",\"pid\":1,\"tid\":%u,\"name\":\"thread_name\","
				    "\"args\":{\"name\":\"", trace->separator, lane);
		put_name(trace->out, sim_thread_name(thread));
		fputs("\"}}", trace->out);
		trace->separator = ",";
	}
	fputs("\n]}\n", trace->out);
	free(trace->depth);
}
