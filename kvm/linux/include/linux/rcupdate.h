/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * RCU. A read section may not sleep; a grace period waits for the sections that were under way, and takes as
 * long as the profile says. Callbacks run in a thread of their own.
 */
#ifndef UVSIM_LINUX_RCUPDATE_H
#define UVSIM_LINUX_RCUPDATE_H

#include <linux/cleanup.h>
#include <linux/types.h>

#define callback_head rcu_head

#define rcu_read_lock() uvsim_api->services->rcu_read(1)
#define rcu_read_unlock() uvsim_api->services->rcu_read(0)
#define rcu_read_lock_sched() rcu_read_lock()
#define rcu_read_unlock_sched() rcu_read_unlock()
#define rcu_read_lock_bh() rcu_read_lock()
#define rcu_read_unlock_bh() rcu_read_unlock()
#define rcu_read_lock_held() (uvsim_api->services->rcu_is_held() != 0)
#define synchronize_rcu() uvsim_api->services->rcu_synchronize()
#define synchronize_rcu_expedited() synchronize_rcu()
#define synchronize_net() synchronize_rcu()
#define call_rcu(head, func) uvsim_api->services->rcu_call((head), (func))
#define call_rcu_hurry(head, func) call_rcu(head, func)
#define rcu_barrier() uvsim_api->services->rcu_callbacks_done()
/* With a member of type struct rcu_head; or without, then it sleeps. */
#define kfree_rcu(pointer, member) \
	call_rcu(&(pointer)->member, (void (*)(struct rcu_head *))offsetof(typeof(*(pointer)), member))
#define kvfree_rcu(pointer, member) kfree_rcu(pointer, member)
#define kfree_rcu_mightsleep(pointer) do { synchronize_rcu(); kfree(pointer); } while (0)
#define kvfree_rcu_mightsleep(pointer) do { synchronize_rcu(); kvfree(pointer); } while (0)

#define RCU_INITIALIZER(value) (value)
#define RCU_INIT_POINTER(pointer, value) WRITE_ONCE(pointer, value)
#define rcu_assign_pointer(pointer, value) WRITE_ONCE(pointer, value)
#define rcu_access_pointer(pointer) READ_ONCE(pointer)
#define rcu_dereference(pointer) READ_ONCE(pointer)
#define rcu_dereference_raw(pointer) READ_ONCE(pointer)
#define rcu_dereference_check(pointer, condition) READ_ONCE(pointer)
#define rcu_dereference_protected(pointer, condition) ((void)(condition), (pointer))
#define rcu_dereference_sched(pointer) READ_ONCE(pointer)
#define rcu_replace_pointer(pointer, value, condition) \
	({ \
		typeof(pointer) __rcu_old = rcu_dereference_protected(pointer, condition); \
		rcu_assign_pointer(pointer, value); \
		__rcu_old; \
	})
#define get_state_synchronize_rcu() 0ul
#define start_poll_synchronize_rcu() 0ul
#define cond_synchronize_rcu(state) ((void)(state), synchronize_rcu())
#define rcu_is_watching() true
#define rcu_momentary_eqs() ((void)0)
#define rcu_head_init(head) ((void)(head))

typedef struct {
	int unused;
} class_rcu_t;

UVSIM_STUB class_rcu_t class_rcu_enter(void)
{
	rcu_read_lock();
	return (class_rcu_t){ 0 };
}

UVSIM_STUB void class_rcu_leave(class_rcu_t *guard)
{
	(void)guard;
	rcu_read_unlock();
}

#endif
