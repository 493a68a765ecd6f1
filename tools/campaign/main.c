/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * campaign [--pressure] UVSIM DIRECTORY COUNT SEED [A [B]]: runs COUNT random scenarios, from number SEED on, each
 * in these ways, and compares. A: an algorithm as for --pv. Every other scenario has faults put in. With --pressure
 * each runs on a host that is too small for it: memory is reclaimed, swapped, and processes are killed for it.
 *
 *	bulk		the reference: with a choice log and a step stream
 *	exact		--exact-pages: the same document, byte for byte
 *	again		a second time: the same document and step stream
 *	replay		from the choice log, with another seed in it: the same document (but for the seed)
 *			and step stream
 *
 * With A and B, two algorithms that should be the same machine: once with each, page by page. The traces of
 * their UVCs must be the same, times included, and their documents but for what compare_algorithms() leaves out.
 *
 * What a scenario leaves behind is kept in DIRECTORY only if something differed or failed. Exit status: 0 all
 * the same, 1 not, 2 wrong arguments.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tools/campaign/campaign.h"
#include "tools/steps.h"

#define ARGUMENTS_MAX 16
#define CPU_SECONDS 120
#define FILE_BYTES ((rlim_t)1 << 30)	/* of one choice log or step stream */

struct campaign {
	const char *uvsim, *directory;
	bool pressure;
	const char *pv[2];		/* both: compare these; NULL: the default one */
	const char *faults;		/* put into the scenario at hand, or NULL */
	char faults_text[256];
	char stem[512];			/* of the files of one scenario */
	uint64_t same, different, refused, failed, violated, faulty;
};

static const char *file_of(const struct campaign *campaign, const char *suffix)
{
	static char names[32][600];
	static unsigned next;
	char *name = names[next++ % 32];

	snprintf(name, sizeof(names[0]), "%s%s", campaign->stem, suffix);
	return name;
}

/* Run uvsim with what it prints in @log. Its exit status, or 128 + the signal that ended it. */
static int run(const struct campaign *campaign, const char *log, const char *const *arguments)
{
	const char *argv[ARGUMENTS_MAX + 8] = { campaign->uvsim, "run", "--quiet" };
	unsigned n = 3;
	pid_t child;
	int status;

	while (*arguments && n < ARGUMENTS_MAX + 3)
		argv[n++] = *arguments++;
	if (campaign->faults) {
		argv[n++] = "--faults";
		argv[n++] = campaign->faults;
	}
	if (campaign->pv[0] && !campaign->pv[1]) {
		argv[n++] = "--pv";
		argv[n++] = campaign->pv[0];
	}
	fflush(stdout);
	child = fork();
	if (child == 0) {
		const struct rlimit time = { CPU_SECONDS, CPU_SECONDS }, bytes = { FILE_BYTES, FILE_BYTES };

		setrlimit(RLIMIT_CPU, &time);
		setrlimit(RLIMIT_FSIZE, &bytes);
		if (!freopen(log, "w", stdout) || dup2(STDOUT_FILENO, STDERR_FILENO) < 0)
			_exit(126);
		execv(campaign->uvsim, (char *const *)argv);
		_exit(127);
	}
	if (child < 0 || waitpid(child, &status, 0) < 0)
		return 127;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static FILE *create(const char *name)
{
	FILE *file = fopen(name, "we");

	if (!file) {
		fprintf(stderr, "campaign: cannot write %s\n", name);
		exit(2);
	}
	return file;
}

/* The choice log with another seed in its first line. */
static void reseed(const char *from, const char *to)
{
	FILE *in = fopen(from, "re"), *out = create(to);
	char line[4096], *seed;
	bool first = true;

	while (in && fgets(line, sizeof(line), in)) {
		seed = first ? strstr(line, "seed=") : NULL;
		first = false;
		if (seed) {
			seed += strlen("seed=");
			fprintf(out, "%.*s%s", (int)(seed - line), line, "4711");
			fputs(seed + strspn(seed, "0123456789"), out);
		} else {
			fputs(line, out);
		}
	}
	if (in)
		fclose(in);
	fclose(out);
}

static void write_inputs(const struct campaign *campaign, uint64_t seed)
{
	const char *scenario = file_of(campaign, ".yaml"), *profile = file_of(campaign, "-profile.yaml");
	char relative[64];
	FILE *out;

	snprintf(relative, sizeof(relative), "./c%" PRIu64 "-profile.yaml", seed);
	out = create(scenario);
	generate_scenario(out, seed, relative, campaign->pressure);
	fclose(out);
	out = create(profile);
	generate_profile(out, seed, campaign->pressure);
	fclose(out);
}

static const char *const suffixes[] = {
	".yaml", "-profile.yaml", "-bulk.json", "-bulk.steps", "-bulk.choices", "-bulk.log",
	"-exact.json", "-exact.log",
	"-again.json", "-again.steps", "-again.log", "-replay.json", "-replay.steps", "-replay.choices", "-replay.log",
	"-a.json", "-a.uvcs", "-a.log", "-b.json", "-b.uvcs", "-b.log", NULL,
};

static void clean(const struct campaign *campaign)
{
	for (const char *const *suffix = suffixes; *suffix; suffix++)
		unlink(file_of(campaign, *suffix));
}

/* One way of running it; false when uvsim itself failed. */
static bool way(struct campaign *campaign, const char *log, const char *const *arguments, int *status)
{
	*status = run(campaign, log, arguments);
	if (*status <= 1)
		return true;
	printf("  status %d: see %s\n", *status, log);
	return false;
}

static bool run_ways(struct campaign *campaign)
{
	const char *scenario = file_of(campaign, ".yaml");
	int first, other;

	if (!way(campaign, file_of(campaign, "-bulk.log"), (const char *const[]){ scenario, "--json",
		 file_of(campaign, "-bulk.json"), "--steps", file_of(campaign, "-bulk.steps"), "--record",
		 file_of(campaign, "-bulk.choices"), NULL }, &first)) {
		if (first == 2)
			campaign->refused++;
		else
			campaign->failed++;
		return false;
	}
	campaign->violated += first;
	reseed(file_of(campaign, "-bulk.choices"), file_of(campaign, "-replay.choices"));
	scenario = file_of(campaign, ".yaml");
	if (way(campaign, file_of(campaign, "-exact.log"), (const char *const[]){ scenario, "--exact-pages", "--json",
		file_of(campaign, "-exact.json"), NULL }, &other) &&
	    way(campaign, file_of(campaign, "-again.log"), (const char *const[]){ scenario, "--json",
		file_of(campaign, "-again.json"), "--steps", file_of(campaign, "-again.steps"), NULL }, &other)) {
		scenario = file_of(campaign, ".yaml");
		if (way(campaign, file_of(campaign, "-replay.log"), (const char *const[]){ scenario, "--json",
			file_of(campaign, "-replay.json"), "--steps", file_of(campaign, "-replay.steps"), "--replay",
			file_of(campaign, "-replay.choices"), NULL }, &other))
			return true;
	}
	campaign->failed++;
	return false;
}

static bool compare_ways(struct campaign *campaign)
{
	const char *document = file_of(campaign, "-bulk.json"), *steps = file_of(campaign, "-bulk.steps");
	int different = 0;

	different |= compare_documents(document, file_of(campaign, "-exact.json"), NULL);
	different |= compare_documents(document, file_of(campaign, "-again.json"), NULL);
	different |= compare_documents(document, file_of(campaign, "-replay.json"), "run.seed");
	different |= steps_compare(steps, file_of(campaign, "-again.steps"), stdout) != 0;
	different |= steps_compare(steps, file_of(campaign, "-replay.steps"), stdout) != 0;
	if (different)
		campaign->different++;
	else
		campaign->same++;
	return !different;
}

static bool run_algorithm(struct campaign *campaign, unsigned which, int *status)
{
	static const char *const suffix[][3] = {
		{ "-a.log", "-a.json", "-a.uvcs" }, { "-b.log", "-b.json", "-b.uvcs" },
	};
	const char *arguments[] = {
		file_of(campaign, ".yaml"), "--pv", campaign->pv[which], "--json", file_of(campaign, suffix[which][1]),
		"--exact-pages", "--uvc-trace", file_of(campaign, suffix[which][2]), NULL,
	};

	return way(campaign, file_of(campaign, suffix[which][0]), arguments, status);
}

static bool run_algorithms(struct campaign *campaign)
{
	int first, second, different;

	if (!run_algorithm(campaign, 0, &first) || !run_algorithm(campaign, 1, &second)) {
		campaign->failed++;
		return false;
	}
	campaign->violated += (uint64_t)first;
	different = compare_lines(file_of(campaign, "-a.uvcs"), file_of(campaign, "-b.uvcs"));
	different |= compare_algorithms(file_of(campaign, "-a.json"), file_of(campaign, "-b.json"));
	different |= first != second;
	if (different)
		campaign->different++;
	else
		campaign->same++;
	return !different;
}

static void prepare(struct campaign *campaign, uint64_t seed)
{
	snprintf(campaign->stem, sizeof(campaign->stem), "%s/c%" PRIu64, campaign->directory, seed);
	write_inputs(campaign, seed);
	campaign->faults = generate_faults(seed, campaign->faults_text, sizeof(campaign->faults_text));
	campaign->faulty += campaign->faults != NULL;
}

static void compare_pvs(struct campaign *campaign)
{
	if (run_algorithms(campaign))
		clean(campaign);
	else
		printf("%s: kept\n", file_of(campaign, ".yaml"));
}

static void one(struct campaign *campaign)
{
	uint64_t violated = campaign->violated;

	if (run_ways(campaign) && compare_ways(campaign)) {
		if (campaign->violated == violated)
			clean(campaign);
		else
			printf("%s: the run found something: kept\n", file_of(campaign, ".yaml"));
		return;
	}
	printf("%s: kept\n", file_of(campaign, ".yaml"));
}

int main(int argc, char **argv)
{
	struct campaign campaign = { 0 };
	uint64_t count, seed;

	if (argc > 1 && strcmp(argv[1], "--pressure") == 0) {
		campaign.pressure = true;
		argv++;
		argc--;
	}
	if (argc < 5 || argc > 7) {
		fprintf(stderr, "Usage: campaign [--pressure] UVSIM DIRECTORY COUNT SEED [A [B]]\n");
		return 2;
	}
	for (int i = 5; i < argc; i++)
		campaign.pv[i - 5] = argv[i];
	campaign.uvsim = argv[1];
	campaign.directory = argv[2];
	if (mkdir(campaign.directory, 0777) != 0 && errno != EEXIST) {
		fprintf(stderr, "campaign: cannot make %s: %s\n", campaign.directory, strerror(errno));
		return 2;
	}
	count = strtoull(argv[3], NULL, 10);
	seed = strtoull(argv[4], NULL, 10);
	for (uint64_t i = 0; i < count; i++) {
		prepare(&campaign, seed + i);
		if (campaign.pv[1])
			compare_pvs(&campaign);
		else
			one(&campaign);
	}
	if (campaign.pv[1])
		printf("%s and %s\n", campaign.pv[0], campaign.pv[1]);
	printf("%" PRIu64 " with faults\n", campaign.faulty);
	printf("%" PRIu64 " scenarios: %" PRIu64 " the same in all ways, %" PRIu64 " different, %" PRIu64 " failed, "
	       "%" PRIu64 " refused; %" PRIu64 " with findings\n", count, campaign.same, campaign.different,
	       campaign.failed, campaign.refused, campaign.violated);
	return campaign.same == count ? 0 : 1;
}
