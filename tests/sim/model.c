/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bulk work against the same work step by step: random walkers in one domain, and others who look, change, kick,
 * signal and want the processor at random times. Whatever anybody sees, and every ps charged, must be the same.
 *
 * Times are small numbers, so that much falls on the same instant.
 */
#include <stdio.h>
#include <string.h>

#include "suites.h"
#include "trial.h"

#define UNITS 96
#define WALKERS 3
#define POKERS 3
#define SEGMENTS 5
#define SEEDS 4000

struct walker {
	unsigned id;			/* from 1 */
	struct sim_thread *thread;
	struct sim_segment segment[SEGMENTS];
	unsigned segments;
	uint64_t first, stride, rounds;
	bool whole;
	sim_time lead;			/* kernel time before it all */
	uint64_t inside;		/* repetition under way, as others may see it; 0: none */
	uint64_t base;			/* rounds before the bulk in flight */
};

struct poker {
	uint64_t dice;
	unsigned pokes;
	struct sim_timer *timer;	/* NULL: a thread */
};

static struct sim_domain domain;
static struct walker walker[WALKERS];
static struct poker poker[POKERS + 1];
static uint64_t state[UNITS], common, seen;
static sim_time grid;

static uint64_t mix(uint64_t hash, uint64_t value)
{
	hash = (hash ^ value) * 0x9e3779b97f4a7c15ULL;
	return hash ^ hash >> 29;
}

/* --- what a walker does --- */

static uint64_t unit_of(const struct walker *w, uint64_t round)
{
	return w->first + round * w->stride;
}

/* A repetition of segment @seg in @round is over. */
static void take_effect(struct walker *w, uint64_t round, unsigned seg)
{
	uint64_t unit = unit_of(w, round), value = w->id * 100 + seg;

	if (w->whole)
		common = mix(common, value);
	for (uint64_t i = 0; i < w->stride && !w->whole; i++)
		state[unit + i] = mix(state[unit + i], value);
}

static uint64_t code(uint64_t round, unsigned seg, unsigned rep)
{
	return 1 + (round * SEGMENTS + seg) * 64 + rep;
}

static uint64_t round_of(uint64_t inside)
{
	return (inside - 1) / 64 / SEGMENTS;
}

static void next_position(const struct walker *w, struct sim_position *at)
{
	if (++at->rep < w->segment[at->seg].repeat)
		return;
	at->rep = 0;
	if (++at->seg < w->segments)
		return;
	at->seg = 0;
	at->round++;
}

static void settle(void *ctx, struct sim_position from, struct sim_position to)
{
	struct walker *w = ctx;

	while (from.round != to.round || from.seg != to.seg || from.rep != to.rep) {
		take_effect(w, w->base + from.round, from.seg);
		next_position(w, &from);
	}
}

static void expose(void *ctx, struct sim_position at)
{
	struct walker *w = ctx;

	ck_assert_uint_eq(w->inside, 0);
	w->inside = code(w->base + at.round, at.seg, at.rep);
}

static const struct sim_bulk_ops ops = { settle, expose };

static void look_there(struct walker *w, uint64_t round)
{
	if (w->whole)
		sim_domain_expose(&domain);
	else
		sim_domain_touch(&domain, unit_of(w, round), w->stride);
}

/* One repetition; @left of its time is to do. */
static void step(struct walker *w, struct sim_position at, sim_time left)
{
	const struct sim_segment *segment = &w->segment[at.seg];

	look_there(w, at.round);
	w->inside = code(at.round, at.seg, at.rep);
	while (left && segment->preemptible) {
		left -= sim_burn_user(left, segment->kind, segment->name);
		if (left) {
			sim_signal_take(sim_self());
			sim_burn(2 * grid, SIM_KIND_KERNEL, "interrupted");
		}
	}
	sim_burn(left, segment->kind, segment->name);
	look_there(w, at.round);
	w->inside = 0;
	take_effect(w, at.round, at.seg);
	if (segment->resched)
		sim_cond_resched();
}

/* As much as goes in bulk, then what is left of that round. */
static void some_rounds(struct walker *w, uint64_t *round)
{
	struct sim_bulk bulk = {
		.segment = w->segment, .segments = w->segments, .rounds = w->rounds - *round,
		.first = unit_of(w, *round), .stride = w->stride, .whole = w->whole, .ops = &ops, .ctx = w,
	};
	struct sim_position at;
	sim_time partial, left;
	bool exposed;

	w->base = *round;
	at = sim_bulk_run(&domain, &bulk, &exposed, &partial);
	ck_assert(exposed || !w->inside);
	w->inside = 0;
	left = w->segment[at.seg].time;
	if (partial != SIM_FOREVER) {
		left -= partial;
		w->inside = code(*round + at.round, at.seg, at.rep);
		sim_signal_take(sim_self());
		sim_burn(2 * grid, SIM_KIND_KERNEL, "interrupted");
	} else if (at.round || at.seg || at.rep) {
		unsigned last = at.rep ? at.seg : at.seg ? at.seg - 1 : w->segments - 1;

		if (w->segment[last].resched)
			sim_cond_resched();
		if (!at.seg && !at.rep) {
			*round += at.round;
			return;
		}
	}
	at.round += *round;
	do {
		step(w, at, left);
		next_position(w, &at);
		left = w->segment[at.seg].time;
	} while (at.seg || at.rep);
	*round = at.round;
}

static void walk(void *arg)
{
	struct walker *w = arg;
	uint64_t round = 0;

	sim_burn(w->lead, SIM_KIND_KERNEL, "lead");
	while (round < w->rounds)
		some_rounds(w, &round);
}

/* --- what others do --- */

static uint64_t poker_roll(struct poker *p, uint64_t bound)
{
	p->dice = p->dice * 6364136223846793005ULL + 1442695040888963407ULL;
	return (p->dice >> 33) % bound;
}

static void saw(uint64_t value)
{
	seen = mix(mix(seen, sim_now()), value);
}

static void saw_units(uint64_t first, uint64_t n)
{
	for (uint64_t i = first; i < first + n; i++)
		saw(state[i]);
}

static void touch_units(struct poker *p)
{
	uint64_t n = 1 + poker_roll(p, 8), first = poker_roll(p, UNITS - n + 1);
	uint64_t from = first & ~(domain.grain - 1), to = (first + n + domain.grain - 1) & ~(domain.grain - 1);
	bool change = poker_roll(p, 2);

	sim_domain_touch(&domain, first, n);
	saw_units(first, n);
	for (unsigned i = 0; i < WALKERS; i++) {
		const struct walker *w = &walker[i];
		uint64_t unit;

		if (!w->inside || w->whole)
			continue;
		/* Whose grains these are, too. */
		unit = unit_of(w, round_of(w->inside));
		if (unit < to && from < unit + w->stride)
			saw(w->inside);
	}
	for (uint64_t i = first; change && i < first + n; i++)
		state[i] = mix(state[i], 7);
}

static void look_at_all(void)
{
	sim_domain_expose(&domain);
	saw_units(0, UNITS);
	saw(common);
	for (unsigned i = 0; i < WALKERS; i++)
		saw(walker[i].inside);
}

static void poke(struct poker *p)
{
	struct walker *w = &walker[poker_roll(p, WALKERS)];

	switch (poker_roll(p, 8)) {
	case 0:
		sim_domain_settle(&domain);
		saw_units(0, UNITS);
		saw(common);
		break;
	case 1:
		look_at_all();
		break;
	case 2:
		if (w->thread)
			sim_kick(w->thread);
		break;
	case 3:
		if (w->thread)
			sim_signal_send(w->thread, 10, false);
		break;
	default:
		touch_units(p);
	}
}

static void poker_thread(void *arg)
{
	struct poker *p = arg;

	while (p->pokes--) {
		sim_time time = grid * poker_roll(p, 30);

		switch (poker_roll(p, 4)) {
		case 0:
			sim_burn(time, SIM_KIND_KERNEL, "poker");
			sim_cond_resched();
			break;
		case 1:
			sim_burn_user(time, SIM_KIND_USER, "poker");
			break;
		default:
			sim_sleep(time, false, "poker");
		}
		poke(p);
	}
}

static void poker_timer(void *arg)
{
	struct poker *p = arg;

	poke(p);
	if (p->pokes--)
		sim_timer_start(p->timer, sim_now() + 1 + grid * poker_roll(p, 40));
}

/* --- one simulation --- */

static void make_walker(unsigned i)
{
	static const char *const names[SEGMENTS] = { "s0", "s1", "s2", "s3", "s4" };
	static const char *const threads[WALKERS] = { "w1", "w2", "w3" };
	struct walker *w = &walker[i];

	*w = (struct walker){ .id = i + 1, .segments = 1 + (unsigned)roll(SEGMENTS), .whole = roll(8) == 0 };
	for (unsigned s = 0; s < w->segments; s++) {
		bool guest = s == 0 && roll(2);

		w->segment[s] = (struct sim_segment){
			.time = grid * (1 + roll(6)), .repeat = 1 + (uint32_t)roll(3), .name = names[s],
			.kind = guest ? SIM_KIND_GUEST : SIM_KIND_KERNEL, .preemptible = guest,
			.resched = !guest && roll(2),
		};
	}
	w->lead = roll(2) ? grid * roll(20) : 0;
	w->stride = 1 + roll(5);
	w->rounds = 1 + roll(UNITS / w->stride);
	w->first = roll(UNITS - w->rounds * w->stride + 1);
	if (roll(4))
		w->thread = spawn_nice(threads[i], (int)roll(5) - 2, walk, w);
}

/* Order of children does not matter, nor do leaves that were never charged: a bulk makes them all at once. */
static uint64_t account_hash(const struct sim_account *node)
{
	uint64_t hash = mix(mix(node->self, node->kind), node->count), sum = 0;

	for (const char *c = node->name; *c; c++)
		hash = mix(hash, (unsigned char)*c);
	for (node = node->child; node; node = node->next)
		if (node->count)
			sum += account_hash(node);
	return mix(hash, sum);
}

/* All that a run leaves. */
static uint64_t fingerprint(enum sim_end end)
{
	uint64_t hash = mix(mix(seen, end), sim_now());
	const struct sim_thread *thread = NULL;
	const struct sim_stall *stall;

	for (unsigned i = 0; i < UNITS; i++)
		hash = mix(hash, state[i]);
	hash = mix(hash, common);
	while ((thread = sim_thread_next(thread)) != NULL) {
		hash = mix(mix(hash, sim_thread_end(thread)), sim_thread_cpu_time(thread));
		hash = mix(hash, account_hash(sim_thread_account(thread)));
	}
	for (stall = sim_stalls(); stall; stall = stall->next)
		hash = mix(mix(mix(hash, stall->begin), stall->length), (uint64_t)stall->thread[1]);
	return hash;
}

static uint64_t run(uint64_t seed, bool exact, uint64_t *bulk_units)
{
	static const char *const names[POKERS] = { "p1", "p2", "p3" };
	struct sim_config config = { .seed = seed, .exact_pages = exact };
	unsigned pokers;
	uint64_t hash;

	roll_seed(seed);
	grid = roll(2) ? 1 : 1 + roll(1000);
	config.processors = 1 + (unsigned)roll(4);
	config.slice = grid * (1 + roll(60));
	config.wakeup_granularity = grid * (1 + roll(20));
	config.context_switch = roll(2) ? grid * roll(4) : 0;
	config.stall_limit = roll(3) ? 0 : grid * (1 + roll(40));
	config.time_limit = roll(4) ? 0 : grid * (1 + roll(1000));
	trial_begin_with(&config);
	memset(state, 0, sizeof(state));
	seen = common = 0;
	sim_domain_init(&domain, "domain", (uint64_t)1 << roll(4));
	for (unsigned i = 0; i < WALKERS; i++)
		make_walker(i);
	pokers = (unsigned)roll(POKERS + 1);
	for (unsigned i = 0; i <= POKERS; i++)
		poker[i] = (struct poker){ .dice = seed * 8 + i, .pokes = (unsigned)roll(40) };
	for (unsigned i = 0; i < pokers; i++)
		spawn_nice(names[i], (int)roll(5) - 2, poker_thread, &poker[i]);
	if (roll(2)) {
		poker[POKERS].timer = sim_timer_create("timer", poker_timer, &poker[POKERS]);
		sim_timer_start(poker[POKERS].timer, grid * roll(50));
	}
	hash = fingerprint(trial_run());
	*bulk_units += sim_counters_get()->bulk_units;
	trial_end();
	return hash;
}

START_TEST(bulk_is_step_by_step)
{
	uint64_t bulk_units = 0, none = 0;

	for (uint64_t seed = 1; seed <= SEEDS; seed++)
		ck_assert_msg(run(seed, false, &bulk_units) == run(seed, true, &none), "seed %lu",
			      (unsigned long)seed);
	ck_assert_uint_eq(none, 0);
	/* It would prove nothing if all had been done step by step. */
	ck_assert_uint_gt(bulk_units, 20 * SEEDS);
}
END_TEST

Suite *suite_model(void)
{
	const TTest *const tests[] = { bulk_is_step_by_step };

	return SUITE_OF("model", tests);
}
