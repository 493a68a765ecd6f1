/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The chart of memory over time.
 */
#ifndef REPORT_MEMORY_PLOT_H
#define REPORT_MEMORY_PLOT_H

#include <jansson.h>

/**
 * Draw the memory over time that result @document holds to file @path (.svg or .png) with gnuplot. 0, or -1 with a
 * message on stderr.
 */
int memory_plot(const json_t *document, const char *path);

#endif
