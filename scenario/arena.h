/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An arena: memory that is freed all at once. A scenario and the tree of nodes it was read from
 * each live in one, so that an error path has nothing to give back piece by piece.
 */
#ifndef SCENARIO_ARENA_H
#define SCENARIO_ARENA_H

#include <stddef.h>

struct sc_chunk;

/** Zero-initialise before use. */
struct sc_arena {
	struct sc_chunk *chunks;
};

/**
 * @bytes of zeroed memory, aligned for any object, valid until sc_arena_free(). Never NULL: aborts
 * when the process is out of memory.
 */
void *sc_alloc(struct sc_arena *arena, size_t bytes);

/** A terminated copy of the first @length bytes of @text. */
char *sc_copy(struct sc_arena *arena, const char *text, size_t length);

/** A formatted string. */
char *sc_format(struct sc_arena *arena, const char *format, ...) __attribute__((format(printf, 2,
		3)));

/** Give everything back. @arena itself may then be used again. */
void sc_arena_free(struct sc_arena *arena);

#endif
