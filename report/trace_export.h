/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The trace of a run in the Trace Event Format, which Perfetto and Chrome's tracing page open: a lane per
 * thread, a bar per span, marks for what happened at an instant.
 */
#ifndef REPORT_TRACE_EXPORT_H
#define REPORT_TRACE_EXPORT_H

#include <stdio.h>

struct trace_export;

/** Begin a trace of the current simulation on @out, which stays the caller's. Sets the trace sink. */
struct trace_export *trace_export_begin(FILE *out);

/**
 * Close what is still open, name the lanes, end the document. Before the simulation is destroyed. Write
 * errors show in ferror(@out).
 */
void trace_export_end(struct trace_export *trace);

/** A trace of nothing on @out, for a run that could not begin. */
void trace_export_nothing(FILE *out);

#endif
