/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What all teardown algorithms of our own do alike: secure CPUs, birth and storage of a
 * configuration, its image, its dump. The algorithms differ in how a configuration ends.
 *
 * All functions but the short ones on top take simulated time. Errors, rc and rrc are those of the
 * kernel function of the same duty; see kvm/algorithms/algorithm.h.
 *
 * Source of behaviour: Linux arch/s390/kvm/pv.c, 6.1 and 6.12.
 */
#ifndef KVM_ALGORITHMS_COMMON_H
#define KVM_ALGORITHMS_COMMON_H

#include "kvm/algorithms/algorithm.h"
#include "kvm/kvm_host.h"

/** Pages of a top-level table, as a power of two. */
#define TOP_TABLE_ORDER 2

/** rrc of a teardown that was only put off. */
#define RRC_PUT_OFF 42

/** The whole of an address space, for destroy walks. */
#define WHOLE_SPACE (-PAGE_BYTES)

/** Pages needed for @bytes, as a power of two. */
unsigned algo_order(uint64_t bytes);

/** The VM no longer knows of a configuration; what belonged to it has another owner, or is free. */
void algo_forget(struct kvm *kvm);

/* --- storage that a configuration holds ------------------------------------------------------- */

/** What must be given back once a configuration is destroyed. */
struct algo_storage {
	uint64_t base;		/* base storage, physically contiguous */
	void *variable;		/* variable storage */
};

/** The storage of the active configuration. */
struct algo_storage algo_storage_of(const struct kvm *kvm);

/** Free @storage, or its base storage only. Only ever after the Ultravisor has given it up. */
void algo_storage_free(struct host *host, struct algo_storage storage);
void algo_storage_free_base(struct host *host, struct algo_storage storage);

/* --- the life of a configuration -------------------------------------------------------------- */

/** How an algorithm ends the active configuration at once. */
typedef int (*algo_end_fn)(struct kvm *kvm, uint16_t *rc, uint16_t *rrc);

/**
 * Create the configuration: storage, the call, the count, the notifier of the end of the address
 * space, which is registered once per VM. @flags: of the call (AP). @end undoes what the Ultravisor
 * has half done; @released (may be NULL) is called when the address space goes. 0, -ENOMEM or -EIO.
 */
int algo_create(struct kvm *kvm, uint16_t flags, algo_end_fn end, const struct mmu_notifier_ops *released,
		uint16_t *rc, uint16_t *rrc);

/** The VM that a notifier set up by algo_create() belongs to. */
struct kvm *algo_notified(struct mmu_notifier *notifier);

/** DESTROY_SEC_CONF for the active configuration; imports stop with it. 0 or -EINVAL. */
int algo_destroy_conf(struct kvm *kvm, uint16_t *rc, uint16_t *rrc);

/** One configuration less in this address space. */
void algo_uncount(struct mm_struct *mm);

/** A new top-level table for the guest; the old one is the caller's. 0, -EINVAL or -ENOMEM. */
int algo_replace_table(struct kvm *kvm);

/** Whether the guest has a single table level: then there is no top-level table to part with. */
bool algo_single_level(const struct kvm *kvm);

/** Destroy the pages of the guest below 2 GiB, where the prefix pages of the next boot will be. */
void algo_destroy_lower_2g(struct kvm *kvm);

/** Destroy every page of the address space, if it still lives. */
void algo_destroy_all_pages(struct mm *mm);

/* --- members of struct pv_algorithm, the same for all ----------------------------------------- */

int algo_create_cpu(struct kvm_vcpu *vcpu, uint16_t *rc, uint16_t *rrc);
int algo_destroy_cpu(struct kvm_vcpu *vcpu, uint16_t *rc, uint16_t *rrc);
int algo_set_cpu_state(struct kvm_vcpu *vcpu, uint8_t state);
int algo_set_sec_parms(struct kvm *kvm, void *header, uint64_t length, uint16_t *rc, uint16_t *rrc);
int algo_unpack(struct kvm *kvm, unsigned long address, unsigned long size, unsigned long tweak,
		uint16_t *rc, uint16_t *rrc);
int algo_dump_cpu(struct kvm_vcpu *vcpu, void *buffer, uint16_t *rc, uint16_t *rrc);
int algo_dump_stor_state(struct kvm *kvm, void *user, unsigned long long *gaddr, uint64_t length,
			 uint16_t *rc, uint16_t *rrc);
int algo_dump_complete(struct kvm *kvm, void *user, uint16_t *rc, uint16_t *rrc);

#define ALGO_COMMON_MEMBERS                             \
	.path = "", .create_cpu = algo_create_cpu,      \
	.destroy_cpu = algo_destroy_cpu,                \
	.set_cpu_state = algo_set_cpu_state,            \
	.set_sec_parms = algo_set_sec_parms,            \
	.unpack = algo_unpack,                          \
	.dump_cpu = algo_dump_cpu,                      \
	.dump_stor_state = algo_dump_stor_state,        \
	.dump_complete = algo_dump_complete

#endif
