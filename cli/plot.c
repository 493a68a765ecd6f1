/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `uvsim plot`: draws the memory over time that a result document holds.
 */
#include <getopt.h>
#include <jansson.h>
#include <string.h>

#include "cli/cli.h"
#include "report/memory_plot.h"

static const struct option long_options[] = {
	{ "output", required_argument, NULL, 'o' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

static void print_error(const char *result, const json_error_t *error)
{
	if (error->line > 0)
		fprintf(stderr, "uvsim: %s:%d:%d: %s\n", result, error->line, error->column, error->text);
	else
		fprintf(stderr, "uvsim: %s\n", error->text);
}

static int draw(const char *result, const char *path)
{
	json_error_t error;
	json_t *document = strcmp(result, "-") == 0 ? json_loadf(stdin, 0, &error) : json_load_file(result, 0, &error);
	const char *schema = json_string_value(json_object_get(document, "schema"));
	int status = CLI_INPUT;

	if (!document)
		print_error(result, &error);
	else if (!schema || strcmp(schema, "uvsim.result/1") != 0)
		fprintf(stderr, "uvsim: %s is no result of \"uvsim run --json\"\n", result);
	else
		status = memory_plot(document, path) == 0 ? CLI_OK : CLI_INPUT;
	json_decref(document);
	return status;
}

int cmd_plot(int argc, char **argv)
{
	const char *path = NULL;
	int answer;

	optind = 0;
	opterr = 0;
	while ((answer = getopt_long(argc, argv, ":o:h", long_options, NULL)) != -1) {
		if (answer == 'h') {
			cli_help("plot", stdout);
			return CLI_OK;
		}
		if (answer != 'o')
			return cli_bad_option("plot", argv, answer, long_options);
		path = optarg;
	}
	if (argc - optind != 1 || !path) {
		fprintf(stderr, "uvsim plot: one result and one chart, please: uvsim plot RESULT.json -o CHART.svg\n");
		return CLI_INPUT;
	}
	return draw(argv[optind], path);
}
