/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The findings of the oracle as the document has them: what, when, where, what came before, and how to see it
 * again.
 */
#include "report/parts.h"
#include "sim/finding.h"

static json_t *stack_part(const struct sim_stack *stack)
{
	json_t *frames = json_array();

	/* Innermost first, as a debugger shows them. */
	for (unsigned i = stack->depth; i-- > 0;)
		json_array_append_new(frames, json_pack("{s:o, s:o}", "function", part_text(stack->frame[i].name),
							"place", part_text(stack->frame[i].place)));
	return json_pack("{s:o, s:o, s:o}", "thread", part_text(stack->thread), "state", part_text(stack->state),
			 "frames", frames);
}

static json_t *stacks_part(const struct sim_finding *finding)
{
	json_t *part = json_array();

	for (const struct sim_stack *stack = finding->stacks; stack; stack = stack->next)
		json_array_append_new(part, stack_part(stack));
	return part;
}

static json_t *events_part(const struct sim_finding *finding)
{
	json_t *part = json_array();

	for (unsigned i = 0; i < finding->events; i++)
		json_array_append_new(part, json_pack("{s:o, s:o, s:o}", "time", part_time(finding->event[i].time),
						      "thread", part_text(finding->event[i].thread), "text",
						      part_text(finding->event[i].text)));
	return part;
}

json_t *part_findings(const char *replay)
{
	json_t *part = json_array();

	for (const struct sim_finding *finding = sim_findings(); finding; finding = finding->next)
		json_array_append_new(
			part, json_pack("{s:o, s:o, s:o, s:o, s:I, s:o, s:o, s:o}", "kind", part_text(finding->kind),
					"text", part_text(finding->text), "time", part_time(finding->time), "thread",
					part_text(finding->thread), "count", (json_int_t)finding->count, "stacks",
					stacks_part(finding), "events", events_part(finding), "replay",
					part_text(replay)));
	return part;
}
