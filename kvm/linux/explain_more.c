/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All that a compiler's output says is unknown, so that a patch that needs five things is told of all of them at once:
 * for each whether an #include is missing, why it is not modelled, or where to add it.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "kvm/linux/compiler.h"
#include "kvm/linux/explain.h"
#include "kvm/linux/files.h"

#define NAMES_MAX 20
#define COLUMNS 80

static void add(char **message, char *line)
{
	char *longer = text_format("%s%s%s", *message != NULL ? *message : "", *message != NULL ? "\n" : "", line);

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

/* A reason that stands in @before already is not told again. */
static char *not_modelled_hint(const char *place, const char *kind, const char *name, const char *reason,
			       const char *before)
{
	char *why = indented(text_format("%s", reason));
	bool told = before != NULL && strstr(before, why) != NULL;
	char *hint = text_format("uvsim: %s: %s '%s' is known, but not modelled%s%s\n"
				 "    if you need it, declare it in kvm/linux/include/%s", place, kind, name,
				 told ? " (for the reason above)" : ":", told ? "" : why, explain_header_for(name));

	free(why);
	return hint;
}

/* The structs that a kernel's own asm/kvm_host.h may give more members (own_members.c). */
static bool takes_own_members(const char *type)
{
	static const char *const types[] = {
		"struct kvm_s390_pv", "struct kvm_arch", "struct kvm_s390_pv_vcpu", "struct kvm_vcpu_arch",
	};

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (strcmp(type, types[i]) == 0)
			return true;
	}
	return false;
}

char *explain_member(const char *line, const char *place, const char *name, const char *headers)
{
	const char *at = strstr(line, "'struct ");
	char *type = at != NULL ? text_format("%.*s", (int)strcspn(at + 1, "'"), at + 1) : text_copy("its struct");
	char *header = explain_header_of_struct(headers, type), *hint;

	if (takes_own_members(type))
		hint = text_format("uvsim: %s: unknown member '%s' of '%s': give it to the struct in "
				   "arch/s390/include/asm/kvm_host.h of your tree (beside a lone pv.c: in kvm_host.h)",
				   place, name, type);
	else if (header != NULL)
		hint = text_format("uvsim: %s: unknown member '%s' of '%s': the stub headers do not have it; add it "
				   "to kvm/linux/include/%s", place, name, type, header);
	else
		hint = text_format("uvsim: %s: unknown member '%s' of '%s'", place, name, type);
	free(header);
	free(type);
	return hint;
}

/* What is said of the @kind @name, unknown at @place as @line has it, @before having been said; NULL: nothing. */
static char *hint_of(const char *line, const char *place, const char *kind, const char *name, const char *headers,
		     const char *before)
{
	char *header = NULL, *reason = NULL, *hint;

	if (strcmp(kind, "member") == 0)
		return explain_member(line, place, name, headers);
	if (strcmp(kind, "symbol") == 0)
		header = explain_header_with(headers, name);
	else if (strncmp(name, "struct ", 7) == 0)
		header = explain_header_of_struct(headers, name);
	if (header == NULL)
		reason = not_modelled_reason(headers, name);
	if (header != NULL)
		hint = text_format("uvsim: %s: unknown %s '%s': <%s> of the stub headers has it; "
				   "include that", place, kind, name, header);
	else if (reason != NULL)
		hint = not_modelled_hint(place, kind, name, reason, before);
	else
		hint = text_format("uvsim: %s: unknown %s '%s': %sadd it to kvm/linux/include/%s", place, kind, name,
				   before == NULL ? "the stub headers do not have it; " : "", explain_header_for(name));
	free(reason);
	free(header);
	return hint;
}

static bool is_error(const char *line)
{
	return strstr(line, "error: ") != NULL || strstr(line, "undefined reference to ") != NULL;
}

/* The name that the error @line, followed by @next, is about (heap); NULL if it is about something else. */
static char *name_of(const char *line, const char *next, const char **kind)
{
	char *name;

	if (!is_error(line) || strstr(line, "module.") != NULL)
		return NULL;
	name = explain_unknown_name(line, kind);
	return name != NULL ? name : explain_quoted_name(line, next, kind);
}

/* Adds what @line is about to *@message, unless it is among the @count names of @seen; the new count. */
static unsigned add_line(char **message, const char *line, const char *next, const char *headers, char **seen,
			 unsigned count)
{
	const char *kind;
	char *name = name_of(line, next, &kind), *place;
	unsigned i = 0;

	while (name != NULL && i < count && strcmp(seen[i], name) != 0)
		i++;
	if (name == NULL || i < count) {
		free(name);
		return count;
	}
	place = explain_place(line);
	add(message, hint_of(line, place, kind, name, headers, *message));
	free(place);
	seen[count] = name;
	return count + 1;
}

/* Is the first error of @log about a name, and so told of by add_line()? */
static bool begins_with_name(const char *log)
{
	bool named = false;

	for (bool error = false; *log != '\0' && !error;) {
		size_t n = strcspn(log, "\n");
		char *line = text_format("%.*s", (int)n, log), *name;
		const char *kind;

		log += n + (log[n] == '\n');
		error = is_error(line);
		name = name_of(line, log, &kind);
		named = name != NULL;
		free(name);
		free(line);
	}
	return named;
}

char *compiler_explain_all(const char *log, const char *headers)
{
	char *message = begins_with_name(log) ? NULL : compiler_explain(log), *seen[NAMES_MAX];
	unsigned count = 0;

	while (*log != '\0' && count < NAMES_MAX) {
		size_t n = strcspn(log, "\n");
		char *line = text_format("%.*s", (int)n, log);

		log += n + (log[n] == '\n');
		count = add_line(&message, line, log, headers, seen, count);
		free(line);
	}
	while (count > 0)
		free(seen[--count]);
	return message;
}
