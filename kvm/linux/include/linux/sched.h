/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The running task, its states, resched points, sleeping. Timeouts are in ticks (jiffies) of 10 ms, as on s390:
 * one ends at the first tick after so many whole ones.
 */
#ifndef UVSIM_LINUX_SCHED_H
#define UVSIM_LINUX_SCHED_H

#include <linux/jiffies.h>

#define TASK_RUNNING UVSIM_TASK_RUNNING
#define TASK_INTERRUPTIBLE UVSIM_TASK_INTERRUPTIBLE
#define TASK_UNINTERRUPTIBLE UVSIM_TASK_UNINTERRUPTIBLE
#define TASK_WAKEKILL UVSIM_TASK_WAKEKILL
#define TASK_NOLOAD UVSIM_TASK_NOLOAD
#define TASK_KILLABLE (TASK_WAKEKILL | TASK_UNINTERRUPTIBLE)
#define TASK_IDLE (TASK_UNINTERRUPTIBLE | TASK_NOLOAD)
#define TASK_NORMAL (TASK_INTERRUPTIBLE | TASK_UNINTERRUPTIBLE)

#define PF_KTHREAD 0x00200000
#define TASK_COMM_LEN 16
#define MAX_SCHEDULE_TIMEOUT ((long)(~0ul >> 1))

#define UVSIM_SERVICES uvsim_api->services
#define current UVSIM_SERVICES->current_task()
#define get_current() current

#define __set_current_state(state) ((void)(current->__state = (state)))
#define set_current_state(state) __set_current_state(state)
#define task_is_running(task) ((task)->__state == TASK_RUNNING)

#define schedule() UVSIM_SERVICES->sleep_until(UVSIM_FOREVER, __func__)
#define schedule_timeout(ticks) uvsim_schedule_timeout((ticks), __func__)
#define schedule_timeout_interruptible(ticks) \
	({ __set_current_state(TASK_INTERRUPTIBLE); schedule_timeout(ticks); })
#define schedule_timeout_killable(ticks) ({ __set_current_state(TASK_KILLABLE); schedule_timeout(ticks); })
#define schedule_timeout_uninterruptible(ticks) \
	({ __set_current_state(TASK_UNINTERRUPTIBLE); schedule_timeout(ticks); })
#define schedule_timeout_idle(ticks) ({ __set_current_state(TASK_IDLE); schedule_timeout(ticks); })
#define io_schedule() schedule()
#define yield() (void)cond_resched()

/* Ticks that are left. */
UVSIM_STUB long uvsim_schedule_timeout(long ticks, const char *where)
{
	unsigned long end = jiffies + (unsigned long)ticks;
	long left;

	if (ticks == MAX_SCHEDULE_TIMEOUT) {
		UVSIM_SERVICES->sleep_until(UVSIM_FOREVER, where);
		return ticks;
	}
	UVSIM_SERVICES->sleep_until(uvsim_tick_after(ticks), where);
	left = (long)(end - jiffies);
	return left < 0 ? 0 : left;
}

UVSIM_STUB int cond_resched(void)
{
	uvsim_api->cond_resched();
	return 0;
}

#define tif_need_resched() need_resched()
#define io_schedule_timeout(ticks) schedule_timeout(ticks)
#define need_resched() (UVSIM_SERVICES->want_resched() != 0)
#define cond_resched_rcu() ((void)cond_resched())
#define cond_resched_tasks_rcu_qs() ((void)cond_resched())
/* A spinning lock that is held is reported. */
#define might_sleep() UVSIM_MEMORY->might_sleep(__func__)
#define might_sleep_if(condition) do { if (condition) might_sleep(); } while (0)
#define might_lock(lock) ((void)(lock), might_sleep())
#define might_lock_read(lock) might_lock(lock)
#define might_resched() do { } while (0)
#define non_block_start() ((void)0)
#define non_block_end() ((void)0)
#define cant_sleep() do { } while (0)

/* Give way with the lock given up meanwhile: whether that was done. Needs linux/spinlock.h. */
#define uvsim_cond_resched_lock(lock, take, give) \
	({ \
		int __gave = need_resched(); \
		if (__gave) { \
			give(lock); \
			cond_resched(); \
			take(lock); \
		} \
		__gave; \
	})
#define cond_resched_lock(lock) uvsim_cond_resched_lock(lock, spin_lock, spin_unlock)
#define cond_resched_rwlock_read(lock) uvsim_cond_resched_lock(lock, read_lock, read_unlock)
#define cond_resched_rwlock_write(lock) uvsim_cond_resched_lock(lock, write_lock, write_unlock)
#define rwlock_needbreak(lock) ((void)(lock), false)
#define spin_needbreak(lock) ((void)(lock), false)

UVSIM_STUB int wake_up_process(struct task_struct *task)
{
	return UVSIM_SERVICES->task_wake(task);
}

UVSIM_STUB int wake_up_state(struct task_struct *task, unsigned int state)
{
	return task->__state & state ? UVSIM_SERVICES->task_wake(task) : 0;
}

UVSIM_STUB void set_user_nice(struct task_struct *task, long nice)
{
	UVSIM_SERVICES->set_nice(task, (int)nice);
}

#define sched_set_normal(task, nice) set_user_nice((task), (nice))
#define set_cpus_allowed_ptr(task, mask) ((void)(task), (void)(mask), 0)

UVSIM_STUB int task_pid_nr(const struct task_struct *task)
{
	return task->pid;
}

UVSIM_STUB int task_tgid_nr(const struct task_struct *task)
{
	return task->tgid;
}

#endif
