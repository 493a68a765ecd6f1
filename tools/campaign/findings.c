/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Scenarios without faults: whatever is found in one is a false alarm, or a true one that wants to be told.
 *
 * Deadlocks and times that do not add up count as findings, too: all that makes a verdict bad, but for a host that
 * panics because memory is out and nobody is left to be killed. That is what Linux does, and it is counted.
 */
#include <inttypes.h>
#include <jansson.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "tools/campaign/campaign.h"

#define PVS_MAX 16

/** Findings that are true: bugs of the kernels themselves, which a scenario with kills may meet. */
static const struct {
	const char *kind, *text;	/* the text of the finding has this in it */
	const char *pvs[8];	/* where it is true */
	const char *why;
} known[] = {
	{ "mm-count", "mmu notifier unregistered that was never registered",
	  { "6.1", "6.12", "builtin:sync", "builtin:async" },
	  "a signal interrupts mmu_notifier_register(), whose failure Linux up to 6.12 does not look at" },
	{ "stall", "kvm_s390_pv_deinit_vm", { "5.10" },
	  "it cleans a guest in one go, without a resched point" },
};

struct tally {
	uint64_t clean, panics, known, found, refused, failed;
};

static void print_replay(const struct campaign *campaign, const char *pv)
{
	printf("  replay: %s run %s --pv %s\n", campaign->uvsim, campaign_file(campaign, ".yaml"), pv);
}

static bool is_true_under(const char *const *pvs, const char *pv)
{
	while (*pvs && strcmp(*pvs, pv) != 0)
		pvs++;
	return *pvs != NULL;
}

static bool is_known(const json_t *finding, const char *pv)
{
	const char *kind = json_string_value(json_object_get(finding, "kind"));
	const char *text = json_string_value(json_object_get(finding, "text"));

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(kind, known[i].kind) == 0 && strstr(text, known[i].text))
			return is_true_under(known[i].pvs, pv);
	return false;
}

enum verdict { CLEAN, PANIC, KNOWN, FOUND };

static bool is_panic(const json_t *document)
{
	const char *end = json_string_value(json_object_get(json_object_get(document, "run"), "end"));

	return end && strcmp(end, "panic") == 0;
}

static void print_findings(const json_t *findings)
{
	const json_t *finding;
	size_t i;

	json_array_foreach(findings, i, finding)
		if (i < 3)
			printf("  %s: %s\n", json_string_value(json_object_get(finding, "kind")),
			       json_string_value(json_object_get(finding, "text")));
	if (i > 3)
		printf("  ... %zu findings\n", i);
}

/* What a run came to whose verdict is bad; printed, unless it is a mere panic. */
static enum verdict judge(const struct campaign *campaign, const char *pv)
{
	json_t *document = json_load_file(campaign_file(campaign, "-bulk.json"), 0, NULL);
	const json_t *findings = json_object_get(document, "violations"), *verdict, *finding;
	enum verdict result = json_array_size(findings) ? KNOWN : is_panic(document) ? PANIC : FOUND;
	size_t i;

	verdict = json_object_get(document, "verdict");
	json_array_foreach(findings, i, finding)
		if (!is_known(finding, pv))
			result = FOUND;
	if (json_is_true(json_object_get(verdict, "deadlock")) ||
	    json_integer_value(json_object_get(verdict, "unbalanced_threads")) != 0)
		result = FOUND;
	if (result != PANIC) {
		printf("%s under %s:%s\n", campaign_file(campaign, ".yaml"), pv,
		       result == FOUND ? " more than what is known" : "");
		print_findings(findings);
		if (json_is_true(json_object_get(verdict, "deadlock")))
			printf("  deadlock\n");
		if (json_integer_value(json_object_get(verdict, "unbalanced_threads")) != 0)
			printf("  times do not add up\n");
		print_replay(campaign, pv);
	}
	json_decref(document);
	return result;
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
	switch (status == 0 ? CLEAN : judge(campaign, pv)) {
	case PANIC:
		tally->panics++;
		/* fall through */
	case CLEAN:
		tally->clean++;
		return true;
	case KNOWN:
		tally->known++;
		unlink(document);
		unlink(log);
		return false;
	case FOUND:
		break;
	}
	tally->found++;
	return false;
}

static volatile sig_atomic_t stopped;

static void stop(int number)
{
	(void)number;
	stopped = 1;
}

/* Scenario @seed under each of @pvs; false if that was interrupted, which counts for nothing. */
static bool findings_under_all(struct campaign *campaign, uint64_t seed, char **pvs, struct tally *tally)
{
	struct tally before[PVS_MAX];
	bool clean = true;

	memcpy(before, tally, sizeof(before));
	campaign_write(campaign, seed);
	for (unsigned i = 0; pvs[i] && i < PVS_MAX && !stopped; i++)
		clean &= findings_of(campaign, pvs[i], &tally[i]);
	if (clean || stopped)
		campaign_clean(campaign);
	if (stopped)
		memcpy(tally, before, sizeof(before));
	fflush(stdout);
	return !stopped;
}

int campaign_findings(struct campaign *campaign, uint64_t count, uint64_t seed, char **pvs)
{
	struct tally tally[PVS_MAX] = { { 0 } };
	uint64_t done = 0;
	bool good = true;

	campaign->patient = true;
	signal(SIGINT, stop);
	signal(SIGTERM, stop);
	while (done < count && findings_under_all(campaign, seed + done, pvs, tally))
		done++;
	for (unsigned i = 0; pvs[i] && i < PVS_MAX; i++) {
		printf("%-14s %" PRIu64 " scenarios: %" PRIu64 " without a finding (%" PRIu64 " panics), %" PRIu64
		       " with true ones, %" PRIu64 " with others, %" PRIu64 " refused, %" PRIu64 " failed\n",
		       pvs[i], done, tally[i].clean, tally[i].panics, tally[i].known, tally[i].found, tally[i].refused,
		       tally[i].failed);
		good &= tally[i].clean + tally[i].known == done;
	}
	for (size_t k = 0; k < sizeof(known) / sizeof(known[0]); k++)
		printf("true: %s: %s\n", known[k].kind, known[k].why);
	return good && done == count ? 0 : 1;
}
