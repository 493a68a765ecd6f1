/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One scenario of a campaign: its files, and running uvsim on them.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tools/campaign/campaign.h"

#define ARGUMENTS_MAX 16
#define CPU_SECONDS 120
#define FILE_BYTES ((rlim_t)1 << 30)	/* of one choice log or step stream */

const char *campaign_file(const struct campaign *campaign, const char *suffix)
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

FILE *campaign_create(const char *name)
{
	FILE *file = fopen(name, "we");

	if (!file) {
		fprintf(stderr, "campaign: cannot write %s\n", name);
		exit(2);
	}
	return file;
}

void campaign_write(struct campaign *campaign, uint64_t seed)
{
	const char *scenario, *profile;
	char relative[64];
	FILE *out;

	if (campaign->varied) {
		campaign->pressure = seed % 3 != 0;
		campaign->mix = seed % 3 == 2;
	}
	snprintf(campaign->stem, sizeof(campaign->stem), "%s/c%" PRIu64, campaign->directory, seed);
	scenario = campaign_file(campaign, ".yaml");
	profile = campaign_file(campaign, "-profile.yaml");
	snprintf(relative, sizeof(relative), "./c%" PRIu64 "-profile.yaml", seed);
	out = campaign_create(scenario);
	generate_scenario(out, seed, relative, campaign->pressure, campaign->mix);
	fclose(out);
	out = campaign_create(profile);
	generate_profile(out, seed, campaign->pressure);
	fclose(out);
}

static const char *const suffixes[] = {
	".yaml", "-profile.yaml", "-bulk.json", "-bulk.steps", "-bulk.choices", "-bulk.log",
	"-exact.json", "-exact.log",
	"-again.json", "-again.steps", "-again.log", "-replay.json", "-replay.steps", "-replay.choices", "-replay.log",
	"-a.json", "-a.uvcs", "-a.log", "-b.json", "-b.uvcs", "-b.log", NULL,
};

void campaign_clean(const struct campaign *campaign)
{
	for (const char *const *suffix = suffixes; *suffix; suffix++)
		unlink(campaign_file(campaign, *suffix));
}

/* One way of running it; false when uvsim itself failed. */
bool campaign_run(struct campaign *campaign, const char *log, const char *const *arguments, int *status)
{
	*status = run(campaign, log, arguments);
	if (*status <= 1)
		return true;
	printf("  status %d: see %s\n", *status, log);
	return false;
}

