/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * KVM, the generic half: memslots and requests. Like the kernel's header it draws in everything
 * that KVM code takes for granted.
 */
#ifndef UVSIM_LINUX_KVM_HOST_H
#define UVSIM_LINUX_KVM_HOST_H

#include <linux/atomic.h>
#include <linux/bitops.h>
#include <linux/bug.h>
#include <linux/cpu.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/err.h>
#include <linux/hashtable.h>
#include <linux/list.h>
#include <linux/lockdep.h>
#include <linux/mm.h>
#include <linux/mmap_lock.h>
#include <linux/mmu_notifier.h>
#include <linux/mutex.h>
#include <linux/nospec.h>
#include <linux/ratelimit.h>
#include <linux/rbtree.h>
#include <linux/rcupdate.h>
#include <linux/rcuwait.h>
#include <linux/refcount.h>
#include <linux/sched.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/srcu.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>
#include <linux/xarray.h>

#include <asm/kvm_host.h>

#define KVM_REQ_TLB_FLUSH 0

UVSIM_STUB struct kvm_memslots *kvm_memslots(struct kvm *kvm)
{
	return kvm->memslots;
}

UVSIM_STUB struct kvm_memory_slot *gfn_to_memslot(struct kvm *kvm, gfn_t gfn)
{
	return uvsim_api->gfn_to_memslot(kvm, gfn);
}

UVSIM_STUB gfn_t gpa_to_gfn(gpa_t gpa)
{
	return gpa >> PAGE_SHIFT;
}

UVSIM_STUB gpa_t gfn_to_gpa(gfn_t gfn)
{
	return gfn << PAGE_SHIFT;
}

/* Host address of a guest frame; all ones if there is none. */
UVSIM_STUB unsigned long gfn_to_hva(struct kvm *kvm, gfn_t gfn)
{
	return uvsim_api->gfn_to_hva(kvm, gfn);
}

UVSIM_STUB bool kvm_is_error_hva(unsigned long hva)
{
	return hva == ~0ul;
}

/* Faults the page in for write. */
UVSIM_STUB struct page *gfn_to_page(struct kvm *kvm, gfn_t gfn)
{
	return uvsim_api->gfn_to_page(kvm, gfn);
}

UVSIM_STUB void kvm_release_page_clean(struct page *page)
{
	if (page)
		put_page(page);
}

UVSIM_STUB void kvm_make_request(int request, struct kvm_vcpu *vcpu)
{
	uvsim_api->make_request(request, vcpu);
}

/* --- vCPUs, in order of creation; references to the VM --- */

#define kvm_get_vcpu(kvm, i) uvsim_api->services->vcpu_at((kvm), (unsigned int)(i))
#define kvm_for_each_vcpu(idx, vcpup, kvm) \
	for (idx = 0; (vcpup = kvm_get_vcpu(kvm, idx)) != NULL; idx++)

UVSIM_STUB void kvm_get_kvm(struct kvm *kvm)
{
	uvsim_api->services->vm_get(kvm);
}

UVSIM_STUB void kvm_put_kvm(struct kvm *kvm)
{
	uvsim_api->services->vm_put(kvm);
}

UVSIM_STUB void kvm_vcpu_kick(struct kvm_vcpu *vcpu)
{
	uvsim_api->services->vcpu_kick(vcpu);
}

UVSIM_STUB void kvm_make_all_cpus_request(struct kvm *kvm, int request)
{
	struct kvm_vcpu *vcpu;
	unsigned long i;

	kvm_for_each_vcpu(i, vcpu, kvm)
		kvm_make_request(request, vcpu);
}
#define kvm_flush_remote_tlbs(kvm) kvm_make_all_cpus_request(kvm, KVM_REQ_TLB_FLUSH)

UVSIM_STUB bool kvm_check_request(int request, struct kvm_vcpu *vcpu)
{
	bool pending = vcpu->requests >> request & 1;

	vcpu->requests &= ~(1ull << request);
	return pending;
}

UVSIM_STUB void kvm_vcpu_wake_up(struct kvm_vcpu *vcpu)
{
	kvm_vcpu_kick(vcpu);
}

/* No VM here is one of user control. */
#define kvm_is_ucontrol(kvm) ((void)(kvm), false)
#define KVM_BUG_ON(condition, kvm) ((void)(kvm), WARN_ON(condition))
#define KVM_BUG(condition, kvm, format...) ((void)(kvm), WARN(condition, format))
#define kvm_clear_request(request, vcpu) ((void)((vcpu)->requests &= ~(1ull << (request))))
#define kvm_request_pending(vcpu) ((vcpu)->requests)

/* --- memslots: (slot, slots), from 5.17 on (slot, bucket, slots) --- */

#define kvm_for_each_memslot(args...) UVSIM_EACH_SLOT(args, uvsim_each_slot3, uvsim_each_slot2)(args)
#define UVSIM_EACH_SLOT(a, b, c, which, ...) which
#define uvsim_each_slot2(slot, slots) \
	for (slot = (slots)->memslots; slot < (slots)->memslots + (slots)->used_slots; slot++)
#define uvsim_each_slot3(slot, bucket, slots) \
	for ((bucket) = 0; (bucket) < (slots)->used_slots && ({ slot = &(slots)->memslots[bucket]; 1; }); (bucket)++)
#define kvm_memslots_empty(slots) ((slots)->used_slots == 0)
#define kvm_vcpu_memslots(vcpu) kvm_memslots((vcpu)->kvm)
#define gfn_to_hva_memslot(slot, gfn) ((slot)->userspace_addr + ((gfn) - (slot)->base_gfn) * PAGE_SIZE)
#define __gfn_to_hva_memslot(slot, gfn) gfn_to_hva_memslot(slot, gfn)
#define gpa_to_hva(kvm, gpa) (gfn_to_hva(kvm, gpa_to_gfn(gpa)) + offset_in_page(gpa))
#define id_to_memslot(slots, number) uvsim_slot_of((slots), (number))

UVSIM_STUB struct kvm_memory_slot *uvsim_slot_of(struct kvm_memslots *slots, int id)
{
	struct kvm_memory_slot *slot;

	uvsim_each_slot2(slot, slots)
		if (slot->id == id)
			return slot;
	return NULL;
}

#endif
