/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Signals. */
#ifndef UVSIM_LINUX_SCHED_SIGNAL_H
#define UVSIM_LINUX_SCHED_SIGNAL_H

#include <linux/sched.h>

UVSIM_STUB int fatal_signal_pending(struct task_struct *task)
{
	return uvsim_api->fatal_signal_pending(task);
}

#endif
