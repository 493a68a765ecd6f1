/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Numbers in human units, lines cut and wrapped to the page, bars.
 */
#include <stdlib.h>
#include <string.h>

#include "report/draw.h"
#include "suites.h"

START_TEST(times)
{
	static const struct {
		uint64_t ps;
		const char *text;
	} cases[] = {
		{ 0, "0 s" },
		{ 1, "1 ps" },
		{ 999, "999 ps" },
		{ 1000, "1.00 ns" },
		{ 1234, "1.23 ns" },
		{ 1235, "1.24 ns" },
		{ 9994, "9.99 ns" },
		{ 9995, "10.0 ns" },
		{ 99949, "99.9 ns" },
		{ 99950, "100 ns" },
		{ 999499, "999 ns" },
		{ 999500, "1.00 us" },
		{ 764000, "764 ns" },
		{ 1230000000000, "1.23 s" },
		{ 999499999999999, "999 s" },
		{ 999500000000000, "16.7 min" },
		{ 60000000000000, "60.0 s" },
		{ 7200000000000000, "120 min" },
		{ 72000000000000000, "20.0 h" },
		{ UINT64_MAX, "5124 h" },
	};
	char buffer[32];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		ck_assert_str_eq(draw_time(cases[i].ps, buffer, sizeof(buffer)), cases[i].text);
}
END_TEST

START_TEST(sizes)
{
	static const struct {
		uint64_t bytes;
		const char *text;
	} cases[] = {
		{ 0, "0 B" },
		{ 1023, "1023 B" },
		{ 1024, "1 KiB" },
		{ 1536, "1.50 KiB" },
		{ 1048575, "1.00 MiB" },
		{ 17179869184, "16 GiB" },
		{ 12884901889, "12.0 GiB" },
		{ 1ull << 50, "1024 TiB" },
	};
	char buffer[32];

	/* What is whole in its unit has no decimals; 1048575 only rounds to a whole MiB. */
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		ck_assert_str_eq(draw_size(cases[i].bytes, buffer, sizeof(buffer)), cases[i].text);
}
END_TEST

START_TEST(counts_and_shares)
{
	char buffer[32];

	ck_assert_str_eq(draw_count(0, buffer, sizeof(buffer)), "0");
	ck_assert_str_eq(draw_count(999, buffer, sizeof(buffer)), "999");
	ck_assert_str_eq(draw_count(1000, buffer, sizeof(buffer)), "1 000");
	ck_assert_str_eq(draw_count(12345678, buffer, sizeof(buffer)), "12 345 678");
	ck_assert_str_eq(draw_count(-1234, buffer, sizeof(buffer)), "-1 234");
	ck_assert_str_eq(draw_count(-123, buffer, sizeof(buffer)), "-123");
	ck_assert_str_eq(draw_count(INT64_MIN, buffer, sizeof(buffer)),
			 "-9 223 372 036 854 775 808");

	ck_assert_str_eq(draw_share(1, 2, buffer, sizeof(buffer)), "50%");
	ck_assert_str_eq(draw_share(1, 1, buffer, sizeof(buffer)), "100%");
	ck_assert_str_eq(draw_share(1, 200, buffer, sizeof(buffer)), "0.5%");
	ck_assert_str_eq(draw_share(99, 1000, buffer, sizeof(buffer)), "9.9%");
	ck_assert_str_eq(draw_share(0, 10, buffer, sizeof(buffer)), "0.0%");
	ck_assert_str_eq(draw_share(1, 0, buffer, sizeof(buffer)), "");
	ck_assert_str_eq(draw_share(INT64_MAX, INT64_MAX, buffer, sizeof(buffer)), "100%");
}
END_TEST

/* What @draw puts on a page of @columns columns; the caller frees it. */
static char *drawn(unsigned columns, bool utf8, bool colour, bool wrap, enum draw_style style,
		   const char *text)
{
	char *buffer = NULL;
	size_t size = 0;
	struct page page = { .out = open_memstream(&buffer, &size),
			     .columns = columns,
			     .colour = colour,
			     .utf8 = utf8 };

	if (wrap)
		draw_wrapped(&page, style, 4, "%s", text);
	else
		draw_line(&page, style, "%s", text);
	fclose(page.out);
	return buffer;
}

static void line_is(unsigned columns, bool utf8, const char *text, const char *expected)
{
	char *line = drawn(columns, utf8, false, false, DRAW_BAD, text);

	ck_assert_str_eq(line, expected);
	free(line);
}

START_TEST(lines_are_cut_at_the_page)
{
	line_is(10, false, "0123456789", "0123456789\n");
	line_is(10, false, "0123456789a", "0123456...\n");
	line_is(10, true, "0123456789a", "012345678\u2026\n");
	/* Columns, not bytes. */
	line_is(10, true, "\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4",
		"\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\n");
	/*
	 * Nothing but ASCII reaches a terminal that may not show it; one mark for each character.
	 */
	line_is(10, false, "a\u00e4\u2588z", "a??z\n");
	line_is(10, false, "a\tb\033[1mc\n", "a b [1mc\n");
	line_is(10, false, "trail   ", "trail\n");
	line_is(10, false, "", "\n");
}
END_TEST

START_TEST(long_text_is_wrapped_at_words)
{
	char *text = drawn(20, false, false, true, DRAW_PLAIN,
			   "  the quick brown fox jumps over the dog");

	ck_assert_str_eq(text, "  the quick brown\n    fox jumps over\n    the dog\n");
	free(text);
	/* A word longer than a line is broken, and nothing is lost. */
	text = drawn(20, false, false, true, DRAW_PLAIN, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa b");
	ck_assert_str_eq(text, "aaaaaaaaaaaaaaaaaaaa\n    aaaaaaaaaaaaaaa\n    b\n");
	free(text);
	text = drawn(20, false, false, true, DRAW_PLAIN, "");
	ck_assert_str_eq(text, "\n");
	free(text);
}
END_TEST

START_TEST(colour_surrounds_a_line)
{
	char *text = drawn(20, false, true, false, DRAW_BAD, "bad");

	ck_assert_str_eq(text, "\033[1;31mbad\033[0m\n");
	free(text);
	text = drawn(20, false, true, false, DRAW_PLAIN, "plain");
	ck_assert_str_eq(text, "plain\n");
	free(text);
}
END_TEST

START_TEST(padding)
{
	struct page page = { .columns = 80, .utf8 = true };
	char buffer[64];

	ck_assert_str_eq(draw_pad(&page, "ab", 4, buffer, sizeof(buffer)), "ab  ");
	ck_assert_str_eq(draw_pad(&page, "abcd", 4, buffer, sizeof(buffer)), "abcd");
	ck_assert_str_eq(draw_pad(&page, "abcde", 4, buffer, sizeof(buffer)), "abc\u2026");
	ck_assert_str_eq(draw_pad(&page, "\u00e4", 3, buffer, sizeof(buffer)), "\u00e4  ");
	page.utf8 = false;
	ck_assert_str_eq(draw_pad(&page, "abcde", 4, buffer, sizeof(buffer)), "a...");
}
END_TEST

START_TEST(bars)
{
	struct page page = { .columns = 80 };
	char buffer[128];
	static const struct {
		uint64_t begin, end, whole;
		const char *bar;
	} cases[] = {
		{ 0, 100, 100, "##########" },
		{ 0, 50, 100, "#####" },
		{ 50, 100, 100, "     #####" },
		{ 20, 40, 100, "  ##" },
		/* Neighbours share no cell. */
		{ 0, 14, 100, "#" },
		{ 14, 100, 100, " #########" },
		/* Too short for a cell, and still there; also at the very end. */
		{ 0, 1, 1000000, "#" },
		{ 999999, 1000000, 1000000, "         #" },
		/* Nothing. */
		{ 5, 5, 10, "" },
		{ 0, 0, 0, "" },
		{ 10, 12, 10, "" },
		/* Beyond the end it is cut; large numbers do not overflow. */
		{ 5, 20, 10, "     #####" },
		{ UINT64_MAX / 2, UINT64_MAX, UINT64_MAX, "     #####" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		ck_assert_str_eq(draw_bar(&page, cases[i].begin, cases[i].end, cases[i].whole, 10,
					  buffer, sizeof(buffer)),
				 cases[i].bar);
	page.utf8 = true;
	ck_assert_str_eq(draw_bar(&page, 10, 30, 100, 10, buffer, sizeof(buffer)), " \u2588\u2588");
	ck_assert_str_eq(draw_bar(&page, 10, 30, 100, 0, buffer, sizeof(buffer)), "");
}
END_TEST

Suite *suite_draw(void)
{
	Suite *suite = suite_create("draw");
	TCase *tcase = tcase_create("draw");

	tcase_add_test(tcase, times);
	tcase_add_test(tcase, sizes);
	tcase_add_test(tcase, counts_and_shares);
	tcase_add_test(tcase, lines_are_cut_at_the_page);
	tcase_add_test(tcase, long_text_is_wrapped_at_words);
	tcase_add_test(tcase, colour_surrounds_a_line);
	tcase_add_test(tcase, padding);
	tcase_add_test(tcase, bars);
	suite_add_tcase(suite, tcase);
	return suite;
}
