/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The virtual machines in the result document: boots and reboots by phase, cleanups, the cost of
 * touching memory.
 *
 * Takes the records that vmm/ left behind (vmm/vmm.h). A time that never came is null.
 */
#include "mm/aside.h"
#include "report/parts.h"

static json_t *phase_part(const struct vmm_phase *phase)
{
	return json_pack("{s:o, s:o, s:o, s:o}", "name", part_text(phase->name), "begin",
			 part_time(phase->begin), "time", part_span(phase->begin, phase->end),
			 "spent", part_spent(phase->account));
}

static json_t *boot_part(const struct vmm_boot *boot)
{
	json_t *phases = json_array();

	for (const struct vmm_phase *phase = boot->phases; phase; phase = phase->next)
		json_array_append_new(phases, phase_part(phase));
	return json_pack("{s:b, s:o, s:o, s:o, s:o, s:o, s:o}", "reboot", (int)boot->reboot,
			 "teardown", part_text(boot->teardown), "begin", part_time(boot->begin),
			 "gone_plain", part_span(boot->begin, boot->plain_back), "gone_protected",
			 part_span(boot->begin, boot->protected_back), "prepare_errno",
			 part_errno(boot->prepare_errno), "phases", phases);
}

static json_t *cleanup_part(const struct vmm_cleanup *cleanup)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:i, s:i, s:o}", "begin", part_time(cleanup->begin),
			 "time", part_span(cleanup->begin, cleanup->end), "cpu",
			 part_time(cleanup->cpu), "error", part_errno(cleanup->error), "rc",
			 (int)cleanup->rc, "rrc", (int)cleanup->rrc, "spent",
			 part_spent(cleanup->account));
}

/* With no sample there is no smallest, no median, no mean: null, not 0. */
static json_t *histogram_part(const struct sim_histogram *h)
{
	json_t *part = json_pack("{s:I}", "count", (json_int_t)h->count);
	const struct {
		const char *key;
		uint64_t value;
	} numbers[] = {
		{ "min", h->min },
		{ "p50", sim_histogram_quantile(h, 500) },
		{ "p99", sim_histogram_quantile(h, 990) },
		{ "p999", sim_histogram_quantile(h, 999) },
		{ "max", h->max },
		{ "mean", sim_histogram_mean(h) },
	};

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		json_object_set_new(part, numbers[i].key,
				    h->count ? part_time(numbers[i].value) : json_null());
	return part;
}

/* The end of the process, and of its memory, both from the moment when it was asked to end. */
static json_t *exit_part(const struct vmm *vmm)
{
	const struct mm *mm = vmm->mm;
	sim_time back = mm ? mm->finished : SIM_FOREVER;
	json_t *part = json_pack("{s:o, s:o, s:o}", "begin", part_time(vmm->ended), "gone",
				 part_span(vmm->ended, vmm->exited), "memory_back",
				 part_span(vmm->ended, back));

	if (mm && mm->aside && mm->aside->exported)
		json_object_set_new(part, "set_aside",
				    json_pack("{s:I, s:I, s:I, s:I}", "most",
					      (json_int_t)(mm->aside->most * PAGE_BYTES), "exported",
					      (json_int_t)mm->aside->exported, "refused",
					      (json_int_t)mm->aside->refused, "lost",
					      (json_int_t)mm->aside->lost));
	return part;
}

/* The end of the helper: null where it has not come to that. */
static json_t *helper_part(const struct vmm_helper *helper)
{
	return json_pack("{s:o, s:o, s:o, s:b, s:o}", "noticed", part_time(helper->noticed), "ended",
			 part_time(helper->ended), "cpu",
			 helper->ended == SIM_FOREVER ? json_null() : part_time(helper->cpu), "killed",
			 (int)helper->killed, "spent", part_spent(helper->account));
}

static json_t *vm_part(const struct vmm *vmm)
{
	json_t *boots = json_array(), *cleanups = json_array(), *part;

	for (const struct vmm_boot *boot = vmm->boots; boot; boot = boot->next)
		json_array_append_new(boots, boot_part(boot));
	for (const struct vmm_cleanup *cleanup = vmm->cleanups; cleanup; cleanup = cleanup->next)
		json_array_append_new(cleanups, cleanup_part(cleanup));
	part = json_pack(
		"{s:o, s:I, s:o, s:o, s:o, s:o, s:o, s:{s:o, s:o}, s:I, s:{s:I, s:o}}", "outcome",
		part_text(vmm->outcome), "memory", (json_int_t)vmm->spec->memory, "started",
		part_time(vmm->started), "exited", part_time(vmm->exited), "exit", exit_part(vmm), "boots", boots,
		"cleanups", cleanups, "touch", "first", histogram_part(&vmm->touch_first), "again",
		histogram_part(&vmm->touch_again), "pages_touched", (json_int_t)vmm->pages_touched,
		"dumps", "count", (json_int_t)vmm->dumps, "error", part_errno(vmm->dump_error));
	if (vmm->helper)
		json_object_set_new(part, "helper", helper_part(vmm->helper));
	return part;
}

json_t *part_vms(const struct vmm *vmms)
{
	json_t *vms = json_object();

	for (const struct vmm *vmm = vmms; vmm; vmm = vmm->next) {
		json_t *key = part_text(vmm->name);

		json_object_set_new(vms, json_string_value(key), vm_part(vmm));
		json_decref(key);
	}
	return vms;
}
