/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `uvsim run`: its options, and one run.
 */
#ifndef CLI_RUN_H
#define CLI_RUN_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "scenario/scenario.h"

struct option;
struct pv_algorithm;

/** Processor time without a single step of the simulation that can only be a loop of pv.c: seconds. */
#define RUN_WATCHDOG 30

/** The options as given; texts belong to argv. */
struct run_options {
	const char *pv;	     /* NULL: not given */
	const char *profile; /* NULL: the scenario's */
	const char *json;    /* NULL: none */
	const char *record, *replay, *steps, *trace;
	const char *counters, *coverage;
	const char *uvc_trace, *faults;
	const char *find, *until, *between, *step;
	const char **sets;
	size_t set_count;
	uint64_t seed;
	bool seed_given;
	bool exact_pages, no_oracle;
	unsigned watchdog;   /* seconds of processor time; 0: none */
	bool memory;	     /* memory over time, even if the scenario does not ask for it */
	bool quiet, progress;
};

/** Options that every subcommand takes which runs scenarios; a subcommand's own begin at RUN_OPT_OWN. */
enum run_option {
	RUN_OPT_SEED = 256,
	RUN_OPT_PROFILE,
	RUN_OPT_SET,
	RUN_OPT_FAULTS,
	RUN_OPT_WATCHDOG,
	RUN_OPT_PROGRESS,
	RUN_OPT_OWN
};

/** Their part of a table for getopt_long(). */
#define RUN_OPTIONS                                              \
	{ "seed", required_argument, NULL, RUN_OPT_SEED },         \
	{ "profile", required_argument, NULL, RUN_OPT_PROFILE },   \
	{ "set", required_argument, NULL, RUN_OPT_SET },           \
	{ "faults", required_argument, NULL, RUN_OPT_FAULTS },     \
	{ "watchdog", required_argument, NULL, RUN_OPT_WATCHDOG }, \
	{ "progress", no_argument, NULL, RUN_OPT_PROGRESS }

/**
 * No options yet, with room for as many --set as @argc arguments can hold. Returns CLI_OK, or CLI_INTERNAL without
 * memory. Give it back with run_options_free().
 */
int run_options_init(struct run_options *options, int argc);
void run_options_free(struct run_options *options);

/**
 * Take what getopt_long() @answer means into @options if it is one of RUN_OPTIONS; everything else is refused as a
 * bad option of subcommand @command, whose table is @known. Returns an exit status; a message is on stderr.
 */
int run_option(struct run_options *options, const char *command, int answer, char **argv,
	       const struct option *known);

/** Load, run, judge and report scenario @file. Returns an exit status. */
int run_scenario(const struct run_options *options, const char *file);

/**
 * Load and run scenario @file; its result, not judged, in *@document. Returns an exit status; if that is not CLI_OK
 * there may be a document all the same, of a run that was cut short, or NULL.
 */
int run_document(const struct run_options *options, const char *file, json_t **document);

/** As run_document(), with the expectations judged: they are in the document. */
int run_judged(const struct run_options *options, const char *file, json_t **document);

/** Search for the smallest value of options->find with which options->until holds. Returns an exit status. */
int run_find(const struct run_options *options, const char *file);

/** Print the command that repeats the run of @file with @seed, on one line. */
void run_print_command(const struct run_options *options, const char *file, uint64_t seed,
		       FILE *out);

/**
 * The command that shows the findings of the run of @file with @seed again, for the document: as printed, but
 * without what does not change the run, so that it is the same for all documents of it. The caller frees it.
 */
char *run_replay_command(const struct run_options *options, const char *file, uint64_t seed);

/** What a choice log belongs to. */
struct log_header {
	uint64_t seed;
	char scenario[65], profile[65], pv[65]; /* SHA-256, hex */
};

/** Write @header as the first line of @log. */
void log_write_header(FILE *log, const struct log_header *header);

/**
 * Read the first line of @log called @name and compare it with @expected, all but the seed, which
 * is stored there. True if they agree; else a message on stderr says which part differs.
 */
bool log_read_header(FILE *log, const char *name, struct log_header *expected);

/**
 * The algorithm that --pv @spec means: one of our own, or a module, built and loaded. NULL with
 * *@status when a message is on stderr. Give it back with run_drop_algorithm().
 */
const struct pv_algorithm *run_find_algorithm(const char *spec, int *status);
void run_drop_algorithm(const struct pv_algorithm *algorithm);

/** Write every UVC of the current simulation as a line on @out, as it ends. */
struct uv;
void run_trace_uvcs(struct uv *uv, FILE *out);

/** Write the counters of the current simulation as lines "name value", for benchmarks and gates. */
void run_print_counters(FILE *out);

/** Whether @algorithm keeps track of the lines that run. Returns an exit status; a message is on stderr. */
int run_check_coverage(const struct pv_algorithm *algorithm);

/** Write which lines of pv.c the run hit (pv_module_coverage()). Returns an exit status. */
int run_print_coverage(const struct pv_algorithm *algorithm, FILE *out);

/** Print all @messages on standard error and free them. */
void run_print_messages(struct messages *messages);

#endif
