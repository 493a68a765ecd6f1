/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Loading a cost profile (profiles/NAME.yaml) into struct profile of uv/cost.h. A profile is
 * complete, or is based on another one and names only what differs. docs/costs.md is the manual of
 * the format and of the numbers.
 */
#include <stdlib.h>
#include <string.h>

#include "scenario/file.h"
#include "scenario/machine.h"
#include "scenario/node.h"
#include "scenario/scenario.h"
#include "scenario/table.h"
#include "uv/cost.h"

#define BASES_MAX 4
#define COST_MAX (3600 * SIM_S)

/* One file while it is read. */
struct loading {
	struct profile *profile;
	const char *file;
	char *title;
	char *description;
	char *source; /* of costs in the short form */
	const struct sc_node *based_on;
	unsigned depth; /* how many files lie above this one */
};

static bool load_file(struct sc_reader *reader, struct profile *profile, const char *file,
		      struct mark mark, unsigned depth);

static void set_text(char **owned, const char *text)
{
	free(*owned);
	*owned = strdup(text);
	if (!*owned)
		abort();
}

/* --- one cost --------------------------------------------------------------------------------- */

/* A cost while it is read: texts are the arena's, taken over at the end. */
struct reading {
	struct cost_entry entry;
	char *source;
	bool fixed;
};

static const struct sc_row value_row = {
	"value",  SC_TIME,	   offsetof(struct reading, entry.value),
	.min = 1, .max = COST_MAX, .doc = "a fixed time",
};

static void read_value(struct sc_reader *reader, const struct sc_node *node, void *object)
{
	struct reading *reading = object;

	reading->fixed = true;
	sc_value_read(reader, &value_row, node, reading);
}

static void read_uniform(struct sc_reader *reader, const struct sc_node *node, void *object)
{
	static const struct sc_row bound[] = {
		{ "low", SC_TIME, offsetof(struct reading, entry.low), .min = 1, .max = COST_MAX },
		{ "high", SC_TIME, offsetof(struct reading, entry.high), .min = 1,
		  .max = COST_MAX },
	};
	struct reading *reading = object;
	struct cost_entry *entry = &reading->entry;

	entry->dist = COST_UNIFORM;
	if (node->kind != SC_LIST || node->count != 2) {
		sc_error(reader->diag, node->mark,
			 "uniform: expected the lowest and the highest time: [0.5us, 1.5us]");
		return;
	}
	if (!sc_value_read(reader, &bound[0], node->child, reading) ||
	    !sc_value_read(reader, &bound[1], node->last, reading))
		return;
	if (entry->low > entry->high)
		sc_error(reader->diag, node->mark, "uniform: the lowest time comes first");
	else
		entry->value = entry->low + (entry->high - entry->low) / 2;
}

static void read_confidence(struct sc_reader *reader, const struct sc_node *node, void *object)
{
	struct reading *reading = object;

	if (!sc_expect_kind(reader, node, SC_SCALAR, "A, B, C or E"))
		return;
	if (strlen(node->text) == 1 && strchr("ABCE", node->text[0]))
		reading->entry.confidence = node->text[0];
	else
		sc_error(reader->diag, node->mark,
			 "confidence: '%s': write A (measured), B (stated loosely), C (derived) or "
			 "E (estimate)",
			 sc_show(node->text).text);
}

static const struct sc_row cost_rows[] = {
	{ "value", SC_CUSTOM, .shape = "time, 1ps to 1h", .read = read_value,
	  .doc = "a fixed time" },
	{ "uniform", SC_CUSTOM, .shape = "[lowest time, highest time]", .read = read_uniform,
	  .doc = "instead of value: drawn anew each time, all equally likely" },
	{ "source", SC_TEXT, offsetof(struct reading, source), .required = true,
	  .doc = "where the number comes from" },
	{ "confidence", SC_CUSTOM, .required = true, .shape = "A, B, C, E", .read = read_confidence,
	  .doc = "A measured, B stated loosely, C derived from A or B, E estimate" },
};

static const struct sc_table cost_table = SC_TABLE("a cost", cost_rows);

/* "key: 0.8us" */
static void read_short(struct sc_reader *reader, const struct sc_node *node,
		       const struct loading *loading, struct reading *reading)
{
	read_value(reader, node, reading);
	reading->entry.confidence = 'E';
	reading->source = loading->source;
	if (!loading->source)
		sc_error(reader->diag, node->mark,
			 "%s: a cost without source needs a 'source' for the whole file; or "
			 "write {value: %s, source: \"...\", confidence: E}",
			 node->key, sc_show(node->text).text);
}

static void read_cost(struct sc_reader *reader, const struct sc_node *node,
		      const struct loading *loading, enum cost_id id)
{
	struct cost_entry *entry = &loading->profile->cost[id];
	struct reading reading = { .entry = { .dist = COST_FIXED } };
	size_t errors = reader->diag->errors;

	if (node->kind == SC_SCALAR)
		read_short(reader, node, loading, &reading);
	else
		sc_table_read(reader, &cost_table, node, &reading);
	if (reader->diag->errors == errors && reading.fixed == (reading.entry.dist == COST_UNIFORM))
		sc_error(reader->diag, node->mark, "%s: give either value or uniform", node->key);
	if (reader->diag->errors != errors)
		return;
	free(entry->source);
	*entry = reading.entry;
	set_text(&entry->source, reading.source);
}

static void read_costs(struct sc_reader *reader, const struct sc_node *node, void *object)
{
	const struct loading *loading = object;
	const char *names[COST_COUNT + 1] = { NULL };

	for (int id = 0; id < COST_COUNT; id++)
		names[id] = cost_key((enum cost_id)id);
	if (!sc_expect_kind(reader, node, SC_MAP, "a mapping from cost keys to times"))
		return;
	for (const struct sc_node *entry = node->child; entry; entry = entry->next) {
		enum cost_id id = cost_find(entry->key);

		if (id == COST_COUNT)
			sc_unknown_name(reader, entry->key_mark, "cost", entry->key, names);
		else
			read_cost(reader, entry, loading, id);
	}
	for (int id = 0; id < COST_COUNT && !loading->based_on; id++)
		if (!sc_node_find(node, names[id]))
			sc_error(reader->diag, node->mark, "cost '%s' is missing: %s", names[id],
				 cost_what((enum cost_id)id));
}

/* --- the file --------------------------------------------------------------------------------- */

static void read_format(struct sc_reader *reader, const struct sc_node *node, void *object)
{
	(void)object;
	if (node->kind != SC_SCALAR || strcmp(node->text, "1") != 0)
		sc_error(reader->diag, node->mark, "uvsim_profile: this program reads format 1");
}

static void read_machine(struct sc_reader *reader, const struct sc_node *node, void *object)
{
	const struct loading *loading = object;

	sc_table_read(reader, &machine_table, node, &loading->profile->machine);
	if (node->kind == SC_MAP && !loading->based_on)
		machine_check_complete(reader, node);
}

/* The file that profile @name lies in, seen from @from ("": the working directory). NULL: reported.
 */
static const char *locate(struct sc_reader *reader, const char *name, const char *from,
			  struct mark mark)
{
	const char *slash = strrchr(from, '/');

	if (file_is_path(name)) {
		if (name[0] == '/' || !slash)
			return name;
		return sc_format(reader->arena, "%.*s/%s", (int)(slash - from), from, name);
	}

	const char *path = file_find_data(reader->arena, "profiles", name, ".yaml");
	const char *nearest = path ? NULL
				   : file_nearest_data(reader->arena, "profiles", name, ".yaml");

	if (!path)
		sc_error(reader->diag, mark, "there is no profile '%s'%s%s%s", sc_show(name).text,
			 nearest ? "; did you mean '" : "", nearest ? nearest : "",
			 nearest ? "'?" : "");
	return path;
}

static void read_based_on(struct sc_reader *reader, const struct sc_node *node, void *object)
{
	struct loading *loading = object;
	const char *file;

	loading->based_on = node;
	if (!sc_expect_kind(reader, node, SC_SCALAR, "the name of a profile"))
		return;
	if (loading->depth == BASES_MAX) {
		sc_error(reader->diag, node->mark,
			 "based_on: more than %d profiles on top of each other", BASES_MAX);
		return;
	}
	file = locate(reader, node->text, loading->file, node->mark);
	if (file)
		load_file(reader, loading->profile, file, node->mark, loading->depth + 1);
}

#define IN(member) .offset = offsetof(struct loading, member)

static const struct sc_row profile_rows[] = {
	{ "uvsim_profile", SC_CUSTOM, .required = true, .shape = "number, 1", .read = read_format,
	  .doc = "version of the file format" },
	{ "name", SC_TEXT, IN(title), .required = true, .doc = "name in results" },
	{ "description", SC_TEXT, IN(description), .doc = "what the profile stands for" },
	{ "based_on", SC_CUSTOM, .shape = "name or path of a profile", .read = read_based_on,
	  .doc = "take everything from there that is not given here" },
	{ "source", SC_TEXT, IN(source), .doc = "source of costs that name none themselves" },
	{ "machine", SC_CUSTOM, .shape = "mapping, see machine", .read = read_machine,
	  .doc = "sizes and features; complete unless based_on is given" },
	{ "costs", SC_CUSTOM, .shape = "mapping from cost keys to costs", .read = read_costs,
	  .doc = "what each step costs; complete unless based_on is given" },
};

static const struct sc_table profile_table = SC_TABLE("profile", profile_rows);

static void check_complete(struct sc_reader *reader, const struct sc_node *root,
			   const struct loading *loading)
{
	static const char *const parts[] = { "machine", "costs" };

	for (size_t i = 0; i < 2 && !loading->based_on; i++)
		if (!sc_node_find(root, parts[i]))
			sc_error(reader->diag, root->mark,
				 "key '%s' is missing in profile (or base it on another one "
				 "with based_on)",
				 parts[i]);
}

/* Lay what @file, named at @mark, says over @profile. The hash covers the file and, by its hash,
 * what it is based on. */
static bool load_file(struct sc_reader *reader, struct profile *profile, const char *file,
		      struct mark mark, unsigned depth)
{
	struct loading loading = { .profile = profile, .file = file, .depth = depth };
	size_t length, errors = reader->diag->errors;
	char *text = input_read(reader->arena, file, &length, mark, reader->diag);
	struct sc_node *root =
		text ? sc_node_parse(reader->arena, file, text, length, NULL, reader->diag) : NULL;

	if (!root)
		return false;
	sc_table_read(reader, &profile_table, root, &loading);
	if (root->kind == SC_MAP)
		check_complete(reader, root, &loading);
	if (reader->diag->errors != errors)
		return false;
	set_text(&profile->name, loading.title);

	struct file_piece piece[2] = { { text, length }, { profile->hash, strlen(profile->hash) } };
	char hex[65];

	file_hash(piece, 2, hex);
	memcpy(profile->hash, hex, sizeof(hex));
	return true;
}

struct profile *profile_load(const char *name, struct messages *messages)
{
	struct profile *profile = calloc(1, sizeof(*profile));
	struct sc_arena arena = { NULL };
	struct sc_diag diag = { 0 };
	struct sc_reader reader = { &arena, &diag };

	if (!profile)
		abort();

	const char *file = locate(&reader, name, "", (struct mark){ "profile", 0, 0 });
	bool good = file && load_file(&reader, profile, file, (struct mark){ file, 0, 0 }, 0);

	set_text(&profile->path, name);
	sc_diag_flush(&diag, messages);
	sc_arena_free(&arena);
	if (good)
		return profile;
	profile_free(profile);
	return NULL;
}

void profile_free(struct profile *profile)
{
	if (!profile)
		return;
	for (int id = 0; id < COST_COUNT; id++)
		free(profile->cost[id].source);
	free(profile->path);
	free(profile->name);
	free(profile);
}
