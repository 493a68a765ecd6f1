/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * See memory.h.
 */
#include "report/memory.h"

#include <assert.h>

#include "mm/aside.h"
#include "mm/pressure.h"
#include "report/parts.h"
#include "sim/engine.h"
#include "uv/ultravisor.h"

#define FIRST_INTERVAL SIM_MS

/* --- one point -------------------------------------------------------------------------------- */

static void add_mm(struct memory_share *share, const struct mm *mm)
{
	if (!mm)
		return;
	share->resident += mm->rss;
	if (mm->aside)
		share->aside += mm->aside->pages;
	share->swapped += mm->swapped;
}

static void count_shares(const struct memory_record *record, struct memory_share *share)
{
	const struct scenario *scenario = record->scenario;
	const struct neighbour *neighbour;
	const struct vmm *vmm;

	for (size_t i = 0; i < record->shares; i++)
		share[i] = (struct memory_share){ 0 };
	for (vmm = record->crew->vmms; vmm; vmm = vmm->next) {
		struct memory_share *own = &share[vmm->spec - scenario->vm];

		add_mm(own, vmm->mm);
		if (vmm->kvm)
			own->left += uv_left_pages(record->host->uv, &vmm->mm->domain,
						   kvm_pv_handle(vmm->kvm));
	}
	for (neighbour = record->crew->neighbours; neighbour; neighbour = neighbour->next)
		add_mm(&share[scenario->vm_count + (size_t)(neighbour->spec - scenario->process)],
		       neighbour->mm);
}

static void count_kinds(const struct memory_record *record, struct memory_point *point)
{
	const struct host *host = record->host;
	const struct pressure *pressure = host->pressure;
	uint64_t owned = 0;

	for (size_t i = 0; i < record->shares; i++)
		owned += point->share[i].resident + point->share[i].aside;
	point->of[MEMORY_FREE] = host->free;
	point->of[MEMORY_DONATED] = uv_donated_frames(host->uv);
	point->of[MEMORY_KERNEL] =
		host->used[USE_KERNEL] + host->used[USE_UV] - point->of[MEMORY_DONATED];
	point->of[MEMORY_TABLES] = host->used[USE_TABLE];
	point->of[MEMORY_MOVING] = host->used[USE_USER] - owned;
	point->of[MEMORY_SWAP] = pressure ? pressure->swap.used : 0;
	point->of[MEMORY_WRITTEN] = pressure ? pressure->swap.written : 0;
	point->of[MEMORY_READ] = pressure ? pressure->swap.read : 0;
	point->of[MEMORY_WAITING] = pressure ? pressure_waiting(pressure) : 0;
}

static void look(struct memory_record *record)
{
	struct memory_point *point = &record->point[record->count++];

	host_frames_settle(record->host);
	point->time = sim_now();
	count_shares(record, point->share);
	count_kinds(record, point);
}

/* --- when ------------------------------------------------------------------------------------- */

/* Every other point goes; the first stays. Their room is used again. */
static void thin_out(struct memory_record *record)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < record->count; i++) {
		if (record->point[i].time % (record->interval * 2))
			continue;

		struct memory_point point = record->point[kept];

		record->point[kept++] = record->point[i];
		record->point[i] = point;
	}
	record->count = kept;
	record->interval *= 2;
}

static sim_time look_again(void *ctx)
{
	struct memory_record *record = ctx;

	while (record->count >= record->most)
		thin_out(record);
	if (sim_now() % record->interval == 0)
		look(record);
	if (sim_now() > SIM_FOREVER / 2)
		return SIM_FOREVER;
	return (sim_now() / record->interval + 1) * record->interval;
}

struct memory_record *memory_begin(struct host *host, const struct scenario *scenario, const struct vmm_crew *crew,
				   unsigned points)
{
	struct memory_record *record = sim_alloc(sizeof(*record));

	record->host = host;
	record->scenario = scenario;
	record->crew = crew;
	record->shares = scenario->vm_count + scenario->process_count;
	record->interval = FIRST_INTERVAL;
	/* One is for the end. */
	record->most = points - 1;
	record->point = sim_alloc(points * sizeof(*record->point));
	for (unsigned i = 0; i < points; i++)
		record->point[i].share = sim_alloc(record->shares * sizeof(*record->point[i].share));
	look(record);
	sim_look(record->interval, look_again, record);
	return record;
}

void memory_end(struct memory_record *record)
{
	if (record->point[record->count - 1].time != sim_now())
		look(record);
}

/* --- in the document -------------------------------------------------------------------------- */

static const struct {
	const char *key;
	uint64_t unit;
} kinds[MEMORY_KINDS] = {
	[MEMORY_FREE] = { "free", PAGE_BYTES },	      [MEMORY_KERNEL] = { "kernel", PAGE_BYTES },
	[MEMORY_DONATED] = { "donated", PAGE_BYTES }, [MEMORY_TABLES] = { "tables", PAGE_BYTES },
	[MEMORY_MOVING] = { "moving", PAGE_BYTES },   [MEMORY_SWAP] = { "swap", PAGE_BYTES },
	[MEMORY_WRITTEN] = { "written", PAGE_BYTES }, [MEMORY_READ] = { "read", PAGE_BYTES },
	[MEMORY_WAITING] = { "waiting", 1 },
};

static json_t *bytes(uint64_t pages)
{
	return json_integer((json_int_t)(pages * PAGE_BYTES));
}

static json_t *share_part(const struct memory_record *record, size_t share)
{
	bool vm = share < record->scenario->vm_count;
	json_t *resident = json_array(), *left = json_array(), *swapped = json_array(), *aside = json_array(), *part;

	for (unsigned i = 0; i < record->count; i++) {
		json_array_append_new(resident, bytes(record->point[i].share[share].resident));
		json_array_append_new(aside, bytes(record->point[i].share[share].aside));
		json_array_append_new(left, bytes(record->point[i].share[share].left));
		json_array_append_new(swapped, bytes(record->point[i].share[share].swapped));
	}
	part = json_pack("{s:s, s:o, s:o}", "kind", vm ? "vm" : "process", "resident", resident, "swapped",
			 swapped);
	if (vm) {
		json_object_set(part, "aside", aside);
		json_object_set(part, "left", left);
	}
	json_decref(aside);
	json_decref(left);
	return part;
}

static json_t *kind_part(const struct memory_record *record, enum memory_kind kind)
{
	json_t *part = json_array();

	for (unsigned i = 0; i < record->count; i++)
		json_array_append_new(
			part, json_integer((json_int_t)(record->point[i].of[kind] * kinds[kind].unit)));
	return part;
}

json_t *part_memory(const struct memory_record *record)
{
	const struct scenario *scenario = record->scenario;
	json_t *part = json_object(), *time = json_array(), *owners = json_object();

	json_object_set_new(part, "interval", part_time(record->interval));
	for (unsigned i = 0; i < record->count; i++)
		json_array_append_new(time, part_time(record->point[i].time));
	json_object_set_new(part, "time", time);
	for (int kind = 0; kind < MEMORY_KINDS; kind++)
		json_object_set_new(part, kinds[kind].key, kind_part(record, (enum memory_kind)kind));
	for (size_t i = 0; i < record->shares; i++)
		json_object_set_new(owners,
				    i < scenario->vm_count ? scenario->vm[i].name
							   : scenario->process[i - scenario->vm_count].name,
				    share_part(record, i));
	json_object_set_new(part, "owners", owners);
	return part;
}
