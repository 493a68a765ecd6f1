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
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/err.h>
#include <linux/list.h>
#include <linux/lockdep.h>
#include <linux/mmap_lock.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/srcu.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>

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
	(void)page;
}

UVSIM_STUB void kvm_make_request(int request, struct kvm_vcpu *vcpu)
{
	uvsim_api->make_request(request, vcpu);
}

#endif
