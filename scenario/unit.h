/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Numbers with units, exactly: decimal fractions are scaled in integer arithmetic, and a value
 * that is not a whole number of the smallest unit is refused rather than rounded.
 *
 * Each function returns NULL and stores the value, or returns what is wrong and what would be
 * right (static text) and stores nothing. The whole of @text must be the number; one space may
 * stand before the unit.
 */
#ifndef SCENARIO_UNIT_H
#define SCENARIO_UNIT_H

#include <stdint.h>

#include "sim/time.h"

/** Picoseconds: "3.2us" is 3200000. Units ps ns us ms s min h. */
const char *unit_parse_time(const char *text, sim_time *time);

/** Bytes: "1.5TiB". Units B KiB MiB GiB TiB PiB. */
const char *unit_parse_bytes(const char *text, uint64_t *bytes);

/** Parts per million of the whole: "12.5%" is 125000. At most four decimals. */
const char *unit_parse_percent(const char *text, uint64_t *ppm);

/** A plain decimal number without sign, fraction or leading zeros. */
const char *unit_parse_count(const char *text, uint64_t *count);

/** A plain decimal number that may have a minus sign. */
const char *unit_parse_integer(const char *text, int64_t *integer);

/**
 * @ppm of @whole, rounded down. Asserts that the result fits, which it does for @ppm up to 10^9
 * and @whole up to 2^54.
 */
uint64_t unit_share(uint64_t whole, uint64_t ppm);

/**
 * How a time (a size) is best written: the largest unit in which it is a whole number. For
 * messages and documents.
 */
struct unit_text {
	char text[32];
};
struct unit_text unit_show_time(sim_time time);
struct unit_text unit_show_bytes(uint64_t bytes);

#endif
