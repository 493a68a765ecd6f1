/* SPDX-License-Identifier: GPL-2.0-or-later */
/* References to tasks: they live as long as the run; the references are counted all the same. */
#ifndef UVSIM_LINUX_SCHED_TASK_H
#define UVSIM_LINUX_SCHED_TASK_H

#include <linux/sched.h>

UVSIM_STUB struct task_struct *get_task_struct(struct task_struct *task)
{
	uvsim_api->services->task_reference(task, 1);
	return task;
}

UVSIM_STUB void put_task_struct(struct task_struct *task)
{
	uvsim_api->services->task_reference(task, 0);
}

#endif
