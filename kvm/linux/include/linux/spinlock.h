/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Spinning locks that pv.c takes: the MMU lock of KVM, for write. */
#ifndef UVSIM_LINUX_SPINLOCK_H
#define UVSIM_LINUX_SPINLOCK_H

#include <linux/cleanup.h>
#include <linux/types.h>

typedef struct uvsim_spinlock spinlock_t;

#define write_lock(lock) uvsim_api->write_lock((lock), #lock)

UVSIM_STUB void write_unlock(rwlock_t *lock)
{
	uvsim_api->write_unlock(lock);
}

UVSIM_GUARD(write_lock, rwlock_t, (uvsim_api->write_lock)(held.lock, "kvm->mmu_lock"),
	    uvsim_api->write_unlock(held.lock))

#endif
