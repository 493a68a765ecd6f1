/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kernel around pv.c offers of memory management beyond what pv.c of today calls: pages and references to
 * them, mappings, page table entries, MMU notifiers, shrinkers. A part of the module ABI (module_abi.h).
 *
 * A page or folio is named by the address of its frame. Mappings and entries are objects of the simulator with the
 * kernel's names; what is in an entry is made up when it is looked at, since pages are kept as ranges.
 *
 * Built-in types only, as in module_abi.h. "T" marks what may take simulated time.
 */
#ifndef UVSIM_MEMORY_H
#define UVSIM_MEMORY_H

#include "services.h"

struct vm_area_struct {
	unsigned long vm_start, vm_end;
	struct mm_struct *vm_mm;
	unsigned long vm_flags;
	unsigned long vm_pgoff;
	void *vm_file, *vm_private_data, *anon_vma;	/* always NULL: anonymous memory, without reverse map */
	const void *vm_ops;				/* NULL */
	void *sim;					/* struct mm_vma */
};

/* What is about to become of a range; as in include/linux/mmu_notifier.h. */
enum mmu_notifier_event {
	MMU_NOTIFY_UNMAP = 0,
	MMU_NOTIFY_CLEAR,
	MMU_NOTIFY_PROTECTION_VMA,
	MMU_NOTIFY_PROTECTION_PAGE,
	MMU_NOTIFY_SOFT_DIRTY,
	MMU_NOTIFY_RELEASE,
	MMU_NOTIFY_MIGRATE,
	MMU_NOTIFY_EXCLUSIVE,
};

struct mmu_notifier_range {
	struct mm_struct *mm;
	unsigned long start, end;
	unsigned flags;
	enum mmu_notifier_event event;
	void *owner;
};

struct mmu_interval_notifier;

struct mmu_interval_notifier_ops {
	_Bool (*invalidate)(struct mmu_interval_notifier *interval, const struct mmu_notifier_range *range,
			    unsigned long sequence);
};

struct mmu_interval_notifier {
	const struct mmu_interval_notifier_ops *ops;
	struct mm_struct *mm;
	unsigned long start, last;		/* both within */
	unsigned long invalidate_seq;
	void *sim;				/* struct shim_interval */
};

/* An entry of a table above those of pages; the kernel's pointer to it is that to @val. */
struct uvsim_entry {
	unsigned long val;
	int level;				/* 1 segment, 2 to 4 region third to first */
	unsigned long address;
	struct mm_struct *mm;
	struct uvsim_entry *next;
};

/* Bits of @val, as in asm/pgtable.h of s390. */
#define UVSIM_PTE_PRESENT 0x001ul
#define UVSIM_PTE_YOUNG 0x004ul
#define UVSIM_PTE_DIRTY 0x008ul
#define UVSIM_PTE_READ 0x010ul
#define UVSIM_PTE_WRITE 0x020ul
#define UVSIM_PTE_PROTECT 0x200ul
#define UVSIM_PTE_INVALID 0x400ul
#define UVSIM_TABLE_INVALID 0x020ul

/* What a folio is; UVSIM_FOLIO_SECURE stands for PG_arch_1. */
#define UVSIM_FOLIO_MAPPED 0x1u
#define UVSIM_FOLIO_WRITEBACK 0x2u
#define UVSIM_FOLIO_SECURE 0x4u
#define UVSIM_FOLIO_LOCKED 0x8u
#define UVSIM_FOLIO_USER 0x10u	/* a page of an address space, not of the kernel */

#define UVSIM_UV_RAW 0x10000u

/* Asked for memory when it is short. The first members are the module's. */
struct uvsim_shrinker {
	unsigned long (*count)(struct uvsim_shrinker *shrinker);
	unsigned long (*scan)(struct uvsim_shrinker *shrinker, unsigned long n, unsigned long *looked_at);
	unsigned long batch;
	unsigned seeks;
	void *sim;			/* while registered */
};

struct uvsim_memory {
	unsigned size;				/* sizeof(struct uvsim_memory) */

	/* folios and pages; those of the kernel, too, where that makes sense */
	unsigned (*folio_state)(const void *folio);
	int (*folio_refs)(const void *folio);
	int (*folio_try_hold)(const void *folio, unsigned n);	/* 0: it is frozen */
	void (*folio_drop)(const void *folio, unsigned n);
	int (*folio_freeze)(const void *folio, int refs);
	void (*folio_unfreeze)(const void *folio, int refs);
	int (*folio_lock)(const void *folio, int killable);				/* T; 0 or -EINTR */
	void (*folio_wait_writeback)(const void *folio);				/* T */
	/* Destroy, export or pin; with UVSIM_UV_RAW the call alone, whatever PG_arch_1 says then. */
	int (*folio_uv)(const void *folio, unsigned command);				/* T; 0 or -EINVAL */
	int (*folio_accessible)(const void *folio);					/* T; 0 or -EINVAL */
	int (*uv_call_once)(void *uvcb);						/* T; condition code */

	/* mappings and page tables */
	struct vm_area_struct *(*vma_from)(struct mm_struct *mm, unsigned long address);
	struct uvsim_entry *(*entry)(struct mm_struct *mm, unsigned long address, int level);
	void (*entry_update)(struct uvsim_entry *entry);
	void *(*entry_lock)(struct uvsim_entry *entry);					/* T */
	/* The entry of a page in its table, to be given back; @all: the others of the table are read, too. */
	unsigned long *(*pte_at)(struct mm_struct *mm, unsigned long address, int all);
	void (*pte_update)(unsigned long *pte);
	void (*pte_done)(unsigned long *pte);
	/* The lock, a spinlock_t; NULL: there is no mapping, or it was only to be tried and is taken. */
	void *(*pte_lock)(unsigned long *pte, int try);					/* T unless @try */
	void (*pte_unlock)(unsigned long *pte);
	int (*pte_aged)(unsigned long *pte);			/* and it no longer is */
	void (*walked)(unsigned long entries);						/* T */
	/* The page at an address, a reference taken; 0 or -errno. @fault: faulted in; @pin: accessible to the host. */
	int (*page_at)(struct mm_struct *mm, unsigned long address, int fault, int pin,
		       struct page **page);			/* T; mmap lock held for read */
	void (*zap)(struct mm_struct *mm, unsigned long address, unsigned long bytes); /* T; likewise */
	/* For read: 0 or -EINTR; with @try whether it was taken. */
	int (*mmap_lock)(struct mm_struct *mm, int write, int try);			/* T */
	int (*mmap_locked)(struct mm_struct *mm, int write);	/* by this thread */
	unsigned long (*mm_flags)(struct mm_struct *mm);
	unsigned long (*mm_pages)(struct mm_struct *mm);
	/* MM_ANONPAGES and its like: @add to it, and what it is then. */
	long (*mm_counter)(struct mm_struct *mm, int member, long add);
	int (*guest_access)(struct kvm *kvm, unsigned long long gpa, unsigned long bytes, int write);	/* T */

	/* the guest's own tables, from 7.0 on */
	struct gmap *(*gmap_of)(unsigned long asce);
	unsigned long (*guest_entry)(struct gmap *gmap, unsigned long long gfn, int level);

	/* MMU notifiers */
	int (*notifier_locked)(struct mmu_notifier *notifier, struct mm_struct *mm);	/* T; mmap lock held */
	struct mmu_notifier *(*notifier_get)(const struct mmu_notifier_ops *ops, struct mm_struct *mm);	/* T */
	void (*notifier_put)(struct mmu_notifier *notifier);
	void (*notifier_synchronize)(void);						/* T */
	int (*invalidate)(struct mmu_notifier_range *range, int end, int may_block);	/* T */
	int (*interval_insert)(struct mmu_interval_notifier *interval);			/* T */
	void (*interval_remove)(struct mmu_interval_notifier *interval);		/* T */
	unsigned long (*interval_begin)(struct mmu_interval_notifier *interval);		/* T */

	/* shrinkers */
	int (*shrinker)(struct uvsim_shrinker *shrinker, int on);			/* T */

	/* later, in a thread of the kernel */
	void (*mmput_async)(struct mm_struct *mm);
	void (*srcu_call)(struct srcu_struct *srcu, struct rcu_head *head, void (*func)(struct rcu_head *head),
			  const char *name);
	void (*srcu_callbacks_done)(void);						/* T */
	int (*task_work)(struct task_struct *task, struct rcu_head *work, int add);	/* 0 or -ESRCH */

	/* the rest */
	void (*might_sleep)(const char *what);
	int (*rwlock_is_held)(const rwlock_t *lock, int write);
	int (*rwlock_try)(rwlock_t *lock, int write, const char *name);
	int (*vcpu_is_stopped)(const struct kvm_vcpu *vcpu);
};

#endif
