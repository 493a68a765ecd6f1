/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `uvsim uv conformance`: the model of the Ultravisor against the public test suite.
 */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/progress.h"
#include "cli/run.h"
#include "report/conformance.h"
#include "report/output.h"

#define PROFILES_MAX 16

struct options {
	const char *profile[PROFILES_MAX];
	size_t profiles;
	const char **row;	/* only these; as many as there are arguments at most */
	size_t rows;
	const char *json;
};

static int misuse(const char *what)
{
	fprintf(stderr, "uvsim uv conformance: %s; \"uvsim help uv\" tells more\n", what);
	return CLI_INPUT;
}

static bool wanted(const struct options *options, const char *name)
{
	for (size_t i = 0; i < options->rows; i++)
		if (strcmp(options->row[i], name) == 0)
			return true;
	return options->rows == 0;
}

/* Is there a row called @name? Says so if not. */
static bool known(const char *name)
{
	const char *names[256], *nearest;
	size_t count;
	const struct conformance_row *rows = conformance_rows(&count);

	for (size_t i = 0; i < count; i++) {
		if (strcmp(rows[i].name, name) == 0)
			return true;
		names[i] = rows[i].name;
	}
	names[count] = NULL;
	nearest = cli_nearest(name, names);
	fprintf(stderr, "uvsim uv conformance: there is no row \"%s\"", name);
	if (nearest)
		fprintf(stderr, "; did you mean %s?", nearest);
	fputc('\n', stderr);
	return false;
}

static int parse(int argc, char **argv, struct options *options)
{
	static const struct option known_options[] = {
		{ "profile", required_argument, NULL, 'p' },
		{ "row", required_argument, NULL, 'r' },
		{ "json", required_argument, NULL, 'j' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	int option;

	optind = 0;
	opterr = 0;
	while ((option = getopt_long(argc, argv, ":h", known_options, NULL)) != -1) {
		switch (option) {
		case 'p':
			if (options->profiles == PROFILES_MAX)
				return misuse("too many profiles");
			options->profile[options->profiles++] = optarg;
			break;
		case 'r':
			if (!known(optarg))
				return CLI_INPUT;
			options->row[options->rows++] = optarg;
			break;
		case 'j':
			options->json = optarg;
			break;
		case 'h':
			cli_help("uv", stdout);
			return -1;
		default:
			return cli_bad_option("uv conformance", argv, option, known_options);
		}
	}
	if (optind < argc)
		return misuse("it takes options only");
	if (options->profiles == 0)
		options->profile[options->profiles++] = "z16";
	return CLI_OK;
}

/* All wanted rows on the machine of @profile; false: Ctrl-C. */
static bool run_table(const struct options *options, struct profile *profile,
		      struct conformance_result *result, size_t *results)
{
	size_t count;
	const struct conformance_row *rows = conformance_rows(&count);

	*results = 0;
	for (size_t i = 0; i < count; i++) {
		if (interrupt_seen())
			return false;
		if (wanted(options, rows[i].name))
			conformance_run(profile, &rows[i], 0, &result[(*results)++]);
	}
	return true;
}

static int write_document(const char *path, const struct conformance_table *tables, size_t count)
{
	struct output output = { NULL };
	int error = output_open(&output, path);

	if (error == 0) {
		error = conformance_write(output.stream, tables, count);
		if (error == 0)
			error = output_commit(&output);
		output_abandon(&output);
	}
	if (error == 0)
		return CLI_OK;
	fprintf(stderr, "uvsim: cannot write %s: %s\n", path, strerror(-error));
	return CLI_INTERNAL;
}

/* Text goes where the document does not. */
static int judge(const struct options *options, const struct conformance_table *tables)
{
	FILE *out = options->json && strcmp(options->json, "-") == 0 ? stderr : stdout;
	int status = CLI_OK;

	for (size_t i = 0; i < options->profiles; i++) {
		conformance_print(out, &tables[i]);
		for (size_t k = 0; k < tables[i].results; k++)
			if (tables[i].result[k].applies && !tables[i].result[k].ok)
				status = CLI_FAILED;
	}
	if (options->json) {
		int written = write_document(options->json, tables, options->profiles);

		status = written > status ? written : status;
	}
	return status;
}

static int run_all(const struct options *options)
{
	struct profile *profile[PROFILES_MAX] = { NULL };
	struct conformance_result *result[PROFILES_MAX] = { NULL };
	struct conformance_table table[PROFILES_MAX];
	struct messages messages = { 0 };
	int status = CLI_OK;
	size_t count;

	conformance_rows(&count);
	for (size_t i = 0; i < options->profiles && status == CLI_OK; i++) {
		profile[i] = profile_load(options->profile[i], &messages);
		run_print_messages(&messages);
		if (profile[i] == NULL)
			status = CLI_INPUT;
	}
	interrupt_watch();
	for (size_t i = 0; i < options->profiles && status == CLI_OK; i++) {
		result[i] = calloc(count, sizeof(*result[i]));
		if (result[i] == NULL)
			abort();
		table[i] = (struct conformance_table){ .profile = profile[i]->name,
						       .result = result[i] };
		if (!run_table(options, profile[i], result[i], &table[i].results))
			status = CLI_INTERRUPTED;
	}
	if (status == CLI_OK)
		status = judge(options, table);
	for (size_t i = 0; i < options->profiles; i++) {
		free(result[i]);
		if (profile[i] != NULL)
			profile_free(profile[i]);
	}
	return status;
}

int cmd_uv(int argc, char **argv)
{
	struct options options = { .profiles = 0 };
	int status;

	if (argc > 1 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
		cli_help("uv", stdout);
		return CLI_OK;
	}
	if (argc < 2 || strcmp(argv[1], "conformance") != 0) {
		fprintf(stderr, "uvsim uv: conformance? \"uvsim help uv\" tells more\n");
		return CLI_INPUT;
	}
	options.row = calloc((size_t)argc, sizeof(*options.row));
	if (options.row == NULL)
		abort();
	status = parse(argc - 1, argv + 1, &options);
	if (status == CLI_OK)
		status = run_all(&options);
	free(options.row);
	return status < 0 ? CLI_OK : status;
}
