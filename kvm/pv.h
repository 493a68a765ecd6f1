/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Between the files behind the pv ioctls; and what differs between kernel versions around pv.c, in
 * one place.
 *
 * Source of behaviour: Linux 5.10, 6.1, 6.12 and 7.3 arch/s390/kvm/kvm-s390.c (7.3: s390/s390.c).
 */
#ifndef KVM_PV_H
#define KVM_PV_H

#include <stdbool.h>
#include <stdint.h>

struct kvm_pv_cmd;
struct kvm_vm;
struct mm;
struct pv_algorithm;

/** How one version's ioctl layer behaves. */
struct pv_rules {
	bool info;		/* KVM_PV_INFO exists (6.1 on) */
	bool dump;		/* KVM_PV_DUMP exists (6.1 on) */
	bool async;		/* ASYNC_CLEANUP_PREPARE and PERFORM exist (6.2 on) */
	uint64_t sec_parms_max;	/* longest header that SET_SEC_PARMS takes, bytes */
	bool lock_all;		/* kvm->lock is held around the whole dispatcher (before 6.2) */
};

/** The rules of the version that @algorithm says it is. */
struct pv_rules pv_rules(const struct pv_algorithm *algorithm);

/**
 * Takes time: destroy what the VM still has at the Ultravisor; its secure CPUs must be gone.
 * deinit_cleanup_all() where the version has it, else deinit_vm() if the VM is protected. 0 or
 * -errno.
 */
int pv_deinit(struct kvm_vm *vm, uint16_t *rc, uint16_t *rrc);

/** Takes time: KVM_PV_INFO and KVM_PV_DUMP, under kvm->lock. 0 or -errno. */
int kvm_s390_pv_query(struct kvm_pv_cmd *cmd);
int pv_dump(struct kvm_vm *vm, struct kvm_pv_cmd *cmd);

/* --- pv_check.c: what pv.c may not have forgotten; none of it takes time -------------------------- */

/**
 * KVM_PV_ASYNC_CLEANUP_PREPARE succeeded: no page of the guest below 2 GiB may still be secure. Reports a violation
 * "prepared-secure".
 */
void pv_check_prepared(struct kvm_vm *vm);

/**
 * context.protected_count of @mm has just become @count: it may not be less than the configurations alive, nor 0 while
 * pages are secure. Reports a violation "protected-count".
 */
void pv_check_count(struct mm *mm, int count);

#endif
