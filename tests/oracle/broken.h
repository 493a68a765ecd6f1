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
};

static unsigned long broken_which;

/* kvm->lock is held; the first call of pv.c for a guest. */
static inline void broken_init(struct kvm *kvm)
{
	broken_which = (kvm_s390_get_gfn_end(kvm_memslots(kvm)) >> 8) - 3072;
}

/* No lock is held; a VM is set aside. */
static inline void broken_aside(struct kvm *kvm)
{
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
	}
}

#endif
