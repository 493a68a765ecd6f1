/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A thread that reads the machine's clock is found out: two runs part, and tools/steps names the very step.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "suites.h"
#include "tools/steps.h"
#include "trial.h"

static bool planted;

static void honest(void *arg)
{
	for (unsigned i = 0; i < 20; i++) {
		kernel(SIM_US);
		user(*(sim_time *)arg);
		sim_cond_resched();
	}
}

/* The seventh of ten burns takes up to 100 ns, as the machine's clock says. */
static void reader(void *arg)
{
	struct timespec now;

	(void)arg;
	for (unsigned i = 0; i < 10; i++) {
		sim_time time = 3 * SIM_US;

		if (planted && i == 6) {
			clock_gettime(CLOCK_MONOTONIC, &now);
			time = 1 + (sim_time)now.tv_nsec % 100000;
		}
		sim_burn(time, SIM_KIND_KERNEL, i == 6 ? "planted burn" : "burn");
	}
}

/* One run; its steps go to a file, whose name is written over the X of @path. Returns its hash. */
static uint64_t run(char *path)
{
	static sim_time two = 2 * SIM_US, five = 5 * SIM_US;
	int file = mkstemp(path);
	FILE *steps = fdopen(file, "w");
	uint64_t hash;

	ck_assert_ptr_nonnull(steps);
	trial_begin_with(&(struct sim_config){ .processors = 3, .steps = steps });
	spawn("first", honest, &two);
	spawn("reader", reader, NULL);
	spawn("last", honest, &five);
	ck_assert_int_eq(trial_run(), SIM_END_DONE);
	hash = sim_counters_get()->hash;
	trial_end();
	fclose(steps);
	return hash;
}

/* Compare two runs; the report in @report. */
static int compare(char *report, size_t size)
{
	char left[] = "uvsim-steps-XXXXXX", right[] = "uvsim-steps-XXXXXX";
	uint64_t x = run(left), y = run(right);
	FILE *out = fmemopen(report, size, "w");
	int result = steps_compare(left, right, out);

	ck_assert_int_eq(result != 0, x != y);
	fclose(out);
	unlink(left);
	unlink(right);
	return result;
}

START_TEST(honest_runs_are_alike)
{
	char report[4096] = "";

	planted = false;
	ck_assert_int_eq(compare(report, sizeof(report)), 0);
	ck_assert_str_eq(report, "");
}
END_TEST

START_TEST(a_clock_read_is_named)
{
	char report[4096] = "", *side;

	planted = true;
	ck_assert_int_eq(compare(report, sizeof(report)), 1);
	ck_assert_ptr_nonnull(strstr(report, "first difference at step "));
	/* What came before is shown: the burns up to the sixth. */
	ck_assert_ptr_nonnull(strstr(report, "  before: at 18000000 ps, thread reader: burn, operands 1 2dc6c0\n"));
	/* One side at least is the planted step; the other one, too, or what came up while it was under way. */
	side = strstr(report, "\nuvsim-steps-");
	ck_assert_ptr_nonnull(side);
	ck_assert_ptr_nonnull(strstr(side, "thread reader: planted burn, operands 1 "));
}
END_TEST

/* --- the comparison itself --- */

static int compare_text(const char *left, const char *right, char *report, size_t size)
{
	char names[2][32] = { "uvsim-steps-XXXXXX", "uvsim-steps-XXXXXX" };
	const char *text[2] = { left, right };
	FILE *out;
	int result;

	for (unsigned i = 0; i < 2; i++) {
		FILE *file = fdopen(mkstemp(names[i]), "w");

		ck_assert_ptr_nonnull(file);
		fputs(text[i], file);
		fclose(file);
	}
	out = fmemopen(report, size, "w");
	result = steps_compare(names[0], names[1], out);
	fclose(out);
	unlink(names[0]);
	unlink(names[1]);
	return result;
}

START_TEST(what_differs)
{
	static const struct {
		const char *left, *right, *says;
	} cases[] = {
		{ "1 a burn 1 2 00\n", "2 a burn 1 2 01\n", "step 1: the times differ" },
		{ "1 a burn 1 2 00\n", "1 b burn 1 2 01\n", "step 1: the threads differ" },
		{ "1 a bulk end 1 2 00\n", "1 a bulk 1 2 01\n", "step 1: the kinds differ" },
		{ "1 a burn 1 2 00\n", "1 a burn 1 3 01\n", "step 1: the operands differ" },
		{ "1 a burn 1 2 00\n", "1 a burn 1 2 01\n", "step 1: the hashes differ" },
		{ "1 a burn 1 2 00\n2 a burn 1 2 01\n", "1 a burn 1 2 00\n", "step 2: one run has no more steps" },
		{ "", "1 a burn 1 2 00\n", "step 1: one run has no more steps" },
	};
	char report[4096];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		memset(report, 0, sizeof(report));
		ck_assert_int_eq(compare_text(cases[i].left, cases[i].right, report, sizeof(report)), 1);
		ck_assert_msg(strstr(report, cases[i].says) != NULL, "%s not in %s", cases[i].says, report);
	}
	ck_assert_int_eq(compare_text("", "", report, sizeof(report)), 0);
	ck_assert_int_eq(steps_compare("/nonexistent/a", "/nonexistent/b", stderr), -1);
}
END_TEST

Suite *suite_planted(void)
{
	const TTest *const tests[] = { honest_runs_are_alike, a_clock_read_is_named, what_differs };

	return SUITE_OF("planted", tests);
}
