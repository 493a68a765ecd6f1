/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel around pv.c, between the files of kvm/linux/: tasks, work, timers, RCU. All of it belongs to the current
 * simulation; pv.c sees it through include/uvsim/services.h.
 */
#ifndef KVM_LINUX_KERNEL_H
#define KVM_LINUX_KERNEL_H

#include <stdbool.h>

#include "kvm/linux/include/uvsim/memory.h"
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
	struct sim_atomic atomic[UVSIM_ATOMICS];	/* stretches in which it must not sleep */
	struct rcu_head *works;		/* task_work_add(): oldest first */
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
	struct sim_atomic inside;	/* what is being called must not sleep */
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
	struct workqueue_struct *later;	/* shim_later.c: what is put off to a thread */
	struct sim_stream *random;
	struct shim_pages *pages;	/* shim_folio.c: references to pages of the kernel */
	struct shim_tables *tables;	/* shim_vma.c: entries of tables above those of pages */
	struct shim_ptes *ptes;		/* shim_pte.c: page tables that are free */
	struct shim_interval_mm *intervals;	/* shim_interval.c */
	struct shim_notifier *got;	/* shim_notify.c: those of mmu_notifier_get() */
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
void kernel_services_user(struct uvsim_services *services);
void kernel_services_references(struct uvsim_services *services);

/** Leave @work (may be NULL) to a thread of a queue that is for nothing else, which is returned. */
struct workqueue_struct *kernel_later(struct work_struct *work);

/** All of them. */
const struct uvsim_services *kernel_services(void);

/* Likewise for @memory. */
void kernel_memory_folios(struct uvsim_memory *memory);
void kernel_memory_tables(struct uvsim_memory *memory);
void kernel_memory_ptes(struct uvsim_memory *memory);
void kernel_memory_guest(struct uvsim_memory *memory);
void kernel_memory_notifiers(struct uvsim_memory *memory);
void kernel_memory_intervals(struct uvsim_memory *memory);
void kernel_memory_later(struct uvsim_memory *memory);
const struct uvsim_memory *kernel_memory(void);

#endif
