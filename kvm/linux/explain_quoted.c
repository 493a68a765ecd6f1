/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a compiler's error leaves to its quotation of the source: the macro that is none, at which it only finds a
 * parenthesis too many, and the struct whose members it does not know.
 *
 * gcc quotes with line numbers ("   24 | text"), clang 14 without; both are read.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "kvm/linux/explain.h"
#include "kvm/linux/files.h"

/* The source in the line of output at @next, behind its line number if it has one. */
static const char *quotation(const char *next)
{
	const char *text = next + strspn(next, " 0123456789");

	return strncmp(text, "| ", 2) == 0 && text > next ? text + 2 : next;
}

/* How many characters of @text are a name. */
static size_t word(const char *text)
{
	size_t n = 0;

	while (isalnum((unsigned char)text[n]) || text[n] == '_')
		n++;
	return isdigit((unsigned char)*text) ? 0 : n;
}

/* "DEFINE_THING(", "static DEFINE_THING(" at the left of @source: the name, on the heap; NULL: something else. */
static char *macro_at_left(const char *source)
{
	size_t n;

	if (strncmp(source, "static ", 7) == 0)
		source += 7;
	n = word(source);
	return n > 0 && source[n] == '(' ? text_format("%.*s", (int)n, source) : NULL;
}

/* The column in "pv.c:24:31: error"; 0 if it has none. */
static size_t column_of(const char *line)
{
	const char *error = strstr(line, ": error"), *at = error;

	while (at != NULL && at > line && isdigit((unsigned char)at[-1]))
		at--;
	return at != error && at > line && at[-1] == ':' ? strtoul(at, NULL, 10) : 0;
}

/* The last "struct NAME" of @source before @column that is no pointer, on the heap; NULL if there is none. */
static char *struct_of(const char *source, size_t column)
{
	const char *end = source + strcspn(source, "\n"), *found = NULL;

	if (column > 0 && column < (size_t)(end - source))
		end = source + column;
	for (const char *at = strstr(source, "struct "); at != NULL && at < end; at = strstr(at + 1, "struct ")) {
		size_t n = word(at + 7);

		if (n > 0 && at[7 + n] == ' ' && at[8 + n] != '*' && at[8 + n] != '{')
			found = at;
	}
	return found != NULL ? text_format("struct %.*s", (int)word(found + 7), found + 7) : NULL;
}

char *explain_quoted_name(const char *line, const char *next, const char **kind)
{
	static const char *const syntax[] = {
		"expected ", "type specifier missing", "parameter list without types",
	};

	*kind = "type";
	if (strstr(line, "incomplete type") != NULL || strstr(line, "storage size of ") != NULL)
		return struct_of(quotation(next), column_of(line));
	*kind = "symbol";
	for (size_t i = 0; i < sizeof(syntax) / sizeof(syntax[0]); i++) {
		if (strstr(line, syntax[i]) != NULL)
			return macro_at_left(quotation(next));
	}
	return NULL;
}
