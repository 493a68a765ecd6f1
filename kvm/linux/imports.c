/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The functions of a pv.c by which pages of a guest are imported, and destroyed when it touches them: from
 * should_export_before_import() to kvm_s390_pv_destroy_page(). They run for each page, and bulk work (kvm/touch_bulk.c)
 * stands for a million of such calls; so it must know what they do. It knows those of the kernels below; a pv.c with
 * others is run page by page.
 *
 * Leaves out what these functions call elsewhere in the file (a patch that gives them something to call changes them),
 * and macros that make something else of the names in them.
 */
#include "kvm/linux/imports.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "kvm/linux/files.h"

/* Checksums of the functions without comments and spaces: what "uvsim pv info" shows. */
static const char *const known[] = {
	"a70510a13f053b5b91c40908cc3174d01301a70d4373731ef7f448de783b14d4",	/* 6.14 to 6.19 */
	"8386b144f32da2b3b558c920a82e07cf5cc57a711b76e715df1983a75dc6ca1e",	/* 7.3 */
};

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* Where the line of @text begins that defines the function @name, or NULL; @name ends with a bracket. */
static const char *definition(const char *text, const char *name)
{
	const char *at, *line;

	for (at = strstr(text, name); at != NULL; at = strstr(at + 1, name)) {
		for (line = at; line > text && line[-1] != '\n'; line--)
			;
		if (is_word(*line) && (line == at || !is_word(at[-1])))
			return line;
	}
	return NULL;
}

/* Where the first of the functions begins, or NULL; *@end is behind the last, or where @text begins. */
static const char *functions_of(const char *text, const char **end)
{
	static const char *const names[] = {
		"should_export_before_import(", "__kvm_s390_pv_make_secure(", "_kvm_s390_pv_make_secure(",
		"kvm_s390_pv_make_secure(", "kvm_s390_pv_convert_to_secure(", "kvm_s390_pv_destroy_page(",
	};
	const char *first = NULL, *last = NULL, *at;

	*end = text;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		at = definition(text, names[i]);
		if (at != NULL && (first == NULL || at < first))
			first = at;
		if (at != NULL && (last == NULL || at > last))
			last = at;
	}
	if (last != NULL) {
		at = strstr(last, "\n}\n");
		*end = at != NULL ? at + 2 : last + strlen(last);
	}
	return first;
}

/* Behind the comment that begins at @at. */
static const char *comment_end(const char *at, const char *end)
{
	const char *close = at[1] == '/' ? strchr(at, '\n') : strstr(at + 2, "*/");

	return close == NULL || close >= end ? end : at[1] == '/' ? close : close + 2;
}

/* The text from @from to @end into @to, with one space where words would become one. Returns its length. */
static size_t squeeze(const char *from, const char *end, char *to)
{
	size_t n = 0;
	bool apart = false;

	while (from < end) {
		if (from[0] == '/' && (from[1] == '*' || from[1] == '/')) {
			from = comment_end(from, end);
			apart = true;
		} else if (isspace((unsigned char)*from)) {
			from++;
			apart = true;
		} else {
			if (apart && n > 0 && is_word(to[n - 1]) && is_word(*from))
				to[n++] = ' ';
			apart = false;
			to[n++] = *from++;
		}
	}
	return n;
}

static bool is_known(const char sha256[65])
{
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(known[i], sha256) == 0)
			return true;
	return false;
}

bool imports_known(const char *file, char sha256[65])
{
	char *text = file_read(file, NULL), *squeezed, sum[65] = "";
	const char *end, *first = text != NULL ? functions_of(text, &end) : NULL;

	if (first != NULL) {
		squeezed = text_copy(first);
		sha256_bytes(squeezed, squeeze(first, end, squeezed), sum);
		free(squeezed);
	}
	if (sha256 != NULL)
		strcpy(sha256, sum);
	free(text);
	return text != NULL && (first == NULL || is_known(sum));
}
