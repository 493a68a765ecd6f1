/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Flags of the running thread: a wish to reschedule and a pending signal are there, others are never set. */
#ifndef UVSIM_LINUX_THREAD_INFO_H
#define UVSIM_LINUX_THREAD_INFO_H

#include <linux/sched/signal.h>

#define TIF_SIGPENDING 1
#define TIF_NEED_RESCHED 2
#define TIF_NOTIFY_RESUME 3
#define TIF_ISOLATE_BP 8
#define TIF_ISOLATE_BP_GUEST 9
#define TIF_MEMDIE 18

#define test_thread_flag(flag) \
	((flag) == TIF_NEED_RESCHED ? need_resched() : (flag) == TIF_SIGPENDING ? signal_pending(current) != 0 : false)
#define set_thread_flag(flag) ((void)(flag))
#define clear_thread_flag(flag) ((void)(flag))

#endif
