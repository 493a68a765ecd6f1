/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is no good document is refused at its place, whatever it is about.
 */
#include "suites.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void refused(const char *text, size_t length, const char *message)
{
	struct loaded_text loaded = load_scenario(text, length, NULL, 0);

	ck_assert_ptr_null(loaded.scenario);
	expect_messages(&loaded, message);
	loaded_free(&loaded);
}

#define REFUSED(text, message) refused(text, sizeof(text) - 1, message)

START_TEST(nothing_in_it)
{
	REFUSED("", "F:1:1: error: empty: no value at all");
	REFUSED("# only a comment\n", "F:1:1: error: empty: no value at all");
	REFUSED("---\n", "F:2:1: error: no value; expected a mapping for scenario");
}
END_TEST

START_TEST(not_a_mapping)
{
	REFUSED("uvsim", "F:1:1: error: expected a mapping for scenario, found a single value");
	REFUSED("- uvsim: 1\n", "F:1:1: error: expected a mapping for scenario, found a list");
}
END_TEST

START_TEST(syntax)
{
	REFUSED("uvsim: 1\n\tname: x\n", "F:2:1: error: not valid YAML: found a tab character that "
					 "violates indentation (while scanning a plain "
					 "scalar); indent with spaces, not with tabs");
	REFUSED("uvsim: [1\n", "F:2:1: error: not valid YAML: did not find expected ',' or ']' "
			       "(while parsing a flow "
			       "sequence)");
	REFUSED("uvsim: 1\n name: x\n",
		"F:2:6: error: not valid YAML: mapping values are not allowed in this context");
}
END_TEST

START_TEST(what_is_left_out_of_yaml)
{
	REFUSED("uvsim: &a 1\n",
		"F:1:8: error: anchors (&name) are not supported; write the value out");
	REFUSED("uvsim: 1\nhost: &h {memory: 1GiB}\n",
		"F:2:7: error: anchors (&name) are not supported; write the value out");
	REFUSED("uvsim: 1\nvms: &h [a]\n",
		"F:2:6: error: anchors (&name) are not supported; write the value out");
	REFUSED("uvsim: *a\n",
		"F:1:8: error: aliases (*name) are not supported; write the value out");
	REFUSED("*a : 1\n", "F:1:1: error: aliases (*name) are not supported; write the value out");
	REFUSED("uvsim: !!str 1\n",
		"F:1:8: error: tags (!type) are not supported; write the plain value");
	REFUSED("uvsim: 1\n---\nuvsim: 1\n",
		"F:2:1: error: a second document begins; a file holds one");
	REFUSED("? [a]\n: 1\n", "F:1:3: error: a key must be a single word");
	REFUSED("uvsim: \"a\\0b\"\n", "F:1:8: error: a NUL character inside a value");
}
END_TEST

START_TEST(duplicate_keys)
{
	struct loaded_text loaded;
	const char *text = "uvsim: 1\nseed: 1\nhost: {memory: 1GiB, memory: 2GiB}\nseed: 2\nvms: "
			   "[{name: a, memory: 1GiB, program: [boot]}]\n";

	loaded = load_scenario(text, strlen(text), NULL, 0);
	ck_assert_ptr_null(loaded.scenario);
	expect_messages(&loaded,
			"F:3:22: error: key 'memory' is given twice; the first is in line 3\n"
			"F:4:1: error: key 'seed' is given twice; the first is in line 2");
	loaded_free(&loaded);
}
END_TEST

START_TEST(bytes_that_are_no_text)
{
	REFUSED("uvsim: 1\nname: a\xff\n", "F:2:8: error: not UTF-8 text");
	REFUSED("name: \xc3\xa4\xc3\xa4\xed\xa0\x80\n",
		"F:1:9: error: not UTF-8 text");		   /* a surrogate */
	REFUSED("\xc0\x80", "F:1:1: error: not UTF-8 text");	   /* overlong */
	REFUSED("\xff\xfeu\0v\0", "F:1:1: error: not UTF-8 text"); /* UTF-16 */
	REFUSED("name: \xe2\x82", "F:1:7: error: not UTF-8 text"); /* cut off */
	REFUSED("name: a\0b",
		"F:1:8: error: a control character; only tab and line ends are allowed");
	REFUSED("name: \x1b[1m",
		"F:1:7: error: a control character; only tab and line ends are allowed");
}
END_TEST

/* @levels lists in each other, as the value of a key: levels + 1 levels. */
static char *nested(unsigned levels)
{
	char *text = calloc(1, 2 * levels + 16);

	strcpy(text, "name: ");
	memset(text + 6, '[', levels);
	memset(text + 6 + levels, ']', levels);
	return text;
}

START_TEST(too_deep)
{
	char *text = nested(31);
	struct loaded_text loaded = load_scenario(text, strlen(text), NULL, 0);

	/* 32 levels can be read, though a name is no list. */
	ck_assert_str_eq(loaded.messages.text[loaded.messages.count - 1],
			 "F:1:7: error: expected a text, found a list");
	loaded_free(&loaded);
	free(text);

	text = nested(32);
	refused(text, strlen(text), "F:1:38: error: nested too deep (the limit is 32 levels)");
	free(text);

	/* Far beyond: neither the parser's nor our own stack may grow with it. */
	text = nested(200000);
	refused(text, strlen(text), "F:1:38: error: nested too deep (the limit is 32 levels)");
	free(text);
}
END_TEST

START_TEST(too_large)
{
	size_t limit = (size_t)1 << 20;
	char *text = malloc(limit + 2);
	const char *good = scenario_text(NULL, NULL, NULL);
	struct loaded_text loaded;

	memset(text, '#', limit + 2);
	memcpy(text, good, strlen(good));
	loaded = load_scenario(text, limit, NULL, 0);
	expect_messages(&loaded, "");
	ck_assert_ptr_nonnull(loaded.scenario);
	loaded_free(&loaded);
	refused(text, limit + 1, "F:1:1: error: too large: the limit is 1MiB");
	free(text);
}
END_TEST

START_TEST(files_that_cannot_be_read)
{
	struct messages messages = { 0 };

	ck_assert_ptr_null(scenario_load("/nonexistent/x.yaml", NULL, 0, &messages));
	ck_assert_ptr_null(scenario_load("/", NULL, 0, &messages));
	ck_assert_ptr_null(scenario_load("/dev/zero", NULL, 0, &messages));
	ck_assert_uint_eq(messages.count, 3);
	ck_assert_str_eq(messages.text[0],
			 "/nonexistent/x.yaml: error: cannot open: No such file or directory");
	ck_assert_str_eq(messages.text[1], "/: error: not a regular file");
	ck_assert_str_eq(messages.text[2], "/dev/zero: error: not a regular file");
	messages_free(&messages);
}
END_TEST

START_TEST(too_many_keys)
{
	size_t room = 64 * 1024;
	char *text = malloc(room);
	size_t length = 0;

	for (unsigned i = 0; i < 1025; i++)
		length += (size_t)snprintf(text + length, room - length, "k%u: 1\n", i);
	refused(text, length, "F:1025:1: error: too many keys in one mapping");
	free(text);
}
END_TEST

Suite *node_suite(void)
{
	const TTest *tests[] = { nothing_in_it,
				 not_a_mapping,
				 syntax,
				 what_is_left_out_of_yaml,
				 duplicate_keys,
				 bytes_that_are_no_text,
				 too_deep,
				 too_large,
				 files_that_cannot_be_read,
				 too_many_keys };

	return SUITE_OF("node", tests);
}
