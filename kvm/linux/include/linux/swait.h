/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Simple wait queues: here ordinary ones. */
#ifndef UVSIM_LINUX_SWAIT_H
#define UVSIM_LINUX_SWAIT_H

#include <linux/wait.h>

#define swait_queue_head wait_queue_head
#define DECLARE_SWAIT_QUEUE_HEAD(name) DECLARE_WAIT_QUEUE_HEAD(name)
#define init_swait_queue_head(queue) init_waitqueue_head(queue)
#define swake_up_one(queue) wake_up(queue)
#define swake_up_all(queue) wake_up_all(queue)
#define swq_has_sleeper(queue) waitqueue_active(queue)
#define swait_event_exclusive(queue, condition) \
	((void)uvsim_event_state(queue, condition, TASK_UNINTERRUPTIBLE, 1))
#define swait_event_interruptible_exclusive(queue, condition) wait_event_interruptible_exclusive(queue, condition)
#define swait_event_idle_exclusive(queue, condition) wait_event_idle_exclusive(queue, condition)

#endif
