/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which of the stub headers has a name: for a message that says what to include, or where to add something.
 *
 * Reads the headers as text. A name counts where a line at the left defines it, whatever #if is around it.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "kvm/linux/explain.h"
#include "kvm/linux/files.h"

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* Does @text declare or define @name? A mere use in another's definition counts, too; comments do not matter. */
static bool has_word(const char *text, const char *name)
{
	size_t n = strlen(name);

	for (const char *at = strstr(text, name); at != NULL; at = strstr(at + 1, name)) {
		if ((at == text || !is_word(at[-1])) && strchr("( ;", at[n]) != NULL)
			return true;
	}
	return false;
}

/* "#define NAME" or "NAME(" at the left: a header that has @name for its own. */
static bool defines(const char *text, const char *name)
{
	char *define = text_format("#define %s", name), *function = text_format(" %s(", name),
	     *pointer = text_format("*%s(", name);
	bool found = false;

	for (const char *line = text; line != NULL && !found; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, define, strlen(define)) == 0)
			found = !is_word(line[strlen(define)]);
		else if (strncmp(line, "UVSIM_STUB ", 11) == 0)
			found = has_word(line, name) && (strcasestr(line, function) != NULL ||
							 strcasestr(line, pointer) != NULL);
		if (*line == '\0')
			break;
	}
	free(define);
	free(function);
	free(pointer);
	return found;
}

/* Does @text have the members of @type? */
static bool has_members(const char *text, const char *type)
{
	size_t n = strlen(type);

	for (const char *at = strstr(text, type); at != NULL; at = strstr(at + 1, type)) {
		if ((at == text || at[-1] == '\n') && strncmp(at + n, " {\n", 3) == 0)
			return true;
	}
	return false;
}

/* Path below @folder of the first header in which @has finds @name (heap), @below its own path; NULL if in none. */
static char *header_with(const char *folder, const char *below, const char *name,
			 bool (*has)(const char *text, const char *name))
{
	char *path = text_format("%s/%s", folder, below), **names = folder_names(path), *found = NULL;

	for (char **at = names; names != NULL && *at != NULL && found == NULL; at++) {
		char *inner = text_format("%s%s%s", below, *below != '\0' ? "/" : "", *at);
		char *file = text_format("%s/%s", folder, inner), *text = NULL;

		if (file_is_folder(file))
			found = header_with(folder, inner, name, has);
		else if ((text = file_read(file, NULL)) != NULL && has(text, name))
			found = text_copy(inner);
		free(text);
		free(file);
		free(inner);
	}
	names_free(names);
	free(path);
	return found;
}

char *explain_header_with(const char *headers, const char *name)
{
	return header_with(headers, "", name, defines);
}

char *explain_header_of_struct(const char *headers, const char *type)
{
	return header_with(headers, "", type, has_members);
}
