/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ticks: HZ is 100, the default of s390. Tick 0 is the begin of the run. */
#ifndef UVSIM_LINUX_JIFFIES_H
#define UVSIM_LINUX_JIFFIES_H

#include <linux/types.h>

#define HZ 100
#define UVSIM_PS_PER_TICK 10000000000ull
#define UVSIM_PS_PER_NS 1000ull

#define jiffies ((unsigned long)(uvsim_api->services->now() / UVSIM_PS_PER_TICK))
#define jiffies_64 ((u64)jiffies)
#define get_jiffies_64() jiffies_64
#define MAX_JIFFY_OFFSET ((~0ul >> 1) - 1)

#define time_after(a, b) ((long)((b) - (a)) < 0)
#define time_before(a, b) time_after(b, a)
#define time_after_eq(a, b) ((long)((a) - (b)) >= 0)
#define time_before_eq(a, b) time_after_eq(b, a)
#define time_is_before_jiffies(a) time_after(jiffies, a)
#define time_is_after_jiffies(a) time_before(jiffies, a)
#define time_in_range(a, b, c) (time_after_eq(a, b) && time_before_eq(a, c))

UVSIM_STUB unsigned long msecs_to_jiffies(unsigned int ms)
{
	return (ms + 1000ul / HZ - 1) / (1000ul / HZ);
}

UVSIM_STUB unsigned long usecs_to_jiffies(unsigned int us)
{
	return (us + 1000000ul / HZ - 1) / (1000000ul / HZ);
}

UVSIM_STUB unsigned long secs_to_jiffies(unsigned long seconds)
{
	return seconds * HZ;
}

UVSIM_STUB unsigned long nsecs_to_jiffies(u64 ns)
{
	return ns / (1000000000ull / HZ);
}

UVSIM_STUB unsigned int jiffies_to_msecs(unsigned long ticks)
{
	return (unsigned int)(ticks * (1000 / HZ));
}

UVSIM_STUB unsigned int jiffies_to_usecs(unsigned long ticks)
{
	return (unsigned int)(ticks * (1000000 / HZ));
}

UVSIM_STUB u64 jiffies_to_nsecs(unsigned long ticks)
{
	return ticks * (1000000000ull / HZ);
}

/* When a timeout of so many ticks, begun now, is over. */
UVSIM_STUB unsigned long long uvsim_tick_after(long ticks)
{
	return (jiffies + (unsigned long)(ticks > 0 ? ticks : 0) + 1) * UVSIM_PS_PER_TICK;
}

#endif
