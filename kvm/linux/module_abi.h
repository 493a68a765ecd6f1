/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ABI between the simulator and a pv.c module (a shared object made of one pv.c and module.c).
 *
 * The module sees the simulator only through struct uvsim_kernel_api, given at load; it gives back
 * struct uvsim_pv_module. Both sides include this header: the simulator with the C library's
 * headers, the module with the stub headers. So it uses built-in types only (unsigned long has 64
 * bits, checked below).
 *
 * A change of anything here or in include/uvsim/objects.h and kvm_objects.h needs a new UVSIM_ABI_VERSION.
 */
#ifndef KVM_LINUX_MODULE_ABI_H
#define KVM_LINUX_MODULE_ABI_H

#include "include/uvsim/objects.h"
#include "include/uvsim/services.h"
#include "include/uvsim/memory.h"

#define UVSIM_ABI_MAGIC 0x7576706dul	/* "uvpm" */
#define UVSIM_ABI_VERSION 17u

_Static_assert(sizeof(unsigned long) == 8 && sizeof(void *) == 8, "a 64-bit host is needed");

/*
 * What the machine answers to the query UVC, as the kernel keeps it (arch/s390/include/asm/uv.h).
 */
struct uvsim_uv_info {
	unsigned long inst_calls_list[4];	/* bit 0 is the most significant bit of word 0 */
	unsigned long uv_base_stor_len;
	unsigned long guest_base_stor_len;
	unsigned long guest_virt_base_stor_len;
	unsigned long guest_virt_var_stor_len;
	unsigned long guest_cpu_stor_len;
	unsigned long max_sec_stor_addr;
	unsigned int max_num_sec_conf;
	unsigned short max_guest_cpu_id;
	unsigned long uv_feature_indications;
	unsigned long conf_dump_storage_state_len;
	unsigned long conf_dump_finalize_len;
};

/*
 * Flags of an allocation: those of Linux that matter to the simulator, as mm/gfp.h has them (shim.c checks that they
 * agree).
 */
#define UVSIM_GFP_DIRECT 0x1u
#define UVSIM_GFP_KSWAPD 0x2u
#define UVSIM_GFP_HIGH 0x4u
#define UVSIM_GFP_MEMALLOC 0x8u
#define UVSIM_GFP_NOMEMALLOC 0x10u
#define UVSIM_GFP_NORETRY 0x20u
#define UVSIM_GFP_RETRY_MAYFAIL 0x40u
#define UVSIM_GFP_NOFAIL 0x80u
#define UVSIM_GFP_NOWARN 0x100u
#define UVSIM_GFP_ZERO 0x200u
#define UVSIM_GFP_ACCOUNT 0x400u

/*
 * What the kernel offers to pv.c. "T" marks functions that may take simulated time (and so may let
 * other threads run). @site names the calling function, for fault injection.
 */
struct uvsim_kernel_api {
	unsigned abi;			/* UVSIM_ABI_VERSION */
	unsigned size;			/* sizeof(struct uvsim_kernel_api) */
	void *owner;			/* the loader's object for this module */

	/* memory */
	unsigned long (*get_free_pages)(unsigned gfp, unsigned order, const char *site); /* T */
	void (*free_pages)(unsigned long address, unsigned order);			/* T */
	void *(*vzalloc)(unsigned long bytes, unsigned gfp, const char *site);		/* T */
	void (*vfree)(const void *address);						/* T */
	void *(*kzalloc)(unsigned long bytes, unsigned gfp, const char *site);		/* T */
	void (*kfree)(const void *object);						/* T */
	unsigned long (*copy_to_user)(void *to, const void *from,
				      unsigned long n); /* T, bytes not copied */

	/* locks; @name is the lock's expression in the source */
	void (*mutex_lock)(struct mutex *lock, const char *name);			/* T */
	void (*mutex_unlock)(struct mutex *lock);
	int (*mutex_is_held)(struct mutex *lock);
	int (*srcu_read_lock)(struct srcu_struct *srcu, const char *name);		/* T */
	void (*srcu_read_unlock)(struct srcu_struct *srcu, int index);
	int (*srcu_is_held)(struct srcu_struct *srcu);

	void (*write_lock)(rwlock_t *lock, const char *name);				/* T */
	void (*write_unlock)(rwlock_t *lock);

	/* the running thread */
	int (*fatal_signal_pending)(struct task_struct *task);
	void (*cond_resched)(void);							/* T */
	void (*atomic_changed)(atomic_t *v);
	const struct uvsim_services *services;	/* threads, sleep, work, RCU: include/uvsim/services.h */
	const struct uvsim_memory *memory;	/* pages, mappings, notifiers: include/uvsim/memory.h */

	/* the Ultravisor */
	int (*uv_call)(void *uvcb);							/* T */
	int (*uv_call_sched)(void *uvcb);						/* T */
	int (*uv_call_preempted)(void *uvcb);						/* T */
	int (*uv_cmd_nodata)(unsigned long long handle, unsigned short cmd, unsigned short *rc,
			     unsigned short *rrc);					/* T */
	struct uvsim_uv_info *(*uv_info)(void);

	/* address spaces */
	int (*mmget_not_zero)(struct mm_struct *mm);
	void (*mmput)(struct mm_struct *mm);						/* T */
	int (*mmu_notifier_register)(struct mmu_notifier *notifier, struct mm_struct *mm); /* T */
	int (*uv_destroy_range)(struct mm_struct *mm, unsigned long start, unsigned long end,
				int interruptible);					/* T */
	int (*replace_asce)(struct gmap *gmap);						/* T */
	int (*gmap_make_secure)(struct gmap *gmap, unsigned long gaddr, void *uvcb);	/* T */
	int (*make_hva_secure)(struct mm_struct *mm, unsigned long hva, void *uvcb);	/* T */
	void (*reset_acc)(struct mm_struct *mm);					/* T */

	/* address spaces and pages, as 7.0 and later see them */
	void (*mmap_read_lock)(struct mm_struct *mm);					/* T */
	int (*mmap_read_trylock)(struct mm_struct *mm);
	void (*mmap_read_unlock)(struct mm_struct *mm);
	int (*gmap_pv_destroy_range)(struct gmap *gmap, unsigned long long start,
				     unsigned long long end, int interruptible);	/* T */
	void (*gmap_split_huge_pages)(struct gmap *gmap);				/* T */
	int (*faultin_gfn)(struct kvm *kvm, struct guest_fault *fault);			/* T */
	unsigned long (*gfn_to_hva)(struct kvm *kvm, unsigned long long gfn);
	struct page *(*gfn_to_page)(struct kvm *kvm, unsigned long long gfn);		/* T */
	int (*pv_destroy_page)(struct page *page);					/* T */
	int (*uv_destroy_folio)(struct folio *folio);					/* T */
	int (*folio_trylock)(struct folio *folio);
	void (*folio_unlock)(struct folio *folio);
	int (*make_folio_secure)(struct folio *folio, void *uvcb);			/* T */
	int (*wiggle_split_folio)(struct mm_struct *mm, struct folio *folio);		/* T */

	/* the rest of KVM */
	struct kvm_memory_slot *(*gfn_to_memslot)(struct kvm *kvm, unsigned long long gfn);
	void (*make_request)(int request, struct kvm_vcpu *vcpu);
	int (*cpus_from_pv)(struct kvm *kvm, unsigned short *rc, unsigned short *rrc);	/* T */
	void (*vcpu_unblock_all)(struct kvm *kvm);

	/* what the kernel says */
	void (*warn)(const char *file, int line, const char *function, const char *format, ...)
		__attribute__((format(printf, 4, 5)));
	void (*lockdep_failed)(const char *file, int line, const char *function, const char *text);
	void (*uv_event)(struct kvm *kvm, int level, const char *format, ...)
		__attribute__((format(printf, 3, 4)));

	/* compiler hooks of pv.c: @owner as above */
	void (*function_enter)(void *owner, void *function);
	void (*function_leave)(void *owner, void *function);
	void (*edge)(void *owner, void *address);
};

/* Sizes of everything shared; compared at load. */
struct uvsim_sizes {
	unsigned api, services, memory, task, work, module, uv_info;
	unsigned vma, range, interval, entry, shrinker;
	unsigned guest_fault;
	unsigned kvm, kvm_vcpu, gmap, mm_struct, memslots, sie_block, mmu_notifier, mutex, srcu;
};

#define UVSIM_SIZES { \
	sizeof(struct uvsim_kernel_api), sizeof(struct uvsim_services), sizeof(struct uvsim_memory), \
	sizeof(struct task_struct), \
	sizeof(struct work_struct), sizeof(struct uvsim_pv_module), \
	sizeof(struct uvsim_uv_info), sizeof(struct vm_area_struct), sizeof(struct mmu_notifier_range), \
	sizeof(struct mmu_interval_notifier), sizeof(struct uvsim_entry), sizeof(struct uvsim_shrinker), \
	sizeof(struct guest_fault), sizeof(struct kvm), sizeof(struct kvm_vcpu), \
	sizeof(struct gmap), sizeof(struct mm_struct), sizeof(struct kvm_memslots), \
	sizeof(struct kvm_s390_sie_block), sizeof(struct mmu_notifier), sizeof(struct mutex), \
	sizeof(struct srcu_struct), \
}

/*
 * What a module exports, as the data symbol UVSIM_MODULE_SYMBOL. The first two members never
 * change, so that a module of another ABI can be told from a broken one. A function that this pv.c
 * lacks is NULL.
 */
struct uvsim_pv_module {
	unsigned long magic;
	unsigned abi;
	struct uvsim_sizes sizes;
	unsigned version;		/* KERNEL_VERSION(a, b, c) */
	unsigned world;			/* UVSIM_WORLD_*: what its code calls for */
	const char *label;
	const char *path;		/* pv.c as it was named */
	const char *sha256;		/* of that file */
	const char *compiler;		/* first line of its --version */
	int coverage;			/* pv.c was compiled with edge hooks */

	void (*attach)(const struct uvsim_kernel_api *api);
	int (*boot)(void);		/* module_init() of this pv.c, or NULL */

	int (*init_vm)(struct kvm *kvm, unsigned short *rc, unsigned short *rrc);
	int (*deinit_vm)(struct kvm *kvm, unsigned short *rc, unsigned short *rrc);
	int (*deinit_cleanup_all)(struct kvm *kvm, unsigned short *rc, unsigned short *rrc);
	int (*set_aside)(struct kvm *kvm, unsigned short *rc, unsigned short *rrc);
	int (*deinit_aside_vm)(struct kvm *kvm, unsigned short *rc, unsigned short *rrc);
	int (*create_cpu)(struct kvm_vcpu *vcpu, unsigned short *rc, unsigned short *rrc);
	int (*destroy_cpu)(struct kvm_vcpu *vcpu, unsigned short *rc, unsigned short *rrc);
	int (*set_sec_parms)(struct kvm *kvm, void *hdr, unsigned long length, unsigned short *rc,
			     unsigned short *rrc);
	int (*unpack)(struct kvm *kvm, unsigned long addr, unsigned long size, unsigned long tweak,
		      unsigned short *rc, unsigned short *rrc);
	int (*set_cpu_state)(struct kvm_vcpu *vcpu, unsigned char state);
	int (*dump_cpu)(struct kvm_vcpu *vcpu, void *buff, unsigned short *rc, unsigned short *rrc);
	int (*dump_stor_state)(struct kvm *kvm, void *buff_user, unsigned long long *gaddr,
			       unsigned long buff_user_len, unsigned short *rc,
			       unsigned short *rrc);
	int (*dump_complete)(struct kvm *kvm, void *buff_user, unsigned short *rc,
			     unsigned short *rrc);
	_Bool own_imports;		/* convert_to_secure() and destroy_page() are not those that bulk work knows */
	int (*convert_to_secure)(struct kvm *kvm, unsigned long gaddr);
	int (*destroy_page)(struct kvm *kvm, unsigned long gaddr);
	_Bool (*is_protected)(struct kvm *kvm);
	_Bool (*cpu_is_protected)(struct kvm_vcpu *vcpu);
};

#define UVSIM_MODULE_SYMBOL "uvsim_pv_module"

#endif
