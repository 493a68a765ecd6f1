/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Mutexes: they block the simulated thread. */
#ifndef UVSIM_LINUX_MUTEX_H
#define UVSIM_LINUX_MUTEX_H

#include <linux/cleanup.h>
#include <linux/types.h>

#define mutex_lock(lock) uvsim_api->mutex_lock((lock), #lock)

UVSIM_STUB void mutex_unlock(struct mutex *lock)
{
	uvsim_api->mutex_unlock(lock);
}

UVSIM_STUB int uvsim_mutex_is_held(struct mutex *lock)
{
	return uvsim_api->mutex_is_held(lock);
}

UVSIM_GUARD(mutex, struct mutex, (uvsim_api->mutex_lock)(held.lock, "mutex"),
	    uvsim_api->mutex_unlock(held.lock))

#endif
