/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Signals and kicks: what they end, what they leave alone, how long they stay.
 */
#include "suites.h"
#include "trial.h"

#define USR1 10
#define KILL 9

static struct sim_thread *victim;
static struct sim_waitqueue queue;

static void sends(void *arg)
{
	kernel(5 * SIM_US);
	sim_signal_send(victim, *(int *)arg, *(int *)arg == KILL);
}

static void kicks(void *arg)
{
	(void)arg;
	kernel(5 * SIM_US);
	sim_kick(victim);
}

static void trial_of(void (*body)(void *), void (*other)(void *), int *signal, const char *expected)
{
	trial_begin(2);
	sim_waitqueue_init(&queue, "queue");
	victim = spawn("victim", body, NULL);
	spawn("other", other, signal);
	trial_expect(expected);
}

static int usr1 = USR1, kill_signal = KILL;

static void user_body(void *arg)
{
	(void)arg;
	note_number("ns", (long long)(user(20 * SIM_US) / SIM_NS));
	note_number("ns", (long long)(user(20 * SIM_US) / SIM_NS));
	note_number("pending", sim_signal_pending(sim_self()));
	note_number("took", sim_signal_take(sim_self()));
	note_number("pending", sim_signal_pending(sim_self()));
	note_number("took", sim_signal_take(sim_self()));
	note_number("ns", (long long)(user(20 * SIM_US) / SIM_NS));
}

/* A signal ends user code at once, and goes on doing so until it is taken. */
TRIAL(signal_ends_user_code)
{
	trial_of(user_body, sends, &usr1,
		 "5000 victim ns 5000\n5000 victim ns 0\n5000 victim pending 1\n5000 victim took 10\n"
		 "5000 victim pending 0\n5000 victim took 0\n25000 victim ns 20000\n");
}

/* A fatal one is never used up. */
TRIAL(fatal_signal_stays)
{
	trial_of(user_body, sends, &kill_signal,
		 "5000 victim ns 5000\n5000 victim ns 0\n5000 victim pending 1\n5000 victim took 9\n"
		 "5000 victim pending 1\n5000 victim took 9\n5000 victim ns 0\n");
}

/* A kick ends it once. */
TRIAL(kick_ends_user_code_once)
{
	trial_of(user_body, kicks, NULL,
		 "5000 victim ns 5000\n25000 victim ns 20000\n25000 victim pending 0\n25000 victim took 0\n"
		 "25000 victim pending 0\n25000 victim took 0\n45000 victim ns 20000\n");
}

static void kernel_body(void *arg)
{
	(void)arg;
	kernel(10 * SIM_US);
	note("kernel over");
	note_number("ns", (long long)(user(SIM_US) / SIM_NS));
	note_number("ns", (long long)(user(SIM_US) / SIM_NS));
}

/* Kernel code goes on; the next user code begins with it. */
TRIAL(signal_in_kernel_code)
{
	trial_of(kernel_body, sends, &usr1, "10000 victim kernel over\n10000 victim ns 0\n10000 victim ns 0\n");
}

TRIAL(kick_in_kernel_code)
{
	trial_of(kernel_body, kicks, NULL, "10000 victim kernel over\n10000 victim ns 0\n11000 victim ns 1000\n");
}

static void sleep_body(void *arg)
{
	(void)arg;
	note_number("deaf", sim_sleep(10 * SIM_US, false, "nap"));
	note_number("awake", sim_sleep(10 * SIM_US, true, "nap"));
}

/* An uninterruptible sleep goes on; an interruptible one does not even begin. */
TRIAL(signal_and_sleep)
{
	trial_of(sleep_body, sends, &usr1, "10000 victim deaf 0\n10000 victim awake -4\n");
}

static void light_sleep_body(void *arg)
{
	(void)arg;
	note_number("awake", sim_sleep(10 * SIM_US, true, "nap"));
}

TRIAL(signal_ends_sleep)
{
	trial_of(light_sleep_body, sends, &usr1, "5000 victim awake -4\n");
}

static void killable_body(void *arg)
{
	(void)arg;
	note_number("wait", sim_wait(&queue, SIM_WAIT_KILLABLE));
}

static void sends_both_and_wakes(void *arg)
{
	kernel(5 * SIM_US);
	sim_signal_send(victim, USR1, false);
	kernel(5 * SIM_US);
	if (arg)
		sim_signal_send(victim, KILL, true);
	else
		sim_wake(&queue, 1);
}

/* A killable wait hears fatal signals only. */
TRIAL(killable_wait_is_deaf_to_others)
{
	trial_of(killable_body, sends_both_and_wakes, NULL, "10000 victim wait 0\n");
}

TRIAL(killable_wait_hears_a_fatal_one)
{
	trial_of(killable_body, sends_both_and_wakes, &usr1, "10000 victim wait -4\n");
}

static void late_sender(void *arg)
{
	sends(arg);
	kernel(20 * SIM_US);
	/* It has ended: nothing happens. */
	sim_signal_send(victim, USR1, false);
	note("sent to the dead");
}

/* One fatal signal is enough: a later one changes nothing; and the dead hear none. */
TRIAL(signals_to_the_dead)
{
	trial_of(light_sleep_body, late_sender, &kill_signal, "5000 victim awake -4\n25000 other sent to the dead\n");
}

static void shared_user(void *arg)
{
	(void)arg;
	note_number("ns", (long long)(user(20 * SIM_US) / SIM_NS));
}

static void hog(void *arg)
{
	(void)arg;
	user(40 * SIM_US);
	note("done");
}

/* A thread that is preempted learns of the signal when it runs again; what it did before counts. */
TRIAL(signal_to_a_preempted_thread)
{
	static struct sim_timer *timer;

	trial_begin_with(&(struct sim_config){ .processors = 1, .slice = 10 * SIM_US });
	victim = spawn("victim", shared_user, NULL);
	spawn("hog", hog, NULL);
	timer = sim_timer_create("signal", (sim_timer_fn)sim_kick, victim);
	sim_timer_start(timer, 15 * SIM_US);
	trial_expect("20000 victim ns 10000\n50000 hog done\n");
}

Suite *suite_signal(void)
{
	const TTest *const tests[] = {
		signal_ends_user_code,
		fatal_signal_stays,
		kick_ends_user_code_once,
		signal_in_kernel_code,
		kick_in_kernel_code,
		signal_and_sleep,
		signal_ends_sleep,
		killable_wait_is_deaf_to_others,
		killable_wait_hears_a_fatal_one,
		signals_to_the_dead,
		signal_to_a_preempted_thread,
	};

	return SUITE_OF("signal", tests);
}
