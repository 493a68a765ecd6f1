/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Kernel threads: simulated threads of their own. They are created asleep. CPUs and nodes do not matter. */
#ifndef UVSIM_LINUX_KTHREAD_H
#define UVSIM_LINUX_KTHREAD_H

#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/sched/mm.h>
#include <linux/sched/task.h>
#include <linux/slab.h>

#define kthread_create(body, data, format...) \
	({ \
		char __kthread_name[48]; \
		snprintf(__kthread_name, sizeof(__kthread_name), format); \
		UVSIM_SERVICES->task_create((body), (data), __kthread_name); \
	})
#define kthread_create_on_node(body, data, node, format...) ((void)(node), kthread_create(body, data, format))
#define kthread_run(body, data, format...) \
	({ \
		struct task_struct *__kthread = kthread_create(body, data, format); \
		wake_up_process(__kthread); \
		__kthread; \
	})

UVSIM_STUB bool kthread_should_stop(void)
{
	return UVSIM_SERVICES->task_should_stop();
}

/* Waits for its end; what its function returned, or -EINTR if that never ran. */
UVSIM_STUB int kthread_stop(struct task_struct *task)
{
	return UVSIM_SERVICES->task_stop(task);
}

#define kthread_stop_put(task) kthread_stop(task)
#define kthread_should_park() false
#define kthread_bind(task, cpu) ((void)(task), (void)(cpu))
/* --- workers: a queue with one thread --- */

struct kthread_worker {
	struct workqueue_struct *queue;
};
struct kthread_work {
	struct work_struct work;
	void (*func)(struct kthread_work *work);
};
typedef void (*kthread_work_func_t)(struct kthread_work *work);

UVSIM_STUB void uvsim_kthread_work(struct work_struct *work)
{
	struct kthread_work *own = container_of(work, struct kthread_work, work);

	own->func(own);
}

UVSIM_STUB void kthread_init_work(struct kthread_work *work, kthread_work_func_t func)
{
	*work = (struct kthread_work){ .work = { .func = uvsim_kthread_work }, .func = func };
}

UVSIM_STUB struct kthread_worker *uvsim_kthread_worker(const char *name)
{
	struct kthread_worker *worker = kzalloc(sizeof(*worker), GFP_KERNEL);

	if (!worker)
		return ERR_PTR(-ENOMEM);
	worker->queue = UVSIM_SERVICES->queue_create(name, 1, 1);
	return worker;
}
#define kthread_create_worker(flags, format...) \
	({ \
		char __worker_name[48]; \
		(void)(flags); \
		snprintf(__worker_name, sizeof(__worker_name), format); \
		uvsim_kthread_worker(__worker_name); \
	})
#define kthread_run_worker(flags, format...) kthread_create_worker(flags, format)

/* Was it not queued yet? */
UVSIM_STUB bool kthread_queue_work(struct kthread_worker *worker, struct kthread_work *work)
{
	return UVSIM_SERVICES->queue_work(worker->queue, &work->work);
}

UVSIM_STUB void kthread_flush_work(struct kthread_work *work)
{
	(void)UVSIM_SERVICES->work_flush(&work->work);
}

UVSIM_STUB void kthread_flush_worker(struct kthread_worker *worker)
{
	UVSIM_SERVICES->queue_flush(worker->queue);
}

UVSIM_STUB bool kthread_cancel_work_sync(struct kthread_work *work)
{
	return UVSIM_SERVICES->work_cancel(&work->work, 1);
}

/* When all that is queued is done. */
UVSIM_STUB void kthread_destroy_worker(struct kthread_worker *worker)
{
	kthread_flush_worker(worker);
	UVSIM_SERVICES->queue_destroy(worker->queue);
	kfree(worker);
}

#define set_freezable() ((void)0)
#define try_to_freeze() false

#endif
