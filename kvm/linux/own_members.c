/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Members that pv.c's own kernel gives to KVM's structs: a patch to pv.c that keeps something in struct kvm_s390_pv
 * comes with a change to arch/s390/include/asm/kvm_host.h. Such a header in the tree, or a kvm_host.h beside a lone
 * pv.c, is read for members that pv.c names and the stub headers do not have; they become a header of the module's own.
 *
 * Left out: what the rest of the kernel would do with such a member. It is zero when the VM is made; only pv.c sets it.
 */
#define _GNU_SOURCE
#include "kvm/linux/own_members.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "kvm/linux/files.h"

static const char *const types[] = { "kvm_s390_pv_vcpu", "kvm_vcpu_arch", "kvm_s390_pv", "kvm_arch" };

#define TYPES (sizeof(types) / sizeof(types[0]))

/* What is made of one kernel header. */
struct search {
	char *pv_c, *known;	/* texts: pv.c, and the stub header with the structs */
	char *header, *names;	/* results: the header, and "struct x: a, b" of it for the message */
};

static void append(char **text, const char *more, size_t n)
{
	char *longer = text_format("%s%.*s", *text, (int)n, more);

	free(*text);
	*text = longer;
}

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* Does @text have @name as a word, behind a "." or "->" if it is to be a @member? */
static bool has_word(const char *text, const char *name, bool member)
{
	size_t n = strlen(name);

	for (const char *at = strstr(text, name); at != NULL; at = strstr(at + 1, name)) {
		char before = at > text ? at[-1] : ' ';

		if (!is_word(before) && !is_word(at[n]) &&
		    (!member || before == '.' || (before == '>' && at - 2 >= text && at[-2] == '-')))
			return true;
	}
	return false;
}

/* Comments and directives become spaces. */
static void strip(char *text)
{
	bool begin = true;

	for (char *p = text; *p != '\0';) {
		size_t n = 1;

		if (strncmp(p, "/*", 2) == 0)
			n = strstr(p + 2, "*/") != NULL ? (size_t)(strstr(p + 2, "*/") + 2 - p) : strlen(p);
		else if (strncmp(p, "//", 2) == 0 || (begin && *p == '#'))
			n = strcspn(p, "\n");
		if (n > 1)
			memset(p, ' ', n);
		begin = *p == '\n' || (begin && isspace((unsigned char)*p));
		p += n;
	}
}

/* The end of the declaration at @from: its ";" or the end of the text. */
static const char *declaration_end(const char *from)
{
	int depth = 0;

	while (*from != '\0' && (*from != ';' || depth > 0)) {
		depth += (*from == '{') - (*from == '}');
		from++;
	}
	return from;
}

/*
 * Does the declaration in [from, to) declare a member that is wanted? Then its name (heap). What declares is a word
 * before a comma, a bracket, a colon or the end, outside braces.
 */
static char *wanted(const struct search *search, const char *from, const char *to)
{
	int depth = 0;

	for (const char *p = from; p < to; p++) {
		const char *end = p;
		char *name;

		depth += (*p == '{') - (*p == '}');
		if (depth > 0 || !is_word(*p) || (p > from && is_word(p[-1])))
			continue;
		while (end < to && is_word(*end))
			end++;
		name = text_format("%.*s", (int)(end - p), p);
		while (end < to && isspace((unsigned char)*end))
			end++;
		if ((end == to || strchr(",[:)", *end) != NULL) && has_word(search->pv_c, name, true) &&
		    !has_word(search->known, name, false))
			return name;
		free(name);
	}
	return NULL;
}

/* All of struct @type in the kernel's header @text. */
static void add_struct(struct search *search, const char *text, const char *type)
{
	char *begin = text_format("struct %s {", type), *close;
	const char *body = strstr(text, begin), *end;
	unsigned found = 0;

	append(&search->header, "#define uvsim_own_", 18);
	append(&search->header, type, strlen(type));
	body = body != NULL ? body + strlen(begin) : "";
	end = declaration_end(body - (*body != '\0'));
	for (const char *next; body < end; body = next + 1) {
		char *name;

		next = declaration_end(body);
		name = next < end ? wanted(search, body, next) : NULL;
		if (name == NULL)
			continue;
		append(&search->header, " ", 1);
		for (const char *p = body; p <= next; p++)
			append(&search->header, isspace((unsigned char)*p) ? " " : p, 1);
		close = text_format("%s'%s' of 'struct %s'", search->names[0] != '\0' ? ", " : "", name, type);
		append(&search->names, close, strlen(close));
		free(close);
		free(name);
		found++;
	}
	append(&search->header, "\n", 1);
	free(begin);
}

/* The kernel header that belongs to @file, with its text in *@text (both heap); NULL if there is none. */
static char *kernel_header(const char *file, char **text)
{
	static const char *const below[] = { "../include/asm/", "../../include/asm/", "" };
	int folder = (int)(strrchr(file, '/') + 1 - file);

	for (size_t i = 0; i < sizeof(below) / sizeof(below[0]); i++) {
		char *path = text_format("%.*s%skvm_host.h", folder, file, below[i]);

		*text = file_is_regular(path) ? file_read(path, NULL) : NULL;
		if (*text != NULL)
			return path;
		free(path);
	}
	return NULL;
}

char *own_members(const char *file, const char *data, char **note)
{
	char *known = text_format("%s/kvm/linux/include/uvsim/kvm_objects.h", data), *text, *path;
	struct search search = { .known = file_read(known, NULL) };

	free(known);
	*note = NULL;
	path = kernel_header(file, &text);
	if (path == NULL || search.known == NULL) {
		free(search.known);
		return NULL;
	}
	search.pv_c = file_read(file, NULL);
	search.header = text_copy("");
	search.names = text_copy("");
	strip(text);
	for (size_t i = 0; search.pv_c != NULL && i < TYPES; i++)
		add_struct(&search, text, types[i]);
	if (search.names[0] != '\0') {
		*note = text_format("uvsim: pv.c: from %s: %s; zero when the VM is made, set by pv.c alone\n", path,
				    search.names);
	} else {
		free(search.header);
		search.header = NULL;
	}
	free(search.pv_c);
	free(search.known);
	free(search.names);
	free(text);
	free(path);
	return search.header;
}
