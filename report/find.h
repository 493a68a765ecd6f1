/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The report of a search (`uvsim run --find`), from its document "uvsim.find/1" alone.
 */
#ifndef REPORT_FIND_H
#define REPORT_FIND_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

/** Print @document: every probe in order of value, then what was found. */
void find_print(const json_t *document, FILE *out, unsigned columns, bool colour);

#endif
