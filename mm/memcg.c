/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory cgroups: charges. What happens at the limits is in memcg_limit.c.
 *
 * A charge is counted when its frame is counted, so that bulk work moves both at once. A bulk never meets a limit: it
 * is promised pages below high and max only, and the last ones go step by step.
 */
#include <assert.h>
#include <errno.h>
#include <string.h>

#include "mm/memcg_limit.h"

static uint64_t pages_of(uint64_t bytes)
{
	return bytes == MEMCG_NO_LIMIT ? MEMCG_NO_LIMIT : bytes >> PAGE_SHIFT;
}

struct memcg *memcg_create(struct host *host, const struct memcg_config *config)
{
	struct memcg *group = sim_alloc(sizeof(*group)), **at = &host->memcgs;

	group->name = sim_intern(config->name);
	group->host = host;
	group->max = pages_of(config->max);
	group->high = pages_of(config->high);
	group->swap_max = pages_of(config->swap_max);
	group->hand.within = group;
	sim_waitqueue_init(&group->room, "cgroup memory");
	sim_waitqueue_init(&group->penalty, "cgroup high");
	while (*at)
		at = &(*at)->next;
	*at = group;
	return group;
}

struct memcg *memcg_find(const struct host *host, const char *name)
{
	struct memcg *group = host->memcgs;

	while (group && strcmp(group->name, name) != 0)
		group = group->next;
	return group;
}

/* --- threads ------------------------------------------------------------------------------------------------- */

void memcg_join(struct memcg *group)
{
	struct memcg_task *task = sim_alloc(sizeof(*task));

	task->group = group;
	sim_thread_set_data(sim_self(), SIM_THREAD_CHARGE, task);
}

struct memcg_task *memcg_task(void)
{
	return sim_self() ? sim_thread_data(sim_self(), SIM_THREAD_CHARGE) : NULL;
}

struct memcg *memcg_current(void)
{
	const struct memcg_task *task = memcg_task();

	return task ? task->group : NULL;
}

/* --- pages --------------------------------------------------------------------------------------------------- */

void memcg_count(struct memcg *group, uint64_t n)
{
	if (group->host->timed)
		host_low_water(group->host);
	/* The highest use counts what was given back before. */
	if (group->host->givers && group->usage + n > group->peak)
		host_frames_settle(group->host);
	group->usage += n;
	if (group->usage > group->peak)
		group->peak = group->usage;
}

int memcg_charge(struct memcg *group, uint64_t n, unsigned flags)
{
	if (!group)
		return 0;
	if (!memcg_fits(group, n) && !memcg_make_room(group, n, flags)) {
		if (!(flags & (ALLOC_NOFAIL | ALLOC_HIGH)))
			return -ENOMEM;
	}
	memcg_count(group, n);
	memcg_over_high(group, n, flags);
	return 0;
}

void memcg_uncharge_in_bulk(struct memcg *group, uint64_t n)
{
	if (!group)
		return;
	assert(group->usage >= n);
	/* It counts what was taken before. */
	host_low_water(group->host);
	group->usage -= n;
	group->changed = true;
}

void memcg_uncharge(struct memcg *group, uint64_t n)
{
	memcg_uncharge_in_bulk(group, n);
	if (group)
		memcg_memory_back(group->host);
}

void memcg_lose(struct memcg *group, uint64_t n)
{
	if (group)
		group->lost += n;
}

/* --- kernel memory ---------------------------------------------------------------------------------------------- */

int memcg_charge_kernel(struct memcg *group, uint64_t n, unsigned flags)
{
	int error = n ? memcg_charge(group, n, flags) : 0;

	if (!error && group)
		group->kernel += n;
	return error;
}

void memcg_uncharge_kernel(struct memcg *group, uint64_t n)
{
	if (!group || !n)
		return;
	assert(group->kernel >= n);
	group->kernel -= n;
	memcg_uncharge(group, n);
}

static uint64_t pages_for(uint64_t bytes)
{
	return (bytes + PAGE_BYTES - 1) >> PAGE_SHIFT;
}

int memcg_charge_object(struct memcg *group, uint64_t bytes, unsigned flags)
{
	uint64_t charged = 0, need;

	if (!group)
		return 0;
	/* Others may come while this thread waits for a page: what it needs is known when it has it. */
	while ((need = pages_for(group->object_bytes + bytes) - pages_for(group->object_bytes)) > charged) {
		if (memcg_charge_kernel(group, need - charged, flags)) {
			memcg_uncharge_kernel(group, charged);
			return -ENOMEM;
		}
		charged = need;
	}
	memcg_uncharge_kernel(group, charged - need);
	group->object_bytes += bytes;
	return 0;
}

void memcg_uncharge_object(struct memcg *group, uint64_t bytes)
{
	uint64_t before;

	if (!group)
		return;
	before = pages_for(group->object_bytes);
	group->object_bytes -= bytes;
	memcg_uncharge_kernel(group, before - pages_for(group->object_bytes));
}

/* --- bulks ---------------------------------------------------------------------------------------------------- */

uint64_t memcg_promise_room(const struct memcg *group)
{
	uint64_t limit = group->max < group->high ? group->max : group->high;
	uint64_t taken = group->usage + group->promised;

	return limit > taken ? limit - taken : 0;
}

void memcg_promise(struct memcg *group, uint64_t n)
{
	group->promised += n;
}

void memcg_promise_void(struct memcg *group, uint64_t n)
{
	assert(group->promised >= n);
	group->promised -= n;
}

void memcg_count_promised(struct memcg *group, uint64_t n)
{
	group->usage += n;
	/* Others may have given pages back that do not count yet: host_low_water() knows. */
	if (!group->host->timed && group->usage > group->peak)
		group->peak = group->usage;
}

/* --- swap ----------------------------------------------------------------------------------------------------- */

uint64_t memcg_swap_room(const struct memcg *group)
{
	if (!group)
		return MEMCG_NO_LIMIT;
	return group->swap_max > group->swap ? group->swap_max - group->swap : 0;
}

uint64_t memcg_swap_least(struct memcg *group, uint64_t n, uint64_t room)
{
	uint64_t own = memcg_swap_room(group);

	if (group && n > own)
		group->swap_fails++;
	return own < room ? own : room;
}

void memcg_swap_out(struct memcg *group, uint64_t n)
{
	if (!group)
		return;
	group->writeback += n;
	group->swap += n;
	if (group->swap > group->swap_peak)
		group->swap_peak = group->swap;
}

void memcg_writeback_end(struct memcg *group, uint64_t n)
{
	if (!group)
		return;
	assert(group->writeback >= n);
	group->writeback -= n;
	group->changed = true;
}

void memcg_swap_free(struct memcg *group, uint64_t n)
{
	if (!group)
		return;
	assert(group->swap >= n);
	group->swap -= n;
	group->changed = true;
}

/* --- the end -------------------------------------------------------------------------------------------------- */

void memcg_memory_back(struct host *host)
{
	struct memcg *group;

	if (!host->memcg_waiters)
		return;
	/* Not for what others gave back: in how many pieces they do is the affair of bulk work. */
	for (group = host->memcgs; group; group = group->next) {
		if (!group->waiters || !group->changed)
			continue;
		group->changed = false;
		sim_wake(&group->room, 0);
	}
}

void memcg_forget(struct mm *mm)
{
	struct memcg *group = mm->memcg;

	if (group && group->hand.mm == mm)
		group->hand = (struct reclaim_hand){ .mm = mm->next, .within = group };
	if (group)
		group->changed = true;
	memcg_memory_back(mm->host);
}

void memcg_check(const struct host *host, bool done)
{
	const struct memcg *group;
	const struct mm *mm;

	for (group = host->memcgs; group; group = group->next) {
		uint64_t present = 0, swapped = 0;

		for (mm = host->mms; mm; mm = mm->next) {
			if (mm->memcg != group)
				continue;
			present += mm->rss;
			swapped += mm->swapped;
		}
		assert(group->usage >= present + group->kernel + group->writeback);
		assert(group->swap >= swapped && group->peak >= group->usage);
		assert(!done || (group->usage == group->kernel + group->lost && !group->swap && !group->writeback &&
				 !group->promised && !group->waiters));
	}
}
