/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * gnuplot, started as a process of its own, which gets commands and data through a pipe. Private to report/.
 */
#ifndef REPORT_GNUPLOT_H
#define REPORT_GNUPLOT_H

#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

struct gnuplot {
	FILE *to;		/* its input */
	const char *terminal;	/* "svg" or "png" */
	const char *path;
	pid_t child;
	void (*before)(int);	/* what SIGPIPE did */
};

/** Start it for a chart in @path (.svg or .png). False with a message on stderr. */
bool gnuplot_begin(struct gnuplot *plot, const char *path);

/** The script is written: 0, or -1 with a message on stderr when there is no chart. */
int gnuplot_end(struct gnuplot *plot);

/** @text in double quotes, for gnuplot, whose labels must not be taken for markup. */
void gnuplot_quoted(FILE *out, const char *text);

#endif
