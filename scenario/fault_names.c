/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Faults, once the VMs are known: do the VMs and threads exist that they name? And the short form of faults for the
 * command line.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/fault.h"
#include "scenario/model.h"
#include "scenario/unit.h"
#include "uv/fault.h"

static const struct vm_spec *find_vm(const struct scenario *scenario, const char *name)
{
	for (size_t i = 0; i < scenario->vm_count; i++)
		if (vm_has_instance(&scenario->vm[i], name))
			return &scenario->vm[i];
	return NULL;
}

/* "vm0", "vm0-cpu1", "vm0-cleanup1". */
static bool thread_exists(struct sc_reader *reader, const struct scenario *scenario, const char *name)
{
	const char *dash = strrchr(name, '-');
	const struct vm_spec *vm;
	uint64_t number;

	if (find_vm(scenario, name))
		return true;
	if (!dash)
		return false;
	vm = find_vm(scenario, sc_copy(reader->arena, name, (size_t)(dash - name)));
	if (!vm)
		return false;
	if (strncmp(dash, "-cpu", 4) == 0)
		return !unit_parse_count(dash + 4, &number) && number < vm->vcpus;
	return strncmp(dash, "-cleanup", 8) == 0 && !unit_parse_count(dash + 8, &number) && number;
}

void faults_check(struct sc_reader *reader, const struct scenario *scenario)
{
	for (size_t i = 0; i < scenario->fault_count; i++) {
		const struct fault_spec *fault = &scenario->fault[i];
		const char *vm = fault->kind == FAULT_SIE ? fault->name : fault->vm;

		if (vm && !find_vm(scenario, vm))
			sc_error(reader->diag, fault->mark, "fault: there is no VM '%s'", sc_show(vm).text);
		if (fault->thread && !thread_exists(reader, scenario, fault->thread))
			sc_error(reader->diag, fault->mark, "fault: there is no thread '%s'; they are called "
				 "VM, VM-cpuN and VM-cleanupN", sc_show(fault->thread).text);
		if (fault->kind == FAULT_AT && !fault->vm)
			sc_error(reader->diag, fault->mark, "fault: 'at' needs a vm");
		if (fault->kind == FAULT_SIE && !fault->name)
			sc_error(reader->diag, fault->mark, "fault: 'sie' needs the name of a VM");
		if (fault->kind == FAULT_STEP && !fault->thread && !fault->vm)
			sc_error(reader->diag, fault->mark, "fault: 'step' needs a thread or a vm");
		if (fault->kind == FAULT_SWAP && !scenario->host.swap.size)
			sc_error(reader->diag, fault->mark, "fault: the host has no swap device");
	}
}

/* --- on the command line -------------------------------------------------------------------------------------- */

static const struct {
	const char *name;
	enum fault_random random;
} wide[] = {
	{ "all", FAULT_RANDOM_ALL },
	{ "uvc", FAULT_RANDOM_UVC },
	{ "signal", FAULT_RANDOM_SIGNAL },
	{ "swap", FAULT_RANDOM_SWAP },
	{ "user", FAULT_RANDOM_USER },
	{ "defect", FAULT_RANDOM_DEFECT },
};

static const char *read_short(struct fault_spec *fault, char *text)
{
	char *slash = strchr(text, '/');
	uint16_t rrc;

	if (!slash || unit_parse_count(slash + 1, &fault->one_in) || !fault->one_in || fault->one_in > 1000000)
		return "each fault is written NAME/N: one in N fails, N from 1 to 1000000";
	*slash = '\0';
	if (strcmp(text, "alloc") == 0) {
		fault->kind = FAULT_ALLOC;
		return NULL;
	}
	for (size_t i = 0; i < sizeof(wide) / sizeof(wide[0]); i++) {
		if (strcmp(text, wide[i].name) == 0) {
			fault->kind = FAULT_RANDOM;
			fault->random = wide[i].random;
			return NULL;
		}
	}
	fault->kind = FAULT_UVC;
	fault->name = text;
	fault->cmd = uvc_fault_find(text);
	fault->rc = fault->cmd ? uvc_plausible(fault->cmd, 0, &rrc) : 0;
	fault->rrc = fault->cmd ? rrc : 0;
	fault->per_thread = uvc_is_paged(fault->cmd);
	return fault->cmd ? NULL
			  : "names are all, uvc, alloc, signal, swap, user, defect, and UVCs such as DESTROY_SEC_CONF";
}

const char *scenario_add_faults(struct scenario *scenario, const char *text)
{
	struct sc_arena *arena = scenario_arena(scenario);
	char *rest = sc_copy(arena, text, strlen(text)), *item;
	const char *wrong = NULL;

	while (!wrong && (item = strsep(&rest, ","))) {
		struct fault_spec *list = sc_alloc(arena, (scenario->fault_count + 1) * sizeof(*list));

		if (scenario->fault_count)
			memcpy(list, scenario->fault, scenario->fault_count * sizeof(*list));
		list[scenario->fault_count] = (struct fault_spec){
			.nth = 1, .every = 1, .times = UINT64_MAX, .until = SIM_FOREVER, .at_most = UINT64_MAX,
		};
		scenario->fault = list;
		wrong = read_short(&list[scenario->fault_count], item);
		if (!wrong && ++scenario->fault_count > SC_FAULTS_MAX)
			wrong = "too many";
	}
	return wrong;
}
