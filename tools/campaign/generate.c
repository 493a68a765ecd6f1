/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Random scenarios and profiles, small enough to be run page by page. A scenario is a function of its number alone:
 * no two rolls are arguments of one call, since each compiler would have them in an order of its own.
 *
 * What is varied is what bulk work depends on: how threads meet (processors, slices, nice levels, staggered
 * starts), which steps a page goes through (what was there before, MISC, DESTROY_SEC_CONF_FAST), where work
 * is cut off (kills, time limits, reboots while a cleanup runs), and costs whose multiples hardly ever, or
 * all the time, fall on the same instant.
 */
#include "tools/campaign/campaign.h"

#include <inttypes.h>

#include "uv/cost.h"

#define MIB ((uint64_t)1 << 20)

uint64_t dice_roll(struct dice *dice, uint64_t bound)
{
	uint64_t z = dice->state += 0x9e3779b97f4a7c15ULL;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
	return (z ^ z >> 31) % bound;
}

bool dice_one_in(struct dice *dice, unsigned n)
{
	return dice_roll(dice, n) == 0;
}

/* Any point of the logarithmic scale from @low to @high is as likely as any other. */
static uint64_t scale(struct dice *dice, uint64_t low, uint64_t high)
{
	unsigned octaves = 0;
	uint64_t value;

	while (low << octaves < high)
		octaves++;
	value = low << dice_roll(dice, octaves + 1);
	value += dice_roll(dice, value);
	return value > high ? high : value;
}

/* --- profile ---------------------------------------------------------------------------------------- */

static void print_cost(FILE *out, struct dice *dice, const char *key)
{
	uint64_t value = scale(dice, 1, 20 * SIM_US);

	if (dice_one_in(dice, 8))
		value = 1;
	else if (dice_one_in(dice, 3))
		value -= value % 1000000 ? value % 1000 : 0;
	if (!value)
		value = SIM_NS;
	if (dice_one_in(dice, 6))
		fprintf(out, "  %s: {uniform: [%" PRIu64 "ps, %" PRIu64 "ps], source: \"dice\", confidence: E}\n", key,
			value, value + dice_roll(dice, value + 1));
	else
		fprintf(out, "  %s: %" PRIu64 "ps\n", key, value);
}

void generate_profile(FILE *out, uint64_t seed, bool pressure)
{
	static const char *const bases[] = { "round", "z15", "z16", "z17" };
	static const char *const flags[] = { "false", "true" };
	struct dice dice = { ~seed };
	unsigned often = 1 + dice_roll(&dice, 12);
	bool uniform_grid = dice_one_in(&dice, 4);
	uint64_t grid = scale(&dice, 1, SIM_US);

	fprintf(out, "# SPDX-License-Identifier: GPL-2.0-or-later\nuvsim_profile: 1\nname: campaign\n");
	fprintf(out, "based_on: %s\nsource: \"dice\"\n", bases[dice_roll(&dice, 4)]);
	fprintf(out, "machine:\n  partial_budget: %" PRIu64 "ps\n", scale(&dice, 5 * SIM_US, SIM_MS));
	fprintf(out, "  old_destroy_rc: %s\n", flags[dice_one_in(&dice, 4)]);
	/* All that the check of scenarios leaves to the host: memory can run out. */
	if (pressure)
		fprintf(out, "  uv_base_stor_len: 16MiB\n");
	else if (dice_one_in(&dice, 3))
		fprintf(out, "  uv_base_stor_len: %" PRIu64 "MiB\n", 130 + dice_roll(&dice, 29));
	fprintf(out, "costs:\n  vmm.create_thread: %" PRIu64 "ns\n", 1 + dice_roll(&dice, 20000));
	for (int id = 0; id < COST_COUNT; id++) {
		if (id == COST_VMM_THREAD)
			continue;
		/* Somebody who is told to come again, for a terabyte's time, would do nothing else. */
		if (pressure && id == COST_UVC_BUSY)
			continue;
		/* Multiples of one number: many things happen at the same instant. */
		if (uniform_grid)
			fprintf(out, "  %s: %" PRIu64 "ps\n", cost_key((enum cost_id)id),
				grid * (1 + dice_roll(&dice, 3)));
		else if (dice_one_in(&dice, often))
			print_cost(out, &dice, cost_key((enum cost_id)id));
	}
}

/* --- scenario --- */

/* One VM while it is written. */
struct sketch {
	struct dice *dice;
	FILE *out;
	bool pressure;
	struct mix *mix;		/* NULL: nothing is mixed in */
	uint64_t memory;		/* bytes */
	unsigned vcpus;
	uint64_t home, home_bytes;	/* a part of memory that it comes back to, boot after boot */
	uint64_t sum, most;		/* bytes touched: of all steps; and what the check of scenarios counts */
};

static uint64_t pages_log(struct dice *dice, uint64_t most)
{
	return scale(dice, 4096, most) & ~(uint64_t)4095;
}

static void count_touch(struct sketch *vm, uint64_t bytes, uint64_t certain)
{
	vm->sum += bytes;
	if (certain > vm->most)
		vm->most = certain;
}

static void print_sequential(struct sketch *vm, uint64_t most)
{
	uint64_t amount = dice_one_in(vm->dice, 6) ? most : pages_log(vm->dice, most), offset = 0;

	if (vm->pressure && dice_one_in(vm->dice, 2))
		amount = 4096 * (1 + dice_roll(vm->dice, most / 4096));
	if (dice_one_in(vm->dice, 2)) {
		amount = vm->home_bytes;
		offset = vm->home;
	} else if (dice_one_in(vm->dice, 2)) {
		offset = dice_roll(vm->dice, (vm->memory - amount) / 4096 + 1) * 4096;
	}
	fprintf(vm->out, "pattern: sequential, amount: %" PRIu64 "B, offset: %" PRIu64 "B", amount, offset);
	count_touch(vm, amount, amount);
}

static void print_touch(struct sketch *vm)
{
	uint64_t most = vm->memory < 64 * MIB ? vm->memory : 64 * MIB;
	uint64_t amount = pages_log(vm->dice, most), set = pages_log(vm->dice, most);

	if (vm->pressure && dice_one_in(vm->dice, 2))
		amount = set = 4096 * (1 + dice_roll(vm->dice, most / 4096));

	fprintf(vm->out, "      - touch: {");
	switch (dice_roll(vm->dice, 4)) {
	case 0:
		fprintf(vm->out, "pattern: random, amount: %" PRIu64 "B", amount);
		count_touch(vm, amount, amount / 2);
		break;
	case 1:
		fprintf(vm->out, "pattern: working_set, amount: %" PRIu64 "B, set: %" PRIu64 "B, share: %" PRIu64 "%%",
			amount, set, dice_roll(vm->dice, 101));
		count_touch(vm, amount, (amount < set ? amount : set) / 2);
		break;
	default:
		print_sequential(vm, most);
	}
	if (dice_one_in(vm->dice, 2))
		fprintf(vm->out, ", think: %" PRIu64 "ps", scale(vm->dice, 1, 50 * SIM_US));
	if (dice_one_in(vm->dice, 4))
		fprintf(vm->out, ", vcpus: %" PRIu64, 1 + dice_roll(vm->dice, vm->vcpus));
	fprintf(vm->out, "}\n");
}

static void print_step(struct sketch *vm)
{
	switch (dice_roll(vm->dice, 13)) {
	case 0:
		fprintf(vm->out, "      - idle: %" PRIu64 "ps\n", scale(vm->dice, 1000, 30 * SIM_MS));
		break;
	case 1:
		fprintf(vm->out, "      - compute: %" PRIu64 "ps\n", scale(vm->dice, 1000, 10 * SIM_MS));
		break;
	case 2:
		fprintf(vm->out, "      - wait_cleanup\n");
		break;
	case 3:
	case 4:
	case 5:
		fprintf(vm->out, "      - reboot: {times: %" PRIu64, 1 + dice_roll(vm->dice, 2));
		if (dice_one_in(vm->dice, 2))
			fprintf(vm->out, ", pause: %" PRIu64 "ps", scale(vm->dice, 1000, 10 * SIM_MS));
		fprintf(vm->out, "}\n");
		break;
	case 6:
		fprintf(vm->out, "      - dump\n");
		break;
	default:
		print_touch(vm);
	}
}

/* A host on which memory runs short, in any of the ways there are; @certain and @most: what the VMs need, in bytes. */
static void print_pressure(FILE *out, struct dice *dice, uint64_t certain, uint64_t most)
{
	uint64_t low = 4096 * scale(dice, 1, 2048), memory, min;

	/* The Ultravisor has 16 MiB, see generate_profile(); the rest is from nearly nothing to nearly enough. */
	memory = 20 * MIB + dice_roll(dice, dice_one_in(dice, 2) ? certain : most);
	fprintf(out, "  memory: %" PRIu64 "MiB\n", memory < 64 * MIB ? 64 : memory / MIB);
	fprintf(out, "  swap: {size: %" PRIu64 "B", dice_one_in(dice, 5) ? 0 : 4096 * scale(dice, 1, most / 4096 * 2));
	if (dice_one_in(dice, 2))
		fprintf(out, ", bandwidth: %" PRIu64 "B", scale(dice, 16 * MIB, 16384 * MIB));
	if (dice_one_in(dice, 2))
		fprintf(out, ", latency: %" PRIu64 "ps", dice_one_in(dice, 6) ? 0 : scale(dice, 1, SIM_MS));
	if (dice_one_in(dice, 2))
		fprintf(out, ", queue: %" PRIu64, scale(dice, 1, 64));
	fprintf(out, "}\n");
	if (dice_one_in(dice, 2)) {
		min = 4096 * scale(dice, 1, low / 4096);
		fprintf(out, "  watermarks: {min: %" PRIu64 "B, low: %" PRIu64 "B, high: %" PRIu64 "B}\n",
			min, low, low + 4096 * scale(dice, 1, 32768));
	}
}

static void print_kill(FILE *out, struct dice *dice)
{
	static const char *const phases[] = { "boot", "prepare", "perform", "disable", "unpack", "run" };
	uint64_t after;
	const char *phase;

	if (dice_one_in(dice, 4)) {
		fprintf(out, "    kill: {at: %" PRIu64 "ps}\n", scale(dice, 1000, SIM_S));
		return;
	}
	phase = phases[dice_roll(dice, 6)];
	after = dice_one_in(dice, 4) ? 0 : scale(dice, 1, 30 * SIM_MS);
	fprintf(out, "    kill: {phase: %s, after: %" PRIu64 "ps, instance: %" PRIu64 "}\n", phase, after,
		1 + dice_roll(dice, 2));
}

/* What belongs to a VM but is no step of its program. */
static void print_properties(struct sketch *vm, unsigned index, unsigned count, uint64_t image)
{
	static const char *const teardowns[] = { "auto", "sync", "async" };
	struct dice *dice = vm->dice;
	bool after;

	fprintf(vm->out, "  - name: v%u\n    memory: %" PRIu64 "MiB\n    image: %" PRIu64 "B\n", index,
		vm->memory / MIB, image);
	fprintf(vm->out, "    count: %u\n    vcpus: %u\n", count, vm->vcpus);
	fprintf(vm->out, "    teardown: %s\n", teardowns[dice_roll(dice, 3)]);
	if (count > 1)
		fprintf(vm->out, "    stagger: %" PRIu64 "ps\n",
			dice_one_in(dice, 2) ? 0 : scale(dice, 1, 30 * SIM_MS));
	after = vm->mix && mix_vm(vm->out, vm->mix, index);
	if (dice_one_in(dice, 3)) {
		uint64_t start = scale(dice, 1, 20 * SIM_MS);

		if (!after)
			fprintf(vm->out, "    start: %" PRIu64 "ps\n", start);
	}
	if (dice_one_in(dice, 3))
		fprintf(vm->out, "    nice: %d\n", (int)dice_roll(dice, 40) - 20);
	if (dice_one_in(dice, 3))
		fprintf(vm->out, "    cleanup_nice: %d\n", (int)dice_roll(dice, 40) - 20);
	if (dice_one_in(dice, 4))
		fprintf(vm->out, "    cleanup_delay: %" PRIu64 "ps\n", scale(dice, 1, 20 * SIM_MS));
	if (dice_one_in(dice, 10))
		fprintf(vm->out, "    protected: false\n");
	if (vm->pressure && dice_one_in(dice, 3))
		fprintf(vm->out, "    oom_score_adj: %d\n",
			dice_one_in(dice, 2) ? -1000 : (int)dice_roll(dice, 2001) - 1000);
	if (vm->mix)
		mix_kill(vm->out, vm->mix);
	else if (dice_one_in(dice, 3))
		print_kill(vm->out, dice);
}

/* Adds what the VM needs for certain, and at most, to @certain and @most, in bytes. */
static void print_vm(FILE *out, struct dice *dice, unsigned index, bool pressure, struct mix *mix, uint64_t *certain,
		     uint64_t *most)
{
	bool large = dice_roll(dice, 4) != 0;
	struct sketch vm = {
		.dice = dice, .out = out, .pressure = pressure, .mix = mix, .vcpus = 1 + dice_roll(dice, 4),
	};
	uint64_t image = dice_one_in(dice, 3) ? 4096 : pages_log(dice, 4 * MIB);
	unsigned steps = 1 + dice_roll(dice, 8), count = dice_one_in(dice, 4) ? 2 : 1;

	vm.memory = MIB * (large ? 2048 + dice_roll(dice, 3 * 1024) : scale(dice, 8, 256));
	if (dice_one_in(dice, 12))
		vm.memory = 2048 * MIB;
	vm.home_bytes = pages_log(dice, vm.memory / 2 < 16 * MIB ? vm.memory / 2 : 16 * MIB);
	/* At the end of memory: beyond the 2 GiB that PREPARE cleans itself. */
	vm.home = vm.memory - vm.home_bytes - pages_log(dice, MIB);
	vm.most = image;
	print_properties(&vm, index, count, image);
	fprintf(out, "    program:\n      - boot\n");
	print_touch(&vm);
	for (unsigned i = 0; i < steps; i++)
		print_step(&vm);
	if (dice_one_in(dice, 2))
		fprintf(out, "      - shutdown\n");
	*certain += count * (vm.most + vm.most / 100 + 5 * MIB);
	*most += count * (vm.sum + image + 16 * MIB);
}

void generate_scenario(FILE *out, uint64_t seed, const char *profile, const struct campaign *campaign)
{
	bool pressure = campaign->pressure, mix = campaign->mix;
	static const char *const named[] = { "z15", "z16", "z17", "round" };
	static const char *const answers[] = { "auto", "false", "true" };
	struct dice dice = { seed };
	struct mix mixed;
	unsigned vms = 1 + dice_roll(&dice, 3);
	uint64_t certain = 0, most = 0, memory, limit;

	fprintf(out, "# SPDX-License-Identifier: GPL-2.0-or-later\nuvsim: 1\nname: campaign %" PRIu64 "\n", seed);
	fprintf(out, "seed: %" PRIu64 "\n", seed);
	fprintf(out, "time_limit: %" PRIu64 "ps\n", dice_one_in(&dice, 6) ? scale(&dice, SIM_MS, SIM_S) : 600 * SIM_S);
	fprintf(out, "profile: %s\n", !pressure && dice_one_in(&dice, 3) ? named[dice_roll(&dice, 4)] : profile);
	if (mix)
		mix_begin(out, &mixed, seed);
	fprintf(out, "vms:\n");
	for (unsigned i = 0; i < vms; i++)
		print_vm(out, &dice, i, pressure, mix ? &mixed : NULL, &certain, &most);
	/* Mostly enough; sometimes just what the check of scenarios lets pass, so that memory runs out. */
	memory = dice_one_in(&dice, 4) ? certain / MIB + 162 + dice_roll(&dice, 8) : 2 * most / MIB + 512;
	fprintf(out, "host:\n  processors: %" PRIu64 "\n", 1 + dice_roll(&dice, 3));
	if (pressure)
		print_pressure(out, &dice, certain, most);
	else
		fprintf(out, "  memory: %" PRIu64 "MiB\n", memory);
	fprintf(out, "  async_destroy: %s\n", dice_one_in(&dice, 10) ? "false" : "true");
	/* Of the seed, not of the dice: what later draws come to stays. */
	fprintf(out, "  import_lock: %s\n", seed / 3 % 2 ? "true" : "false");
	fprintf(out, "  destroy_fast: %s\n", answers[dice_roll(&dice, 3)]);
	fprintf(out, "  misc: %s\n", answers[dice_roll(&dice, 3)]);
	fprintf(out, "  slice: %" PRIu64 "ps\n", scale(&dice, SIM_US, 5 * SIM_MS));
	if (dice_one_in(&dice, 6)) {
		limit = scale(&dice, SIM_US, 10 * SIM_MS);
		if (!campaign->patient)
			fprintf(out, "  stall_limit: %" PRIu64 "ps\n", limit);
	}
	if (mix)
		mix_end(out, &mixed, vms);
}

/* --- faults ----------------------------------------------------------------------------------------- */

const char *generate_faults(uint64_t seed, bool wide, char *text, size_t size)
{
	static const char *const names[] = {
		"alloc", "CREATE_SEC_CONF", "CREATE_SEC_CPU", "DESTROY_SEC_CPU", "DESTROY_SEC_CONF",
		"DESTROY_SEC_CONF_FAST", "SET_SEC_CONF_PARAMS", "UNPACK_IMG", "VERIFY_IMG", "CPU_SET_STATE",
		/* Only if wide. */
		"all", "uvc", "signal", "swap", "CONV_TO_SEC_STOR", "CONV_FROM_SEC_STOR", "DESTR_SEC_STOR",
	};
	struct dice dice = { ~seed };
	unsigned faults = 1 + dice_roll(&dice, 3);
	size_t length = 0;

	if (seed % 2)
		return NULL;
	for (unsigned i = 0; i < faults; i++) {
		const char *name = names[dice_roll(&dice, wide ? 17 : 10)];

		length += (size_t)snprintf(text + length, size - length, "%s%s/%" PRIu64, i ? "," : "", name,
					   scale(&dice, 2, 60));
	}
	return text;
}
