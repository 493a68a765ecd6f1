/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Follows the path of an expectation through the result document.
 *
 * An array is indexed by number (negative from the end) or by the "name" of its elements; a *
 * stands for all of them. The counts of a UVC that was never issued are zero although the document
 * does not list it. When a path leads nowhere, the message names the step that failed and what
 * could have stood there.
 */
#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/judge.h"
#include "report/parts.h"

#define STEPS_MAX 16
#define NAMED_MAX 10 /* names listed in a message */

struct path_step {
	char text[96];
	bool star;
};

struct walk {
	struct judge_matches *matches;
	const json_t *document;
	struct path_step step[STEPS_MAX];
	size_t steps;
	size_t deepest; /* steps that worked before the failure that got farthest, plus one */
};

static bool fail(struct judge_matches *matches, const char *text, const char *path)
{
	snprintf(matches->error, sizeof(matches->error), "%s in path \"%s\"", text, path);
	return false;
}

/*
 * Takes "max(" ... ")" off: returns where the steps begin, and their end in *@end. NULL if the
 * brackets do not match.
 */
static const char *parse_aggregate(const char *path, enum judge_aggregate *aggregate,
				   const char **end)
{
	static const char *const name[] = { "", "min(", "max(", "sum(", "count(" };

	*end = path + strlen(path);
	*aggregate = JUDGE_EACH;
	for (int i = JUDGE_MIN; i <= JUDGE_COUNT; i++) {
		if (strncmp(path, name[i], strlen(name[i])) != 0)
			continue;
		if (*--*end != ')')
			return NULL;
		*aggregate = (enum judge_aggregate)i;
		return path + strlen(name[i]);
	}
	return path;
}

/* One step from @s on; returns what follows it, NULL if it is empty or too long. */
static const char *parse_step(const char *s, const char *end, struct path_step *step)
{
	const char *first = s;
	size_t length;
	bool quoted = s < end && *s == '"';

	if (quoted)
		first = ++s;
	while (s < end && *s != (quoted ? '"' : '.'))
		s++;
	length = (size_t)(s - first);
	if (length == 0 || length >= sizeof(step->text) || (quoted && s == end))
		return NULL;
	memcpy(step->text, first, length);
	step->text[length] = '\0';
	step->star = !quoted && strcmp(step->text, "*") == 0;
	return s + quoted;
}

static bool parse_path(const char *path, struct walk *walk)
{
	const char *end, *s = parse_aggregate(path, &walk->matches->aggregate, &end);

	if (!s)
		return fail(walk->matches, "a bracket is not closed", path);
	for (;;) {
		if (walk->steps == STEPS_MAX)
			return fail(walk->matches, "too many steps", path);
		s = parse_step(s, end, &walk->step[walk->steps++]);
		if (!s)
			return fail(walk->matches,
				    "a step is empty, too long or lacks its closing quote", path);
		if (s == end)
			break;
		if (*s++ != '.')
			return fail(walk->matches, "a dot is missing", path);
	}
	walk->matches->last_is_star = walk->step[walk->steps - 1].star;
	return true;
}

/* Does the step @want, as written, mean @name? */
static bool same_name(const char *want, const char *name)
{
	for (; *want && *name; want++, name++) {
		if (*want != *name && !(*want == '_' && *name == ' '))
			return false;
	}
	return *want == *name;
}

static void list_name(char *list, size_t size, const char *name, size_t n)
{
	size_t length = strlen(list);

	if (n < NAMED_MAX)
		snprintf(list + length, size - length, "%s%s", n ? ", " : "", name);
	else if (n == NAMED_MAX)
		snprintf(list + length, size - length, ", ...");
}

/* What could stand where a step failed. */
static void list_names(const json_t *node, char *list, size_t size)
{
	size_t n = 0;
	const char *key;
	json_t *element;
	size_t i;

	list[0] = '\0';
	if (json_is_object(node)) {
		json_object_foreach((json_t *)node, key, element)
			list_name(list, size, key, n++);
	} else if (json_is_array(node)) {
		json_array_foreach(node, i, element) {
			const char *name = json_string_value(json_object_get(element, "name"));

			if (name)
				list_name(list, size, name, n++);
		}
		if (n == 0 && json_array_size(node) == 1)
			snprintf(list, size, "only 0");
		else if (n == 0 && json_array_size(node))
			snprintf(list, size, "0 to %zu", json_array_size(node) - 1);
	}
}

static void lost(struct walk *walk, const json_t *node, size_t depth, const char *where)
{
	char names[160];

	if (depth < walk->deepest)
		return;
	walk->deepest = depth + 1;
	list_names(node, names, sizeof(names));
	if (!json_is_object(node) && !json_is_array(node))
		snprintf(walk->matches->error, sizeof(walk->matches->error), "%s has no parts",
			 where);
	else if (names[0])
		snprintf(walk->matches->error, sizeof(walk->matches->error),
			 "no \"%.40s\" in %.60s: there is %s", walk->step[depth].text,
			 where[0] ? where : "the result", names);
	else
		snprintf(walk->matches->error, sizeof(walk->matches->error),
			 "no \"%.40s\" in %.60s: it is empty", walk->step[depth].text,
			 where[0] ? where : "the result");
}

static void found(struct walk *walk, const json_t *node, const char *where)
{
	struct judge_matches *matches = walk->matches;

	if ((matches->count & (matches->count - 1)) == 0) {
		size_t room = matches->count ? 2 * matches->count : 1;

		matches->match = realloc(matches->match, room * sizeof(*matches->match));
		assert(matches->match);
	}
	matches->match[matches->count].where = strdup(where);
	assert(matches->match[matches->count].where);
	matches->match[matches->count++].value = node;
}

static void follow(struct walk *walk, const json_t *node, size_t depth, const char *where);

static void descend(struct walk *walk, const json_t *node, size_t depth, const char *where,
		    const char *name)
{
	char deeper[512];

	snprintf(deeper, sizeof(deeper), "%s%s%s", where, where[0] ? "." : "", name);
	follow(walk, node, depth + 1, deeper);
}

static bool is_uvc_name(const char *name)
{
	for (unsigned cmd = 0; cmd <= UINT16_MAX; cmd++) {
		const char *known = uvc_name((uint16_t)cmd);

		if (known && strcmp(known, name) == 0)
			return true;
	}
	return false;
}

static bool follow_object(struct walk *walk, const json_t *node, size_t depth, const char *where)
{
	const struct path_step *step = &walk->step[depth];
	bool any = false;
	const char *key;
	json_t *element;

	json_object_foreach((json_t *)node, key, element) {
		if (step->star || same_name(step->text, key)) {
			descend(walk, element, depth, where, key);
			any = true;
		}
	}
	if (!any && node == json_object_get(walk->document, "uvc") && is_uvc_name(step->text)) {
		if (!walk->matches->absent)
			walk->matches->absent =
				json_pack("{s:i, s:i, s:[]}", "count", 0, "time", 0, "answers");
		descend(walk, walk->matches->absent, depth, where, step->text);
		any = true;
	}
	return any;
}

/* Index meant by @text in an array of @size, -1 if it is no number or not in there. */
static json_int_t array_index(const char *text, size_t size)
{
	bool negative = text[0] == '-';
	json_int_t index;
	char *end;

	if (!isdigit((unsigned char)text[negative]))
		return -1;
	index = strtoll(text, &end, 10);
	if (*end || index >= (json_int_t)size || -index > (json_int_t)size)
		return -1;
	return negative ? (json_int_t)size + index : index;
}

static bool follow_array(struct walk *walk, const json_t *node, size_t depth, const char *where)
{
	const struct path_step *step = &walk->step[depth];
	json_int_t index = array_index(step->text, json_array_size(node));
	bool any = false;
	json_t *element;
	size_t i;

	json_array_foreach(node, i, element) {
		const char *name = json_string_value(json_object_get(element, "name"));
		char number[24];

		if (!step->star && (json_int_t)i != index && !(name && same_name(step->text, name)))
			continue;
		snprintf(number, sizeof(number), "%zu", i);
		descend(walk, element, depth, where, name ? name : number);
		any = true;
	}
	return any;
}

static void follow(struct walk *walk, const json_t *node, size_t depth, const char *where)
{
	bool any = false;

	if (depth == walk->steps) {
		found(walk, node, where);
		return;
	}
	if (json_is_object(node))
		any = follow_object(walk, node, depth, where);
	else if (json_is_array(node))
		any = follow_array(walk, node, depth, where);
	if (!any)
		lost(walk, node, depth, where);
}

bool judge_find(const json_t *document, const char *path, struct judge_matches *matches)
{
	struct walk walk = { .matches = matches, .document = document };

	memset(matches, 0, sizeof(*matches));
	if (!parse_path(path, &walk))
		return false;
	follow(&walk, document, 0, "");
	if (matches->count)
		matches->error[0] = '\0';
	return matches->count > 0;
}

void judge_matches_free(struct judge_matches *matches)
{
	for (size_t i = 0; i < matches->count; i++)
		free(matches->match[i].where);
	free(matches->match);
	json_decref(matches->absent);
	memset(matches, 0, sizeof(*matches));
}
