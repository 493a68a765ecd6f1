/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The form that programs of guests and of processes share: a list of steps, each a word or a word with its value.
 */
#ifndef SCENARIO_STEPS_H
#define SCENARIO_STEPS_H

#include "scenario/table.h"

/** What steps a program may have, and who reads one. */
struct sc_steps {
	const char *const *names; /* ends with NULL; a step's kind is its place in it */
	/**
	 * Read step @index of the program of @object: its @kind, where it stands, and the @value behind its word, which
	 * is NULL where the word stands alone. False: it is no step (an error was told).
	 */
	bool (*read)(struct sc_reader *reader, int kind, struct mark mark, const struct sc_node *value, size_t index,
		     void *object);
};

/**
 * How many entries the list @node has; 0 with an error told if it is no list, empty, or longer than SC_STEPS_MAX.
 */
size_t sc_steps_count(struct sc_reader *reader, const struct sc_node *node);

/** Read the steps of list @node, which sc_steps_count() found good, for @object. Returns how many are steps. */
size_t sc_steps_read(struct sc_reader *reader, const struct sc_steps *steps, const struct sc_node *node, void *object);

#endif
