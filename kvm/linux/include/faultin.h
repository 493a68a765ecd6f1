/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Faulting guest pages in, from 7.0 on. No vCPU is needed here. */
#ifndef UVSIM_FAULTIN_H
#define UVSIM_FAULTIN_H

#include <linux/kvm_host.h>

UVSIM_STUB int kvm_s390_faultin_gfn(struct kvm_vcpu *vcpu, struct kvm *kvm,
				    struct guest_fault *fault)
{
	return uvsim_api->faultin_gfn(vcpu ? vcpu->kvm : kvm, fault);
}

UVSIM_STUB int kvm_s390_faultin_gfn_simple(struct kvm_vcpu *vcpu, struct kvm *kvm, gfn_t gfn,
					   bool write)
{
	struct guest_fault fault = { .gfn = gfn, .write_attempt = write };

	return kvm_s390_faultin_gfn(vcpu, kvm, &fault);
}

#endif
