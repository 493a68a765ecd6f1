/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Mutexes: they block the simulated thread. Zeroed memory is a free one. */
#ifndef UVSIM_LINUX_MUTEX_H
#define UVSIM_LINUX_MUTEX_H

#include <linux/cleanup.h>
#include <linux/types.h>

#define __MUTEX_INITIALIZER(name) { NULL, 0 }
#define DEFINE_MUTEX(name) struct mutex name = __MUTEX_INITIALIZER(name)

#define mutex_init(lock) ((void)(*(lock) = (struct mutex)__MUTEX_INITIALIZER(lock)))
#define mutex_destroy(lock) ((void)(lock))
#define mutex_lock(lock) uvsim_api->mutex_lock((lock), #lock)
#define mutex_lock_io(lock) mutex_lock(lock)
#define mutex_lock_nested(lock, subclass) mutex_lock(lock)
#define mutex_trylock(lock) uvsim_api->services->mutex_try((lock), #lock)
#define mutex_lock_interruptible(lock) \
	uvsim_api->services->mutex_take((lock), UVSIM_TASK_INTERRUPTIBLE, #lock)
#define mutex_lock_killable(lock) uvsim_api->services->mutex_take((lock), UVSIM_TASK_WAKEKILL, #lock)

UVSIM_STUB void mutex_unlock(struct mutex *lock)
{
	uvsim_api->mutex_unlock(lock);
}

UVSIM_STUB int uvsim_mutex_is_held(struct mutex *lock)
{
	return uvsim_api->mutex_is_held(lock);
}

/* By anybody: whoever can take it gives it back at once. */
UVSIM_STUB bool mutex_is_locked(struct mutex *lock)
{
	if (uvsim_api->mutex_is_held(lock))
		return true;
	if (!mutex_trylock(lock))
		return true;
	mutex_unlock(lock);
	return false;
}

UVSIM_GUARD(mutex, struct mutex, (uvsim_api->mutex_lock)(held.lock, "mutex"),
	    uvsim_api->mutex_unlock(held.lock))
UVSIM_GUARD_TRY(mutex_try, struct mutex, mutex_trylock(held.lock) ? 0 : -16, mutex_unlock(held.lock))
UVSIM_GUARD_TRY(mutex_intr, struct mutex, mutex_lock_interruptible(held.lock), mutex_unlock(held.lock))
UVSIM_GUARD_TRY(mutex_kill, struct mutex, mutex_lock_killable(held.lock), mutex_unlock(held.lock))
DEFINE_FREE(mutex, struct mutex *, if (_T) mutex_unlock(_T))

#endif
