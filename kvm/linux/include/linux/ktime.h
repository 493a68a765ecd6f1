/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Time in nanoseconds since the begin of the run. All clocks are monotone but those of the wall and TOD, which jump
 * when a scenario says so.
 */
#ifndef UVSIM_LINUX_KTIME_H
#define UVSIM_LINUX_KTIME_H

#include <linux/jiffies.h>

typedef s64 ktime_t;

#define NSEC_PER_USEC 1000L
#define NSEC_PER_MSEC 1000000L
#define NSEC_PER_SEC 1000000000L
#define USEC_PER_MSEC 1000L
#define USEC_PER_SEC 1000000L
#define MSEC_PER_SEC 1000L
#define KTIME_MAX ((s64)~((u64)1 << 63))

#define ktime_get_ns() ((u64)(uvsim_api->services->now() / UVSIM_PS_PER_NS))
#define ktime_get() ((ktime_t)ktime_get_ns())
#define ktime_get_raw() ktime_get()
#define ktime_get_real_ns() ((u64)(uvsim_api->services->wall() / (s64)UVSIM_PS_PER_NS))
#define ktime_get_real() ((ktime_t)ktime_get_real_ns())
#define ktime_get_boottime() ktime_get()
#define ktime_get_boottime_ns() ktime_get_ns()
#define ktime_get_raw_ns() ktime_get_ns()
#define ktime_get_mono_fast_ns() ktime_get_ns()
#define ktime_divns(a, ns) ((s64)(a) / (s64)(ns))
#define ktime_get_coarse() ktime_get()
#define ktime_get_seconds() ((s64)(ktime_get_ns() / NSEC_PER_SEC))
#define ktime_get_real_seconds() ((s64)ktime_get_real_ns() / NSEC_PER_SEC)
#define local_clock() ktime_get_ns()
#define sched_clock() ktime_get_ns()
/* The TOD clock of s390 ticks 4096 times in a microsecond. */
UVSIM_STUB u64 uvsim_tod(s64 ps)
{
	return (u64)(ps / 1000000 * 4096 + ps % 1000000 * 4096 / 1000000);
}

#define get_tod_clock_fast() uvsim_tod(uvsim_api->services->wall())
#define get_tod_clock() get_tod_clock_fast()

#define ktime_set(seconds, ns) ((ktime_t)(seconds) * NSEC_PER_SEC + (ns))
#define ns_to_ktime(ns) ((ktime_t)(ns))
#define us_to_ktime(us) ((ktime_t)(us) * NSEC_PER_USEC)
#define ms_to_ktime(ms) ((ktime_t)(ms) * NSEC_PER_MSEC)
#define ktime_add(a, b) ((a) + (b))
#define ktime_sub(a, b) ((a) - (b))
#define ktime_add_ns(a, ns) ((a) + (s64)(ns))
#define ktime_add_us(a, us) ((a) + (s64)(us) * NSEC_PER_USEC)
#define ktime_add_ms(a, ms) ((a) + (s64)(ms) * NSEC_PER_MSEC)
#define ktime_sub_ns(a, ns) ((a) - (s64)(ns))
#define ktime_to_ns(a) ((s64)(a))
#define ktime_to_us(a) ((s64)(a) / NSEC_PER_USEC)
#define ktime_to_ms(a) ((s64)(a) / NSEC_PER_MSEC)
#define ktime_us_delta(later, earlier) ktime_to_us((later) - (earlier))
#define ktime_ms_delta(later, earlier) ktime_to_ms((later) - (earlier))
#define ktime_compare(a, b) ((a) < (b) ? -1 : (a) > (b))
#define ktime_after(a, b) ((a) > (b))
#define ktime_before(a, b) ((a) < (b))

#endif
