/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is usual elsewhere in the kernel: counts, places in xarrays, workers, work of a task, bits, guards. */
#include <linux/bitfield.h>
#include <linux/bitmap.h>
#include <linux/delay.h>
#include <linux/kobject.h>
#include <linux/kthread.h>
#include <linux/list_lru.h>
#include <linux/percpu-refcount.h>
#include <linux/percpu_counter.h>
#include <linux/seqlock.h>
#include <linux/swait.h>
#include <linux/task_work.h>
#include <linux/thread_info.h>
#include <linux/wait_bit.h>
#include <linux/xarray.h>
#include <asm/facility.h>
#include <asm/sclp.h>

static unsigned int released, confirmed;

static void last_gone(struct percpu_ref *ref)
{
	(void)ref;
	released++;
}

static void is_dying(struct percpu_ref *ref)
{
	confirmed += percpu_ref_is_dying(ref);
}

static int percpu(struct kvm *kvm)
{
	struct percpu_counter counter;
	struct percpu_ref ref;

	(void)kvm;
	CHECK(percpu_ref_init(&ref, last_gone, 0, GFP_KERNEL) == 0 && !percpu_ref_is_zero(&ref));
	percpu_ref_get(&ref);
	CHECK(percpu_ref_tryget_live(&ref));
	percpu_ref_kill_and_confirm(&ref, is_dying);
	CHECK(!percpu_ref_tryget_live(&ref) && percpu_ref_tryget(&ref));
	percpu_ref_put_many(&ref, 3);
	CHECK(!released && !confirmed);
	rcu_barrier();
	CHECK(confirmed == 1 && released == 1 && percpu_ref_is_zero(&ref) && !percpu_ref_tryget(&ref));
	percpu_ref_reinit(&ref);
	percpu_ref_kill(&ref);
	CHECK(released == 2);
	percpu_ref_exit(&ref);
	CHECK(percpu_counter_init(&counter, 5, GFP_KERNEL) == 0);
	percpu_counter_add(&counter, -7);
	CHECK(percpu_counter_sum(&counter) == -2 && percpu_counter_read_positive(&counter) == 0);
	percpu_counter_destroy(&counter);
	return 0;
}

static int places(struct kvm *kvm)
{
	DEFINE_XARRAY(array);
	XA_STATE(xas, &array, 5);
	unsigned long sum = 0;
	void *entry;

	(void)kvm;
	do {
		xas_lock(&xas);
		xas_store(&xas, xa_mk_value(50));
		xas_unlock(&xas);
	} while (xas_nomem(&xas, GFP_KERNEL));
	CHECK(!xas_error(&xas) && xa_load(&array, 5) == xa_mk_value(50));
	for (unsigned long i = 7; i < 700; i += 100)
		CHECK(xa_err(xa_store(&array, i, xa_mk_value(i), GFP_KERNEL)) == 0);
	xas_set(&xas, 0);
	xas_for_each(&xas, entry, 307)
		sum += xa_to_value(entry);
	CHECK(sum == 50 + 7 + 107 + 207 + 307);
	xas_set(&xas, 207);
	CHECK(xas_load(&xas) == xa_mk_value(207) && xas_next(&xas) == NULL && xas.xa_index == 208);
	CHECK(xas_prev(&xas) == xa_mk_value(207) && xas_find(&xas, ~0ul) == xa_mk_value(307) && xas.xa_index == 307);
	xas_set_mark(&xas, XA_MARK_1);
	xas_set(&xas, 0);
	CHECK(xas_find_marked(&xas, ~0ul, XA_MARK_1) == xa_mk_value(307) &&
	      xas_find_marked(&xas, ~0ul, XA_MARK_1) == NULL);
	xas_set(&xas, 5);
	CHECK(xas_store(&xas, NULL) == xa_mk_value(50) && xa_load(&array, 5) == NULL);
	xa_destroy(&array);
	return 0;
}

static unsigned int order, was;
static struct kthread_work first, second;

static void in_order(struct kthread_work *work)
{
	msleep(10);
	was = was * 10 + (work == &first ? 1 : 2);
	order++;
}

static int workers(struct kvm *kvm)
{
	struct kthread_worker *worker = kthread_create_worker(0, "worker-%d", 3);

	(void)kvm;
	CHECK(!IS_ERR(worker));
	kthread_init_work(&first, in_order);
	kthread_init_work(&second, in_order);
	CHECK(kthread_queue_work(worker, &second) && kthread_queue_work(worker, &first));
	CHECK(!kthread_queue_work(worker, &first) && order == 0);
	kthread_flush_work(&second);
	CHECK(order == 1 && was == 2);
	kthread_flush_worker(worker);
	CHECK(order == 2 && was == 21);
	CHECK(!kthread_cancel_work_sync(&first) && kthread_queue_work(worker, &second));
	kthread_destroy_worker(worker);
	CHECK(order == 3);
	return 0;
}

static struct callback_head work;
static unsigned int ran;

static void on_the_way(struct callback_head *head)
{
	ran += head == &work;
}

static int idler(void *data)
{
	(void)data;
	return 0;
}

/* It runs when this ioctl returns: the second test of this pair looks. */
static int task_work(struct kvm *kvm)
{
	struct task_struct *task = kthread_run(idler, NULL, "idler");

	(void)kvm;
	init_task_work(&work, on_the_way);
	CHECK(task_work_add(task, &work, TWA_RESUME) == -ESRCH);
	CHECK(task_work_add(current, &work, TWA_RESUME) == 0 && task_work_cancel(current, &work));
	CHECK(!task_work_cancel(current, &work) && task_work_add(current, &work, TWA_NONE) == 0 && !ran);
	return 0;
}

static unsigned long word;

static int sets(void *data)
{
	(void)data;
	msleep(10);
	clear_and_wake_up_bit(3, &word);
	msleep(10);
	word = 77;
	wake_up_var(&word);
	return 0;
}

static int bits(struct kvm *kvm)
{
	u64 begin = ktime_get_ns();

	(void)kvm;
	word = BIT(3) | BIT(1);
	CHECK(wait_on_bit(&word, 0, TASK_UNINTERRUPTIBLE) == 0 && ktime_get_ns() == begin);
	CHECK(wait_on_bit_timeout(&word, 3, TASK_UNINTERRUPTIBLE, 2) == -EAGAIN);
	kthread_run(sets, NULL, "setter");
	CHECK(wait_on_bit_lock(&word, 3, TASK_KILLABLE) == 0 && word == (BIT(3) | BIT(1)));
	CHECK(ktime_get_ns() - begin >= 20000000);
	wait_var_event(&word, word == 77);
	CHECK(wait_var_event_timeout(&word, word == 78, 1) == 0);
	return 0;
}

static DEFINE_SEQLOCK(sequence);
static unsigned int left, right;

static int writes(void *data)
{
	(void)data;
	for (unsigned int i = 1; i < 20; i++) {
		write_seqlock(&sequence);
		left = i;
		udelay(30);
		right = i;
		write_sequnlock(&sequence);
		udelay(20);
		cond_resched();
	}
	return 0;
}

/* A reader sees both halves of a change or none, and tries again when it did not. */
static int sequences(struct kvm *kvm)
{
	unsigned int start, a, b, tries = 0, reads;

	(void)kvm;
	kthread_run(writes, NULL, "writer");
	for (reads = 0; reads < 30; reads++) {
		do {
			start = read_seqbegin(&sequence);
			a = left;
			udelay(7);
			b = right;
			tries++;
		} while (read_seqretry(&sequence, start));
		CHECK(a == b && !(start & 1));
	}
	CHECK(tries > reads && a > 1);
	return 0;
}

static DEFINE_SRCU(domain);
static unsigned int called;

static void after_readers(struct rcu_head *head)
{
	(void)head;
	called++;
}

static int reads(void *data)
{
	int index = srcu_read_lock(&domain);

	(void)data;
	msleep(50);
	CHECK(!called);
	srcu_read_unlock(&domain, index);
	return 0;
}

static int srcu_callbacks(struct kvm *kvm)
{
	static struct rcu_head head;
	u64 begin = ktime_get_ns();

	(void)kvm;
	kthread_run(reads, NULL, "srcu-reader");
	usleep_range(100, 100);
	call_srcu(&domain, &head, after_readers);
	CHECK(!called);
	srcu_barrier(&domain);
	CHECK(called == 1 && ktime_get_ns() - begin >= 50000000);
	return 0;
}

static DEFINE_MUTEX(mutex);
static DECLARE_RWSEM(sem);
static DEFINE_RWLOCK(rwlock);
static DEFINE_SPINLOCK(spin);

static int tries_mutex(void)
{
	scoped_cond_guard(mutex_intr, return -EINTR, &mutex)
		return mutex_is_locked(&mutex);
	return 0;
}

static int acquires(void)
{
	ACQUIRE(rwsem_write_try, held)(&sem);

	return ACQUIRE_ERR(rwsem_write_try, &held);
}

static int locked_in_scope(void)
{
	guard(write_lock)(&rwlock);
	lockdep_assert_held_write(&rwlock);
	return write_trylock(&rwlock) ? -1 : read_trylock(&rwlock);
}

DEFINE_LOCK_GUARD_1(counted, unsigned int, ++*_T->lock, --*_T->lock)

static unsigned int in_scope(unsigned int *count)
{
	guard(counted)(count);
	return *count;
}

static int guards(struct kvm *kvm)
{
	unsigned int count = 4;

	(void)kvm;
	CHECK(tries_mutex() == 1 && !mutex_is_locked(&mutex));
	CHECK(acquires() == 0);
	down_read(&sem);
	CHECK(acquires() == -EBUSY);
	up_read(&sem);
	CHECK(down_write_trylock(&sem));
	up_write(&sem);
	CHECK(locked_in_scope() == 0 && write_trylock(&rwlock));
	write_unlock(&rwlock);
	CHECK(read_trylock(&rwlock) && read_trylock(&rwlock) && !write_trylock(&rwlock));
	read_unlock(&rwlock);
	read_unlock(&rwlock);
	CHECK(in_scope(&count) == 5 && count == 4);
	spin_lock(&spin);
	CHECK(cond_resched_lock(&spin) == 0 && spin_is_locked(&spin));
	spin_unlock(&spin);
	read_lock(&rwlock);
	CHECK(cond_resched_rwlock_read(&rwlock) == 0);
	read_unlock(&rwlock);
	might_sleep();
	return 0;
}

static int task_work_ran(struct kvm *kvm)
{
	(void)kvm;
	/* Another run: nothing is left of the one before. */
	CHECK(ran == 0 && !work.func);
	return 0;
}

/* Objects of other corners that a patch may name: each does something or nothing, but none lies. */
static int corners(struct kvm *kvm)
{
	static struct attribute attribute = { .name = "x", .mode = 0444 }, *attributes[] = { &attribute, NULL };
	struct kobject *kobj = kobject_create_and_add("x", NULL);
	cpumask_var_t mask;
	u64 a[2];
	DECLARE_BITMAP(map, 128) = { 3, 5 };

	(void)kvm;
	CHECK(kobj && sysfs_create_files(kobj, (const void *)attributes) == 0);
	kobject_put(kobj);
	CHECK(zalloc_cpumask_var(&mask, GFP_KERNEL) && !cpumask_test_cpu(65, mask));
	cpumask_set_cpu(65, mask);
	CHECK(cpumask_test_cpu(65, mask));
	on_each_cpu(last_gone, NULL, 1);
	CHECK(released == 1);
	CHECK(test_facility(158) && !test_facility(200) && sclp.has_esca && capable(CAP_SYS_ADMIN));
	CHECK(!test_thread_flag(TIF_SIGPENDING) && u64_replace_bits(0xff, 2, 0xf0) == 0x2f);
	bitmap_to_arr64(a, map, 128);
	CHECK(a[0] == 3 && a[1] == 5);
	return 0;
}

static int (*const tests[])(struct kvm *kvm) = {
	percpu, places, workers, task_work, bits, sequences, srcu_callbacks, guards, task_work_ran, corners,
};
