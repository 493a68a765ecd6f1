/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages about an input file: collected while it is read, sorted by position at the end, at most
 * SC_ERRORS_MAX errors shown. And the search for the name that was meant.
 */
#ifndef SCENARIO_DIAG_H
#define SCENARIO_DIAG_H

#include <stdbool.h>
#include <stddef.h>

#include "scenario/scenario.h"

#define SC_ERRORS_MAX 20

struct sc_entry;

/** Zero-initialise before use. */
struct sc_diag {
	struct sc_entry *entry;
	size_t count, room;
	size_t errors;
};

/**
 * Note an error (a warning) at @mark. A mark with line 0 is printed by its file name alone. The
 * texts of marks must outlive @diag.
 */
void sc_error(struct sc_diag *diag, struct mark mark, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void sc_warn(struct sc_diag *diag, struct mark mark, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/** Append all that was noted to @out, in the order of the file, and empty @diag. */
void sc_diag_flush(struct sc_diag *diag, struct messages *out);

/**
 * A piece of the input as it may appear in a message: short, in one line, without control
 * characters.
 */
struct sc_shown {
	char text[64];
};
struct sc_shown sc_show(const char *text);

/** Search for the name nearest to @word. Set word, zero the rest, offer each candidate. */
struct sc_nearest {
	const char *word;
	const char *best;	/* NULL: nothing near; of equally near ones the first offered */
	unsigned distance;
};
void sc_nearest_offer(struct sc_nearest *nearest, const char *candidate);

/**
 * Edits (insert, delete, replace, swap of neighbours; case ignored) that turn @a into @b; a large
 * number if either is very long.
 */
unsigned sc_distance(const char *a, const char *b);

#endif
