/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Gives uvsim damaged inputs of every kind that it takes and looks at how it ends.
 *
 *	fuzz_program UVSIM COUNT SEED SCENARIO PROFILE PV-C VERSION
 *
 * Damaged are the scenario, the profile, a choice log of it, its result document, pv.c, and the texts of options.
 * However bad they are: the exit status is one of those promised, bad input leads to a message, a run that ends
 * leaves a whole document and one that never began leaves none, and no file with a temporary name is left. What
 * takes longer than CPU_SECONDS is counted, since a scenario may ask for any amount of work. What fails stays in
 * the working directory as fuzz-failure.input; the command is printed.
 */
#include <dirent.h>
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/fuzz/damage.h"

#define CPU_SECONDS 20
#define ARGUMENTS_MAX 24
#define TOO_LONG (128 + SIGXCPU)

enum input { IN_SCENARIO, IN_PROFILE, IN_LOG, IN_DOCUMENT, IN_PV, IN_OPTION, IN_COUNT };

static const char *const input_names[] = { "scenario", "profile", "choice log", "document", "pv.c", "option" };

/* Of every so many damaged inputs; compiling takes longer than all else. */
static const unsigned input_weights[] = { 40, 12, 12, 12, 1, 40 };

/* Options whose values are texts of some form, each with a good one. */
static const struct {
	const char *option, *text;
} options[] = {
	{ "--set", "vms.vm0.program.1={touch: {pattern: random, amount: 4MiB}}" },
	{ "--set", "host.swap={size: 64MiB, latency: 50us, queue: 8}" },
	{ "--set", "vms.vm0.kill={phase: unpack, after: 1us}" },
	{ "--set", "cgroups.0.max=64MiB" },
	{ "--faults", "{alloc: kvm_s390_pv_create_cpu, nth: 2, times: 3}" },
	{ "--faults", "[{uvc: DESTR_SEC_STOR, nth: 5, every: 7, rc: 0x108}, {signal: KILL, to: vm0, from: 40ms}]" },
	{ "--faults", "random" },
	{ "--watchdog", "10" },
	{ "--seed", "17" },
	{ "--pv", "builtin:lazy,oom_notifier=256,lazy_destroy=1" },
	{ "--pv", "6.12" },
	{ "--until", "oom_kills == 0 && longest_stall < 100ms && vms.vm0.outcome == \"shut down\"" },
	{ "--between", "128MiB..512MiB" },
};

static const char *uvsim, *pv, *pv_source;
static const char *scenario, *profile;		/* as they are */
static char folder[] = "/tmp/uvsim-fuzz-XXXXXX";
static const char *argv[ARGUMENTS_MAX];
static unsigned argc;

static const char *in_folder(const char *name)
{
	static char names[8][64];
	static unsigned next;
	char *path = names[next++ % 8];

	snprintf(path, sizeof(names[0]), "%s/%s", folder, name);
	return path;
}

static void argument(const char *text)
{
	if (argc + 1 < ARGUMENTS_MAX)
		argv[argc++] = text;
	argv[argc] = NULL;
}

static void arguments(const char *const *texts)
{
	argc = 0;
	argument(uvsim);
	while (*texts)
		argument(*texts++);
}

/* Exit status, or 128 and the number of a signal. */
static int execute(void)
{
	int status;
	pid_t child;

	fflush(NULL);
	child = fork();
	if (child == 0) {
		const struct rlimit time = { CPU_SECONDS, CPU_SECONDS + 1 };

		setrlimit(RLIMIT_CPU, &time);
		if (!freopen(in_folder("out"), "w", stdout) || !freopen(in_folder("err"), "w", stderr))
			_exit(126);
		execv(uvsim, (char *const *)argv);
		_exit(127);
	}
	if (child < 0 || waitpid(child, &status, 0) < 0)
		return 127;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* --- one damaged input ------------------------------------------------------------------------ */

/* Half of them such that they are read as what they were: it is the run that meets them. */
static void damage_some(struct text *text)
{
	if (random_below(2)) {
		damage(text);
	} else {
		for (size_t n = 1 + random_below(3); n > 0; n--)
			damage_number(text);
	}
}

static bool damage_file(const char *from, const char *to, struct text *text)
{
	if (!text_read(text, from))
		return false;
	damage_some(text);
	return text_write(text, to);
}

static void run_of(const char *file, const char *option, const char *value)
{
	arguments((const char *const[]){ "run", "--json", in_folder("result.json"), "--pv", pv, NULL });
	if (option) {
		argument(option);
		argument(value);
	}
	if (random_below(4) == 0)
		argument("--exact-pages");
	argument(file);
}

/* The text of an option; a zero byte ends it, as it ends every argument. */
static void prepare_option(struct text *text)
{
	size_t which = random_below(sizeof(options) / sizeof(options[0]));
	const char *option = options[which].option;

	text->length = strlen(options[which].text);
	memcpy(text->bytes, options[which].text, text->length);
	damage_some(text);
	text->bytes[text->length < TEXT_MAX ? text->length : TEXT_MAX - 1] = '\0';
	if (strcmp(option, "--until") == 0 || strcmp(option, "--between") == 0) {
		bool until = strcmp(option, "--until") == 0;

		arguments((const char *const[]){ "run", "--pv", pv, "--find", "host.memory", "--step", "64MiB",
						 NULL });
		argument("--until");
		argument(until ? text->bytes : "oom_kills == 0");
		argument("--between");
		argument(until ? "192MiB..512MiB" : text->bytes);
		argument(scenario);
	} else {
		run_of(scenario, option, text->bytes);
	}
}

/* Sets argv; false: the input could not be made. */
static bool prepare(enum input input, struct text *text)
{
	const char *damaged = in_folder("damaged");

	switch (input) {
	case IN_SCENARIO:
		run_of(damaged, NULL, NULL);
		return damage_file(scenario, damaged, text);
	case IN_PROFILE:
		run_of(scenario, "--profile", damaged);
		return damage_file(profile, damaged, text);
	case IN_LOG:
		run_of(scenario, "--replay", damaged);
		return damage_file(in_folder("log"), damaged, text);
	case IN_DOCUMENT:
		arguments((const char *const[]){ "plot", damaged, "-o", in_folder("chart.svg"), NULL });
		return damage_file(in_folder("document"), damaged, text);
	case IN_PV:
		pv = in_folder("pv.c@6.12");
		run_of(scenario, NULL, NULL);
		return damage_file(in_folder("pristine.c"), in_folder("pv.c"), text);
	default:
		prepare_option(text);
		return true;
	}
}

/* --- what must hold --------------------------------------------------------------------------- */

static bool empty(const char *path)
{
	struct stat status;

	return stat(path, &status) != 0 || status.st_size == 0;
}

/* A document as a whole, or none. A choice log may turn out to be bad in the middle of the run. */
static bool document_fits(enum input input, int status)
{
	const char *path = in_folder("result.json");
	json_t *document;
	bool whole;

	if (access(path, F_OK) != 0)
		return true;
	if (status == 2 && input != IN_LOG)
		return false;
	document = json_load_file(path, 0, NULL);
	whole = json_is_string(json_object_get(document, "schema"));
	json_decref(document);
	return whole;
}

/* Temporary names are those that begin or end with something beside the name asked for. */
static bool nothing_left(void)
{
	static const char *const expected[] = { ".", "..", "damaged", "log", "document", "pristine.c", "pv.c", "out",
						"err", "result.json", "chart.svg" };
	DIR *directory = opendir(folder);
	bool nothing = true;

	for (struct dirent *entry; directory && (entry = readdir(directory));) {
		bool known = false;

		for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++)
			known |= strcmp(entry->d_name, expected[i]) == 0;
		nothing &= known;
	}
	if (directory)
		closedir(directory);
	return nothing;
}

/* NULL, or what is wrong. Internal errors are allowed to nobody but a pv.c, which can do what it likes. */
static const char *wrong(enum input input, int status)
{
	if (status == TOO_LONG)
		return NULL;
	if (status > 3 || (status == 3 && input != IN_PV))
		return "exit status";
	if (status >= 2 && empty(in_folder("err")))
		return "no message";
	if (status <= 1 && input != IN_DOCUMENT && empty(in_folder("out")))
		return "nothing printed";
	if (!document_fits(input, status))
		return "result document";
	return nothing_left() ? NULL : "files left behind";
}

static void keep(const char *what, int status, enum input input, const struct text *text)
{
	fprintf(stderr, "damaged %s: %s (exit status %d):", input_names[input], what, status);
	for (unsigned i = 0; i < argc; i++)
		fprintf(stderr, " '%s'", argv[i]);
	fprintf(stderr, "\nThe input is fuzz-failure.input; what was printed:\n");
	text_write(text, "fuzz-failure.input");
	for (const char *const *name = (const char *const[]){ "out", "err", NULL }; *name; name++) {
		FILE *file = fopen(in_folder(*name), "r");

		for (int c, n = 0; file && n < 4000 && (c = fgetc(file)) != EOF; n++)
			fputc(c, stderr);
		if (file)
			fclose(file);
	}
}

/* --- the campaign ----------------------------------------------------------------------------- */

static enum input choose(void)
{
	unsigned all = 0;
	size_t at;

	for (int i = 0; i < IN_COUNT; i++)
		all += input_weights[i];
	at = random_below(all);
	for (int i = 0; i < IN_COUNT; i++) {
		if (at < input_weights[i])
			return (enum input)i;
		at -= input_weights[i];
	}
	return IN_OPTION;
}

/* What is damaged later: a log, a document, and the text of pv.c. */
static bool make_good_ones(struct text *text)
{
	int status;

	arguments((const char *const[]){ "run", "--pv", pv, "--json", in_folder("document"), "--record",
					 in_folder("log"), scenario, NULL });
	status = execute();
	if (status != 0) {
		fprintf(stderr, "the undamaged scenario: exit status %d\n", status);
		return false;
	}
	return text_read(text, pv_source) && text_write(text, in_folder("pristine.c"));
}

static void remove_folder(void)
{
	DIR *directory = opendir(folder);

	for (struct dirent *entry; directory && (entry = readdir(directory));)
		unlinkat(dirfd(directory), entry->d_name, 0);
	if (directory)
		closedir(directory);
	rmdir(folder);
}

static bool campaign(unsigned long count, struct text *text)
{
	unsigned long statuses[4] = { 0 }, too_long = 0;
	const char *good_pv = pv;

	for (unsigned long i = 0; i < count; i++) {
		enum input input = choose();
		const char *what;
		int status;

		pv = good_pv;
		unlink(in_folder("result.json"));
		if (!prepare(input, text))
			return false;
		status = execute();
		what = wrong(input, status);
		if (what) {
			keep(what, status, input, text);
			fprintf(stderr, "number %lu\n", i);
			return false;
		}
		if (status == TOO_LONG)
			too_long++;
		else
			statuses[status]++;
	}
	printf("%lu damaged inputs: %lu ran well, %lu failed as runs do, %lu refused, %lu failed in pv.c, "
	       "%lu took too long\n",
	       count, statuses[0], statuses[1], statuses[2], statuses[3], too_long);
	return true;
}

int main(int count, char **words)
{
	struct text *text = malloc(sizeof(*text));
	bool good;

	if (count != 8 || !text || !mkdtemp(folder)) {
		fprintf(stderr, "usage: fuzz_program UVSIM COUNT SEED SCENARIO PROFILE PV-C VERSION\n");
		return EXIT_FAILURE;
	}
	uvsim = words[1];
	scenario = words[4];
	profile = words[5];
	pv_source = words[6];
	pv = words[7];
	random_seed(strtoull(words[3], NULL, 10));
	good = make_good_ones(text) && campaign(strtoul(words[2], NULL, 10), text);
	remove_folder();
	free(text);
	return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
