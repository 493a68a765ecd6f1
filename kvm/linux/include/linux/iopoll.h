/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading something again and again until it is as it should be. */
#ifndef UVSIM_LINUX_IOPOLL_H
#define UVSIM_LINUX_IOPOLL_H

#include <linux/delay.h>
#include <linux/errno.h>

/* Sleeps @sleep_us between two looks; gives up after @timeout_us (0: never). */
#define read_poll_timeout(function, value, condition, sleep_us, timeout_us, sleep_first, args...) \
	({ \
		u64 __end = ktime_get_ns() + (u64)(timeout_us) * NSEC_PER_USEC; \
		bool __late = false; \
		if (sleep_first) \
			usleep_range((sleep_us), (sleep_us)); \
		for (;;) { \
			(value) = function(args); \
			if ((condition) || __late) \
				break; \
			if (sleep_us) \
				usleep_range((sleep_us), (sleep_us)); \
			__late = (timeout_us) && ktime_get_ns() >= __end; \
		} \
		(condition) ? 0 : -ETIMEDOUT; \
	})
#define read_poll_timeout_atomic(function, value, condition, delay_us, timeout_us, delay_first, args...) \
	({ \
		u64 __end = ktime_get_ns() + (u64)(timeout_us) * NSEC_PER_USEC; \
		bool __late = false; \
		if (delay_first) \
			udelay(delay_us); \
		for (;;) { \
			(value) = function(args); \
			if ((condition) || __late) \
				break; \
			udelay(delay_us); \
			__late = (timeout_us) && ktime_get_ns() >= __end; \
		} \
		(condition) ? 0 : -ETIMEDOUT; \
	})

#endif
