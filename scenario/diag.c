/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Collecting messages about an input file. Models nothing; see diag.h. The form "file:line:column:
 * error: text" is that of compilers, so that editors can jump to it.
 */
#define _GNU_SOURCE /* vasprintf() */
#include "scenario/diag.h"

#include <assert.h>
#include <ctype.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* More than this are not even collected: a broken file can hold hundreds of thousands. */
#define ENTRIES_MAX 2000

struct sc_entry {
	struct mark mark;
	size_t order;
	bool error;
	char *text;
};

static void note(struct sc_diag *diag, bool error, struct mark mark, const char *format,
		 va_list arguments)
{
	diag->errors += error;
	if (diag->count == ENTRIES_MAX)
		return;
	if (diag->count == diag->room) {
		diag->room = diag->room ? 2 * diag->room : 16;
		diag->entry = realloc(diag->entry, diag->room * sizeof(*diag->entry));
		if (!diag->entry)
			abort();
	}

	struct sc_entry *entry = &diag->entry[diag->count];

	entry->mark = mark;
	entry->order = diag->count++;
	entry->error = error;
	if (vasprintf(&entry->text, format, arguments) < 0)
		abort();
}

void sc_error(struct sc_diag *diag, struct mark mark, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	note(diag, true, mark, format, arguments);
	va_end(arguments);
}

void sc_warn(struct sc_diag *diag, struct mark mark, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	note(diag, false, mark, format, arguments);
	va_end(arguments);
}

/* By position; what has none (--set) comes last; then in the order noted. */
static int by_position(const void *left, const void *right)
{
	const struct sc_entry *a = left, *b = right;
	size_t line_a = a->mark.line ? a->mark.line : SIZE_MAX;
	size_t line_b = b->mark.line ? b->mark.line : SIZE_MAX;

	if (line_a != line_b)
		return line_a < line_b ? -1 : 1;
	if (a->mark.column != b->mark.column)
		return a->mark.column < b->mark.column ? -1 : 1;
	return a->order < b->order ? -1 : 1;
}

static void append(struct messages *out, char *text)
{
	out->text = realloc(out->text, (out->count + 1) * sizeof(*out->text));
	if (!out->text)
		abort();
	out->text[out->count++] = text;
}

static void append_entry(struct messages *out, const struct sc_entry *entry)
{
	const char *kind = entry->error ? "error" : "warning";
	const char *file = entry->mark.file ? entry->mark.file : "uvsim";
	char *text;
	int length;

	if (entry->mark.line)
		length = asprintf(&text, "%s:%zu:%zu: %s: %s", file, entry->mark.line,
				  entry->mark.column, kind, entry->text);
	else
		length = asprintf(&text, "%s: %s: %s", file, kind, entry->text);
	if (length < 0)
		abort();
	append(out, text);
}

void sc_diag_flush(struct sc_diag *diag, struct messages *out)
{
	size_t shown = 0;

	if (diag->count)
		qsort(diag->entry, diag->count, sizeof(*diag->entry), by_position);
	for (size_t i = 0; i < diag->count; i++) {
		if (!diag->entry[i].error || shown < SC_ERRORS_MAX)
			append_entry(out, &diag->entry[i]);
		shown += diag->entry[i].error;
		free(diag->entry[i].text);
	}
	if (diag->errors > SC_ERRORS_MAX) {
		char *text;

		if (asprintf(&text, "%s: error: %zu more errors are not shown",
			     diag->entry[0].mark.file, diag->errors - SC_ERRORS_MAX) < 0)
			abort();
		append(out, text);
	}
	free(diag->entry);
	*diag = (struct sc_diag){ 0 };
}

void messages_free(struct messages *messages)
{
	for (size_t i = 0; i < messages->count; i++)
		free(messages->text[i]);
	free(messages->text);
	*messages = (struct messages){ 0 };
}

struct sc_shown sc_show(const char *text)
{
	struct sc_shown shown = { "" };
	size_t length = 0;

	while (text[length] && length < sizeof(shown.text) - 4) {
		unsigned char byte = (unsigned char)text[length];

		shown.text[length++] = byte < 0x20 || byte == 0x7f ? ' ' : (char)byte;
	}
	if (text[length]) {
		/* Cut before the first byte of a character, never inside one. */
		while (length && ((unsigned char)text[length] & 0xc0) == 0x80)
			length--;
		memcpy(shown.text + length, "...", 4);
	}
	return shown;
}

#define WORD_MAX 48

static unsigned least(unsigned a, unsigned b, unsigned c)
{
	unsigned m = a < b ? a : b;

	return m < c ? m : c;
}

unsigned sc_distance(const char *a, const char *b)
{
	size_t m = strlen(a), n = strlen(b);
	unsigned rows[3][WORD_MAX + 1];

	if (m > WORD_MAX || n > WORD_MAX)
		return 10 * WORD_MAX;
	for (size_t j = 0; j <= n; j++)
		rows[0][j] = (unsigned)j;
	for (size_t i = 1; i <= m; i++) {
		unsigned *now = rows[i % 3], *before = rows[(i + 2) % 3],
			 *earlier = rows[(i + 1) % 3];

		now[0] = (unsigned)i;
		for (size_t j = 1; j <= n; j++) {
			int x = tolower((unsigned char)a[i - 1]),
			    y = tolower((unsigned char)b[j - 1]);

			now[j] = least(now[j - 1] + 1, before[j] + 1, before[j - 1] + (x != y));
			if (i > 1 && j > 1 && x != y && x == tolower((unsigned char)b[j - 2]) &&
			    tolower((unsigned char)a[i - 2]) == y && earlier[j - 2] + 1 < now[j])
				now[j] = earlier[j - 2] + 1;
		}
	}
	return rows[m % 3][n];
}

void sc_nearest_offer(struct sc_nearest *nearest, const char *candidate)
{
	unsigned distance = sc_distance(nearest->word, candidate);
	size_t longest = strlen(candidate) > strlen(nearest->word) ? strlen(candidate)
								   : strlen(nearest->word);

	/* A third of the letters wrong can still be a slip; more is another word. */
	if (distance > (longest + 2) / 3)
		return;
	if (!nearest->best || distance < nearest->distance) {
		nearest->best = candidate;
		nearest->distance = distance;
	}
}
