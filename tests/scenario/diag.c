/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Nearest names, and messages in order.
 */
#include "suites.h"

#include <string.h>

#include "scenario/diag.h"

START_TEST(edit_distance)
{
	ck_assert_uint_eq(sc_distance("", ""), 0);
	ck_assert_uint_eq(sc_distance("memory", "memory"), 0);
	ck_assert_uint_eq(sc_distance("memory", "Memory"), 0);
	ck_assert_uint_eq(sc_distance("memroy", "memory"), 1); /* neighbours swapped */
	ck_assert_uint_eq(sc_distance("memor", "memory"), 1);
	ck_assert_uint_eq(sc_distance("memoryy", "memory"), 1);
	ck_assert_uint_eq(sc_distance("mamory", "memory"), 1);
	ck_assert_uint_eq(sc_distance("", "abc"), 3);
	ck_assert_uint_eq(sc_distance("kitten", "sitting"), 3);
}
END_TEST

static const char *nearest_of(const char *word, const char *const *names)
{
	struct sc_nearest nearest = { .word = word };

	for (; *names; names++)
		sc_nearest_offer(&nearest, *names);
	return nearest.best;
}

START_TEST(nearest_name)
{
	static const char *const names[] = { "memory", "processors", "slice", "misc", NULL };

	ck_assert_str_eq(nearest_of("procesors", names), "processors");
	ck_assert_str_eq(nearest_of("MEMORY", names), "memory");
	ck_assert_str_eq(nearest_of("slcie", names), "slice");
	ck_assert_ptr_null(nearest_of("banana", names));
	ck_assert_ptr_null(nearest_of("", names));
	ck_assert_ptr_null(nearest_of(
		"a very long word that is certainly not a key of anything at all in here", names));
}
END_TEST

START_TEST(sorted_and_cut)
{
	struct sc_diag diag = { 0 };
	struct messages messages = { 0 };

	sc_error(&diag, (struct mark){ "--set a=b", 0, 0 }, "set");
	for (size_t line = 30; line > 0; line--)
		sc_error(&diag, (struct mark){ "f", line, 2 }, "number %zu", line);
	sc_warn(&diag, (struct mark){ "f", 1, 1 }, "first");
	sc_error(&diag, (struct mark){ "f", 1, 2 }, "second of its place");
	sc_diag_flush(&diag, &messages);
	ck_assert_uint_eq(messages.count, 1 + 20 + 1);
	ck_assert_str_eq(messages.text[0], "f:1:1: warning: first");
	ck_assert_str_eq(messages.text[1], "f:1:2: error: number 1");
	ck_assert_str_eq(messages.text[2], "f:1:2: error: second of its place");
	ck_assert_str_eq(messages.text[20], "f:19:2: error: number 19");
	ck_assert_str_eq(messages.text[21], "f: error: 12 more errors are not shown");
	messages_free(&messages);
	ck_assert_ptr_null(messages.text);
}
END_TEST

START_TEST(set_is_named_without_a_place)
{
	struct sc_diag diag = { 0 };
	struct messages messages = { 0 };

	sc_error(&diag, (struct mark){ "--set a=b", 0, 0 }, "no");
	sc_diag_flush(&diag, &messages);
	ck_assert_str_eq(messages.text[0], "--set a=b: error: no");
	messages_free(&messages);
}
END_TEST

START_TEST(shown_text_is_short_and_clean)
{
	char long_text[200];

	ck_assert_str_eq(sc_show("a\nb\tc").text, "a b c");
	memset(long_text, 'x', sizeof(long_text));
	long_text[sizeof(long_text) - 1] = '\0';
	ck_assert_uint_eq(strlen(sc_show(long_text).text), 63);
	ck_assert_str_eq(sc_show(long_text).text + 57, "xxx...");
	/* A character of three bytes that does not fit is left out whole. */
	memcpy(long_text + 58, "\xe2\x82\xac", 3);
	ck_assert_str_eq(sc_show(long_text).text + 55, "xxx...");
}
END_TEST

Suite *diag_suite(void)
{
	const TTest *tests[] = { edit_distance, nearest_name, sorted_and_cut,
				 set_is_named_without_a_place, shown_text_is_short_and_clean };

	return SUITE_OF("diag", tests);
}
