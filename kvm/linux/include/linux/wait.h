/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Wait queues: tasks that sleep until a condition holds. First the entry goes on the queue and the state is
 * set, then the condition is tested, then the task sleeps unless it was woken meanwhile. Exclusive waiters are
 * woken one at a time and in order, the others all at once.
 *
 * Zeroed memory is an empty queue. Source of behaviour: kernel/sched/wait.c of Linux 6.12.
 */
#ifndef UVSIM_LINUX_WAIT_H
#define UVSIM_LINUX_WAIT_H

#include <linux/errno.h>
#include <linux/list.h>
#include <linux/sched/signal.h>
#include <linux/spinlock.h>

#define WQ_FLAG_EXCLUSIVE 0x01

struct wait_queue_entry {
	unsigned int flags;
	struct task_struct *private;
	bool autoremove;
	struct list_head entry;
};
typedef struct wait_queue_entry wait_queue_entry_t;

struct wait_queue_head {
	spinlock_t lock;
	struct list_head head;
};
typedef struct wait_queue_head wait_queue_head_t;

#define __WAIT_QUEUE_HEAD_INITIALIZER(name) { .head = { NULL, NULL } }
#define DECLARE_WAIT_QUEUE_HEAD(name) struct wait_queue_head name = __WAIT_QUEUE_HEAD_INITIALIZER(name)
#define DECLARE_WAIT_QUEUE_HEAD_ONSTACK(name) DECLARE_WAIT_QUEUE_HEAD(name)
#define DECLARE_WAITQUEUE(name, task) struct wait_queue_entry name = { .private = (task) }
#define DEFINE_WAIT(name) struct wait_queue_entry name = { .private = current, .autoremove = true }

UVSIM_STUB struct list_head *uvsim_wait_list(struct wait_queue_head *queue)
{
	if (!queue->head.next)
		INIT_LIST_HEAD(&queue->head);
	return &queue->head;
}

#define init_waitqueue_head(queue) INIT_LIST_HEAD(&(queue)->head)

UVSIM_STUB bool waitqueue_active(struct wait_queue_head *queue)
{
	return !list_empty(uvsim_wait_list(queue));
}
#define wq_has_sleeper(queue) waitqueue_active(queue)

UVSIM_STUB void add_wait_queue(struct wait_queue_head *queue, struct wait_queue_entry *entry)
{
	entry->flags &= ~WQ_FLAG_EXCLUSIVE;
	list_add(&entry->entry, uvsim_wait_list(queue));
}

UVSIM_STUB void add_wait_queue_exclusive(struct wait_queue_head *queue, struct wait_queue_entry *entry)
{
	entry->flags |= WQ_FLAG_EXCLUSIVE;
	list_add_tail(&entry->entry, uvsim_wait_list(queue));
}

UVSIM_STUB void remove_wait_queue(struct wait_queue_head *queue, struct wait_queue_entry *entry)
{
	(void)queue;
	list_del_init(&entry->entry);
}

UVSIM_STUB void init_wait_entry(struct wait_queue_entry *entry, int flags)
{
	entry->flags = flags;
	entry->private = current;
	entry->autoremove = true;
	INIT_LIST_HEAD(&entry->entry);
}

UVSIM_STUB void uvsim_prepare(struct wait_queue_head *queue, struct wait_queue_entry *entry, int state,
			      bool exclusive)
{
	if (!entry->entry.next || list_empty(&entry->entry)) {
		if (exclusive)
			add_wait_queue_exclusive(queue, entry);
		else
			add_wait_queue(queue, entry);
	}
	set_current_state(state);
}

#define prepare_to_wait(queue, entry, state) uvsim_prepare(queue, entry, state, false)
#define prepare_to_wait_exclusive(queue, entry, state) uvsim_prepare(queue, entry, state, true)

UVSIM_STUB long prepare_to_wait_event(struct wait_queue_head *queue, struct wait_queue_entry *entry, int state)
{
	if (signal_pending_state(state, current)) {
		list_del_init(&entry->entry);
		return -ERESTARTSYS;
	}
	uvsim_prepare(queue, entry, state, entry->flags & WQ_FLAG_EXCLUSIVE);
	return 0;
}

UVSIM_STUB void finish_wait(struct wait_queue_head *queue, struct wait_queue_entry *entry)
{
	(void)queue;
	__set_current_state(TASK_RUNNING);
	if (entry->entry.next)
		list_del_init(&entry->entry);
}

/* @exclusive: how many of those; 0: all. */
UVSIM_STUB void uvsim_wake_up(struct wait_queue_head *queue, unsigned int state, int exclusive)
{
	struct wait_queue_entry *entry, *next;

	list_for_each_entry_safe(entry, next, uvsim_wait_list(queue), entry) {
		bool last = entry->flags & WQ_FLAG_EXCLUSIVE;
		bool woken = wake_up_state(entry->private, state);

		if (entry->autoremove && woken)
			list_del_init(&entry->entry);
		if (woken && last && !--exclusive)
			break;
	}
}

#define wake_up(queue) uvsim_wake_up(queue, TASK_NORMAL, 1)
#define wake_up_nr(queue, nr) uvsim_wake_up(queue, TASK_NORMAL, nr)
#define wake_up_all(queue) uvsim_wake_up(queue, TASK_NORMAL, 0)
#define wake_up_locked(queue) wake_up(queue)
#define wake_up_interruptible(queue) uvsim_wake_up(queue, TASK_INTERRUPTIBLE, 1)
#define wake_up_interruptible_all(queue) uvsim_wake_up(queue, TASK_INTERRUPTIBLE, 0)
#define wake_up_interruptible_sync(queue) wake_up_interruptible(queue)

/* 0, or what a signal makes of it. */
#define uvsim_wait_event(queue, condition, state, exclusive, sleep) \
	({ \
		struct wait_queue_entry __wait; \
		long __wait_result = 0; \
		init_wait_entry(&__wait, (exclusive) ? WQ_FLAG_EXCLUSIVE : 0); \
		for (;;) { \
			__wait_result = prepare_to_wait_event(queue, &__wait, state); \
			if (condition) { \
				__wait_result = 0; \
				break; \
			} \
			if (__wait_result) \
				break; \
			sleep; \
		} \
		finish_wait(queue, &__wait); \
		__wait_result; \
	})
#define wait_event(queue, condition) \
	do { \
		if (!(condition)) \
			(void)uvsim_wait_event(&(queue), condition, TASK_UNINTERRUPTIBLE, 0, schedule()); \
	} while (0)
#define io_wait_event(queue, condition) wait_event(queue, condition)
#define uvsim_event_state(queue, condition, state, exclusive) \
	((condition) ? 0 : (int)uvsim_wait_event(&(queue), condition, state, exclusive, schedule()))
#define wait_event_interruptible(queue, condition) uvsim_event_state(queue, condition, TASK_INTERRUPTIBLE, 0)
#define wait_event_interruptible_exclusive(queue, condition) \
	uvsim_event_state(queue, condition, TASK_INTERRUPTIBLE, 1)
#define wait_event_killable(queue, condition) uvsim_event_state(queue, condition, TASK_KILLABLE, 0)
#define wait_event_killable_exclusive(queue, condition) uvsim_event_state(queue, condition, TASK_KILLABLE, 1)
#define wait_event_idle(queue, condition) ((void)uvsim_event_state(queue, condition, TASK_IDLE, 0))
#define wait_event_idle_exclusive(queue, condition) ((void)uvsim_event_state(queue, condition, TASK_IDLE, 1))
#define wait_event_freezable(queue, condition) wait_event_interruptible(queue, condition)
#define wait_event_cmd(queue, condition, before, after) \
	do { \
		if (!(condition)) \
			(void)uvsim_wait_event(&(queue), condition, TASK_UNINTERRUPTIBLE, 0, \
					       ({ before; schedule(); after; })); \
	} while (0)
#define wait_event_lock_irq(queue, condition, lock) \
	wait_event_cmd(queue, condition, spin_unlock_irq(&(lock)), spin_lock_irq(&(lock)))

/* Ticks left, at least 1 when the condition holds; 0: it does not. */
#define uvsim_event_timeout(queue, condition, timeout, state) \
	({ \
		long __wait_left = (timeout); \
		if (condition) { \
			__wait_left = __wait_left ? __wait_left : 1; \
		} else { \
			long __wait_signal = uvsim_wait_event(&(queue), (condition) || !__wait_left, state, 0, \
							      __wait_left = schedule_timeout(__wait_left)); \
			if (__wait_signal) \
				__wait_left = __wait_signal; \
			else if (!__wait_left && (condition)) \
				__wait_left = 1; \
		} \
		__wait_left; \
	})
#define wait_event_timeout(queue, condition, timeout) \
	uvsim_event_timeout(queue, condition, timeout, TASK_UNINTERRUPTIBLE)
#define wait_event_interruptible_timeout(queue, condition, timeout) \
	uvsim_event_timeout(queue, condition, timeout, TASK_INTERRUPTIBLE)
#define wait_event_killable_timeout(queue, condition, timeout) \
	uvsim_event_timeout(queue, condition, timeout, TASK_KILLABLE)
#define wait_event_idle_timeout(queue, condition, timeout) uvsim_event_timeout(queue, condition, timeout, TASK_IDLE)

#endif
