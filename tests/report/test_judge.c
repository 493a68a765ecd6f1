/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Expectations and the verdict: every operator on both sides of its limit, aggregates, what cannot
 * be compared, and what makes a run fail without any expectation.
 */
#include <string.h>

#include "report/result.h"
#include "suites.h"

static json_t *document;

static void setup(void)
{
	document = sample_reboot();
}

static void teardown(void)
{
	json_decref(document);
}

/*
 * Judge one expectation; returns its entry in the document (borrowed until the next call) and
 * checks the exit status against it.
 */
static const json_t *judge(const char *path, const char *op, const char *value)
{
	struct expect expect = { .mark = { "x.yaml", 12, 3 },
				 .text = "as written",
				 .path = (char *)path,
				 .op = (char *)op,
				 .value = (char *)value };
	struct scenario scenario = { .expect = &expect, .expect_count = 1 };
	int status = result_judge(document, &scenario);
	const json_t *result = json_array_get(json_object_get(document, "expect"), 0);
	const json_t *verdict = json_object_get(document, "verdict");
	bool ok = json_is_true(json_object_get(result, "ok"));

	ck_assert_int_eq(status, ok ? 0 : 1);
	ck_assert_int_eq(json_is_true(json_object_get(verdict, "ok")), ok);
	ck_assert_int_eq(json_integer_value(json_object_get(verdict, "expectations")), 1);
	ck_assert_int_eq(json_integer_value(json_object_get(verdict, "expectations_failed")),
			 ok ? 0 : 1);
	ck_assert_str_eq(json_string_value(json_object_get(result, "text")), "as written");
	ck_assert_int_eq(json_integer_value(json_object_get(result, "line")), 12);
	return result;
}

static void met(const char *path, const char *op, const char *value)
{
	const json_t *result = judge(path, op, value);

	ck_assert_msg(json_is_true(json_object_get(result, "ok")), "%s %s %s is not met: %s", path,
		      op, value, json_string_value(json_object_get(result, "error")));
	ck_assert(json_is_null(json_object_get(result, "error")));
}

/* Not met, but it could be judged. */
static void missed(const char *path, const char *op, const char *value)
{
	const json_t *result = judge(path, op, value);

	ck_assert_msg(!json_is_true(json_object_get(result, "ok")), "%s %s %s is met", path, op,
		      value);
	ck_assert_msg(json_is_null(json_object_get(result, "error")), "%s",
		      json_string_value(json_object_get(result, "error")));
}

static void impossible(const char *path, const char *op, const char *value, const char *message)
{
	const json_t *result = judge(path, op, value);
	const char *error = json_string_value(json_object_get(result, "error"));

	ck_assert_msg(!json_is_true(json_object_get(result, "ok")), "%s %s %s is met", path, op,
		      value);
	ck_assert_msg(error && strstr(error, message), "%s %s %s: %s", path, op, value,
		      error ? error : "no error");
}

static void actual_is(const json_t *result, json_int_t number, const char *where)
{
	ck_assert_int_eq(json_integer_value(json_object_get(result, "actual")), number);
	if (where)
		ck_assert_str_eq(json_string_value(json_object_get(result, "where")), where);
	else
		ck_assert(json_is_null(json_object_get(result, "where")));
}

START_TEST(every_operator_around_its_limit)
{
	static const char *const path = "vms.vm0.boots.1.gone_plain"; /* 1.23 s */
	static const char *const value[] = { "1.229999999999 s", "1.23 s", "1.230000000001 s" };
	static const struct {
		const char *op;
		bool met[3]; /* for a limit just below, at and just above */
	} ops[] = {
		{ "==", { false, true, false } }, { "!=", { true, false, true } },
		{ "<", { false, false, true } },  { "<=", { false, true, true } },
		{ ">", { true, false, false } },  { ">=", { true, true, false } },
	};

	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++) {
		for (size_t k = 0; k < 3; k++)
			(ops[i].met[k] ? met : missed)(path, ops[i].op, value[k]);
	}
}
END_TEST

START_TEST(words_null_and_booleans)
{
	met("vms.vm0.outcome", "==", "shut down");
	met("vms.vm0.outcome", "==", "'shut down'");
	met("vms.vm0.outcome", "!=", "killed");
	missed("vms.vm0.outcome", "==", "shut");
	missed("vms.vm0.outcome", "==", "shut down!");
	met("vms.vm0.boots.1.reboot", "==", "true");
	missed("vms.vm0.boots.1.reboot", "==", "false");
	met("vms.vm0.boots.1.reboot", "!=", "false");
	met("vms.vm0.boots.1.prepare_errno", "==", "null");
	missed("vms.vm0.boots.1.prepare_errno", "!=", "null");
	met("vms.vm0.boots.1.prepare_errno", "!=", "EINVAL");
	missed("vms.vm0.boots.1.prepare_errno", "==", "EINVAL");
	met("vms.vm0.outcome", "!=", "null");
	met("run.seed", "!=", "null");
	missed("run.seed", "==", "null");
	met("uvc.QUI.answers.0.rc", "==", "0x100");
	/* A text is compared as one even if the value could be a number. */
	met("run.pv.version", "==", "'6.12.117'");
	met("run.pv.version", "!=", "6");
}
END_TEST

START_TEST(what_cannot_be_compared)
{
	impossible("vms.vm0.outcome", "<", "3", "a text < 3 compares no two numbers");
	impossible("vms.vm0.outcome", ">=", "killed", "compares no two numbers");
	impossible("run.seed", "==", "one", "a number cannot be compared with one");
	impossible("vms.vm0.boots.1.prepare_errno", "<", "1 s", "null < 1 s");
	impossible("vms.vm0.boots.1.reboot", "==", "1", "true cannot be compared with 1");
	impossible("vms.vm0", "==", "1", "an object cannot");
	impossible("vms.vm0.boots", "==", "2", "an array cannot");
	impossible("run.seed", "=", "1", "not an operator");
	impossible("run.seed", "", "1", "not an operator");
	impossible("run.seed", "==", "1 parsec", "write a size");
	impossible("run.sed", "==", "1", "no \"sed\" in run");
}
END_TEST

START_TEST(percent_is_for_shares)
{
	met("hangs_on.0.share_permille", "<", "41.3%");
	missed("hangs_on.0.share_permille", "<", "41.2%");
	met("hangs_on.0.share_permille", "==", "412");
	impossible("host.lowest_free", ">", "10%", "only a path to a share");
}
END_TEST

START_TEST(star_must_hold_for_all)
{
	met("vms.*.boots.*.gone_plain", "<=", "1.23 s");
	missed("vms.*.boots.*.gone_plain", "<", "1.23 s");
	/* The first holds, the second does not, and the other way round. */
	missed("vms.*.boots.*.gone_plain", "<", "1 s");
	missed("vms.*.boots.*.gone_plain", ">", "1 s");
	/* Shown is what decided: the one that failed, or the one that came closest to the limit. */
	actual_is(judge("vms.*.boots.*.gone_plain", "<", "1 s"), 1230000000000,
		  "vms.vm0.boots.1.gone_plain");
	actual_is(judge("vms.*.boots.*.gone_plain", ">", "1 s"), 400000000000,
		  "vms.vm0.boots.0.gone_plain");
	actual_is(judge("vms.*.boots.*.gone_plain", "<", "1 h"), 1230000000000,
		  "vms.vm0.boots.1.gone_plain");
	actual_is(judge("vms.*.boots.*.gone_plain", ">", "1 ms"), 400000000000,
		  "vms.vm0.boots.0.gone_plain");
}
END_TEST

START_TEST(aggregates)
{
	actual_is(judge("min(vms.*.boots.*.gone_plain)", "==", "400 ms"), 400000000000,
		  "vms.vm0.boots.0.gone_plain");
	actual_is(judge("max(vms.*.boots.*.gone_plain)", "==", "1.23 s"), 1230000000000,
		  "vms.vm0.boots.1.gone_plain");
	actual_is(judge("sum(vms.*.boots.*.gone_plain)", "==", "1.63 s"), 1630000000000, NULL);
	met("min(vms.*.boots.*.gone_plain)", "==", "400 ms");
	met("max(vms.*.boots.*.gone_plain)", "==", "1.23 s");
	met("sum(vms.*.boots.*.gone_plain)", "==", "1.63 s");
	missed("max(vms.*.boots.*.gone_plain)", "<", "1.23 s");
	/* Of one value each is the value. */
	met("min(run.seed)", "==", "1");
	met("max(run.seed)", "==", "1");
	met("sum(run.seed)", "==", "1");
}
END_TEST

START_TEST(count_of_what)
{
	met("count(threads.*)", "==", "2");
	met("count(threads)", "==", "2");
	met("count(vms.*)", "==", "1");
	met("count(vms)", "==", "1");
	met("count(vms.*.boots)", "==", "2");
	met("count(vms.*.boots.*)", "==", "2");
	met("count(vms.*.boots.*.phases)", "==", "8");
	met("count(violations)", "==", "0");
	met("count(run.seed)", "==", "1");
	/* Null is there, too. */
	met("count(vms.*.boots.*.prepare_errno)", "==", "2");
	impossible("count(violations.*)", "==", "0", "it is empty");
}
END_TEST

START_TEST(never_is_no_number)
{
	json_t *boot = json_array_get(
		json_object_get(json_object_get(json_object_get(document, "vms"), "vm0"), "boots"),
		1);

	json_object_set_new(boot, "gone_protected", json_null());
	/* A guest that never came back was not gone for less than an hour. */
	impossible("max(vms.*.boots.*.gone_protected)", "<", "1 h",
		   "vms.vm0.boots.1.gone_protected is null");
	impossible("vms.*.boots.*.gone_protected", "<", "1 h", "null < 1 h");
}
END_TEST

START_TEST(sum_beyond_the_range)
{
	json_t *threads = json_object_get(document, "threads");

	json_object_set_new(json_array_get(threads, 0), "cpu", json_integer(INT64_MAX));
	impossible("sum(threads.*.cpu)", ">", "1 s", "too large");
	met("max(threads.*.cpu)", ">", "1 s");
}
END_TEST

static int judge_nothing(void)
{
	struct scenario scenario = { 0 };

	return result_judge(document, &scenario);
}

START_TEST(without_expectations_a_clean_run_is_good)
{
	ck_assert_int_eq(judge_nothing(), 0);
	ck_assert(json_is_array(json_object_get(document, "expect")));
	ck_assert_uint_eq(json_array_size(json_object_get(document, "expect")), 0);
}
END_TEST

START_TEST(a_violation_fails_the_run)
{
	json_array_append_new(json_object_get(document, "violations"),
			      json_pack("{s:s}", "kind", "free-donated"));
	ck_assert_int_eq(judge_nothing(), 1);
}
END_TEST

START_TEST(a_deadlock_fails_the_run)
{
	json_object_set_new(json_object_get(document, "run"), "end", json_string("time limit"));
	ck_assert_int_eq(judge_nothing(), 0);
	json_object_set_new(json_object_get(document, "run"), "end", json_string("deadlock"));
	ck_assert_int_eq(judge_nothing(), 1);
}
END_TEST

START_TEST(an_account_that_does_not_add_up_fails_the_run)
{
	json_object_set_new(json_array_get(json_object_get(document, "threads"), 1), "balance",
			    json_integer(-1));
	ck_assert_int_eq(judge_nothing(), 1);
	ck_assert_int_eq(json_integer_value(json_object_get(json_object_get(document, "verdict"),
							    "unbalanced_threads")),
			 1);
}
END_TEST

START_TEST(one_of_several_fails)
{
	struct expect expect[] = {
		{ .text = "a", .path = "run.seed", .op = "==", .value = "1" },
		{ .text = "b", .path = "run.seed", .op = "==", .value = "2" },
		{ .text = "c", .path = "run.seed", .op = "==", .value = "1" },
	};
	struct scenario scenario = { .expect = expect, .expect_count = 3 };
	json_t *verdict;

	ck_assert_int_eq(result_judge(document, &scenario), 1);
	verdict = json_object_get(document, "verdict");
	ck_assert_int_eq(json_integer_value(json_object_get(verdict, "expectations")), 3);
	ck_assert_int_eq(json_integer_value(json_object_get(verdict, "expectations_failed")), 1);
	ck_assert_str_eq(json_string_value(json_object_get(
				 json_array_get(json_object_get(document, "expect"), 1), "text")),
			 "b");
}
END_TEST

Suite *suite_judge(void)
{
	Suite *suite = suite_create("judge");
	TCase *tcase = tcase_create("judge");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, every_operator_around_its_limit);
	tcase_add_test(tcase, words_null_and_booleans);
	tcase_add_test(tcase, what_cannot_be_compared);
	tcase_add_test(tcase, percent_is_for_shares);
	tcase_add_test(tcase, star_must_hold_for_all);
	tcase_add_test(tcase, aggregates);
	tcase_add_test(tcase, count_of_what);
	tcase_add_test(tcase, never_is_no_number);
	tcase_add_test(tcase, sum_beyond_the_range);
	tcase_add_test(tcase, without_expectations_a_clean_run_is_good);
	tcase_add_test(tcase, a_violation_fails_the_run);
	tcase_add_test(tcase, a_deadlock_fails_the_run);
	tcase_add_test(tcase, an_account_that_does_not_add_up_fails_the_run);
	tcase_add_test(tcase, one_of_several_fails);
	suite_add_tcase(suite, tcase);
	return suite;
}
