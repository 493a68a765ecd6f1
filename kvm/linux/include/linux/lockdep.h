/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lock assertions, for mutexes and SRCU alike: a failed one is reported, the kernel goes on. */
#ifndef UVSIM_LINUX_LOCKDEP_H
#define UVSIM_LINUX_LOCKDEP_H

#include <linux/mutex.h>
#include <linux/srcu.h>

#define lockdep_is_held(lock) _Generic((lock), \
	struct mutex *: uvsim_mutex_is_held, \
	struct srcu_struct *: uvsim_srcu_is_held)(lock)

#define uvsim_lockdep_assert(condition, text) do { \
	if (!(condition)) \
		uvsim_api->lockdep_failed(__FILE__, __LINE__, __func__, text); \
} while (0)

#define lockdep_assert_held(lock) uvsim_lockdep_assert(lockdep_is_held(lock), #lock " is not held")
#define lockdep_assert_not_held(lock) uvsim_lockdep_assert(!lockdep_is_held(lock), #lock " is held")

#endif
