/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The mix: what a scenario of the campaign has beside its VMs. Processes that take memory, starts that wait for
 * an exit, teardown helpers, kills in every phase with and without the helper, cgroups with limits of all kinds, and
 * memory over time, which must be the same in bulk and page by page.
 *
 * It has dice of its own: the VMs are those of the same number without a mix.
 */
#include "tools/campaign/campaign.h"

#include <inttypes.h>

#include "sim/time.h"

#define MIB ((uint64_t)1 << 20)

/* Any octave is as likely as any other. */
static uint64_t spread(struct dice *mix, uint64_t low, unsigned octaves)
{
	uint64_t value = low << dice_roll(mix, octaves);

	return value + dice_roll(mix, value);
}

/* From nearly nothing to nearly enough, for guests that touch 64 MiB at a time. */
static uint64_t limit(struct dice *dice)
{
	uint64_t pages = spread(dice, 512, 8);

	return 4096 * (pages + dice_roll(dice, 512));
}

static void print_group(FILE *out, struct dice *dice, unsigned index)
{
	fprintf(out, "  - {name: g%u", index);
	if (dice_roll(dice, 4))
		fprintf(out, ", max: %" PRIu64 "B", limit(dice));
	if (dice_one_in(dice, 2))
		fprintf(out, ", high: %" PRIu64 "B", limit(dice));
	if (dice_one_in(dice, 3))
		fprintf(out, ", swap_max: %" PRIu64 "B", dice_one_in(dice, 3) ? 0 : limit(dice));
	fprintf(out, "}\n");
}

void mix_begin(FILE *out, struct mix *mix, uint64_t seed)
{
	/* Not in steps of the dice: a number would have the rolls of the one before. */
	mix->dice.state = seed * 0xd1342543de82ef95ULL;
	mix->groups.state = ~mix->dice.state;
	mix->n_groups = dice_one_in(&mix->groups, 2) ? 1 + (unsigned)dice_roll(&mix->groups, 2) : 0;
	if (mix->n_groups)
		fprintf(out, "cgroups:\n");
	for (unsigned i = 0; i < mix->n_groups; i++)
		print_group(out, &mix->groups, i);
}

static void print_membership(FILE *out, struct mix *mix)
{
	if (mix->n_groups && dice_roll(&mix->groups, 3))
		fprintf(out, "    cgroup: g%" PRIu64 "\n", dice_roll(&mix->groups, mix->n_groups));
}

/* "v1", or "v10" and "v11" with count: 2, which are not known here; the name of an entry means all of them. */
static void print_after(FILE *out, struct dice *mix, const char *name, unsigned index)
{
	fprintf(out, "    start_after: {name: %s%u, delay: %" PRIu64 "ps}\n", name, index,
		dice_one_in(mix, 3) ? 0 : spread(mix, 1000, 34));
}

bool mix_vm(FILE *out, struct mix *mix, unsigned index)
{
	struct dice *dice = &mix->dice;
	bool after = index && dice_one_in(dice, 3);

	print_membership(out, mix);
	if (dice_one_in(dice, 2))
		fprintf(out, "    async_teardown: true\n");
	if (after)
		print_after(out, dice, "v", (unsigned)dice_roll(dice, index));
	return after;
}

void mix_kill(FILE *out, struct mix *mix)
{
	static const char *const phases[] = {
		"boot",	  "create", "reset", "load", "plain", "enable",	 "parms",   "unpack",
		"verify", "start",  "run",   "stop", "run",   "prepare", "perform", "disable",
	};
	static const char *const whom[] = { "false", "true" };
	struct dice *dice = &mix->dice;
	const char *phase;
	uint64_t after;

	if (!dice_one_in(dice, 3))
		return;
	fprintf(out, "    kill: {all: %s, ", whom[dice_roll(dice, 2)]);
	if (dice_one_in(dice, 3)) {
		fprintf(out, "at: %" PRIu64 "ps}\n", spread(dice, SIM_US, 20));
		return;
	}
	phase = phases[dice_roll(dice, 16)];
	after = dice_one_in(dice, 4) ? 0 : spread(dice, 1000, 24);
	fprintf(out, "phase: %s, after: %" PRIu64 "ps, instance: %" PRIu64 "}\n", phase, after, 1 + dice_roll(dice, 2));
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
		fprintf(out, "      - use: {times: %" PRIu64 ", ", 1 + dice_roll(mix, 5));
		fprintf(out, "every: %" PRIu64 "ps, ", dice_one_in(mix, 2) ? 0 : spread(mix, SIM_US, 12));
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

static void print_process(FILE *out, struct mix *mix, unsigned index, unsigned vms)
{
	struct dice *dice = &mix->dice;
	unsigned deeds = 1 + (unsigned)dice_roll(dice, 6);

	fprintf(out, "  - name: p%u\n    memory: %" PRIu64 "MiB\n", index, spread(dice, 1, 6));
	fprintf(out, "    count: %" PRIu64 "\n", 1 + dice_roll(dice, 2));
	fprintf(out, "    stagger: %" PRIu64 "ps\n", dice_one_in(dice, 2) ? 0 : spread(dice, 1000, 20));
	if (dice_one_in(dice, 2))
		print_after(out, dice, "v", (unsigned)dice_roll(dice, vms));
	else if (index && dice_one_in(dice, 2))
		print_after(out, dice, "p", (unsigned)dice_roll(dice, index));
	else
		fprintf(out, "    start: %" PRIu64 "ps\n", spread(dice, SIM_US, 17));
	if (dice_one_in(dice, 4))
		fprintf(out, "    nice: %d\n", (int)dice_roll(dice, 40) - 20);
	if (dice_one_in(dice, 4))
		fprintf(out, "    oom_score_adj: %d\n",
			dice_one_in(dice, 2) ? -1000 : (int)dice_roll(dice, 2001) - 1000);
	if (dice_one_in(dice, 4))
		fprintf(out, "    kill: %" PRIu64 "ps\n", spread(dice, SIM_US, 18));
	print_membership(out, mix);
	fprintf(out, "    program:\n");
	for (unsigned i = 0; i < deeds; i++)
		print_deed(out, dice);
}

void mix_end(FILE *out, struct mix *mix, unsigned vms)
{
	unsigned processes = 1 + (unsigned)dice_roll(&mix->dice, 3);

	fprintf(out, "report: {points: %" PRIu64 "}\nprocesses:\n", 16 + dice_roll(&mix->dice, 300));
	for (unsigned i = 0; i < processes; i++)
		print_process(out, mix, i, vms);
}
