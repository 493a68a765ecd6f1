/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kernel around pv.c offers beside KVM and memory management: threads, sleeping and waking, work, timers,
 * RCU, locks that pv.c of today does not take. A part of the module ABI (module_abi.h), for patches that need it.
 *
 * Wait queues, completions, semaphores and whatever else sleeps are made of three things in the stub headers: the
 * state of the running task, schedule, and the wake-up of a task. That is how the kernel makes them, too, so that a
 * wake-up between the test of a condition and the sleep is not lost.
 *
 * Built-in types only, as in module_abi.h. Times are in picoseconds of the run.
 */
#ifndef UVSIM_SERVICES_H
#define UVSIM_SERVICES_H

#include "objects.h"

/* States of a task that sleeps: as in include/linux/sched.h. */
#define UVSIM_TASK_RUNNING 0x0u
#define UVSIM_TASK_INTERRUPTIBLE 0x1u
#define UVSIM_TASK_UNINTERRUPTIBLE 0x2u
#define UVSIM_TASK_WAKEKILL 0x100u
#define UVSIM_TASK_NOLOAD 0x400u

#define UVSIM_FOREVER (~0ull)

/* A thread as the kernel names it: its own object behind @sim. */
struct task_struct {
	unsigned __state;
	unsigned flags;			/* PF_KTHREAD */
	int pid, tgid;
	char comm[16];
	struct mm_struct *mm;		/* NULL for a kernel thread that borrows none */
	void *sim;			/* struct kernel_task */
};

/* Storage for locks of sim/lock.h, which are used in place: zeroed is free. Sizes are checked by the shim. */
struct uvsim_spin_storage {
	void *word[4];
};
struct uvsim_rwsem_storage {
	void *word[6];
};

struct list_head;
struct work_struct;
struct workqueue_struct;
struct rcu_head;
struct timer_list;

/* A work item; begun by a worker of the queue. @pending is cleared before the function runs. */
struct work_struct {
	void (*func)(struct work_struct *work);
	struct work_struct *next;	/* in the queue */
	struct workqueue_struct *queue;	/* where it is queued or ran last */
	_Bool pending, canceling;
	unsigned long long ticket;	/* number of its latest queueing */
};

/* Expires in its own context; @data is the module's. */
struct uvsim_timer {
	void (*fire)(struct uvsim_timer *timer);
	void *sim;			/* struct kernel_timer; made at first use */
	_Bool pending;
};

struct rcu_head {
	struct rcu_head *next;
	void (*func)(struct rcu_head *head);
};

/* Asked for memory before a process is killed for it; kept by the simulator while registered. */
struct notifier_block {
	int (*notifier_call)(struct notifier_block *block, unsigned long action, void *data);
	struct notifier_block *next;
	int priority;
	void *sim;			/* struct kernel_oom */
};

#define UVSIM_NOTIFY_STOP 0x8000	/* a bit of what notifier_call() returns */

/* Stretches in which nobody may sleep, beside those under a lock. */
enum { UVSIM_PREEMPT_OFF, UVSIM_IRQS_OFF, UVSIM_BH_OFF, UVSIM_ATOMICS };

struct uvsim_services {
	unsigned size;			/* sizeof(struct uvsim_services) */

	/* the running task, tasks */
	struct task_struct *(*current_task)(void);
	struct task_struct *(*task_create)(int (*body)(void *data), void *data, const char *name); /* T, not running */
	int (*task_wake)(struct task_struct *task);
	int (*task_stop)(struct task_struct *task);					/* T */
	int (*task_should_stop)(void);
	int (*signal_pending)(struct task_struct *task);
	int (*want_resched)(void);
	void (*send_signal)(struct task_struct *task, int signal, int fatal);
	void (*set_nice)(struct task_struct *task, int nice);
	void (*borrow_mm)(struct mm_struct *mm);	/* NULL: give it back */
	/* Sleep as __state says until woken or @until; RUNNING on return. The time asleep is called @where. */
	void (*sleep_until)(unsigned long long until, const char *where);			/* T */

	/* time */
	unsigned long long (*now)(void);
	long long (*wall)(void);	/* the clock that may jump */
	void (*burn)(unsigned long long time, const char *what);			/* T */
	void (*timer_start)(struct uvsim_timer *timer, unsigned long long when);
	int (*timer_stop)(struct uvsim_timer *timer, int wait);		/* T if @wait; was it pending? */

	/* locks */
	int (*mutex_try)(struct mutex *lock, const char *name);
	int (*mutex_take)(struct mutex *lock, unsigned state, const char *name);	/* T; 0 or -EINTR */
	void (*spin_take)(struct uvsim_spin_storage *lock, const char *name);		/* T */
	int (*spin_try)(struct uvsim_spin_storage *lock, const char *name);
	void (*spin_give)(struct uvsim_spin_storage *lock);
	int (*spin_is_held)(const struct uvsim_spin_storage *lock);	/* 1 by this thread, 2 by another */
	int (*rwsem_down)(struct uvsim_rwsem_storage *sem, int write, int try, unsigned state,
			  const char *name);	/* T; 1 taken, 0 not, -EINTR */
	void (*rwsem_up)(struct uvsim_rwsem_storage *sem, int write);
	int (*rwsem_is_held)(const struct uvsim_rwsem_storage *sem, int write);
	void (*rwlock_read)(rwlock_t *lock, const char *name);				/* T */
	void (*rwlock_unread)(rwlock_t *lock);
	int (*mmap_write)(struct mm_struct *mm, int lock, unsigned state);		/* T; 0 or -EINTR */

	/* RCU */
	void (*rcu_read)(int enter);
	int (*rcu_is_held)(void);
	/* No sleep: preemption and softirqs (both nest), interrupts. @by: 1 begins, -1 ends; gives the depth before. */
	unsigned (*atomic)(int what, int by);
	int (*is_atomic)(void);		/* for whatever reason, locks and RCU among them */
	void (*rcu_synchronize)(void);							/* T */
	void (*rcu_call)(struct rcu_head *head, void (*func)(struct rcu_head *head));
	void (*rcu_callbacks_done)(void);							/* T */
	void (*srcu_synchronize)(struct srcu_struct *srcu, const char *name);		/* T */

	/* work */
	struct workqueue_struct *(*queue_create)(const char *name, unsigned max_active, int ordered);
	void (*queue_destroy)(struct workqueue_struct *queue);				/* T */
	struct workqueue_struct *(*queue_system)(void);
	int (*queue_work)(struct workqueue_struct *queue, struct work_struct *work);	/* was it not pending? */
	int (*work_cancel)(struct work_struct *work, int wait);		/* T if @wait; was it pending? */
	int (*work_flush)(struct work_struct *work);					/* T */
	void (*queue_flush)(struct workqueue_struct *queue);				/* T */

	/* address spaces */
	void (*mmgrab)(struct mm_struct *mm);
	void (*mmdrop)(struct mm_struct *mm);
	int (*mm_users)(struct mm_struct *mm);
	void (*mmu_notifier_unregister)(struct mmu_notifier *notifier, struct mm_struct *mm);	/* T */

	/* references: one more (@get) or one less; those to pages are in memory.h */
	void (*module_reference)(const void *module, int get);
	void (*task_reference)(const struct task_struct *task, int get);

	/* memory */
	int (*oom_register)(struct notifier_block *block, int on);			/* T */
	void (*kvfree)(const void *address);						/* T */
	int (*is_vmalloc)(const void *address);		/* the beginning of what vmalloc() gave */
	unsigned long (*copy_from_user)(void *to, const void *from, unsigned long n);	/* T, bytes not copied */

	/* KVM */
	struct kvm_vcpu *(*vcpu_at)(struct kvm *kvm, unsigned index);	/* NULL past the last */
	void (*vm_get)(struct kvm *kvm);
	void (*vm_put)(struct kvm *kvm);						/* T */
	void (*vcpu_block_all)(struct kvm *kvm);
	void (*vcpu_kick)(struct kvm_vcpu *vcpu);
	long (*gmap_address)(struct gmap *gmap, unsigned long gaddr);	/* of user space, or -EFAULT */
	int (*gmap_fault_in)(struct gmap *gmap, unsigned long gaddr);			/* T */
	int (*gmap_import)(struct gmap *gmap, unsigned long gaddr);			/* T */
	int (*gmap_destroy)(struct gmap *gmap, unsigned long gaddr);			/* T */
	int (*gmap_link)(struct gmap *gmap, unsigned long gaddr);			/* T */
	int (*fault_in)(struct mm_struct *mm, unsigned long hva);	/* T; mmap lock held for read */

	/* the rest */
	unsigned (*processors)(void);
	unsigned long long (*random)(void);
	void (*print)(int level, const char *file, int line, const char *function, const char *format, ...)
		__attribute__((format(printf, 5, 6)));
	void (*bug)(const char *file, int line, const char *function, const char *text)
		__attribute__((noreturn));
};

#endif
