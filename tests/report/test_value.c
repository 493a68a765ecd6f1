/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The right-hand side of an expectation.
 */
#include <string.h>

#include "report/judge.h"
#include "suites.h"

static struct judge_value parse(const char *text)
{
	struct judge_value value;
	char error[256] = "";

	ck_assert_msg(judge_value_parse(text, &value, error, sizeof(error)), "%s: %s", text, error);
	ck_assert_str_eq(error, "");
	return value;
}

START_TEST(numbers_in_every_unit)
{
	static const struct {
		const char *text;
		enum judge_unit unit;
		json_int_t number;
	} good[] = {
		{ "0", JUDGE_PLAIN, 0 },
		{ "42", JUDGE_PLAIN, 42 },
		{ "-7", JUDGE_PLAIN, -7 },
		{ "9223372036854775807", JUDGE_PLAIN, INT64_MAX },
		{ "0x104", JUDGE_PLAIN, 0x104 },
		{ "0xD", JUDGE_PLAIN, 13 },
		{ "7ps", JUDGE_TIME, 7 },
		{ "7 ns", JUDGE_TIME, 7000 },
		{ "7us", JUDGE_TIME, 7000000 },
		{ "1.5ms", JUDGE_TIME, 1500000000 },
		{ "2.25 s", JUDGE_TIME, 2250000000000 },
		{ "3min", JUDGE_TIME, 180000000000000 },
		{ "1 h", JUDGE_TIME, 3600000000000000 },
		{ "512 B", JUDGE_SIZE, 512 },
		{ "1KiB", JUDGE_SIZE, 1024 },
		{ "1.5 MiB", JUDGE_SIZE, 1572864 },
		{ "16GiB", JUDGE_SIZE, 17179869184 },
		{ "1 TiB", JUDGE_SIZE, 1099511627776 },
		{ "12%", JUDGE_SHARE, 120 },
		{ "12.5 %", JUDGE_SHARE, 125 },
	};

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct judge_value value = parse(good[i].text);

		ck_assert_int_eq(value.kind, JUDGE_NUMBER);
		ck_assert_msg(value.unit == good[i].unit, "unit of %s", good[i].text);
		ck_assert_msg(value.number == good[i].number, "%s gave %lld", good[i].text,
			      (long long)value.number);
	}
}
END_TEST

START_TEST(what_begins_like_a_number_and_is_none)
{
	static const char *const bad[] = {
		"1.5",
		"1 parsec",
		"1 S",
		"3 GB",
		"0.3 ps",
		"1.0005%",
		"12.55%",
		"9223372036854775808",
		"0x",
		"0xg",
		"0x1234567890abcdef",
		"1..2 s",
		"9000000 h",
		"-1 s",
		"100000000 TiB",
		"1 2",
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct judge_value value;
		char error[256] = "";

		ck_assert_msg(!judge_value_parse(bad[i], &value, error, sizeof(error)),
			      "%s was taken", bad[i]);
		ck_assert_msg(strstr(error, bad[i]) != NULL, "\"%s\" does not name %s", error,
			      bad[i]);
	}
}
END_TEST

START_TEST(words)
{
	ck_assert_int_eq(parse("null").kind, JUDGE_NULL);
	ck_assert_int_eq(parse("true").kind, JUDGE_BOOLEAN);
	ck_assert(parse("true").boolean);
	ck_assert_int_eq(parse("false").kind, JUDGE_BOOLEAN);
	ck_assert(!parse("false").boolean);
	ck_assert_int_eq(parse("shut down").kind, JUDGE_TEXT);
	ck_assert_str_eq(parse("shut down").text, "shut down");
	/* Quotes make a text of anything. */
	ck_assert_int_eq(parse("\"null\"").kind, JUDGE_TEXT);
	ck_assert_str_eq(parse("\"null\"").text, "null");
	ck_assert_int_eq(parse("'6.12'").kind, JUDGE_TEXT);
	ck_assert_str_eq(parse("'6.12'").text, "6.12");
	ck_assert_int_eq(parse("").kind, JUDGE_TEXT);
	ck_assert_int_eq(parse("-").kind, JUDGE_TEXT);
	ck_assert_int_eq(parse("nullify").kind, JUDGE_TEXT);
}
END_TEST

Suite *suite_value(void)
{
	Suite *suite = suite_create("value");
	TCase *tcase = tcase_create("value");

	tcase_add_test(tcase, numbers_in_every_unit);
	tcase_add_test(tcase, what_begins_like_a_number_and_is_none);
	tcase_add_test(tcase, words);
	suite_add_tcase(suite, tcase);
	return suite;
}
