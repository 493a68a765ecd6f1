/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Output files that appear whole or not at all: written under a temporary name in the same
 * directory, then renamed.
 */
#ifndef REPORT_OUTPUT_H
#define REPORT_OUTPUT_H

#include <stdio.h>

/** A file that is being written. Zero-initialised: none. */
struct output {
	FILE *stream;
	char *path;	 /* where it will stand; symbolic links resolved */
	char *temporary; /* NULL: written in place (a pipe, a terminal, a device) */
};

/**
 * Begin to write @path; "-" is standard output. 0 or -errno; no message. A file that is there stays
 * as it is until output_commit().
 */
int output_open(struct output *output, const char *path);

/**
 * Flush to the disk, close, and put the file in its place. 0 or -errno, in which case nothing is
 * left behind.
 */
int output_commit(struct output *output);

/** Remove what is being written and not yet in its place. Safe in a signal handler that ends the process. */
void output_remove_temporaries(void);

/** Close and leave nothing behind. Does nothing for an output that is not open. */
void output_abandon(struct output *output);

#endif
