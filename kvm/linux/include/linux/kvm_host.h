/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * KVM, the generic half: memslots and requests. Like the kernel's header it draws in everything
 * that KVM code takes for granted.
 */
#ifndef UVSIM_LINUX_KVM_HOST_H
#define UVSIM_LINUX_KVM_HOST_H

#include <linux/atomic.h>
#include <linux/bitmap.h>
#include <linux/bitops.h>
#include <linux/bug.h>
#include <linux/completion.h>
#include <linux/cpu.h>
#include <linux/cred.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/err.h>
#include <linux/hardirq.h>
#include <linux/hashtable.h>
#include <linux/hrtimer.h>
#include <linux/idr.h>
#include <linux/irqflags.h>
#include <linux/kref.h>
#include <linux/kstrtox.h>
#include <linux/ktime.h>
#include <linux/list.h>
#include <linux/llist.h>
#include <linux/lockdep.h>
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/mmap_lock.h>
#include <linux/mmu_notifier.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/nospec.h>
#include <linux/notifier.h>
#include <linux/percpu.h>
#include <linux/ratelimit.h>
#include <linux/rbtree.h>
#include <linux/rcupdate.h>
#include <linux/rcuwait.h>
#include <linux/rwsem.h>
#include <linux/seqlock.h>
#include <linux/refcount.h>
#include <linux/sched.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/spinlock.h>
#include <linux/srcu.h>
#include <linux/static_key.h>
#include <linux/string.h>
#include <linux/timer.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>

#include <uvsim/kvm_objects.h>
#include <asm/kvm_host.h>

#define kvm_err(format, args...) pr_err("kvm: " format, ##args)
#define kvm_info(format, args...) pr_info("kvm: " format, ##args)
#define kvm_debug(format, args...) pr_debug("kvm: " format, ##args)
#define kvm_pr_unimpl(format, args...) pr_err("kvm: " format, ##args)
#define vcpu_err(vcpu, format, args...) kvm_err("vcpu%i " format, (vcpu)->vcpu_id, ##args)
#define vcpu_debug(vcpu, format, args...) kvm_debug("vcpu%i " format, (vcpu)->vcpu_id, ##args)
#define vcpu_unimpl(vcpu, format, args...) kvm_pr_unimpl("vcpu%i " format, (vcpu)->vcpu_id, ##args)

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

/* The reference that gfn_to_page() took. */
UVSIM_STUB void kvm_release_page_clean(struct page *page)
{
	if (page)
		put_page(page);
}
#define kvm_release_page_dirty(page) kvm_release_page_clean(page)
#define kvm_release_page_unused(page) kvm_release_page_clean(page)
#define kvm_release_pfn_clean(pfn) kvm_release_page_clean(pfn_to_page(pfn))
#define kvm_release_pfn_dirty(pfn) kvm_release_page_clean(pfn_to_page(pfn))
#define kvm_set_pfn_accessed(pfn) ((void)(pfn))
#define kvm_set_pfn_dirty(pfn) ((void)(pfn))

#define KVM_PFN_ERR_MASK (0x7ffull << 52)
#define KVM_PFN_ERR_NOSLOT_MASK (0xfffull << 52)
#define KVM_PFN_NOSLOT (1ull << 63)
#define KVM_PFN_ERR_FAULT KVM_PFN_ERR_MASK
#define KVM_PFN_ERR_SIGPENDING (KVM_PFN_ERR_MASK + 3)
#define KVM_HVA_ERR_BAD (~0ul)
#define INVALID_GPA (~(gpa_t)0)
#define is_error_pfn(pfn) (((pfn) & KVM_PFN_ERR_MASK) != 0)
#define is_error_noslot_pfn(pfn) (((pfn) & KVM_PFN_ERR_NOSLOT_MASK) != 0)
#define is_noslot_pfn(pfn) ((pfn) == KVM_PFN_NOSLOT)
#define is_sigpending_pfn(pfn) ((pfn) == KVM_PFN_ERR_SIGPENDING)
#define is_error_page(page) IS_ERR_OR_NULL(page)
#define kvm_is_error_gpa(gpa) ((gpa) == INVALID_GPA)

UVSIM_STUB kvm_pfn_t gfn_to_pfn(struct kvm *kvm, gfn_t gfn)
{
	struct page *page = gfn_to_page(kvm, gfn);

	return page ? page_to_pfn(page) : KVM_PFN_ERR_FAULT;
}
#define gfn_to_pfn_prot(kvm, gfn, write, writable) \
	((void)(write), (writable) ? (void)(*(bool *)(writable) = true) : (void)0, gfn_to_pfn(kvm, gfn))
#define gfn_to_hva_prot(kvm, gfn, writable) \
	((writable) ? (void)(*(bool *)(writable) = true) : (void)0, gfn_to_hva(kvm, gfn))
#define gfn_to_hva_memslot_prot(slot, gfn, writable) \
	((writable) ? (void)(*(bool *)(writable) = true) : (void)0, gfn_to_hva_memslot(slot, gfn))
#define kvm_is_visible_gfn(kvm, gfn) (gfn_to_memslot(kvm, gfn) != NULL)
#define kvm_is_gpa_in_memslot(kvm, gpa) kvm_is_visible_gfn(kvm, gpa_to_gfn(gpa))

/* --- contents: there are none. What is read is zeros; the page is faulted in and made accessible all the same --- */

UVSIM_STUB int kvm_read_guest(struct kvm *kvm, gpa_t gpa, void *data, unsigned long n)
{
	memset(data, 0, n);
	return UVSIM_MEMORY->guest_access(kvm, gpa, n, 0);
}

UVSIM_STUB int kvm_write_guest(struct kvm *kvm, gpa_t gpa, const void *data, unsigned long n)
{
	(void)data;
	return UVSIM_MEMORY->guest_access(kvm, gpa, n, 1);
}
#define kvm_clear_guest(kvm, gpa, n) kvm_write_guest((kvm), (gpa), NULL, (n))
#define kvm_read_guest_page(kvm, gfn, data, offset, n) \
	kvm_read_guest((kvm), gfn_to_gpa(gfn) + (offset), (data), (unsigned long)(n))
#define kvm_write_guest_page(kvm, gfn, data, offset, n) \
	kvm_write_guest((kvm), gfn_to_gpa(gfn) + (offset), (data), (unsigned long)(n))
#define kvm_vcpu_read_guest(vcpu, gpa, data, n) kvm_read_guest((vcpu)->kvm, gpa, data, n)
#define kvm_vcpu_write_guest(vcpu, gpa, data, n) kvm_write_guest((vcpu)->kvm, gpa, data, n)
/* Without migration nobody asks which pages are dirty. */
#define mark_page_dirty(kvm, gfn) ((void)(kvm), (void)(gfn))
#define mark_page_dirty_in_slot(kvm, slot, gfn) ((void)(kvm), (void)(slot), (void)(gfn))
/* Invalidation and faults are serial here: a page that was faulted in is not taken away before it is used. */
#define mmu_invalidate_retry(kvm, seq) ((void)(kvm), (void)(seq), 0)
#define mmu_invalidate_retry_gfn(kvm, seq, gfn) ((void)(kvm), (void)(seq), (void)(gfn), 0)
#define mmu_invalidate_retry_gfn_unsafe(kvm, seq, gfn) mmu_invalidate_retry_gfn(kvm, seq, gfn)

UVSIM_STUB void kvm_make_request(int request, struct kvm_vcpu *vcpu)
{
	uvsim_api->make_request(request, vcpu);
}

/* --- vCPUs, in order of creation; references to the VM --- */

#define kvm_get_vcpu(kvm, i) uvsim_api->services->vcpu_at((kvm), (unsigned int)(i))
#define kvm_for_each_vcpu(idx, vcpup, kvm) \
	for (idx = 0; (vcpup = kvm_get_vcpu(kvm, idx)) != NULL; idx++)

UVSIM_STUB struct kvm_vcpu *kvm_get_vcpu_by_id(struct kvm *kvm, int id)
{
	struct kvm_vcpu *vcpu;
	unsigned long i;

	kvm_for_each_vcpu(i, vcpu, kvm)
		if (vcpu->vcpu_id == id)
			return vcpu;
	return NULL;
}
#define kvm_vcpu_get_idx(vcpu) ((vcpu)->vcpu_idx)
#define is_vcpu_stopped(vcpu) (UVSIM_MEMORY->vcpu_is_stopped(vcpu) != 0)
/* What is loaded on a processor with a vCPU is nothing. */
#define vcpu_load(vcpu) ((void)(vcpu))
#define vcpu_put(vcpu) ((void)(vcpu))
#define kvm_vcpu_srcu_read_lock(vcpu) ((void)((vcpu)->srcu_idx = srcu_read_lock(&(vcpu)->kvm->srcu)))
#define kvm_vcpu_srcu_read_unlock(vcpu) srcu_read_unlock(&(vcpu)->kvm->srcu, (vcpu)->srcu_idx)

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
#define ____gfn_to_memslot(slots, gfn, approx) ((void)(approx), uvsim_slot_at((slots), (gfn)))
#define __gfn_to_memslot(slots, gfn) uvsim_slot_at((slots), (gfn))
#define kvm_vcpu_gfn_to_memslot(vcpu, gfn) gfn_to_memslot((vcpu)->kvm, gfn)
#define kvm_vcpu_gfn_to_hva(vcpu, gfn) gfn_to_hva((vcpu)->kvm, gfn)
#define __kvm_make_request(request, vcpu) ((void)((vcpu)->requests |= 1ull << (request)))
#define kvm_test_request(request, vcpu) (((vcpu)->requests >> (request) & 1) != 0)

UVSIM_STUB struct kvm_memory_slot *uvsim_slot_at(struct kvm_memslots *slots, gfn_t gfn)
{
	struct kvm_memory_slot *slot;

	uvsim_each_slot2(slot, slots)
		if (gfn >= slot->base_gfn && gfn - slot->base_gfn < slot->npages)
			return slot;
	return NULL;
}

/* Slots that meet a range, the lowest first. */
struct kvm_memslot_iter {
	struct kvm_memslots *slots;
	struct kvm_memory_slot *slot;
	gfn_t start;
};

UVSIM_STUB void uvsim_slot_iter(struct kvm_memslot_iter *iter, int at)
{
	struct kvm_memslots *slots = iter->slots;

	while (at >= 0 && slots->memslots[at].base_gfn + slots->memslots[at].npages <= iter->start)
		at--;
	iter->slot = at >= 0 ? &slots->memslots[at] : NULL;
}
#define kvm_for_each_memslot_in_gfn_range(iter, __slots, from, end) \
	for ((iter)->slots = (__slots), (iter)->start = (from), uvsim_slot_iter((iter), (__slots)->used_slots - 1); \
	     (iter)->slot && (iter)->slot->base_gfn < (end); \
	     uvsim_slot_iter((iter), (int)((iter)->slot - (iter)->slots->memslots) - 1))
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
