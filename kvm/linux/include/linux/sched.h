/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The running thread and its resched points. */
#ifndef UVSIM_LINUX_SCHED_H
#define UVSIM_LINUX_SCHED_H

#include <linux/types.h>

struct task_struct;

#define current ((struct task_struct *)uvsim_api->current_task())

UVSIM_STUB int cond_resched(void)
{
	uvsim_api->cond_resched();
	return 0;
}

#endif
