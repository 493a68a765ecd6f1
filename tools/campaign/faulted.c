/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Random scenarios with random faults, under each of several pv.c: uvsim must not fail, whatever goes wrong in it, and
 * bulk work must come to the document that single pages come to.
 *
 * What the run finds is no matter here: a leak that a failed UVC forces is excused by uvsim itself, and pv.c has faults
 * of its own that only show when something fails. Findings are counted by kind, with one replay for each.
 */
#include <inttypes.h>
#include <jansson.h>
#include <string.h>

#include "sim/time.h"
#include "tools/campaign/campaign.h"

#define KINDS_MAX 32

struct tally {
	const char *pv;
	uint64_t same, different, refused, failed, found, applied;
};

/* Findings by kind, of all runs. */
static struct {
	char name[64], replay[1024];
	uint64_t runs;
} kinds[KINDS_MAX];

/* --- the faults of a scenario --------------------------------------------------------------------------------- */

static uint64_t scale(struct dice *dice, uint64_t low, uint64_t octaves)
{
	uint64_t value = low << dice_roll(dice, octaves + 1);

	return value + dice_roll(dice, value);
}

/* Is @line behind the first VM of the scenario? */
static bool is_behind_first(const char *line)
{
	return strstr(line, "  - name: v1") || strncmp(line, "host:", strlen("host:")) == 0;
}

/* The name of a VM: the first one of the scenario. */
static const char *vm_name(const char *scenario)
{
	FILE *in = fopen(scenario, "re");
	const char *name = "v0";
	char line[256];

	while (in && fgets(line, sizeof(line), in) && !is_behind_first(line))
		if (strstr(line, "    count: 2"))
			name = "v00";
	if (in)
		fclose(in);
	return name;
}

static void print_window(FILE *out, struct dice *dice)
{
	uint64_t from = scale(dice, SIM_US, 18);

	if (dice_one_in(dice, 3))
		fprintf(out, ", from: %" PRIu64 "ps", from);
	if (dice_one_in(dice, 6))
		fprintf(out, ", until: %" PRIu64 "ps", from + scale(dice, SIM_US, 14));
}

static void print_who(FILE *out, struct dice *dice, const char *vm)
{
	static const char *const spans[] = { "enable", "prepare", "disable", "cleanup", "exit", "unpack", "boot" };

	switch (dice_roll(dice, 6)) {
	case 0:
		fprintf(out, ", vm: %s", vm);
		break;
	case 1:
		fprintf(out, ", thread: %s-cleanup%" PRIu64, vm, 1 + dice_roll(dice, 2));
		break;
	case 2:
		fprintf(out, ", thread: %s-cpu0", vm);
		break;
	case 3:
		fprintf(out, ", in: %s", spans[dice_roll(dice, 7)]);
		break;
	default:
		break;
	}
}

static void print_which(FILE *out, struct dice *dice, bool many)
{
	if (dice_one_in(dice, 3)) {
		fprintf(out, ", one_in: %" PRIu64, scale(dice, 2, many ? 12 : 5));
	} else {
		fprintf(out, ", nth: %" PRIu64, scale(dice, 1, many ? 12 : 3));
		if (dice_one_in(dice, 2))
			fprintf(out, ", every: %" PRIu64, scale(dice, 1, many ? 10 : 2));
	}
	/* Never without end: a call that is always busy is repeated for ever. */
	fprintf(out, ", times: %" PRIu64, scale(dice, 1, 5));
	if (dice_one_in(dice, 3))
		fprintf(out, ", per_thread: true");
}

static void print_uvc(FILE *out, struct dice *dice, const char *vm)
{
	static const char *const names[] = {
		"CREATE_SEC_CONF", "CREATE_SEC_CPU", "DESTROY_SEC_CPU", "DESTROY_SEC_CONF", "DESTROY_SEC_CONF_FAST",
		"SET_SEC_CONF_PARAMS", "UNPACK_IMG", "VERIFY_IMG", "CPU_SET_STATE", "DUMP_CPU", "any",
		"CONV_TO_SEC_STOR", "CONV_TO_SEC_STOR", "CONV_FROM_SEC_STOR", "DESTR_SEC_STOR", "DESTR_SEC_STOR",
	};
	unsigned name = (unsigned)dice_roll(dice, 16);

	fprintf(out, "  - {uvc: %s", names[name]);
	print_who(out, dice, vm);
	print_window(out, dice);
	if (name == 11 && dice_one_in(dice, 3)) {
		fprintf(out, ", address: 0x%" PRIx64, dice_roll(dice, 1 << 14) << 12);
		fprintf(out, ", size: %" PRIu64 "B", scale(dice, 4096, 6));
	}
	print_which(out, dice, name >= 10 || name == 6);
	switch (dice_roll(dice, 6)) {
	case 0:
		fprintf(out, ", answer: busy");
		break;
	case 1:
		fprintf(out, ", answer: partial, implausible: true");
		break;
	case 2:
		fprintf(out, ", signal: %s", dice_one_in(dice, 2) ? "KILL" : "USR1");
		break;
	default:
		if ((name == 0 || name == 3) && dice_one_in(dice, 2))
			fprintf(out, ", done: %" PRIu64 "%%", 1 + dice_roll(dice, 99));
		if (name == 0 && dice_one_in(dice, 3))
			fprintf(out, ", rc: 0x8105");
	}
	/* Not long: with the costs of some profiles, who tries again does so many million times in a millisecond. */
	if (dice_one_in(dice, 6))
		fprintf(out, ", for: %" PRIu64 "ps", scale(dice, SIM_US, 3));
	fprintf(out, "}\n");
}

static void print_point(FILE *out, struct dice *dice, const char *vm)
{
	static const char *const locks[] = { "any", "kvm->lock", "kvm->slots_lock" };
	static const char *const spans[] = {
		"kvm_s390_pv_set_aside", "kvm_s390_pv_deinit_aside_vm", "set_aside", "deinit_aside_vm", "enable",
		"disable", "prepare", "exit",
	};
	static const char *const signals[] = { "KILL", "USR1", "USR2", "TERM", "IO", "USR1" };
	const char *signal = signals[dice_roll(dice, 6)];

	switch (dice_roll(dice, 4)) {
	case 0:
		fprintf(out, "  - {signal: %s, lock: \"%s\"", signal, locks[dice_roll(dice, 3)]);
		print_which(out, dice, false);
		break;
	case 1:
		fprintf(out, "  - {signal: %s, enter: %s", signal, spans[dice_roll(dice, 8)]);
		print_which(out, dice, false);
		break;
	case 2:
		fprintf(out, "  - {signal: %s, step: %" PRIu64, signal, scale(dice, 1, 14));
		fprintf(out, ", every: %" PRIu64 ", vm: %s", scale(dice, 1, 14), vm);
		break;
	default:
		fprintf(out, "  - {signal: %s, at: %" PRIu64 "ps, vm: %s", signal, scale(dice, SIM_US, 18), vm);
	}
	fprintf(out, "}\n");
}

static void print_fault(FILE *out, struct dice *dice, const char *vm)
{
	static const char *const wide[] = { "all", "all", "uvc", "alloc", "signal", "swap", "user" };
	static const char *const user[] = { "copy", "copy_from", "copy_to", "page" };

	switch (dice_roll(dice, 9)) {
	case 0:
	case 1:
		fprintf(out, "  - {random: %s", wide[dice_roll(dice, 7)]);
		fprintf(out, ", one_in: %" PRIu64 "}\n", scale(dice, 3, 7));
		break;
	case 2:
		fprintf(out, "  - {alloc: any");
		print_who(out, dice, vm);
		print_window(out, dice);
		print_which(out, dice, false);
		fprintf(out, "}\n");
		break;
	case 3:
		fprintf(out, "  - {sie: %s, from: %" PRIu64 "ps", vm, scale(dice, SIM_US, 18));
		fprintf(out, ", for: %" PRIu64 "ps}\n", scale(dice, SIM_US, 14));
		break;
	case 4:
		print_point(out, dice, vm);
		break;
	case 5:
		fprintf(out, "  - {user: %s", user[dice_roll(dice, 4)]);
		print_who(out, dice, vm);
		print_window(out, dice);
		print_which(out, dice, false);
		fprintf(out, "}\n");
		break;
	default:
		print_uvc(out, dice, vm);
	}
}

static void add_faults(const struct campaign *campaign, uint64_t seed)
{
	const char *scenario = campaign_file(campaign, ".yaml"), *vm = vm_name(scenario);
	struct dice dice = { seed * 31 + 7 };
	unsigned n = 1 + (unsigned)dice_roll(&dice, 5);
	FILE *out = fopen(scenario, "ae");

	if (!out)
		return;
	fprintf(out, "faults:\n");
	while (n--)
		print_fault(out, &dice, vm);
	fclose(out);
}

/* --- running them --------------------------------------------------------------------------------------------- */

/* True for the first one of its kind: that scenario is kept. */
static bool count_kind(const struct campaign *campaign, const char *kind, const char *pv)
{
	unsigned i;

	for (i = 0; i < KINDS_MAX - 1 && kinds[i].runs; i++)
		if (strcmp(kinds[i].name, kind) == 0)
			break;
	if (kinds[i].runs++)
		return false;
	snprintf(kinds[i].name, sizeof(kinds[i].name), "%s", kind);
	snprintf(kinds[i].replay, sizeof(kinds[i].replay), "%s, pv %s", campaign_file(campaign, ".yaml"), pv);
	return true;
}

/* True if one of them is the first of its kind. */
static bool count_findings(const struct campaign *campaign, struct tally *tally)
{
	json_t *document = json_load_file(campaign_file(campaign, "-bulk.json"), 0, NULL), *finding;
	const json_t *faults = json_object_get(document, "faults"), *verdict = json_object_get(document, "verdict");
	const char *last = "";
	bool first = false;
	size_t i;

	tally->applied += (uint64_t)json_integer_value(json_object_get(faults, "applied"));
	tally->found += !json_is_true(json_object_get(verdict, "ok"));
	json_array_foreach(json_object_get(document, "violations"), i, finding) {
		const char *kind = json_string_value(json_object_get(finding, "kind"));

		if (kind && strcmp(kind, last) != 0)
			first |= count_kind(campaign, kind, tally->pv);
		last = kind ? kind : "";
	}
	if (json_is_true(json_object_get(verdict, "deadlock")))
		first |= count_kind(campaign, "deadlock", tally->pv);
	if (json_integer_value(json_object_get(verdict, "unbalanced_threads")))
		first |= count_kind(campaign, "times do not add up", tally->pv);
	json_decref(document);
	return first;
}

/* True when nothing is to be kept. */
static bool one(struct campaign *campaign, struct tally *tally)
{
	const char *scenario = campaign_file(campaign, ".yaml");
	const char *bulk = campaign_file(campaign, "-bulk.json"), *exact = campaign_file(campaign, "-exact.json");
	const char *const ways[][5] = {
		{ scenario, "--json", bulk, NULL }, { scenario, "--exact-pages", "--json", exact, NULL },
	};
	bool first;
	int status;

	campaign->pv[0] = tally->pv;
	for (unsigned i = 0; i < 2; i++) {
		if (campaign_run(campaign, campaign_file(campaign, i ? "-exact.log" : "-bulk.log"), ways[i], &status))
			continue;
		printf("%s, pv %s: kept\n", scenario, tally->pv);
		if (status == 2)
			tally->refused++;
		else
			tally->failed++;
		return false;
	}
	first = count_findings(campaign, tally);
	if (compare_documents(bulk, exact, NULL)) {
		printf("%s, pv %s: kept\n", scenario, tally->pv);
		tally->different++;
		return false;
	}
	tally->same++;
	return !first;
}

int campaign_faulted(struct campaign *campaign, uint64_t count, uint64_t seed, char **pvs)
{
	struct tally tally[16] = { 0 };
	bool good = true;
	unsigned i;

	for (i = 0; pvs[i] && i < 16; i++)
		tally[i].pv = pvs[i];
	for (uint64_t at = seed; at < seed + count; at++) {
		bool clean = true;

		campaign_write(campaign, at);
		add_faults(campaign, at);
		for (i = 0; pvs[i] && i < 16; i++)
			clean &= one(campaign, &tally[i]);
		if (clean)
			campaign_clean(campaign);
		fflush(stdout);
	}
	for (i = 0; pvs[i] && i < 16; i++) {
		printf("%-14s %" PRIu64 " scenarios, %" PRIu64 " faults: %" PRIu64 " the same in bulk and page by "
		       "page, %" PRIu64 " different, %" PRIu64 " failed, %" PRIu64 " refused; %" PRIu64
		       " with findings\n", pvs[i], count, tally[i].applied, tally[i].same, tally[i].different,
		       tally[i].failed, tally[i].refused, tally[i].found);
		good &= tally[i].same == count;
	}
	for (i = 0; i < KINDS_MAX && kinds[i].runs; i++)
		printf("  found in %" PRIu64 " runs: %s, first in %s\n", kinds[i].runs, kinds[i].name, kinds[i].replay);
	return good ? 0 : 1;
}
