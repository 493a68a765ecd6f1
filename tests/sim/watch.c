/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Traps: a thread is stopped at exactly the step that was asked for, in bulk as step by step; and the other things that
 * can be watched.
 *
 * The walker does rounds of three steps in bulk (10 ns, then twice 5 ns) as far as it may, and the rest step by step,
 * so that with and without bulk it is the same sequence.
 */
#include "sim/account.h"
#include "sim/watch.h"
#include "suites.h"
#include "trial.h"

#define ROUNDS 100

static const struct sim_segment segments[] = {
	{ .time = 10 * SIM_NS, .repeat = 1, .kind = SIM_KIND_KERNEL, .name = "long" },
	{ .time = 5 * SIM_NS, .repeat = 2, .kind = SIM_KIND_KERNEL, .name = "short", .resched = true },
};

static struct sim_domain domain;
static uint64_t traps[4];

static void settle(void *ctx, struct sim_position from, struct sim_position to)
{
	const struct sim_thread **acts = ctx;

	(void)from;
	(void)to;
	*acts = sim_acting();
}

static const struct sim_bulk_ops ops = { .settle = settle };

static void one_by_one(struct sim_position at)
{
	for (; at.seg < 2; at.seg++, at.rep = 0)
		for (; at.rep < segments[at.seg].repeat; at.rep++)
			sim_burn(segments[at.seg].time, SIM_KIND_KERNEL, segments[at.seg].name);
}

static void walker(void *arg)
{
	const struct sim_thread *acts = NULL;
	uint64_t round = 0;

	(void)arg;
	while (round < ROUNDS) {
		struct sim_bulk bulk = {
			.segment = segments, .segments = 2, .rounds = ROUNDS - round, .first = round, .stride = 1,
			.ops = &ops, .ctx = &acts,
		};
		struct sim_position at;
		sim_time partial;
		bool exposed;

		at = sim_bulk_run(&domain, &bulk, &exposed, &partial);
		ck_assert(!at.round || acts == sim_self());
		round += at.round;
		if (round < ROUNDS) {
			one_by_one((struct sim_position){ 0, at.seg, at.rep });
			round++;
		}
	}
	note_number("done", (long long)sim_thread_steps(sim_self()));
}

/* The next of the traps behind where the thread is. */
static void set_next(struct sim_thread *thread)
{
	uint64_t next = 0;

	for (unsigned i = 0; i < 4; i++)
		if (traps[i] > sim_thread_steps(thread) && (!next || traps[i] < next))
			next = traps[i];
	sim_thread_trap(thread, next);
}

static void trapped(void *ctx)
{
	(void)ctx;
	note_number("trap", (long long)sim_thread_steps(sim_self()));
	set_next(sim_self());
}

static void spawned(void *ctx, struct sim_thread *thread)
{
	(void)ctx;
	set_next(thread);
}

static void begin(bool exact, bool set)
{
	trial_begin_with(&(struct sim_config){ .processors = 2, .exact_pages = exact });
	sim_domain_init(&domain, "domain", 1);
	sim_watch(&(struct sim_watch){ .spawned = set ? spawned : NULL, .trapped = trapped });
}

static const char in_order[] = "10 w trap 1\n"
			       "100 w trap 15\n"
			       "110 w trap 16\n"
			       "2000 w trap 300\n"
			       "2000 w done 300\n";

/* In the first round, at the end of one, at the begin of one, and the very last step. */
TRIAL(traps_in_bulk_and_step_by_step)
{
	traps[0] = 1, traps[1] = 15, traps[2] = 16, traps[3] = 300;
	begin(false, true);
	spawn("w", walker, NULL);
	trial_expect(in_order);
	begin(true, true);
	spawn("w", walker, NULL);
	trial_expect(in_order);
}

/* Set from outside while a bulk is under way: 41 ns are six steps and a bit of the seventh. */
static void sets_trap(void *ctx)
{
	(void)ctx;
	sim_domain_expose(&domain);
	set_next(thread_called("w"));
}

static void trap_set_later(uint64_t step, const char *expected)
{
	for (unsigned i = 0; i < 4; i++)
		traps[i] = step;
	for (unsigned exact = 0; exact < 2; exact++) {
		begin(exact, false);
		sim_timer_start(sim_timer_create("later", sets_trap, NULL), 41 * SIM_NS);
		spawn("w", walker, NULL);
		trial_expect(expected);
	}
}

TRIAL(trap_in_the_step_under_way)
{
	trap_set_later(7, "50 w trap 7\n2000 w done 300\n");
	trap_set_later(8, "55 w trap 8\n2000 w done 300\n");
	trap_set_later(6, "2000 w done 300\n");
}

/* --- locks and spans --- */

static struct sim_mutex mutex;
static struct sim_spinlock spin;

static void waits(void *ctx, const char *lock)
{
	(void)ctx;
	note(lock);
}

static void entered(void *ctx, const char *span)
{
	(void)ctx;
	note(span);
	ck_assert(sim_thread_inside(sim_self(), sim_intern("outer")));
}

static void holder(void *arg)
{
	(void)arg;
	sim_mutex_lock(&mutex);
	sim_spin_lock(&spin);
	kernel(10 * SIM_NS);
	sim_spin_unlock(&spin);
	sim_mutex_unlock(&mutex);
}

static void contender(void *arg)
{
	(void)arg;
	kernel(SIM_NS);
	sim_spin_lock(&spin);
	sim_spin_unlock(&spin);
	sim_mutex_lock(&mutex);
	sim_mutex_unlock(&mutex);
	ck_assert(!sim_thread_inside(sim_self(), sim_intern("outer")));
	sim_span_push("outer");
	sim_span_push("inner");
	sim_span_pop();
	sim_span_pop();
}

/* Only who has to wait is told of: the spinlock it meets taken, the mutex is free by then. */
TRIAL(locks_and_spans)
{
	trial_begin(2);
	sim_mutex_init(&mutex, "mutex");
	sim_spin_init(&spin, "spin");
	sim_watch(&(struct sim_watch){ .waits = waits, .entered = entered });
	spawn("a", holder, NULL);
	spawn("b", contender, NULL);
	trial_expect("1 b spin\n10 b outer\n10 b inner\n");
}

Suite *suite_watch(void)
{
	const TTest *const tests[] = { traps_in_bulk_and_step_by_step, trap_in_the_step_under_way, locks_and_spans };

	return SUITE_OF("watch", tests);
}
