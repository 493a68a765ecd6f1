/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Builds the result document, schema "uvsim.result/1": what was run, and what came of it.
 *
 * Only what is the same for single steps and bulk work, every compiler and every machine enters it:
 * so no counts of events or switches, no wall-clock time, no paths. The virtual machines are in
 * result_vms.c, the account in result_account.c; expectations and verdict are added by judge.c.
 */
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mm/pressure.h"
#include "report/parts.h"

#define HANGS_ON_MAX 12

/*
 * Length of the UTF-8 sequence at @s, 0 if there is none. Accepts all lengths, refuses overlong and
 * surrogate forms.
 */
static size_t utf8_length(const unsigned char *s)
{
	uint32_t value;
	size_t length;

	if (s[0] < 0x80)
		return 1;
	length = s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : 2;
	if (s[0] < 0xc2 || s[0] > 0xf4)
		return 0;
	value = s[0] & (0x7fu >> length);
	for (size_t i = 1; i < length; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		value = value << 6 | (s[i] & 0x3f);
	}
	if ((length == 3 && value < 0x800) || (length == 4 && value < 0x10000) ||
	    value > 0x10ffff || (value >= 0xd800 && value < 0xe000))
		return 0;
	return length;
}

json_t *part_text(const char *text)
{
	json_t *part;
	char *copy;

	if (!text)
		return json_null();
	copy = strdup(text);
	assert(copy);
	for (unsigned char *s = (unsigned char *)copy; *s;) {
		size_t length = utf8_length(s);

		if (length == 0)
			*s = '?';
		s += length ? length : 1;
	}
	part = json_string(copy);
	assert(part);
	free(copy);
	return part;
}

json_t *part_time(sim_time time)
{
	assert(time == SIM_FOREVER || time <= INT64_MAX);
	return time == SIM_FOREVER ? json_null() : json_integer((json_int_t)time);
}

json_t *part_span(sim_time begin, sim_time end)
{
	return end == SIM_FOREVER || end < begin ? json_null() : part_time(end - begin);
}

json_t *part_errno(int error)
{
	static const struct {
		int number;
		const char *name;
	} known[] = {
		{ EPERM, "EPERM" },	      { ENOENT, "ENOENT" },
		{ EINTR, "EINTR" },	      { EIO, "EIO" },
		{ ENXIO, "ENXIO" },	      { E2BIG, "E2BIG" },
		{ EAGAIN, "EAGAIN" },	      { ENOMEM, "ENOMEM" },
		{ EACCES, "EACCES" },	      { EFAULT, "EFAULT" },
		{ EBUSY, "EBUSY" },	      { EEXIST, "EEXIST" },
		{ ENODEV, "ENODEV" },	      { EINVAL, "EINVAL" },
		{ ENOTTY, "ENOTTY" },	      { ENOSPC, "ENOSPC" },
		{ ENOSYS, "ENOSYS" },	      { ETIME, "ETIME" },
		{ EOPNOTSUPP, "EOPNOTSUPP" }, { ECANCELED, "ECANCELED" },
	};
	char number[32];

	if (error == 0)
		return json_null();
	error = abs(error);
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (known[i].number == error)
			return json_string(known[i].name);
	}
	snprintf(number, sizeof(number), "errno %d", error);
	return json_string(number);
}

static json_t *base_name(const char *path)
{
	const char *slash = path ? strrchr(path, '/') : NULL;

	return part_text(slash ? slash + 1 : path);
}

/* A machine that panics is stopped by that. */
static const char *end_name(const struct run *run)
{
	switch (run->end) {
	case SIM_END_DONE:
		return "done";
	case SIM_END_TIME:
		return "time limit";
	case SIM_END_DEADLOCK:
		return "deadlock";
	case SIM_END_STOPPED:
		return run->host && run->host->pressure && run->host->pressure->oom.panic ? "panic" : "stopped";
	}
	return "unknown";
}

static json_t *run_part(const struct run *run)
{
	const struct pv_algorithm *pv = run->algorithm;
	char version[40];
	json_t *part, *limits;

	snprintf(version, sizeof(version), "%u.%u.%u", pv->version >> 16, pv->version >> 8 & 0xff,
		 pv->version & 0xff);
	part = json_pack(
		"{s:{s:o, s:o, s:o, s:s}, s:I, s:{s:o, s:s, s:s, s:o}, s:{s:o, s:s}, s:s, s:o}",
		"scenario", "name", part_text(run->scenario->name), "description",
		part_text(run->scenario->description), "file", base_name(run->scenario->file),
		"hash", run->scenario->hash, "seed", (json_int_t)run->seed, "pv", "label",
		part_text(pv->label), "version", version, "sha256", pv->sha256, "file",
		base_name(pv->path), "profile", "name", part_text(run->profile->name), "hash",
		run->profile->hash, "end", end_name(run), "time", part_time(sim_now()));
	/* Said only where it is missing. */
	if (pv->init_vm && !pv->set_aside)
		json_object_set_new(json_object_get(part, "pv"), "asynchronous", json_false());
	limits = part_limits(run);
	if (json_array_size(limits))
		json_object_set(part, "not_expressed", limits);
	json_decref(limits);
	return part;
}

/* The counts come in order of (cmd, cc, rc, rrc): the lines of one command follow each other. */
static json_t *uvc_part(const struct uv_call_count *counts)
{
	json_t *uvc = json_object();

	while (counts) {
		const struct uv_call_count *first = counts;
		json_t *answers = json_array();
		uint64_t count = 0;
		sim_time time = 0;
		char unknown[16];
		const char *name = uvc_name(first->cmd);

		for (; counts && counts->cmd == first->cmd; counts = counts->next) {
			count += counts->count;
			time += counts->time;
			json_array_append_new(
				answers, json_pack("{s:i, s:i, s:i, s:I}", "cc", (int)counts->cc,
						   "rc", (int)counts->rc, "rrc", (int)counts->rrc,
						   "count", (json_int_t)counts->count));
		}
		snprintf(unknown, sizeof(unknown), "0x%04x", first->cmd);
		json_object_set_new(uvc, name ? name : unknown,
				    json_pack("{s:i, s:I, s:o, s:o}", "cmd", (int)first->cmd,
					      "count", (json_int_t)count, "time", part_time(time),
					      "answers", answers));
	}
	return uvc;
}

static json_t *host_part(const struct run *run)
{
	const struct host *host = run->host;
	uint64_t bytes = 0, blocks = host_heap_left(host, &bytes);

	json_t *part;

	part = json_pack("{s:I, s:I, s:I, s:I, s:{s:I, s:I}, s:I}", "processors",
			 (json_int_t)run->scenario->host.processors, "memory",
			 (json_int_t)(host->frames * PAGE_BYTES), "lowest_free",
			 (json_int_t)(host->lowest_free * PAGE_BYTES), "free_at_end",
			 (json_int_t)(host->free * PAGE_BYTES), "heap_left", "blocks",
			 (json_int_t)blocks, "bytes", (json_int_t)bytes, "donated_frames_at_end",
			 (json_int_t)uv_donated_frames(host->uv));
	if (host->pressure)
		json_object_set_new(part, "pressure", part_pressure(host));
	if (host->memcgs)
		json_object_set_new(part, "cgroups", part_cgroups(host));
	return part;
}

static json_t *hangs_on_part(const struct profile *profile)
{
	bool taken[COST_COUNT] = { false };
	json_t *hangs_on = json_array();
	sim_time sum = 0;

	for (int id = 0; id < COST_COUNT; id++)
		sum += profile->cost[id].total;
	for (int n = 0; n < HANGS_ON_MAX; n++) {
		const struct cost_entry *entry;
		char confidence[2] = "";
		int most = -1;

		for (int id = 0; id < COST_COUNT; id++) {
			if (!taken[id] && profile->cost[id].total &&
			    (most < 0 || profile->cost[id].total > profile->cost[most].total))
				most = id;
		}
		if (most < 0)
			break;
		taken[most] = true;
		entry = &profile->cost[most];
		confidence[0] = entry->confidence;
		json_array_append_new(
			hangs_on,
			json_pack(
				"{s:s, s:I, s:o, s:I, s:o, s:s}", "key",
				cost_key((enum cost_id)most), "charged", (json_int_t)entry->charged,
				"total", part_time(entry->total), "share_permille",
				(json_int_t)((unsigned __int128)entry->total * 1000 / sum), "value",
				part_time(entry->dist == COST_FIXED
						  ? entry->value
						  : entry->low + (entry->high - entry->low) / 2),
				"confidence", confidence));
	}
	return hangs_on;
}

static json_t *warns_part(const char *const *warns)
{
	json_t *part = json_array();

	for (; warns && *warns; warns++)
		json_array_append_new(part, part_text(*warns));
	return part;
}

static json_t *stalls_part(void)
{
	json_t *stalls = json_array(), *part;

	for (const struct sim_stall *stall = sim_stalls(); stall; stall = stall->next) {
		part = json_pack("{s:o, s:o, s:o, s:o}", "thread", part_text(stall->thread), "where",
				 part_text(stall->where), "begin", part_time(stall->begin), "length",
				 part_time(stall->length));
		/* In code of a module only. */
		if (stall->place)
			json_object_set_new(part, "place", part_text(stall->place));
		json_array_append_new(stalls, part);
	}
	return stalls;
}

static json_t *few_words(const char *scenario, uint64_t seed, const char *end, sim_time time)
{
	return json_pack("{s:s, s:{s:s}, s:{s:{s:o}, s:I, s:s, s:o}}", "schema", "uvsim.result/1", "partial", "reason",
			 "internal error", "run", "scenario", "name", part_text(scenario), "seed", (json_int_t)seed,
			 "end", end, "time", part_time(time));
}

json_t *result_minimal(const struct run *run)
{
	return few_words(run->scenario->name, run->seed, end_name(run), sim_now());
}

json_t *result_unbegun(const char *scenario, uint64_t seed, const char *replay)
{
	json_t *document = few_words(scenario, seed, "stopped", 0);

	json_object_set_new(document, "violations",
			    json_pack("[{s:s, s:s, s:I, s:s, s:I, s:[], s:[], s:o}]", "kind", "internal-error", "text",
				      "the run cannot begin: out of memory", "time", (json_int_t)0, "thread", "host",
				      "count", (json_int_t)1, "stacks", "events", "replay", part_text(replay)));
	return document;
}

void result_add_findings(json_t *document, const struct run *run)
{
	json_object_set_new(document, "violations", part_findings(run->replay));
}

json_t *result_build(const struct run *run)
{
	json_t *document = json_object();

	json_object_set_new(document, "schema", json_string("uvsim.result/1"));
	if (run->partial)
		json_object_set_new(document, "partial", json_pack("{s:o}", "reason", part_text(run->partial)));
	json_object_set_new(document, "run", run_part(run));
	json_object_set_new(document, "vms", part_vms(run->vmms));
	if (run->neighbours)
		json_object_set_new(document, "processes", part_processes(run->neighbours));
	json_object_set_new(document, "uvc", uvc_part(uv_call_counts(run->host->uv)));
	json_object_set_new(document, "host", host_part(run));
	if (run->memory)
		json_object_set_new(document, "memory", part_memory(run->memory));
	json_object_set_new(document, "threads", part_threads());
	json_object_set_new(document, "hangs_on", hangs_on_part(run->profile));
	json_object_set_new(document, "warns", warns_part(run->warns));
	json_object_set_new(document, "stalls", stalls_part());
	result_add_findings(document, run);
	if (run->faults)
		json_object_set_new(document, "faults", part_faults(run->faults));
	return document;
}
