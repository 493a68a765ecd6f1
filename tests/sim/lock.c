/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Mutex, rwsem, spinlock: who gets it when, and what waiting costs.
 */
#include <errno.h>

#include "suites.h"
#include "trial.h"

static struct sim_mutex mutex;
static struct sim_rwsem sem;
static struct sim_spinlock spin;

/* --- mutex --- */

static void mutex_user(void *arg)
{
	kernel(*(sim_time *)arg);
	sim_mutex_lock(&mutex);
	ck_assert(sim_mutex_held(&mutex));
	ck_assert(!sim_mutex_trylock(&mutex));
	note("has it");
	kernel(10 * SIM_US);
	sim_mutex_unlock(&mutex);
	ck_assert(!sim_mutex_held(&mutex));
}

/* First come, first served: c comes before b. */
TRIAL(mutex_in_order_of_arrival)
{
	static sim_time when[] = { SIM_US, 3 * SIM_US, 2 * SIM_US };

	trial_begin(3);
	sim_mutex_init(&mutex, "mutex");
	spawn("a", mutex_user, &when[0]);
	spawn("b", mutex_user, &when[1]);
	spawn("c", mutex_user, &when[2]);
	ck_assert_int_eq(trial_run(), SIM_END_DONE);
	ck_assert_str_eq(trial_notes(), "1000 a has it\n11000 c has it\n21000 b has it\n");
	ck_assert_uint_eq(charged(thread_called("b"), SIM_KIND_WAIT_LOCK, "mutex"), 18 * SIM_US);
	ck_assert_uint_eq(charged(thread_called("a"), SIM_KIND_WAIT_LOCK, "mutex"), 0);
	trial_end();
}

static void mutex_again(void *arg)
{
	(void)arg;
	for (unsigned i = 0; i < 2; i++) {
		sim_mutex_lock(&mutex);
		note("has it");
		kernel(5 * SIM_US);
		sim_mutex_unlock(&mutex);
	}
}

/* It is handed over: who lets go does not get it back past a waiter. */
TRIAL(mutex_is_handed_over)
{
	trial_begin(2);
	sim_mutex_init(&mutex, "mutex");
	spawn("a", mutex_again, NULL);
	spawn("b", mutex_again, NULL);
	trial_expect("0 a has it\n5000 b has it\n10000 a has it\n15000 b has it\n");
}

/* --- rwsem --- */

static void reader(void *arg)
{
	kernel(*(sim_time *)arg);
	sim_rwsem_down_read(&sem);
	note("reads");
	kernel(10 * SIM_US);
	sim_rwsem_up_read(&sem);
}

static void writer(void *arg)
{
	kernel(*(sim_time *)arg);
	sim_rwsem_down_write(&sem);
	note("writes");
	kernel(10 * SIM_US);
	sim_rwsem_up_write(&sem);
}

/* Readers share; a waiting writer holds later ones off; then all readers up to the next writer go together. */
TRIAL(rwsem_writer_holds_readers_off)
{
	static sim_time when[] = { 0, 1000, 2000, 3000, 4000, 5000, 6000 };

	trial_begin(8);
	sim_rwsem_init(&sem, "sem", NULL);
	spawn("r1", reader, &when[0]);
	spawn("r2", reader, &when[1]);
	spawn("w1", writer, &when[2]);
	spawn("r3", reader, &when[3]);
	spawn("r4", reader, &when[4]);
	spawn("w2", writer, &when[5]);
	spawn("r5", reader, &when[6]);
	trial_expect("0 r1 reads\n1 r2 reads\n10001 w1 writes\n20001 r3 reads\n20001 r4 reads\n"
		     "30001 w2 writes\n40001 r5 reads\n");
}

static void trying_reader(void *arg)
{
	kernel(*(sim_time *)arg);
	if (sim_rwsem_down_read_trylock(&sem)) {
		note("reads");
		sim_rwsem_up_read(&sem);
	} else {
		note(sim_rwsem_quiet(&sem) ? "refused but quiet" : "refused");
	}
}

/* Quiet: neither held for write nor waited for. */
TRIAL(rwsem_trylock)
{
	static sim_time when[] = { 0, 1000, 2000, 3000, 25 * SIM_US };

	trial_begin(5);
	sim_rwsem_init(&sem, "sem", NULL);
	spawn("r1", reader, &when[0]);
	spawn("t1", trying_reader, &when[1]);
	spawn("w1", writer, &when[2]);
	spawn("t2", trying_reader, &when[3]);
	spawn("t3", trying_reader, &when[4]);
	trial_expect("0 r1 reads\n1 t1 reads\n3 t2 refused\n10000 w1 writes\n25000 t3 reads\n");
}

static void killable_writer(void *arg)
{
	kernel(*(sim_time *)arg);
	note_number("result", sim_rwsem_down_write_killable(&sem));
	if (!sim_fatal_signal_pending(sim_self()))
		sim_rwsem_up_write(&sem);
}

static void signal_at(void *arg)
{
	struct sim_thread *victim = arg;

	kernel(4 * SIM_US);
	sim_signal_send(victim, 10, false);
	note("signalled");
	kernel(SIM_US);
	sim_signal_send(victim, 9, true);
	note("killed");
}

/* A writer killed in the queue lets the readers behind it in at once; a signal that is not fatal does not wake it. */
TRIAL(rwsem_killed_writer_leaves)
{
	static sim_time when[] = { 0, 1000, 2000 };

	trial_begin(5);
	sim_rwsem_init(&sem, "sem", NULL);
	spawn("r1", reader, &when[0]);
	spawn("killer", signal_at, spawn("w1", killable_writer, &when[1]));
	spawn("r2", reader, &when[2]);
	trial_expect("0 r1 reads\n4000 killer signalled\n5000 killer killed\n5000 w1 result -4\n5000 r2 reads\n");
}

static void dead_writer(void *arg)
{
	(void)arg;
	sim_signal_send(sim_self(), 9, true);
	note_number("result", sim_rwsem_down_write_killable(&sem));
	sim_rwsem_up_write(&sem);
}

/* As in Linux: free, it is taken even by a thread that is being killed. */
TRIAL(rwsem_free_for_the_dying)
{
	trial_begin(1);
	sim_rwsem_init(&sem, "sem", NULL);
	spawn("w", dead_writer, NULL);
	trial_expect("0 w result 0\n");
}

/* --- spinlock --- */

static void spinner(void *arg)
{
	kernel(*(sim_time *)arg);
	sim_spin_lock(&spin);
	note("has it");
	kernel(10 * SIM_US);
	sim_spin_unlock(&spin);
}

static void idle_user(void *arg)
{
	kernel(*(sim_time *)arg);
	note("runs");
}

/* Who spins keeps the processor and pays for it: "late" gets none before a spinner is done. */
TRIAL(spinning_keeps_the_processor)
{
	static sim_time when[] = { 0, 1000, 2000, 0 };

	trial_begin(3);
	sim_spin_init(&spin, "spin");
	spawn("a", spinner, &when[0]);
	spawn("b", spinner, &when[1]);
	spawn("c", spinner, &when[2]);
	spawn("late", idle_user, &when[3]);
	ck_assert_int_eq(trial_run(), SIM_END_DONE);
	ck_assert_str_eq(trial_notes(), "0 a has it\n10000 b has it\n10000 late runs\n20000 c has it\n");
	ck_assert_uint_eq(charged(thread_called("c"), SIM_KIND_SPIN, "spin"), 18 * SIM_US - 2 * SIM_NS + 2 * SIM_US);
	ck_assert_uint_eq(sim_thread_cpu_time(thread_called("c")), 30 * SIM_US);
	trial_end();
}

static void try_spin(void *arg)
{
	(void)arg;
	ck_assert(sim_spin_trylock(&spin));
	ck_assert(!sim_spin_trylock(&spin));
	sim_spin_unlock(&spin);
	ck_assert(sim_spin_trylock(&spin));
	sim_spin_unlock(&spin);
}

TRIAL(spin_trylock)
{
	trial_begin(1);
	sim_spin_init(&spin, "spin");
	spawn("a", try_spin, NULL);
	trial_expect("");
}

Suite *suite_lock(void)
{
	const TTest *const tests[] = {
		mutex_in_order_of_arrival,
		mutex_is_handed_over,
		rwsem_writer_holds_readers_off,
		rwsem_trylock,
		rwsem_killed_writer_leaves,
		rwsem_free_for_the_dying,
		spinning_keeps_the_processor,
		spin_trylock,
	};

	return SUITE_OF("lock", tests);
}
