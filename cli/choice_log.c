/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The first line of a choice log: what the choices belong to. The lines below it are written and
 * read by sim/choice.c.
 *
 *	uvsim-choices/1 seed=1 scenario=<sha256> profile=<sha256> pv=<sha256>
 */
#include <inttypes.h>
#include <string.h>

#include "cli/run.h"

void log_write_header(FILE *log, const struct log_header *header)
{
	fprintf(log, "uvsim-choices/1 seed=%" PRIu64 " scenario=%s profile=%s pv=%s\n",
		header->seed, header->scenario, header->profile, *header->pv ? header->pv : "-");
}

static bool same(const char *name, const char *what, const char *recorded, const char *now)
{
	if (strcmp(recorded, *now ? now : "-") == 0)
		return true;
	fprintf(stderr, "%s:1: error: recorded with another %s (%.12s, now %.12s)\n", name, what,
		recorded, *now ? now : "-");
	return false;
}

bool log_read_header(FILE *log, const char *name, struct log_header *expected)
{
	struct log_header recorded;
	char line[512];
	bool fits;

	if (!fgets(line, sizeof(line), log) ||
	    sscanf(line, "uvsim-choices/1 seed=%" SCNu64 " scenario=%64s profile=%64s pv=%64s",
		   &recorded.seed, recorded.scenario, recorded.profile, recorded.pv) != 4) {
		fprintf(stderr,
			"%s:1: error: not a choice log: line 1 must begin with uvsim-choices/1\n",
			name);
		return false;
	}
	expected->seed = recorded.seed;
	/* Every difference is told. */
	fits = same(name, "scenario, or other --set", recorded.scenario, expected->scenario);
	fits = same(name, "profile", recorded.profile, expected->profile) && fits;
	return same(name, "pv.c", recorded.pv, expected->pv) && fits;
}
