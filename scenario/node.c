/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From libyaml's events to a tree of nodes; see node.h. Leaves out what a scenario has no need for
 * and what makes a file hard to check: anchors, aliases, tags, several documents, keys that are not
 * words.
 */
#include "scenario/node.h"

#include <string.h>
#include <yaml.h>

#include "scenario/utf8.h"

struct build {
	struct sc_arena *arena;
	struct sc_diag *diag;
	const char *file;
	const char *origin;
	const char *text;
	size_t length;
	yaml_parser_t parser;
	size_t nodes;
	bool broken; /* no sense in going on */
};

static struct mark mark_of(const struct build *build, yaml_mark_t at)
{
	if (build->origin)
		return (struct mark){ build->origin, 0, 0 };
	return (struct mark){ build->file, at.line + 1, at.column + 1 };
}

static void syntax_error(struct build *build)
{
	const yaml_parser_t *parser = &build->parser;
	yaml_mark_t at = parser->problem_mark;
	const char *problem = parser->problem ? parser->problem : "it breaks off";
	const char *hint = "";

	/* libyaml says "character that cannot start any token" of a tab. */
	if (at.index < build->length && build->text[at.index] == '\t')
		hint = "; indent with spaces, not with tabs";
	if (parser->context)
		sc_error(build->diag, mark_of(build, at), "not valid YAML: %s (%s)%s", problem,
			 parser->context, hint);
	else
		sc_error(build->diag, mark_of(build, at), "not valid YAML: %s%s", problem, hint);
	build->broken = true;
}

/* The next event; the caller deletes it. False: an error was reported. */
static bool next_event(struct build *build, yaml_event_t *event)
{
	if (yaml_parser_parse(&build->parser, event))
		return true;
	syntax_error(build);
	return false;
}

static void refuse(struct build *build, yaml_mark_t at, const char *why)
{
	sc_error(build->diag, mark_of(build, at), "%s", why);
	build->broken = true;
}

static bool check_properties(struct build *build, const yaml_event_t *event,
			     const yaml_char_t *anchor, const yaml_char_t *tag)
{
	if (anchor)
		refuse(build, event->start_mark,
		       "anchors (&name) are not supported; write the value out");
	else if (tag)
		refuse(build, event->start_mark,
		       "tags (!type) are not supported; write the plain value");
	return !build->broken;
}

static bool check_scalar(struct build *build, const yaml_event_t *event)
{
	const char *value = (const char *)event->data.scalar.value;

	if (!check_properties(build, event, event->data.scalar.anchor, event->data.scalar.tag))
		return false;
	if (strlen(value) != event->data.scalar.length)
		refuse(build, event->start_mark, "a NUL character inside a value");
	return !build->broken;
}

static struct sc_node *new_node(struct build *build, enum sc_kind kind, yaml_mark_t at)
{
	struct sc_node *node = sc_alloc(build->arena, sizeof(*node));

	node->kind = kind;
	node->mark = mark_of(build, at);
	if (++build->nodes > SC_NODES_MAX)
		refuse(build, at, "too many values in one file");
	return node;
}

static struct sc_node *read_node(struct build *build, const yaml_event_t *event, unsigned depth);

static void read_list(struct build *build, struct sc_node *list, unsigned depth)
{
	yaml_event_t event;

	while (!build->broken && next_event(build, &event)) {
		bool end = event.type == YAML_SEQUENCE_END_EVENT;
		struct sc_node *node = end ? NULL : read_node(build, &event, depth);

		yaml_event_delete(&event);
		if (end)
			return;
		if (node)
			sc_node_append(list, node);
	}
}

static void check_duplicate(struct build *build, const struct sc_node *map,
			    const struct sc_node *entry)
{
	const struct sc_node *first = sc_node_find(map, entry->key);

	if (first && first->key_mark.line)
		sc_error(build->diag, entry->key_mark,
			 "key '%s' is given twice; the first is in line %zu",
			 sc_show(entry->key).text, first->key_mark.line);
	else if (first)
		sc_error(build->diag, entry->key_mark, "key '%s' is given twice",
			 sc_show(entry->key).text);
}

static void read_entry(struct build *build, struct sc_node *map, const yaml_event_t *key,
		       unsigned depth)
{
	yaml_event_t event;

	if (key->type != YAML_SCALAR_EVENT) {
		refuse(build, key->start_mark,
		       key->type == YAML_ALIAS_EVENT
			       ? "aliases (*name) are not supported; write the value out"
			       : "a key must be a single word");
		return;
	}
	if (!check_scalar(build, key) || !next_event(build, &event))
		return;

	struct sc_node *node = read_node(build, &event, depth);

	yaml_event_delete(&event);
	if (!node)
		return;
	node->key = sc_copy(build->arena, (const char *)key->data.scalar.value,
			    key->data.scalar.length);
	node->key_mark = mark_of(build, key->start_mark);
	if (map->count == SC_KEYS_MAX) {
		refuse(build, key->start_mark, "too many keys in one mapping");
		return;
	}
	check_duplicate(build, map, node);
	sc_node_append(map, node);
}

static void read_map(struct build *build, struct sc_node *map, unsigned depth)
{
	yaml_event_t event;

	while (!build->broken && next_event(build, &event)) {
		bool end = event.type == YAML_MAPPING_END_EVENT;

		if (!end)
			read_entry(build, map, &event, depth);
		yaml_event_delete(&event);
		if (end)
			return;
	}
}

static struct sc_node *read_scalar(struct build *build, const yaml_event_t *event)
{
	if (!check_scalar(build, event))
		return NULL;

	struct sc_node *node = new_node(build, SC_SCALAR, event->start_mark);

	node->text = sc_copy(build->arena, (const char *)event->data.scalar.value,
			     event->data.scalar.length);
	node->quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
	return node;
}

/* The node that begins with @event, or NULL when the document is broken there. */
static struct sc_node *read_node(struct build *build, const yaml_event_t *event, unsigned depth)
{
	struct sc_node *node = NULL;

	if (depth == SC_DEPTH_MAX) {
		refuse(build, event->start_mark, "nested too deep (the limit is 32 levels)");
		return NULL;
	}
	if (event->type == YAML_ALIAS_EVENT) {
		refuse(build, event->start_mark,
		       "aliases (*name) are not supported; write the value out");
	} else if (event->type == YAML_SCALAR_EVENT) {
		node = read_scalar(build, event);
	} else if (event->type == YAML_SEQUENCE_START_EVENT) {
		if (!check_properties(build, event, event->data.sequence_start.anchor,
				      event->data.sequence_start.tag))
			return NULL;
		node = new_node(build, SC_LIST, event->start_mark);
		read_list(build, node, depth + 1);
	} else if (event->type == YAML_MAPPING_START_EVENT) {
		if (!check_properties(build, event, event->data.mapping_start.anchor,
				      event->data.mapping_start.tag))
			return NULL;
		node = new_node(build, SC_MAP, event->start_mark);
		read_map(build, node, depth + 1);
	}
	return build->broken ? NULL : node;
}

static struct sc_node *read_stream(struct build *build)
{
	struct sc_node *root = NULL;
	bool end = false;

	while (!end && !build->broken) {
		yaml_event_t event;

		if (!next_event(build, &event))
			break;
		end = event.type == YAML_STREAM_END_EVENT;
		if (event.type == YAML_DOCUMENT_START_EVENT && root)
			refuse(build, event.start_mark,
			       "a second document begins; a file holds one");
		else if (event.type != YAML_STREAM_START_EVENT &&
			 event.type != YAML_DOCUMENT_START_EVENT &&
			 event.type != YAML_DOCUMENT_END_EVENT && !end)
			root = read_node(build, &event, 0);
		yaml_event_delete(&event);
	}
	return build->broken ? NULL : root;
}

static bool check_text(struct build *build)
{
	struct mark mark = { build->origin ? build->origin : build->file, 1, 1 };
	enum utf8_flaw flaw = utf8_check(build->text, build->length, &mark.line, &mark.column);

	if (build->origin)
		mark.line = mark.column = 0;
	if (build->length > SC_FILE_MAX) {
		mark.line = mark.column = build->origin ? 0 : 1;
		sc_error(build->diag, mark, "too large: the limit is 1MiB");
	} else if (flaw == UTF8_BROKEN) {
		sc_error(build->diag, mark, "not UTF-8 text");
	} else if (flaw == UTF8_CONTROL) {
		sc_error(build->diag, mark,
			 "a control character; only tab and line ends are allowed");
	} else {
		return true;
	}
	return false;
}

struct sc_node *sc_node_parse(struct sc_arena *arena, const char *file, const char *text,
			      size_t length, const char *origin, struct sc_diag *diag)
{
	struct build build = { .arena = arena, .diag = diag, .text = text, .length = length };

	build.file = sc_copy(arena, file, strlen(file));
	build.origin = origin ? sc_copy(arena, origin, strlen(origin)) : NULL;
	if (!check_text(&build))
		return NULL;
	if (!yaml_parser_initialize(&build.parser))
		abort();
	yaml_parser_set_encoding(&build.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&build.parser, (const unsigned char *)text, length);

	struct sc_node *root = read_stream(&build);

	yaml_parser_delete(&build.parser);
	if (!root && !build.broken)
		sc_error(diag, mark_of(&build, (yaml_mark_t){ 0, 0, 0 }), "empty: no value at all");
	return root;
}

struct sc_node *sc_node_find(const struct sc_node *map, const char *key)
{
	for (struct sc_node *node = map->child; node; node = node->next)
		if (strcmp(node->key, key) == 0)
			return node;
	return NULL;
}

const char *sc_kind_name(enum sc_kind kind)
{
	static const char *const names[] = { "a single value", "a list", "a mapping" };

	return names[kind];
}

void sc_node_append(struct sc_node *parent, struct sc_node *child)
{
	child->next = NULL;
	if (parent->last)
		parent->last->next = child;
	else
		parent->child = child;
	parent->last = child;
	parent->count++;
}
