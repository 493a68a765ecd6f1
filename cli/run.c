/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `uvsim run`: reads the options, runs one scenario after the other, and answers with the worst
 * exit status.
 */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/cli.h"
#include "cli/progress.h"
#include "cli/run.h"

enum {
	OPT_PV = RUN_OPT_OWN,
	OPT_JSON,
	OPT_EXACT,
	OPT_RECORD,
	OPT_REPLAY,
	OPT_STEPS,
	OPT_TRACE,
	OPT_COUNTERS,
	OPT_COVERAGE,
	OPT_UVC_TRACE,
	OPT_NO_ORACLE,
	OPT_MEMORY,
	OPT_FIND,
	OPT_UNTIL,
	OPT_BETWEEN,
	OPT_STEP
};

static const struct option long_options[] = {
	{ "pv", required_argument, NULL, OPT_PV },
	{ "json", required_argument, NULL, OPT_JSON },
	{ "exact-pages", no_argument, NULL, OPT_EXACT },
	{ "record", required_argument, NULL, OPT_RECORD },
	{ "replay", required_argument, NULL, OPT_REPLAY },
	{ "steps", required_argument, NULL, OPT_STEPS },
	{ "trace", required_argument, NULL, OPT_TRACE },
	{ "counters", required_argument, NULL, OPT_COUNTERS },
	{ "pv-coverage", required_argument, NULL, OPT_COVERAGE },
	{ "uvc-trace", required_argument, NULL, OPT_UVC_TRACE },
	{ "no-oracle", no_argument, NULL, OPT_NO_ORACLE },
	{ "memory", no_argument, NULL, OPT_MEMORY },
	{ "find", required_argument, NULL, OPT_FIND },
	{ "until", required_argument, NULL, OPT_UNTIL },
	{ "between", required_argument, NULL, OPT_BETWEEN },
	{ "step", required_argument, NULL, OPT_STEP },
	RUN_OPTIONS,
	{ "quiet", no_argument, NULL, 'q' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

static int take_option(struct run_options *options, int answer, char **argv)
{
	switch (answer) {
	case OPT_PV:
		options->pv = optarg;
		return CLI_OK;
	case OPT_JSON:
		options->json = optarg;
		return CLI_OK;
	case OPT_EXACT:
		options->exact_pages = true;
		return CLI_OK;
	case OPT_RECORD:
		options->record = optarg;
		return CLI_OK;
	case OPT_REPLAY:
		options->replay = optarg;
		return CLI_OK;
	case OPT_STEPS:
		options->steps = optarg;
		return CLI_OK;
	case OPT_TRACE:
		options->trace = optarg;
		return CLI_OK;
	case OPT_COUNTERS:
		options->counters = optarg;
		return CLI_OK;
	case OPT_COVERAGE:
		options->coverage = optarg;
		return CLI_OK;
	case OPT_UVC_TRACE:
		options->uvc_trace = optarg;
		return CLI_OK;
	case OPT_MEMORY:
		options->memory = true;
		return CLI_OK;
	case OPT_FIND:
		options->find = optarg;
		return CLI_OK;
	case OPT_UNTIL:
		options->until = optarg;
		return CLI_OK;
	case OPT_BETWEEN:
		options->between = optarg;
		return CLI_OK;
	case OPT_STEP:
		options->step = optarg;
		return CLI_OK;
	case OPT_NO_ORACLE:
		options->no_oracle = true;
		return CLI_OK;
	case 'q':
		options->quiet = true;
		return CLI_OK;
	default:
		return run_option(options, "run", answer, argv, long_options);
	}
}

static bool is_directory(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

/* A name with exactly one %s and no other %. */
static bool has_place_for_name(const char *path)
{
	const char *percent = strchr(path, '%');

	return percent && percent[1] == 's' && !strchr(percent + 1, '%');
}

/* Of the options of a search, and what goes with it. */
static int check_find(const struct run_options *options, int scenarios)
{
	if (!options->find != !options->until || (!options->find && (options->between || options->step))) {
		fprintf(stderr, "uvsim run: a search has --find PATH and --until CONDITIONS, and may have "
				"--between and --step\n");
		return CLI_INPUT;
	}
	if (!options->find)
		return CLI_OK;
	if (scenarios > 1 || options->record || options->replay || options->steps || options->counters ||
	    options->coverage || options->uvc_trace || options->trace || options->memory) {
		fprintf(stderr, "uvsim run: --find takes one scenario, and no option that writes of a single run\n");
		return CLI_INPUT;
	}
	return CLI_OK;
}

/* Options that do not go together. */
static int check_options(const struct run_options *options, int scenarios)
{
	if (scenarios == 0) {
		fprintf(stderr, "uvsim run: no scenario; \"uvsim help run\" shows how\n");
		return CLI_INPUT;
	}
	if (check_find(options, scenarios) != CLI_OK)
		return CLI_INPUT;
	if (options->json && strchr(options->json, '%') && !has_place_for_name(options->json)) {
		fprintf(stderr,
			"uvsim run: the name given to --json may hold one %%s and no other %%\n");
		return CLI_INPUT;
	}
	if (scenarios == 1)
		return CLI_OK;
	if (options->record || options->replay || options->steps || options->counters ||
	    options->coverage || options->uvc_trace) {
		fprintf(stderr, "uvsim run: --record, --replay, --steps, --counters, --uvc-trace "
				"and --pv-coverage take one scenario at a time\n");
		return CLI_INPUT;
	}
	if (options->json && strcmp(options->json, "-") != 0 && !is_directory(options->json) &&
	    !has_place_for_name(options->json)) {
		fprintf(stderr, "uvsim run: several results: --json wants a directory or %%s\n");
		return CLI_INPUT;
	}
	return CLI_OK;
}

static int parse_options(struct run_options *options, int argc, char **argv)
{
	int answer, status;

	optind = 0;
	opterr = 0;
	while ((answer = getopt_long(argc, argv, ":qh", long_options, NULL)) != -1) {
		if (answer == 'h') {
			cli_help("run", stdout);
			return -1;
		}
		status = take_option(options, answer, argv);
		if (status != CLI_OK)
			return status;
	}
	if (!options->pv)
		options->pv = getenv("UVSIM_PV");
	return check_options(options, argc - optind);
}

int cmd_run(int argc, char **argv)
{
	struct run_options options;
	int worst = run_options_init(&options, argc);

	if (worst == CLI_OK)
		worst = parse_options(&options, argc, argv);
	if (worst == CLI_OK) {
		interrupt_watch();
		for (int i = optind; i < argc && !interrupt_seen(); i++) {
			int status = options.find ? run_find(&options, argv[i]) : run_scenario(&options, argv[i]);

			worst = status > worst ? status : worst;
		}
	}
	if (interrupt_seen())
		worst = CLI_INTERRUPTED;
	run_options_free(&options);
	return worst < 0 ? CLI_OK : worst;
}

static void print_option(const char *option, const char *value, FILE *out)
{
	if (!value)
		return;
	fprintf(out, " %s ", option);
	cli_quote(value, out);
}

/* All that decides what happens, and the file. */
static void print_arguments(const struct run_options *options, const char *file, uint64_t seed, FILE *out)
{
	fprintf(out, " run");
	for (size_t i = 0; i < options->set_count; i++)
		print_option("--set", options->sets[i], out);
	print_option("--pv", options->pv, out);
	print_option("--profile", options->profile, out);
	print_option("--faults", options->faults, out);
	if (options->memory)
		fprintf(out, " --memory");
	if (options->watchdog != RUN_WATCHDOG)
		fprintf(out, " --watchdog %u", options->watchdog);
	if (options->replay)
		print_option("--replay", options->replay, out);
	else
		fprintf(out, " --seed %llu", (unsigned long long)seed);
	fprintf(out, "%s ", file[0] == '-' ? " --" : "");
	cli_quote(file, out);
}

char *run_replay_command(const struct run_options *options, const char *file, uint64_t seed)
{
	char *text = NULL;
	size_t bytes = 0;
	FILE *out = open_memstream(&text, &bytes);

	if (!out)
		return NULL;
	fprintf(out, "uvsim");
	print_arguments(options, file, seed, out);
	fclose(out);
	return text;
}

void run_print_command(const struct run_options *options, const char *file, uint64_t seed,
		       FILE *out)
{
	cli_quote(cli_program, out);
	print_arguments(options, file, seed, out);
	if (options->exact_pages)
		fprintf(out, " --exact-pages");
	if (options->no_oracle)
		fprintf(out, " --no-oracle");
	fputc('\n', out);
	/* Seen at once, even if the run takes long or fails. */
	fflush(out);
}

void run_print_messages(struct messages *messages)
{
	for (size_t i = 0; i < messages->count; i++)
		fprintf(stderr, "%s\n", messages->text[i]);
	messages_free(messages);
}
