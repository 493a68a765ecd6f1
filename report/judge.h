/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How an expectation is taken apart: the path that finds values in the result document, and the
 * value they are compared with. Private to report/ and its tests.
 *
 *	path    := aggregate '(' steps ')' | steps        aggregate: min, max, sum, count
 *	steps   := step { '.' step }
 *	step    := '*' | '"' any '"' | name | number      "_" in a name also stands for a space
 *	value   := null | true | false | number [unit] | text
 */
#ifndef REPORT_JUDGE_H
#define REPORT_JUDGE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

enum judge_aggregate { JUDGE_EACH, JUDGE_MIN, JUDGE_MAX, JUDGE_SUM, JUDGE_COUNT };

/** One value that a path leads to. */
struct judge_match {
	char *where;	     /* the path with every * replaced by what it stood for; owned */
	const json_t *value; /* borrowed from the document, or from the matches' own @absent */
};

struct judge_matches {
	enum judge_aggregate aggregate;
	bool last_is_star; /* the path ends in *: count() counts matches, it does not open them */
	struct judge_match *match;
	size_t count;
	json_t *absent;	 /* what a UVC that was never issued looks like */
	char error[320]; /* why there is no match; "" if there is one */
};

/**
 * Find what @path leads to in @document, in document order. A step behind a * may be missing in
 * some of the elements, not in all. True if anything was found; else @matches->error says what was
 * wrong, and what there is instead. Free with judge_matches_free() either way.
 */
bool judge_find(const json_t *document, const char *path, struct judge_matches *matches);
void judge_matches_free(struct judge_matches *matches);

enum judge_kind { JUDGE_NULL, JUDGE_BOOLEAN, JUDGE_NUMBER, JUDGE_TEXT };
enum judge_unit {
	JUDGE_PLAIN,
	JUDGE_TIME /* ps */,
	JUDGE_SIZE /* bytes */,
	JUDGE_SHARE /* per mille */
};

struct judge_value {
	enum judge_kind kind;
	enum judge_unit unit;
	bool boolean;
	json_int_t number;
	char text[256]; /* as written, without quotes; for every kind */
};

/**
 * Read the right-hand side of an expectation. A text in quotes is always a text. Never fails for a
 * word; false with a message in @error (@size bytes) for what begins like a number and is none:
 * unknown unit, fraction of the smallest unit, out of range.
 */
bool judge_value_parse(const char *text, struct judge_value *value, char *error, size_t size);

/** "time", "size", "share", "" */
const char *judge_unit_name(enum judge_unit unit);

#endif
