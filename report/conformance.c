/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Drawing the conformance table, and writing it as JSON.
 */
#include "report/conformance.h"

#include <assert.h>
#include <errno.h>
#include <jansson.h>
#include <string.h>

#define COLUMNS 7

/* The cells of a line; the last two are short. */
struct line {
	const char *cell[COLUMNS];
};

static const struct line head = {
	{ "row", "command", "condition", "expected", "got", "n", "ok" },
};

static const char *verdict(const struct conformance_result *result)
{
	if (!result->applies || result->row->run == NULL)
		return "-";
	return result->ok ? "ok" : "FAILED";
}

static struct line line_of(const struct conformance_result *result, char number[16])
{
	const struct conformance_row *row = result->row;
	const char *got = result->applies ? result->got : "does not apply";

	snprintf(number, 16, "%u", row->assertions);
	return (struct line){
		{ row->name, row->command, row->condition, row->expected, got, number,
		  verdict(result) },
	};
}

static void print_line(FILE *out, const struct line *line, const size_t width[COLUMNS])
{
	for (unsigned i = 0; i < COLUMNS; i++)
		fprintf(out, "%s%-*s", i == 0 ? "" : "  ", i + 1 < COLUMNS ? (int)width[i] : 0,
			line->cell[i]);
	fputc('\n', out);
}

static void widen(const struct line *line, size_t width[COLUMNS])
{
	for (unsigned i = 0; i < COLUMNS; i++)
		if (strlen(line->cell[i]) > width[i])
			width[i] = strlen(line->cell[i]);
}

static struct conformance_sum sum_of(const struct conformance_table *table)
{
	struct conformance_sum sum = { 0 };

	for (size_t i = 0; i < table->results; i++)
		conformance_add(&sum, &table->result[i]);
	return sum;
}

void conformance_print(FILE *out, const struct conformance_table *table)
{
	struct conformance_sum sum = sum_of(table);
	size_t width[COLUMNS] = { 0 };
	char number[16];

	widen(&head, width);
	for (size_t i = 0; i < table->results; i++) {
		struct line line = line_of(&table->result[i], number);

		widen(&line, width);
	}
	fprintf(out, "Conformance of profile %s\n", table->profile);
	print_line(out, &head, width);
	for (size_t i = 0; i < table->results; i++) {
		struct line line = line_of(&table->result[i], number);

		print_line(out, &line, width);
	}
	for (size_t i = 0; i < table->results; i++)
		if (!table->result[i].applies)
			fprintf(out, "Does not apply to this machine: %s\n",
				table->result[i].row->name);
	fprintf(out, "%u of %u rows, %u of %u assertions\n", sum.rows_ok, sum.rows, sum.held,
		sum.assertions);
}

static json_t *row_document(const struct conformance_result *result)
{
	const struct conformance_row *row = result->row;

	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:i, s:i, s:b, s:s}", "row", row->name,
			 "command", row->command, "condition", row->condition, "expected",
			 row->expected, "got", result->got, "assertions", (int)row->assertions,
			 "held", (int)result->held, "applies", result->applies, "verdict",
			 verdict(result));
}

static json_t *table_document(const struct conformance_table *table)
{
	struct conformance_sum sum = sum_of(table);
	json_t *rows = json_array();

	for (size_t i = 0; i < table->results; i++)
		json_array_append_new(rows, row_document(&table->result[i]));
	return json_pack("{s:s, s:o, s:i, s:i, s:i, s:i}", "profile", table->profile, "table", rows,
			 "rows", (int)sum.rows, "rows_ok", (int)sum.rows_ok, "assertions",
			 (int)sum.assertions, "assertions_held", (int)sum.held);
}

int conformance_write(FILE *out, const struct conformance_table *tables, size_t count)
{
	json_t *list = json_array(), *document;
	int failed;

	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, table_document(&tables[i]));
	document = json_pack("{s:s, s:o}", "schema", "uvsim.conformance/1", "machines", list);
	assert(document != NULL);
	failed = json_dumpf(document, out, JSON_INDENT(1)) != 0 || fputc('\n', out) == EOF;
	json_decref(document);
	return failed ? -EIO : 0;
}
