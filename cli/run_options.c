/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The options that all subcommands take which run scenarios: what decides a run beside its file.
 */
#include <getopt.h>
#include <stdlib.h>

#include "cli/cli.h"
#include "cli/run.h"

#define WATCHDOG_MAX 86400

int run_options_init(struct run_options *options, int argc)
{
	*options = (struct run_options){ .watchdog = RUN_WATCHDOG };
	options->sets = calloc((size_t)argc, sizeof(*options->sets));
	return options->sets ? CLI_OK : CLI_INTERNAL;
}

void run_options_free(struct run_options *options)
{
	free(options->sets);
}

static int take_seed(struct run_options *options, const char *command)
{
	options->seed_given = true;
	if (cli_number(optarg, &options->seed) && options->seed <= INT64_MAX)
		return CLI_OK;
	fprintf(stderr, "uvsim %s: --seed wants a number from 0 to %lld, not \"%s\"\n", command,
		(long long)INT64_MAX, optarg);
	return CLI_INPUT;
}

static int take_watchdog(struct run_options *options, const char *command)
{
	uint64_t seconds;

	if (!cli_number(optarg, &seconds) || seconds > WATCHDOG_MAX) {
		fprintf(stderr, "uvsim %s: --watchdog wants seconds, 0 to %d, not \"%s\"\n", command, WATCHDOG_MAX,
			optarg);
		return CLI_INPUT;
	}
	options->watchdog = (unsigned)seconds;
	return CLI_OK;
}

int run_option(struct run_options *options, const char *command, int answer, char **argv,
	       const struct option *known)
{
	switch (answer) {
	case RUN_OPT_SEED:
		return take_seed(options, command);
	case RUN_OPT_WATCHDOG:
		return take_watchdog(options, command);
	case RUN_OPT_PROFILE:
		options->profile = optarg;
		return CLI_OK;
	case RUN_OPT_SET:
		options->sets[options->set_count++] = optarg;
		return CLI_OK;
	case RUN_OPT_FAULTS:
		options->faults = optarg;
		return CLI_OK;
	case RUN_OPT_PROGRESS:
		options->progress = true;
		return CLI_OK;
	default:
		return cli_bad_option(command, argv, answer, known);
	}
}
