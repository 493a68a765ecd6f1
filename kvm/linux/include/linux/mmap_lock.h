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

#endif
