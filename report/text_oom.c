/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The section of the report about memory that ran short, if it did: OOM kills, failed allocations, memory cgroups.
 */
#include "report/text.h"

static void text_kill(const struct page *page, const json_t *kill)
{
	const json_t *memory = json_object_get(kill, "memory"), *reaper = json_object_get(kill, "reaper");
	const char *cgroup = text_string(kill, "cgroup");
	char a[TEXT_NUMBER], b[TEXT_NUMBER], c[TEXT_NUMBER], back[TEXT_NUMBER + 16];

	if (json_is_null(json_object_get(kill, "back_after")))
		snprintf(back, sizeof(back), "never back");
	else
		snprintf(back, sizeof(back), "back after %s", text_time(kill, "back_after", a));
	draw_wrapped(page, DRAW_BAD, 4, "  %s: %s is killed (%s in memory, %s on swap), %s%s; its memory is %s",
		     text_time(kill, "time", a), text_string(kill, "victim"),
		     draw_size(text_number(memory, "rss", 0), b, sizeof(b)),
		     draw_size(text_number(memory, "swap", 0), c, sizeof(c)),
		     cgroup[0] ? "for cgroup " : "for the host", cgroup, back);
	if (text_number(reaper, "bytes", 0))
		draw_wrapped(page, DRAW_PLAIN, 4, "    the reaper took %s, done at %s",
			     draw_size(text_number(reaper, "bytes", 0), b, sizeof(b)), text_time(reaper, "time", a));
}

static void text_failure(const struct page *page, const json_t *failure)
{
	char a[TEXT_NUMBER], b[TEXT_NUMBER], count[TEXT_NUMBER];

	draw_wrapped(page, DRAW_PLAIN, 4, "  allocation of %s failed %s times in %s (%s), first at %s",
		     draw_size(text_number(failure, "bytes", 0), a, sizeof(a)),
		     draw_count((int64_t)text_number(failure, "count", 0), count, sizeof(count)),
		     text_string(failure, "site"), text_string(failure, "kind"), text_time(failure, "first", b));
}

static const char *size_or_none(const json_t *object, const char *key, char *buffer)
{
	uint64_t size = text_number(object, key, UINT64_MAX);

	return size == UINT64_MAX ? "-" : draw_size(size, buffer, TEXT_NUMBER);
}

static void text_cgroup(const struct page *page, const json_t *group)
{
	const json_t *limits = json_object_get(group, "limits"), *events = json_object_get(group, "events");
	const json_t *waits = json_object_get(group, "waits");
	char name[64], size[5][TEXT_NUMBER], count[4][TEXT_NUMBER];

	draw_line(page, DRAW_PLAIN, "  %s %9s %9s %9s %9s %9s",
		  draw_pad(page, text_string(group, "name"), 14, name, sizeof(name)),
		  draw_size(text_number(group, "peak", 0), size[0], TEXT_NUMBER),
		  draw_size(text_number(group, "current", 0), size[1], TEXT_NUMBER),
		  draw_size(text_number(json_object_get(group, "swap"), "peak", 0), size[2], TEXT_NUMBER),
		  size_or_none(limits, "high", size[3]), size_or_none(limits, "max", size[4]));
	if (!text_number(events, "high", 0) && !text_number(events, "max", 0) && !text_number(events, "oom_kill", 0))
		return;
	draw_wrapped(page, DRAW_PLAIN, 4,
		     "    events: %s high, %s max, %s oom, %s killed; threads waited %s at max, %s above high",
		     draw_count((int64_t)text_number(events, "high", 0), count[0], TEXT_NUMBER),
		     draw_count((int64_t)text_number(events, "max", 0), count[1], TEXT_NUMBER),
		     draw_count((int64_t)text_number(events, "oom", 0), count[2], TEXT_NUMBER),
		     draw_count((int64_t)text_number(events, "oom_kill", 0), count[3], TEXT_NUMBER),
		     text_time(waits, "at_max", size[0]), text_time(waits, "above_high", size[1]));
}

void text_oom(const struct page *page, const json_t *host)
{
	const json_t *pressure = json_object_get(host, "pressure"), *groups = json_object_get(host, "cgroups");
	const json_t *kills = json_object_get(pressure, "oom_kills"), *failures = json_object_get(pressure, "failures");
	const json_t *panic = json_object_get(pressure, "panic");
	char time[TEXT_NUMBER];
	json_t *entry;
	size_t i;

	if (json_array_size(groups)) {
		draw_line(page, DRAW_PLAIN, "%s", "");
		draw_line(page, DRAW_TITLE, "Memory cgroups        peak       end swap peak      high       max");
		json_array_foreach(groups, i, entry)
			text_cgroup(page, entry);
	}
	if (!json_array_size(kills) && !json_array_size(failures) && !json_is_object(panic))
		return;
	draw_line(page, DRAW_PLAIN, "%s", "");
	draw_line(page, DRAW_TITLE, "Out of memory");
	json_array_foreach(failures, i, entry)
		text_failure(page, entry);
	json_array_foreach(kills, i, entry)
		text_kill(page, entry);
	if (json_is_object(panic))
		draw_wrapped(page, DRAW_BAD, 4, "  %s: kernel panic in %s: %s", text_time(panic, "time", time),
			     text_string(panic, "thread"), text_string(panic, "text"));
}
