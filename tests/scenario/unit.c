/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Numbers with units are exact, or refused. Would a reader pass that goes through floating point,
 * rounds, wraps, or takes a prefix?
 */
#include "suites.h"

#include <string.h>

#include "scenario/unit.h"

START_TEST(times_are_exact)
{
	static const struct {
		const char *text;
		sim_time time;
	} good[] = {
		{ "0s", 0 },
		{ "1ps", 1 },
		{ "1ns", 1000 },
		{ "3.2us", 3200000 },
		{ "0.001ns", 1 },
		{ "1.000000000001s", 1000000000001 },
		{ "75us", 75000000 },
		{ "20 s", 20 * SIM_S },
		{ "1.5min", 90 * SIM_S },
		{ "0.25h", 900 * SIM_S },
		{ "3.20000000000000000000000us", 3200000 },
		/* not representable in a double: 2^53 + 1 and a third of it in thousandths */
		{ "9007199254740993ps", 9007199254740993 },
		{ "9007199254740.993ns", 9007199254740993 },
		{ "18446744073709551615ps", UINT64_MAX },
		{ "18446744.073709551615s", UINT64_MAX },
		{ "0.000000000001s", 1 },
		{ "0.1ms", 100000000 },
		{ "0.3s", 300000000000 },
	};

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		sim_time time = 42;
		const char *wrong = unit_parse_time(good[i].text, &time);

		ck_assert_msg(!wrong, "%s: %s", good[i].text, wrong);
		ck_assert_msg(time == good[i].time, "%s: %llu", good[i].text,
			      (unsigned long long)time);
	}
}
END_TEST

START_TEST(bad_times_are_refused)
{
	static const struct {
		const char *text, *wrong;
	} bad[] = {
		{ "", "write a time" },
		{ "10", "write a time" },
		{ "s", "write a time" },
		{ "-1s", "write a time" },
		{ "+1s", "write a time" },
		{ "1e3s", "write a time" },
		{ "1 s ", "write a time" },
		{ "1  s", "write a time" },
		{ " 1s", "write a time" },
		{ "1S", "write a time" },
		{ "1m", "write a time" },
		{ "1sec", "write a time" },
		{ "1.s", "a digit must follow" },
		{ ".5s", "write a time" },
		{ "0.5ps", "not a whole number" },
		{ "1.0001ns", "not a whole number" },
		{ "0.0000000000001s", "not a whole number" },
		{ "1.0000000000000000001s", "too many decimals" },
		{ "18446744073709551616ps", "too large" },
		{ "18446744073709551615ns", "too large" },
		{ "18446744.073709551616s", "too large" },
		{ "5125h", "too large" },
		{ "1,5s", "write a time" },
		{ "0x10s", "write a time" },
		{ "1GiB", "write a time" },
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		sim_time time = 42;
		const char *wrong = unit_parse_time(bad[i].text, &time);

		ck_assert_msg(wrong && strstr(wrong, bad[i].wrong), "'%s': %s", bad[i].text,
			      wrong ? wrong : "taken");
		ck_assert_uint_eq(time, 42);
	}
}
END_TEST

START_TEST(sizes_are_exact)
{
	static const struct {
		const char *text;
		uint64_t bytes;
	} good[] = {
		{ "0B", 0 },
		{ "1KiB", 1024 },
		{ "1.5KiB", 1536 },
		{ "512GiB", (uint64_t)512 << 30 },
		{ "1.5TiB", (uint64_t)3 << 39 },
		{ "0.0009765625KiB", 1 },
		{ "16383PiB", (uint64_t)16383 << 50 },
		{ "18446744073709551615B", UINT64_MAX },
		{ "64 MiB", (uint64_t)64 << 20 },
	};

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		uint64_t bytes = 42;
		const char *wrong = unit_parse_bytes(good[i].text, &bytes);

		ck_assert_msg(!wrong, "%s: %s", good[i].text, wrong);
		ck_assert_msg(bytes == good[i].bytes, "%s: %llu", good[i].text,
			      (unsigned long long)bytes);
	}
}
END_TEST

START_TEST(bad_sizes_are_refused_with_advice)
{
	static const struct {
		const char *text, *wrong;
	} bad[] = {
		{ "512", "write a size with a unit" },
		{ "512G", "written GiB" },
		{ "512GB", "written GiB" },
		{ "512g", "written GiB" },
		{ "4M", "written MiB" },
		{ "4K", "written KiB" },
		{ "4kB", "written KiB" },
		{ "1T", "written TiB" },
		{ "1P", "written PiB" },
		{ "4mib", "written MiB" },
		{ "0.5B", "not a whole" },
		{ "0.1KiB", "not a whole" },
		{ "16384PiB", "too large" },
		{ "1b", "write a size" },
		{ "1 EiB", "write a size" },
		{ "-1GiB", "write a size" },
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		uint64_t bytes = 42;
		const char *wrong = unit_parse_bytes(bad[i].text, &bytes);

		ck_assert_msg(wrong && strstr(wrong, bad[i].wrong), "'%s': %s", bad[i].text,
			      wrong ? wrong : "taken");
		ck_assert_uint_eq(bytes, 42);
	}
}
END_TEST

START_TEST(shares)
{
	uint64_t ppm = 42;

	ck_assert_ptr_null(unit_parse_percent("12.5%", &ppm));
	ck_assert_uint_eq(ppm, 125000);
	ck_assert_ptr_null(unit_parse_percent("100%", &ppm));
	ck_assert_uint_eq(ppm, 1000000);
	ck_assert_ptr_null(unit_parse_percent("0.0001 %", &ppm));
	ck_assert_uint_eq(ppm, 1);
	ck_assert_ptr_nonnull(unit_parse_percent("0.00001%", &ppm));
	ck_assert_ptr_nonnull(unit_parse_percent("12", &ppm));
	ck_assert_ptr_nonnull(unit_parse_percent("12%%", &ppm));
	ck_assert_uint_eq(ppm, 1);
	/* The product of these passes 64 bits. */
	ck_assert_uint_eq(unit_share((uint64_t)64 << 40, 1000000), (uint64_t)64 << 40);
	ck_assert_uint_eq(unit_share((uint64_t)1 << 40, 333333), 366503509421);
}
END_TEST

START_TEST(plain_numbers)
{
	uint64_t count = 42;
	int64_t integer = 42;

	ck_assert_ptr_null(unit_parse_count("18446744073709551615", &count));
	ck_assert_uint_eq(count, UINT64_MAX);
	ck_assert_ptr_null(unit_parse_count("0", &count));
	ck_assert_uint_eq(count, 0);
	ck_assert_str_eq(unit_parse_count("18446744073709551616", &count),
			 "the number is too large");
	ck_assert_str_eq(unit_parse_count("007", &count), "write the number without leading zeros");
	ck_assert_ptr_nonnull(unit_parse_count("", &count));
	ck_assert_ptr_nonnull(unit_parse_count("-1", &count));
	ck_assert_ptr_nonnull(unit_parse_count("1.0", &count));
	ck_assert_ptr_nonnull(unit_parse_count("0x10", &count));
	ck_assert_ptr_nonnull(unit_parse_count("1_000", &count));
	ck_assert_uint_eq(count, 0);

	ck_assert_ptr_null(unit_parse_integer("-20", &integer));
	ck_assert_int_eq(integer, -20);
	ck_assert_ptr_null(unit_parse_integer("9223372036854775807", &integer));
	ck_assert_int_eq(integer, INT64_MAX);
	ck_assert_str_eq(unit_parse_integer("9223372036854775808", &integer),
			 "the number is too large");
	ck_assert_ptr_nonnull(unit_parse_integer("--1", &integer));
	ck_assert_ptr_nonnull(unit_parse_integer("-", &integer));
}
END_TEST

START_TEST(shown_in_the_largest_whole_unit)
{
	ck_assert_str_eq(unit_show_time(0).text, "0s");
	ck_assert_str_eq(unit_show_time(3200000).text, "3200ns");
	ck_assert_str_eq(unit_show_time(90 * SIM_S).text, "90s");
	ck_assert_str_eq(unit_show_time(120 * SIM_S).text, "2min");
	ck_assert_str_eq(unit_show_time(1).text, "1ps");
	ck_assert_str_eq(unit_show_bytes((uint64_t)1 << 40).text, "1TiB");
	ck_assert_str_eq(unit_show_bytes(((uint64_t)1 << 40) + 1024).text, "1073741825KiB");
	ck_assert_str_eq(unit_show_bytes(0).text, "0B");
}
END_TEST

Suite *unit_suite(void)
{
	const TTest *tests[] = { times_are_exact,
				 bad_times_are_refused,
				 sizes_are_exact,
				 bad_sizes_are_refused_with_advice,
				 shares,
				 plain_numbers,
				 shown_in_the_largest_whole_unit };

	return SUITE_OF("unit", tests);
}
