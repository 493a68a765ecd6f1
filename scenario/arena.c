/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Arena allocation in chunks. Large requests get a chunk of their own. Models nothing; see arena.h.
 */
#include "scenario/arena.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK_BYTES ((size_t)16 * 1024)
#define ALIGNMENT sizeof(max_align_t)

struct sc_chunk {
	struct sc_chunk *next;
	size_t used, size;
	max_align_t data[];
};

void *sc_alloc(struct sc_arena *arena, size_t bytes)
{
	size_t need = (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
	struct sc_chunk *chunk = arena->chunks;

	assert(need >= bytes);
	if (!chunk || chunk->size - chunk->used < need) {
		size_t size = need > CHUNK_BYTES ? need : CHUNK_BYTES;

		chunk = calloc(1, sizeof(*chunk) + size);
		if (!chunk)
			abort();
		chunk->size = size;
		chunk->next = arena->chunks;
		arena->chunks = chunk;
	}

	void *memory = (char *)chunk->data + chunk->used;

	chunk->used += need;
	return memory;
}

char *sc_copy(struct sc_arena *arena, const char *text, size_t length)
{
	char *copy = sc_alloc(arena, length + 1);

	memcpy(copy, text, length);
	return copy;
}

char *sc_format(struct sc_arena *arena, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	int length = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	assert(length >= 0);

	char *text = sc_alloc(arena, (size_t)length + 1);

	va_start(arguments, format);
	vsnprintf(text, (size_t)length + 1, format, arguments);
	va_end(arguments);
	return text;
}

void sc_arena_free(struct sc_arena *arena)
{
	struct sc_chunk *chunk = arena->chunks;

	while (chunk) {
		struct sc_chunk *next = chunk->next;

		free(chunk);
		chunk = next;
	}
	arena->chunks = NULL;
}
