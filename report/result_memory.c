/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The part of the result document about memory that ran short: watermarks, swap, waits, failures, OOM kills, memory
 * cgroups. Only hosts with `host.swap` have it.
 */
#include "mm/memcg.h"
#include "report/parts.h"

static json_t *bytes(uint64_t pages)
{
	return json_integer((json_int_t)(pages * PAGE_BYTES));
}

/* A limit, or null. */
static json_t *limit(uint64_t pages)
{
	return pages == MEMCG_NO_LIMIT ? json_null() : bytes(pages);
}

/* --- OOM kills ---------------------------------------------------------------------------------------------- */

static json_t *reaper_part(const struct oom_event *event)
{
	static const char *const names[] = { "not needed", "reaped", "gave up" };

	return json_pack("{s:s, s:o, s:o}", "result", names[event->reaped], "time", part_time(event->reaped_at),
			 "bytes", bytes(event->reaped_pages));
}

static json_t *kill_part(const struct oom_event *event)
{
	json_t *kill = json_pack("{s:o, s:o, s:o, s:o}", "time", part_time(event->time), "victim",
				 part_text(event->victim), "asked", part_text(event->asked), "reason",
				 part_text(event->group ? "cgroup" : "host"));

	if (event->group) {
		json_object_set_new(kill, "cgroup", part_text(event->group));
		json_object_set_new(kill, "cgroup_usage", bytes(event->usage));
	}
	json_object_set_new(kill, "badness", json_integer((json_int_t)(event->points * (int64_t)PAGE_BYTES)));
	json_object_set_new(kill, "wanted", bytes(event->wanted));
	json_object_set_new(kill, "host_free", bytes(event->free));
	json_object_set_new(kill, "memory", json_pack("{s:o, s:o, s:I, s:i}", "rss", bytes(event->rss), "swap",
						       bytes(event->swapped), "page_tables",
						       (json_int_t)event->tables, "oom_score_adj", event->adj));
	json_object_set_new(kill, "reaper", reaper_part(event));
	json_object_set_new(kill, "back_after", part_span(event->time, event->back));
	return kill;
}

static json_t *kills_part(const struct oom_event *event)
{
	json_t *kills = json_array();

	for (; event; event = event->next)
		json_array_append_new(kills, kill_part(event));
	return kills;
}

/* --- the host ------------------------------------------------------------------------------------------------ */

/* What the allocation could have done, in one word. */
static const char *kind_of(unsigned flags)
{
	if (flags & ALLOC_DIRECT)
		return "may sleep";
	return flags & ALLOC_HIGH ? "atomic" : "no wait";
}

static json_t *failures_part(const struct alloc_failure *failure)
{
	json_t *failures = json_array();

	for (; failure; failure = failure->next)
		json_array_append_new(failures, json_pack("{s:o, s:I, s:s, s:b, s:I, s:o}", "site",
							  part_text(failure->site), "bytes",
							  (json_int_t)failure->bytes, "kind", kind_of(failure->flags),
							  "charged", (failure->flags & ALLOC_ACCOUNT) != 0, "count",
							  (json_int_t)failure->count, "first",
							  part_time(failure->first)));
	return failures;
}

static json_t *panic_part(const struct oom *oom)
{
	if (!oom->panic)
		return json_null();
	return json_pack("{s:s, s:o, s:o}", "text", "System is deadlocked on memory", "time",
			 part_time(oom->panic_time), "thread", part_text(oom->panic_thread));
}

json_t *part_pressure(const struct host *host)
{
	const struct pressure *pressure = host->pressure;
	const struct swap *swap = &pressure->swap;

	return json_pack(
		"{s:{s:o, s:o, s:o}, s:{s:o, s:o, s:o, s:o}, s:o, s:o, s:I, s:{s:I, s:I, s:o, s:o}, s:o, s:I, s:o, "
		"s:o}",
		"watermarks", "min", bytes(pressure->min), "low", bytes(pressure->low), "high", bytes(pressure->high),
		"swap", "size", bytes(swap->slots), "most_used", bytes(swap->most_used), "written",
		bytes(swap->written), "read", bytes(swap->read), "evicted", bytes(pressure->evicted), "came_back",
		bytes(pressure->came_back), "exports", (json_int_t)pressure->exports, "stalls", "count",
		(json_int_t)pressure->stalls, "failed", (json_int_t)pressure->failed, "total",
		part_time(pressure->stall_time), "longest", part_time(pressure->longest_stall), "failures",
		failures_part(host->failures), "spared_by_notifiers", (json_int_t)pressure->oom.spared, "oom_kills",
		kills_part(pressure->oom.events), "panic", panic_part(&pressure->oom));
}

/* --- cgroups --------------------------------------------------------------------------------------------------- */

static json_t *cgroup_part(const struct memcg *group)
{
	return json_pack(
		"{s:o, s:{s:o, s:o, s:o}, s:o, s:o, s:o, s:{s:o, s:o}, s:{s:I, s:I, s:I, s:I, s:I}, "
		"s:{s:I, s:o, s:o}}",
		"name", part_text(group->name), "limits", "max", limit(group->max), "high", limit(group->high),
		"swap_max", limit(group->swap_max), "peak", bytes(group->peak), "current", bytes(group->usage),
		"kernel", bytes(group->kernel), "swap", "peak", bytes(group->swap_peak), "current", bytes(group->swap),
		"events",
		"high", (json_int_t)group->high_events, "max", (json_int_t)group->max_events, "oom",
		(json_int_t)group->oom_events, "oom_kill", (json_int_t)group->oom_kills, "swap_fail",
		(json_int_t)group->swap_fails, "waits", "count", (json_int_t)group->stalls, "at_max",
		part_time(group->stall_time), "above_high", part_time(group->throttle_time));
}

json_t *part_cgroups(const struct host *host)
{
	const struct memcg *group;
	json_t *groups = json_array();

	for (group = host->memcgs; group; group = group->next)
		json_array_append_new(groups, cgroup_part(group));
	return groups;
}
