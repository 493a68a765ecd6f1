/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A program's list of steps: which are words, which have a value, and which are neither. What stands in the value is
 * the business of who owns the program.
 */
#include "scenario/steps.h"

#include <string.h>

#include "scenario/model.h"

/* The place of @name, or -1 with an error told. */
static int find_kind(struct sc_reader *reader, const struct sc_steps *steps, struct mark mark, const char *name)
{
	for (int i = 0; steps->names[i]; i++) {
		if (strcmp(steps->names[i], name) == 0)
			return i;
	}
	sc_unknown_name(reader, mark, "step", name, steps->names);
	return -1;
}

static bool read_step(struct sc_reader *reader, const struct sc_steps *steps, const struct sc_node *entry, size_t index,
		      void *object)
{
	const struct sc_node *value = entry->kind == SC_MAP ? entry->child : NULL;
	struct mark mark = entry->mark;
	int kind;

	if (entry->kind == SC_LIST) {
		sc_error(reader->diag, mark, "expected a step, found a list");
		return false;
	}
	if (entry->kind == SC_MAP && entry->count != 1) {
		sc_error(reader->diag, mark,
			 "a step is one word, or one key with its value; found %zu keys (what belongs to a step is "
			 "indented below it)",
			 entry->count);
		return false;
	}
	if (value)
		kind = find_kind(reader, steps, value->key_mark, value->key);
	else
		kind = find_kind(reader, steps, mark, entry->text);
	return kind >= 0 && steps->read(reader, kind, mark, value, index, object);
}

size_t sc_steps_count(struct sc_reader *reader, const struct sc_node *node)
{
	if (!sc_expect_kind(reader, node, SC_LIST, "a list of steps"))
		return 0;
	if (node->count >= 1 && node->count <= SC_STEPS_MAX)
		return node->count;
	sc_error(reader->diag, node->mark, "program: 1 to %d steps are possible, found %zu", SC_STEPS_MAX, node->count);
	return 0;
}

size_t sc_steps_read(struct sc_reader *reader, const struct sc_steps *steps, const struct sc_node *node, void *object)
{
	size_t count = 0;

	for (const struct sc_node *entry = node->child; entry; entry = entry->next)
		count += read_step(reader, steps, entry, count, object);
	return count;
}
