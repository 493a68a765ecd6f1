/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Several result documents of one scenario side by side: a table for people, a chart.
 */
#ifndef REPORT_COMPARE_H
#define REPORT_COMPARE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

/**
 * What is compared, from @document alone: an object of integers (ps, bytes, counts), null where there
 * is none. Of several VMs and reboots the worst counts. The caller owns it.
 */
json_t *compare_summary(const json_t *document);

/**
 * Print the table of array @results, documents of one scenario: a column for each, in blocks where
 * @columns do not hold all.
 */
void compare_print(const json_t *results, FILE *out, unsigned columns, bool colour);

/**
 * Draw array @scenarios, each an object with "results", to file @path (.svg or .png) with gnuplot:
 * a panel for each scenario. 0, or -1 with a message on stderr.
 */
int compare_plot(const json_t *scenarios, const char *path);

#endif
