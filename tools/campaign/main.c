/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * campaign [--pressure|--mix|--varied] UVSIM DIRECTORY COUNT SEED [A [B]]: runs COUNT random scenarios from number SEED
 * on, each in these ways, and compares. A: an algorithm as for --pv. Every other scenario has faults put in. With
 * --pressure each runs on a host that is too small for it: memory is reclaimed, swapped, and processes are killed for
 * it. With --mix there are other processes, teardown helpers, starts after exits, cgroups and more kills as well
 * (tools/mix). With --varied one scenario in three is of each kind.
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
 *
 * --quick leaves out the last two ways and stops at the first scenario with a difference.
 *
 * campaign --findings UVSIM DIRECTORY COUNT SEED PV...: the scenarios, without faults, once under each PV: none may
 * have a finding (tools/seeds calls it).
 *
 * campaign --faults UVSIM DIRECTORY COUNT SEED PV...: with faults of all kinds (tools/fault-campaign calls it).
 *
 * campaign --write DIRECTORY COUNT SEED: writes the scenarios and runs none.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tools/campaign/campaign.h"
#include "tools/steps.h"

#define ARGUMENTS_MAX 12

/* The choice log with another seed in its first line. */
static void reseed(const char *from, const char *to)
{
	FILE *in = fopen(from, "re"), *out = campaign_create(to);
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

/* Way @name of running it, with its document and @arguments; false when uvsim itself failed. */
static bool way(struct campaign *campaign, const char *name, const char *const *arguments, int *status)
{
	const char *all[ARGUMENTS_MAX] = { campaign_file(campaign, ".yaml"), "--json" };
	char suffix[3][32];
	unsigned n = 3;

	snprintf(suffix[0], sizeof(suffix[0]), "-%s.json", name);
	snprintf(suffix[1], sizeof(suffix[1]), "-%s.log", name);
	snprintf(suffix[2], sizeof(suffix[2]), "-%s.steps", name);
	all[2] = campaign_file(campaign, suffix[0]);
	if (!campaign->quick && strcmp(name, "exact") != 0) {
		all[n++] = "--steps";
		all[n++] = campaign_file(campaign, suffix[2]);
	}
	while (*arguments && n < ARGUMENTS_MAX - 1)
		all[n++] = *arguments++;
	return campaign_run(campaign, campaign_file(campaign, suffix[1]), all, status);
}

static bool run_ways(struct campaign *campaign)
{
	const char *choices = campaign_file(campaign, "-bulk.choices"), *record = campaign->quick ? NULL : "--record";
	const char *log = campaign_file(campaign, "-replay.choices");
	int first, other;

	if (!way(campaign, "bulk", (const char *const[]){ record, choices, NULL }, &first)) {
		if (first == 2)
			campaign->refused++;
		else
			campaign->failed++;
		return false;
	}
	campaign->violated += first;
	if (campaign->quick)
		return way(campaign, "exact", (const char *const[]){ "--exact-pages", NULL }, &other);
	reseed(choices, log);
	if (way(campaign, "exact", (const char *const[]){ "--exact-pages", NULL }, &other) &&
	    way(campaign, "again", (const char *const[]){ NULL }, &other) &&
	    way(campaign, "replay", (const char *const[]){ "--replay", log, NULL }, &other))
		return true;
	campaign->failed++;
	return false;
}

static bool compare_ways(struct campaign *campaign)
{
	const char *document = campaign_file(campaign, "-bulk.json"), *steps = campaign_file(campaign, "-bulk.steps");
	int different = 0;

	different |= compare_documents(document, campaign_file(campaign, "-exact.json"), NULL);
	if (!campaign->quick) {
		different |= compare_documents(document, campaign_file(campaign, "-again.json"), NULL);
		different |= compare_documents(document, campaign_file(campaign, "-replay.json"), "run.seed");
		different |= steps_compare(steps, campaign_file(campaign, "-again.steps"), stdout) != 0;
		different |= steps_compare(steps, campaign_file(campaign, "-replay.steps"), stdout) != 0;
	}
	if (different)
		campaign->different++;
	else
		campaign->same++;
	return !different;
}

static void begin_algorithm(struct campaign *campaign, struct campaign_child *child, unsigned which)
{
	static const char *const suffix[][2] = { { "-a.log", "-a.json" }, { "-b.log", "-b.json" } };
	const char *arguments[] = {
		campaign_file(campaign, ".yaml"), "--pv", campaign->pv[which], "--json",
		campaign_file(campaign, suffix[which][1]), "--exact-pages", "--uvc-trace", CAMPAIGN_PIPE_NAME, NULL,
	};

	campaign_begin(campaign, child, campaign_file(campaign, suffix[which][0]), arguments);
}

/* Side by side: a trace may be larger than anybody wants to keep. */
static bool run_algorithms(struct campaign *campaign)
{
	struct campaign_child child[2];
	int status[2], different;
	bool good;

	begin_algorithm(campaign, &child[0], 0);
	begin_algorithm(campaign, &child[1], 1);
	different = compare_lines(child[0].out, child[1].out);
	good = campaign_end(&child[0], &status[0]);
	good &= campaign_end(&child[1], &status[1]);
	if (!good) {
		campaign->failed++;
		return false;
	}
	campaign->violated += (uint64_t)status[0];
	different |= compare_algorithms(campaign_file(campaign, "-a.json"), campaign_file(campaign, "-b.json"));
	different |= status[0] != status[1];
	if (different)
		campaign->different++;
	else
		campaign->same++;
	return !different;
}

static void prepare(struct campaign *campaign, uint64_t seed)
{
	campaign_write(campaign, seed);
	campaign->faults = generate_faults(seed, !campaign->pv[1], campaign->faults_text,
					   sizeof(campaign->faults_text));
	campaign->faulty += campaign->faults != NULL;
}

static void compare_pvs(struct campaign *campaign)
{
	if (run_algorithms(campaign))
		campaign_clean(campaign);
	else
		printf("%s: kept\n", campaign_file(campaign, ".yaml"));
}

static void one(struct campaign *campaign)
{
	uint64_t violated = campaign->violated;

	if (run_ways(campaign) && compare_ways(campaign)) {
		if (campaign->violated == violated)
			campaign_clean(campaign);
		else
			printf("%s: the run found something: kept\n", campaign_file(campaign, ".yaml"));
		return;
	}
	printf("%s: kept\n", campaign_file(campaign, ".yaml"));
}

static void tell(const struct campaign *campaign, uint64_t count)
{
	if (campaign->pv[1])
		printf("%s and %s\n", campaign->pv[0], campaign->pv[1]);
	printf("%" PRIu64 " with faults\n", campaign->faulty);
	printf("%" PRIu64 " scenarios: %" PRIu64 " the same in all ways, %" PRIu64 " different, %" PRIu64 " failed, "
	       "%" PRIu64 " refused; %" PRIu64 " with findings\n", count, campaign->same, campaign->different,
	       campaign->failed, campaign->refused, campaign->violated);
}

enum what { COMPARE, FINDINGS, FAULTS, WRITE };

/* Take the option @text; false if it is none. */
static bool option(struct campaign *campaign, enum what *what, const char *text)
{
	if (strcmp(text, "--pressure") == 0)
		campaign->pressure = true;
	else if (strcmp(text, "--mix") == 0)
		campaign->pressure = campaign->mix = true;
	else if (strcmp(text, "--varied") == 0)
		campaign->varied = true;
	else if (strcmp(text, "--quick") == 0)
		campaign->quick = true;
	else if (strcmp(text, "--findings") == 0)
		*what = FINDINGS;
	else if (strcmp(text, "--faults") == 0)
		*what = FAULTS;
	else if (strcmp(text, "--write") == 0)
		*what = WRITE;
	else
		return false;
	return true;
}

static int usage(void)
{
	fprintf(stderr, "Usage: campaign [--pressure|--mix|--varied] [--quick] UVSIM DIRECTORY COUNT SEED [A [B]]\n"
		"       campaign [--pressure|--mix|--varied] --findings|--faults UVSIM DIRECTORY COUNT SEED PV...\n"
		"       campaign [--pressure|--mix|--varied] --write DIRECTORY COUNT SEED\n");
	return 2;
}

static int write_only(struct campaign *campaign, uint64_t count, uint64_t seed)
{
	for (uint64_t i = 0; i < count; i++)
		campaign_write(campaign, seed + i);
	return 0;
}

int main(int argc, char **argv)
{
	struct campaign campaign = { 0 };
	enum what what = COMPARE;
	uint64_t count, seed, i;

	for (; argc > 1 && option(&campaign, &what, argv[1]); argc--)
		argv++;
	/* Without a uvsim. */
	if (what == WRITE) {
		argv--;
		argc++;
	}
	if (argc < 5 + (what == FINDINGS || what == FAULTS) || (argc > 7 && what == COMPARE))
		return usage();
	for (int n = 5; n < argc && what == COMPARE; n++)
		campaign.pv[n - 5] = argv[n];
	campaign.uvsim = argv[1];
	campaign.directory = argv[2];
	if (mkdir(campaign.directory, 0777) != 0 && errno != EEXIST) {
		fprintf(stderr, "campaign: cannot make %s: %s\n", campaign.directory, strerror(errno));
		return 2;
	}
	count = strtoull(argv[3], NULL, 10);
	seed = strtoull(argv[4], NULL, 10);
	if (what == WRITE)
		return write_only(&campaign, count, seed);
	if (what == FAULTS)
		return campaign_faulted(&campaign, count, seed, argv + 5);
	if (what == FINDINGS)
		return campaign_findings(&campaign, count, seed, argv + 5);
	for (i = 0; i < count && !(campaign.quick && campaign.same < i); i++) {
		prepare(&campaign, seed + i);
		if (campaign.pv[1])
			compare_pvs(&campaign);
		else
			one(&campaign);
	}
	tell(&campaign, i);
	return campaign.same == count ? 0 : 1;
}
