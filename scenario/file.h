/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files: reading one whole, its hash, and where the data that comes with the program lies.
 */
#ifndef SCENARIO_FILE_H
#define SCENARIO_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "scenario/arena.h"
#include "scenario/diag.h"

/**
 * Read regular file @path into @arena; at most one byte more than SC_FILE_MAX. NULL: reported at
 * @mark, the place that names the file (line 0 if it was named by the user).
 */
char *input_read(struct sc_arena *arena, const char *path, size_t *length, struct mark mark,
		 struct sc_diag *diag);

/** One piece of what is hashed. */
struct file_piece {
	const void *data;
	size_t length;
};

/** SHA-256 over @count pieces in order, as 64 hexadecimal digits and a NUL. */
void file_hash(const struct file_piece *piece, size_t count, char hex[65]);

/**
 * The first existing NAME + @suffix in folder @folder of the data directories: $UVSIM_DATA if set,
 * then the source tree the program was built from, then PREFIX/share/uvsim. NULL if there is none.
 */
char *file_find_data(struct sc_arena *arena, const char *folder, const char *name,
		     const char *suffix);

/**
 * The name of a file in @folder of the data directories, without @suffix, that is nearest to
 * @name; NULL if none is near.
 */
const char *file_nearest_data(struct sc_arena *arena, const char *folder, const char *name,
			      const char *suffix);

/** True if @name is a path rather than the bare name of something in the data directories. */
bool file_is_path(const char *name);

#endif
