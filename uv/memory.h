/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory of this room that must be given back before the simulation ends (nodes of page maps,
 * configurations). What lives as long as the simulation comes from sim_alloc().
 */
#ifndef UV_MEMORY_H
#define UV_MEMORY_H

#include <stddef.h>

/** Zeroed memory, to be freed with free(). Never NULL: the process ends with status 3 instead. */
void *uv_alloc(size_t bytes);

/** As realloc(), never NULL. */
void *uv_realloc(void *old, size_t bytes);

#endif
