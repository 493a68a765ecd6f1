/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * --set path=value: change the tree of a scenario before it is read, so that what was set is
 * checked as if it stood in the file. A path is keys and indexes with dots between; a list of
 * mappings can also be indexed by their names. The value is YAML.
 */
#include "scenario/model.h"

#include <string.h>

#include "scenario/unit.h"

struct set {
	struct sc_reader *reader;
	struct mark mark; /* names the argument */
	const char *value;
	struct sc_node *node; /* the value as a tree */
};

/* Element of list @list that is called @name, or number @name. NULL: reported. */
static struct sc_node *find_element(struct set *set, const struct sc_node *list, const char *name)
{
	struct sc_nearest nearest = { .word = name };
	uint64_t index;

	if (unit_parse_count(name, &index) == NULL && index < list->count) {
		struct sc_node *element = list->child;

		while (index--)
			element = element->next;
		return element;
	}
	for (struct sc_node *element = list->child; element; element = element->next) {
		const struct sc_node *called =
			element->kind == SC_MAP ? sc_node_find(element, "name") : NULL;

		if (!called || called->kind != SC_SCALAR)
			continue;
		if (strcmp(called->text, name) == 0)
			return element;
		sc_nearest_offer(&nearest, called->text);
	}
	if (nearest.best)
		sc_error(set->reader->diag, set->mark,
			 "no element is called '%s'; did you mean '%s'?", sc_show(name).text,
			 nearest.best);
	else if (list->count)
		sc_error(set->reader->diag, set->mark,
			 "no element '%s' in the list; its elements are 0 to %zu",
			 sc_show(name).text, list->count - 1);
	else
		sc_error(set->reader->diag, set->mark, "no element '%s': the list is empty",
			 sc_show(name).text);
	return NULL;
}

/* Put the value in the place of @node, which keeps its key. */
static void replace(struct set *set, struct sc_node *node)
{
	struct sc_node *next = node->next;
	const char *key = node->key;

	*node = *set->node;
	node->next = next;
	node->key = key;
	node->key_mark = set->mark;
}

static struct sc_node *add_key(struct set *set, struct sc_node *map, const char *key)
{
	struct sc_node *node = sc_alloc(set->reader->arena, sizeof(*node));

	node->kind = SC_MAP;
	node->mark = set->mark;
	node->key = key;
	node->key_mark = set->mark;
	sc_node_append(map, node);
	return node;
}

/* The node one step of the path below @node, made if it is a missing key. NULL: reported. */
static struct sc_node *descend(struct set *set, struct sc_node *node, const char *step)
{
	if (*step == '\0') {
		sc_error(set->reader->diag, set->mark,
			 "empty step in the path; write for example host.memory=1TiB");
		return NULL;
	}
	if (node->kind == SC_LIST)
		return find_element(set, node, step);
	if (node->kind == SC_MAP) {
		struct sc_node *found = sc_node_find(node, step);

		return found ? found : add_key(set, node, step);
	}
	sc_error(set->reader->diag, set->mark, "nothing can be set at '%s': '%s' is a single value",
		 sc_show(step).text, sc_show(node->text).text);
	return NULL;
}

/* What the value means as YAML. NULL: reported. */
static struct sc_node *parse_value(struct set *set)
{
	struct sc_reader *reader = set->reader;

	/* Nothing behind the = is an empty value, for the reader to complain about. */
	if (set->value[strspn(set->value, " ")] == '\0') {
		struct sc_node *node = sc_alloc(reader->arena, sizeof(*node));

		*node = (struct sc_node){ .kind = SC_SCALAR, .mark = set->mark, .text = "" };
		return node;
	}
	return sc_node_parse(reader->arena, "", set->value, strlen(set->value), set->mark.file,
			     reader->diag);
}

void set_apply(struct sc_reader *reader, struct sc_node *root, const char *argument)
{
	struct set set = { .reader = reader };
	const char *equals = strchr(argument, '=');

	set.mark.file = sc_format(reader->arena, "--set %s", sc_show(argument).text);
	if (!equals || equals == argument) {
		sc_error(reader->diag, set.mark, "write PATH=VALUE, for example host.memory=1TiB");
		return;
	}
	set.value = equals + 1;
	set.node = parse_value(&set);

	char *path = sc_copy(reader->arena, argument, (size_t)(equals - argument));
	struct sc_node *node = root;

	for (char *step = path; step && node && set.node;) {
		char *dot = strchr(step, '.');

		if (dot)
			*dot++ = '\0';
		node = descend(&set, node, step);
		step = dot;
	}
	if (node && set.node)
		replace(&set, node);
}
