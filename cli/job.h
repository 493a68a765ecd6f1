/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What one run needs and leaves, for the two files that take it from the scenario's file to the verdict: simulate.c
 * loads, opens, judges and writes; stage.c is the simulation itself.
 */
#ifndef CLI_JOB_H
#define CLI_JOB_H

#include <jansson.h>
#include <stdio.h>

#include "cli/run.h"
#include "report/output.h"

/** What a run holds; all of it is given back by simulate.c. */
struct job {
	const struct run_options *options;
	const char *file;
	struct scenario *scenario;
	struct profile *profile;
	const struct pv_algorithm *algorithm;
	struct log_header header;
	struct output record, steps, trace, counters, coverage, uvc_trace;
	FILE *replay;
	FILE *out;  /* where the report goes */
	char *json; /* where the result goes, or NULL */
	json_t *document;
	char *replay_command; /* told with findings */
	int status; /* exit status, as far as it is known */
};

/**
 * Simulate what @job has loaded and opened. Returns an exit status. However it ends, there is a document afterwards,
 * unless there was no memory to begin at all, and what has been written to the outputs is whole; they are not in their
 * places yet.
 */
int job_simulate(struct job *job);

#endif
