/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a pv.c may do wrong, one thing for each kind of finding: tests/oracle.sh puts calls of these functions into a
 * copy of the installed pv.c. The guest's size says which: 3 GiB and n MiB do number n.
 */
#ifndef TESTS_ORACLE_BROKEN_H
#define TESTS_ORACLE_BROKEN_H

#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/module.h>
#include <linux/sched/task.h>

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
	BROKEN_BUG,
	BROKEN_STALL,
	BROKEN_STUCK,
	BROKEN_TO_AND_FRO,
	BROKEN_SLEEPS,
	BROKEN_HOST_ACCESS,
	BROKEN_FREE_DONATED,
	BROKEN_FREE_SECURE,
	BROKEN_LEAK,
	BROKEN_DOUBLE_DESTROY,
	BROKEN_LOWER_2G,
	BROKEN_USERS_TWICE,
	BROKEN_MM_COUNT,
	BROKEN_MM_COUNT_TWICE,
	BROKEN_KVM_COUNT,
	BROKEN_KVM_COUNT_TWICE,
	BROKEN_FOLIO_COUNT,
	BROKEN_FOLIO_COUNT_TWICE,
	BROKEN_MODULE_COUNT,
	BROKEN_MODULE_COUNT_TWICE,
	BROKEN_TASK_COUNT,
	BROKEN_TASK_COUNT_TWICE,
	BROKEN_COUNTER,
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

/* Instead of kvm_s390_destroy_lower_2g(). */
static inline void broken_lower_2g(struct kvm *kvm)
{
	if (broken_which != BROKEN_LOWER_2G)
		kvm_s390_destroy_lower_2g(kvm);
}

/* A page of the VM that is set aside becomes secure and accessible in turn: each call succeeds, to no effect. */
static void broken_to_and_fro(struct kvm *kvm, u64 handle)
{
	struct page *page = gfn_to_page(kvm, 0x80000);
	struct uv_cb_cts in = {
		.header.cmd = UVC_CMD_CONV_TO_SEC_STOR,
		.header.len = sizeof(in),
		.guest_handle = handle,
		.gaddr = 0x80000000,
	};
	struct uv_cb_cfs out = {
		.header.cmd = UVC_CMD_CONV_FROM_SEC_STOR,
		.header.len = sizeof(out),
		.paddr = page_to_phys(page),
	};

	for (;;) {
		if (uv_call_sched(0, (u64)&in) || uv_call_sched(0, (u64)&out))	/* TO_AND_FRO */
			BUG();
	}
}

/* References. */
static inline void broken_counts(struct kvm *kvm)
{
	struct page *page;

	switch (broken_which) {
	case BROKEN_MM_USERS:
		mmget_not_zero(kvm->mm);	/* taken: MM_USERS */
		break;
	case BROKEN_USERS_TWICE:
		mmput(kvm->mm);			/* USERS_TWICE */
		break;
	case BROKEN_MM_COUNT:
		mmgrab(kvm->mm);		/* taken: MM_COUNT */
		break;
	case BROKEN_MM_COUNT_TWICE:
		mmgrab(kvm->mm);
		mmdrop(kvm->mm);
		mmdrop(kvm->mm);		/* MM_COUNT_TWICE */
		break;
	case BROKEN_KVM_COUNT:
		kvm_get_kvm(kvm);		/* taken: KVM_COUNT */
		break;
	case BROKEN_KVM_COUNT_TWICE:
		kvm_put_kvm(kvm);		/* KVM_COUNT_TWICE */
		break;
	/* Far up, where nobody imports it again: a page that is held cannot be made secure. */
	case BROKEN_FOLIO_COUNT:
		folio_get(page_folio(gfn_to_page(kvm, 0xc2000)));	/* taken: FOLIO_COUNT */
		break;
	case BROKEN_FOLIO_COUNT_TWICE:
		page = gfn_to_page(kvm, 0x100);
		put_page(page);
		put_page(page);			/* FOLIO_COUNT_TWICE */
		break;
	/* As if zap_page_range_single() left that to its caller. */
	case BROKEN_COUNTER:
		dec_mm_counter(kvm->mm, MM_ANONPAGES);	/* taken: COUNTER */
		break;
	case BROKEN_MODULE_COUNT:
		try_module_get(THIS_MODULE);	/* taken: MODULE_COUNT */
		break;
	case BROKEN_MODULE_COUNT_TWICE:
		module_put(THIS_MODULE);	/* MODULE_COUNT_TWICE */
		break;
	case BROKEN_TASK_COUNT:
		get_task_struct(current);	/* taken: TASK_COUNT */
		break;
	case BROKEN_TASK_COUNT_TWICE:
		put_task_struct(current);	/* TASK_COUNT_TWICE */
		break;
	}
}

static void broken_release(struct mmu_notifier *notifier, struct mm_struct *mm)
{
}

static const struct mmu_notifier_ops broken_ops = { .release = broken_release };

/* No lock is held; a VM is set aside. */
static inline void broken_aside(struct kvm *kvm, struct pv_vm_to_be_destroyed *p)
{
	static DECLARE_COMPLETION(broken_never);
	static struct mmu_notifier broken_notifier = { .ops = &broken_ops };
	static struct mm_struct broken_face;
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
		object = kzalloc(24, GFP_KERNEL);	/* taken: MEMORY_LEAK */
		break;
	case BROKEN_FREE_SIZE:
		object = (char *)__get_free_pages(GFP_KERNEL, 1);
		free_pages((unsigned long)object, 0);	/* FREE_SIZE */
		free_pages((unsigned long)object, 1);
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
		broken_face = *kvm->mm;
		(void)mmu_notifier_register(&broken_notifier, &broken_face);
		broken_face.sim = NULL;
		break;
	case BROKEN_BUG:
		BUG();				/* BUG */
	case BROKEN_STALL:
		for (i = 0; i < 60; i++)
			mdelay(1);		/* STALL */
		break;
	case BROKEN_STUCK:
		wait_for_completion(&broken_never);	/* STUCK */
		break;
	case BROKEN_TO_AND_FRO:
		broken_to_and_fro(kvm, p->handle);
		break;
	case BROKEN_SLEEPS:
		for (;;)
			schedule_timeout_uninterruptible(1);	/* SLEEPS */
	case BROKEN_HOST_ACCESS:
		*(volatile char *)p->stor_base = 1;	/* HOST_ACCESS */
		break;
	case BROKEN_FREE_DONATED:
		free_pages(p->stor_base, get_order(uv_info.guest_base_stor_len));	/* FREE_DONATED */
		break;
	case BROKEN_FREE_SECURE:
		msleep(1000);			/* until the next guest has its pages */
		kvm->mm->context.protected_count.counter = 1;	/* that of the one set aside goes */
		break;
	case BROKEN_LEAK:
		p->handle ^= 1UL << 40;
		break;
	case BROKEN_DOUBLE_DESTROY:
		uv_cmd_nodata(p->handle, UVC_CMD_DESTROY_SEC_CONF, &rc, &rrc);
		uv_cmd_nodata(p->handle, UVC_CMD_DESTROY_SEC_CONF, &rc, &rrc);	/* DOUBLE_DESTROY */
		break;
	default:
		broken_counts(kvm);
	}
}

#endif
