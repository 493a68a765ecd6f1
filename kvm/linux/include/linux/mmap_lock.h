/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lock of an address space. Tracing of it is left out. */
#ifndef UVSIM_LINUX_MMAP_LOCK_H
#define UVSIM_LINUX_MMAP_LOCK_H

#include <linux/cleanup.h>
#include <linux/types.h>

UVSIM_STUB void mmap_read_lock(struct mm_struct *mm)
{
	uvsim_api->mmap_read_lock(mm);
}

UVSIM_STUB bool mmap_read_trylock(struct mm_struct *mm)
{
	return uvsim_api->mmap_read_trylock(mm);
}

UVSIM_STUB int mmap_read_lock_killable(struct mm_struct *mm)
{
	return uvsim_api->memory->mmap_lock(mm, 0, 0);
}

UVSIM_STUB void mmap_read_unlock(struct mm_struct *mm)
{
	uvsim_api->mmap_read_unlock(mm);
}
#define mmap_read_unlock_non_owner(mm) mmap_read_unlock(mm)

UVSIM_STUB void mmap_write_lock(struct mm_struct *mm)
{
	(void)uvsim_api->services->mmap_write(mm, 1, UVSIM_TASK_UNINTERRUPTIBLE);
}
#define mmap_write_lock_nested(mm, subclass) mmap_write_lock(mm)

UVSIM_STUB int mmap_write_lock_killable(struct mm_struct *mm)
{
	return uvsim_api->services->mmap_write(mm, 1, UVSIM_TASK_WAKEKILL);
}

UVSIM_STUB bool mmap_write_trylock(struct mm_struct *mm)
{
	return uvsim_api->memory->mmap_lock(mm, 1, 1);
}

UVSIM_STUB void mmap_write_unlock(struct mm_struct *mm)
{
	(void)uvsim_api->services->mmap_write(mm, 0, 0);
}

/* Given up and taken again as a reader. */
#define mmap_write_downgrade(mm) do { mmap_write_unlock(mm); mmap_read_lock(mm); } while (0)
#define mmap_lock_is_contended(mm) ((void)(mm), false)

UVSIM_STUB void uvsim_mmap_assert(struct mm_struct *mm, int write, const char *file, int line, const char *function)
{
	if (!uvsim_api->memory->mmap_locked(mm, write))
		uvsim_api->lockdep_failed(file, line, function, write ? "the mmap lock is not held for write" :
									"the mmap lock is not held");
}
#define mmap_assert_locked(mm) uvsim_mmap_assert((mm), 0, __FILE__, __LINE__, __func__)
#define mmap_assert_write_locked(mm) uvsim_mmap_assert((mm), 1, __FILE__, __LINE__, __func__)

UVSIM_GUARD(mmap_read_lock, struct mm_struct, mmap_read_lock(held.lock), mmap_read_unlock(held.lock))
UVSIM_GUARD(mmap_write_lock, struct mm_struct, mmap_write_lock(held.lock), mmap_write_unlock(held.lock))

#endif
