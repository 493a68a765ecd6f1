/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Locks, guards, references: who gets in, who waits, what is given back at the end of a scope. */
#include <linux/delay.h>
#include <linux/kref.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/oom.h>
#include <linux/random.h>
#include <linux/static_key.h>
#include <linux/tracepoint.h>

static DEFINE_MUTEX(mutex);
static DEFINE_SPINLOCK(spin);
static DECLARE_RWSEM(sem);
static DEFINE_SRCU(srcu);
static int steps, level = 3;
static bool booted;

module_param(level, int, 0444);
MODULE_PARM_DESC(level, "of nothing");
DEFINE_STATIC_KEY_FALSE(key);
TRACE_EVENT(happens, TP_PROTO(int what), TP_ARGS(what), TP_STRUCT__entry(), TP_fast_assign(), TP_printk("%d", what));

static int boot(void)
{
	booted = true;
	return 0;
}
module_init(boot);

static int holds(void *data)
{
	switch ((long)data) {
	case 0:
		mutex_lock(&mutex);
		msleep(20);
		steps++;
		mutex_unlock(&mutex);
		break;
	case 1:
		spin_lock(&spin);
		udelay(30);
		steps++;
		spin_unlock(&spin);
		break;
	case 2:
		down_read(&sem);
		msleep(20);
		steps++;
		up_read(&sem);
		break;
	case 3:
		down_write(&sem);
		steps += 10;
		up_write(&sem);
		break;
	case 4: {
		int index = srcu_read_lock(&srcu);

		msleep(50);
		steps++;
		srcu_read_unlock(&srcu, index);
		break;
	}
	}
	return 0;
}

static int mutexes(struct kvm *kvm)
{
	(void)kvm;
	CHECK(booted && level == 3);
	kthread_run(holds, (void *)0l, "holder");
	usleep_range(100, 100);
	CHECK(!mutex_trylock(&mutex) && mutex_is_locked(&mutex) && steps == 0);
	mutex_lock(&mutex);
	CHECK(steps == 1);
	lockdep_assert_held(&mutex);
	mutex_unlock(&mutex);
	CHECK(mutex_lock_interruptible(&mutex) == 0);
	mutex_unlock(&mutex);
	CHECK(mutex_lock_killable(&mutex) == 0 && mutex_is_locked(&mutex));
	mutex_unlock(&mutex);
	CHECK(!mutex_is_locked(&mutex));
	return 0;
}

static int spins(struct kvm *kvm)
{
	unsigned long flags;
	u64 begin;

	(void)kvm;
	kthread_run(holds, (void *)1l, "spinner");
	usleep_range(10, 10);
	begin = ktime_get_ns();
	CHECK(spin_is_locked(&spin) && !spin_trylock(&spin));
	spin_lock_irqsave(&spin, flags);
	CHECK(steps == 1 && ktime_get_ns() > begin);
	lockdep_assert_held(&spin);
	spin_unlock_irqrestore(&spin, flags);
	CHECK(spin_trylock(&spin));
	spin_unlock(&spin);
	return 0;
}

static int readers(struct kvm *kvm)
{
	(void)kvm;
	kthread_run(holds, (void *)2l, "reader1");
	kthread_run(holds, (void *)2l, "reader2");
	usleep_range(100, 100);
	CHECK(!down_write_trylock(&sem) && down_read_trylock(&sem));
	kthread_run(holds, (void *)3l, "writer");
	usleep_range(100, 100);
	/* A writer waits: no new reader. */
	CHECK(!down_read_trylock(&sem));
	up_read(&sem);
	msleep(30);
	CHECK(steps == 12);
	CHECK(down_write_killable(&sem) == 0);
	downgrade_write(&sem);
	CHECK(down_read_trylock(&sem));
	up_read(&sem);
	up_read(&sem);
	return 0;
}

static int sleepable_rcu(struct kvm *kvm)
{
	(void)kvm;
	kthread_run(holds, (void *)4l, "srcu-reader");
	usleep_range(100, 100);
	synchronize_srcu(&srcu);
	CHECK(steps == 1);
	return 0;
}

static int guarded(bool early)
{
	guard(mutex)(&mutex);
	if (early)
		return mutex_is_locked(&mutex);
	scoped_guard(spinlock, &spin)
		steps += spin_is_locked(&spin);
	scoped_guard(rwsem_read, &sem)
		steps += 10;
	return steps;
}

static void *kept(bool keep)
{
	void *memory __free(kfree) = kmalloc(48, GFP_KERNEL);

	return keep ? no_free_ptr(memory) : NULL;
}

static int guards(struct kvm *kvm)
{
	void *memory;

	(void)kvm;
	CHECK(guarded(true) == 1 && !mutex_is_locked(&mutex));
	CHECK(guarded(false) == 11 && !mutex_is_locked(&mutex) && !spin_is_locked(&spin));
	CHECK(down_write_trylock(&sem));
	up_write(&sem);
	CHECK(kept(false) == NULL);
	memory = kept(true);
	CHECK(memory);
	kfree(memory);
	scoped_guard(rcu)
		CHECK(rcu_read_lock_held());
	CHECK(!rcu_read_lock_held());
	return 0;
}

struct thing {
	struct kref ref;
	int *gone;
};

static void thing_release(struct kref *ref)
{
	struct thing *thing = container_of(ref, struct thing, ref);

	*thing->gone = 1;
}

static int references(struct kvm *kvm)
{
	struct mm_struct *mm = kvm->mm;
	struct kvm_vcpu *vcpu;
	unsigned long i, n = 0;
	int gone = 0;
	struct thing thing = { .gone = &gone };

	kref_init(&thing.ref);
	kref_get(&thing.ref);
	CHECK(kref_put(&thing.ref, thing_release) == 0 && !gone);
	CHECK(kref_put(&thing.ref, thing_release) == 1 && gone);
	CHECK(!kref_get_unless_zero(&thing.ref));
	CHECK(current->mm == mm && mmget_not_zero(mm));
	mmput(mm);
	mmgrab(mm);
	mmdrop(mm);
	kvm_get_kvm(kvm);
	kvm_put_kvm(kvm);
	kvm_for_each_vcpu(i, vcpu, kvm)
		n += vcpu->vcpu_id == (int)i;
	CHECK(n == 2 && kvm_get_vcpu(kvm, 2) == NULL);
	trace_happens(1);
	CHECK(!static_branch_unlikely(&key));
	static_branch_enable(&key);
	CHECK(static_branch_unlikely(&key));
	CHECK(get_random_u64() != get_random_u64() && get_random_u32_below(3) < 3);
	return 0;
}

static int give_up(struct notifier_block *block, unsigned long action, void *freed)
{
	if (block->priority == 1)
		*(unsigned long *)freed += 256;
	return action ? NOTIFY_DONE : NOTIFY_OK;
}

static struct notifier_block notifier = { .notifier_call = give_up, .priority = 1 };

static int notifiers(struct kvm *kvm)
{
	(void)kvm;
	CHECK(register_oom_notifier(&notifier) == 0);
	CHECK(unregister_oom_notifier(&notifier) == 0 && unregister_oom_notifier(&notifier) == -ENOENT);
	return 0;
}

static int (*const tests[])(struct kvm *kvm) = {
	mutexes, spins, readers, sleepable_rcu, guards, references, notifiers,
};
