/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The objects that pv.c and the simulator share: one layout for all kernel versions.
 *
 * This header is included by the simulator (kvm/) and, through the stub headers, by every pv.c. It
 * therefore uses only built-in types. A member that one kernel version lacks
 * is there all the same and unused; one that changed its type (gmap.asce) keeps its size, and the
 * stub header of that topic gives it the other type. Members called sim point to the simulator's
 * own object behind the kernel's. KVM's own objects are in kvm_objects.h.
 *
 * Names and duties of the members: Linux arch/s390/include/asm/kvm_host.h, gmap.h, mmu.h,
 * include/linux/kvm_host.h.
 */
#ifndef UVSIM_OBJECTS_H
#define UVSIM_OBJECTS_H

#ifndef UVSIM_ASCE_TYPE
#define UVSIM_ASCE_TYPE unsigned long
#endif

struct list_head {
	struct list_head *next, *prev;
};

typedef struct {
	int counter;
} atomic_t;

struct mutex {
	void *sim;		/* struct sim_mutex; made at first use when NULL */
	_Bool shared;		/* waits for it are not modelled: several may hold it */
};

struct srcu_struct {
	void *sim;		/* struct sim_srcu */
};

typedef struct {
	void *sim;		/* struct sim_rwlock; made at first use when NULL */
} rwlock_t;

/* A frame as KVM and memory management name it: the pointer is its physical address. */
struct page;
struct folio;

struct mm_struct {
	struct {
		atomic_t is_protected;		/* 5.10: a flag */
		atomic_t protected_count; /* 6.1 on: configurations, registered or set aside */
		unsigned long gmap_asce;
	} context;
	void *sim;		/* struct mm */
};

struct mmu_notifier;
struct mmu_notifier_range;

/* What the young ones return: int, a bool from 7.0 on. The simulator looks at the lowest byte. */
#ifndef UVSIM_YOUNG_TYPE
#define UVSIM_YOUNG_TYPE unsigned char
#endif

/* All that any version has; those that nothing here calls are told in linux/mmu_notifier.h. */
struct mmu_notifier_ops {
	void (*release)(struct mmu_notifier *subscription, struct mm_struct *mm);
	UVSIM_YOUNG_TYPE (*clear_flush_young)(struct mmu_notifier *subscription, struct mm_struct *mm,
					      unsigned long start, unsigned long end);
	UVSIM_YOUNG_TYPE (*clear_young)(struct mmu_notifier *subscription, struct mm_struct *mm,
					unsigned long start, unsigned long end);
	UVSIM_YOUNG_TYPE (*test_young)(struct mmu_notifier *subscription, struct mm_struct *mm,
				       unsigned long address);
	int (*invalidate_range_start)(struct mmu_notifier *subscription, const struct mmu_notifier_range *range);
	void (*invalidate_range_end)(struct mmu_notifier *subscription, const struct mmu_notifier_range *range);
	void (*invalidate_range)(struct mmu_notifier *subscription, struct mm_struct *mm, unsigned long start,
				 unsigned long end);
	void (*arch_invalidate_secondary_tlbs)(struct mmu_notifier *subscription, struct mm_struct *mm,
					       unsigned long start, unsigned long end);
	struct mmu_notifier *(*alloc_notifier)(struct mm_struct *mm);
	void (*free_notifier)(struct mmu_notifier *subscription);
};

struct mmu_notifier {
	const struct mmu_notifier_ops *ops;
	struct mm_struct *mm;
	unsigned int users;	/* of mmu_notifier_get() */
	void *sim;		/* the simulator's registration, while registered */
};

struct gmap {
	UVSIM_ASCE_TYPE asce;
	unsigned long *table;
	unsigned long long guest_handle;
	struct mm_struct *mm;
	unsigned long flags;
	void *sim;		/* struct gmap_space */
};

struct kvm_memory_slot {
	unsigned long long base_gfn;
	unsigned long npages;
	unsigned long userspace_addr;
	unsigned short id;
};

#define UVSIM_MEMSLOTS_MAX 64

/* Sorted as 5.10 does: highest base_gfn first. */
struct kvm_memslots {
	int used_slots;
	struct kvm_memory_slot memslots[UVSIM_MEMSLOTS_MAX];
};

/* The state description, as far as pv.c writes it. Page-aligned allocation of its own. */
struct kvm_s390_sie_block {
	unsigned int prog20;
	short icpua;
	unsigned char sdf;
	union {
		unsigned long long sidad;
		unsigned long long gbea;
	};
	unsigned long long pv_handle_cpu;
	unsigned long long pv_handle_config;
};

/* A guest page being faulted in (7.0 on): the callback runs with the page mapped, and may not sleep. */
struct guest_fault {
	unsigned long long gfn, pfn;
	struct page *page;	/* reference taken for this fault; NULL: it was mapped already */
	_Bool writable, write_attempt, attempt_pfault, valid;
	void (*callback)(struct guest_fault *fault);
	void *priv;
};

struct kvm;
struct kvm_vcpu;

/* A pv.c's kernel may give these more members: linux/kvm_host.h includes them when all types are known. */
#ifndef UVSIM_LINUX_VERSION
#include "kvm_objects.h"
#endif

#endif
