/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads the value of an expectation: "1.5 s", "16 GiB", "12 %", "0x104", "shut down", true, null.
 *
 * Numbers with units are those of scenarios (scenario/unit.h) and as exact. A number that begins
 * like one and is none is an error, not a text.
 */
#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/judge.h"
#include "scenario/unit.h"

#define PPM_PER_MILLE 1000

const char *judge_unit_name(enum judge_unit unit)
{
	static const char *const name[] = { "", "time", "size", "share" };

	return name[unit];
}

static const char *parse_hex(const char *text, int64_t *number)
{
	size_t digits = strspn(text + 2, "0123456789abcdefABCDEF");

	if (digits == 0 || digits > 15 || text[2 + digits])
		return "write a hexadecimal number of at most 15 digits";
	*number = (int64_t)strtoull(text + 2, NULL, 16);
	return NULL;
}

static const char *parse_share(const char *text, int64_t *number)
{
	uint64_t ppm;
	const char *wrong = unit_parse_percent(text, &ppm);

	if (!wrong && ppm % PPM_PER_MILLE)
		wrong = "shares are compared in steps of 0.1%";
	if (!wrong)
		*number = (int64_t)(ppm / PPM_PER_MILLE);
	return wrong;
}

/* NULL, or what is wrong. The last character tells what kind of unit was meant. */
static const char *parse_number(const char *text, struct judge_value *value, int64_t *number)
{
	char last = text[strlen(text) - 1];
	const char *wrong;
	uint64_t amount = 0;

	if (text[0] == '0' && text[1] == 'x')
		return parse_hex(text, number);
	if (isdigit((unsigned char)last))
		return unit_parse_integer(text, number);
	if (last == '%') {
		value->unit = JUDGE_SHARE;
		return parse_share(text, number);
	}
	value->unit = strchr("snh", last) ? JUDGE_TIME : JUDGE_SIZE;
	wrong = value->unit == JUDGE_TIME ? unit_parse_time(text, &amount)
					  : unit_parse_bytes(text, &amount);
	if (!wrong && amount > INT64_MAX)
		wrong = "the number is too large";
	*number = (int64_t)amount;
	return wrong;
}

static bool is_number(const char *text)
{
	return isdigit((unsigned char)text[*text == '-']);
}

static void parse_word(const char *text, struct judge_value *value)
{
	if (strcmp(text, "null") == 0) {
		value->kind = JUDGE_NULL;
	} else if (strcmp(text, "true") == 0 || strcmp(text, "false") == 0) {
		value->kind = JUDGE_BOOLEAN;
		value->boolean = text[0] == 't';
	} else {
		value->kind = JUDGE_TEXT;
	}
}

bool judge_value_parse(const char *text, struct judge_value *value, char *error, size_t size)
{
	size_t length = strlen(text);
	int64_t number = 0;
	const char *wrong;

	memset(value, 0, sizeof(*value));
	if (length >= 2 && (text[0] == '"' || text[0] == '\'') && text[length - 1] == text[0]) {
		value->kind = JUDGE_TEXT;
		snprintf(value->text, sizeof(value->text), "%.*s", (int)(length - 2), text + 1);
		return true;
	}
	snprintf(value->text, sizeof(value->text), "%s", text);
	if (!is_number(text)) {
		parse_word(text, value);
		return true;
	}
	value->kind = JUDGE_NUMBER;
	wrong = parse_number(text, value, &number);
	value->number = number;
	if (wrong)
		snprintf(error, size, "\"%.60s\": %s", text, wrong);
	return !wrong;
}
