/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lock assertions: a failed one is reported, the kernel goes on. */
#ifndef UVSIM_LINUX_LOCKDEP_H
#define UVSIM_LINUX_LOCKDEP_H

#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/spinlock.h>
#include <linux/srcu.h>

#define lockdep_is_held(lock) _Generic((lock), \
	struct mutex *: uvsim_mutex_is_held, \
	struct rw_semaphore *: uvsim_rwsem_is_held, \
	spinlock_t *: uvsim_spin_is_held, \
	rwlock_t *: uvsim_rwlock_is_held, \
	struct srcu_struct *: uvsim_srcu_is_held)(lock)
#define lockdep_is_held_type(lock, read) lockdep_is_held(lock)

#define uvsim_lockdep_assert(condition, text) do { \
	if (!(condition)) \
		uvsim_api->lockdep_failed(__FILE__, __LINE__, __func__, text); \
} while (0)

#define lockdep_assert(condition) uvsim_lockdep_assert(condition, #condition)
#define lockdep_assert_once(condition) lockdep_assert(condition)
#define lockdep_assert_held(lock) uvsim_lockdep_assert(lockdep_is_held(lock), #lock " is not held")
#define lockdep_assert_held_once(lock) lockdep_assert_held(lock)
#define lockdep_assert_held_read(lock) lockdep_assert_held(lock)
#define lockdep_assert_held_write(lock) \
	uvsim_lockdep_assert(_Generic((lock), \
		rwlock_t *: UVSIM_MEMORY->rwlock_is_held((const rwlock_t *)(const void *)(lock), 1), \
		default: lockdep_is_held(lock)), #lock " is not held for write")
#define lockdep_assert_not_held(lock) uvsim_lockdep_assert(!lockdep_is_held(lock), #lock " is held")
#define lockdep_assert_none_held_once() ((void)0)
#define lockdep_off() ((void)0)
#define lockdep_on() ((void)0)
#define lockdep_is_cpus_held() false
#define lock_is_held(map) ((void)(map), true)
#define lockdep_assert_preemption_disabled() WARN_ON_ONCE(preemptible())
#define lockdep_assert_irqs_disabled() WARN_ON_ONCE(!irqs_disabled())
#define lockdep_assert_preemption_enabled() WARN_ON_ONCE(!preemptible())
#define lockdep_assert_irqs_enabled() ((void)0)
#define lockdep_assert_in_rcu_read_lock() \
	uvsim_lockdep_assert(uvsim_api->services->rcu_is_held(), "not in an RCU read section")
#define lockdep_set_class(lock, key) ((void)(lock), (void)(key))
#define lockdep_set_class_and_name(lock, key, name) ((void)(lock), (void)(key), (void)(name))

struct lock_class_key {
	int unused;
};

#endif
