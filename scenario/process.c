/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Processes of the host that are no VMs: their keys, the steps of their programs, and what starts after what.
 */
#include "scenario/model.h"

#include <string.h>

#include "scenario/steps.h"
#include "scenario/unit.h"

#define MIB ((uint64_t)1 << 20)
#define TIB ((uint64_t)1 << 40)
#define HOUR (3600 * SIM_S)
#define TIME_MAX (1000 * HOUR)
#define IN(type, member) .offset = offsetof(struct type, member)
#define AMOUNT_SHAPE "size, or percent of the process's memory"

const char *const deed_names[] = { "allocate", "hold", "use", "free", NULL };

/* A step while it is read. The step comes first: the rows are offsets into it. */
struct reading {
	struct deed deed;
	uint64_t memory; /* of the process; 0: not known, because its key was bad */
};

/* --- one step --------------------------------------------------------------------------------- */

static void read_amount(struct sc_reader *reader, const struct sc_node *node, void *object)
{
	struct reading *reading = object;
	size_t errors = reader->diag->errors;

	reading->deed.bytes = share_read(reader, node, reading->memory, 1000000, "process");
	if (!reading->deed.bytes && reading->memory && reader->diag->errors == errors)
		sc_error(reader->diag, node->mark, "%s: '%s' is less than one page of 4KiB",
			 node->key, sc_show(node->text).text);
}

static const struct sc_row allocate_rows[] = {
	{ "amount", SC_CUSTOM, .shape = AMOUNT_SHAPE, .read = read_amount,
	  .doc = "how much more; without it all that is left" },
	{ "rate", SC_BYTES, IN(deed, rate), .fallback = "0B", .max = 1024 * TIB,
	  .doc = "bytes per second; 0: as fast as the machine can" },
};

static const struct sc_row use_rows[] = {
	{ "amount", SC_CUSTOM, .shape = AMOUNT_SHAPE, .read = read_amount,
	  .doc = "the first part of what it has; without it all" },
	{ "times", SC_UINT, IN(deed, times), .fallback = "1", .min = 1, .max = 1000000,
	  .doc = "this many rounds" },
	{ "every", SC_TIME, IN(deed, time), .fallback = "0s", .max = HOUR,
	  .doc = "from the begin of one round to that of the next; 0: one right after the other" },
};

static const struct sc_row free_rows[] = {
	{ "amount", SC_CUSTOM, .shape = AMOUNT_SHAPE, .read = read_amount,
	  .doc = "the last part of what it has; without it all" },
};

const struct sc_table allocate_table = SC_TABLE("allocate", allocate_rows);
const struct sc_table use_table = SC_TABLE("use", use_rows);
const struct sc_table free_table = SC_TABLE("free", free_rows);

/* What stands behind the step's name; an empty mapping if nothing does. */
static void read_value(struct sc_reader *reader, const struct sc_node *value, struct deed *deed,
		       const struct process_spec *process)
{
	static const struct sc_row hold = { .key = "hold", .type = SC_TIME, .min = 1,
					    .max = TIME_MAX, IN(deed, time) };
	const struct sc_table *const tables[] = { [DEED_ALLOCATE] = &allocate_table,
						  [DEED_USE] = &use_table,
						  [DEED_FREE] = &free_table };
	struct reading reading = { .deed = *deed, .memory = process->memory };

	if (deed->kind == DEED_HOLD)
		sc_value_read(reader, &hold, value, &reading.deed);
	else if (value->kind == SC_SCALAR && deed->kind != DEED_USE)
		read_amount(reader, value, &reading);
	else
		sc_table_read(reader, tables[deed->kind], value, &reading);
	*deed = reading.deed;
}

static bool read_deed(struct sc_reader *reader, int kind, struct mark mark, const struct sc_node *value,
		      size_t index, void *object)
{
	const struct sc_node nothing = { .kind = SC_MAP, .mark = mark };
	const struct process_spec *process = object;
	struct deed *deed = &process->program[index];

	*deed = (struct deed){ .kind = (enum deed_kind)kind, .mark = mark };
	if (deed->kind == DEED_HOLD && !value)
		sc_error(reader->diag, mark, "hold needs a time: write 'hold: 10s'");
	else
		read_value(reader, value ? value : &nothing, deed, process);
	return true;
}

static void read_program(struct sc_reader *reader, const struct sc_node *node, void *object)
{
	static const struct sc_steps steps = { deed_names, read_deed };
	struct process_spec *process = object;
	size_t count = sc_steps_count(reader, node);

	if (!count)
		return;
	process->program = sc_alloc(reader->arena, count * sizeof(*process->program));
	process->program_count = sc_steps_read(reader, &steps, node, process);
}

/* --- start_after ------------------------------------------------------------------------------ */

struct start_after {
	char *name;
	sim_time delay;
};

static void read_after_name(struct sc_reader *reader, const struct sc_node *node, void *object)
{
	struct start_after *after = object;

	after->name = name_read(reader, node);
}

static const struct sc_row start_after_rows[] = {
	{ "name", SC_CUSTOM, .required = true, .shape = "name of a VM or process",
	  .read = read_after_name,
	  .doc = "that must have exited; the name of an entry with count: all of it" },
	{ "delay", SC_TIME, IN(start_after, delay), .fallback = "0s", .max = TIME_MAX,
	  .doc = "so long after" },
};

const struct sc_table start_after_table = SC_TABLE("start_after", start_after_rows);

void start_after_read(struct sc_reader *reader, const struct sc_node *node, char **after,
		      sim_time *delay)
{
	struct start_after read = { NULL, 0 };

	if (node->kind == SC_SCALAR)
		read_after_name(reader, node, &read);
	else
		sc_table_read(reader, &start_after_table, node, &read);
	*after = read.name;
	*delay = read.delay;
}

static void read_process_start_after(struct sc_reader *reader, const struct sc_node *node,
				     void *object)
{
	struct process_spec *process = object;

	start_after_read(reader, node, &process->start_after, &process->start_delay);
}

/* --- processes -------------------------------------------------------------------------------- */

static void read_process_name(struct sc_reader *reader, const struct sc_node *node, void *object)
{
	struct process_spec *process = object;

	process->name = name_read(reader, node);
}

static void read_process_cgroup(struct sc_reader *reader, const struct sc_node *node, void *object)
{
	struct process_spec *process = object;

	cgroup_name_read(reader, node, &process->cgroup);
}

static const struct sc_row process_rows[] = {
	{ "name", SC_CUSTOM, .required = true,
	  .shape = "a letter, then up to 31 letters, digits, - or _", .read = read_process_name,
	  .doc = "name in results; with count: NAME0, NAME1, ..." },
	{ "count", SC_UINT, IN(process_spec, count), .fallback = "1", .min = 1,
	  .max = SC_INSTANCES_MAX, .doc = "how many such processes" },
	{ "memory", SC_BYTES, IN(process_spec, memory), .required = true, .min = MIB,
	  .max = 64 * TIB, .multiple = MIB, .doc = "the most that it can have" },
	{ "start", SC_TIME, IN(process_spec, start), .fallback = "0s", .max = TIME_MAX,
	  .doc = "when it starts" },
	{ "stagger", SC_TIME, IN(process_spec, stagger), .fallback = "0s", .max = HOUR,
	  .doc = "with count: process i starts i times this later" },
	{ "start_after", SC_CUSTOM, .shape = "a name, or mapping, see start_after",
	  .read = read_process_start_after,
	  .doc = "it starts when that VM or process has exited (instead of start)" },
	{ "nice", SC_INT, IN(process_spec, nice), .fallback = "0", .min = -20, .max = 19,
	  .doc = "its nice level" },
	{ "oom_score_adj", SC_INT, IN(process_spec, oom_score_adj), .fallback = "0", .min = -1000,
	  .max = 1000, .doc = "-1000: the OOM killer spares it" },
	{ "cgroup", SC_CUSTOM, .shape = "name of one in cgroups", .read = read_process_cgroup,
	  .doc = "its memory cgroup; with count all instances share it" },
	{ "kill", SC_TIME, IN(process_spec, kill_at), .max = TIME_MAX,
	  .doc = "a fatal signal at this time" },
	{ "program", SC_CUSTOM, .required = true, .shape = "list, see Steps of a process",
	  .read = read_program, .doc = "what it does" },
};

const struct sc_table process_table = SC_TABLE("process", process_rows);

void processes_read(struct sc_reader *reader, const struct sc_node *node, void *object)
{
	struct scenario *scenario = object;

	if (!sc_expect_kind(reader, node, SC_LIST, "a list of processes"))
		return;
	if (node->count > SC_VMS_MAX) {
		sc_error(reader->diag, node->mark,
			 "processes: at most %d are possible, found %zu", SC_VMS_MAX, node->count);
		return;
	}
	scenario->process = sc_alloc(reader->arena, (node->count + 1) * sizeof(*scenario->process));
	for (const struct sc_node *entry = node->child; entry; entry = entry->next) {
		struct process_spec *process = &scenario->process[scenario->process_count++];

		process->mark = entry->mark;
		process->kill_at = SIM_FOREVER;
		sc_table_read(reader, &process_table, entry, process);
		if (entry->kind == SC_MAP && process->start_after && sc_node_find(entry, "start"))
			sc_error(reader->diag, sc_node_find(entry, "start")->key_mark,
				 "give either start or start_after, not both");
	}
}
