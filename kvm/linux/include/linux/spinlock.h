/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Spinning locks: whoever waits keeps its processor. Zeroed memory is a free lock. Interrupts and softirqs do
 * not exist as contexts, so the _irq and _bh forms are the plain ones.
 */
#ifndef UVSIM_LINUX_SPINLOCK_H
#define UVSIM_LINUX_SPINLOCK_H

#include <linux/cleanup.h>
#include <linux/irqflags.h>
#include <linux/types.h>

typedef struct spinlock {
	struct uvsim_spin_storage sim;
} spinlock_t;
typedef spinlock_t raw_spinlock_t;

#define __SPIN_LOCK_UNLOCKED(name) { { { NULL } } }
#define DEFINE_SPINLOCK(name) spinlock_t name = __SPIN_LOCK_UNLOCKED(name)
#define DEFINE_RAW_SPINLOCK(name) DEFINE_SPINLOCK(name)
#define DEFINE_RWLOCK(name) rwlock_t name = { NULL }

#define spin_lock_init(lock) ((void)(*(lock) = (spinlock_t)__SPIN_LOCK_UNLOCKED(lock)))
#define spin_lock(lock) uvsim_api->services->spin_take(&(lock)->sim, #lock)
#define spin_trylock(lock) uvsim_api->services->spin_try(&(lock)->sim, #lock)
#define spin_unlock(lock) uvsim_api->services->spin_give(&(lock)->sim)
#define spin_lock_nested(lock, subclass) spin_lock(lock)
#define spin_is_locked(lock) (uvsim_api->services->spin_is_held(&(lock)->sim) != 0)
#define assert_spin_locked(lock) lockdep_assert_held(lock)

#define spin_lock_irq(lock) spin_lock(lock)
#define spin_unlock_irq(lock) spin_unlock(lock)
#define spin_lock_bh(lock) spin_lock(lock)
#define spin_unlock_bh(lock) spin_unlock(lock)
#define spin_lock_irqsave(lock, flags) do { (flags) = 0; spin_lock(lock); } while (0)
#define spin_unlock_irqrestore(lock, flags) do { (void)(flags); spin_unlock(lock); } while (0)
#define spin_trylock_irq(lock) spin_trylock(lock)
#define spin_trylock_bh(lock) spin_trylock(lock)
#define spin_lock_irqsave_nested(lock, flags, subclass) spin_lock_irqsave(lock, flags)
#define spin_trylock_irqsave(lock, flags) ((flags) = 0, spin_trylock(lock))

#define raw_spin_lock_init(lock) spin_lock_init(lock)
#define raw_spin_lock(lock) spin_lock(lock)
#define raw_spin_trylock(lock) spin_trylock(lock)
#define raw_spin_unlock(lock) spin_unlock(lock)
#define raw_spin_lock_irq(lock) spin_lock(lock)
#define raw_spin_unlock_irq(lock) spin_unlock(lock)
#define raw_spin_lock_irqsave(lock, flags) spin_lock_irqsave(lock, flags)
#define raw_spin_unlock_irqrestore(lock, flags) spin_unlock_irqrestore(lock, flags)

#define rwlock_init(lock) ((void)((lock)->sim = NULL))
#define read_lock(lock) uvsim_api->services->rwlock_read((lock), #lock)
#define write_lock(lock) uvsim_api->write_lock((lock), #lock)

UVSIM_STUB void read_unlock(rwlock_t *lock)
{
	uvsim_api->services->rwlock_unread(lock);
}

UVSIM_STUB void write_unlock(rwlock_t *lock)
{
	uvsim_api->write_unlock(lock);
}

#define read_lock_irq(lock) read_lock(lock)
#define read_unlock_irq(lock) read_unlock(lock)
#define write_lock_irq(lock) write_lock(lock)
#define write_unlock_irq(lock) write_unlock(lock)
#define read_lock_irqsave(lock, flags) do { (flags) = 0; read_lock(lock); } while (0)
#define read_unlock_irqrestore(lock, flags) do { (void)(flags); read_unlock(lock); } while (0)
#define write_lock_irqsave(lock, flags) do { (flags) = 0; write_lock(lock); } while (0)
#define write_unlock_irqrestore(lock, flags) do { (void)(flags); write_unlock(lock); } while (0)

UVSIM_STUB bool uvsim_spin_is_held(spinlock_t *lock)
{
	return uvsim_api->services->spin_is_held(&lock->sim) == 1;
}

/* By this thread for write, or by anybody for read. */
UVSIM_STUB bool uvsim_rwlock_is_held(rwlock_t *lock)
{
	return UVSIM_MEMORY->rwlock_is_held(lock, 0);
}
#define read_trylock(lock) UVSIM_MEMORY->rwlock_try((lock), 0, #lock)
#define write_trylock(lock) UVSIM_MEMORY->rwlock_try((lock), 1, #lock)
#define rwlock_is_contended(lock) ((void)(lock), false)
#define spin_is_contended(lock) ((void)(lock), false)

UVSIM_GUARD(write_lock, rwlock_t, (uvsim_api->write_lock)(held.lock, "kvm->mmu_lock"),
	    uvsim_api->write_unlock(held.lock))
UVSIM_GUARD(read_lock, rwlock_t, (uvsim_api->services->rwlock_read)(held.lock, "kvm->mmu_lock"),
	    uvsim_api->services->rwlock_unread(held.lock))
UVSIM_GUARD(spinlock, spinlock_t, spin_lock(held.lock), spin_unlock(held.lock))
UVSIM_GUARD(spinlock_irq, spinlock_t, spin_lock(held.lock), spin_unlock(held.lock))
UVSIM_GUARD(spinlock_irqsave, spinlock_t, spin_lock(held.lock), spin_unlock(held.lock))
UVSIM_GUARD(spinlock_bh, spinlock_t, spin_lock(held.lock), spin_unlock(held.lock))
UVSIM_GUARD(read_lock_irq, rwlock_t, read_lock(held.lock), read_unlock(held.lock))
UVSIM_GUARD(write_lock_irq, rwlock_t, write_lock(held.lock), write_unlock(held.lock))
UVSIM_GUARD(raw_spinlock_irqsave, spinlock_t, spin_lock(held.lock), spin_unlock(held.lock))
UVSIM_GUARD_TRY(spinlock_try, spinlock_t, spin_trylock(held.lock) ? 0 : -16, spin_unlock(held.lock))
UVSIM_GUARD(raw_spinlock, spinlock_t, spin_lock(held.lock), spin_unlock(held.lock))

#endif
