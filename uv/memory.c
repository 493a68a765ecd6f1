/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Allocation that cannot fail. A simulator that runs out of real memory has no result to give.
 */
#include "uv/memory.h"

#include <stdio.h>
#include <stdlib.h>

static void *check(void *memory, size_t bytes)
{
	if (memory == NULL) {
		fprintf(stderr, "uvsim: out of memory (%zu bytes)\n", bytes);
		exit(3);
	}
	return memory;
}

void *uv_alloc(size_t bytes)
{
	return check(calloc(1, bytes), bytes);
}

void *uv_realloc(void *old, size_t bytes)
{
	return check(realloc(old, bytes), bytes);
}
