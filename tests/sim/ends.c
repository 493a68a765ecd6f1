/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How runs end, what they then owe, stalls, many threads, and many simulations in one process.
 */
#include <stdio.h>
#include <string.h>

#include "suites.h"
#include "trial.h"

static struct sim_mutex one, two;

static void locks_both(void *arg)
{
	struct sim_mutex *first = arg, *second = first == &one ? &two : &one;

	sim_mutex_lock(first);
	kernel(5 * SIM_US);
	sim_mutex_lock(second);
}

/* Two locks in two orders: noticed, and the wait is in the account up to the end. */
TRIAL(deadlock)
{
	trial_begin(2);
	sim_mutex_init(&one, "one");
	sim_mutex_init(&two, "two");
	spawn("a", locks_both, &one);
	spawn("b", locks_both, &two);
	ck_assert_int_eq(trial_run(), SIM_END_DEADLOCK);
	ck_assert_uint_eq(sim_now(), 5 * SIM_US);
	ck_assert(!sim_thread_ended(thread_called("a")));
	trial_end();
}

static void waits_for_nobody(void *arg)
{
	static struct sim_waitqueue queue;

	(void)arg;
	sim_waitqueue_init(&queue, "queue");
	sim_wait(&queue, SIM_WAIT_INTERRUPTIBLE);
}

static void works_then_ends(void *arg)
{
	(void)arg;
	kernel(7 * SIM_US);
}

/* A thread that sleeps for ever is no reason to stop while others work. */
TRIAL(deadlock_of_one)
{
	trial_begin(1);
	spawn("waiter", waits_for_nobody, NULL);
	spawn("worker", works_then_ends, NULL);
	ck_assert_int_eq(trial_run(), SIM_END_DEADLOCK);
	ck_assert_uint_eq(sim_now(), 7 * SIM_US);
	ck_assert_uint_eq(charged(thread_called("waiter"), SIM_KIND_SLEEP, "queue"), 7 * SIM_US);
	ck_assert(sim_thread_ended(thread_called("worker")));
	trial_end();
}

/* --- the time limit --- */

static void kernel_for_ever(void *arg)
{
	(void)arg;
	for (;;) {
		kernel(3 * SIM_US);
		sim_cond_resched();
	}
}

static void naps_for_ever(void *arg)
{
	(void)arg;
	for (;;)
		sim_sleep(4 * SIM_US, false, "nap");
}

/* Cut in the middle of work, of waiting for a processor, of a switch, and of a nap: trial_run() adds up the lives. */
TRIAL(time_limit)
{
	trial_begin_with(&(struct sim_config){ .processors = 1, .slice = 10 * SIM_US, .context_switch = 2 * SIM_US,
					       .time_limit = 100 * SIM_US + 1 });
	spawn("a", kernel_for_ever, NULL);
	spawn("b", kernel_for_ever, NULL);
	spawn("c", naps_for_ever, NULL);
	ck_assert_int_eq(trial_run(), SIM_END_TIME);
	ck_assert_uint_eq(sim_now(), 100 * SIM_US + 1);
	ck_assert_uint_eq(sim_thread_end(thread_called("a")), SIM_FOREVER);
	trial_end();
}

static void ends_at_the_limit(void *arg)
{
	(void)arg;
	kernel(10 * SIM_US);
	note("there");
}

/* What ends at the very limit has ended. */
TRIAL(time_limit_is_inclusive)
{
	trial_begin_with(&(struct sim_config){ .processors = 2, .time_limit = 10 * SIM_US });
	spawn("a", ends_at_the_limit, NULL);
	trial_expect("10000 a there\n");
}

static void stops(void *arg)
{
	(void)arg;
	kernel(SIM_US);
	sim_stop();
	note("stopping");
	kernel(SIM_US);
	note("not reached");
}

TRIAL(stopped)
{
	trial_begin(1);
	spawn("a", stops, NULL);
	ck_assert_int_eq(trial_run(), SIM_END_STOPPED);
	ck_assert_str_eq(trial_notes(), "1000 a stopping\n");
	trial_end();
}

TRIAL(nothing_to_do)
{
	trial_begin(1);
	ck_assert_int_eq(trial_run(), SIM_END_DONE);
	ck_assert_uint_eq(sim_now(), 0);
	trial_end();
}

/* --- stalls --- */

static void stalling(void *arg)
{
	(void)arg;
	kernel(2 * SIM_US);
	sim_cond_resched();
	sim_span_push("outer");
	sim_span_push("long loop");
	kernel(6 * SIM_US);
	kernel(6 * SIM_US);
	sim_cond_resched();
	sim_span_pop();
	kernel(10 * SIM_US);
	sim_cond_resched();
	/* No stall: user code, a sleep, and the limit itself. */
	user(50 * SIM_US);
	kernel(3 * SIM_US);
	sim_sleep(50 * SIM_US, false, "nap");
	kernel(9 * SIM_US);
	user(SIM_US);
	sim_span_pop();
	/* One: before the block, too. */
	kernel(11 * SIM_US);
	sim_sleep(SIM_US, false, "nap");
}

TRIAL(stalls_with_place_and_length)
{
	const struct sim_stall *stall;

	trial_begin_with(&(struct sim_config){ .processors = 1, .stall_limit = 10 * SIM_US });
	spawn("a", stalling, NULL);
	ck_assert_int_eq(trial_run(), SIM_END_DONE);
	stall = sim_stalls();
	ck_assert_ptr_nonnull(stall);
	ck_assert_str_eq(stall->thread, "a");
	ck_assert_str_eq(stall->where, "long loop");
	ck_assert_uint_eq(stall->begin, 2 * SIM_US);
	ck_assert_uint_eq(stall->length, 12 * SIM_US);
	stall = stall->next;
	ck_assert_ptr_nonnull(stall);
	ck_assert_str_eq(stall->where, "a");
	ck_assert_uint_eq(stall->length, 11 * SIM_US);
	ck_assert_ptr_null(stall->next);
	trial_end();
}

/* --- the account --- */

static void spans(void *arg)
{
	(void)arg;
	for (unsigned i = 0; i < 3; i++) {
		sim_span_push("phase");
		kernel(2 * SIM_US);
		sim_span_push("call");
		sim_burn(SIM_US, SIM_KIND_UVC, "uvc");
		sim_span_pop();
		sim_span_pop();
	}
	user(5 * SIM_US);
}

TRIAL(account_by_span)
{
	const struct sim_account *root, *phase, *call;

	trial_begin(1);
	spawn("a", spans, NULL);
	ck_assert_int_eq(trial_run(), SIM_END_DONE);
	root = sim_thread_account(thread_called("a"));
	phase = root->child;
	ck_assert_str_eq(phase->name, "phase");
	ck_assert_uint_eq(phase->count, 3);
	ck_assert_uint_eq(phase->self, 0);
	ck_assert_uint_eq(sim_account_total(phase), 9 * SIM_US);
	call = phase->child->next;
	ck_assert_str_eq(call->name, "call");
	ck_assert_uint_eq(sim_account_total_kind(call, SIM_KIND_UVC), 3 * SIM_US);
	ck_assert_uint_eq(sim_account_total_kind(root, SIM_KIND_KERNEL), 6 * SIM_US);
	ck_assert_ptr_null(phase->next->next);
	ck_assert_uint_eq(sim_account_total(root), 14 * SIM_US);
	trial_end();
}

/* --- many --- */

#define THREADS 1000

static struct sim_waitqueue crowd;
static unsigned gone;

static void one_of_many(void *arg)
{
	sim_time time = *(sim_time *)arg;

	sim_wait(&crowd, SIM_WAIT_UNINTERRUPTIBLE);
	user(time * SIM_US);
	sim_sleep(time * SIM_US, false, "nap");
	kernel(time);
	gone++;
}

static void starter(void *arg)
{
	(void)arg;
	kernel(SIM_US);
	sim_wake(&crowd, 0);
}

TRIAL(a_thousand_threads)
{
	static sim_time time[THREADS];

	trial_begin(7);
	sim_waitqueue_init(&crowd, "crowd");
	gone = 0;
	for (unsigned i = 0; i < THREADS; i++) {
		char name[16];

		snprintf(name, sizeof(name), "t%u", i);
		time[i] = 1 + i % 37;
		spawn(name, one_of_many, &time[i]);
	}
	spawn("starter", starter, NULL);
	ck_assert_int_eq(trial_run(), SIM_END_DONE);
	ck_assert_uint_eq(gone, THREADS);
	trial_end();
}

static void parent(void *arg)
{
	unsigned depth = *(unsigned *)arg;
	static unsigned below[64];
	char name[16];

	if (!depth)
		return;
	snprintf(name, sizeof(name), "child%u", depth);
	below[depth] = depth - 1;
	kernel(SIM_NS);
	sim_join(spawn(name, parent, &below[depth]), false);
	note("joined");
}

/* Threads that start threads; the coroutines of one run serve the next. */
START_TEST(many_simulations)
{
	static unsigned depth = 5;
	uint64_t hash = 0;

	for (unsigned i = 0; i < 500; i++) {
		trial_begin(1 + i % 2);
		spawn("root", parent, &depth);
		ck_assert_int_eq(trial_run(), SIM_END_DONE);
		ck_assert_uint_eq(sim_now(), 5 * SIM_NS);
		if (i >= 2)
			ck_assert_uint_ne(hash, 0);
		hash = sim_counters_get()->hash;
		trial_end();
	}
}
END_TEST

/* Simulations that are cut short leave coroutines in the middle of their bodies: the next ones do not mind. */
START_TEST(simulations_cut_short)
{
	for (unsigned i = 1; i <= 200; i++) {
		trial_begin_with(&(struct sim_config){ .processors = 2, .time_limit = i * SIM_US });
		for (unsigned j = 0; j < 5; j++)
			spawn("thread", kernel_for_ever, NULL);
		ck_assert_int_eq(trial_run(), SIM_END_TIME);
		ck_assert_uint_eq(sim_now(), i * SIM_US);
		trial_end();
		trial_begin(1);
		spawn("a", spans, NULL);
		ck_assert_int_eq(trial_run(), SIM_END_DONE);
		trial_end();
	}
}
END_TEST

Suite *suite_ends(void)
{
	const TTest *const tests[] = {
		deadlock,           deadlock_of_one,  time_limit,
		time_limit_is_inclusive, stopped,     nothing_to_do,
		stalls_with_place_and_length, account_by_span, a_thousand_threads,
		many_simulations,   simulations_cut_short,
	};

	return SUITE_OF("ends", tests);
}
