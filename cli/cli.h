/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of cli/ share: the subcommands, exit statuses, and small helpers for messages.
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/** Exit statuses of uvsim. The worst of several runs is the largest. */
enum cli_status {
	CLI_OK = 0,	       /* all expectations met */
	CLI_FAILED = 1,	       /* an expectation was not met, or a violation was found */
	CLI_INPUT = 2,	       /* the input is wrong */
	CLI_INTERNAL = 3,      /* the simulator itself failed */
	CLI_INTERRUPTED = 130, /* Ctrl-C */
};

/** The subcommands; argv[0] is the subcommand's own name. Each returns an exit status. */
int cmd_run(int argc, char **argv);
int cmd_compare(int argc, char **argv);
int cmd_validate(int argc, char **argv);
int cmd_list(int argc, char **argv);
int cmd_pv(int argc, char **argv);
int cmd_uv(int argc, char **argv);
int cmd_plot(int argc, char **argv);

/** Name under which uvsim was called: for the command that repeats a run. */
extern const char *cli_program;

/** The text of `uvsim help SUBCOMMAND` on @out. */
void cli_help(const char *subcommand, FILE *out);

/** The entry of NULL-terminated @words that is most like @word, or NULL if none is like it. */
const char *cli_nearest(const char *word, const char *const *words);

/**
 * Complain about the option getopt_long() just refused, naming the nearest one. Returns CLI_INPUT.
 */
struct option;
int cli_bad_option(const char *subcommand, char *const *argv, int answer,
		   const struct option *options);

/** @text on @out as one word of a POSIX shell. */
void cli_quote(const char *text, FILE *out);

/** Read decimal @text into *@number. False if it is none or does not fit. */
int cli_number(const char *text, uint64_t *number);

/** Width of the terminal behind @stream; COLUMNS if set; 80 if there is none. */
unsigned cli_columns(FILE *stream);

/** Whether to colour what goes to @stream: a terminal, and NO_COLOR is not set. */
int cli_colour(FILE *stream);

#endif
