/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * MMU notifiers: told before and after pages of an address space are unmapped (madvise(), zapping, reclaim, the OOM
 * reaper), asked for the age of pages by reclaim, and of its end. clear_young, test_young and change_pte are never
 * called: nobody here migrates, merges or scans pages.
 */
#ifndef UVSIM_LINUX_MMU_NOTIFIER_H
#define UVSIM_LINUX_MMU_NOTIFIER_H

#include <linux/err.h>
#include <linux/mmap_lock.h>

#define MMU_NOTIFIER_RANGE_BLOCKABLE 1u

UVSIM_STUB int mmu_notifier_register(struct mmu_notifier *subscription, struct mm_struct *mm)
{
	return uvsim_api->mmu_notifier_register(subscription, mm);
}

/* The mmap lock is held for write. */
UVSIM_STUB int __mmu_notifier_register(struct mmu_notifier *subscription, struct mm_struct *mm)
{
	mmap_assert_write_locked(mm);
	return UVSIM_MEMORY->notifier_locked(subscription, mm);
}

/* Calls release() if the address space is still alive; waits for calls under way. */
UVSIM_STUB void mmu_notifier_unregister(struct mmu_notifier *subscription, struct mm_struct *mm)
{
	uvsim_api->services->mmu_notifier_unregister(subscription, mm);
}

/* --- one for all users of an address space, made by alloc_notifier() --- */

UVSIM_STUB struct mmu_notifier *mmu_notifier_get_locked(const struct mmu_notifier_ops *ops, struct mm_struct *mm)
{
	mmap_assert_write_locked(mm);
	return UVSIM_MEMORY->notifier_get(ops, mm);
}

UVSIM_STUB struct mmu_notifier *mmu_notifier_get(const struct mmu_notifier_ops *ops, struct mm_struct *mm)
{
	struct mmu_notifier *subscription;

	mmap_write_lock(mm);
	subscription = mmu_notifier_get_locked(ops, mm);
	mmap_write_unlock(mm);
	return subscription;
}

UVSIM_STUB void mmu_notifier_put(struct mmu_notifier *subscription)
{
	UVSIM_MEMORY->notifier_put(subscription);
}

UVSIM_STUB void mmu_notifier_synchronize(void)
{
	UVSIM_MEMORY->notifier_synchronize();
}

/* --- telling others --- */

#define mmu_notifier_range_blockable(range) (((range)->flags & MMU_NOTIFIER_RANGE_BLOCKABLE) != 0)
#define uvsim_range(range, what, __mm, from, to) ((void)(*(range) = (struct mmu_notifier_range){ \
	.mm = (__mm), .start = (from), .end = (to), .event = (what), .flags = 0 }))
/* (range, event, flags, mm, start, end), up to 6.2 (range, event, flags, vma, mm, start, end) */
#define mmu_notifier_range_init(range, what, f, args...) UVSIM_RANGE_INIT(range, what, args)
#define UVSIM_RANGE_INIT(range, what, args...) UVSIM_FOURTH(args, uvsim_range4, uvsim_range3, 0)(range, what, args)
#define UVSIM_FOURTH(a, b, c, d, which, ...) which
#define uvsim_range3(range, what, __mm, from, to) uvsim_range(range, what, __mm, from, to)
#define uvsim_range4(range, what, vma, __mm, from, to) ((void)(vma), uvsim_range(range, what, __mm, from, to))

UVSIM_STUB void mmu_notifier_invalidate_range_start(struct mmu_notifier_range *range)
{
	range->flags |= MMU_NOTIFIER_RANGE_BLOCKABLE;
	(void)UVSIM_MEMORY->invalidate(range, 0, 1);
}

UVSIM_STUB int mmu_notifier_invalidate_range_start_nonblock(struct mmu_notifier_range *range)
{
	range->flags &= ~MMU_NOTIFIER_RANGE_BLOCKABLE;
	return UVSIM_MEMORY->invalidate(range, 0, 0);
}

UVSIM_STUB void mmu_notifier_invalidate_range_end(struct mmu_notifier_range *range)
{
	(void)UVSIM_MEMORY->invalidate(range, 1, mmu_notifier_range_blockable(range));
}
#define mmu_notifier_invalidate_range_only_end(range) mmu_notifier_invalidate_range_end(range)

/* --- of one range --- */

UVSIM_STUB int mmu_interval_notifier_insert(struct mmu_interval_notifier *interval, struct mm_struct *mm,
					    unsigned long start, unsigned long length,
					    const struct mmu_interval_notifier_ops *ops)
{
	interval->mm = mm;
	interval->ops = ops;
	interval->start = start;
	if (__builtin_add_overflow(start, length - 1, &interval->last) || !length)
		return -75;
	return UVSIM_MEMORY->interval_insert(interval);
}

UVSIM_STUB void mmu_interval_notifier_remove(struct mmu_interval_notifier *interval)
{
	UVSIM_MEMORY->interval_remove(interval);
}

/* Sleeps while an invalidation that the callback has seen is under way. */
UVSIM_STUB unsigned long mmu_interval_read_begin(struct mmu_interval_notifier *interval)
{
	return UVSIM_MEMORY->interval_begin(interval);
}

#define mmu_interval_set_seq(interval, seq) WRITE_ONCE((interval)->invalidate_seq, seq)
#define mmu_interval_read_retry(interval, seq) ((interval)->invalidate_seq != (seq))
#define mmu_interval_check_retry(interval, seq) (READ_ONCE((interval)->invalidate_seq) != (seq))

#endif
