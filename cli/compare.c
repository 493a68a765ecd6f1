/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `uvsim compare`: each scenario with each of several algorithms, one run after the other in this
 * process, and the results side by side.
 */
#include <errno.h>
#include <getopt.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/progress.h"
#include "cli/run.h"
#include "report/compare.h"
#include "report/result.h"

enum { OPT_PV = RUN_OPT_OWN, OPT_JSON, OPT_PLOT };

static const struct option long_options[] = {
	{ "pv", required_argument, NULL, OPT_PV },
	{ "json", required_argument, NULL, OPT_JSON },
	{ "plot", required_argument, NULL, OPT_PLOT },
	RUN_OPTIONS,
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

struct comparison {
	struct run_options options;
	const char **pv;
	size_t pv_count;
	const char *json, *plot;
};

static int take_option(struct comparison *comparison, int answer, char **argv)
{
	switch (answer) {
	case OPT_PV:
		comparison->pv[comparison->pv_count++] = optarg;
		return CLI_OK;
	case OPT_JSON:
		comparison->json = optarg;
		return CLI_OK;
	case OPT_PLOT:
		comparison->plot = optarg;
		return CLI_OK;
	default:
		return run_option(&comparison->options, "compare", answer, argv, long_options);
	}
}

static int parse_options(struct comparison *comparison, int argc, char **argv)
{
	int answer, status;

	optind = 0;
	opterr = 0;
	while ((answer = getopt_long(argc, argv, ":h", long_options, NULL)) != -1) {
		if (answer == 'h') {
			cli_help("compare", stdout);
			return -1;
		}
		status = take_option(comparison, answer, argv);
		if (status != CLI_OK)
			return status;
	}
	if (argc == optind || comparison->pv_count < 2) {
		fprintf(stderr, "uvsim compare: wants %s; \"uvsim help compare\" shows how\n",
			argc == optind ? "a scenario" : "--pv at least twice");
		return CLI_INPUT;
	}
	return CLI_OK;
}

/* Run @file with every algorithm; the documents are added to @results, also that of a run that was cut short. */
static int run_all(struct comparison *comparison, const char *file, json_t *results)
{
	for (size_t i = 0; i < comparison->pv_count; i++) {
		json_t *document = NULL;
		int status;

		comparison->options.pv = comparison->pv[i];
		status = run_document(&comparison->options, file, &document);
		if (document)
			json_array_append_new(results, document);
		if (status != CLI_OK)
			return status;
	}
	return CLI_OK;
}

static int violations(const json_t *results)
{
	const json_t *document;
	int status = CLI_OK;
	size_t i;

	json_array_foreach(results, i, document) {
		if (json_array_size(json_object_get(document, "violations")))
			status = CLI_FAILED;
	}
	return status;
}

static int compare_one(struct comparison *comparison, const char *file, json_t *scenarios, FILE *out)
{
	json_t *results = json_array(), *summaries = json_array();
	int status = run_all(comparison, file, results);
	const json_t *document;
	size_t i;

	if (status == CLI_OK) {
		if (json_array_size(scenarios))
			fputc('\n', out);
		compare_print(results, out, cli_columns(out), cli_colour(out));
		json_array_foreach(results, i, document)
			json_array_append_new(summaries, compare_summary(document));
		status = violations(results);
	} else if (json_array_size(results)) {
		fprintf(stderr, "uvsim compare: %s: not all algorithms came to an end: no table\n", file);
	}
	if (json_array_size(results))
		json_array_append_new(scenarios, json_pack("{s:s, s:O, s:O}", "file", file, "summaries",
							   summaries, "results", results));
	json_decref(results);
	json_decref(summaries);
	return status;
}

static int write_all(const struct comparison *comparison, json_t *scenarios, bool all)
{
	json_t *document;
	int status = CLI_OK;

	if (all && comparison->plot && compare_plot(scenarios, comparison->plot) != 0)
		status = CLI_INTERNAL;
	if (!comparison->json)
		return status;
	document = json_pack("{s:s, s:O}", "schema", "uvsim.compare/1", "scenarios", scenarios);
	if (result_write(document, comparison->json) != 0)
		status = CLI_INTERNAL;
	json_decref(document);
	return status;
}

int cmd_compare(int argc, char **argv)
{
	struct comparison comparison = { .pv = calloc((size_t)argc, sizeof(*comparison.pv)) };
	int worst = run_options_init(&comparison.options, argc);
	json_t *scenarios = json_array();
	FILE *out;

	if (worst == CLI_OK)
		worst = comparison.pv ? parse_options(&comparison, argc, argv) : CLI_INTERNAL;
	out = comparison.json && strcmp(comparison.json, "-") == 0 ? stderr : stdout;
	if (worst == CLI_OK) {
		interrupt_watch();
		for (int i = optind; i < argc && worst <= CLI_FAILED && !interrupt_seen(); i++) {
			int status = compare_one(&comparison, argv[i], scenarios, out);

			worst = status > worst ? status : worst;
		}
		/* What there is, however it ended; but wrong input is no result. */
		if (worst != CLI_INPUT) {
			int status = write_all(&comparison, scenarios, worst <= CLI_FAILED);

			worst = status > worst ? status : worst;
		}
	}
	json_decref(scenarios);
	run_options_free(&comparison.options);
	free(comparison.pv);
	if (interrupt_seen())
		worst = CLI_INTERRUPTED;
	return worst < 0 ? CLI_OK : worst;
}
