/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the guest's address spaces of 7.0 and later ask of those of the host. */
#ifndef UVSIM_ASM_GMAP_HELPERS_H
#define UVSIM_ASM_GMAP_HELPERS_H

#include <linux/err.h>
#include <linux/mm.h>

/* Never sleeps: a lock that is taken gives -EAGAIN; an absent page NULL. */
UVSIM_STUB pte_t *try_get_locked_pte(struct mm_struct *mm, unsigned long hva, spinlock_t **ptl)
{
	pte_t *ptep = uvsim_pte(mm, hva, 0);

	if (pte_present(*ptep))
		*ptl = UVSIM_MEMORY->pte_lock(UVSIM_PTE(ptep), 1);
	if (pte_present(*ptep) && *ptl)
		return ptep;
	hva = pte_present(*ptep);
	pte_unmap(ptep);
	return hva ? ERR_PTR(-EAGAIN) : NULL;
}

/* The mmap lock is held for read. */
UVSIM_STUB void gmap_helper_zap_one_page(struct mm_struct *mm, unsigned long vmaddr)
{
	UVSIM_MEMORY->zap(mm, vmaddr & PAGE_MASK, PAGE_SIZE);
}

UVSIM_STUB void gmap_helper_discard(struct mm_struct *mm, unsigned long vmaddr, unsigned long end)
{
	struct vm_area_struct *vma;

	mmap_assert_locked(mm);
	while (vmaddr < end && (vma = find_vma_intersection(mm, vmaddr, end)) != NULL) {
		if (vmaddr < vma->vm_start)
			vmaddr = vma->vm_start;
		UVSIM_MEMORY->zap(mm, vmaddr, min(end, vma->vm_end) - vmaddr);
		vmaddr = vma->vm_end;
	}
}

/* No memory is shared with others here, so there is nothing to unshare. */
#define gmap_helper_disable_cow_sharing() 0
#define gmap_helper_try_set_pte_unused(mm, vmaddr) ((void)(mm), (void)(vmaddr))

#endif
