/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Calls of the kernel that are wrong in themselves, for tests/misuse.sh, which puts misuse() into a copy of the
 * installed pv.c: the guest's size says which, 3 GiB and n MiB do number n. The last ones are right.
 */
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/timer.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>
#include <linux/workqueue.h>

static DEFINE_MUTEX(misuse_lock);
static struct timer_list misuse_timer;
static struct rcu_head misuse_head;
static struct work_struct misuse_work, misuse_unset;

static void misuse_nothing(struct work_struct *work)
{
}

static int misuse_thread(void *data)
{
	return 7;
}

static void misuse_expired(struct timer_list *timer)
{
	msleep(1);
}

static void misuse_called(struct rcu_head *head)
{
	mutex_lock(&misuse_lock);
	mutex_unlock(&misuse_lock);
}

/* A thread that has ended, with a reference to it that keeps it, or not. */
static struct task_struct *misuse_ended(bool keep)
{
	struct task_struct *task = kthread_run(misuse_thread, NULL, "misuse");

	if (keep)
		get_task_struct(task);
	msleep(1);
	return task;
}

static struct workqueue_struct *misuse_queue(void)
{
	struct workqueue_struct *queue = alloc_workqueue("misuse", 0, 0);

	destroy_workqueue(queue);
	return queue;
}

static void misuse(struct kvm *kvm)
{
	void *(*volatile missing)(void) = NULL;
	struct task_struct *task;
	unsigned long flags, more;
	struct {
		u64 number;
		struct rcu_head head;
	} *large;
	size_t size;
	char buffer[8], *object;

	switch ((kvm_s390_get_gfn_end(kvm_memslots(kvm)) >> 8) - 3072) {
	case 1:
		mutex_unlock(&misuse_lock);		/* unlock */
		return;
	case 2:
		rcu_read_unlock();			/* no-section */
		return;
	case 3:
		preempt_enable();			/* enable */
		return;
	case 4:
		preempt_disable();			/* disable */
		return;
	case 5:
		preempt_disable();
		kfree(kzalloc(8, GFP_KERNEL));		/* atomic-alloc */
		preempt_enable();
		return;
	case 6:
		local_irq_save(flags);
		cond_resched();				/* irqs */
		local_irq_restore(flags);
		return;
	case 7:
		rcu_read_lock();
		if (copy_from_user(buffer, (void __user *)kvm, 8))	/* atomic-copy */
			buffer[0] = 0;
		rcu_read_unlock();
		return;
	case 8:
		timer_setup(&misuse_timer, misuse_expired, 0);
		mod_timer(&misuse_timer, jiffies + 1);
		msleep(50);
		return;
	case 9:
		call_rcu(&misuse_head, misuse_called);
		rcu_barrier();
		return;
	case 10:
		INIT_WORK(&misuse_work, misuse_nothing);
		queue_work(misuse_queue(), &misuse_work);	/* dead-queue */
		return;
	case 11:
		destroy_workqueue(misuse_queue());	/* queue-twice */
		return;
	case 12:
		kthread_stop(misuse_ended(false));	/* ended */
		return;
	case 13:
		wake_up_process(misuse_ended(false));	/* wake-ended */
		return;
	case 14:
		kthread_stop(current);			/* no-kthread */
		return;
	case 15:
		kfree(vzalloc(8192));			/* kfree */
		return;
	case 16:
		vfree(kzalloc(8192, GFP_KERNEL));	/* vfree */
		return;
	case 17:
		kfree(kzalloc(KMALLOC_MAX_SIZE + 1, GFP_KERNEL));	/* large */
		return;
	case 18:
		uv_destroy_folio((struct folio *)0x123000ul);	/* folio */
		return;
	case 19:
		folio_lock((struct folio *)0x123000ul);	/* folio-lock */
		return;
	case 20:
		mmget((struct mm_struct *)0x10000ul);	/* given */
		return;
	case 21:
		missing();				/* jump */
		return;
	case 22:
		schedule_work(&misuse_unset);
		msleep(1);
		return;
	case 23:
		pr_err("%s\n", (char *)0x10);		/* print */
		return;
	}

	/* Right. */
	task = misuse_ended(true);
	BUG_ON(kthread_stop(task) != 7);
	put_task_struct(task);
	preempt_disable();
	preempt_disable();
	BUG_ON(!in_atomic() || preemptible());
	kfree(kzalloc(8, GFP_ATOMIC));
	preempt_enable();
	BUG_ON(!in_atomic());
	preempt_enable();
	BUG_ON(!preemptible());
	local_irq_save(flags);
	local_irq_save(more);
	local_irq_restore(more);
	BUG_ON(!irqs_disabled());
	local_irq_restore(flags);
	BUG_ON(irqs_disabled() || get_cpu() != 0 || !in_atomic());
	put_cpu();
	kvfree(kvmalloc(8, GFP_KERNEL));
	kvfree(kvzalloc(KMALLOC_MAX_SIZE + 1, GFP_KERNEL));
	kfree(kzalloc(KMALLOC_MAX_SIZE + 1, GFP_KERNEL | __GFP_NOWARN));
	BUG_ON(kzalloc(~0ul, GFP_KERNEL | __GFP_NOWARN));
	for (size = 64; size <= 8192; size *= 128) {
		large = kvmalloc(size, GFP_KERNEL);
		BUG_ON(is_vmalloc_addr(large) != (size > PAGE_SIZE));
		kfree_rcu(large, head);
		large = kzalloc(size, GFP_KERNEL);
		BUG_ON(is_vmalloc_addr(large));
		kvfree_rcu(large, head);
	}
	rcu_barrier();
	BUG_ON(copy_from_user(buffer, (void __user *)0x1000, 8) != 8);
	object = kzalloc(8, GFP_KERNEL);
	BUG_ON(copy_to_user((void __user *)object, buffer, 8) != 8);
	kfree(object);
	BUG_ON(copy_to_user((void __user *)~0ul, buffer, 8) != 8);
	BUG_ON(copy_from_user(buffer, NULL, 0) != 0);
}
