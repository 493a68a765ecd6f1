/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a compiler's output says beyond its first error: whatever else is unknown, so that a patch that needs
 * five things is told of all of them at once; and which of the stub headers has a name, when only an #include
 * is missing.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "kvm/linux/compiler.h"
#include "kvm/linux/explain.h"
#include "kvm/linux/files.h"

#define NAMES_MAX 20
#define COLUMNS 80

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

/* Path below @folder of the first header that defines @name (heap), @below its own path; NULL if none does. */
static char *header_with(const char *folder, const char *below, const char *name)
{
	char *path = text_format("%s/%s", folder, below), **names = folder_names(path), *found = NULL;

	for (char **at = names; names != NULL && *at != NULL && found == NULL; at++) {
		char *inner = text_format("%s%s%s", below, *below != '\0' ? "/" : "", *at);
		char *file = text_format("%s/%s", folder, inner), *text = NULL;

		if (file_is_folder(file))
			found = header_with(folder, inner, name);
		else if ((text = file_read(file, NULL)) != NULL && defines(text, name))
			found = text_copy(inner);
		free(text);
		free(file);
		free(inner);
	}
	names_free(names);
	free(path);
	return found;
}

static void add(char **message, char *line)
{
	char *longer = text_format("%s\n%s", *message, line);

	free(*message);
	free(line);
	*message = longer;
}

/* @text (heap, freed) in lines of a terminal below a message, each after a line feed. */
static char *indented(char *text)
{
	char *result = text_copy(""), *rest = text, *word, *longer;
	size_t column = COLUMNS;

	while ((word = strtok_r(rest, " ", &rest)) != NULL) {
		bool fresh = column + 1 + strlen(word) > COLUMNS;

		longer = text_format("%s%s%s", result, fresh ? "\n    " : " ", word);
		column = (fresh ? 4 : column + 1) + strlen(word);
		free(result);
		result = longer;
	}
	free(text);
	return result;
}

static char *not_modelled_hint(const char *place, const char *kind, const char *name, const char *reason)
{
	char *why = indented(text_format("%s; if you need it, declare it in kvm/linux/include/%s", reason,
					 explain_header_for(name, kind)));
	char *hint = text_format("uvsim: %s: %s '%s' is known, but not modelled:%s", place, kind, name, why);

	free(why);
	return hint;
}

/* A hint for the name unknown at @place; @first: it has been told of already. */
static void add_name(char **message, const char *place, const char *kind, const char *name, const char *headers,
		     bool first)
{
	char *header = strcmp(kind, "symbol") == 0 ? header_with(headers, "", name) : NULL, *hint = NULL;
	char *reason = header == NULL && strcmp(kind, "member") != 0 ? not_modelled_reason(headers, name) : NULL;

	if (header != NULL)
		hint = text_format("uvsim: %s: unknown symbol '%s': <%s> of the stub headers has it; "
				   "include that", place, name, header);
	else if (reason != NULL)
		hint = not_modelled_hint(place, kind, name, reason);
	if (hint != NULL && first) {
		free(*message);
		*message = hint;
	} else if (hint != NULL) {
		add(message, hint);
	} else if (!first) {
		add(message, text_format("uvsim: %s: unknown %s '%s'", place, kind, name));
	}
	free(reason);
	free(header);
}

char *compiler_explain_all(const char *log, const char *headers)
{
	char *message = compiler_explain(log), *seen[NAMES_MAX];
	unsigned count = 0;

	while (*log != '\0' && count < NAMES_MAX) {
		size_t n = strcspn(log, "\n");
		char *line = text_format("%.*s", (int)n, log), *place, *name;
		const char *kind;
		unsigned i = 0;

		log += n + (log[n] == '\n');
		name = strstr(line, "error: ") != NULL || strstr(line, "undefined reference to ") != NULL ?
			explain_unknown_name(line, &kind) : NULL;
		while (name != NULL && i < count && strcmp(seen[i], name) != 0)
			i++;
		if (name != NULL && i == count && strstr(line, "module.") == NULL) {
			place = explain_place(line);
			add_name(&message, place, kind, name, headers, count == 0);
			free(place);
			seen[count++] = name;
		} else {
			free(name);
		}
		free(line);
	}
	while (count > 0)
		free(seen[--count]);
	return message;
}
