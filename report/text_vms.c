/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The virtual machines of a run: a few in full; of many one line each, least, median and most of
 * all, and the one that fared worst in full.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "report/text.h"

#define FULL_MAX 3 /* up to so many are shown in full */
#define NEVER UINT64_MAX

/* What one line of the table says of a VM: its worst reboot; its first boot if it has none. */
struct line {
	const char *name;
	const json_t *vm;
	unsigned reboots;
	uint64_t plain, protected, cleanup; /* ps; NEVER: not back, not finished */
	bool has_boot, has_cleanup;
};

static uint64_t larger(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

static struct line line_of(const char *name, const json_t *vm)
{
	struct line line = { .name = name, .vm = vm };
	const json_t *boots = json_object_get(vm, "boots");
	json_t *entry;
	size_t i;

	json_array_foreach(boots, i, entry)
		line.reboots += json_is_true(json_object_get(entry, "reboot"));
	json_array_foreach(boots, i, entry) {
		if (line.reboots && !json_is_true(json_object_get(entry, "reboot")))
			continue;
		line.has_boot = true;
		line.plain = larger(line.plain, text_number(entry, "gone_plain", NEVER));
		line.protected =
			larger(line.protected, text_number(entry, "gone_protected", NEVER));
	}
	json_array_foreach(json_object_get(vm, "cleanups"), i, entry) {
		line.has_cleanup = true;
		line.cleanup = larger(line.cleanup, text_number(entry, "time", NEVER));
	}
	return line;
}

static const char *draw_gone(bool has, uint64_t time, char *buffer)
{
	if (!has)
		return strcpy(buffer, "-");
	if (time == NEVER)
		return strcpy(buffer, "never");
	return draw_time(time, buffer, TEXT_NUMBER);
}

static void draw_table_line(const struct page *page, const struct line *line)
{
	char name[64], plain[TEXT_NUMBER], protected[TEXT_NUMBER], cleanup[TEXT_NUMBER];

	draw_line(page, DRAW_PLAIN, "  %s %7u %10s %10s %10s  %s",
		  draw_pad(page, line->name, 16, name, sizeof(name)), line->reboots,
		  draw_gone(line->has_boot, line->plain, plain),
		  draw_gone(line->has_boot, line->protected, protected),
		  draw_gone(line->has_cleanup, line->cleanup, cleanup),
		  text_string(line->vm, "outcome"));
}

static int number_order(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

enum column { COLUMN_PLAIN, COLUMN_PROTECTED, COLUMN_CLEANUP, COLUMNS };

/* The values of @column in rising order, in @values; returns how many VMs have one. */
static size_t sorted_column(const struct line *lines, size_t count, enum column column,
			    uint64_t *values)
{
	size_t n = 0;

	for (size_t i = 0; i < count; i++) {
		const struct line *line = &lines[i];

		if (column == COLUMN_CLEANUP ? line->has_cleanup : line->has_boot)
			values[n++] = column == COLUMN_PLAIN	   ? line->plain
				      : column == COLUMN_PROTECTED ? line->protected
								   : line->cleanup;
	}
	qsort(values, n, sizeof(*values), number_order);
	return n;
}

static void draw_summary(const struct page *page, const struct line *lines, size_t count)
{
	static const char *const title[] = { "least", "median", "most" };
	char text[3][COLUMNS][TEXT_NUMBER];
	uint64_t *values = calloc(count, sizeof(*values));

	assert(values);
	for (int column = 0; column < COLUMNS; column++) {
		size_t n = sorted_column(lines, count, (enum column)column, values);

		draw_gone(n > 0, values[0], text[0][column]);
		draw_gone(n > 0, n ? values[(n - 1) / 2] : 0, text[1][column]);
		draw_gone(n > 0, n ? values[n - 1] : 0, text[2][column]);
	}
	for (int i = 0; i < 3; i++)
		draw_line(page, DRAW_TITLE, "  %-16s %7s %10s %10s %10s", title[i], "",
			  text[i][COLUMN_PLAIN], text[i][COLUMN_PROTECTED],
			  text[i][COLUMN_CLEANUP]);
	free(values);
}

static void text_table(const struct page *page, const json_t *vms, size_t count)
{
	struct line *lines = calloc(count, sizeof(*lines));
	const struct line *worst = lines;
	size_t n = 0;
	const char *name;
	json_t *vm;

	assert(lines);
	json_object_foreach((json_t *)vms, name, vm)
		lines[n++] = line_of(name, vm);
	draw_line(page, DRAW_PLAIN, "%s", "");
	draw_line(page, DRAW_TITLE, "  %-16s %7s %10s %10s %10s  outcome", "guest gone until",
		  "reboots", "plain", "protected", "cleanup");
	for (size_t i = 0; i < n; i++) {
		draw_table_line(page, &lines[i]);
		if (lines[i].protected > worst->protected ||
		    (lines[i].protected == worst->protected && lines[i].plain > worst->plain))
			worst = &lines[i];
	}
	draw_summary(page, lines, n);
	draw_line(page, DRAW_PLAIN, "%s", "");
	draw_line(page, DRAW_PLAIN, "The one that fared worst:");
	text_vm(page, worst->name, worst->vm);
	free(lines);
}

void text_vms(const struct page *page, const json_t *document)
{
	const json_t *vms = json_object_get(document, "vms");
	const char *name;
	json_t *vm;

	if (json_object_size(vms) > FULL_MAX) {
		text_table(page, vms, json_object_size(vms));
		return;
	}
	json_object_foreach((json_t *)vms, name, vm)
		text_vm(page, name, vm);
}
