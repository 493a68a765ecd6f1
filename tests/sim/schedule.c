/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who runs when: slices, shares, preemption, and kernel code that keeps its processor.
 */
#include "suites.h"
#include "trial.h"

static void user_forever(void *arg)
{
	(void)arg;
	for (;;)
		user(SIM_S);
}

/* Seven threads on two processors: after a second none is further ahead than a slice and a half. */
TRIAL(equal_threads_get_equal_shares)
{
	static const char *const name[] = { "a", "b", "c", "d", "e", "f", "g" };
	sim_time least = SIM_FOREVER, most = 0, sum = 0;

	trial_begin_with(&(struct sim_config){ .processors = 2, .time_limit = SIM_S });
	for (unsigned i = 0; i < 7; i++)
		spawn(name[i], user_forever, NULL);
	ck_assert_int_eq(trial_run(), SIM_END_TIME);
	for (unsigned i = 0; i < 7; i++) {
		sim_time time = sim_thread_cpu_time(thread_called(name[i]));

		/* What it is in the midst of when time is up is charged, but not as processor time. */
		time += charged(thread_called(name[i]), SIM_KIND_KERNEL, "unfinished");
		least = time < least ? time : least;
		most = time > most ? time : most;
		sum += time;
	}
	ck_assert_uint_ge(sum, 2 * SIM_S);
	ck_assert_uint_lt(most - least, 9 * SIM_MS / 2);
	trial_end();
}

/* Five nice levels are a factor of about three. */
TRIAL(nice_threads_get_less)
{
	sim_time plain, nice;

	trial_begin_with(&(struct sim_config){ .processors = 1, .time_limit = 2 * SIM_S });
	spawn_nice("plain", 0, user_forever, NULL);
	spawn_nice("nice", 5, user_forever, NULL);
	ck_assert_int_eq(trial_run(), SIM_END_TIME);
	plain = sim_thread_cpu_time(thread_called("plain"));
	nice = sim_thread_cpu_time(thread_called("nice"));
	ck_assert_uint_gt(plain, 290 * nice / 100);
	ck_assert_uint_lt(plain, 320 * nice / 100);
	trial_end();
}

static void user_in_parts(void *arg)
{
	unsigned parts = *(unsigned *)arg;

	while (parts--) {
		user(2 * SIM_US);
		note("part");
	}
}

/* Two threads, 5 us slices, 1 us for a switch: a slice begins when the switch is over. */
TRIAL(slices_alternate)
{
	static unsigned three = 3;

	trial_begin_with(&(struct sim_config){
		.processors = 1, .slice = 5 * SIM_US, .context_switch = SIM_US });
	spawn("a", user_in_parts, &three);
	spawn("b", user_in_parts, &three);
	trial_expect("3000 a part\n5000 a part\n"	/* 1..6 */
		     "9000 b part\n11000 b part\n"	/* 7..12 */
		     "14000 a part\n"			/* 13..14: the half of the third is left */
		     "16000 b part\n");
}

static void one_slice_longer(void *arg)
{
	(void)arg;
	user(20 * SIM_US);
	note("done");
}

/*
 * A slice shorter than the switch: still everybody gets on. Twenty slices of each, and one switch more to find that
 * nothing was left after the last.
 */
TRIAL(slices_shorter_than_a_switch)
{
	trial_begin_with(&(struct sim_config){
		.processors = 1, .slice = SIM_US, .context_switch = 2 * SIM_US });
	spawn("a", one_slice_longer, NULL);
	spawn("b", one_slice_longer, NULL);
	ck_assert_int_eq(trial_run(), SIM_END_DONE);
	ck_assert_uint_eq(sim_now(), (3 * 40 + 2 * 2) * SIM_US);
	trial_end();
}

static void kernel_then_resched(void *arg)
{
	(void)arg;
	for (unsigned i = 0; i < 4; i++)
		kernel(3 * SIM_US);
	note("stretch over");
	sim_cond_resched();
	note("back");
}

static void short_user(void *arg)
{
	(void)arg;
	user(SIM_US);
	note("done");
}

/* Kernel code runs 12 us in a slice of 5, and gives way at its resched point only. */
TRIAL(kernel_code_is_not_preempted)
{
	trial_begin_with(&(struct sim_config){ .processors = 1, .slice = 5 * SIM_US });
	spawn("kernel", kernel_then_resched, NULL);
	spawn("user", short_user, NULL);
	trial_expect("12000 kernel stretch over\n13000 user done\n13000 kernel back\n");
}

static void kernel_then_user(void *arg)
{
	(void)arg;
	kernel(8 * SIM_US);
	user(SIM_US);
	note("done");
}

/* The way back to user code is a resched point, too. */
TRIAL(back_to_user_gives_way)
{
	trial_begin_with(&(struct sim_config){ .processors = 1, .slice = 5 * SIM_US });
	spawn("a", kernel_then_user, NULL);
	spawn("b", short_user, NULL);
	trial_expect("9000 b done\n10000 a done\n");
}

static void resched_often(void *arg)
{
	(void)arg;
	for (unsigned i = 0; i < 3; i++) {
		kernel(SIM_US);
		ck_assert(!sim_need_resched());
		sim_cond_resched();
	}
	note("done");
}

/* A resched point with nobody to give way to, or before the slice is over, costs nothing. */
TRIAL(resched_before_the_slice_is_over)
{
	trial_begin_with(&(struct sim_config){ .processors = 1, .slice = 5 * SIM_US });
	spawn("a", resched_often, NULL);
	spawn("b", resched_often, NULL);
	trial_expect("3000 a done\n6000 b done\n");
}

static void late_riser(void *arg)
{
	(void)arg;
	sim_sleep(10 * SIM_MS, false, "sleep");
	note("up");
	user(SIM_US);
	note("done");
}

static void user_worker(void *arg)
{
	(void)arg;
	user(30 * SIM_MS);
	note("worked");
}

static void kernel_worker(void *arg)
{
	(void)arg;
	for (unsigned i = 0; i < 6; i++) {
		kernel(7 * SIM_MS);
		sim_cond_resched();
	}
	note("worked");
}

/* Who slept is far behind in virtual run time: it preempts user code at once ... */
TRIAL(wakeup_preempts_user_code)
{
	trial_begin(1);
	spawn("sleeper", late_riser, NULL);
	spawn("worker", user_worker, NULL);
	trial_expect("10000000 sleeper up\n10001000 sleeper done\n30001000 worker worked\n");
}

/* ... and kernel code at its next resched point. */
TRIAL(wakeup_preempts_kernel_code_later)
{
	trial_begin(1);
	spawn("sleeper", late_riser, NULL);
	spawn("worker", kernel_worker, NULL);
	trial_expect("14000000 sleeper up\n14001000 sleeper done\n42001000 worker worked\n");
}

static void napper(void *arg)
{
	(void)arg;
	sim_sleep(500 * SIM_US, false, "sleep");
	note("up");
}

/* A lead below the granularity of 1 ms is no reason: it waits for the slice to end. */
TRIAL(wakeup_within_granularity)
{
	trial_begin(1);
	spawn("sleeper", napper, NULL);
	spawn("worker", user_worker, NULL);
	trial_expect("3000000 sleeper up\n30000000 worker worked\n");
}

/* A free processor is taken before anybody is preempted. */
TRIAL(wakeup_prefers_a_free_processor)
{
	trial_begin(2);
	spawn("sleeper", late_riser, NULL);
	spawn("worker", user_worker, NULL);
	trial_expect("10000000 sleeper up\n10001000 sleeper done\n30000000 worker worked\n");
}

/* Waiting for a processor and being switched in are charged, to the ps. */
TRIAL(waiting_is_charged)
{
	trial_begin_with(&(struct sim_config){ .processors = 1, .context_switch = SIM_US });
	spawn("a", short_user, NULL);
	spawn("b", short_user, NULL);
	ck_assert_int_eq(trial_run(), SIM_END_DONE);
	ck_assert_uint_eq(charged(thread_called("a"), SIM_KIND_SWITCH, "context switch"), SIM_US);
	ck_assert_uint_eq(charged(thread_called("a"), SIM_KIND_WAIT_CPU, "processor"), 0);
	ck_assert_uint_eq(charged(thread_called("b"), SIM_KIND_WAIT_CPU, "processor"), 2 * SIM_US);
	ck_assert_uint_eq(charged(thread_called("b"), SIM_KIND_SWITCH, "context switch"), SIM_US);
	ck_assert_uint_eq(sim_thread_cpu_time(thread_called("b")), 2 * SIM_US);
	trial_end();
}

/* What one room hangs on a thread is not what another one finds there. */
TRIAL(data_of_rooms_are_apart)
{
	struct sim_thread *a, *b;
	int charge, task;

	trial_begin(1);
	spawn("a", short_user, NULL);
	spawn("b", short_user, NULL);
	a = thread_called("a");
	b = thread_called("b");
	ck_assert_ptr_null(sim_thread_data(a, SIM_THREAD_CHARGE));
	sim_thread_set_data(a, SIM_THREAD_CHARGE, &charge);
	ck_assert_ptr_null(sim_thread_data(a, SIM_THREAD_TASK));
	sim_thread_set_data(a, SIM_THREAD_TASK, &task);
	ck_assert_ptr_eq(sim_thread_data(a, SIM_THREAD_CHARGE), &charge);
	ck_assert_ptr_null(sim_thread_data(b, SIM_THREAD_TASK));
	ck_assert_int_eq(trial_run(), SIM_END_DONE);
	trial_end();
}

Suite *suite_schedule(void)
{
	const TTest *const tests[] = {
		equal_threads_get_equal_shares,
		nice_threads_get_less,
		slices_alternate,
		slices_shorter_than_a_switch,
		kernel_code_is_not_preempted,
		back_to_user_gives_way,
		resched_before_the_slice_is_over,
		wakeup_preempts_user_code,
		wakeup_preempts_kernel_code_later,
		wakeup_within_granularity,
		wakeup_prefers_a_free_processor,
		waiting_is_charged,
		data_of_rooms_are_apart,
	};

	return SUITE_OF("schedule", tests);
}
