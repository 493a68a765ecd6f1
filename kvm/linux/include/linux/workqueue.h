/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Work: functions that a worker thread of the kernel runs later. Each queue has workers of its own, as many as
 * it may have items under way; the system queues are one.
 */
#ifndef UVSIM_LINUX_WORKQUEUE_H
#define UVSIM_LINUX_WORKQUEUE_H

#include <linux/kernel.h>
#include <linux/rcupdate.h>
#include <linux/timer.h>

typedef void (*work_func_t)(struct work_struct *work);

struct delayed_work {
	struct work_struct work;
	struct timer_list timer;
	struct workqueue_struct *wq;
};

struct rcu_work {
	struct work_struct work;
	struct rcu_head rcu;
	struct workqueue_struct *wq;
};

#define WQ_BH 0x1u
#define WQ_UNBOUND 0x2u
#define WQ_FREEZABLE 0x4u
#define WQ_MEM_RECLAIM 0x8u
#define WQ_HIGHPRI 0x10u
#define WQ_CPU_INTENSIVE 0x20u
#define WQ_SYSFS 0x40u
#define WQ_POWER_EFFICIENT 0x80u
#define WQ_PERCPU 0x100u
#define UVSIM_WQ_ORDERED 0x10000u
#define WQ_DFL_ACTIVE 256
#define WQ_MAX_ACTIVE 512
#define WORK_CPU_UNBOUND (-1)

#define __WORK_INITIALIZER(name, function) { .func = (function) }
#define DECLARE_WORK(name, function) struct work_struct name = __WORK_INITIALIZER(name, function)
#define DECLARE_DELAYED_WORK(name, function) \
	struct delayed_work name = { \
		.work = __WORK_INITIALIZER(name.work, function), .timer = { .function = uvsim_delayed_fire } }
#define INIT_WORK(w, function) ((void)(*(w) = (struct work_struct){ .func = (function) }))
#define INIT_WORK_ONSTACK(w, function) INIT_WORK(w, function)
#define destroy_work_on_stack(w) ((void)(w))
#define INIT_DELAYED_WORK(dw, function) \
	do { \
		struct delayed_work *__dw = (dw); \
		INIT_WORK(&__dw->work, function); \
		timer_setup(&__dw->timer, uvsim_delayed_fire, 0); \
	} while (0)
#define INIT_DEFERRABLE_WORK(dw, function) INIT_DELAYED_WORK(dw, function)
#define INIT_RCU_WORK(rw, function) INIT_WORK(&(rw)->work, function)

#define alloc_workqueue(format, flags, max_active, args...) \
	({ \
		char __wq_name[48]; \
		snprintf(__wq_name, sizeof(__wq_name), format, ##args); \
		uvsim_api->services->queue_create(__wq_name, (max_active), ((flags) & UVSIM_WQ_ORDERED) != 0); \
	})
#define alloc_ordered_workqueue(format, flags, args...) \
	alloc_workqueue(format, (flags) | UVSIM_WQ_ORDERED, 1, ##args)
#define create_workqueue(name) alloc_workqueue("%s", 0, 1, name)
#define create_singlethread_workqueue(name) alloc_ordered_workqueue("%s", 0, name)
#define destroy_workqueue(wq) uvsim_api->services->queue_destroy(wq)
#define flush_workqueue(wq) uvsim_api->services->queue_flush(wq)
#define drain_workqueue(wq) uvsim_api->services->queue_flush(wq)

#define system_wq uvsim_api->services->queue_system()
#define system_highpri_wq system_wq
#define system_long_wq system_wq
#define system_unbound_wq system_wq
#define system_percpu_wq system_wq
#define system_dfl_wq system_wq
#define system_freezable_wq system_wq
#define system_power_efficient_wq system_wq

UVSIM_STUB bool queue_work(struct workqueue_struct *wq, struct work_struct *work)
{
	return uvsim_api->services->queue_work(wq, work);
}
#define queue_work_on(cpu, wq, work) ((void)(cpu), queue_work(wq, work))
#define queue_work_node(node, wq, work) ((void)(node), queue_work(wq, work))
#define schedule_work(work) queue_work(system_wq, work)
#define schedule_work_on(cpu, work) queue_work_on(cpu, system_wq, work)
#define flush_scheduled_work() flush_workqueue(system_wq)

#define work_pending(w) ((w)->pending)

UVSIM_STUB bool flush_work(struct work_struct *work)
{
	return uvsim_api->services->work_flush(work) != 0;
}

UVSIM_STUB bool cancel_work(struct work_struct *work)
{
	return uvsim_api->services->work_cancel(work, 0) != 0;
}

UVSIM_STUB bool cancel_work_sync(struct work_struct *work)
{
	return uvsim_api->services->work_cancel(work, 1) != 0;
}

/* --- with a delay --- */

UVSIM_STUB struct delayed_work *to_delayed_work(struct work_struct *work)
{
	return container_of(work, struct delayed_work, work);
}

UVSIM_STUB void uvsim_delayed_fire(struct timer_list *timer)
{
	struct delayed_work *dw = container_of(timer, struct delayed_work, timer);

	queue_work(dw->wq, &dw->work);
}

#define delayed_work_pending(dw) (work_pending(&(dw)->work) || timer_pending(&(dw)->timer))

UVSIM_STUB bool queue_delayed_work(struct workqueue_struct *wq, struct delayed_work *dw, unsigned long delay)
{
	if (delayed_work_pending(dw))
		return false;
	dw->wq = wq;
	if (!delay)
		return queue_work(wq, &dw->work);
	mod_timer(&dw->timer, jiffies + delay);
	return true;
}

/* Was it pending? It is now, and due after @delay. */
UVSIM_STUB bool mod_delayed_work(struct workqueue_struct *wq, struct delayed_work *dw, unsigned long delay)
{
	bool pending = timer_delete(&dw->timer) | cancel_work(&dw->work);

	queue_delayed_work(wq, dw, delay);
	return pending;
}

UVSIM_STUB bool cancel_delayed_work(struct delayed_work *dw)
{
	return timer_delete(&dw->timer) | cancel_work(&dw->work);
}

UVSIM_STUB bool cancel_delayed_work_sync(struct delayed_work *dw)
{
	return timer_delete_sync(&dw->timer) | cancel_work_sync(&dw->work);
}

UVSIM_STUB bool flush_delayed_work(struct delayed_work *dw)
{
	if (timer_delete_sync(&dw->timer))
		queue_work(dw->wq, &dw->work);
	return flush_work(&dw->work);
}

#define queue_delayed_work_on(cpu, wq, dw, delay) ((void)(cpu), queue_delayed_work(wq, dw, delay))
#define schedule_delayed_work(dw, delay) queue_delayed_work(system_wq, dw, delay)
#define schedule_delayed_work_on(cpu, dw, delay) queue_delayed_work_on(cpu, system_wq, dw, delay)

/* --- after a grace period --- */

UVSIM_STUB void uvsim_rcu_work_fire(struct rcu_head *head)
{
	struct rcu_work *rw = container_of(head, struct rcu_work, rcu);

	queue_work(rw->wq, &rw->work);
}

UVSIM_STUB bool queue_rcu_work(struct workqueue_struct *wq, struct rcu_work *rw)
{
	rw->wq = wq;
	call_rcu(&rw->rcu, uvsim_rcu_work_fire);
	return true;
}

#endif
