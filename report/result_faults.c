/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The part of the result document about faults that were put in on purpose: the orders, how often each was applied, and
 * the first of them one by one, so that whatever the run found can be traced to what was done to it.
 */
#include "report/parts.h"

static json_t *orders_part(const struct faults *faults)
{
	json_t *orders = json_array();

	for (unsigned i = 0; i < faults->orders; i++) {
		const struct fault_order *order = faults->order[i];

		json_array_append_new(orders, json_pack("{s:o, s:I, s:I}", "order", part_text(order->text), "line",
							(json_int_t)order->spec.mark.line, "applied",
							(json_int_t)order->applied));
	}
	return orders;
}

json_t *part_faults(const struct faults *faults)
{
	json_t *list = json_array();

	for (const struct fault_applied *applied = faults->list; applied; applied = applied->next)
		json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:o, s:I}", "time", part_time(applied->time),
						      "thread", part_text(applied->thread), "what",
						      part_text(applied->what), "detail", part_text(applied->detail),
						      "order", (json_int_t)applied->order));
	return json_pack("{s:I, s:o, s:o}", "applied", (json_int_t)faults->applied, "orders", orders_part(faults),
			 "list", list);
}
