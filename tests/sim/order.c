/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Equal times: the order is that of ids, whoever was posted first; and what one thread does changes
 * nothing for those who have nothing to do with it.
 */
#include "suites.h"
#include "trial.h"

#define N 7

static unsigned permutation[N];

/* The next permutation in lexicographic order; false after the last one. */
static bool permute(void)
{
	unsigned i = N - 1, j = N - 1, swap;

	while (i && permutation[i - 1] > permutation[i])
		i--;
	if (!i)
		return false;
	while (permutation[j] < permutation[i - 1])
		j--;
	swap = permutation[j], permutation[j] = permutation[i - 1], permutation[i - 1] = swap;
	for (j = N - 1; i < j; i++, j--)
		swap = permutation[i], permutation[i] = permutation[j], permutation[j] = swap;
	return true;
}

static void permute_first(void)
{
	for (unsigned i = 0; i < N; i++)
		permutation[i] = i;
}

static unsigned arrived[N], arrivals;

static void arrive(void *arg)
{
	ck_assert_uint_lt(arrivals, N);
	arrived[arrivals++] = *(unsigned *)arg;
}

static void check_arrivals(void)
{
	ck_assert_uint_eq(arrivals, N);
	for (unsigned i = 0; i < N; i++)
		ck_assert_uint_eq(arrived[i], i);
}

static void sleeper(void *arg)
{
	sim_sleep(*(sim_time *)arg, false, "sleep");
}

/* Timers are started in the order of @permutation, for the same instant. Returns the hash of the run. */
static uint64_t run_timers(void)
{
	static unsigned number[N];
	struct sim_timer *timer[N];
	sim_time long_enough = 100;
	uint64_t hash;

	trial_begin(1);
	arrivals = 0;
	for (unsigned i = 0; i < N; i++) {
		number[i] = i;
		timer[i] = sim_timer_create("timer", arrive, &number[i]);
	}
	for (unsigned i = 0; i < N; i++)
		sim_timer_start(timer[permutation[i]], 50);
	spawn("sleeper", sleeper, &long_enough);
	ck_assert_int_eq(trial_run(), SIM_END_DONE);
	check_arrivals();
	hash = sim_counters_get()->hash;
	trial_end();
	return hash;
}

START_TEST(timers_in_every_permutation)
{
	uint64_t hash;

	permute_first();
	hash = run_timers();
	while (permute())
		ck_assert_uint_eq(run_timers(), hash);
}
END_TEST

/* Burns until a moment of its own, then from there to an instant that is the same for all: so the events of that
 * instant are posted in the order of these moments. */
static void runner(void *arg)
{
	unsigned i = *(unsigned *)arg;
	sim_time own = 10 + permutation[i];

	kernel(own);
	kernel(1000 - own);
	ck_assert_uint_eq(sim_now(), 1000);
	arrive(arg);
	kernel(5);
	note("on");
}

/* Returns a hash of all that happens from the common instant on. */
static uint64_t run_threads(unsigned processors)
{
	static const char *const name[N] = { "a", "b", "c", "d", "e", "f", "g" };
	static unsigned number[N];
	uint64_t hash = 0;

	trial_begin(processors);
	arrivals = 0;
	for (unsigned i = 0; i < N; i++) {
		number[i] = i;
		spawn(name[i], runner, &number[i]);
	}
	ck_assert_int_eq(trial_run(), SIM_END_DONE);
	check_arrivals();
	for (const char *c = trial_notes(); *c; c++)
		hash = hash * 131 + (unsigned char)*c;
	trial_end();
	return hash;
}

START_TEST(threads_in_every_permutation)
{
	uint64_t hash;

	permute_first();
	hash = run_threads(N);
	while (permute())
		ck_assert_uint_eq(run_threads(N), hash);
}
END_TEST

static void timer_notes(void *arg)
{
	(void)arg;
	note("timer");
}

static void burns_to_the_timer(void *arg)
{
	(void)arg;
	kernel(3000);
	note("thread");
}

/* Class before id: a timer made last runs before the thread made first. */
TRIAL(timers_before_threads)
{
	trial_begin(2);
	spawn("a", burns_to_the_timer, NULL);
	sim_timer_start(sim_timer_create("t", timer_notes, NULL), 3000);
	trial_expect("3 - timer\n3 a thread\n");
}

static void restarts(void *arg)
{
	struct sim_timer *timer = arg;

	sim_timer_start(timer, 9000);
	sim_timer_start(timer, 5000);
	kernel(6000);
	note("after");
	sim_timer_start(timer, 8000);
	sim_timer_stop(timer);
	sim_timer_stop(timer);
	kernel(4000);
}

/* A timer has one event: started again it moves, stopped it never fires. */
TRIAL(timer_moves_and_stops)
{
	trial_begin(1);
	spawn("a", restarts, sim_timer_create("t", timer_notes, NULL));
	trial_expect("5 - timer\n6 a after\n");
}

/* --- others --------------------------------------------------------------------------------- */

static struct sim_mutex mutex;

static void busy_body(void *arg)
{
	struct sim_stream *stream = sim_stream(arg);

	for (unsigned i = 0; i < 50; i++) {
		sim_mutex_lock(&mutex);
		kernel(1 + sim_choose(stream, 1000));
		sim_mutex_unlock(&mutex);
		user(1 + sim_choose(stream, 1000));
		if (sim_choose(stream, 3) == 0)
			sim_sleep(sim_choose(stream, 500), true, "nap");
	}
}

static void inert_body(void *arg)
{
	(void)arg;
	for (unsigned i = 0; i < 100; i++) {
		kernel(777);
		sim_sleep(1234, false, "nap");
		sim_choose(sim_stream("inert"), 10);
	}
}

/* Hashes of the three that matter into @hash, with or without the fourth. */
static void run_three(bool inert, uint64_t *hash)
{
	static const char *const name[3] = { "a", "b", "c" };

	trial_begin(5);
	sim_mutex_init(&mutex, "mutex");
	for (unsigned i = 0; i < 3; i++)
		spawn(name[i], busy_body, (void *)name[i]);
	if (inert)
		spawn("inert", inert_body, NULL);
	ck_assert_int_eq(trial_run(), SIM_END_DONE);
	for (unsigned i = 0; i < 3; i++)
		hash[i] = sim_thread_hash(thread_called(name[i]));
	trial_end();
}

START_TEST(an_inert_thread_changes_nobody)
{
	uint64_t without[3], with[3];

	run_three(false, without);
	run_three(true, with);
	for (unsigned i = 0; i < 3; i++) {
		ck_assert_uint_eq(with[i], without[i]);
		ck_assert_uint_ne(with[i], with[(i + 1) % 3]);
	}
}
END_TEST

Suite *suite_order(void)
{
	const TTest *const tests[] = {
		timers_in_every_permutation, threads_in_every_permutation, timers_before_threads,
		timer_moves_and_stops,       an_inert_thread_changes_nobody,
	};

	return SUITE_OF("order", tests);
}
