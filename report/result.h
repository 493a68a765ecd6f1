/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The result document: one JSON object per run, the single source of every table and plot.
 *
 * Schema "uvsim.result/1". Integers only (times in ps, sizes in bytes), keys in a fixed order, so
 * that equal runs give equal bytes.
 */
#ifndef REPORT_RESULT_H
#define REPORT_RESULT_H

#include <jansson.h>
#include <stdbool.h>

#include "fault/fault.h"
#include "mm/mm.h"
#include "scenario/scenario.h"
#include "sim/engine.h"
#include "vmm/neighbour.h"

/** What a run leaves behind; gathered by cli/run before the simulation is destroyed. */
struct run {
	const struct scenario *scenario;
	const struct profile *profile;
	const struct pv_algorithm *algorithm;
	uint64_t seed;			/* in force (the recorded one when replaying) */
	enum sim_end end;
	const char *partial;		/* why the run was cut short; NULL: it was not */
	struct host *host;
	struct vmm *vmms;		/* first of the list */
	const char *replay;		/* the command that repeats the run; may be NULL */
	struct faults *faults;		/* put in on purpose; NULL: none */
	struct neighbour *neighbours;	/* likewise */
	const struct memory_record *memory;	/* memory over time; NULL: not asked for */
	const char *const *warns;	/* of kernel code, in order, NULL-terminated; may be NULL */
};

/**
 * The document of a run of which nothing more can be told than that it was cut short by an internal error: the
 * machinery that builds documents has failed.
 */
json_t *result_minimal(const struct run *run);

/**
 * The same when there was no memory to begin: with that as the only finding. @scenario: its name, or that of its file;
 * @replay may be NULL.
 */
json_t *result_unbegun(const char *scenario, uint64_t seed, const char *replay);

/** The findings of the run, for such a document. */
void result_add_findings(json_t *document, const struct run *run);

/** Build the document (expectations not yet judged). */
json_t *result_build(const struct run *run);

/**
 * Judge every expectation against @document, adding "expect" and "verdict" to it. Returns the exit
 * status 0 or 1; an impossible path is a failed expectation that says so.
 */
int result_judge(json_t *document, const struct scenario *scenario);

/**
 * Write to @path ("-": standard output) through a temporary name. 0, or -errno with a message on
 * stderr and nothing left behind.
 */
int result_write(const json_t *document, const char *path);

/** Print the report a person reads, from the document alone. @columns: width of the terminal. */
void report_print(const json_t *document, FILE *out, unsigned columns, bool colour);

/** Only the last line of the report: the verdict. */
void report_print_verdict(const json_t *document, FILE *out, unsigned columns, bool colour);

#endif
