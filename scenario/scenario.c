/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Loading a scenario: file, tree, --set, tables, checks. See scenario.h; docs/scenarios.md is the
 * manual of the format.
 */
#include "scenario/scenario.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "scenario/file.h"
#include "scenario/model.h"

/* A scenario and the arena it lives in; the scenario comes first, so that a pointer to it is one to
 * this. */
struct loaded {
	struct scenario scenario;
	struct sc_arena arena;
};

static void hash(struct scenario *scenario, const char *text, size_t length,
		 const char *const *sets, size_t count)
{
	struct file_piece *piece = calloc(count + 1, sizeof(*piece));

	if (!piece)
		abort();
	piece[0] = (struct file_piece){ text, length };
	/* With its NUL: two arguments must not hash as one long one. */
	for (size_t i = 0; i < count; i++)
		piece[i + 1] = (struct file_piece){ sets[i], strlen(sets[i]) + 1 };
	file_hash(piece, count + 1, scenario->hash);
	free(piece);
}

/* The name of a file without folder and ".yaml". */
static char *stem(struct sc_arena *arena, const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	size_t length = strlen(name);

	if (length > 5 && strcmp(name + length - 5, ".yaml") == 0)
		length -= 5;
	return sc_copy(arena, name, length);
}

/* A path of a profile is seen from the scenario's folder, unless it was given by --set; a bare name
 * must be there. */
static void resolve_profile(struct sc_reader *reader, const struct sc_node *root,
			    struct scenario *scenario)
{
	const struct sc_node *node = root->kind == SC_MAP ? sc_node_find(root, "profile") : NULL;
	const char *slash = strrchr(scenario->file, '/');
	char *name = scenario->profile;

	if (!node || !name)
		return;
	if (file_is_path(name)) {
		if (name[0] != '/' && slash && node->mark.line)
			scenario->profile = sc_format(reader->arena, "%.*s/%s",
						      (int)(slash - scenario->file), scenario->file,
						      name);
		return;
	}
	if (file_find_data(reader->arena, "profiles", name, ".yaml"))
		return;

	const char *nearest = file_nearest_data(reader->arena, "profiles", name, ".yaml");

	sc_error(reader->diag, node->mark, "there is no profile '%s'%s%s%s", sc_show(name).text,
		 nearest ? "; did you mean '" : "", nearest ? nearest : "", nearest ? "'?" : "");
}

static void read_tree(struct sc_reader *reader, const struct sc_node *root,
		      struct scenario *scenario)
{
	sc_table_read(reader, &scenario_table, root, scenario);
	if (!scenario->name)
		scenario->name = stem(reader->arena, scenario->file);
	if (!scenario->description)
		scenario->description = sc_copy(reader->arena, "", 0);
	if (!scenario->time_limit)
		scenario->time_limit = SIM_FOREVER;
	resolve_profile(reader, root, scenario);
	if (reader->diag->errors == 0)
		scenario_check(reader, scenario);
}

/* A name alone that is no file may be that of a scenario that comes with the program; .yaml may be left out. */
static const char *find_file(struct sc_arena *arena, const char *file)
{
	size_t length = strlen(file);
	const char *found;

	if (strchr(file, '/') || access(file, F_OK) == 0)
		return file;
	length -= length > 5 && strcmp(file + length - 5, ".yaml") == 0 ? 5 : 0;
	found = file_find_data(arena, "scenarios", sc_copy(arena, file, length), ".yaml");
	return found ? found : file;
}

struct scenario *scenario_load(const char *file, const char *const *sets, size_t set_count,
			       struct messages *messages)
{
	struct loaded *loaded = calloc(1, sizeof(*loaded));
	struct sc_diag diag = { 0 };
	size_t length;

	if (!loaded)
		abort();

	struct sc_reader reader = { &loaded->arena, &diag };
	char *text;

	file = find_file(&loaded->arena, file);
	text = input_read(&loaded->arena, file, &length, (struct mark){ file, 0, 0 }, &diag);
	struct sc_node *root = text ? sc_node_parse(&loaded->arena, file, text, length, NULL, &diag)
				    : NULL;

	for (size_t i = 0; root && i < set_count; i++)
		set_apply(&reader, root, sets[i]);
	if (root) {
		loaded->scenario.file = sc_copy(&loaded->arena, file, strlen(file));
		hash(&loaded->scenario, text, length, sets, set_count);
		read_tree(&reader, root, &loaded->scenario);
	}

	bool good = diag.errors == 0;

	sc_diag_flush(&diag, messages);
	if (good)
		return &loaded->scenario;
	scenario_free(&loaded->scenario);
	return NULL;
}

struct sc_arena *scenario_arena(struct scenario *scenario)
{
	return &((struct loaded *)scenario)->arena;
}

void scenario_free(struct scenario *scenario)
{
	struct loaded *loaded = (struct loaded *)scenario;

	if (!loaded)
		return;
	sc_arena_free(&loaded->arena);
	free(loaded);
}
