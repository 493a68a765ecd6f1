/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bulk work by hand: what one run does alone, when it is looked at, cut, exposed, signalled, or when time is up.
 *
 * The round of these tests: guest time of 10 ns (preemptible), then two repetitions of 5 ns of kernel code
 * with a resched point after each; one unit per round.
 */
#include "suites.h"
#include "trial.h"

static const struct sim_segment round_of_three[] = {
	{ .time = 10 * SIM_NS, .repeat = 1, .kind = SIM_KIND_GUEST, .name = "guest", .preemptible = true },
	{ .time = 5 * SIM_NS, .repeat = 2, .kind = SIM_KIND_KERNEL, .name = "kernel", .resched = true },
};

static struct sim_domain domain;
static uint64_t settled;	/* repetitions that have taken effect */
static bool whole;
static uint64_t rounds, first;

static void settle(void *ctx, struct sim_position from, struct sim_position to)
{
	(void)ctx;
	settled += (to.round - from.round) * 3 + to.seg + to.rep - from.seg - from.rep;
}

static void expose(void *ctx, struct sim_position at)
{
	char text[64];

	(void)ctx;
	snprintf(text, sizeof(text), "shows %u.%u.%u", (unsigned)at.round, at.seg, at.rep);
	note(text);
}

static const struct sim_bulk_ops ops = { settle, expose };

static void run_bulk(uint64_t from, uint64_t n)
{
	struct sim_bulk bulk = {
		.segment = round_of_three, .segments = 2, .rounds = n, .first = from, .stride = 1, .whole = whole,
		.ops = &ops,
	};
	struct sim_position at;
	char text[96];
	sim_time partial;
	bool exposed;

	at = sim_bulk_run(&domain, &bulk, &exposed, &partial);
	snprintf(text, sizeof(text), "at %u.%u.%u%s, partial %lld", (unsigned)at.round, at.seg, at.rep,
		 exposed ? ", exposed" : "", partial == SIM_FOREVER ? -1 : (long long)(partial / SIM_NS));
	note(text);
}

static void walker(void *arg)
{
	(void)arg;
	run_bulk(first, rounds);
}

static void begin(const struct sim_config *config)
{
	trial_begin_with(config);
	sim_domain_init(&domain, "domain", 1);
	settled = 0;
	whole = false;
	rounds = 100;
	first = 0;
}

static void begin_two(void)
{
	begin(&(struct sim_config){ .processors = 2 });
}

/* One event, whatever the length; and the account is that of each step. */
TRIAL(alone)
{
	const struct sim_thread *thread;

	begin_two();
	rounds = 1000000000;
	spawn("w", walker, NULL);
	ck_assert_int_eq(trial_run(), SIM_END_DONE);
	ck_assert_str_eq(trial_notes(), "20000000000 w at 1000000000.0.0, partial -1\n");
	ck_assert_uint_eq(settled, 3000000000);
	ck_assert_uint_le(sim_counters_get()->events, 3);
	thread = thread_called("w");
	ck_assert_uint_eq(charged(thread, SIM_KIND_GUEST, "guest"), 10 * SIM_S);
	ck_assert_uint_eq(charged(thread, SIM_KIND_KERNEL, "kernel"), 10 * SIM_S);
	ck_assert_uint_eq(sim_thread_cpu_time(thread), 20 * SIM_S);
	trial_end();
}

TRIAL(refused_in_exact_mode)
{
	begin(&(struct sim_config){ .processors = 1, .exact_pages = true });
	spawn("w", walker, NULL);
	trial_expect("0 w at 0.0.0, partial -1\n");
}

/* --- looks --- */

static void looks(void *arg)
{
	kernel(*(sim_time *)arg);
	sim_domain_settle(&domain);
	note_number("settled", (long long)settled);
}

static void look_at(sim_time time, const char *expected)
{
	static sim_time when;

	begin_two();
	when = time;
	rounds = 5;
	spawn("a", looks, &when);
	spawn("w", walker, NULL);
	trial_expect(expected);
}

/* Whole repetitions only; of one that ends at this very instant the order of threads decides: "a" is first. */
TRIAL(settle_in_the_middle)
{
	look_at(9 * SIM_NS, "9 a settled 0\n100 w at 5.0.0, partial -1\n");
	look_at(10 * SIM_NS, "10 a settled 0\n100 w at 5.0.0, partial -1\n");
	look_at(10 * SIM_NS + 1, "10001p a settled 1\n100 w at 5.0.0, partial -1\n");
	look_at(36 * SIM_NS, "36 a settled 5\n100 w at 5.0.0, partial -1\n");
	look_at(40 * SIM_NS, "40 a settled 5\n100 w at 5.0.0, partial -1\n");
}

static void looks_last(void *arg)
{
	looks(arg);
}

/* ... and here "z" comes after the walker. */
TRIAL(settle_after_the_walker)
{
	static sim_time when = 40 * SIM_NS;

	begin_two();
	rounds = 5;
	spawn("w", walker, NULL);
	spawn("z", looks_last, &when);
	trial_expect("40 z settled 6\n100 w at 5.0.0, partial -1\n");
}

/* --- touches --- */

static uint64_t touched;

static void touches(void *arg)
{
	kernel(*(sim_time *)arg);
	sim_domain_touch(&domain, touched, 1);
	note_number("settled", (long long)settled);
}

static void touch_at(sim_time time, uint64_t unit, const char *expected)
{
	static sim_time when;

	begin_two();
	when = time;
	touched = unit;
	spawn("a", touches, &when);
	spawn("w", walker, NULL);
	trial_expect(expected);
}

/*
 * Behind it: nothing. Ahead of it: it stops before. Where it is: it shows what it holds, and stops after the
 * repetition.
 */
TRIAL(touch)
{
	touch_at(47 * SIM_NS, 1, "47 a settled 6\n2000 w at 100.0.0, partial -1\n");
	touch_at(47 * SIM_NS, 3, "47 a settled 6\n60 w at 3.0.0, partial -1\n");
	touch_at(47 * SIM_NS, 2, "47 a shows 2.0.0\n47 a settled 6\n50 w at 2.1.0, exposed, partial -1\n");
	touch_at(56 * SIM_NS, 2, "56 a shows 2.1.1\n56 a settled 8\n60 w at 3.0.0, exposed, partial -1\n");
	touch_at(47 * SIM_NS, 100, "47 a settled 6\n2000 w at 100.0.0, partial -1\n");
}

static void exposes_twice(void *arg)
{
	kernel(*(sim_time *)arg);
	sim_domain_expose(&domain);
	kernel(SIM_NS);
	sim_domain_expose(&domain);
	note("looked");
}

/* Everybody shows his hands, once. */
TRIAL(expose_all)
{
	static sim_time when = 51 * SIM_NS;

	begin_two();
	spawn("a", exposes_twice, &when);
	spawn("w", walker, NULL);
	trial_expect("51 a shows 2.1.0\n52 a looked\n55 w at 2.1.1, exposed, partial -1\n");
}

/* --- two walkers --- */

static void second_walker(void *arg)
{
	kernel(25 * SIM_NS);
	run_bulk(*(uint64_t *)arg, 10);
}

static void meet_at(uint64_t unit, const char *expected)
{
	static uint64_t from;

	begin_two();
	from = unit;
	rounds = 10;
	spawn("a", second_walker, &from);
	spawn("w", walker, NULL);
	trial_expect(expected);
}

/*
 * The second one comes at 25 ns, when the first is in unit 1. Behind: both go on. Ahead: the first is cut
 * there. Before it and
 * across: the second is cut. In the round itself: the second does not begin.
 */
TRIAL(two_walkers)
{
	meet_at(20, "200 w at 10.0.0, partial -1\n225 a at 10.0.0, partial -1\n");
	meet_at(4, "80 w at 4.0.0, partial -1\n225 a at 10.0.0, partial -1\n");
	meet_at(0, "45 a at 1.0.0, partial -1\n200 w at 10.0.0, partial -1\n");
	meet_at(1, "25 a at 0.0.0, partial -1\n200 w at 10.0.0, partial -1\n");
}

static void whole_walker(void *arg)
{
	kernel(25 * SIM_NS);
	whole = true;
	run_bulk(*(uint64_t *)arg, 10);
	whole = false;
}

/* What is about everything does not begin beside anything. */
TRIAL(whole_beside_another)
{
	static uint64_t nowhere = 50;

	begin_two();
	rounds = 10;
	spawn("a", whole_walker, &nowhere);
	spawn("w", walker, NULL);
	trial_expect("25 a at 0.0.0, partial -1\n200 w at 10.0.0, partial -1\n");
}

/* --- signals, the processor, the end of time --- */

static void signals(void *arg)
{
	kernel(*(sim_time *)arg);
	sim_signal_send(thread_called("w"), 10, false);
}

static void signal_at(sim_time time, const char *expected)
{
	static sim_time when;

	begin_two();
	when = time;
	spawn("a", signals, &when);
	spawn("w", walker, NULL);
	trial_expect(expected);
}

/* In guest time at once, 7 ns of it done; in kernel code at the next resched point. */
TRIAL(signal)
{
	signal_at(47 * SIM_NS, "47 w at 2.0.0, partial 7\n");
	signal_at(51 * SIM_NS, "55 w at 2.1.1, partial -1\n");
}

static void hog(void *arg)
{
	(void)arg;
	user(40 * SIM_NS);
	note("hog done");
}

/* Preempted in guest time, it does the rest when it is back, and tells where it stands then. */
TRIAL(preempted)
{
	begin(&(struct sim_config){ .processors = 1, .slice = 45 * SIM_NS });
	spawn("w", walker, NULL);
	spawn("z", hog, NULL);
	trial_expect("85 z hog done\n90 w at 2.1.0, partial -1\n");
}

/* When time is up, what was done by then has been done. */
TRIAL(time_limit)
{
	begin(&(struct sim_config){ .processors = 1, .time_limit = 50 * SIM_NS });
	spawn("w", walker, NULL);
	ck_assert_int_eq(trial_run(), SIM_END_TIME);
	ck_assert_uint_eq(settled, 7);
	ck_assert_uint_eq(charged(thread_called("w"), SIM_KIND_GUEST, "guest"), 30 * SIM_NS);
	ck_assert_uint_eq(charged(thread_called("w"), SIM_KIND_KERNEL, "kernel"), 20 * SIM_NS);
	trial_end();
}

static void stopper(void *arg)
{
	(void)arg;
	kernel(40 * SIM_NS);
	sim_stop();
}

/* A run is stopped at 40 ns, where a repetition ends: whose turn comes before has done it, whose turn is later not. */
TRIAL(stopped_at_the_same_time)
{
	begin_two();
	spawn("a", stopper, NULL);
	spawn("w", walker, NULL);
	ck_assert_int_eq(trial_run(), SIM_END_STOPPED);
	ck_assert_uint_eq(settled, 5);
	trial_end();
	begin_two();
	spawn("w", walker, NULL);
	spawn("z", stopper, NULL);
	ck_assert_int_eq(trial_run(), SIM_END_STOPPED);
	ck_assert_uint_eq(settled, 6);
	trial_end();
}

Suite *suite_bulk(void)
{
	const TTest *const tests[] = {
		alone,      refused_in_exact_mode, settle_in_the_middle, settle_after_the_walker, touch,
		expose_all, two_walkers,           whole_beside_another, signal,                  preempted,
		time_limit, stopped_at_the_same_time,
	};

	return SUITE_OF("bulk", tests);
}
