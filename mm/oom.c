/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The OOM killer: notifiers first, then the process with the most pages gets a fatal signal.
 *
 * Badness is the pages in memory and on swap, plus oom_score_adj thousandths of all there are. Nobody is killed while
 * an earlier victim is still taking its memory apart. Left out: page tables in the badness (they are no allocations
 * here), the reaper, and the panic when nobody can be killed: then the allocation fails.
 *
 * Source of behaviour: Linux 6.12 mm/oom_kill.c (out_of_memory, oom_badness, oom_kill_process).
 */
#include <errno.h>

#include "mm/internal.h"
#include "mm/pressure.h"

int oom_notifier_register(struct host *host, struct oom_notifier *notifier)
{
	struct oom_notifier **at;

	if (!host->pressure)
		return 0;
	at = &host->pressure->notifiers;
	sim_rwsem_down_write(&host->pressure->notifier_lock);
	while (*at && (*at)->priority >= notifier->priority)
		at = &(*at)->next;
	notifier->next = *at;
	*at = notifier;
	sim_rwsem_up_write(&host->pressure->notifier_lock);
	return 0;
}

int oom_notifier_unregister(struct host *host, struct oom_notifier *notifier)
{
	struct oom_notifier **at;
	int error = -ENOENT;

	if (!host->pressure)
		return 0;
	sim_rwsem_down_write(&host->pressure->notifier_lock);
	for (at = &host->pressure->notifiers; *at && *at != notifier; at = &(*at)->next)
		;
	if (*at) {
		*at = notifier->next;
		error = 0;
	}
	sim_rwsem_up_write(&host->pressure->notifier_lock);
	return error;
}

bool oom_notify(struct pressure *pressure)
{
	struct oom_notifier *notifier;
	uint64_t freed = 0;

	sim_rwsem_down_read(&pressure->notifier_lock);
	for (notifier = pressure->notifiers; notifier; notifier = notifier->next)
		if (notifier->call(notifier, &freed))
			break;
	sim_rwsem_up_read(&pressure->notifier_lock);
	return freed != 0;
}

static int64_t badness(const struct host *host, const struct mm *mm)
{
	int64_t total = (int64_t)(host->frames + host->pressure->swap.slots);

	return (int64_t)(mm->rss + mm->swapped) + mm->oom_score_adj * (total / 1000);
}

static struct mm *choose(const struct host *host)
{
	struct mm *mm, *worst = NULL;
	int64_t points, most = 0;

	for (mm = host->mms; mm; mm = mm->next) {
		if (!mm->kill || mm->exiting || mm->oom_score_adj <= -1000)
			continue;
		points = badness(host, mm);
		if (points > most) {
			most = points;
			worst = mm;
		}
	}
	return worst;
}

bool oom_kill(struct pressure *pressure, uint64_t wanted)
{
	struct oom_event *event;
	struct mm *victim;

	host_frames_settle(pressure->host);
	victim = choose(pressure->host);
	if (!victim)
		return false;
	event = sim_alloc(sizeof(*event));
	*event = (struct oom_event){
		.time = sim_now(), .victim = victim->name, .asked = sim_thread_name(sim_self()),
		.points = (uint64_t)badness(pressure->host, victim), .wanted = wanted,
	};
	*pressure->ooms_tail = event;
	pressure->ooms_tail = &event->next;
	sim_step("oom", event->points, wanted);
	victim->oom_victim = true;
	victim->kill(victim->kill_ctx);
	return true;
}
