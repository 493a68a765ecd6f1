/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The conformance table as text and as a document.
 */
#ifndef REPORT_CONFORMANCE_H
#define REPORT_CONFORMANCE_H

#include <stdio.h>

#include "uv/conformance/conformance.h"

/** What one machine answered. */
struct conformance_table {
	const char *profile;		/* name in the table and document */
	const struct conformance_result *result;
	size_t results;
};

/**
 * The table on @out, one line a row, and a last line with the sums. Lines are as long as they need
 * to be.
 */
void conformance_print(FILE *out, const struct conformance_table *table);

/** All @tables as one JSON document ("uvsim.conformance/1"). 0 or -errno. */
int conformance_write(FILE *out, const struct conformance_table *tables, size_t count);

#endif
