/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The OOM killer: notifiers first (not for a cgroup), then the process with the highest badness gets a fatal signal.
 *
 * Badness is pages in memory and on swap and of page tables, plus oom_score_adj thousandths of all there are: of the
 * host's memory and swap, or of the cgroup's limits. Nobody is killed while an earlier victim is taking its memory
 * apart, until the reaper has given it up. A process in its exit is no candidate, and nobody waits for it. With nobody
 * left to kill the machine panics.
 *
 * Left out: the dump of all tasks, kill of the allocating task, oom.group, constraints by node, the reserves of a
 * victim beyond what a dying thread may take (mm/host.c).
 *
 * Source of behaviour: Linux 6.12 mm/oom_kill.c (out_of_memory, oom_evaluate_task, oom_badness, oom_kill_process).
 */
#include <errno.h>

#include "mm/memcg.h"
#include "sim/convoy.h"

#define SPARED (-1000)
#define JIFFY (10 * SIM_MS)

void oom_begin(struct pressure *pressure)
{
	struct oom *oom = &pressure->oom;

	oom->tail = &oom->events;
	sim_rwsem_init(&oom->chain, "oom_notify_list", NULL);
	sim_waitqueue_init(&oom->kick, "nobody to reap");
}

/* --- notifiers ----------------------------------------------------------------------------------------------- */

int oom_notifier_register(struct host *host, struct oom_notifier *notifier)
{
	struct oom *oom = host->pressure ? &host->pressure->oom : NULL;
	struct oom_notifier **at;

	/* Nobody would ever call it. */
	if (!oom)
		return 0;
	sim_rwsem_down_write(&oom->chain);
	for (at = &oom->notifiers; *at && (*at)->priority >= notifier->priority; at = &(*at)->next)
		;
	notifier->next = *at;
	*at = notifier;
	sim_rwsem_up_write(&oom->chain);
	return 0;
}

int oom_notifier_unregister(struct host *host, struct oom_notifier *notifier)
{
	struct oom *oom = host->pressure ? &host->pressure->oom : NULL;
	struct oom_notifier **at;
	int error = -ENOENT;

	if (!oom)
		return 0;
	sim_rwsem_down_write(&oom->chain);
	for (at = &oom->notifiers; *at && *at != notifier; at = &(*at)->next)
		;
	if (*at) {
		*at = notifier->next;
		error = 0;
	}
	sim_rwsem_up_write(&oom->chain);
	return error;
}

static uint64_t ask_notifiers(struct oom *oom)
{
	struct oom_notifier *notifier;
	uint64_t freed = 0;
	struct sim_place place = { .number = &freed, .count = 1, .kind = SIM_PLACE_SAME };

	sim_rwsem_down_read(&oom->chain);
	sim_place_push(&place);
	for (notifier = oom->notifiers; notifier; notifier = notifier->next)
		if (notifier->call(notifier, &freed))
			break;
	sim_place_pop(&place);
	sim_rwsem_up_read(&oom->chain);
	oom->spared += freed != 0;
	oom->spared_frames += freed;
	return freed;
}

/* --- the victim ---------------------------------------------------------------------------------------------- */

uint64_t mm_table_bytes(const struct mm *mm)
{
	return mm->pte_tables * MM_PTE_TABLE_BYTES + mm->crst_tables * MM_CRST_TABLE_BYTES;
}

bool oom_victim_dying(const struct host *host, const struct memcg *group)
{
	const struct mm *mm;

	for (mm = host->mms; mm; mm = mm->next)
		if (mm->oom && !mm->oom_skip && (!group || mm->memcg == group))
			return true;
	return false;
}

/* What a score is measured by, in pages. */
static uint64_t all_pages(const struct host *host, const struct memcg *group)
{
	uint64_t memory = host->frames, swap = host->pressure->swap.slots;

	if (group && group->max < memory)
		memory = group->max;
	if (group && group->swap_max < swap)
		swap = group->swap_max;
	return memory + swap;
}

static int64_t badness(const struct mm *mm, uint64_t all)
{
	int64_t pages = (int64_t)(mm_table_bytes(mm) / PAGE_BYTES);
	unsigned member;

	for (member = 0; member < MM_COUNTERS; member++)
		pages += mm_counter_read(mm, member);
	return pages + mm->oom_score_adj * (int64_t)(all / 1000);
}

/* The newest of those with the most points. */
static struct mm *choose(const struct host *host, const struct memcg *group, int64_t *points)
{
	uint64_t all = all_pages(host, group);
	struct mm *mm, *worst = NULL;

	for (mm = host->mms; mm; mm = mm->next) {
		if (!mm->kill || mm->exiting || mm->oom_skip || mm->oom_score_adj <= SPARED ||
		    (group && mm->memcg != group))
			continue;
		if (worst && badness(mm, all) <= *points)
			continue;
		worst = mm;
		*points = badness(mm, all);
	}
	return worst;
}

static struct oom_event *note(struct oom *oom, struct mm *victim, const struct memcg *group, int64_t points,
			      uint64_t wanted)
{
	struct oom_event *event = sim_alloc(sizeof(*event));

	*event = (struct oom_event){
		.time = sim_now(), .victim = victim->name, .asked = sim_thread_name(sim_self()),
		.group = group ? group->name : NULL, .points = points, .rss = victim->rss, .swapped = victim->swapped,
		.tables = mm_table_bytes(victim), .adj = victim->oom_score_adj, .wanted = wanted,
		.free = victim->host->free, .usage = group ? group->usage : 0, .reaped_at = SIM_FOREVER,
		.back = SIM_FOREVER, .mm = victim,
	};
	*oom->tail = event;
	oom->tail = &event->next;
	return event;
}

static void kill_victim(struct pressure *pressure, struct mm *victim, const struct memcg *group, int64_t points,
			uint64_t wanted)
{
	struct oom *oom = &pressure->oom;
	const struct sim_thread_attr attr = { .daemon = true };

	victim->oom = note(oom, victim, group, points, wanted);
	if (victim->memcg)
		victim->memcg->oom_kills++;
	sim_step("oom", (uint64_t)points, wanted);
	if (!oom->reaper)
		oom->reaper = sim_spawn("oom_reaper", oom_reaper, pressure, &attr);
	sim_wake(&oom->kick, 0);
	victim->kill(victim->kill_ctx);
}

void oom_forget(struct mm *mm)
{
	if (!mm->oom)
		return;
	mm->oom->back = sim_now();
	mm->oom->mm = NULL;
}

/* --- out of memory --------------------------------------------------------------------------------------------- */

/* "System is deadlocked on memory" */
static void panic(struct oom *oom)
{
	oom->panic = true;
	oom->panic_time = sim_now();
	oom->panic_thread = sim_thread_name(sim_self());
	sim_step("panic", 0, 0);
	sim_stop();
	for (;;)
		sim_sleep(SIM_S, false, "panic");
}

/* One thread at a time: the others look again when it is through. */
static bool notified(struct pressure *pressure)
{
	struct oom *oom = &pressure->oom;
	sim_time begin = sim_now();
	struct sim_place place = { .number = &begin, .count = 1, .kind = SIM_PLACE_TIME };
	uint64_t freed;

	oom->asking = true;
	sim_place_push(&place);
	freed = ask_notifiers(oom);
	sim_place_pop(&place);
	/* Whoever says so without having done anything does not stop the clock. */
	if (freed && sim_now() == begin)
		sim_sleep(JIFFY, false, "oom notifiers");
	oom->asking = false;
	pressure_memory_back(pressure->host);
	return freed != 0;
}

enum oom_outlook out_of_memory(struct pressure *pressure, struct memcg *group, uint64_t wanted)
{
	struct mm *victim;
	int64_t points;

	if (!group && pressure->oom.asking)
		return OOM_DYING;
	if (!group && notified(pressure))
		return OOM_FREED;
	/* Asking takes time: somebody else may have been killed meanwhile. */
	if (oom_victim_dying(pressure->host, group))
		return OOM_DYING;
	host_frames_settle(pressure->host);
	victim = choose(pressure->host, group, &points);
	if (!victim && !group)
		panic(&pressure->oom);
	if (!victim)
		return OOM_NOTHING;
	kill_victim(pressure, victim, group, points, wanted);
	return OOM_DYING;
}
