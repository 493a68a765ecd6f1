/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Numbers with units; see unit.h. Integer arithmetic only, 128 bits wide where a fraction meets a
 * large unit.
 */
#include "scenario/unit.h"

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#define FRACTION_DIGITS_MAX 18

#define TIME_HELP                                                                                  \
	"write a time with a unit, such as 500us, 3ms or 2.5s (units ps, ns, us, ms, s, min, h)"
#define BYTES_HELP                                                                                 \
	"write a size with a unit, such as 64MiB or 512GiB (units B, KiB, MiB, GiB, TiB, PiB)"
#define PERCENT_HELP "write a share such as 80% or 12.5%"
#define COUNT_HELP "write a whole number such as 4, in decimal digits, without sign or unit"
#define INTEGER_HELP "write a whole number such as 5 or -5, in decimal digits, without unit"

struct unit {
	const char *name;
	uint64_t factor;
};

static const struct unit time_units[] = {
	{ "h", 3600 * SIM_S }, { "min", 60 * SIM_S }, { "s", SIM_S },	{ "ms", SIM_MS },
	{ "us", SIM_US },      { "ns", SIM_NS },      { "ps", SIM_PS },
};

static const struct unit byte_units[] = {
	{ "PiB", (uint64_t)1 << 50 }, { "TiB", (uint64_t)1 << 40 }, { "GiB", (uint64_t)1 << 30 },
	{ "MiB", (uint64_t)1 << 20 }, { "KiB", (uint64_t)1 << 10 }, { "B", 1 },
};

static const struct unit percent_units[] = { { "%", 10000 } };

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

/* What people write who mean one of ours, and what to tell them. */
static const struct {
	const char *written, *advice;
} mistakes[] = {
	{ "k", "the unit is written KiB (1024 bytes)" },
	{ "kb", "the unit is written KiB (1024 bytes)" },
	{ "m", "the unit is written MiB (1024 KiB)" },
	{ "mb", "the unit is written MiB (1024 KiB)" },
	{ "g", "the unit is written GiB (1024 MiB)" },
	{ "gb", "the unit is written GiB (1024 MiB)" },
	{ "t", "the unit is written TiB (1024 GiB)" },
	{ "tb", "the unit is written TiB (1024 GiB)" },
	{ "p", "the unit is written PiB (1024 TiB)" },
	{ "pb", "the unit is written PiB (1024 TiB)" },
	{ "kib", "the unit is written KiB" },
	{ "mib", "the unit is written MiB" },
	{ "gib", "the unit is written GiB" },
	{ "tib", "the unit is written TiB" },
	{ "pib", "the unit is written PiB" },
};

struct decimal {
	uint64_t whole;
	uint64_t fraction; /* numerator over 10^digits */
	uint64_t power;	   /* 10^digits */
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool push_digit(uint64_t *number, char digit)
{
	return !__builtin_mul_overflow(*number, (uint64_t)10, number) &&
	       !__builtin_add_overflow(*number, (uint64_t)(digit - '0'), number);
}

/* Read the number at *@text and step over it. */
static const char *scan(const char **text, struct decimal *decimal, const char *help)
{
	const char *p = *text;

	*decimal = (struct decimal){ .power = 1 };
	if (!is_digit(*p))
		return help;
	for (; is_digit(*p); p++)
		if (!push_digit(&decimal->whole, *p))
			return "the number is too large";
	if (*p == '.') {
		const char *first = ++p,
			   *last = first; /* last: behind the last digit that is not 0 */

		if (!is_digit(*p))
			return "a digit must follow the decimal point";
		for (; is_digit(*p); p++)
			if (*p != '0')
				last = p + 1;
		if (last - first > FRACTION_DIGITS_MAX)
			return "too many decimals";
		for (; first < last; first++) {
			decimal->fraction = decimal->fraction * 10 + (uint64_t)(*first - '0');
			decimal->power *= 10;
		}
	}
	*text = p;
	return NULL;
}

static const char *scale(const struct decimal *decimal, uint64_t factor, uint64_t *value)
{
	unsigned __int128 part = (unsigned __int128)decimal->fraction * factor;
	uint64_t whole;

	if (part % decimal->power)
		return "too many decimals: the value is not a whole number of the smallest unit";
	if (__builtin_mul_overflow(decimal->whole, factor, &whole) ||
	    __builtin_add_overflow(whole, (uint64_t)(part / decimal->power), &whole))
		return "the number is too large";
	*value = whole;
	return NULL;
}

static bool same_ignoring_case(const char *a, const char *b)
{
	for (; *a && *b; a++, b++)
		if ((*a | 0x20) != (*b | 0x20))
			return false;
	return *a == *b;
}

static const char *parse(const char *text, const struct unit *units, size_t count, const char *help,
			 uint64_t *value)
{
	struct decimal decimal;
	const char *wrong = scan(&text, &decimal, help);

	if (wrong)
		return wrong;
	if (*text == ' ')
		text++;
	for (size_t i = 0; i < count; i++)
		if (strcmp(text, units[i].name) == 0)
			return scale(&decimal, units[i].factor, value);
	for (size_t i = 0; units == byte_units && i < LEN(mistakes); i++)
		if (same_ignoring_case(text, mistakes[i].written))
			return mistakes[i].advice;
	return help;
}

const char *unit_parse_time(const char *text, sim_time *time)
{
	return parse(text, time_units, LEN(time_units), TIME_HELP, time);
}

const char *unit_parse_bytes(const char *text, uint64_t *bytes)
{
	return parse(text, byte_units, LEN(byte_units), BYTES_HELP, bytes);
}

const char *unit_parse_percent(const char *text, uint64_t *ppm)
{
	return parse(text, percent_units, LEN(percent_units), PERCENT_HELP, ppm);
}

const char *unit_parse_count(const char *text, uint64_t *count)
{
	uint64_t value = 0;

	if (!is_digit(*text))
		return COUNT_HELP;
	if (text[0] == '0' && text[1] != '\0')
		return is_digit(text[1]) ? "write the number without leading zeros" : COUNT_HELP;
	for (; is_digit(*text); text++)
		if (!push_digit(&value, *text))
			return "the number is too large";
	if (*text)
		return COUNT_HELP;
	*count = value;
	return NULL;
}

const char *unit_parse_integer(const char *text, int64_t *integer)
{
	bool minus = *text == '-';
	uint64_t value;
	const char *wrong = unit_parse_count(text + minus, &value);

	if (wrong == NULL && value > INT64_MAX)
		return "the number is too large";
	if (wrong)
		return strcmp(wrong, COUNT_HELP) == 0 ? INTEGER_HELP : wrong;
	*integer = minus ? -(int64_t)value : (int64_t)value;
	return NULL;
}

uint64_t unit_share(uint64_t whole, uint64_t ppm)
{
	unsigned __int128 share = (unsigned __int128)whole * ppm / 1000000;

	assert(share <= UINT64_MAX);
	return (uint64_t)share;
}

static struct unit_text show(uint64_t value, const struct unit *units, size_t count,
			     const char *zero)
{
	struct unit_text shown;

	snprintf(shown.text, sizeof(shown.text), "%s", zero);
	for (size_t i = 0; value && i < count; i++) {
		if (value % units[i].factor)
			continue;
		snprintf(shown.text, sizeof(shown.text), "%llu%s",
			 (unsigned long long)(value / units[i].factor), units[i].name);
		break;
	}
	return shown;
}

struct unit_text unit_show_time(sim_time time)
{
	return show(time, time_units, LEN(time_units), "0s");
}

struct unit_text unit_show_bytes(uint64_t bytes)
{
	return show(bytes, byte_units, LEN(byte_units), "0B");
}
