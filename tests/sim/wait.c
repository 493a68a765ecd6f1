/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Wait queues, completions, sleepable RCU, sleep and join.
 */
#include <errno.h>

#include "suites.h"
#include "trial.h"

static struct sim_waitqueue queue;
static struct sim_completion completion;
static struct sim_srcu srcu;

static void waiter(void *arg)
{
	(void)arg;
	note_number("woken", sim_wait(&queue, SIM_WAIT_UNINTERRUPTIBLE));
}

static void waker(void *arg)
{
	kernel(SIM_US);
	sim_wake(&queue, *(unsigned *)arg);
	note("one round");
	kernel(SIM_US);
	sim_wake(&queue, 0);
}

/* In order of arrival, as many as asked for; then all the rest; none is no error. */
TRIAL(wake_some_then_all)
{
	static unsigned two = 2;

	trial_begin(4);
	sim_waitqueue_init(&queue, "queue");
	spawn("a", waiter, NULL);
	spawn("b", waiter, NULL);
	spawn("c", waiter, NULL);
	spawn("d", waker, &two);
	ck_assert_int_eq(trial_run(), SIM_END_DONE);
	ck_assert_str_eq(trial_notes(), "1000 d one round\n1000 a woken 0\n1000 b woken 0\n2000 c woken 0\n");
	ck_assert_uint_eq(charged(thread_called("c"), SIM_KIND_SLEEP, "queue"), 2 * SIM_US);
	trial_end();
}

static void waiter_with_limit(void *arg)
{
	note_number("woken", sim_wait_until(&queue, SIM_WAIT_INTERRUPTIBLE, *(sim_time *)arg));
}

/* Too late, in time, for ever, and a limit that has passed already. */
TRIAL(wait_with_limit)
{
	static sim_time limit[] = { 500 * SIM_NS, 1500 * SIM_NS, SIM_FOREVER, 0 };
	static unsigned all = 0;

	trial_begin(5);
	sim_waitqueue_init(&queue, "queue");
	spawn("a", waiter_with_limit, &limit[0]);
	spawn("b", waiter_with_limit, &limit[1]);
	spawn("c", waiter_with_limit, &limit[2]);
	spawn("d", waiter_with_limit, &limit[3]);
	spawn("e", waker, &all);
	trial_expect("0 d woken -62\n500 a woken -62\n1000 e one round\n1000 b woken 0\n1000 c woken 0\n");
}

/* --- completion --- */

static void completes(void *arg)
{
	unsigned n = *(unsigned *)arg;

	kernel(SIM_US);
	while (n--)
		sim_complete(&completion);
	kernel(SIM_US);
	sim_complete_all(&completion);
	note("all");
}

static void awaits(void *arg)
{
	(void)arg;
	note_number("complete", sim_wait_for_completion(&completion, SIM_WAIT_UNINTERRUPTIBLE));
}

static void awaits_late(void *arg)
{
	kernel(10 * SIM_US);
	awaits(arg);
	awaits(arg);
}

/* Each complete() lets one through; complete_all() everybody, for ever. */
TRIAL(completion_counts)
{
	static unsigned two = 2;

	trial_begin(5);
	sim_completion_init(&completion, "completion");
	spawn("a", awaits, NULL);
	spawn("b", awaits, NULL);
	spawn("c", awaits, NULL);
	spawn("late", awaits_late, NULL);
	spawn("d", completes, &two);
	trial_expect("1000 a complete 0\n1000 b complete 0\n2000 d all\n2000 c complete 0\n"
		     "10000 late complete 0\n10000 late complete 0\n");
}

static void completes_early(void *arg)
{
	(void)arg;
	sim_complete(&completion);
}

/* What comes first is kept. */
TRIAL(completion_before_wait)
{
	trial_begin(1);
	sim_completion_init(&completion, "completion");
	spawn("a", completes_early, NULL);
	spawn("b", awaits, NULL);
	trial_expect("0 b complete 0\n");
}

/* --- SRCU --- */

static void srcu_reader(void *arg)
{
	int index;

	kernel(*(sim_time *)arg);
	index = sim_srcu_read_lock(&srcu);
	ck_assert(sim_srcu_held(&srcu));
	kernel(10 * SIM_US);
	sim_srcu_read_unlock(&srcu, index);
	note("read");
}

static void srcu_writer(void *arg)
{
	kernel(*(sim_time *)arg);
	sim_synchronize_srcu(&srcu);
	note("synchronized");
}

/* Waits for the readers that were there, not for those that came later; with none it does not wait. */
TRIAL(srcu_waits_for_old_readers)
{
	static sim_time when[] = { 0, SIM_US, 2 * SIM_US, 30 * SIM_US };

	trial_begin(4);
	sim_srcu_init(&srcu, "srcu");
	spawn("old", srcu_reader, &when[0]);
	spawn("writer", srcu_writer, &when[1]);
	spawn("new", srcu_reader, &when[2]);
	spawn("last", srcu_writer, &when[3]);
	trial_expect("10000 old read\n10000 writer synchronized\n12000 new read\n30000 last synchronized\n");
}

/* --- sleep and join --- */

static void sleeps(void *arg)
{
	note_number("sleep", sim_sleep(*(sim_time *)arg, true, "nap"));
}

static void joins(void *arg)
{
	note_number("joined", sim_join(arg, true));
	note_number("again", sim_join(arg, true));
}

TRIAL(sleep_and_join)
{
	static sim_time nap = 7 * SIM_US;
	struct sim_thread *sleeper;

	trial_begin(3);
	sleeper = spawn("sleeper", sleeps, &nap);
	spawn("a", joins, sleeper);
	spawn("b", joins, sleeper);
	ck_assert_int_eq(trial_run(), SIM_END_DONE);
	ck_assert_str_eq(trial_notes(), "7000 sleeper sleep 0\n7000 a joined 0\n7000 a again 0\n"
					"7000 b joined 0\n7000 b again 0\n");
	ck_assert_uint_eq(charged(thread_called("sleeper"), SIM_KIND_SLEEP, "nap"), nap);
	ck_assert_uint_eq(charged(thread_called("a"), SIM_KIND_SLEEP, "join"), nap);
	trial_end();
}

Suite *suite_wait(void)
{
	const TTest *const tests[] = {
		wake_some_then_all,     wait_with_limit,            completion_counts,
		completion_before_wait, srcu_waits_for_old_readers, sleep_and_join,
	};

	return SUITE_OF("wait", tests);
}
