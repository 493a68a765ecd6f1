/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Faulting guest pages in for pv.c, from Linux 7.0 on, where it imports them itself.
 *
 * The callback runs while the page is known to be mapped; it may not sleep, and only tries the locks
 * it needs. A page that is present in the address space counts as mapped in the guest's table, as in
 * the rest of the model. The MMU lock, which Linux holds for read around the callback, is left out:
 * its writers are ENABLE, during which no CPU of the guest runs, and the unmapping of guest pages, which
 * would have to wait for a cleanup.
 *
 * Source: arch/s390/kvm/gmap/faultin.c.
 */
#include <errno.h>

#include "kvm/kvm_host.h"
#include "mm/internal.h"

#define PGM_ADDRESSING 5

uint64_t kvm_import_handle(const struct kvm_vm *vm)
{
	return vm->algorithm->convert_to_secure ? vm->kvm.arch.pv.handle : vm->gmap_face.guest_handle;
}

uint64_t kvm_gfn_to_hva(const struct kvm *kvm, uint64_t gfn)
{
	uint64_t address;

	return gmap_translate(to_kvm_vm(kvm)->gmap, gfn << PAGE_SHIFT, &address) ? UINT64_MAX : address;
}

/* Frame of present page @gfn; 0: absent. *@exists: is there memory at all? */
static uint64_t frame_of(struct kvm_vm *vm, uint64_t gfn, bool *exists)
{
	struct mm_vma *vma;
	uint64_t page;

	vma = gmap_page(vm->gmap, gfn, &page, NULL);
	*exists = vma != NULL;
	if (!vma)
		return 0;
	sim_domain_touch(&vm->mm->domain, vma_frame(vma, page), 1);
	return vma_flags(vma, page, 1, NULL) & MM_PAGE_PRESENT ? vma_frame(vma, page) : 0;
}

int kvm_s390_faultin_gfn(struct kvm_vm *vm, struct guest_fault *fault)
{
	bool exists, mapped = true;

	if (fault->callback)
		kernel_step(COST_HOST_MAKE_SECURE);
	fault->pfn = frame_of(vm, fault->gfn, &exists);
	while (exists && !fault->pfn) {
		mapped = false;
		if (gmap_fault(vm->gmap, fault->gfn << PAGE_SHIFT))
			return -EFAULT;
		fault->pfn = frame_of(vm, fault->gfn, &exists);
	}
	if (!exists)
		return PGM_ADDRESSING;
	fault->page = mapped ? NULL : (struct page *)(fault->pfn << PAGE_SHIFT);
	fault->writable = true;
	fault->valid = true;
	if (!fault->callback)
		return 0;
	/* What the fault has taken is let go behind the callback. */
	if (fault->page)
		folio_hold(vm->mm, fault->pfn, 1);
	fault->callback(fault);
	if (fault->page)
		folio_drop(vm->host, vm->mm, fault->pfn, 1);
	return 0;
}

/* The mmap lock is held for read: the fault handler takes it a second time in Linux, too. */
uint64_t kvm_gfn_to_frame(struct kvm_vm *vm, uint64_t gfn)
{
	bool exists;
	uint64_t frame = frame_of(vm, gfn, &exists);

	while (exists && !frame) {
		if (mm_fault_in(vm->mm, kvm_gfn_to_hva(&vm->kvm, gfn)))
			return 0;
		frame = frame_of(vm, gfn, &exists);
	}
	return frame;
}
