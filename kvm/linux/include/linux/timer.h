/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Timers of the kernel: they expire at a tick, and run in a thread for that purpose. */
#ifndef UVSIM_LINUX_TIMER_H
#define UVSIM_LINUX_TIMER_H

#include <linux/jiffies.h>
#include <linux/kernel.h>

struct timer_list {
	struct uvsim_timer sim;
	unsigned long expires;
	void (*function)(struct timer_list *timer);
};

#define DEFINE_TIMER(name, function_) struct timer_list name = { .function = (function_) }
#define from_timer(var, timer, member) container_of(timer, typeof(*var), member)
#define timer_container_of(var, timer, member) container_of(timer, typeof(*var), member)
#define TIMER_DEFERRABLE 0
#define TIMER_PINNED 0

UVSIM_STUB void uvsim_timer_fire(struct uvsim_timer *sim)
{
	struct timer_list *timer = container_of(sim, struct timer_list, sim);

	timer->function(timer);
}

UVSIM_STUB void timer_setup(struct timer_list *timer, void (*function)(struct timer_list *), unsigned int flags)
{
	(void)flags;
	*timer = (struct timer_list){ .function = function };
}
#define timer_setup_on_stack(timer, function, flags) timer_setup(timer, function, flags)
#define destroy_timer_on_stack(timer) ((void)(timer))

UVSIM_STUB int timer_pending(const struct timer_list *timer)
{
	return timer->sim.pending;
}

/* Was it pending? */
UVSIM_STUB int mod_timer(struct timer_list *timer, unsigned long expires)
{
	int pending = timer->sim.pending;

	timer->expires = expires;
	timer->sim.fire = uvsim_timer_fire;
	uvsim_api->services->timer_start(&timer->sim, (expires + 1) * UVSIM_PS_PER_TICK);
	return pending;
}

UVSIM_STUB void add_timer(struct timer_list *timer)
{
	mod_timer(timer, timer->expires);
}

UVSIM_STUB int timer_delete(struct timer_list *timer)
{
	return uvsim_api->services->timer_stop(&timer->sim, 0);
}

UVSIM_STUB int timer_delete_sync(struct timer_list *timer)
{
	return uvsim_api->services->timer_stop(&timer->sim, 1);
}
#define del_timer(timer) timer_delete(timer)
#define del_timer_sync(timer) timer_delete_sync(timer)
#define timer_shutdown(timer) timer_delete(timer)
#define timer_shutdown_sync(timer) timer_delete_sync(timer)

#endif
