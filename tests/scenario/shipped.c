/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What comes with the program is in order: scenarios and profiles load, the JSON Schema and the
 * manual say what the reader's tables say.
 */
#include "suites.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/file.h"
#include "scenario/machine.h"
#include "scenario/model.h"
#include "scenario/unit.h"
#include "uv/cost.h"

/* --- every file loads ------------------------------------------------------------------------- */

static int is_yaml(const struct dirent *entry)
{
	size_t length = strlen(entry->d_name);

	return length > 5 && strcmp(entry->d_name + length - 5, ".yaml") == 0;
}

/* Calls @check with the path of each YAML file in @folder; there must be at least @least. */
static void for_each_yaml(const char *folder, int least,
			  void (*check)(const char *path, const char *name))
{
	struct dirent **entry;
	char path[512];
	int count;

	snprintf(path, sizeof(path), "%s/%s", SOURCE_DIR, folder);
	count = scandir(path, &entry, is_yaml, alphasort);
	ck_assert_int_ge(count, least);
	for (int i = 0; i < count; i++) {
		snprintf(path, sizeof(path), "%s/%s/%s", SOURCE_DIR, folder, entry[i]->d_name);
		check(path, entry[i]->d_name);
		free(entry[i]);
	}
	free(entry);
}

static void check_scenario(const char *path, const char *name)
{
	struct messages messages = { 0 };
	struct scenario *scenario = scenario_load(path, NULL, 0, &messages);
	struct profile *profile;
	/* This one shows what the warning is about. */
	bool warned = strcmp(name, "reboot-small.yaml") == 0;

	ck_assert_msg(scenario != NULL, "%s", messages.count ? messages.text[0] : name);
	ck_assert_msg(messages.count == warned, "%s", messages.count ? messages.text[0] : name);
	ck_assert_msg(scenario->expect_count >= 5, "%s expects too little", name);
	ck_assert_msg(*scenario->description, "%s has no description", name);
	profile = profile_load(scenario->profile, &messages);
	ck_assert_ptr_nonnull(profile);
	profile_free(profile);
	scenario_free(scenario);
	messages_free(&messages);
}

START_TEST(scenarios)
{
	for_each_yaml("scenarios", 12, check_scenario);
}
END_TEST

static void check_profile(const char *path, const char *name)
{
	struct messages messages = { 0 };
	struct profile *profile = profile_load(path, &messages);

	ck_assert_msg(profile && messages.count == 0, "%s",
		      messages.count ? messages.text[0] : name);
	for (int id = 0; id < COST_COUNT; id++) {
		ck_assert_uint_gt(profile->cost[id].value, 0);
		ck_assert_ptr_nonnull(profile->cost[id].source);
		ck_assert_ptr_nonnull(strchr("ABCE", profile->cost[id].confidence));
	}
	ck_assert_uint_eq(strlen(profile->name) + 5,
			  strlen(name)); /* the name is that of the file */
	ck_assert_int_eq(strncmp(profile->name, name, strlen(profile->name)), 0);
	profile_free(profile);
	messages_free(&messages);
}

START_TEST(profiles)
{
	for_each_yaml("profiles", 4, check_profile);
}
END_TEST

START_TEST(machines_differ_as_they_should)
{
	struct messages messages = { 0 };
	struct profile *z15 = profile_load("z15", &messages), *z16 = profile_load("z16", &messages);
	const struct cost_entry *cost = z16->cost;

	ck_assert(!z15->machine.destroy_fast && !z15->machine.misc && z15->machine.old_destroy_rc);
	ck_assert(z16->machine.destroy_fast && z16->machine.misc && !z16->machine.old_destroy_rc);
	ck_assert(z15->machine.old_cpu_handle_rc && !z16->machine.old_cpu_handle_rc);
	ck_assert_uint_eq(z15->machine.query_len, 0x100);
	ck_assert_uint_eq(z16->machine.max_guest_stor_addr, 0x800000000000);
	/* Published: an export takes about twice as long as a destroy. The rest: docs/costs.md. */
	ck_assert_uint_gt(cost[COST_UVC_EXPORT_SECURE].value * 10,
			  cost[COST_UVC_DESTROY_SECURE].value * 18);
	ck_assert_uint_lt(cost[COST_UVC_EXPORT_SECURE].value * 10,
			  cost[COST_UVC_DESTROY_SECURE].value * 22);
	ck_assert_uint_eq(cost[COST_HOST_WALK_PTE].value + cost[COST_HOST_DESTROY_STEP].value +
				  cost[COST_HOST_WALK_BATCH].value / 32,
			  150 * SIM_NS);
	ck_assert_uint_eq(cost[COST_HOST_SECURE_FAULT].value + cost[COST_HOST_MAKE_SECURE].value,
			  2 * SIM_US);
	ck_assert_uint_eq(cost[COST_SIE_ENTER].value + cost[COST_SIE_EXIT].value, SIM_US);
	profile_free(z15);
	profile_free(z16);
}
END_TEST

/* --- the schema ------------------------------------------------------------------------------- */

struct schema {
	struct sc_arena arena;
	struct sc_diag diag;
	struct sc_node *root;
};

static bool list_has(const struct sc_node *list, const char *word)
{
	for (const struct sc_node *node = list ? list->child : NULL; node; node = node->next)
		if (node->kind == SC_SCALAR && strcmp(node->text, word) == 0)
			return true;
	return false;
}

static void expect_text(const struct sc_node *property, const char *key, const char *text,
			const char *of)
{
	const struct sc_node *node = sc_node_find(property, key);

	ck_assert_msg(node && strcmp(node->text, text) == 0,
		      "schema: %s of %s is %s, the reader has %s", key, of,
		      node ? node->text : "missing", text);
}

static void check_property(const struct sc_row *row, const struct sc_node *property)
{
	char number[32];

	expect_text(property, "description", row->doc, row->key);
	if (row->fallback)
		expect_text(property, "default", row->fallback, row->key);
	if (row->type == SC_UINT || row->type == SC_INT || row->type == SC_U64) {
		expect_text(property, "type", "integer", row->key);
		snprintf(number, sizeof(number), "%lld", (long long)row->min);
		expect_text(property, "minimum", number, row->key);
		snprintf(number, sizeof(number), "%llu", (unsigned long long)row->max);
		expect_text(property, "maximum", number, row->key);
	}
	for (const char *const *name = row->type == SC_ENUM ? row->names : NULL; name && *name;
	     name++)
		ck_assert_msg(list_has(sc_node_find(property, "enum"), *name),
			      "schema: %s lacks %s", row->key, *name);
}

static void check_table(const struct sc_table *table, const struct sc_node *object)
{
	const struct sc_node *properties = sc_node_find(object, "properties");
	const struct sc_node *required = sc_node_find(object, "required");
	size_t count = 0;

	ck_assert_ptr_nonnull(properties);
	expect_text(object, "additionalProperties", "false", table->name);
	ck_assert_msg(properties->count == table->rows, "schema: %s has %zu keys, the reader %zu",
		      table->name, properties->count, table->rows);
	for (size_t i = 0; i < table->rows; i++) {
		const struct sc_row *row = &table->row[i];
		const struct sc_node *property = sc_node_find(properties, row->key);

		ck_assert_msg(property != NULL, "schema: %s lacks %s", table->name, row->key);
		check_property(row, property);
		ck_assert_msg(list_has(required, row->key) == row->required,
			      "schema: %s is%s required", row->key, row->required ? "" : " not");
		count += row->required;
	}
	ck_assert_uint_eq(required ? required->count : 0, count);
}

START_TEST(schema_says_what_the_reader_says)
{
	struct schema schema = { 0 };
	size_t length;
	char *text = input_read(&schema.arena, SOURCE_DIR "/scenarios/scenario.schema.json",
				&length, (struct mark){ "schema", 0, 0 }, &schema.diag);
	const struct sc_node *definitions;

	ck_assert_ptr_nonnull(text);
	schema.root = sc_node_parse(&schema.arena, "schema", text, length, NULL, &schema.diag);
	ck_assert_ptr_nonnull(schema.root);
	definitions = sc_node_find(schema.root, "$defs");
	ck_assert_ptr_nonnull(definitions);
	for (const struct sc_table *const *table = scenario_tables; *table; table++) {
		const struct sc_node *object = table == scenario_tables
						       ? schema.root
						       : sc_node_find(definitions, (*table)->name);

		ck_assert_msg(object != NULL, "schema: no %s", (*table)->name);
		check_table(*table, object);
	}
	for (const char *const *name = step_names; *name; name++)
		ck_assert_msg(strstr(text, *name) != NULL, "schema: no step %s", *name);
	sc_arena_free(&schema.arena);
}
END_TEST

/* --- the manual ------------------------------------------------------------------------------- */

static char *read_manual(struct sc_arena *arena, const char *path)
{
	struct sc_diag diag = { 0 };
	size_t length;
	char *text = input_read(arena, path, &length, (struct mark){ path, 0, 0 }, &diag);

	ck_assert_ptr_nonnull(text);
	return text;
}

/* Every line that the table prints stands in @manual. */
static void check_manual(const char *manual, const struct sc_table *table)
{
	char *lines = NULL;
	size_t size;
	FILE *out = open_memstream(&lines, &size);

	sc_table_print(table, out);
	fclose(out);
	for (char *line = strtok(lines, "\n"); line; line = strtok(NULL, "\n"))
		ck_assert_msg(strstr(manual, line) != NULL, "the manual of %s lacks: %s",
			      table->name, line);
	free(lines);
}

START_TEST(manual_has_every_key)
{
	struct sc_arena arena = { NULL };
	const char *scenarios = read_manual(&arena, SOURCE_DIR "/docs/scenarios.md");
	const char *costs = read_manual(&arena, SOURCE_DIR "/docs/costs.md");

	for (const struct sc_table *const *table = scenario_tables; *table; table++)
		check_manual(scenarios, *table);
	for (const char *const *name = step_names; *name; name++)
		ck_assert_ptr_nonnull(strstr(scenarios, sc_format(&arena, "`%s`", *name)));
	check_manual(costs, &machine_table);
	sc_arena_free(&arena);
}
END_TEST

/* "| `uvc.share` | 600ns | E |": the number in the manual is the number in the profile. */
START_TEST(manual_has_every_cost)
{
	struct sc_arena arena = { NULL };
	const char *manual = read_manual(&arena, SOURCE_DIR "/docs/costs.md");
	struct messages messages = { 0 };
	struct profile *z16 = profile_load("z16", &messages);

	for (int id = 0; id < COST_COUNT; id++) {
		const struct cost_entry *entry = &z16->cost[id];
		const char *line = sc_format(
			&arena, "| `%s` | %s | %c | %s |", cost_key((enum cost_id)id),
			unit_show_time(entry->value).text, entry->confidence, entry->source);

		ck_assert_msg(strstr(manual, line) != NULL, "docs/costs.md lacks: %s", line);
	}
	profile_free(z16);
	sc_arena_free(&arena);
}
END_TEST

Suite *shipped_suite(void)
{
	const TTest *tests[] = { scenarios,
				 profiles,
				 machines_differ_as_they_should,
				 schema_says_what_the_reader_says,
				 manual_has_every_key,
				 manual_has_every_cost };

	return SUITE_OF("shipped", tests);
}
