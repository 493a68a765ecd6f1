/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading a mapping by its table; see table.h. Models nothing.
 */
#include "scenario/table.h"

#include <assert.h>
#include <string.h>

#include "scenario/unit.h"

bool sc_expect_kind(struct sc_reader *reader, const struct sc_node *node, enum sc_kind kind,
		    const char *what)
{
	if (node->kind == kind)
		return true;
	if (node->kind == SC_SCALAR && !node->quoted && node->text[0] == '\0')
		sc_error(reader->diag, node->mark, "no value; expected %s", what);
	else
		sc_error(reader->diag, node->mark, "expected %s, found %s", what,
			 sc_kind_name(node->kind));
	return false;
}

/* "a, b, c" */
static const char *list_names(struct sc_arena *arena, const char *const *names)
{
	const char *list = "";

	for (; *names; names++)
		list = sc_format(arena, "%s%s%s", list, *list ? ", " : "", *names);
	return list;
}

void sc_unknown_name(struct sc_reader *reader, struct mark mark, const char *kind, const char *word,
		     const char *const *names)
{
	struct sc_nearest nearest = { .word = word };

	for (const char *const *name = names; *name; name++)
		sc_nearest_offer(&nearest, *name);
	if (nearest.best)
		sc_error(reader->diag, mark, "unknown %s '%s'; did you mean '%s'?", kind,
			 sc_show(word).text, nearest.best);
	else
		sc_error(reader->diag, mark, "unknown %s '%s'; known are: %s", kind,
			 sc_show(word).text, list_names(reader->arena, names));
}

/* --- single values ---------------------------------------------------------------------------- */

static const char *const bool_names[] = { "false", "true", NULL };
static const char *const auto_names[] = { "auto", "false", "true", NULL };

static int find_name(const char *const *names, const char *text)
{
	for (int i = 0; names[i]; i++)
		if (strcmp(names[i], text) == 0)
			return i;
	return -1;
}

static const char *parse_permille(const char *text, uint64_t *permille)
{
	uint64_t ppm;
	const char *wrong = unit_parse_percent(text, &ppm);

	if (wrong)
		return wrong;
	if (ppm % 1000)
		return "at most one decimal, such as 12.5%";
	*permille = ppm / 1000;
	return NULL;
}

static const char *parse_number(enum sc_type type, const char *text, uint64_t *number)
{
	switch (type) {
	case SC_BYTES:
		return unit_parse_bytes(text, number);
	case SC_TIME:
		return unit_parse_time(text, number);
	case SC_PERMILLE:
		return parse_permille(text, number);
	default:
		return unit_parse_count(text, number);
	}
}

/* A number of the row's type as it would be written. */
static const char *show_number(struct sc_arena *arena, enum sc_type type, uint64_t number)
{
	switch (type) {
	case SC_BYTES:
		return sc_format(arena, "%s", unit_show_bytes(number).text);
	case SC_TIME:
		return sc_format(arena, "%s", unit_show_time(number).text);
	case SC_PERMILLE:
		if (number % 10)
			return sc_format(arena, "%llu.%llu%%", (unsigned long long)number / 10,
					 (unsigned long long)number % 10);
		return sc_format(arena, "%llu%%", (unsigned long long)number / 10);
	case SC_INT:
		return sc_format(arena, "%lld", (long long)number);
	default:
		return sc_format(arena, "%llu", (unsigned long long)number);
	}
}

static void store_number(const struct sc_row *row, void *member, uint64_t number)
{
	switch (row->type) {
	case SC_UINT:
	case SC_PERMILLE:
		*(unsigned *)member = (unsigned)number;
		break;
	case SC_U16:
		*(uint16_t *)member = (uint16_t)number;
		break;
	case SC_U32:
		*(uint32_t *)member = (uint32_t)number;
		break;
	default:
		*(uint64_t *)member = number;
		break;
	}
}

static bool out_of_range(struct sc_reader *reader, const struct sc_row *row,
			 const struct sc_node *node)
{
	sc_error(reader->diag, node->mark, "%s: '%s' is out of range; allowed is %s to %s",
		 row->key, sc_show(node->text).text,
		 show_number(reader->arena, row->type, (uint64_t)row->min),
		 show_number(reader->arena, row->type, row->max));
	return false;
}

static bool wrong_value(struct sc_reader *reader, const struct sc_row *row,
			const struct sc_node *node, const char *why)
{
	sc_error(reader->diag, node->mark, "%s: '%s': %s", row->key, sc_show(node->text).text, why);
	return false;
}

static bool read_number(struct sc_reader *reader, const struct sc_row *row,
			const struct sc_node *node, void *member)
{
	uint64_t number;
	const char *wrong = parse_number(row->type, node->text, &number);

	if (wrong)
		return wrong_value(reader, row, node, wrong);
	if (number < (uint64_t)row->min || number > row->max)
		return out_of_range(reader, row, node);
	if (row->multiple && number % row->multiple)
		return wrong_value(reader, row, node,
				   sc_format(reader->arena, "must be a multiple of %s",
					     show_number(reader->arena, row->type, row->multiple)));
	store_number(row, member, number);
	return true;
}

static bool read_signed(struct sc_reader *reader, const struct sc_row *row,
			const struct sc_node *node, int *member)
{
	int64_t number;
	const char *wrong = unit_parse_integer(node->text, &number);

	if (wrong)
		return wrong_value(reader, row, node, wrong);
	if (number < row->min || number > (int64_t)row->max)
		return out_of_range(reader, row, node);
	*member = (int)number;
	return true;
}

static bool read_name(struct sc_reader *reader, const struct sc_row *row,
		      const struct sc_node *node, const char *const *names, int *index)
{
	*index = find_name(names, node->text);
	if (*index >= 0)
		return true;
	sc_unknown_name(reader, node->mark, sc_format(reader->arena, "value for %s:", row->key),
			node->text, names);
	return false;
}

static const char *what_of(const struct sc_row *row)
{
	switch (row->type) {
	case SC_TEXT:
		return "a text";
	case SC_BYTES:
		return "a size with unit, such as 512GiB";
	case SC_TIME:
		return "a time with unit, such as 3ms";
	case SC_PERMILLE:
		return "a share, such as 90%";
	case SC_BOOL:
		return "true or false";
	case SC_AUTO:
		return "auto, true or false";
	case SC_ENUM:
		return "a word";
	default:
		return "a whole number";
	}
}

bool sc_value_read(struct sc_reader *reader, const struct sc_row *row, const struct sc_node *node,
		   void *object)
{
	void *member = (char *)object + row->offset;
	int index;

	if (row->type == SC_CUSTOM) {
		row->read(reader, node, object);
		return true;
	}
	if (!sc_expect_kind(reader, node, SC_SCALAR, what_of(row)))
		return false;
	if (node->text[0] == '\0') {
		sc_error(reader->diag, node->mark, "%s: no value; expected %s", row->key,
			 what_of(row));
		return false;
	}
	switch (row->type) {
	case SC_TEXT:
		*(char **)member = sc_copy(reader->arena, node->text, strlen(node->text));
		return true;
	case SC_INT:
		return read_signed(reader, row, node, member);
	case SC_BOOL:
		if (!read_name(reader, row, node, bool_names, &index))
			return false;
		*(bool *)member = index == 1;
		return true;
	case SC_AUTO:
		if (!read_name(reader, row, node, auto_names, &index))
			return false;
		*(int *)member = index - 1;
		return true;
	case SC_ENUM:
		if (!read_name(reader, row, node, row->names, &index))
			return false;
		*(int *)member = index;
		return true;
	default:
		return read_number(reader, row, node, member);
	}
}

/* --- mappings --------------------------------------------------------------------------------- */

static const struct sc_row *find_row(const struct sc_table *table, const char *key)
{
	for (size_t i = 0; i < table->rows; i++)
		if (strcmp(table->row[i].key, key) == 0)
			return &table->row[i];
	return NULL;
}

static void report_unknown_keys(struct sc_reader *reader, const struct sc_table *table,
				const struct sc_node *node)
{
	const char **names = sc_alloc(reader->arena, (table->rows + 1) * sizeof(*names));

	for (size_t i = 0; i < table->rows; i++)
		names[i] = table->row[i].key;
	for (const struct sc_node *entry = node->child; entry; entry = entry->next)
		if (!find_row(table, entry->key))
			sc_unknown_name(reader, entry->key_mark,
					sc_format(reader->arena, "key in %s:", table->name),
					entry->key, names);
}

static void read_default(struct sc_reader *reader, const struct sc_row *row,
			 const struct sc_node *map, void *object)
{
	struct sc_node node = { .kind = SC_SCALAR, .mark = map->mark, .text = row->fallback };

	assert(row->type != SC_CUSTOM);
	if (!sc_value_read(reader, row, &node, object))
		assert(!"a default must be a good value");
}

void sc_table_read(struct sc_reader *reader, const struct sc_table *table,
		   const struct sc_node *node, void *object)
{
	if (!sc_expect_kind(reader, node, SC_MAP,
			    sc_format(reader->arena, "a mapping for %s", table->name)))
		return;
	report_unknown_keys(reader, table, node);
	for (size_t i = 0; i < table->rows; i++) {
		const struct sc_row *row = &table->row[i];
		const struct sc_node *value = sc_node_find(node, row->key);

		if (value)
			sc_value_read(reader, row, value, object);
		else if (row->required)
			sc_error(reader->diag, node->mark, "key '%s' is missing in %s: %s",
				 row->key, table->name, row->doc);
		else if (row->fallback)
			read_default(reader, row, node, object);
	}
}

/* --- the manual ------------------------------------------------------------------------------- */

static const char *type_text(struct sc_arena *arena, const struct sc_row *row)
{
	switch (row->type) {
	case SC_CUSTOM:
		return row->shape;
	case SC_TEXT:
		return "text";
	case SC_BOOL:
		return list_names(arena, bool_names);
	case SC_AUTO:
		return list_names(arena, auto_names);
	case SC_ENUM:
		return list_names(arena, row->names);
	default:
		break;
	}

	const char *kind = row->type == SC_BYTES      ? "size"
			   : row->type == SC_TIME     ? "time"
			   : row->type == SC_PERMILLE ? "percent"
						      : "number";
	const char *range = sc_format(arena, "%s, %s to %s", kind,
				      show_number(arena, row->type, (uint64_t)row->min),
				      show_number(arena, row->type, row->max));

	if (row->multiple)
		range = sc_format(arena, "%s, multiple of %s", range,
				  show_number(arena, row->type, row->multiple));
	return range;
}

void sc_table_print(const struct sc_table *table, FILE *out)
{
	struct sc_arena arena = { NULL };

	for (size_t i = 0; i < table->rows; i++) {
		const struct sc_row *row = &table->row[i];

		fprintf(out, "| `%s` | %s | %s | %s |\n", row->key, type_text(&arena, row),
			row->required	? "required"
			: row->fallback ? row->fallback
					: "-",
			row->doc);
	}
	sc_arena_free(&arena);
}
