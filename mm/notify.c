/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * MMU notifiers: telling those who have registered what is about to be unmapped, and that it has been.
 *
 * Called where this model unmaps pages of an address space that goes on: madvise(), zapping, reclaim, the OOM reaper.
 * At its end release() is called and nothing more, as in Linux, where release takes all off the list. Who unregisters
 * waits for calls under way, as for the SRCU section around them.
 *
 * Source of behaviour: Linux 6.12 mm/mmu_notifier.c.
 */
#include <errno.h>

#include "mm/internal.h"

bool mm_watched(const struct mm *mm)
{
	const struct mm_notifier *notifier = mm->notifiers;

	while (notifier && !notifier->begin && !notifier->end && !notifier->young)
		notifier = notifier->next;
	return notifier != NULL;
}

static void enter(struct mm *mm)
{
	mm->notifying++;
}

static void leave(struct mm *mm)
{
	mm->notifying--;
	if (!mm->notifying)
		sim_wake(&mm->notified, 0);
}

/* Those before @last. */
static void end_until(struct mm *mm, const struct mm_range *range, const struct mm_notifier *last)
{
	struct mm_notifier *notifier;

	for (notifier = mm->notifiers; notifier && notifier != last; notifier = notifier->next)
		if (notifier->end)
			notifier->end(notifier, mm, range);
}

int mm_invalidate_begin(struct mm *mm, const struct mm_range *range)
{
	struct mm_notifier *notifier;
	int result = 0;

	if (!mm_watched(mm))
		return 0;
	enter(mm);
	for (notifier = mm->notifiers; notifier && !result; notifier = notifier->next) {
		if (notifier->begin && notifier->begin(notifier, mm, range) && !range->may_block) {
			result = -EAGAIN;
			end_until(mm, range, notifier);
		}
	}
	leave(mm);
	return result;
}

void mm_invalidate_end(struct mm *mm, const struct mm_range *range)
{
	if (!mm_watched(mm))
		return;
	enter(mm);
	end_until(mm, range, NULL);
	leave(mm);
}

bool mm_notify_young(struct mm *mm, uint64_t start, uint64_t end)
{
	struct mm_notifier *notifier;
	bool young = false;

	enter(mm);
	for (notifier = mm->notifiers; notifier; notifier = notifier->next)
		if (notifier->young)
			young |= notifier->young(notifier, mm, start, end);
	leave(mm);
	return young;
}
