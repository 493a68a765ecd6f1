/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Findings of the oracle for a person: each with its stacks, the first with what came before it.
 */
#include <limits.h>
#include <string.h>

#include "report/text.h"

/* Events shown, and findings that are shown with stacks and events; the document has all. */
#define EVENTS_SHOWN 12
#define FULL_SHOWN 3

static void text_stack(const struct page *page, const json_t *stack)
{
	json_t *frame;
	size_t i;

	draw_wrapped(page, DRAW_PLAIN, 6, "    %s: %s", text_string(stack, "thread"), text_string(stack, "state"));
	json_array_foreach(json_object_get(stack, "frames"), i, frame) {
		const char *place = text_string(frame, "place");

		draw_wrapped(page, DRAW_DIM, 8, "      %s%s%s", text_string(frame, "function"), place[0] ? " at " : "",
			     place);
	}
}

static void text_events(const struct page *page, const json_t *events)
{
	size_t count = json_array_size(events), i;
	char time[TEXT_NUMBER];

	if (!count)
		return;
	draw_line(page, DRAW_PLAIN, "    the last events:");
	for (i = count > EVENTS_SHOWN ? count - EVENTS_SHOWN : 0; i < count; i++) {
		const json_t *event = json_array_get(events, i);

		draw_wrapped(page, DRAW_DIM, 8, "      %10s %s: %s", text_time(event, "time", time),
			     text_string(event, "thread"), text_string(event, "text"));
	}
}

static void text_finding(const struct page *page, const json_t *finding, bool full)
{
	const char *thread = text_string(finding, "thread");
	unsigned long long count = text_number(finding, "count", 1);
	char time[TEXT_NUMBER], again[64] = "";
	json_t *stack;
	size_t i;

	if (count > 1)
		snprintf(again, sizeof(again), " (%llu times)", count);
	draw_wrapped(page, DRAW_BAD, 4, "violation (%s) at %s%s%s: %s%s", text_string(finding, "kind"),
		     text_time(finding, "time", time), thread[0] ? " in " : "", thread, text_string(finding, "text"),
		     again);
	if (!full)
		return;
	json_array_foreach(json_object_get(finding, "stacks"), i, stack)
		text_stack(page, stack);
	text_events(page, json_object_get(finding, "events"));
}

void text_findings(const struct page *page, const json_t *findings)
{
	struct page whole = *page;
	const char *replay = "";
	json_t *finding;
	size_t i;

	json_array_foreach(findings, i, finding) {
		text_finding(page, finding, i < FULL_SHOWN);
		replay = text_string(finding, "replay");
	}
	/* A command that is cut is none. */
	whole.columns = UINT_MAX;
	if (replay[0])
		draw_line(&whole, DRAW_PLAIN, "again: %s", replay);
}
