/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the scenario asks for and this pv.c cannot express: said in the result, so that a run with an older kernel is
 * not taken for what it is not.
 *
 * By what the algorithm has, not by its version. Leaves out what is refused by the machine (no dump, no destroy-fast):
 * that is in the answers of the calls.
 */
#include <stdio.h>
#include <string.h>

#include "mm/world.h"
#include "report/parts.h"

static void say(json_t *limits, const struct vm_spec *vm, const char *what, const char *why)
{
	char text[256];

	snprintf(text, sizeof(text), "%s: %s: %s", vm ? vm->name : "host", what, why);
	json_array_append_new(limits, part_text(text));
}

static bool has_step(const struct vm_spec *vm, enum step_kind kind)
{
	for (size_t i = 0; i < vm->program_count; i++) {
		if (vm->program[i].kind == kind)
			return true;
	}
	return false;
}

/* Linux 7.x waits there, and each import is then a step of its own. */
static bool imports_side_by_side(const struct run *run, const struct vm_spec *vm)
{
	const struct pv_algorithm *pv = run->algorithm;

	return vm->protected && vm->vcpus > 1 && !run->scenario->host.import_lock &&
	       mm_world_of(pv->world ? pv->world : pv->version)->guest_tables;
}

static void limits_of_cleanup(json_t *limits, const struct vm_spec *vm)
{
	bool perform = vm->kill == KILL_IN_PHASE && (strcmp(vm->kill_phase, "perform") == 0 ||
						     strcmp(vm->kill_phase, "prepare") == 0);

	if (vm->protected && has_step(vm, STEP_REBOOT) && vm->teardown == TEARDOWN_ASYNC)
		say(limits, vm, "teardown: async", "there is no asynchronous teardown, reboots are synchronous");
	if (perform)
		say(limits, vm, vm->kill_phase, "the kill never comes, there is no such phase");
	if (vm->cleanup_delay)
		say(limits, vm, "cleanup_delay", "there is no cleanup thread");
	if (vm->cleanup_nice)
		say(limits, vm, "cleanup_nice", "there is no cleanup thread");
	if (has_step(vm, STEP_WAIT_CLEANUP))
		say(limits, vm, "wait_cleanup", "there is no cleanup thread, nothing to wait for");
}

json_t *part_limits(const struct run *run)
{
	const struct pv_algorithm *pv = run->algorithm;
	json_t *limits = json_array();

	if (!pv->init_vm)
		return limits;
	if (!pv->set_aside && run->scenario->host.destroy_fast > 0)
		say(limits, NULL, "destroy_fast", "this pv.c does not use the call");
	for (size_t i = 0; i < run->scenario->vm_count; i++) {
		const struct vm_spec *vm = &run->scenario->vm[i];

		if (!pv->set_aside)
			limits_of_cleanup(limits, vm);
		if (imports_side_by_side(run, vm))
			say(limits, vm, "import_lock", "its vCPUs import side by side, not in turn (host.import_lock)");
		if (!pv->dump_complete && vm->protected && has_step(vm, STEP_DUMP))
			say(limits, vm, "dump", "this pv.c has no functions to dump a protected guest");
	}
	return limits;
}
