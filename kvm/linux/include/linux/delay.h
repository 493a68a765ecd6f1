/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sleeping for a time, and burning it. */
#ifndef UVSIM_LINUX_DELAY_H
#define UVSIM_LINUX_DELAY_H

#include <linux/ktime.h>
#include <linux/sched.h>

#define uvsim_sleep_ps(state, ps, where) \
	do { \
		__set_current_state(state); \
		UVSIM_SERVICES->sleep_until(UVSIM_SERVICES->now() + (ps), where); \
	} while (0)

/* Rounded up to ticks, as the kernel does. */
#define msleep(ms) ((void)schedule_timeout_uninterruptible((long)msecs_to_jiffies(ms)))
#define msleep_interruptible(ms) \
	((unsigned long)jiffies_to_msecs((unsigned long)schedule_timeout_interruptible((long)msecs_to_jiffies(ms))))
#define ssleep(seconds) msleep((seconds) * 1000)
/* The earlier end of the range. */
#define usleep_range(low, high) \
	do { \
		(void)(high); \
		uvsim_sleep_ps(TASK_UNINTERRUPTIBLE, (unsigned long long)(low) * 1000000, "usleep_range"); \
	} while (0)
#define fsleep(us) usleep_range(us, us)

#define udelay(us) UVSIM_SERVICES->burn((unsigned long long)(us) * 1000000, "udelay")
#define ndelay(ns) UVSIM_SERVICES->burn((unsigned long long)(ns) * 1000, "ndelay")
#define mdelay(ms) udelay((ms) * 1000ull)

#endif
