/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * KVM from the inside: the simulator's own objects around the ones that pv.c works on, and what the
 * files of kvm/ and the shim call of each other.
 *
 * Each simulator object embeds the kernel object of the same name; the sim pointers of the kernel
 * objects lead back. All of them are owned by the simulation (sim_alloc()) and stay readable after
 * the VM is gone; only what the kernel really allocates for pv.c to see (SIE blocks, the SCA) comes
 * from the host heap and is freed as Linux does.
 *
 * Source of behaviour: Linux 6.12 include/linux/kvm_host.h, arch/s390/include/asm/kvm_host.h,
 * arch/s390/kvm/kvm-s390.c.
 */
#ifndef KVM_KVM_HOST_H
#define KVM_KVM_HOST_H

#include <stdbool.h>
#include <stdint.h>

#include "kvm/kvm.h"
#include "kvm/linux/include/uvsim/objects.h"
#include "mm/gmap.h"
#include "mm/mm.h"
#include "sim/lock.h"
#include "sim/thread.h"

/* Bits of kvm_vcpu.requests: only their being recorded matters here. */
#define KVM_REQ_TLB_FLUSH 0

/* kvm_s390_sie_block.prog20: set while SIE entry is forbidden, and while in SIE. */
#define PROG_BLOCK_SIE 1u
#define PROG_IN_SIE 2u

/*
 * Pages of the system control area: basic one, and the extended one a protected VM needs (16640
 * bytes), by order.
 */
#define SCA_ORDER_BASIC 0
#define SCA_ORDER_EXTENDED 3

/** Kernel versions as algorithm->version has them. */
#define KVM_KERNEL_VERSION(a, b, c) (((a) << 16) + ((b) << 8) + (c))

/** Why vCPUs left SIE, counted over the life of a vCPU. */
enum kvm_exit_reason {
	KVM_REASON_SECURE_ACCESS,	/* exception 3d */
	KVM_REASON_NON_SECURE,		/* exception 3e */
	KVM_REASON_VIOLATION,		/* exception 3f */
	KVM_REASON_FAULT,		/* ordinary translation exception */
	KVM_REASON_DIAG308,
	KVM_REASON_WAIT,		/* enabled wait */
	KVM_REASON_EXTERNAL,		/* kick, signal, end of slice */
	KVM_REASON_VALIDITY,		/* SIE refused the state */
	KVM_REASON_COUNT,
};

struct kvm_vcpu_sim {
	/* .sim, .mutex.sim, .kvm, .arch.sie_block, .arch.gmap are set */
	struct kvm_vcpu vcpu;
	struct kvm_vm *vm;
	struct kvm_vcpu_sim *next;		/* in order of creation: kvm_for_each_vcpu() */
	const char *name;			/* "vm0-cpu0" */
	struct kvm_s390_sie_block *sie_block;	/* a page of the host heap; NULL once destroyed */
	/* vcpu->mutex: held by every vCPU ioctl, so throughout KVM_RUN */
	struct sim_mutex mutex;
	const struct guest_ops *ops;
	void *guest;
	struct sim_thread *thread;		/* set by KVM_RUN: who runs it, NULL outside */
	/* CPUSTAT_STOPPED: KVM_RUN starts it, or fails if user_cpu_state */
	bool stopped;
	/* kvm_kick_vcpu(): KVM_RUN returns INTR and clears it */
	bool kicked;
	/* kvm_vcpu_wakeup(): an enabled wait ends and clears it */
	bool woken;
	/* where an enabled wait and a blocked SIE entry sleep */
	struct sim_waitqueue wait;
	uint64_t exits[KVM_REASON_COUNT];
	sim_time think_done;			/* of the guest time before the touch in hand */
	/* when the touch in hand first faulted, SIM_FOREVER: it has not */
	sim_time fault_begin;
	/* of the latest look at a rhythm: where its row goes on, and what is left of it; NULL: it is in none */
	uint64_t *row, *row_left;
};

struct kvm_vm {
	/* .sim, .mm, .memslots, .arch.{sca,gmap} and the locks are set */
	struct kvm kvm;
	struct mm_struct mm_face;		/* kvm.mm; .sim is mm */
	struct gmap gmap_face;			/* kvm.arch.gmap; .sim is gmap */
	struct gmap_space *gmap;
	struct mm *mm;				/* holds a count (mm_grab) until the VM is gone */
	struct host *host;
	const struct pv_algorithm *algorithm;
	const char *name;
	unsigned users;				/* references to the VM's file */
	uint64_t limit;				/* highest guest address + 1 */
	struct sim_mutex lock;			/* kvm->lock */
	struct sim_mutex slots_lock;		/* kvm->slots_lock */
	struct sim_srcu srcu;			/* kvm->srcu */
	struct kvm_memslots slots;
	struct kvm_vcpu_sim *vcpus, *last_vcpu;	/* in order of creation */
	uint64_t sca;				/* address of the SCA, 0 once disposed of */
	bool use_esca;
	/* user space controls the CPU state: from the first pv command on */
	bool user_cpu_state;
	/* service interrupts blocked (IRQ_PEND_EXT_SERVICE) */
	bool service_masked;
	bool destroyed;				/* kvm_arch_destroy_vm() is over */
};

/** The simulator's objects behind the kernel's. */
static inline struct kvm_vm *to_kvm_vm(const struct kvm *kvm)
{
	return (struct kvm_vm *)kvm->sim;
}

static inline struct kvm_vcpu_sim *to_vcpu_sim(const struct kvm_vcpu *vcpu)
{
	return (struct kvm_vcpu_sim *)vcpu->sim;
}

/* --- what pv.c calls, through the shim -------------------------------------------------------- */

/**
 * Takes time: destroy the secure CPU of every vCPU, under its mutex. Goes on after an error; 0, or
 * -EIO with rc and rrc of the first that failed.
 */
int kvm_s390_cpus_from_pv(struct kvm *kvm, uint16_t *rc, uint16_t *rrc);

/** Allow SIE entry again on all vCPUs. Takes no time. */
void kvm_s390_vcpu_unblock_all(struct kvm *kvm);

/** The slot that holds @gfn, or NULL. */
struct kvm_memory_slot *gfn_to_memslot(struct kvm *kvm, uint64_t gfn);

/** First guest frame number past the last slot; 0 if there is none. */
uint64_t kvm_s390_get_gfn_end(struct kvm *kvm);

/** Record request @req (a bit number) for @vcpu. */
void kvm_make_request(int req, struct kvm_vcpu *vcpu);

/**
 * Takes time: kvm_s390_faultin_gfn() of 7.0 on: fault guest page fault->gfn in for write and run its
 * callback. 0, -EFAULT, or 5 (PGM_ADDRESSING): no memslot there.
 */
int kvm_s390_faultin_gfn(struct kvm_vm *vm, struct guest_fault *fault);

/** Takes time: gfn_to_page(): its frame number, or 0 if it cannot be had. */
uint64_t kvm_gfn_to_frame(struct kvm_vm *vm, uint64_t gfn);

/** User address of @gfn, all ones if there is none. */
uint64_t kvm_gfn_to_hva(const struct kvm *kvm, uint64_t gfn);

/** The configuration that the running guest's pages are imported to; 0: not protected. */
uint64_t kvm_import_handle(const struct kvm_vm *vm);

/* --- between the files of kvm/ ---------------------------------------------------------------- */

/**
 * Takes time: create a secure CPU for every vCPU; undoes all at the first error, which is returned.
 */
int kvm_s390_cpus_to_pv(struct kvm_vm *vm, uint16_t *rc, uint16_t *rrc);

/** Forbid SIE entry on all vCPUs and push those inside out. Does not wait for them. */
void kvm_s390_vcpu_block_all(struct kvm *kvm);

/**
 * Copy ASCE and top-level table of the address space to the face that pv.c reads. To be called
 * after each gmap_replace_asce(), once it succeeded.
 */
void kvm_gmap_sync(struct kvm_vm *vm);

/**
 * Wake @vcpu's guest from an enabled wait, as an interrupt would: the next ops->next() is asked.
 * Sticks until then.
 */
void kvm_vcpu_wakeup(struct kvm_vcpu_sim *vcpu);

/**
 * Takes time: kvm_arch_vcpu_destroy(): the secure CPU if there is one, then the SIE block whatever
 * came of that.
 */
void kvm_vcpu_destroy(struct kvm_vcpu_sim *vcpu);

/**
 * Takes time when protected: leave the stopped state (KVM_RUN does so itself unless
 * user_cpu_state). 0 or -EINVAL. vcpu->mutex is held.
 */
int kvm_s390_vcpu_start(struct kvm_vcpu_sim *vcpu);

/** Is @v the count of protected configurations of the address space whose mm->ctx is @ctx? */
bool kvm_is_protected_count(const void *ctx, const atomic_t *v);

/** Whether the kvm module was loaded with async_destroy. */
bool kvm_async_destroy(void);

#endif
