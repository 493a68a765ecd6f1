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

/** Findings that are true: bugs of the kernels themselves, which a scenario with kills may meet. */
static const struct {
	const char *kind, *text;	/* the text of the finding has this in it */
	const char *why;
	const char *pv;			/* only there; NULL: anywhere */
} known[] = {
	{ "mm-count", "mmu notifier unregistered that was never registered",
	  "a signal interrupts mmu_notifier_register(), whose failure Linux up to 6.12 does not look at", NULL },
	{ "stall", "kvm_s390_pv_deinit_vm", "5.10 cleans a guest in one go", "5.10" },
	{ "stall", "kvm_s390_pv_deinit_vm", "7.x waits for DESTROY_SEC_CONF without a resched point", "7.3" },
};

struct tally {
	uint64_t clean, known, found, refused, failed;
};

static void print_replay(const struct campaign *campaign, const char *pv)
{
	printf("  replay: %s run %s --pv %s\n", campaign->uvsim, campaign_file(campaign, ".yaml"), pv);
}

static bool is_known(const json_t *finding, const char *pv)
{
	const char *kind = json_string_value(json_object_get(finding, "kind"));
	const char *text = json_string_value(json_object_get(finding, "text"));

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(kind, known[i].kind) == 0 && strstr(text, known[i].text) &&
		    (!known[i].pv || strcmp(pv, known[i].pv) == 0))
			return true;
	return false;
}

/* What the run found. True: nothing but what is known. */
static bool print_findings(const struct campaign *campaign, const char *pv)
{
	json_t *document = json_load_file(campaign_file(campaign, "-bulk.json"), 0, NULL);
	const json_t *finding, *verdict = json_object_get(document, "verdict");
	bool deadlock = json_is_true(json_object_get(verdict, "deadlock"));
	bool unbalanced = json_integer_value(json_object_get(verdict, "unbalanced_threads")) != 0;
	bool all_known = document && !deadlock && !unbalanced;
	size_t i;

	json_array_foreach(json_object_get(document, "violations"), i, finding) {
		all_known &= is_known(finding, pv);
		if (i < 3)
			printf("  %s: %s\n", json_string_value(json_object_get(finding, "kind")),
			       json_string_value(json_object_get(finding, "text")));
	}
	if (i > 3)
		printf("  ... %zu findings\n", i);
	if (deadlock)
		printf("  deadlock\n");
	if (unbalanced)
		printf("  times do not add up\n");
	json_decref(document);
	print_replay(campaign, pv);
	return all_known;
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
	printf("%s under %s:\n", campaign_file(campaign, ".yaml"), pv);
	if (print_findings(campaign, pv))
		tally->known++;
	else
		tally->found++;
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
		printf("%-16s %" PRIu64 " scenarios: %" PRIu64 " without a finding, %" PRIu64 " with known ones, "
		       "%" PRIu64 " with others, %" PRIu64 " refused, %" PRIu64 " failed\n",
		       pvs[i], count, tally[i].clean, tally[i].known, tally[i].found, tally[i].refused,
		       tally[i].failed);
		good &= tally[i].clean + tally[i].known == count;
	}
	for (size_t k = 0; k < sizeof(known) / sizeof(known[0]); k++)
		printf("known: %s: %s\n", known[k].kind, known[k].why);
	return good ? 0 : 1;
}
