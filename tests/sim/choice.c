/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Choices: a stream is a function of the seed and its name; bounds are met without bias; what was recorded is
 * replayed, and a log that does not fit is noticed.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "suites.h"
#include "trial.h"

static void idle(void *arg)
{
	(void)arg;
	kernel(1);
}

static void begin(uint64_t seed)
{
	trial_begin_with(&(struct sim_config){ .seed = seed });
	spawn("a", idle, NULL);
}

static void finish(void)
{
	ck_assert_int_eq(trial_run(), SIM_END_DONE);
	trial_end();
}

/* The answers of one stream, with or without another one in use between. */
static void draw(uint64_t seed, const char *name, bool other, uint64_t *answer, unsigned n)
{
	begin(seed);
	for (unsigned i = 0; i < n; i++) {
		answer[i] = sim_choose(sim_stream(name), 1000003);
		for (unsigned j = 0; other && j < i % 5; j++)
			sim_choose(sim_stream("other"), 17);
	}
	finish();
}

START_TEST(streams_are_independent)
{
	uint64_t alone[100], among[100], next[100], seeded[100];
	unsigned same = 0;

	draw(1, "mine", false, alone, 100);
	draw(1, "mine", true, among, 100);
	draw(1, "mine2", false, next, 100);
	draw(2, "mine", false, seeded, 100);
	ck_assert_mem_eq(alone, among, sizeof(alone));
	for (unsigned i = 0; i < 100; i++)
		same += (alone[i] == next[i]) + (alone[i] == seeded[i]) + (next[i] == seeded[i]);
	ck_assert_uint_le(same, 2);
}
END_TEST

/* With one alternative nothing is drawn: the stream stands where it stood. */
START_TEST(no_choice_is_no_draw)
{
	uint64_t with, without;

	begin(1);
	ck_assert_uint_eq(sim_choose(sim_stream("s"), 1), 0);
	ck_assert_uint_eq(sim_counters_get()->choices, 0);
	with = sim_choose(sim_stream("s"), UINT64_MAX);
	finish();
	begin(1);
	without = sim_choose(sim_stream("s"), UINT64_MAX);
	finish();
	ck_assert_uint_eq(with, without);
}
END_TEST

/* Counts of a die of @bound sides thrown @n times: none further off than five standard deviations. */
static void check_die(uint64_t bound, unsigned n)
{
	unsigned *count = calloc(bound, sizeof(*count));
	double expected = (double)n / (double)bound, chi = 0;

	ck_assert_ptr_nonnull(count);
	begin(bound);
	for (unsigned i = 0; i < n; i++) {
		uint64_t answer = sim_choose(sim_stream("die"), bound);

		ck_assert_uint_lt(answer, bound);
		count[answer]++;
	}
	finish();
	for (uint64_t i = 0; i < bound; i++)
		chi += (count[i] - expected) * (count[i] - expected) / expected;
	/* Mean bound - 1, variance twice that. */
	ck_assert_double_lt((chi - (double)bound) * (chi - (double)bound), 25 * 2 * (double)bound);
	free(count);
}

START_TEST(bounds_without_bias)
{
	check_die(2, 100000);
	check_die(3, 100000);
	check_die(7, 100000);
	check_die(100, 100000);
	check_die(1000, 200000);
}
END_TEST

/* With a bound of 3/4 of the range a draw without rejection would favour a third of the numbers. */
START_TEST(large_bounds_without_bias)
{
	const uint64_t bound = (uint64_t)3 << 62;
	unsigned third[3] = { 0 };

	begin(5);
	for (unsigned i = 0; i < 30000; i++) {
		uint64_t answer = sim_choose(sim_stream("large"), bound);

		ck_assert_uint_lt(answer, bound);
		third[answer % 3]++;
	}
	for (unsigned i = 0; i < 3; i++) {
		ck_assert_uint_gt(third[i], 9600);
		ck_assert_uint_lt(third[i], 10400);
	}
	finish();
}
END_TEST

/* --- the log --- */

#define CHOICES 50

static uint64_t answers[CHOICES];
static unsigned answered;

static void chooser(void *arg)
{
	(void)arg;
	for (answered = 0; answered < CHOICES && !sim_replay_error(); answered++) {
		answers[answered] = sim_choose(sim_stream(answered % 3 ? "x" : "y/1"), 2 + answered * 1000);
		kernel(SIM_NS);
	}
}

/* Run the chooser; @log is answered from unless it is NULL, and *@recorded gets what it recorded (to be freed). */
static enum sim_end run_log(uint64_t seed, const char *log, char **recorded, const char **error)
{
	static char text[256];
	size_t length;
	FILE *record = open_memstream(recorded, &length);
	FILE *replay = log ? fmemopen((void *)log, strlen(log), "r") : NULL;
	enum sim_end end;

	trial_begin_with(&(struct sim_config){ .seed = seed, .record = record, .replay = replay });
	spawn("chooser", chooser, NULL);
	end = trial_run();
	*error = sim_replay_error() ? text : NULL;
	if (*error)
		snprintf(text, sizeof(text), "%" PRIu64 ": %s", sim_replay_error()->line, sim_replay_error()->text);
	trial_end();
	fclose(record);
	if (replay)
		fclose(replay);
	return end;
}

START_TEST(record_and_replay)
{
	uint64_t first[CHOICES];
	char *log, *again, *other;
	const char *error;

	ck_assert_int_eq(run_log(1, NULL, &log, &error), SIM_END_DONE);
	ck_assert_ptr_null(error);
	memcpy(first, answers, sizeof(first));
	ck_assert_int_eq(strncmp(log, "y/1 2 ", 6), 0);
	/* Whatever the seed, the log answers. */
	ck_assert_int_eq(run_log(99, log, &again, &error), SIM_END_DONE);
	ck_assert_ptr_null(error);
	ck_assert_mem_eq(first, answers, sizeof(first));
	ck_assert_str_eq(log, again);
	run_log(99, NULL, &other, &error);
	ck_assert_str_ne(log, other);
	free(log);
	free(again);
	free(other);
}
END_TEST

/* A damaged log: the run is stopped, with a reason, after @good answers. */
static void check_damaged(const char *log, unsigned good, const char *reason)
{
	const char *error;
	char *recorded;

	ck_assert_int_eq(run_log(1, log, &recorded, &error), SIM_END_STOPPED);
	ck_assert_ptr_nonnull(error);
	ck_assert_msg(strstr(error, reason), "%s, not %s", error, reason);
	ck_assert_uint_le(answered, good + 1);
	ck_assert_uint_ge(answered, good);
	free(recorded);
}

START_TEST(damaged_logs)
{
	const char *error;
	char *log, *line;

	run_log(1, NULL, &log, &error);
	/* Cut off in the middle of the third line, and before anything. */
	line = strchr(strchr(log, '\n') + 1, '\n') + 1;
	line[4] = '\0';
	check_damaged(log, 2, "3: the run chooses from x here, and the log has no line");
	line[0] = '\0';
	check_damaged(log, 2, "3: the run chooses from x here, and the log is at its end");
	check_damaged("\n", 0, "1: the run chooses from y/1 here, and the log has no line");
	check_damaged("garbage\n", 0, "has no line");
	check_damaged("x 2 1\n", 0, "1: the run chooses from y/1 here, and the log from x");
	check_damaged("y/1 3 1\n", 0, "1: y/1 has 2 alternatives here, and 3 in the log");
	check_damaged("y/1 2 2\n", 0, "1: y/1 has no alternative 2, only 0 to 1");
	free(log);
}
END_TEST

Suite *suite_choice(void)
{
	const TTest *const tests[] = {
		streams_are_independent,   no_choice_is_no_draw, bounds_without_bias,
		large_bounds_without_bias, record_and_replay,    damaged_logs,
	};

	return SUITE_OF("choice", tests);
}
