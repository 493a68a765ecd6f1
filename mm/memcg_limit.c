/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory cgroups at their limits: reclaim and the OOM killer at max, reclaim and sleep above high.
 *
 * At max the thread evicts pages of the group, as far as those on their way to the device do not suffice, and waits for
 * them; when there is nothing to evict and nothing on its way, a process of the group is killed, and the thread waits
 * for its memory. Linux polls where this waits, so that its events of max and oom are more than here: here each is one
 * look.
 *
 * Pages above high are paid for when a thread has charged more than 64 of them, inside the charge; and on its way to
 * user space. A vCPU thread does not go there while it stays in KVM_RUN.
 *
 * Source of behaviour: Linux 6.12 mm/memcontrol.c (try_charge_memcg, reclaim_high, calculate_overage,
 * calculate_high_delay, mem_cgroup_handle_over_high), for HZ == 100 as on s390.
 */
#include "mm/memcg_limit.h"

#define JIFFY (10 * SIM_MS)
#define JIFFIES_PER_S 100

/* Who waits for room is woken when there is some; and looks by himself that often. */
#define LOOK_EACH SIM_S

/* Pages above high that a thread may charge before it pays inside the kernel. */
#define CHARGE_BATCH 64

/* The square of the overage, in units of 2^-20, is scaled by 2^-14: at an eighth above high, a batch costs 1 s. */
#define OVERAGE_SHIFT 20
#define PENALTY_SHIFT 14
#define PENALTY_MAX (2 * JIFFIES_PER_S)

/* --- max ----------------------------------------------------------------------------------------------------- */

static bool below(const struct memcg *group, uint64_t n, uint64_t limit)
{
	return group->usage + group->promised <= limit && limit - group->usage - group->promised >= n;
}

/* Is there room below @limit for @n pages, and what is promised? If not, nothing is promised afterwards. */
static bool fits_below(struct memcg *group, uint64_t n, uint64_t limit)
{
	if (below(group, n, limit))
		return true;
	host_frames_settle(group->host);
	if (!below(group, n, limit) && group->promised)
		host_void_promises(group->host, group);
	return below(group, n, limit);
}

bool memcg_fits(struct memcg *group, uint64_t n)
{
	/* No bulk may charge the page that goes above high. */
	fits_below(group, n, group->high);
	return fits_below(group, n, group->max);
}

static uint64_t reclaim_within(struct memcg *group)
{
	uint64_t n;

	group->reclaiming++;
	n = reclaim_batch(group->host->pressure, group, MM_TABLE_PAGES);
	/* Who waited for what this thread would find must look for himself. */
	group->reclaiming--;
	if (!group->reclaiming && !n && group->onlookers)
		sim_wake(&group->room, 0);
	return n;
}

/* Pages on their way to the device are as good as free, but for the wait. */
static bool reclaim_suffices(const struct memcg *group, uint64_t n)
{
	return group->usage - group->writeback + n <= group->max;
}

/*
 * Not all wait for the same: whose memory is on its way, from the device or from a victim, must not be woken because
 * another found nothing. Two such threads would wake each other as long as the victim takes.
 */
static bool waits_for_others(const struct memcg *group)
{
	return group->reclaiming && !group->writeback && !oom_victim_dying(group->host, group);
}

static void wait_for_room(struct memcg *group)
{
	bool onlooker = waits_for_others(group);
	struct host *host = group->host;
	struct mm *mm;

	if (!group->waiters)
		group->changed = false;
	group->waiters++;
	group->onlookers += onlooker;
	host->memcg_waiters++;
	for (mm = host->mms; mm; mm = mm->next)
		if (mm->exiting && mm->memcg == group)
			sim_domain_expose(&mm->domain);
	sim_wait_until(&group->room, SIM_WAIT_KILLABLE, sim_now() + LOOK_EACH);
	host->memcg_waiters--;
	group->onlookers -= onlooker;
	group->waiters--;
}

static bool make_room(struct memcg *group, uint64_t n, unsigned flags)
{
	struct pressure *pressure = group->host->pressure;

	for (;;) {
		uint64_t evicted = 0;

		if (sim_fatal_signal_pending(sim_self()))
			return false;
		group->max_events++;
		host_frames_settle(group->host);
		if (!reclaim_suffices(group, n))
			evicted = reclaim_within(group);
		if (memcg_fits(group, n))
			return true;
		if (flags & ALLOC_NORETRY)
			return false;
		if (evicted)
			continue;
		if (!group->writeback && !group->reclaiming && !oom_victim_dying(group->host, group)) {
			if (flags & ALLOC_RETRY_MAYFAIL)
				return false;
			group->oom_events++;
			if (out_of_memory(pressure, group, n) == OOM_NOTHING)
				return false;
		}
		/* The victim may be this thread; and it may all be over by now. */
		if (memcg_fits(group, n))
			return true;
		if (!sim_fatal_signal_pending(sim_self()))
			wait_for_room(group);
		if (memcg_fits(group, n))
			return true;
	}
}

bool memcg_make_room(struct memcg *group, uint64_t n, unsigned flags)
{
	sim_time begin = sim_now();
	bool done;

	if (!(flags & ALLOC_DIRECT) || !group->host->pressure)
		return false;
	sim_span_push("reclaim in cgroup");
	done = make_room(group, n, flags);
	sim_span_pop();
	group->stalls++;
	group->stall_time += sim_now() - begin;
	return done;
}

/* --- high ------------------------------------------------------------------------------------------------------ */

/* How long a thread that charged @n pages sleeps for it, in jiffies. */
static uint64_t penalty(const struct memcg *group, uint64_t n)
{
	uint64_t high = group->high ? group->high : 1, jiffies;
	unsigned __int128 overage;

	if (group->usage <= group->high)
		return 0;
	overage = ((unsigned __int128)(group->usage - group->high) << OVERAGE_SHIFT) / high;
	overage = overage * overage * JIFFIES_PER_S >> (OVERAGE_SHIFT + PENALTY_SHIFT);
	overage = overage * n / CHARGE_BATCH;
	jiffies = overage > PENALTY_MAX ? PENALTY_MAX : (uint64_t)overage;
	/* One tick is not worth it. */
	return jiffies > 1 ? jiffies : 0;
}

/* Reclaim until the penalty for @n pages is none, or nothing more can be evicted: the penalty. */
static uint64_t reclaim_high(struct memcg *group, uint64_t n)
{
	uint64_t jiffies;

	group->high_events++;
	do {
		if (sim_fatal_signal_pending(sim_self()))
			return 0;
		host_frames_settle(group->host);
		jiffies = penalty(group, n);
	} while (jiffies && group->usage - group->writeback > group->high && reclaim_within(group));
	return jiffies;
}

static void pay(struct memcg_task *task)
{
	struct memcg *group = task->owes;
	uint64_t n = task->over_high, jiffies;
	sim_time begin = sim_now();

	task->over_high = 0;
	host_frames_settle(group->host);
	if (group->usage <= group->high || !group->host->pressure)
		return;
	sim_span_push("above high");
	jiffies = reclaim_high(group, n);
	if (jiffies)
		sim_wait_until(&group->penalty, SIM_WAIT_KILLABLE, sim_now() + jiffies * JIFFY);
	group->throttle_time += sim_now() - begin;
	sim_span_pop();
}

void memcg_over_high(struct memcg *group, uint64_t n, unsigned flags)
{
	struct memcg_task *task = memcg_task();

	if (!task || below(group, 0, group->high))
		return;
	/* Others may have given pages back since. */
	host_frames_settle(group->host);
	if (group->usage <= group->high)
		return;
	task->owes = group;
	task->over_high += n;
	if (task->over_high > CHARGE_BATCH && flags & ALLOC_DIRECT)
		pay(task);
}

void memcg_user_mode(void)
{
	struct memcg_task *task = memcg_task();

	if (task && task->over_high)
		pay(task);
}
