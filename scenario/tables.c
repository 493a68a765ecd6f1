/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The keys of a scenario file: one row each. docs/scenarios.md prints these rows;
 * scenario.schema.json repeats them for editors. To add a key: a member in scenario.h, a row here,
 * a property in the schema, and the room that uses it.
 */
#include "scenario/model.h"

#include <ctype.h>
#include <string.h>

#define KIB ((uint64_t)1 << 10)
#define MIB ((uint64_t)1 << 20)
#define TIB ((uint64_t)1 << 40)
#define HOUR (3600 * SIM_S)
#define TIME_MAX (1000 * HOUR) /* below 2^62 ps: four of them can be added */

static void read_format(struct sc_reader *reader, const struct sc_node *node, void *object)
{
	(void)object;
	if (node->kind != SC_SCALAR || strcmp(node->text, "1") != 0)
		sc_error(reader->diag, node->mark, "uvsim: this program reads format 1");
}

static void read_host(struct sc_reader *reader, const struct sc_node *node, void *object)
{
	struct scenario *scenario = object;

	sc_table_read(reader, &host_table, node, &scenario->host);
}

static void read_swap(struct sc_reader *reader, const struct sc_node *node, void *object)
{
	struct host_spec *host = object;

	host->swap.given = true;
	sc_table_read(reader, &swap_table, node, &host->swap);
}

static void read_watermarks(struct sc_reader *reader, const struct sc_node *node, void *object)
{
	struct host_spec *host = object;

	sc_table_read(reader, &watermark_table, node, &host->watermarks);
}

/* --- kill ------------------------------------------------------------------------------------- */

static const char *const kill_phases[] = { "boot",  "create", "reset",	"load",	   "plain",   "enable",
					   "parms", "unpack", "verify", "start",   "run",     "stop",
					   "prepare", "perform", "disable", NULL };

static void read_kill_phase(struct sc_reader *reader, const struct sc_node *node, void *object)
{
	struct vm_spec *vm = object;

	if (!sc_expect_kind(reader, node, SC_SCALAR, "the name of a phase"))
		return;
	for (const char *const *phase = kill_phases; *phase; phase++) {
		if (strcmp(*phase, node->text) == 0) {
			vm->kill = KILL_IN_PHASE;
			vm->kill_phase = sc_copy(reader->arena, node->text, strlen(node->text));
			return;
		}
	}
	sc_unknown_name(reader, node->mark, "phase", node->text, kill_phases);
}

static void read_kill(struct sc_reader *reader, const struct sc_node *node, void *object)
{
	struct vm_spec *vm = object;

	sc_table_read(reader, &kill_table, node, vm);
	if (node->kind != SC_MAP)
		return;

	const struct sc_node *at = sc_node_find(node, "at"), *phase = sc_node_find(node, "phase");

	if (!at == !phase)
		sc_error(reader->diag, at ? at->key_mark : node->mark,
			 "kill: give either at: TIME or phase: NAME%s", at ? ", not both" : "");
	else if (at)
		vm->kill = KILL_AT;
	for (const struct sc_node *key = at && !phase ? node->child : NULL; key; key = key->next)
		if (strcmp(key->key, "after") == 0 || strcmp(key->key, "instance") == 0)
			sc_error(reader->diag, key->key_mark,
				 "kill: '%s' goes with phase, not with at", key->key);
}

/* --- vms -------------------------------------------------------------------------------------- */

char *name_read(struct sc_reader *reader, const struct sc_node *node)
{
	if (!sc_expect_kind(reader, node, SC_SCALAR, "a name"))
		return NULL;

	size_t length = strlen(node->text);
	bool good = length >= 1 && length <= 32 && isalpha((unsigned char)node->text[0]);

	for (size_t i = 0; i < length; i++)
		good = good &&
		       (isalnum((unsigned char)node->text[i]) || strchr("_-", node->text[i]));
	if (!good)
		sc_error(reader->diag, node->mark,
			 "name: '%s': a name is a letter and up to 31 letters, digits, '-' or '_'",
			 sc_show(node->text).text);
	return sc_copy(reader->arena, node->text, length);
}

static void read_vm_name(struct sc_reader *reader, const struct sc_node *node, void *object)
{
	struct vm_spec *vm = object;

	vm->name = name_read(reader, node);
}

static void read_vm_cgroup(struct sc_reader *reader, const struct sc_node *node, void *object)
{
	struct vm_spec *vm = object;

	cgroup_name_read(reader, node, &vm->cgroup);
}

static void read_vm_start_after(struct sc_reader *reader, const struct sc_node *node, void *object)
{
	struct vm_spec *vm = object;

	start_after_read(reader, node, &vm->start_after, &vm->start_delay);
}

static void read_report(struct sc_reader *reader, const struct sc_node *node, void *object)
{
	struct scenario *scenario = object;

	sc_table_read(reader, &report_table, node, &scenario->report);
}

static void read_vms(struct sc_reader *reader, const struct sc_node *node, void *object)
{
	struct scenario *scenario = object;

	if (!sc_expect_kind(reader, node, SC_LIST, "a list of VMs"))
		return;
	if (node->count == 0 || node->count > SC_VMS_MAX) {
		sc_error(reader->diag, node->mark, "vms: 1 to %d VMs are possible, found %zu",
			 SC_VMS_MAX, node->count);
		return;
	}
	scenario->vm = sc_alloc(reader->arena, node->count * sizeof(*scenario->vm));
	for (const struct sc_node *entry = node->child; entry; entry = entry->next) {
		struct vm_spec *vm = &scenario->vm[scenario->vm_count++];

		vm->mark = entry->mark;
		vm->kill_instance = 1;
		sc_table_read(reader, &vm_table, entry, vm);
		if (entry->kind == SC_MAP && vm->start_after && sc_node_find(entry, "start"))
			sc_error(reader->diag, sc_node_find(entry, "start")->key_mark,
				 "give either start or start_after, not both");
	}
}

static const char *const teardown_names[] = { "auto", "sync", "async", NULL };
static const char *const pattern_names[] = { "sequential", "random", "working_set", NULL };

/* --- the tables ------------------------------------------------------------------------------- */

#define IN(type, member) .offset = offsetof(struct type, member)

static const struct sc_row scenario_rows[] = {
	{ "uvsim", SC_CUSTOM, .required = true, .shape = "number, 1", .read = read_format,
	  .doc = "version of the file format" },
	{ "name", SC_TEXT, IN(scenario, name),
	  .doc = "title of the run; without it the name of the file" },
	{ "description", SC_TEXT, IN(scenario, description), .doc = "what the scenario shows" },
	{ "seed", SC_U64, IN(scenario, seed), .fallback = "1", .max = INT64_MAX,
	  .doc = "seed of all random choices" },
	{ "time_limit", SC_TIME, IN(scenario, time_limit), .min = 1, .max = TIME_MAX,
	  .doc = "the run ends here at the latest (simulated time); without it when everything is "
		 "done" },
	{ "profile", SC_TEXT, IN(scenario, profile), .fallback = "z16",
	  .doc = "costs of the machine: a name in profiles/, or the path of a file, seen from this "
		 "file" },
	{ "host", SC_CUSTOM, .required = true, .shape = "mapping, see host", .read = read_host,
	  .doc = "the machine that runs the VMs" },
	{ "cgroups", SC_CUSTOM, .shape = "list, see cgroup", .read = cgroups_read,
	  .doc = "memory cgroups that VMs and processes can belong to; they need `host.swap`" },
	{ "vms", SC_CUSTOM, .required = true, .shape = "list, see vm", .read = read_vms,
	  .doc = "the virtual machines" },
	{ "faults", SC_CUSTOM, .shape = "list, see Faults", .read = faults_read,
	  .doc = "what goes wrong on purpose" },
	{ "processes", SC_CUSTOM, .shape = "list, see process", .read = processes_read,
	  .doc = "other processes of the host" },
	{ "report", SC_CUSTOM, .shape = "mapping, see report", .read = read_report,
	  .doc = "what else the result shall hold" },
	{ "expect", SC_CUSTOM, .shape = "list, see Expectations", .read = expect_read,
	  .doc = "conditions that the result must meet" },
};

static const struct sc_row host_rows[] = {
	{ "processors", SC_UINT, IN(host_spec, processors), .fallback = "2", .min = 1, .max = 4096,
	  .doc = "processors of the host, shared by everything" },
	{ "memory", SC_BYTES, IN(host_spec, memory), .required = true, .min = 64 * MIB,
	  .max = 64 * TIB, .multiple = MIB, .doc = "memory of the host" },
	{ "async_destroy", SC_BOOL, IN(host_spec, async_destroy), .fallback = "true",
	  .doc = "module parameter async_destroy of KVM" },
	{ "import_lock", SC_BOOL, IN(host_spec, import_lock), .fallback = "false",
	  .doc = "Linux 7.x: vCPUs of a VM wait for each other to import, page by page; false: they import "
		 "side by side" },
	{ "destroy_fast", SC_AUTO, IN(host_spec, destroy_fast), .fallback = "auto",
	  .doc = "does the machine have DESTROY_SEC_CONF_FAST; auto: as the profile says" },
	{ "misc", SC_AUTO, IN(host_spec, misc), .fallback = "auto",
	  .doc = "does the machine have the MISC feature; auto: as the profile says" },
	{ "dump", SC_AUTO, IN(host_spec, dump), .fallback = "auto",
	  .doc = "does the machine have the dump UVCs; auto: as the profile says" },
	{ "old_destroy_rc", SC_AUTO, IN(host_spec, old_destroy_rc), .fallback = "auto",
	  .doc = "old firmware: destroying a page that is not secure answers rc 0x107 rrc 0xd" },
	{ "old_cpu_handle_rc", SC_AUTO, IN(host_spec, old_cpu_handle_rc), .fallback = "auto",
	  .doc = "old firmware: DESTROY_SEC_CPU of a bad handle answers rc 0x20" },
	{ "slice", SC_TIME, IN(host_spec, slice), .fallback = "3ms", .min = SIM_US,
	  .max = 10 * SIM_S, .doc = "time slice of a thread while others wait for its processor" },
	{ "livelock_limit", SC_TIME, IN(host_spec, livelock_limit), .fallback = "100s", .min = SIM_MS,
	  .max = 10 * HOUR,
	  .doc = "kernel code that has run this long without any effect is a livelock: the run ends" },
	{ "stall_limit", SC_TIME, IN(host_spec, stall_limit), .fallback = "20s", .min = SIM_US,
	  .max = HOUR,
	  .doc = "kernel code that runs this long without giving way is reported as a stall" },
	{ "swap", SC_CUSTOM, .shape = "mapping, see swap", .read = read_swap,
	  .doc = "reclaim, swap and the OOM killer; without it an allocation without free memory "
		 "fails" },
	{ "watermarks", SC_CUSTOM, .shape = "mapping, see watermarks", .read = read_watermarks,
	  .doc = "of free memory; they matter with swap only" },
};

static const struct sc_row swap_rows[] = {
	{ "size", SC_BYTES, IN(swap_spec, size), .required = true, .max = 64 * TIB,
	  .multiple = 4 * KIB, .doc = "of the swap device; 0: there is none" },
	{ "bandwidth", SC_BYTES, IN(swap_spec, bandwidth), .fallback = "1GiB", .min = 4 * KIB,
	  .max = TIB, .doc = "of the device per second, for reads and writes together" },
	{ "latency", SC_TIME, IN(swap_spec, latency), .fallback = "100us", .max = 10 * SIM_S,
	  .doc = "of each request, beside its transfer" },
	{ "queue", SC_UINT, IN(swap_spec, queue), .fallback = "32", .min = 1, .max = 65536,
	  .doc = "requests in flight at most" },
};

static const struct sc_row watermark_rows[] = {
	{ "min", SC_BYTES, IN(watermark_spec, min), .fallback = "0B", .max = 64 * TIB,
	  .multiple = 4 * KIB, .doc = "below it an allocation waits for memory; 0: as Linux" },
	{ "low", SC_BYTES, IN(watermark_spec, low), .fallback = "0B", .max = 64 * TIB,
	  .multiple = 4 * KIB, .doc = "below it kswapd is woken; 0: as Linux" },
	{ "high", SC_BYTES, IN(watermark_spec, high), .fallback = "0B", .max = 64 * TIB,
	  .multiple = 4 * KIB, .doc = "up to it kswapd works; 0: as Linux" },
};

static const struct sc_row vm_rows[] = {
	{ "name", SC_CUSTOM, .required = true,
	  .shape = NAME_SHAPE, .read = read_vm_name,
	  .doc = "name in results; with count: NAME0, NAME1, ..." },
	{ "count", SC_UINT, IN(vm_spec, count), .fallback = "1", .min = 1, .max = SC_INSTANCES_MAX,
	  .doc = "how many such VMs" },
	{ "memory", SC_BYTES, IN(vm_spec, memory), .required = true, .min = 2 * MIB,
	  .max = 64 * TIB, .multiple = MIB, .doc = "memory of the guest" },
	{ "vcpus", SC_UINT, IN(vm_spec, vcpus), .fallback = "1", .min = 1, .max = 248,
	  .doc = "virtual processors" },
	{ "protected", SC_BOOL, IN(vm_spec, protected), .fallback = "true",
	  .doc = "does the guest enter protected mode; false: an ordinary VM" },
	{ "image", SC_BYTES, IN(vm_spec, image), .fallback = "64MiB", .min = 4 * KIB,
	  .max = 64 * TIB, .multiple = 4 * KIB,
	  .doc = "boot image: loaded, and unpacked by the Ultravisor; smaller than memory" },
	{ "start", SC_TIME, IN(vm_spec, start), .fallback = "0s", .max = TIME_MAX,
	  .doc = "when QEMU starts" },
	{ "stagger", SC_TIME, IN(vm_spec, stagger), .fallback = "0s", .max = HOUR,
	  .doc = "with count: VM i starts i times this later" },
	{ "start_after", SC_CUSTOM, .shape = "a name, or mapping, see start_after",
	  .read = read_vm_start_after,
	  .doc = "QEMU starts when that VM or process has exited (instead of start)" },
	{ "async_teardown", SC_BOOL, IN(vm_spec, async_teardown), .fallback = "false",
	  .doc = "QEMU's -run-with async-teardown=on: a helper process outlives QEMU and takes its "
		 "memory apart" },
	{ "teardown", SC_ENUM, IN(vm_spec, teardown), .fallback = "auto", .names = teardown_names,
	  .doc = "how QEMU leaves protected mode at a reboot; auto: async if KVM offers it and "
		 "memory is above 2GiB" },
	{ "nice", SC_INT, IN(vm_spec, nice), .fallback = "0", .min = -20, .max = 19,
	  .doc = "nice level of all threads of QEMU" },
	{ "oom_score_adj", SC_INT, IN(vm_spec, oom_score_adj), .fallback = "0", .min = -1000,
	  .max = 1000, .doc = "of QEMU; -1000: the OOM killer spares it" },
	{ "cgroup", SC_CUSTOM, .shape = "name of one in cgroups", .read = read_vm_cgroup,
	  .doc = "memory cgroup of QEMU; with count all instances share it" },
	{ "cleanup_nice", SC_INT, IN(vm_spec, cleanup_nice), .fallback = "0", .min = -20, .max = 19,
	  .doc = "nice level of the cleanup thread" },
	{ "cleanup_delay", SC_TIME, IN(vm_spec, cleanup_delay), .fallback = "0s", .max = HOUR,
	  .doc = "how long the cleanup thread waits before PERFORM" },
	{ "kill", SC_CUSTOM, .shape = "mapping, see kill", .read = read_kill,
	  .doc = "a fatal signal to QEMU" },
	{ "program", SC_CUSTOM, .required = true, .shape = "list, see Steps", .read = program_read,
	  .doc = "what the guest does" },
};

static const struct sc_row kill_rows[] = {
	{ "at", SC_TIME, IN(vm_spec, kill_at), .max = TIME_MAX, .doc = "at this simulated time" },
	{ "phase", SC_CUSTOM, .shape = "a phase, see below", .read = read_kill_phase,
	  .doc = "in this phase (instead of at)" },
	{ "after", SC_TIME, IN(vm_spec, kill_after), .fallback = "0s", .max = TIME_MAX,
	  .doc = "this long after the phase began" },
	{ "instance", SC_UINT, IN(vm_spec, kill_instance), .fallback = "1", .min = 1,
	  .max = 1000000, .doc = "in the first, second, ... such phase" },
	{ "all", SC_BOOL, IN(vm_spec, kill_all), .fallback = "false",
	  .doc = "the helper of async_teardown, too, as when a whole cgroup is killed" },
};

static const struct sc_row report_rows[] = {
	{ "memory", SC_BOOL, IN(report_spec, memory), .fallback = "true",
	  .doc = "memory over time, by owner and kind" },
	{ "points", SC_UINT, IN(report_spec, points), .fallback = "240", .min = 16, .max = 4096,
	  .doc = "at most so many points in time" },
};

static const struct sc_row touch_rows[] = {
	{ "pattern", SC_ENUM, IN(step, pattern), .fallback = "sequential", .names = pattern_names,
	  .doc = "in order, anywhere, or mostly in a part of memory" },
	{ "amount", SC_CUSTOM, IN(step, bytes), .shape = "size, or percent of the guest's memory",
	  .read = touch_amount,
	  .doc = "how much is touched in all; without it everything from offset on" },
	{ "offset", SC_CUSTOM, IN(step, offset), .shape = "size, or percent of the guest's memory",
	  .read = touch_offset, .doc = "sequential: where it begins; without it 0" },
	{ "set", SC_CUSTOM, IN(step, set_bytes), .shape = "size, or percent of the guest's memory",
	  .read = touch_set, .doc = "working_set: size of the set; without it 10%" },
	{ "share", SC_PERMILLE, IN(step, set_permille), .fallback = "90%", .max = 1000,
	  .doc = "working_set: part of the touches that goes into the set" },
	{ "think", SC_TIME, IN(step, think), .fallback = "0s", .max = HOUR,
	  .doc = "guest time before each touch; 0s: guest.touch of the profile" },
	{ "vcpus", SC_UINT, IN(step, vcpus), .fallback = "0", .max = 248,
	  .doc = "how many vCPUs share the work; 0: all" },
};

static const struct sc_row reboot_rows[] = {
	{ "times", SC_UINT, IN(step, times), .fallback = "1", .min = 1, .max = 1000000,
	  .doc = "this many reboots" },
	{ "pause", SC_TIME, IN(step, pause), .fallback = "0s", .max = TIME_MAX,
	  .doc = "between two of them, from the guest being back" },
};

const struct sc_table scenario_table = SC_TABLE("scenario", scenario_rows);
const struct sc_table host_table = SC_TABLE("host", host_rows);
const struct sc_table swap_table = SC_TABLE("swap", swap_rows);
const struct sc_table watermark_table = SC_TABLE("watermarks", watermark_rows);
const struct sc_table vm_table = SC_TABLE("vm", vm_rows);
const struct sc_table kill_table = SC_TABLE("kill", kill_rows);
const struct sc_table touch_table = SC_TABLE("touch", touch_rows);
const struct sc_table reboot_table = SC_TABLE("reboot", reboot_rows);
const struct sc_table report_table = SC_TABLE("report", report_rows);

const struct sc_table *const scenario_tables[] = {
	&scenario_table, &host_table, &swap_table, &watermark_table, &cgroup_table, &vm_table,
	&kill_table, &touch_table, &reboot_table, &start_after_table, &process_table,
	&allocate_table, &use_table, &free_table, &report_table, &fault_table, NULL,
};
