/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The mix: what a scenario of the campaign has beside its VMs. Processes that take memory, starts that wait for
 * an exit, teardown helpers, kills in every phase with and without the helper, and memory over time, which must be the
 * same in bulk and page by page.
 *
 * It has dice of its own: the VMs are those of the same number without a mix.
 */
#include "tools/campaign/campaign.h"

#include <inttypes.h>

#include "sim/time.h"

#define MIB ((uint64_t)1 << 20)

void mix_begin(struct dice *mix, uint64_t seed)
{
	mix->state = seed * 0x9e3779b97f4a7c15ULL + 1;
}

/* Any octave is as likely as any other. */
static uint64_t spread(struct dice *mix, uint64_t low, unsigned octaves)
{
	uint64_t value = low << dice_roll(mix, octaves);

	return value + dice_roll(mix, value);
}

/* "v1", or "v10" and "v11" with count: 2, which are not known here; the name of an entry means all of them. */
static void print_after(FILE *out, struct dice *mix, const char *name, unsigned index)
{
	fprintf(out, "    start_after: {name: %s%u, delay: %" PRIu64 "ps}\n", name, index,
		dice_one_in(mix, 3) ? 0 : spread(mix, 1000, 34));
}

bool mix_vm(FILE *out, struct dice *mix, unsigned index)
{
	bool after = index && dice_one_in(mix, 3);

	if (dice_one_in(mix, 2))
		fprintf(out, "    async_teardown: true\n");
	if (after)
		print_after(out, mix, "v", (unsigned)dice_roll(mix, index));
	return after;
}

void mix_kill(FILE *out, struct dice *mix)
{
	static const char *const phases[] = {
		"boot",	  "create", "reset", "load", "plain", "enable",	 "parms",   "unpack",
		"verify", "start",  "run",   "stop", "run",   "prepare", "perform", "disable",
	};
	static const char *const whom[] = { "false", "true" };

	if (!dice_one_in(mix, 3))
		return;
	fprintf(out, "    kill: {all: %s, ", whom[dice_roll(mix, 2)]);
	if (dice_one_in(mix, 3))
		fprintf(out, "at: %" PRIu64 "ps}\n", spread(mix, SIM_US, 20));
	else
		fprintf(out, "phase: %s, after: %" PRIu64 "ps, instance: %" PRIu64 "}\n", phases[dice_roll(mix, 16)],
			dice_one_in(mix, 4) ? 0 : spread(mix, 1000, 24), 1 + dice_roll(mix, 2));
}

static void print_amount(FILE *out, struct dice *mix, const char *key)
{
	if (dice_one_in(mix, 3))
		fprintf(out, "%s: %" PRIu64 "%%", key, 1 + dice_roll(mix, 100));
	else
		fprintf(out, "%s: %" PRIu64 "KiB", key, 4 * (1 + dice_roll(mix, 256)));
}

static void print_deed(FILE *out, struct dice *mix)
{
	switch (dice_roll(mix, 6)) {
	case 0:
		fprintf(out, "      - hold: %" PRIu64 "ps\n", spread(mix, 1000, 26));
		break;
	case 1:
		fprintf(out, "      - free: {");
		print_amount(out, mix, "amount");
		fprintf(out, "}\n");
		break;
	case 2:
		fprintf(out, "      - use: {times: %" PRIu64 ", every: %" PRIu64 "ps, ", 1 + dice_roll(mix, 5),
			dice_one_in(mix, 2) ? 0 : spread(mix, SIM_US, 12));
		print_amount(out, mix, "amount");
		fprintf(out, "}\n");
		break;
	default:
		fprintf(out, "      - allocate: {");
		print_amount(out, mix, "amount");
		if (dice_one_in(mix, 2))
			fprintf(out, ", rate: %" PRIu64 "MiB", spread(mix, 16, 10));
		fprintf(out, "}\n");
	}
}

static void print_process(FILE *out, struct dice *mix, unsigned index, unsigned vms)
{
	unsigned deeds = 1 + (unsigned)dice_roll(mix, 6);

	fprintf(out, "  - name: p%u\n    memory: %" PRIu64 "MiB\n    count: %" PRIu64 "\n", index, spread(mix, 1, 6),
		1 + dice_roll(mix, 2));
	fprintf(out, "    stagger: %" PRIu64 "ps\n", dice_roll(mix, 2) * spread(mix, 1000, 20));
	if (dice_one_in(mix, 2))
		print_after(out, mix, "v", (unsigned)dice_roll(mix, vms));
	else if (index && dice_one_in(mix, 2))
		print_after(out, mix, "p", (unsigned)dice_roll(mix, index));
	else
		fprintf(out, "    start: %" PRIu64 "ps\n", spread(mix, SIM_US, 17));
	if (dice_one_in(mix, 4))
		fprintf(out, "    nice: %d\n", (int)dice_roll(mix, 40) - 20);
	if (dice_one_in(mix, 4))
		fprintf(out, "    oom_score_adj: %d\n", dice_one_in(mix, 2) ? -1000 : (int)dice_roll(mix, 2001) - 1000);
	if (dice_one_in(mix, 4))
		fprintf(out, "    kill: %" PRIu64 "ps\n", spread(mix, SIM_US, 18));
	fprintf(out, "    program:\n");
	for (unsigned i = 0; i < deeds; i++)
		print_deed(out, mix);
}

void mix_end(FILE *out, struct dice *mix, unsigned vms)
{
	unsigned processes = 1 + (unsigned)dice_roll(mix, 3);

	fprintf(out, "report: {points: %" PRIu64 "}\nprocesses:\n", 16 + dice_roll(mix, 300));
	for (unsigned i = 0; i < processes; i++)
		print_process(out, mix, i, vms);
}
