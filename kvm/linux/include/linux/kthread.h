/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Kernel threads: simulated threads of their own. They are created asleep. CPUs and nodes do not matter. */
#ifndef UVSIM_LINUX_KTHREAD_H
#define UVSIM_LINUX_KTHREAD_H

#include <linux/err.h>
#include <linux/sched/mm.h>
#include <linux/sched/task.h>
#include <linux/string.h>

#define kthread_create(body, data, format...) \
	({ \
		char __kthread_name[48]; \
		snprintf(__kthread_name, sizeof(__kthread_name), format); \
		UVSIM_SERVICES->task_create((body), (data), __kthread_name); \
	})
#define kthread_create_on_node(body, data, node, format...) ((void)(node), kthread_create(body, data, format))
#define kthread_run(body, data, format...) \
	({ \
		struct task_struct *__kthread = kthread_create(body, data, format); \
		wake_up_process(__kthread); \
		__kthread; \
	})

UVSIM_STUB bool kthread_should_stop(void)
{
	return UVSIM_SERVICES->task_should_stop();
}

/* Waits for its end; what its function returned, or -EINTR if that never ran. */
UVSIM_STUB int kthread_stop(struct task_struct *task)
{
	return UVSIM_SERVICES->task_stop(task);
}

#define kthread_stop_put(task) kthread_stop(task)
#define kthread_should_park() false
#define kthread_bind(task, cpu) ((void)(task), (void)(cpu))
#define set_freezable() ((void)0)
#define try_to_freeze() false

#endif
