/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Allocation that cannot fail. A simulator that runs out of real memory has what it has got so far as a result.
 */
#include "uv/memory.h"

#include <stdio.h>
#include <stdlib.h>

#include "sim/engine.h"

static void *check(void *memory, size_t bytes)
{
	if (memory == NULL)
		sim_out_of_memory(bytes);
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
