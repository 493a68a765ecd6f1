/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The processes that are no VMs in the result document, and their line in the report.
 */
#include "report/parts.h"
#include "report/text.h"

static json_t *deed_part(const struct neighbour *neighbour, size_t i)
{
	sim_time begin = i ? neighbour->deed_end[i - 1] : neighbour->started;

	return json_pack("{s:o, s:o}", "begin", part_time(begin), "time",
			 begin == SIM_FOREVER ? json_null() : part_span(begin, neighbour->deed_end[i]));
}

static json_t *process_part(const struct neighbour *neighbour)
{
	json_t *steps = json_array();

	for (size_t i = 0; i < neighbour->spec->program_count; i++)
		json_array_append_new(steps, deed_part(neighbour, i));
	return json_pack("{s:o, s:I, s:o, s:o, s:I, s:I, s:o}", "outcome", part_text(neighbour->outcome),
			 "memory", (json_int_t)neighbour->spec->memory, "started",
			 part_time(neighbour->started), "exited", part_time(neighbour->exited), "most",
			 (json_int_t)(neighbour->most * PAGE_BYTES), "pages_touched",
			 (json_int_t)neighbour->touched, "steps", steps);
}

json_t *part_processes(const struct neighbour *neighbours)
{
	json_t *processes = json_object();

	for (const struct neighbour *neighbour = neighbours; neighbour; neighbour = neighbour->next) {
		json_t *key = part_text(neighbour->name);

		json_object_set_new(processes, json_string_value(key), process_part(neighbour));
		json_decref(key);
	}
	return processes;
}

void text_processes(const struct page *page, const json_t *processes)
{
	const char *name;
	json_t *process;

	if (json_object_size(processes) == 0)
		return;
	draw_line(page, DRAW_PLAIN, "%s", "");
	draw_line(page, DRAW_TITLE, "%-18s %10s %10s %10s  outcome", "Other processes", "started", "exited",
		  "most");
	json_object_foreach((json_t *)processes, name, process) {
		char padded[64], started[TEXT_NUMBER], exited[TEXT_NUMBER], most[TEXT_NUMBER];

		draw_line(page, DRAW_PLAIN, "  %s %10s %10s %10s  %s",
			  draw_pad(page, name, 16, padded, sizeof(padded)),
			  text_time(process, "started", started), text_time(process, "exited", exited),
			  draw_size(text_number(process, "most", 0), most, sizeof(most)),
			  text_string(process, "outcome"));
	}
}
