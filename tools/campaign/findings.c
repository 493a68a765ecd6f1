/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Scenarios without faults: whatever is found in one is a false alarm, or a true one that wants to be told.
 *
 * Deadlocks and times that do not add up count as findings, too: all that makes a verdict bad.
 */
#include <inttypes.h>
#include <jansson.h>
#include <string.h>

#include "tools/campaign/campaign.h"

struct tally {
	uint64_t clean, found, refused, failed;
};

static void print_replay(const struct campaign *campaign, const char *pv)
{
	printf("  replay: %s run %s --pv %s\n", campaign->uvsim, campaign_file(campaign, ".yaml"), pv);
}

static void print_findings(const struct campaign *campaign, const char *pv)
{
	json_t *document = json_load_file(campaign_file(campaign, "-bulk.json"), 0, NULL);
	const json_t *finding, *verdict = json_object_get(document, "verdict");
	size_t i;

	json_array_foreach(json_object_get(document, "violations"), i, finding)
		if (i < 3)
			printf("  %s: %s\n", json_string_value(json_object_get(finding, "kind")),
			       json_string_value(json_object_get(finding, "text")));
	if (i > 3)
		printf("  ... %zu findings\n", i);
	if (json_is_true(json_object_get(verdict, "deadlock")))
		printf("  deadlock\n");
	if (json_integer_value(json_object_get(verdict, "unbalanced_threads")))
		printf("  times do not add up\n");
	json_decref(document);
	print_replay(campaign, pv);
}

/* One scenario under one pv.c: true when nothing is to be kept. */
static bool findings_of(struct campaign *campaign, const char *pv, struct tally *tally)
{
	const char *document = campaign_file(campaign, "-bulk.json"), *log = campaign_file(campaign, "-bulk.log");
	int status;

	campaign->pv[0] = pv;
	if (!campaign_run(campaign, log, (const char *const[]){ campaign_file(campaign, ".yaml"), "--json", document,
			  NULL }, &status)) {
		if (status == 2)
			tally->refused++;
		else
			tally->failed++;
		print_replay(campaign, pv);
		return false;
	}
	if (status == 0) {
		tally->clean++;
		return true;
	}
	tally->found++;
	printf("%s under %s:\n", campaign_file(campaign, ".yaml"), pv);
	print_findings(campaign, pv);
	return false;
}

int campaign_findings(struct campaign *campaign, uint64_t count, uint64_t seed, char **pvs)
{
	struct tally tally[16] = { { 0 } };
	bool good = true;
	unsigned i;

	for (uint64_t at = seed; at < seed + count; at++) {
		bool clean = true;

		campaign_write(campaign, at);
		for (i = 0; pvs[i] && i < 16; i++)
			clean &= findings_of(campaign, pvs[i], &tally[i]);
		if (clean)
			campaign_clean(campaign);
		fflush(stdout);
	}
	for (i = 0; pvs[i] && i < 16; i++) {
		printf("%-16s %" PRIu64 " scenarios: %" PRIu64 " without a finding, %" PRIu64 " with, %" PRIu64
		       " refused, %" PRIu64 " failed\n", pvs[i], count, tally[i].clean, tally[i].found,
		       tally[i].refused, tally[i].failed);
		good &= tally[i].clean == count;
	}
	return good ? 0 : 1;
}
