/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lock of an address space. */
#ifndef UVSIM_LINUX_MMAP_LOCK_H
#define UVSIM_LINUX_MMAP_LOCK_H

#include <linux/types.h>

UVSIM_STUB void mmap_read_lock(struct mm_struct *mm)
{
	uvsim_api->mmap_read_lock(mm);
}

UVSIM_STUB bool mmap_read_trylock(struct mm_struct *mm)
{
	return uvsim_api->mmap_read_trylock(mm);
}

UVSIM_STUB void mmap_read_unlock(struct mm_struct *mm)
{
	uvsim_api->mmap_read_unlock(mm);
}

UVSIM_STUB void mmap_write_lock(struct mm_struct *mm)
{
	(void)uvsim_api->services->mmap_write(mm, 1, UVSIM_TASK_UNINTERRUPTIBLE);
}

UVSIM_STUB int mmap_write_lock_killable(struct mm_struct *mm)
{
	return uvsim_api->services->mmap_write(mm, 1, UVSIM_TASK_WAKEKILL);
}

UVSIM_STUB void mmap_write_unlock(struct mm_struct *mm)
{
	(void)uvsim_api->services->mmap_write(mm, 0, 0);
}

/* Given up and taken again as a reader. */
#define mmap_write_downgrade(mm) do { mmap_write_unlock(mm); mmap_read_lock(mm); } while (0)
#define mmap_assert_locked(mm) ((void)(mm))
#define mmap_assert_write_locked(mm) ((void)(mm))

#endif
