/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of `uvsim compare`: from result documents to a summary of each, and from the summaries to
 * rows. A row that says nothing about any of them is left out.
 */
#include "report/compare.h"

#include <string.h>

#include "report/draw.h"
#include "report/text.h"

#define LABEL_COLUMNS 30
#define VALUE_COLUMNS 16	/* at least; more if a name needs it */

/* Threads of the host kernel that clean for a VM: see kvm/algorithms/builtin.h. */
#define KERNEL_CLEANER "kvm_s390_pv_destroy/"

/* --- summary ---------------------------------------------------------------------------------- */

static const json_t *below(const json_t *object, const char *one, const char *two)
{
	return json_object_get(json_object_get(object, one), two);
}

/* Keep the larger of *@worst and @value; null, "never", is the largest. */
static void worst_time(json_t **worst, json_t *value)
{
	if (*worst && (json_is_null(*worst) ||
		       (!json_is_null(value) && json_integer_value(value) <= json_integer_value(*worst))))
		return;
	json_decref(*worst);
	*worst = json_incref(value);
}

static void put(json_t *summary, const char *key, json_t *value)
{
	json_object_set_new(summary, key, value ? value : json_null());
}

static void sum_reboots(json_t *summary, const json_t *vms)
{
	json_t *plain = NULL, *protected = NULL;
	json_int_t reboots = 0;
	const char *name;
	json_t *vm, *boot;
	size_t i;

	json_object_foreach((json_t *)vms, name, vm) {
		json_array_foreach(json_object_get(vm, "boots"), i, boot) {
			if (!json_is_true(json_object_get(boot, "reboot")))
				continue;
			reboots++;
			worst_time(&plain, json_object_get(boot, "gone_plain"));
			worst_time(&protected, json_object_get(boot, "gone_protected"));
		}
	}
	put(summary, "reboots", json_integer(reboots));
	put(summary, "gone_plain", plain);
	put(summary, "gone_protected", protected);
}

/* Processor time of cleaning behind the guests' backs: threads of user space, threads of the kernel. */
static void sum_cleanups(json_t *summary, const json_t *document)
{
	json_int_t cpu = 0;
	const char *name;
	json_t *vm, *entry;
	size_t i;

	json_object_foreach(json_object_get(document, "vms"), name, vm)
		json_array_foreach(json_object_get(vm, "cleanups"), i, entry)
			cpu += json_integer_value(json_object_get(entry, "cpu"));
	json_array_foreach(json_object_get(document, "threads"), i, entry) {
		if (strncmp(text_string(entry, "name"), KERNEL_CLEANER, strlen(KERNEL_CLEANER)) == 0)
			cpu += json_integer_value(json_object_get(entry, "cpu"));
	}
	put(summary, "cleanup_cpu", json_integer(cpu));
}

static bool was_protected(const json_t *vm)
{
	const json_t *boot;
	size_t i;

	json_array_foreach(json_object_get(vm, "boots"), i, boot) {
		if (json_is_integer(json_object_get(boot, "gone_protected")))
			return true;
	}
	return false;
}

/* Of all protected guests that have ended, the one that took longest, and the one whose memory did. */
static void sum_exits(json_t *summary, const json_t *vms)
{
	json_t *gone = NULL, *back = NULL, *vm, *exit;
	const char *name;

	json_object_foreach((json_t *)vms, name, vm) {
		exit = json_object_get(vm, "exit");
		if (!was_protected(vm) || !json_is_integer(json_object_get(exit, "gone")))
			continue;
		worst_time(&gone, json_object_get(exit, "gone"));
		worst_time(&back, json_object_get(exit, "memory_back"));
	}
	if (!gone)
		return;
	put(summary, "exit_gone", gone);
	put(summary, "memory_back", back);
}

/* What lack of memory has done, on a host that has an answer to it. */
static void sum_pressure(json_t *summary, const json_t *pressure)
{
	const json_t *stalls = json_object_get(pressure, "stalls");

	if (!pressure)
		return;
	put(summary, "oom_kills", json_integer((json_int_t)json_array_size(json_object_get(pressure, "oom_kills"))));
	put(summary, "stall_total", json_incref(json_object_get(stalls, "total")));
	put(summary, "stall_longest", json_incref(json_object_get(stalls, "longest")));
	put(summary, "swap_written", json_incref((json_t *)below(pressure, "swap", "written")));
}

static void sum_touches(json_t *summary, const json_t *vms, const char *which)
{
	static const char *const parts[] = { "p50", "p99", "p999", "max" };
	json_t *touch = json_object(), *vm;
	const char *name;

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		json_t *worst = NULL, *value;

		json_object_foreach((json_t *)vms, name, vm) {
			value = json_object_get(below(vm, "touch", which), parts[i]);
			if (json_is_integer(value))
				worst_time(&worst, value);
		}
		put(touch, parts[i], worst);
	}
	put(summary, which, touch);
}

static void sum_uvcs(json_t *summary, const json_t *uvc)
{
	json_t *calls = json_object(), *call;
	const char *name;

	json_object_foreach((json_t *)uvc, name, call)
		json_object_set(calls, name, json_object_get(call, "count"));
	put(summary, "uvc", calls);
}

json_t *compare_summary(const json_t *document)
{
	json_t *summary = json_object();
	const json_t *vms = json_object_get(document, "vms");

	put(summary, "pv", json_incref((json_t *)json_object_get(below(document, "run", "pv"), "label")));
	sum_reboots(summary, vms);
	sum_cleanups(summary, document);
	sum_exits(summary, vms);
	put(summary, "lowest_free", json_incref((json_t *)below(document, "host", "lowest_free")));
	sum_pressure(summary, below(document, "host", "pressure"));
	sum_touches(summary, vms, "first");
	sum_touches(summary, vms, "again");
	put(summary, "time", json_incref((json_t *)below(document, "run", "time")));
	sum_uvcs(summary, json_object_get(document, "uvc"));
	put(summary, "violations",
	    json_integer((json_int_t)json_array_size(json_object_get(document, "violations"))));
	return summary;
}

/* --- rows ------------------------------------------------------------------------------------- */

/* Summaries [@first, @end) are drawn side by side. */
struct block {
	const struct page *page;
	json_t **summary;
	size_t first, end;
	size_t width;		/* of a column */
};

enum unit { UNIT_TIME, UNIT_SIZE, UNIT_COUNT };

static const char *draw_value(const json_t *value, enum unit unit, char *buffer, size_t size)
{
	if (!value)
		return "-";
	if (json_is_null(value))
		return unit == UNIT_TIME ? "never" : "-";
	switch (unit) {
	case UNIT_TIME:
		return draw_time((uint64_t)json_integer_value(value), buffer, size);
	case UNIT_SIZE:
		return draw_size((uint64_t)json_integer_value(value), buffer, size);
	case UNIT_COUNT:
		break;
	}
	return draw_count(json_integer_value(value), buffer, size);
}

static void print_cells(const struct block *block, const char *label, const char *const *cell)
{
	char line[DRAW_LINE_MAX], padded[256];
	size_t used;

	used = (size_t)snprintf(line, sizeof(line), "%s",
				draw_pad(block->page, label, LABEL_COLUMNS, padded, sizeof(padded)));
	for (size_t i = block->first; i < block->end; i++) {
		size_t width = draw_width(cell[i - block->first]);
		int blanks = width < block->width ? (int)(block->width - width) : 1;

		used += (size_t)snprintf(line + used, sizeof(line) - used, "%*s%s", blanks, "",
					 cell[i - block->first]);
	}
	draw_line(block->page, DRAW_PLAIN, "%s", line);
}

#define BLOCK_MAX 64
#define LABEL_MAX 64

/* @skip_null: a null is no answer rather than "never". */
static void print_row(const struct block *block, const char *label, const char *one, const char *two,
		      enum unit unit, bool skip_null)
{
	char text[BLOCK_MAX][TEXT_NUMBER];
	const char *cell[BLOCK_MAX];
	bool any = false;

	for (size_t i = block->first; i < block->end; i++) {
		const json_t *value = json_object_get(block->summary[i], one);

		if (two)
			value = json_object_get(value, two);
		if (skip_null && json_is_null(value))
			value = NULL;
		any = any || value;
		cell[i - block->first] = draw_value(value, unit, text[i - block->first], TEXT_NUMBER);
	}
	if (any)
		print_cells(block, label, cell);
}

/* Part @part of the name of an algorithm, which has a line for each option. NULL: there is no such part. */
static const char *label_part(const json_t *summary, size_t part, char *buffer, size_t size)
{
	const char *label = text_string(summary, "pv");

	for (; part; part--) {
		label = strchr(label, ',');
		if (!label)
			return NULL;
		label++;
	}
	snprintf(buffer, size, "%.*s", (int)strcspn(label, ","), label);
	return buffer;
}

static size_t column_width(json_t *const *summary, size_t all)
{
	size_t width = VALUE_COLUMNS;
	char text[LABEL_MAX];

	for (size_t i = 0; i < all; i++)
		for (size_t part = 0; label_part(summary[i], part, text, sizeof(text)); part++)
			width = draw_width(text) + 2 > width ? draw_width(text) + 2 : width;
	return width;
}

static void print_labels(const struct block *block)
{
	char text[BLOCK_MAX][LABEL_MAX];
	const char *cell[BLOCK_MAX];
	bool any = true;

	for (size_t part = 0; any; part++) {
		any = false;
		for (size_t i = block->first; i < block->end; i++) {
			const char *label = label_part(block->summary[i], part, text[i - block->first], LABEL_MAX);

			any = any || label;
			cell[i - block->first] = label ? label : "";
		}
		if (any)
			print_cells(block, "", cell);
	}
}

/* What each took at its peak beyond the one that took least of @all. */
static void add_extra(json_t **summary, size_t all)
{
	json_int_t most = 0;

	for (size_t i = 0; i < all; i++) {
		json_int_t free_pages = json_integer_value(json_object_get(summary[i], "lowest_free"));

		most = free_pages > most ? free_pages : most;
	}
	for (size_t i = 0; i < all; i++)
		put(summary[i], "extra", json_integer(most - json_integer_value(json_object_get(
								     summary[i], "lowest_free"))));
}

static void print_uvcs(const struct block *block, size_t all)
{
	json_t *names = json_object(), *call;
	const char *name;
	char label[80];

	for (size_t i = 0; i < all; i++)
		json_object_update_missing(names, json_object_get(block->summary[i], "uvc"));
	draw_line(block->page, DRAW_PLAIN, "Ultravisor calls");
	json_object_foreach(names, name, call) {
		snprintf(label, sizeof(label), "  %s", name);
		print_row(block, label, "uvc", name, UNIT_COUNT, true);
	}
	json_decref(names);
}

static void print_touches(const struct block *block, const char *title, const char *which)
{
	static const char *const part[][2] = {
		{ "p50", "  half within" }, { "p99", "  99% within" }, { "p999", "  99.9% within" },
		{ "max", "  longest" },
	};
	bool any = false;

	for (size_t i = block->first; i < block->end; i++)
		any = any || json_is_integer(below(block->summary[i], which, "max"));
	if (!any)
		return;
	draw_line(block->page, DRAW_PLAIN, "%s", title);
	for (size_t i = 0; i < sizeof(part) / sizeof(part[0]); i++)
		print_row(block, part[i][1], which, part[i][0], UNIT_TIME, true);
}

static void print_block(const struct block *block, size_t all)
{
	print_labels(block);
	print_row(block, "reboots", "reboots", NULL, UNIT_COUNT, false);
	if (json_integer_value(json_object_get(block->summary[0], "reboots"))) {
		print_row(block, "gone until plain boot", "gone_plain", NULL, UNIT_TIME, false);
		print_row(block, "gone until protected", "gone_protected", NULL, UNIT_TIME, false);
	}
	print_row(block, "processor time of cleanups", "cleanup_cpu", NULL, UNIT_TIME, false);
	print_row(block, "end: process gone", "exit_gone", NULL, UNIT_TIME, false);
	print_row(block, "end: memory back", "memory_back", NULL, UNIT_TIME, false);
	print_row(block, "least free memory", "lowest_free", NULL, UNIT_SIZE, false);
	print_row(block, "extra memory at the peak", "extra", NULL, UNIT_SIZE, false);
	print_row(block, "killed for lack of memory", "oom_kills", NULL, UNIT_COUNT, false);
	print_row(block, "waits for memory, in all", "stall_total", NULL, UNIT_TIME, false);
	print_row(block, "longest wait for memory", "stall_longest", NULL, UNIT_TIME, false);
	print_row(block, "written to swap", "swap_written", NULL, UNIT_SIZE, false);
	print_touches(block, "first touches", "first");
	print_touches(block, "touches after a reboot", "again");
	print_row(block, "simulated time", "time", NULL, UNIT_TIME, false);
	print_uvcs(block, all);
	print_row(block, "violations", "violations", NULL, UNIT_COUNT, false);
}

void compare_print(const json_t *results, FILE *out, unsigned columns, bool colour)
{
	struct page page = draw_page(out, columns, colour);
	size_t all = json_array_size(results), room, width;
	const json_t *run = json_object_get(json_array_get(results, 0), "run");
	json_t *summary[BLOCK_MAX];

	all = all < BLOCK_MAX ? all : BLOCK_MAX;
	for (size_t i = 0; i < all; i++)
		summary[i] = compare_summary(json_array_get(results, i));
	width = column_width(summary, all);
	room = page.columns > LABEL_COLUMNS + width ? (page.columns - LABEL_COLUMNS) / width : 1;
	add_extra(summary, all);
	draw_line(&page, DRAW_TITLE, "%s", text_string(json_object_get(run, "scenario"), "name"));
	for (size_t first = 0; first < all; first += room) {
		struct block block = { &page, summary, first, first + room < all ? first + room : all, width };

		if (first)
			draw_line(&page, DRAW_PLAIN, "%s", "");
		print_block(&block, all);
	}
	for (size_t i = 0; i < all; i++)
		json_decref(summary[i]);
}
