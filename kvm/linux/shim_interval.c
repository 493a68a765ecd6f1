/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Interval notifiers: told only of ranges that meet theirs, with a sequence number by which whoever works on the range
 * notices that he was overtaken.
 *
 * The address space has one number, odd while anything is being invalidated. Each interval keeps the one that its
 * callback saw last; who begins to read waits while that is the current one.
 *
 * Source of behaviour: Linux 6.12 mm/mmu_notifier.c (mmu_interval_read_begin, mn_itree_invalidate, mn_itree_release).
 */
#include <errno.h>

#include "kvm/linux/kernel.h"
#include "kvm/linux/shim.h"
#include "mm/internal.h"

struct shim_interval {
	struct mmu_interval_notifier *face;	/* NULL: removed */
	struct shim_interval *next;
};

struct shim_interval_mm {
	struct mm_notifier notifier;		/* first */
	struct mm_struct *mm;
	struct shim_interval *list;
	unsigned long sequence;			/* odd: an invalidation is under way */
	unsigned active;
	struct sim_waitqueue quiet;
	struct shim_interval_mm *next;
};

static void tell(struct shim_interval_mm *all, const struct mmu_notifier_range *range)
{
	struct shim_interval *interval;

	for (interval = all->list; interval; interval = interval->next) {
		struct mmu_interval_notifier *face = interval->face;

		if (face && face->start < range->end && face->last >= range->start)
			face->ops->invalidate(face, range, all->sequence);
	}
}

static int begin(struct mm_notifier *notifier, struct mm *mm, const struct mm_range *range)
{
	struct shim_interval_mm *all = (struct shim_interval_mm *)notifier;
	const struct mmu_notifier_range told = {
		.mm = all->mm, .start = range->start, .end = range->end, .flags = range->may_block,
		.event = (enum mmu_notifier_event)range->event,
	};

	(void)mm;
	all->active++;
	all->sequence |= 1;
	tell(all, &told);
	return 0;
}

static void end(struct mm_notifier *notifier, struct mm *mm, const struct mm_range *range)
{
	struct shim_interval_mm *all = (struct shim_interval_mm *)notifier;

	(void)mm;
	(void)range;
	if (!all->active || --all->active)
		return;
	all->sequence++;
	sim_wake(&all->quiet, 0);
}

static void release(struct mm_notifier *notifier, struct mm *mm)
{
	const struct mm_range range = { 0, UINT64_MAX, MM_EVENT_RELEASE, true };

	begin(notifier, mm, &range);
	end(notifier, mm, &range);
}

static struct shim_interval_mm *find(const struct mm_struct *mm)
{
	struct shim_interval_mm *all = kernel_state()->intervals;

	while (all && all->mm != mm)
		all = all->next;
	return all;
}

static int insert(struct mmu_interval_notifier *face)
{
	struct shim_interval_mm *all = find(face->mm);
	struct shim_interval *interval;
	int error;

	if (!all) {
		all = sim_alloc(sizeof(*all));
		all->notifier = (struct mm_notifier){ .release = release, .begin = begin, .end = end };
		all->mm = face->mm;
		all->sequence = 2;
		sim_waitqueue_init(&all->quiet, "mmu_interval_read_begin");
		error = mm_notifier_register(face->mm->sim, &all->notifier);
		if (error)
			return error;
		/* Linux keeps the subscriptions with the mm itself; intervals count instead. */
		mm_drop(face->mm->sim);
		all->next = kernel_state()->intervals;
		kernel_state()->intervals = all;
	}
	interval = sim_alloc(sizeof(*interval));
	interval->face = face;
	interval->next = all->list;
	all->list = interval;
	/* As if an invalidation had just been: who reads before waits for one that is under way. */
	face->invalidate_seq = all->sequence & 1 ? all->sequence : all->sequence - 1;
	face->sim = interval;
	mm_grab(face->mm->sim);
	return 0;
}

static void interval_remove(struct mmu_interval_notifier *face)
{
	struct shim_interval_mm *all = find(face->mm);
	struct shim_interval *interval = face->sim, **at = all ? &all->list : NULL;
	struct mm *mm = face->mm->sim;

	if (!interval)
		return;
	interval->face = NULL;
	while (mm->notifying)
		sim_wait(&mm->notified, SIM_WAIT_UNINTERRUPTIBLE);
	while (*at != interval)
		at = &(*at)->next;
	*at = interval->next;
	face->sim = NULL;
	mm_drop(mm);
}

static unsigned long interval_begin(struct mmu_interval_notifier *face)
{
	struct shim_interval_mm *all = find(face->mm);
	unsigned long sequence = face->invalidate_seq;

	while (all && all->sequence == sequence && all->active)
		sim_wait(&all->quiet, SIM_WAIT_UNINTERRUPTIBLE);
	return face->invalidate_seq;
}

void kernel_memory_intervals(struct uvsim_memory *memory)
{
	memory->interval_insert = insert;
	memory->interval_remove = interval_remove;
	memory->interval_begin = interval_begin;
}
