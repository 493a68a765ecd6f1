/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sleeping for a time, and burning it. */
#ifndef UVSIM_LINUX_DELAY_H
#define UVSIM_LINUX_DELAY_H

#include <linux/ktime.h>
#include <linux/sched/signal.h>

/* A wake-up does not end them, unlike schedule_timeout(). */
UVSIM_STUB unsigned long uvsim_sleep_ticks(unsigned long ticks, unsigned int state, const char *where)
{
	long left = (long)ticks;

	while (left && !(state == TASK_INTERRUPTIBLE && signal_pending(current))) {
		__set_current_state(state);
		left = uvsim_schedule_timeout(left, where);
	}
	return (unsigned long)left;
}

UVSIM_STUB void uvsim_sleep_until(unsigned long long until, const char *where)
{
	while (UVSIM_SERVICES->now() < until) {
		__set_current_state(TASK_UNINTERRUPTIBLE);
		UVSIM_SERVICES->sleep_until(until, where);
	}
}

/* Rounded up to ticks, as the kernel does. */
#define msleep(ms) ((void)uvsim_sleep_ticks(msecs_to_jiffies(ms), TASK_UNINTERRUPTIBLE, "msleep"))
#define msleep_interruptible(ms) \
	((unsigned long)jiffies_to_msecs(uvsim_sleep_ticks(msecs_to_jiffies(ms), TASK_INTERRUPTIBLE, \
							   "msleep_interruptible")))
#define ssleep(seconds) msleep((seconds) * 1000)
/* The earlier end of the range. */
#define usleep_range(low, high) \
	((void)(high), uvsim_sleep_until(UVSIM_SERVICES->now() + (unsigned long long)(low) * 1000000, "usleep_range"))
#define fsleep(us) usleep_range(us, us)

#define udelay(us) UVSIM_SERVICES->burn((unsigned long long)(us) * 1000000, "udelay")
#define ndelay(ns) UVSIM_SERVICES->burn((unsigned long long)(ns) * 1000, "ndelay")
#define mdelay(ms) udelay((ms) * 1000ull)

#endif
