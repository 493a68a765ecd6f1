/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The worlds that were looked at; a version in between has the one before it.
 */
#include <stddef.h>

#include "mm/world.h"

#define VERSION(a, b) (((unsigned)(a) << 16) + ((unsigned)(b) << 8))

/* Newest first. */
static const struct mm_world worlds[] = {
	{ .version = VERSION(7, 0), .accounts = true, .export_before_import = true, .misc_saves_export = true,
	  .guest_tables = true, .secure_access = WORLD_DESTROY, .violation = WORLD_DESTROY },
	{ .version = VERSION(6, 2), .accounts = true, .export_before_import = true, .misc_saves_export = true,
	  .secure_access = WORLD_DESTROY, .violation = WORLD_DESTROY },
	{ .version = VERSION(6, 0), .accounts = true, .export_before_import = true,
	  .secure_access = WORLD_ACCESSIBLE, .violation = WORLD_DESTROY },
	{ .version = 0, .exit_exports = true, .import_sleeps = true,
	  .secure_access = WORLD_FATAL, .violation = WORLD_FATAL },
};

const struct mm_world *mm_world_of(unsigned version)
{
	const struct mm_world *world = worlds;

	while (version < world->version)
		world++;
	return world;
}
