/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Is a text clean UTF-8?
 */
#ifndef SCENARIO_UTF8_H
#define SCENARIO_UTF8_H

#include <stdbool.h>
#include <stddef.h>

enum utf8_flaw {
	UTF8_GOOD,
	UTF8_BROKEN,	/* bytes that are no UTF-8 */
	UTF8_CONTROL,	/* a control character other than tab and line ends */
};

/**
 * Check @length bytes. *@line and *@column, counted in characters from 1, tell where the first
 * flaw is.
 */
enum utf8_flaw utf8_check(const char *text, size_t length, size_t *line, size_t *column);

#endif
