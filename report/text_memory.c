/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory over time in the report: one line for each owner and kind that ever had any, with the least, the most and a
 * small chart, all charts to one scale.
 */
#include <string.h>

#include "report/text.h"

#define LABEL_COLUMNS 20
#define CHART_COLUMNS_MAX 100
#define LEVELS 8

/* Where the values of a column of the chart begin in the arrays of points. */
static size_t column_begin(size_t column, size_t columns, size_t points)
{
	return column * points / columns;
}

static uint64_t value_at(const json_t *series, size_t i)
{
	return (uint64_t)json_integer_value(json_array_get(series, i));
}

/* The value farthest from the one before the column, so that no peak is lost. */
static uint64_t column_value(const json_t *series, size_t begin, size_t end)
{
	uint64_t before = value_at(series, begin ? begin - 1 : 0), best = value_at(series, begin), farthest = 0;

	for (size_t i = begin; i < end; i++) {
		uint64_t value = value_at(series, i), distance = value > before ? value - before : before - value;

		if (distance > farthest) {
			farthest = distance;
			best = value;
		}
	}
	return best;
}

static const char *mark(const struct page *page, uint64_t value, uint64_t whole)
{
	static const char *const plain[LEVELS + 1] = { " ", ".", ":", "-", "=", "+", "*", "#", "@" };
	static const char *const blocks[LEVELS + 1] = { " ",	  "\u2581", "\u2582", "\u2583", "\u2584",
							"\u2585", "\u2586", "\u2587", "\u2588" };
	/* Anything at all is seen. */
	unsigned level = whole ? (unsigned)(((unsigned __int128)value * LEVELS + whole - 1) / whole) : 0;

	if (level > LEVELS)
		level = LEVELS;
	return page->utf8 ? blocks[level] : plain[level];
}

static void draw_series(const struct page *page, const char *label, const json_t *series, uint64_t whole,
			size_t columns, bool always)
{
	size_t points = json_array_size(series), begin, end;
	uint64_t least = UINT64_MAX, most = 0;
	char padded[96], low[TEXT_NUMBER], high[TEXT_NUMBER], chart[4 * CHART_COLUMNS_MAX + 1] = "";
	size_t length = 0;

	for (size_t i = 0; i < points; i++) {
		least = value_at(series, i) < least ? value_at(series, i) : least;
		most = value_at(series, i) > most ? value_at(series, i) : most;
	}
	if (!points || (!most && !always))
		return;
	if (columns > points)
		columns = points;
	for (size_t i = 0; i < columns; i++) {
		begin = column_begin(i, columns, points);
		end = column_begin(i + 1, columns, points);
		length += (size_t)snprintf(chart + length, sizeof(chart) - length, "%s",
					   mark(page, column_value(series, begin, end), whole));
	}
	while (length && chart[length - 1] == ' ')
		chart[--length] = '\0';
	draw_line(page, DRAW_PLAIN, "  %s %9s %9s  %s", draw_pad(page, label, LABEL_COLUMNS, padded, sizeof(padded)),
		  draw_size(least, low, sizeof(low)), draw_size(most, high, sizeof(high)), chart);
}

static void draw_owner(const struct page *page, const char *name, const json_t *owner, uint64_t whole, size_t columns)
{
	draw_series(page, name, json_object_get(owner, "resident"), whole, columns, true);
	draw_series(page, "  set aside", json_object_get(owner, "aside"), whole, columns, false);
	draw_series(page, "  to be cleaned", json_object_get(owner, "left"), whole, columns, false);
	draw_series(page, "  on swap", json_object_get(owner, "swapped"), whole, columns, false);
}

void text_memory(const struct page *page, const json_t *document)
{
	static const char *const kinds[][2] = { { "moving", "moving" },	  { "kernel", "kernel" },
						{ "donated", "donated" }, { "tables", "page tables" },
						{ "swap", "swap in use" } };
	const json_t *memory = json_object_get(document, "memory"), *time = json_object_get(memory, "time");
	uint64_t whole = text_number(json_object_get(document, "host"), "memory", 0);
	size_t columns = page->columns > LABEL_COLUMNS + 34 ? page->columns - LABEL_COLUMNS - 24 : 10;
	const char *name;
	char end[TEXT_NUMBER];
	json_t *owner;

	if (!memory)
		return;
	if (columns > CHART_COLUMNS_MAX)
		columns = CHART_COLUMNS_MAX;
	draw_line(page, DRAW_PLAIN, "%s", "");
	draw_line(page, DRAW_TITLE, "%-*s %9s %9s  0 to %s", LABEL_COLUMNS + 2, "Memory over time", "least", "most",
		  draw_time(value_at(time, json_array_size(time) - 1), end, sizeof(end)));
	draw_series(page, "free", json_object_get(memory, "free"), whole, columns, true);
	json_object_foreach(json_object_get(memory, "owners"), name, owner)
		draw_owner(page, name, owner, whole, columns);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		draw_series(page, kinds[i][1], json_object_get(memory, kinds[i][0]), whole, columns, false);
}
