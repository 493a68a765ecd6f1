/* SPDX-License-Identifier: GPL-2.0-or-later */
/* References to tasks: they live as long as the run, so none is counted. */
#ifndef UVSIM_LINUX_SCHED_TASK_H
#define UVSIM_LINUX_SCHED_TASK_H

#include <linux/sched.h>

UVSIM_STUB struct task_struct *get_task_struct(struct task_struct *task)
{
	return task;
}

UVSIM_STUB void put_task_struct(struct task_struct *task)
{
	(void)task;
}

#endif
