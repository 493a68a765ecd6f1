/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Small helpers of the command line: the nearest word to a mistyped one, options, quoting, the
 * terminal.
 */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/cli.h"
#include "scenario/diag.h"

#define WORD_MAX 64

const char *cli_nearest(const char *word, const char *const *words)
{
	struct sc_nearest nearest = { .word = word };

	for (; *words; words++)
		sc_nearest_offer(&nearest, *words);
	return nearest.best;
}

int cli_bad_option(const char *subcommand, char *const *argv, int answer,
		   const struct option *options)
{
	const char *names[64], *nearest, *written = argv[optind - 1];
	char word[WORD_MAX];
	size_t count = 0;

	if (answer == ':') {
		fprintf(stderr, "uvsim %s: option %s needs a value\n", subcommand, written);
		return CLI_INPUT;
	}
	for (; options->name && count < 63; options++)
		names[count++] = options->name;
	names[count] = NULL;
	snprintf(word, sizeof(word), "%s", written + strspn(written, "-"));
	word[strcspn(word, "=")] = '\0';
	nearest = cli_nearest(word, names);
	fprintf(stderr, "uvsim %s: cannot take option %s", subcommand, written);
	if (nearest && strcmp(nearest, word) == 0)
		fprintf(stderr, ": --%s has no value\n", nearest);
	else if (nearest)
		fprintf(stderr, "; did you mean --%s?\n", nearest);
	else
		fprintf(stderr, "; \"uvsim help %s\" lists the options\n", subcommand);
	return CLI_INPUT;
}

void cli_quote(const char *text, FILE *out)
{
	static const char plain[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./=:,+@%";

	if (*text && strspn(text, plain) == strlen(text)) {
		fputs(text, out);
		return;
	}
	fputc('\'', out);
	for (; *text; text++) {
		if (*text == '\'')
			fputs("'\\''", out);
		else
			fputc(*text, out);
	}
	fputc('\'', out);
}

int cli_number(const char *text, uint64_t *number)
{
	char *end;

	errno = 0;
	*number = strtoull(text, &end, 10);
	return *text >= '0' && *text <= '9' && *end == '\0' && errno == 0;
}

unsigned cli_columns(FILE *stream)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size;
	uint64_t number;

	if (columns && cli_number(columns, &number) && number >= 1 && number <= 1000)
		return (unsigned)number;
	if (isatty(fileno(stream)) && ioctl(fileno(stream), TIOCGWINSZ, &size) == 0 && size.ws_col)
		return size.ws_col;
	return 80;
}

int cli_colour(FILE *stream)
{
	const char *off = getenv("NO_COLOR");

	return !(off && *off) && isatty(fileno(stream));
}
