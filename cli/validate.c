/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `uvsim validate`: loads scenarios, and the profiles they name, and says what is wrong with them.
 */
#include <getopt.h>
#include <stdbool.h>
#include <stdlib.h>

#include "cli/cli.h"
#include "cli/run.h"
#include "uv/cost.h"

static const struct option long_options[] = {
	{ "set", required_argument, NULL, 's' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

static int validate(const char *file, const char *const *sets, size_t set_count)
{
	struct messages messages = { 0 };
	struct scenario *scenario = scenario_load(file, sets, set_count, &messages);
	struct profile *profile = scenario ? profile_load(scenario->profile, &messages) : NULL;
	bool ok = profile != NULL;

	if (profile)
		profile_free(profile);
	if (scenario)
		scenario_free(scenario);
	run_print_messages(&messages);
	if (ok)
		printf("%s: ok\n", file);
	return ok ? CLI_OK : CLI_INPUT;
}

int cmd_validate(int argc, char **argv)
{
	const char **sets = calloc((size_t)argc, sizeof(*sets));
	int answer, status = sets ? CLI_OK : CLI_INTERNAL;
	size_t set_count = 0;

	optind = 0;
	opterr = 0;
	while (status == CLI_OK &&
	       (answer = getopt_long(argc, argv, ":", long_options, NULL)) != -1) {
		if (answer == 's') {
			sets[set_count++] = optarg;
		} else if (answer == 'h') {
			cli_help("validate", stdout);
			free(sets);
			return CLI_OK;
		} else {
			status = cli_bad_option("validate", argv, answer, long_options);
		}
	}
	if (status == CLI_OK && optind == argc) {
		fprintf(stderr, "uvsim validate: no file; \"uvsim help validate\" shows how\n");
		status = CLI_INPUT;
	}
	for (int i = optind; status != CLI_INTERNAL && i < argc; i++) {
		if (validate(argv[i], sets, set_count) != CLI_OK)
			status = CLI_INPUT;
	}
	free(sets);
	return status;
}
