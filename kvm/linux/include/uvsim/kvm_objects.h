/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * KVM's objects: what uvsim/objects.h says of all of them holds for these. A pv.c's own kernel may give four of them
 * more members (kvm/linux/own_members.c): they lie in a room at the struct's end, which is zeros when the VM is made
 * and which nobody but pv.c looks at.
 *
 * Names and duties of the members: Linux arch/s390/include/asm/kvm_host.h, include/linux/kvm_host.h.
 */
#ifndef UVSIM_KVM_OBJECTS_H
#define UVSIM_KVM_OBJECTS_H

/* Room for members of pv.c's own kernel, in words of 8 bytes. */
#define UVSIM_OWN_WORDS 128

#ifdef UVSIM_OWN_FILE
#include UVSIM_OWN_FILE
#define UVSIM_OWN_MEMBERS(type) \
	_Static_assert(sizeof(struct { uvsim_own_##type }) <= UVSIM_OWN_WORDS * 8, \
		       "more members of its own in struct " #type " than there is room for"); \
	union { \
		struct { \
			uvsim_own_##type \
		}; \
		unsigned long long uvsim_own[UVSIM_OWN_WORDS]; \
	};
#else
#define UVSIM_OWN_MEMBERS(type) unsigned long long uvsim_own[UVSIM_OWN_WORDS];
#endif

struct kvm_s390_pv_vcpu {
	unsigned long long handle;
	unsigned long stor_base;
	UVSIM_OWN_MEMBERS(kvm_s390_pv_vcpu)
};

struct kvm_vcpu_arch {
	struct kvm_s390_sie_block *sie_block;
	struct gmap *gmap;
	struct kvm_s390_pv_vcpu pv;
	UVSIM_OWN_MEMBERS(kvm_vcpu_arch)
};

struct kvm_vcpu {
	struct kvm *kvm;
	int vcpu_id;
	int vcpu_idx;
	int srcu_idx;
	struct mutex mutex;
	unsigned long long requests;
	struct kvm_vcpu_arch arch;
	void *sim;		/* struct kvm_vcpu_sim */
};

struct kvm_s390_pv {
	unsigned long long handle;
	unsigned long long guest_len;
	unsigned long stor_base;
	void *stor_var;
	_Bool dumping;
	void *set_aside;
	struct list_head need_cleanup;
	struct mmu_notifier mmu_notifier;
	struct mutex import_lock;
	UVSIM_OWN_MEMBERS(kvm_s390_pv)
};

struct kvm_s390_cpu_model {
	struct {
		unsigned int ap : 1;
		unsigned int ap_intr : 1;
	} uv_feat_guest;
};

struct kvm_arch {
	void *sca;
	struct gmap *gmap;
	struct kvm_s390_cpu_model model;
	struct kvm_s390_pv pv;
	UVSIM_OWN_MEMBERS(kvm_arch)
};

struct kvm {
	struct mm_struct *mm;
	struct mutex lock;
	struct mutex slots_lock;
	struct srcu_struct srcu;
	rwlock_t mmu_lock;
	struct kvm_memslots *memslots;
	struct kvm_arch arch;
	void *sim;		/* struct kvm_vm */
};

#endif
