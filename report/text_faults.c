/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The report's part about faults that were put in: each order with how often it was applied, then the first of what was
 * applied. An order that was never applied is said so: it may have been meant for something that did not happen.
 */
#include "report/text.h"

#define SHOWN 8

static void text_order(const struct page *page, const json_t *order)
{
	unsigned long long applied = text_number(order, "applied", 0);

	if (applied)
		draw_wrapped(page, DRAW_PLAIN, 4, "  %s; applied %llu time%s", text_string(order, "order"), applied,
			     applied == 1 ? "" : "s");
	else
		draw_wrapped(page, DRAW_DIM, 4, "  %s; never applied", text_string(order, "order"));
}

void text_faults(const struct page *page, const json_t *faults)
{
	const json_t *entry, *orders = json_object_get(faults, "orders"), *list = json_object_get(faults, "list");
	unsigned long long applied = text_number(faults, "applied", 0);
	char time[TEXT_NUMBER];
	size_t i;

	if (!faults)
		return;
	draw_line(page, DRAW_PLAIN, "%s", "");
	draw_line(page, DRAW_PLAIN, "Faults put in: %llu", applied);
	json_array_foreach(orders, i, entry)
		if (json_array_size(orders) <= SHOWN || text_number(entry, "applied", 0))
			text_order(page, entry);
	json_array_foreach(list, i, entry) {
		if (i == SHOWN) {
			draw_line(page, DRAW_DIM, "  ... and %llu more", applied - SHOWN);
			break;
		}
		draw_wrapped(page, DRAW_DIM, 6, "    at %s  %s  %s: %s",
			  text_time(entry, "time", time), text_string(entry, "thread"),
			  text_string(entry, "what"), text_string(entry, "detail"));
	}
}
