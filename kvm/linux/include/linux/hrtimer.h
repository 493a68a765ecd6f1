/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Timers with a time in nanoseconds. */
#ifndef UVSIM_LINUX_HRTIMER_H
#define UVSIM_LINUX_HRTIMER_H

#include <linux/kernel.h>
#include <linux/ktime.h>

enum hrtimer_restart { HRTIMER_NORESTART, HRTIMER_RESTART };
enum hrtimer_mode { HRTIMER_MODE_ABS = 0, HRTIMER_MODE_REL = 1 };

#define CLOCK_REALTIME 0
#define CLOCK_MONOTONIC 1

struct hrtimer {
	struct uvsim_timer sim;
	ktime_t expires;
	enum hrtimer_restart (*function)(struct hrtimer *timer);
};

UVSIM_STUB void uvsim_hrtimer_fire(struct uvsim_timer *sim)
{
	struct hrtimer *timer = container_of(sim, struct hrtimer, sim);

	if (timer->function(timer) == HRTIMER_RESTART)
		uvsim_api->services->timer_start(sim, (u64)timer->expires * UVSIM_PS_PER_NS);
}

UVSIM_STUB void hrtimer_init(struct hrtimer *timer, int clock, enum hrtimer_mode mode)
{
	(void)clock;
	(void)mode;
	*timer = (struct hrtimer){ .expires = 0 };
}

UVSIM_STUB void hrtimer_setup(struct hrtimer *timer, enum hrtimer_restart (*function)(struct hrtimer *), int clock,
			      enum hrtimer_mode mode)
{
	hrtimer_init(timer, clock, mode);
	timer->function = function;
}

UVSIM_STUB void hrtimer_start(struct hrtimer *timer, ktime_t time, enum hrtimer_mode mode)
{
	timer->expires = mode & HRTIMER_MODE_REL ? ktime_get() + time : time;
	timer->sim.fire = uvsim_hrtimer_fire;
	uvsim_api->services->timer_start(&timer->sim, (u64)timer->expires * UVSIM_PS_PER_NS);
}

UVSIM_STUB int hrtimer_cancel(struct hrtimer *timer)
{
	return uvsim_api->services->timer_stop(&timer->sim, 1);
}

UVSIM_STUB int hrtimer_try_to_cancel(struct hrtimer *timer)
{
	return uvsim_api->services->timer_stop(&timer->sim, 0);
}

UVSIM_STUB bool hrtimer_active(const struct hrtimer *timer)
{
	return timer->sim.pending;
}

/* Moves the expiry past now by whole intervals; how many. */
UVSIM_STUB u64 hrtimer_forward_now(struct hrtimer *timer, ktime_t interval)
{
	ktime_t now = ktime_get();
	u64 n;

	if (timer->expires > now)
		return 0;
	n = (u64)(now - timer->expires) / (u64)interval + 1;
	timer->expires += (ktime_t)n * interval;
	return n;
}

#endif
