/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What pv.c must keep to and KVM can see: the count of protected configurations, the lower 2 GiB of what is set aside.
 *
 * Source: arch/s390/kvm/pv.c and arch/s390/include/asm/mmu.h of Linux: the mm's count says whether its pages may be
 * secure, so it may not fall to zero before the last walk over them, nor below the number of configurations that the
 * Ultravisor still has; the lower 2 GiB are destroyed before a VM is set aside, since the next configuration's
 * prefix pages lie there.
 */
#include <inttypes.h>

#include "kvm/kvm_host.h"
#include "mm/internal.h"

#define LOWER_2G ((uint64_t)2 << 30)

void kvm_check_count(struct kvm_vm *vm)
{
	int count = kvm_protected_count(vm);
	unsigned registered;

	if (count < 0)
		sim_find("protected-count", "%s: protected_count falls to %d", vm->name, count);
	if (vm->mm->world->exit_exports || count >= vm->counted) {
		vm->counted = count;
		return;
	}
	vm->counted = count;
	registered = uv_registered(vm->host->uv, &vm->mm->domain);
	if (count >= 0 && (unsigned)count < registered)
		sim_find("protected-count", "%s: protected_count falls to %d with %u configuration%s registered", vm->name,
			 count, registered, registered == 1 ? "" : "s");
}

/* Pages of [gfn 0, 2 GiB) that are still secure. */
static uint64_t secure_below_2g(struct kvm_vm *vm)
{
	uint64_t gfn = 0, end = LOWER_2G >> PAGE_SHIFT, left = 0;

	while (gfn < end) {
		struct kvm_memory_slot *slot = gfn_to_memslot(&vm->kvm, gfn);
		struct mm_vma *vma = slot ? mm_vma_find(vm->mm, kvm_gfn_to_hva(&vm->kvm, gfn)) : NULL;
		uint64_t page, n, run;

		/* As the kernel does: up to the first gap between slots. */
		if (!vma)
			break;
		page = (kvm_gfn_to_hva(&vm->kvm, gfn) - vma->start) >> PAGE_SHIFT;
		n = slot->base_gfn + slot->npages - gfn;
		if (n > end - gfn)
			n = end - gfn;
		for (; n; n -= run, gfn += run, page += run) {
			struct frame frame = storage_get(vm->host->storage, vma_frame(vma, page), n, &run);

			if (frame.state == FRAME_SECURE && vma_flags(vma, page, 1, NULL) & MM_PAGE_PRESENT)
				left += run;
		}
	}
	return left;
}

void kvm_check_aside(struct kvm_vm *vm)
{
	uint64_t left;

	sim_domain_settle(&vm->mm->domain);
	left = secure_below_2g(vm);
	if (left)
		sim_find("aside-lower-2g", "%s: set aside with %" PRIu64 " pages below 2 GiB still secure", vm->name, left);
}
