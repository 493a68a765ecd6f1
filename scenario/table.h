/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table-driven reader: each key of each mapping is one row that says its name, type, place,
 * range, default and meaning. Reading, checking, defaults, the manual and the test of the JSON
 * Schema all go by the same rows.
 */
#ifndef SCENARIO_TABLE_H
#define SCENARIO_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "scenario/arena.h"
#include "scenario/diag.h"
#include "scenario/node.h"

/** What a value is, and the C type of the member it is stored in. */
enum sc_type {
	SC_TEXT,	/* char * */
	SC_UINT,	/* unsigned */
	SC_INT,		/* int */
	SC_U16,
	SC_U32,
	SC_U64,
	SC_BOOL,	/* bool: true, false */
	SC_AUTO,	/* int: auto -1, false 0, true 1 */
	SC_BYTES,	/* uint64_t, with unit */
	SC_TIME,	/* sim_time, with unit */
	SC_PERMILLE,	/* unsigned, written as percent */
	SC_ENUM,	/* int-sized enum: position in names */
	SC_CUSTOM,	/* read() does it */
};

struct sc_reader {
	struct sc_arena *arena;
	struct sc_diag *diag;
};

struct sc_row {
	const char *key;
	enum sc_type type;
	size_t offset;
	bool required;
	const char *fallback;		/* default, as in a file; NULL: none (zero) */
	int64_t min;			/* numbers: range, inclusive */
	uint64_t max;
	uint64_t multiple;		/* numbers: must be a multiple of this; 0: any */
	const char *const *names;	/* SC_ENUM: NULL-terminated */
	/* SC_CUSTOM: type and range for the manual, and the function that reads */
	const char *shape;
	void (*read)(struct sc_reader *reader, const struct sc_node *node, void *object);
	const char *doc;
};

struct sc_table {
	const char *name;		/* "host": for messages, the manual, the schema */
	const struct sc_row *row;
	size_t rows;
};

#define SC_TABLE(name, rows) { name, rows, sizeof(rows) / sizeof((rows)[0]) }

/**
 * Read mapping @node into @object: unknown keys and bad values are reported, missing ones get
 * their default. Members are set in the order of the rows. Texts are copied into the reader's
 * arena.
 */
void sc_table_read(struct sc_reader *reader, const struct sc_table *table,
		   const struct sc_node *node,
		   void *object);

/** Convert scalar @node as @row says and store it in @object. False: reported. */
bool sc_value_read(struct sc_reader *reader, const struct sc_row *row, const struct sc_node *node,
		   void *object);

/** True if @node is of @kind; else reports that @what was expected. */
bool sc_expect_kind(struct sc_reader *reader, const struct sc_node *node, enum sc_kind kind,
		    const char *what);

/**
 * Report that @word (a @kind, at @mark) is not one of @names, and which is nearest; @names
 * NULL-terminated.
 */
void sc_unknown_name(struct sc_reader *reader, struct mark mark, const char *kind, const char *word,
		     const char *const *names);

/**
 * Print the rows of @table as a Markdown table. docs/scenarios.md holds exactly these lines; a
 * test compares.
 */
void sc_table_print(const struct sc_table *table, FILE *out);

#endif
