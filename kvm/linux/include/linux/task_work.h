/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Work that a task does itself on its way back to user space: here when it leaves KVM_S390_PV_COMMAND. A kernel thread
 * has none.
 */
#ifndef UVSIM_LINUX_TASK_WORK_H
#define UVSIM_LINUX_TASK_WORK_H

#include <linux/rcupdate.h>
#include <linux/sched.h>

typedef void (*task_work_func_t)(struct callback_head *head);
enum task_work_notify_mode { TWA_NONE, TWA_RESUME, TWA_SIGNAL };

UVSIM_STUB void init_task_work(struct callback_head *work, task_work_func_t func)
{
	work->func = func;
}

/* 0, or -ESRCH: the task will not go there any more. */
UVSIM_STUB int task_work_add(struct task_struct *task, struct callback_head *work, enum task_work_notify_mode mode)
{
	(void)mode;
	return UVSIM_MEMORY->task_work(task, work, 1);
}

UVSIM_STUB bool task_work_cancel(struct task_struct *task, struct callback_head *work)
{
	return UVSIM_MEMORY->task_work(task, work, 0) == 0;
}

#endif
