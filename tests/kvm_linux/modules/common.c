/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The begin of a pv.c of our own that does nothing but try the kernel around it: the functions every pv.c has.
 * Put before one of the other files here. SET_SEC_PARMS runs a test: the header's address is its number, the
 * result the line of the first check that failed, or 0.
 */
#include <linux/kvm_host.h>
#include <asm/uv.h>
#include "kvm-s390.h"

#define CHECK(condition) \
	do { \
		if (!(condition)) { \
			pr_err("%s\n", #condition); \
			return __LINE__; \
		} \
	} while (0)

#define US(ns) ((u64)(ns) * 1000)

int kvm_s390_pv_init_vm(struct kvm *kvm, u16 *rc, u16 *rrc)
{
	*rc = *rrc = 0;
	return kvm ? 0 : -EINVAL;
}

int kvm_s390_pv_deinit_vm(struct kvm *kvm, u16 *rc, u16 *rrc)
{
	return kvm_s390_pv_init_vm(kvm, rc, rrc);
}

int kvm_s390_pv_create_cpu(struct kvm_vcpu *vcpu, u16 *rc, u16 *rrc)
{
	return kvm_s390_pv_init_vm(vcpu->kvm, rc, rrc);
}

int kvm_s390_pv_destroy_cpu(struct kvm_vcpu *vcpu, u16 *rc, u16 *rrc)
{
	return kvm_s390_pv_init_vm(vcpu->kvm, rc, rrc);
}

int kvm_s390_pv_unpack(struct kvm *kvm, unsigned long addr, unsigned long size, unsigned long tweak, u16 *rc,
		       u16 *rrc)
{
	return addr | size | tweak ? -EINVAL : kvm_s390_pv_init_vm(kvm, rc, rrc);
}

int kvm_s390_pv_set_cpu_state(struct kvm_vcpu *vcpu, u8 state)
{
	return vcpu && state ? 0 : -EINVAL;
}

static int (*const tests[])(struct kvm *kvm);

int kvm_s390_pv_set_sec_parms(struct kvm *kvm, void *hdr, u64 length, u16 *rc, u16 *rrc)
{
	*rc = *rrc = (u16)length;
	return tests[(unsigned long)hdr](kvm);
}

#line 1 "pv.c"
