/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One scenario of a campaign: its files, and running uvsim on them.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tools/campaign/campaign.h"

#define ARGUMENTS_MAX 16
#define CPU_SECONDS 120
#define FILE_BYTES ((rlim_t)1 << 30)	/* of one document, choice log or step stream */

const char *campaign_file(const struct campaign *campaign, const char *suffix)
{
	static char names[32][600];
	static unsigned next;
	char *name = names[next++ % 32];

	snprintf(name, sizeof(names[0]), "%s%s", campaign->stem, suffix);
	return name;
}

/* Start uvsim with what it prints in @log, and @end (-1: nothing) open as CAMPAIGN_PIPE. */
static pid_t begin(const struct campaign *campaign, const char *log, const char *const *arguments, int end)
{
	const struct rlimit time = { CPU_SECONDS, CPU_SECONDS }, bytes = { FILE_BYTES, FILE_BYTES };
	const char *argv[ARGUMENTS_MAX + 8] = { campaign->uvsim, "run", "--quiet" };
	unsigned n = 3;
	pid_t child;

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
	if (child != 0)
		return child;
	setrlimit(RLIMIT_CPU, &time);
	setrlimit(RLIMIT_FSIZE, &bytes);
	if (!freopen(log, "w", stdout) || dup2(STDOUT_FILENO, STDERR_FILENO) < 0)
		_exit(126);
	if (end >= 0 && dup2(end, CAMPAIGN_PIPE) < 0)
		_exit(126);
	execv(campaign->uvsim, (char *const *)argv);
	_exit(127);
}

/* Its exit status, or 128 + the signal that ended it. */
static int end(pid_t child)
{
	int status;

	if (child < 0 || waitpid(child, &status, 0) < 0)
		return 127;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static bool is_good(int status, const char *log)
{
	if (status > 1)
		printf("  status %d: see %s\n", status, log);
	return status <= 1;
}

bool campaign_run(struct campaign *campaign, const char *log, const char *const *arguments, int *status)
{
	*status = end(begin(campaign, log, arguments, -1));
	return is_good(*status, log);
}

void campaign_begin(struct campaign *campaign, struct campaign_child *child, const char *log,
		    const char *const *arguments)
{
	int ends[2];

	/* Neither end may be open in another child, or this one's would never be over. */
	if (pipe2(ends, O_CLOEXEC) != 0) {
		fprintf(stderr, "campaign: no pipe: %s\n", strerror(errno));
		exit(2);
	}
	child->log = log;
	child->pid = begin(campaign, log, arguments, ends[1]);
	close(ends[1]);
	child->out = fdopen(ends[0], "re");
}

bool campaign_end(struct campaign_child *child, int *status)
{
	fclose(child->out);
	*status = end(child->pid);
	return is_good(*status, child->log);
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
	generate_scenario(out, seed, relative, campaign);
	fclose(out);
	out = campaign_create(profile);
	generate_profile(out, seed, campaign->pressure);
	fclose(out);
}

static const char *const suffixes[] = {
	".yaml", "-profile.yaml", "-bulk.json", "-bulk.steps", "-bulk.choices", "-bulk.log",
	"-exact.json", "-exact.log",
	"-again.json", "-again.steps", "-again.log", "-replay.json", "-replay.steps", "-replay.choices", "-replay.log",
	"-a.json", "-a.log", "-b.json", "-b.log", NULL,
};

void campaign_clean(const struct campaign *campaign)
{
	for (const char *const *suffix = suffixes; *suffix; suffix++)
		unlink(campaign_file(campaign, *suffix));
}

