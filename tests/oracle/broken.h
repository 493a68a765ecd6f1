/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a pv.c may do wrong, one thing for each kind of finding: tests/oracle.sh puts calls of these functions into a
 * copy of the installed pv.c. The guest's size says which: 3 GiB and n MiB do number n.
 */
#ifndef TESTS_ORACLE_BROKEN_H
#define TESTS_ORACLE_BROKEN_H

enum broken {
	BROKEN_LOCK_ORDER = 1,
	BROKEN_LOCK_HELD,
	BROKEN_ATOMIC_SLEEP,
	BROKEN_RECURSIVE_READ,
	BROKEN_DEADLOCK,
	BROKEN_RECURSIVE_LOCK,
	BROKEN_UNLOCK,
	BROKEN_DOUBLE_FREE,
	BROKEN_USE_AFTER_FREE,
	BROKEN_PAGE_AFTER_FREE,
	BROKEN_OVERFLOW,
	BROKEN_UNDERFLOW,
	BROKEN_BAD_FREE,
	BROKEN_WILD_ACCESS,
	BROKEN_MEMORY_LEAK,
	BROKEN_FREE_SIZE,
	BROKEN_MM_USERS,
	BROKEN_COUNT,
	BROKEN_WALK,
	BROKEN_LIVELOCK,
	BROKEN_CALLS,
	BROKEN_HANG,
	BROKEN_CRASH,
	BROKEN_STACK,
	BROKEN_ASSERT,
};

static unsigned long broken_which;

/* kvm->lock is held; the first call of pv.c for a guest. */
static inline void broken_init(struct kvm *kvm)
{
	broken_which = (kvm_s390_get_gfn_end(kvm_memslots(kvm)) >> 8) - 3072;
}

static unsigned long broken_deep(unsigned long n)
{
	volatile char frame[4096];

	frame[n % 4096] = 1;
	return broken_deep(n + 1) + frame[0];	/* STACK */
}

/* No lock is held; a VM is set aside. */
static inline void broken_aside(struct kvm *kvm, struct pv_vm_to_be_destroyed *p)
{
	static struct mutex never;
	char *object;
	u16 rc, rrc;
	int i;

	switch (broken_which) {
	case BROKEN_LOCK_ORDER:
		mutex_lock(&kvm->slots_lock);
		mutex_lock(&kvm->lock);		/* LOCK_ORDER */
		mutex_unlock(&kvm->lock);
		mutex_unlock(&kvm->slots_lock);
		break;
	case BROKEN_LOCK_HELD:
		mutex_lock(&kvm->slots_lock);
		break;
	case BROKEN_ATOMIC_SLEEP:
		write_lock(&kvm->mmu_lock);
		cond_resched();			/* ATOMIC_SLEEP */
		write_unlock(&kvm->mmu_lock);
		break;
	case BROKEN_RECURSIVE_READ:
		mmap_read_lock(kvm->mm);
		mmap_read_lock(kvm->mm);	/* RECURSIVE_READ */
		mmap_read_unlock(kvm->mm);
		mmap_read_unlock(kvm->mm);
		break;
	case BROKEN_DEADLOCK:
		mutex_lock(&kvm->slots_lock);
		for (i = 0; i < 40; i++)	/* until the main thread is at its next ENABLE */
			s390_uv_destroy_range_interruptible(kvm->mm, 0, TASK_SIZE_MAX);
		mutex_lock(&kvm->lock);		/* DEADLOCK */
		break;
	case BROKEN_RECURSIVE_LOCK:
		mutex_lock(&kvm->slots_lock);
		mutex_lock(&kvm->slots_lock);	/* RECURSIVE_LOCK */
		break;
	case BROKEN_UNLOCK:
		mutex_lock(&kvm->slots_lock);
		mutex_unlock(&kvm->slots_lock);
		mutex_unlock(&kvm->slots_lock);	/* UNLOCK */
		break;
	case BROKEN_DOUBLE_FREE:
		object = kzalloc(24, GFP_KERNEL);
		kfree(object);
		kfree(object);			/* DOUBLE_FREE */
		break;
	case BROKEN_USE_AFTER_FREE:
		object = kzalloc(24, GFP_KERNEL);
		kfree(object);
		object[3] = 1;			/* USE_AFTER_FREE */
		break;
	case BROKEN_PAGE_AFTER_FREE:
		object = (char *)__get_free_pages(GFP_KERNEL, 1);
		free_pages((unsigned long)object, 1);
		object[4100] = 1;		/* PAGE_AFTER_FREE */
		break;
	case BROKEN_OVERFLOW:
		object = kzalloc(32, GFP_KERNEL);
		object[32] = 1;			/* OVERFLOW */
		kfree(object);
		break;
	case BROKEN_UNDERFLOW:
		object = kzalloc(24, GFP_KERNEL);
		object[-8] = 1;
		kfree(object);			/* UNDERFLOW */
		break;
	case BROKEN_BAD_FREE:
		object = kzalloc(24, GFP_KERNEL);
		kfree(object + 8);		/* BAD_FREE */
		kfree(object);
		break;
	case BROKEN_WILD_ACCESS:
		object = (char *)p->stor_base + (1UL << 32);
		object[0] = 1;			/* WILD_ACCESS */
		break;
	case BROKEN_MEMORY_LEAK:
		object = kzalloc(24, GFP_KERNEL);
		break;
	case BROKEN_FREE_SIZE:
		object = (char *)__get_free_pages(GFP_KERNEL, 1);
		free_pages((unsigned long)object, 0);	/* FREE_SIZE */
		free_pages((unsigned long)object, 1);
		break;
	case BROKEN_MM_USERS:
		mmget_not_zero(kvm->mm);
		break;
	case BROKEN_COUNT:
		atomic_dec(&kvm->mm->context.protected_count);	/* COUNT */
		atomic_inc(&kvm->mm->context.protected_count);
		break;
	case BROKEN_WALK:
		i = atomic_read(&kvm->mm->context.protected_count);
		kvm->mm->context.protected_count.counter = 0;
		s390_uv_destroy_range_interruptible(kvm->mm, 0, TASK_SIZE_MAX);	/* WALK */
		kvm->mm->context.protected_count.counter = i;
		break;
	case BROKEN_LIVELOCK:
		for (;;)
			uv_cmd_nodata(0, UVC_CMD_DESTROY_SEC_CONF, &rc, &rrc);	/* LIVELOCK */
	case BROKEN_CALLS:
		for (;;)
			cond_resched();		/* CALLS */
	case BROKEN_HANG:
		for (;;) *(volatile int *)&i += 1;	/* HANG */
	case BROKEN_CRASH:
		*(volatile int *)8 = 1;		/* CRASH */
		break;
	case BROKEN_STACK:
		broken_deep(0);
		break;
	case BROKEN_ASSERT:
		mutex_unlock(&never);		/* ASSERT */
		break;
	}
}

#endif
