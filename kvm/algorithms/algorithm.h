/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A teardown algorithm: what stands behind the KVM_PV ioctls. A real pv.c module fills this table in, and so does
 * an algorithm of our own. Functions take the objects of kvm/linux/include/uvsim/objects.h; errnos and rc/rrc
 * as in Linux. A NULL member is a function that this version does not have (before 6.2 there is no
 * set_aside).
 */
#ifndef KVM_ALGORITHMS_ALGORITHM_H
#define KVM_ALGORITHMS_ALGORITHM_H

#include <stdbool.h>
#include <stdint.h>

struct kvm;
struct kvm_vcpu;

struct pv_algorithm {
	const char *label;		/* "6.12.117-1", "builtin:async" */
	const char *path;		/* source file compiled, "" for builtin */
	char sha256[65];		/* of that file */
	unsigned version;		/* KERNEL_VERSION(a, b, c) */
	unsigned world;			/* version whose world is around it (mm/world.h); 0: by version */

	/* module_init(), or NULL: before the first VM of a run is made, which it can refuse with -errno */
	int (*boot)(void);
	int (*init_vm)(struct kvm *kvm, uint16_t *rc, uint16_t *rrc);
	int (*deinit_vm)(struct kvm *kvm, uint16_t *rc, uint16_t *rrc);
	int (*deinit_cleanup_all)(struct kvm *kvm, uint16_t *rc, uint16_t *rrc);
	int (*set_aside)(struct kvm *kvm, uint16_t *rc, uint16_t *rrc);
	int (*deinit_aside_vm)(struct kvm *kvm, uint16_t *rc, uint16_t *rrc);
	int (*create_cpu)(struct kvm_vcpu *vcpu, uint16_t *rc, uint16_t *rrc);
	int (*destroy_cpu)(struct kvm_vcpu *vcpu, uint16_t *rc, uint16_t *rrc);
	int (*set_sec_parms)(struct kvm *kvm, void *hdr, uint64_t length, uint16_t *rc, uint16_t *rrc);
	int (*unpack)(struct kvm *kvm, unsigned long addr, unsigned long size, unsigned long tweak, uint16_t *rc,
		      uint16_t *rrc);
	int (*set_cpu_state)(struct kvm_vcpu *vcpu, uint8_t state);
	int (*dump_cpu)(struct kvm_vcpu *vcpu, void *buff, uint16_t *rc, uint16_t *rrc);
	int (*dump_stor_state)(struct kvm *kvm, void *buff_user, unsigned long long *gaddr, uint64_t buff_user_len,
			       uint16_t *rc, uint16_t *rrc);
	int (*dump_complete)(struct kvm *kvm, void *buff_user, uint16_t *rc, uint16_t *rrc);
	/* exceptions of a guest, under kvm->srcu; NULL: not in pv.c (before 6.14) */
	int (*convert_to_secure)(struct kvm *kvm, unsigned long gaddr);
	int (*destroy_page)(struct kvm *kvm, unsigned long gaddr);
	bool own_imports;	/* these two are of no kernel that kvm/touch_bulk.c stands for: each call is made */
	/* from 6.6 on; NULL: the handle tells. Lock assertions inside: kvm->lock, vcpu->mutex */
	bool (*is_protected)(struct kvm *kvm);
	bool (*cpu_is_protected)(struct kvm_vcpu *vcpu);
};

#endif
