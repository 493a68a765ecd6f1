/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the private headers of KVM on s390 have had in all versions, under whatever name: the debug
 * event, handles, memslot end, and what pv.c and the rest of KVM offer each other. Source:
 * arch/s390/kvm/kvm-s390.h, from 7.0 on arch/s390/kvm/s390/s390.h.
 */
#ifndef UVSIM_KVM_PRIVATE_H
#define UVSIM_KVM_PRIVATE_H

#include <linux/kvm_host.h>
#include <uvsim/kvm_trace.h>
#include <linux/pagemap.h>

#define KVM_UV_EVENT(kvm, level, format...) uvsim_api->uv_event(kvm, level, format)

/* First guest frame past the last memslot; slots are sorted with the highest first. */
UVSIM_STUB unsigned long kvm_s390_get_gfn_end(struct kvm_memslots *slots)
{
	if (WARN_ON(slots->used_slots == 0))
		return 0;
	return slots->memslots[0].base_gfn + slots->memslots[0].npages;
}

UVSIM_STUB u64 kvm_s390_pv_get_handle(struct kvm *kvm)
{
	return kvm->arch.pv.handle;
}

UVSIM_STUB u64 kvm_s390_pv_cpu_get_handle(struct kvm_vcpu *vcpu)
{
	return vcpu->arch.pv.handle;
}

/* in pv.c */
int kvm_s390_pv_destroy_cpu(struct kvm_vcpu *vcpu, u16 *rc, u16 *rrc);
int kvm_s390_pv_create_cpu(struct kvm_vcpu *vcpu, u16 *rc, u16 *rrc);
int kvm_s390_pv_set_aside(struct kvm *kvm, u16 *rc, u16 *rrc);
int kvm_s390_pv_deinit_aside_vm(struct kvm *kvm, u16 *rc, u16 *rrc);
int kvm_s390_pv_deinit_cleanup_all(struct kvm *kvm, u16 *rc, u16 *rrc);
int kvm_s390_pv_deinit_vm(struct kvm *kvm, u16 *rc, u16 *rrc);
int kvm_s390_pv_init_vm(struct kvm *kvm, u16 *rc, u16 *rrc);
int kvm_s390_pv_set_sec_parms(struct kvm *kvm, void *hdr, u64 length, u16 *rc, u16 *rrc);
int kvm_s390_pv_unpack(struct kvm *kvm, unsigned long addr, unsigned long size, unsigned long tweak,
		       u16 *rc, u16 *rrc);
int kvm_s390_pv_set_cpu_state(struct kvm_vcpu *vcpu, u8 state);
int kvm_s390_pv_dump_cpu(struct kvm_vcpu *vcpu, void *buff, u16 *rc, u16 *rrc);
int kvm_s390_pv_dump_stor_state(struct kvm *kvm, void __user *buff_user, u64 *gaddr,
				u64 buff_user_len, u16 *rc, u16 *rrc);
int kvm_s390_pv_dump_complete(struct kvm *kvm, void __user *buff_user, u16 *rc, u16 *rrc);
int kvm_s390_pv_make_secure(struct kvm *kvm, unsigned long gaddr, void *uvcb);
int kvm_s390_pv_convert_to_secure(struct kvm *kvm, unsigned long gaddr);
int kvm_s390_pv_destroy_page(struct kvm *kvm, unsigned long gaddr);

#if UVSIM_SHAPE_IS_PROTECTED
bool kvm_s390_pv_is_protected(struct kvm *kvm);
bool kvm_s390_pv_cpu_is_protected(struct kvm_vcpu *vcpu);
#else
UVSIM_STUB bool kvm_s390_pv_is_protected(struct kvm *kvm)
{
	lockdep_assert_held(&kvm->lock);
	return kvm_s390_pv_get_handle(kvm) != 0;
}

UVSIM_STUB bool kvm_s390_pv_cpu_is_protected(struct kvm_vcpu *vcpu)
{
	lockdep_assert_held(&vcpu->mutex);
	return kvm_s390_pv_cpu_get_handle(vcpu) != 0;
}
#endif

/* in kvm-s390.c */
UVSIM_STUB int kvm_s390_cpus_from_pv(struct kvm *kvm, u16 *rc, u16 *rrc)
{
	return uvsim_api->cpus_from_pv(kvm, rc, rrc);
}

UVSIM_STUB void kvm_s390_vcpu_block_all(struct kvm *kvm)
{
	uvsim_api->services->vcpu_block_all(kvm);
}

UVSIM_STUB void kvm_s390_vcpu_unblock_all(struct kvm *kvm)
{
	uvsim_api->vcpu_unblock_all(kvm);
}

/* Destroys the page, or exports it if that fails (6.14 on). */
UVSIM_STUB int __kvm_s390_pv_destroy_page(struct page *page)
{
	return uvsim_api->pv_destroy_page(page);
}

#define VM_EVENT(kvm, level, format...) uvsim_api->uv_event(kvm, level, format)
#define VCPU_EVENT(vcpu, level, format...) uvsim_api->uv_event((vcpu)->kvm, level, format)
#define KVM_EVENT(level, format...) uvsim_api->uv_event(NULL, level, format)

#endif
