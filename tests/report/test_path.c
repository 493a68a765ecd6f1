/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Paths through the result document: every kind of step, and the messages of those that lead
 * nowhere.
 */
#include <string.h>

#include "report/judge.h"
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

/* The path leads to exactly one value, an integer. */
static json_int_t one(const char *path, const char *where)
{
	struct judge_matches matches;
	json_int_t number;

	ck_assert_msg(judge_find(document, path, &matches), "%s: %s", path, matches.error);
	ck_assert_msg(matches.count == 1, "%s has %zu matches", path, matches.count);
	ck_assert_str_eq(matches.match[0].where, where ? where : path);
	ck_assert(json_is_integer(matches.match[0].value));
	number = json_integer_value(matches.match[0].value);
	judge_matches_free(&matches);
	return number;
}

START_TEST(steps_by_name_and_number)
{
	ck_assert_int_eq(one("run.seed", NULL), 1);
	ck_assert_int_eq(one("host.heap_left.blocks", NULL), 0);
	ck_assert_int_eq(one("vms.vm0.boots.0.gone_plain", NULL), 400000000000);
	ck_assert_int_eq(one("vms.vm0.boots.1.gone_plain", NULL), 1230000000000);
	ck_assert_int_eq(one("vms.vm0.boots.-1.gone_plain", "vms.vm0.boots.1.gone_plain"),
			 1230000000000);
	ck_assert_int_eq(one("vms.vm0.boots.-2.gone_plain", "vms.vm0.boots.0.gone_plain"),
			 400000000000);
	ck_assert_int_eq(one("vms.vm0.boots.1.phases.unpack.time", NULL), 1500000000000);
	ck_assert_int_eq(one("threads.vm0-cpu0.cpu", NULL), 15000000000000);
	/* A number is a number also where elements have names. */
	ck_assert_int_eq(one("threads.1.cpu", "threads.vm0-cpu0.cpu"), 15000000000000);
}
END_TEST

START_TEST(names_with_spaces_and_dots)
{
	ck_assert_int_eq(one("vms.vm0.boots.1.phases.\"destroy cpus+prepare\".time",
			     "vms.vm0.boots.1.phases.destroy cpus+prepare.time"),
			 820000000000);
	ck_assert_int_eq(one("vms.vm0.boots.1.phases.destroy_cpus+prepare.time",
			     "vms.vm0.boots.1.phases.destroy cpus+prepare.time"),
			 820000000000);
	ck_assert_int_eq(one("vms.vm0.boots.0.phases.load.spent.\"user vmm.load_page\"",
			     "vms.vm0.boots.0.phases.load.spent.user vmm.load_page"),
			 390000000000);
}
END_TEST

START_TEST(star_takes_all_in_order)
{
	struct judge_matches matches;

	ck_assert(judge_find(document, "vms.*.boots.*.gone_plain", &matches));
	ck_assert_uint_eq(matches.count, 2);
	ck_assert_str_eq(matches.match[0].where, "vms.vm0.boots.0.gone_plain");
	ck_assert_str_eq(matches.match[1].where, "vms.vm0.boots.1.gone_plain");
	ck_assert(!matches.last_is_star);
	judge_matches_free(&matches);

	ck_assert(judge_find(document, "threads.*", &matches));
	ck_assert_uint_eq(matches.count, 2);
	ck_assert(matches.last_is_star);
	judge_matches_free(&matches);
}
END_TEST

START_TEST(behind_a_star_some_may_lack_the_step)
{
	struct judge_matches matches;

	/* Only the reboot has a phase called reset. */
	ck_assert(judge_find(document, "vms.vm0.boots.*.phases.reset.time", &matches));
	ck_assert_uint_eq(matches.count, 1);
	ck_assert_str_eq(matches.error, "");
	judge_matches_free(&matches);
	/* But not all. */
	ck_assert(!judge_find(document, "vms.vm0.boots.*.phases.nap.time", &matches));
	judge_matches_free(&matches);
}
END_TEST

START_TEST(elements_of_the_same_name_are_all_meant)
{
	struct judge_matches matches;
	json_t *phases = json_object_get(
		json_array_get(
			json_object_get(json_object_get(json_object_get(document, "vms"), "vm0"),
					"boots"),
			1),
		"phases");

	json_array_append_new(phases, json_pack("{s:s, s:i}", "name", "unpack", "time", 5));
	ck_assert(judge_find(document, "vms.vm0.boots.1.phases.unpack.time", &matches));
	ck_assert_uint_eq(matches.count, 2);
	judge_matches_free(&matches);
}
END_TEST

START_TEST(a_uvc_never_issued_counts_zero)
{
	struct judge_matches matches;

	ck_assert_int_eq(one("uvc.DESTR_SEC_STOR.count", NULL), 8388000);
	ck_assert_int_eq(one("uvc.CONV_FROM_SEC_STOR.count", NULL), 0);
	ck_assert_int_eq(one("uvc.CONV_FROM_SEC_STOR.time", NULL), 0);
	/* Only a real one, and only there. */
	ck_assert(!judge_find(document, "uvc.CONV_FROM_STOR.count", &matches));
	judge_matches_free(&matches);
	ck_assert(!judge_find(document, "vms.CONV_FROM_SEC_STOR.count", &matches));
	judge_matches_free(&matches);
	/* A star means those that were issued. */
	ck_assert(judge_find(document, "uvc.*.count", &matches));
	ck_assert_uint_eq(matches.count, 3);
	judge_matches_free(&matches);
}
END_TEST

START_TEST(aggregates_are_recognised)
{
	static const struct {
		const char *path;
		enum judge_aggregate aggregate;
	} known[] = {
		{ "run.seed", JUDGE_EACH },	    { "min(run.seed)", JUDGE_MIN },
		{ "max(run.seed)", JUDGE_MAX },	    { "sum(run.seed)", JUDGE_SUM },
		{ "count(run.seed)", JUDGE_COUNT },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		struct judge_matches matches;

		ck_assert(judge_find(document, known[i].path, &matches));
		ck_assert_int_eq(matches.aggregate, known[i].aggregate);
		ck_assert_str_eq(matches.match[0].where, "run.seed");
		judge_matches_free(&matches);
	}
}
END_TEST

START_TEST(a_path_to_nowhere_says_what_there_is)
{
	static const struct {
		const char *path, *message;
	} bad[] = {
		{ "vms.vm1.outcome", "no \"vm1\" in vms: there is vm0" },
		{ "vms.vm0.boot", "no \"boot\" in vms.vm0: there is outcome, memory" },
		{ "vms.vm0.boots.2.begin", "no \"2\" in vms.vm0.boots: there is 0 to 1" },
		{ "vms.vm0.boots.-3.begin", "no \"-3\" in vms.vm0.boots: there is 0 to 1" },
		{ "vms.vm0.boots.1.phases.snooze.time",
		  "there is destroy cpus+prepare, reset, load, enable, unpack" },
		{ "vms.vm0.cleanups.1.cpu", "no \"1\" in vms.vm0.cleanups: there is only 0" },
		{ "warns.0", "no \"0\" in warns: it is empty" },
		{ "run.seed.more", "run.seed has no parts" },
		{ "nothing", "no \"nothing\" in the result: there is schema, run, vms" },
		/* The failure that got farthest is the one to tell. */
		{ "vms.*.boots.*.phases.load.tim",
		  "no \"tim\" in vms.vm0.boots.0.phases.load: there is name, begin, time" },
		{ "max(run.seed", "a bracket is not closed" },
		{ "run..seed", "a step is empty" },
		{ "", "a step is empty" },
		{ "run.", "a step is empty" },
		{ "vms.\"vm0.outcome", "lacks its closing quote" },
		{ "vms.\"vm0\"outcome", "a dot is missing" },
		{ "a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q", "too many steps" },
		/* Not a number, though it begins like one. */
		{ "vms.vm0.boots.1x.begin", "no \"1x\"" },
		{ "vms.vm0.boots.--1.begin", "no \"--1\"" },
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct judge_matches matches;

		ck_assert_msg(!judge_find(document, bad[i].path, &matches), "%s leads somewhere",
			      bad[i].path);
		ck_assert_msg(strstr(matches.error, bad[i].message) != NULL, "%s: %s", bad[i].path,
			      matches.error);
		ck_assert_uint_eq(matches.count, 0);
		judge_matches_free(&matches);
	}
}
END_TEST

Suite *suite_path(void)
{
	Suite *suite = suite_create("path");
	TCase *tcase = tcase_create("path");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, steps_by_name_and_number);
	tcase_add_test(tcase, names_with_spaces_and_dots);
	tcase_add_test(tcase, star_takes_all_in_order);
	tcase_add_test(tcase, behind_a_star_some_may_lack_the_step);
	tcase_add_test(tcase, elements_of_the_same_name_are_all_meant);
	tcase_add_test(tcase, a_uvc_never_issued_counts_zero);
	tcase_add_test(tcase, aggregates_are_recognised);
	tcase_add_test(tcase, a_path_to_nowhere_says_what_there_is);
	suite_add_tcase(suite, tcase);
	return suite;
}
