/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Checks of a scenario across its keys: what is impossible is an error, what KVM or QEMU will
 * answer in a way that the writer may not expect is a warning. Sources for the warnings: Linux 6.12
 * arch/s390/kvm/pv.c (set aside), QEMU hw/s390x/pv.c.
 */
#include "scenario/model.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/unit.h"

#define MIB ((uint64_t)1 << 20)
#define GIB ((uint64_t)1 << 30)

/* What the host itself needs: the Ultravisor's base storage and the kernel's own objects. */
#define HOST_SLACK (160 * MIB)
/* What a VM needs beside its guest's memory: storage donated for it (twice, while a leftover is
 * cleaned), tables, stacks. */
#define VM_SLACK (4 * MIB)
#define VM_SLACK_SHARE 100

bool entry_has_instance(const char *entry, unsigned count, const char *name)
{
	size_t length = strlen(entry);
	uint64_t number;

	if (count == 1)
		return strcmp(entry, name) == 0;
	return strncmp(entry, name, length) == 0 &&
	       unit_parse_count(name + length, &number) == NULL && number < count;
}

bool vm_has_instance(const struct vm_spec *vm, const char *name)
{
	return entry_has_instance(vm->name, vm->count, name);
}

/* --- names ------------------------------------------------------------------------------------ */

struct instance {
	const char *name;
	bool process;
	const struct mark *mark;
};

static int by_name(const void *left, const void *right)
{
	const struct instance *a = left, *b = right;
	int order = strcmp(a->name, b->name);

	/* Of equal ones the later in the file comes last: it is the one to complain about. */
	if (order)
		return order;
	if (a->process != b->process)
		return a->process ? 1 : -1;
	return a->mark < b->mark ? -1 : a->mark > b->mark;
}

static size_t add_instances(struct sc_reader *reader, struct instance *all, const char *name,
			    unsigned count, const struct mark *mark, bool process)
{
	for (unsigned i = 0; i < count; i++)
		all[i] = (struct instance){
			count == 1 ? name : sc_format(reader->arena, "%s%u", name, i), process, mark
		};
	return count;
}

static void check_names(struct sc_reader *reader, const struct scenario *scenario, size_t instances)
{
	struct instance *all = sc_alloc(reader->arena, (instances + 1) * sizeof(*all));
	size_t n = 0;

	for (size_t i = 0; i < scenario->vm_count; i++) {
		const struct vm_spec *vm = &scenario->vm[i];

		n += add_instances(reader, all + n, vm->name, vm->count, &vm->mark, false);
	}
	for (size_t i = 0; i < scenario->process_count; i++) {
		const struct process_spec *process = &scenario->process[i];

		n += add_instances(reader, all + n, process->name, process->count, &process->mark,
				   true);
	}
	qsort(all, n, sizeof(*all), by_name);
	for (size_t i = 1; i < n; i++)
		if (strcmp(all[i - 1].name, all[i].name) == 0)
			sc_error(reader->diag, *all[i].mark, "two %s are called '%s'",
				 !all[i].process      ? "VMs"
				 : all[i - 1].process ? "processes"
						      : "of VMs and processes",
				 all[i].name);
}

/* --- memory ----------------------------------------------------------------------------------- */

/* Memory that the guest has touched for certain when its program is through. */
static uint64_t touched_by(const struct vm_spec *vm)
{
	uint64_t most = vm->image;

	for (size_t i = 0; i < vm->program_count; i++) {
		const struct step *step = &vm->program[i];
		uint64_t bytes = step->bytes;

		if (step->kind != STEP_TOUCH)
			continue;
		/* Random touches come back to some pages: count half of them. */
		if (step->pattern == PATTERN_WORKING_SET && bytes > step->set_bytes)
			bytes = step->set_bytes;
		if (step->pattern != PATTERN_SEQUENTIAL)
			bytes /= 2;
		if (bytes > most)
			most = bytes;
	}
	return most < vm->memory ? most : vm->memory;
}

static uint64_t need_of(const struct vm_spec *vm)
{
	return touched_by(vm) + VM_SLACK + (vm->protected ? touched_by(vm) / VM_SLACK_SHARE : 0);
}

/*
 * A lower bound for the memory in use when VMs start at @start: those that start with it. One that
 * started earlier, or a staggered one of the same kind, may be gone again before this one has
 * touched its memory.
 */
static uint64_t need_at(const struct scenario *scenario, sim_time start)
{
	uint64_t sum = HOST_SLACK;

	for (size_t i = 0; i < scenario->vm_count; i++) {
		const struct vm_spec *vm = &scenario->vm[i];

		if (!vm->start_after && vm->start == start)
			sum += need_of(vm) * (vm->stagger == 0 ? vm->count : 1);
	}
	return sum;
}

static void check_memory(struct sc_reader *reader, const struct scenario *scenario)
{
	/* What does not fit is swapped, or the OOM killer comes: then that is the question. */
	if (scenario->host.swap.given)
		return;
	for (size_t i = 0; i < scenario->vm_count; i++) {
		const struct vm_spec *vm = &scenario->vm[i];
		uint64_t need = vm->start_after ? HOST_SLACK + need_of(vm)
						: need_at(scenario, vm->start);

		if (need <= scenario->host.memory)
			continue;
		sc_error(reader->diag, vm->mark,
			 "when '%s' runs, the guests' touched memory and what belongs to it need "
			 "%lluMiB; "
			 "host.memory is %s, and there is no swap",
			 vm->name, (unsigned long long)((need + MIB - 1) / MIB),
			 unit_show_bytes(scenario->host.memory).text);
		return;
	}
}

/* --- one VM ----------------------------------------------------------------------------------- */

static unsigned long reboots_of(const struct vm_spec *vm)
{
	unsigned long reboots = 0;

	for (size_t i = 0; i < vm->program_count; i++)
		if (vm->program[i].kind == STEP_REBOOT)
			reboots += vm->program[i].times;
	return reboots;
}

/* What an ordinary VM never comes to. */
static const char *const protected_phases[] = { "enable",  "parms",   "unpack", "verify", "start",
						"prepare", "perform", "disable", NULL };

static bool in_list(const char *word, const char *const *list)
{
	while (*list && strcmp(*list, word) != 0)
		list++;
	return *list != NULL;
}

static void warn_kill(struct sc_reader *reader, const struct scenario *scenario,
		      const struct vm_spec *vm)
{
	bool async = vm->teardown != TEARDOWN_SYNC && scenario->host.async_destroy &&
		     vm->memory > 2 * GIB;
	bool aside = strcmp(vm->kill_phase, "prepare") == 0 ||
		     strcmp(vm->kill_phase, "perform") == 0;
	const char *why = NULL;

	if (strcmp(vm->kill_phase, "stop") == 0)
		why = reboots_of(vm) == 0 ? "the program has no reboot" : NULL;
	else if (!in_list(vm->kill_phase, protected_phases))
		return;
	else if (!vm->protected)
		why = "the VM is not protected";
	else if (aside && reboots_of(vm) == 0)
		why = "the program has no reboot";
	else if (aside && !async && vm->teardown != TEARDOWN_ASYNC)
		why = "its reboots are synchronous";
	if (why)
		sc_warn(reader->diag, vm->mark, "'%s' is never killed in phase '%s': %s", vm->name,
			vm->kill_phase, why);
}

static void warn_teardown(struct sc_reader *reader, const struct scenario *scenario,
			  const struct vm_spec *vm)
{
	if (vm->teardown != TEARDOWN_ASYNC || !vm->protected)
		return;
	if (vm->memory <= 2 * GIB)
		sc_warn(reader->diag, vm->mark,
			"'%s': teardown: async with %s: KVM refuses to set aside a guest of up to "
			"2GiB (-EINVAL); "
			"QEMU falls back to sync",
			vm->name, unit_show_bytes(vm->memory).text);
	else if (!scenario->host.async_destroy)
		sc_warn(reader->diag, vm->mark,
			"'%s': teardown: async, but host.async_destroy is false: KVM refuses it "
			"(-EINVAL); "
			"QEMU falls back to sync",
			vm->name);
}

static void check_vm(struct sc_reader *reader, const struct scenario *scenario,
		     const struct vm_spec *vm)
{
	if (vm->image >= vm->memory)
		sc_error(reader->diag, vm->mark,
			 "'%s': the image of %s does not fit into memory of %s", vm->name,
			 unit_show_bytes(vm->image).text, unit_show_bytes(vm->memory).text);
	if (vm->kill == KILL_IN_PHASE)
		warn_kill(reader, scenario, vm);
	warn_teardown(reader, scenario, vm);
}

void scenario_check(struct sc_reader *reader, struct scenario *scenario)
{
	size_t instances = 0;

	for (size_t i = 0; i < scenario->vm_count; i++) {
		check_vm(reader, scenario, &scenario->vm[i]);
		instances += scenario->vm[i].count;
	}
	for (size_t i = 0; i < scenario->process_count; i++)
		instances += scenario->process[i].count;
	if (instances > SC_INSTANCES_MAX) {
		sc_error(reader->diag, scenario->vm[0].mark,
			 "%zu VMs%s in all; at most %d are possible", instances,
			 scenario->process_count ? " and processes" : "", SC_INSTANCES_MAX);
		return;
	}
	check_names(reader, scenario, instances);
	cgroup_check(reader, scenario);
	start_check(reader, scenario);
	check_memory(reader, scenario);
	expect_check(reader, scenario);
	faults_check(reader, scenario);
}
