/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Signals. A signal of 9 is fatal, others are not. */
#ifndef UVSIM_LINUX_SCHED_SIGNAL_H
#define UVSIM_LINUX_SCHED_SIGNAL_H

#include <linux/sched.h>

#define SIGINT 2
#define SIGTERM 15
#define SIGKILL 9
#define SIGSEGV 11
#define SIGBUS 7

UVSIM_STUB int fatal_signal_pending(struct task_struct *task)
{
	return uvsim_api->fatal_signal_pending(task);
}

UVSIM_STUB int signal_pending(struct task_struct *task)
{
	return UVSIM_SERVICES->signal_pending(task);
}

UVSIM_STUB int signal_pending_state(unsigned int state, struct task_struct *task)
{
	if (!(state & (TASK_INTERRUPTIBLE | TASK_WAKEKILL)) || !signal_pending(task))
		return 0;
	return state & TASK_INTERRUPTIBLE || fatal_signal_pending(task);
}

UVSIM_STUB int send_sig(int signal, struct task_struct *task, int privileged)
{
	(void)privileged;
	UVSIM_SERVICES->send_signal(task, signal, signal == SIGKILL || signal == SIGSEGV);
	return 0;
}

UVSIM_STUB void force_sig(int signal)
{
	send_sig(signal, current, 1);
}

UVSIM_STUB void send_sig_mceerr(int signal, struct task_struct *task)
{
	send_sig(signal, task, 1);
}

#endif
