/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A YAML document as a tree of nodes that know where they stand. The only door to libyaml.
 *
 * A strict subset of YAML: one document, no anchors, aliases, tags or duplicate keys, keys are
 * plain words, at most SC_DEPTH_MAX levels, SC_FILE_MAX bytes, SC_KEYS_MAX keys in a mapping.
 */
#ifndef SCENARIO_NODE_H
#define SCENARIO_NODE_H

#include <stdbool.h>
#include <stddef.h>

#include "scenario/arena.h"
#include "scenario/diag.h"

#define SC_DEPTH_MAX 32
#define SC_FILE_MAX ((size_t)1 << 20)
#define SC_KEYS_MAX 1024
#define SC_NODES_MAX 200000

enum sc_kind { SC_SCALAR, SC_LIST, SC_MAP };

struct sc_node {
	enum sc_kind kind;
	struct mark mark;
	const char *text;	/* SC_SCALAR: the value, without NUL inside */
	bool quoted;		/* SC_SCALAR: written in quotes or as a block */
	const char *key;	/* of an entry of a mapping, else NULL */
	struct mark key_mark;
	struct sc_node *child, *last;	/* elements or entries, in order */
	size_t count;
	struct sc_node *next;	/* sibling */
};

/**
 * Parse @length bytes at @text. All memory, and a copy of @file for the marks, is from @arena.
 * @origin: NULL, or what the marks say instead of file and line, for text that is not from a file.
 * NULL if it is not a good document; then there is at least one error.
 */
struct sc_node *sc_node_parse(struct sc_arena *arena, const char *file, const char *text,
			      size_t length,
			      const char *origin, struct sc_diag *diag);

/** The value of @key in mapping @map, or NULL. */
struct sc_node *sc_node_find(const struct sc_node *map, const char *key);

/** "a mapping", "a list", "a single value": for messages. */
const char *sc_kind_name(enum sc_kind kind);

/** Append @child to list or mapping @parent. */
void sc_node_append(struct sc_node *parent, struct sc_node *child);

#endif
