/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel around pv.c, between the files of kvm/linux/: tasks, work, timers, RCU. All of it belongs to the current
 * simulation; pv.c sees it through include/uvsim/services.h.
 */
#ifndef KVM_LINUX_KERNEL_H
#define KVM_LINUX_KERNEL_H

#include <stdbool.h>

#include "kvm/linux/include/uvsim/services.h"
#include "sim/engine.h"
#include "sim/lock.h"
#include "sim/thread.h"

/* A thread as pv.c knows it. */
struct kernel_task {
	struct task_struct face;
	struct sim_thread *thread;	/* NULL: not started yet */
	struct sim_waitqueue queue;	/* sleeps in here, alone */
	struct sim_rcu_reader rcu;
	bool kthread, stop;
	int (*body)(void *data);
	void *data;
	const char *name;
	int nice, result;
	struct kernel_task *next;
};

/* What the interrupts of a kernel leave to be done: timers that have expired, RCU callbacks. */
struct kernel_softirq {
	struct sim_waitqueue more, done;
	bool started;
	struct kernel_timer *fired, **fired_tail;
	struct kernel_timer *firing;
	struct rcu_head *callbacks, **callbacks_tail;
	uint64_t called, completed;	/* RCU callbacks so far */
};

struct kernel_state {
	struct kernel_task *tasks;	/* newest first */
	unsigned names;
	struct sim_rcu rcu;
	struct kernel_softirq timers, callbacks;
	struct workqueue_struct *system;
	struct sim_stream *random;
};

/** That of the current simulation, made at first use. */
struct kernel_state *kernel_state(void);

/** The running thread's task; outside any thread one that stands for the idle task. */
struct kernel_task *kernel_task_self(void);
static inline struct kernel_task *kernel_task_of(const struct task_struct *face)
{
	return face->sim;
}

/** Whether the run waits for the running thread, which is a kernel thread about to idle or to go on. */
void kernel_idle(bool idle);

/** A name for a new thread of the kernel, "BASE" or "BASE/2", ... */
const char *kernel_thread_name(const char *base);

/* Fill in their part of @services. */
void kernel_services_tasks(struct uvsim_services *services);
void kernel_services_work(struct uvsim_services *services);
void kernel_services_softirq(struct uvsim_services *services);
void kernel_services_log(struct uvsim_services *services);
void kernel_services_references(struct uvsim_services *services);

/** All of them. */
const struct uvsim_services *kernel_services(void);

#endif
