/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory management, as far as it can be asked about an address space: mappings, all private and anonymous; pages
 * behind addresses; faults; unmapping. A page is known by its frame.
 */
#ifndef UVSIM_LINUX_MM_H
#define UVSIM_LINUX_MM_H

#include <linux/bug.h>
#include <linux/err.h>
#include <linux/minmax.h>
#include <linux/mm_types.h>
#include <linux/mmap_lock.h>
#include <linux/pagemap.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include <asm/pgtable.h>

#define PAGE_ALIGN(address) ALIGN(address, PAGE_SIZE)
#define PAGE_ALIGN_DOWN(address) ((address) & PAGE_MASK)
#define PAGE_ALIGNED(address) IS_ALIGNED((unsigned long)(address), PAGE_SIZE)
#define offset_in_page(p) ((unsigned long)(p) & ~PAGE_MASK)
#define offset_in_folio(folio, p) ((void)(folio), offset_in_page(p))
#define is_vmalloc_addr(address) (uvsim_api->services->is_vmalloc(address) != 0)

/* --- mappings; the mmap lock is held --- */

#define VM_NONE 0x0ul
#define VM_READ 0x1ul
#define VM_WRITE 0x2ul
#define VM_EXEC 0x4ul
#define VM_SHARED 0x8ul
#define VM_MAYREAD 0x10ul
#define VM_MAYWRITE 0x20ul
#define VM_MAYEXEC 0x40ul
#define VM_PFNMAP 0x400ul
#define VM_LOCKED 0x2000ul
#define VM_IO 0x4000ul
#define VM_DONTCOPY 0x20000ul
#define VM_HUGETLB 0x400000ul
#define VM_MIXEDMAP 0x10000000ul
#define VM_HUGEPAGE 0x20000000ul
#define VM_NOHUGEPAGE 0x40000000ul
#define VM_MERGEABLE 0x80000000ul
#define VM_ACCESS_FLAGS (VM_READ | VM_WRITE | VM_EXEC)

/* The first that ends behind @address. */
UVSIM_STUB struct vm_area_struct *find_vma(struct mm_struct *mm, unsigned long address)
{
	mmap_assert_locked(mm);
	return UVSIM_MEMORY->vma_from(mm, address);
}

UVSIM_STUB struct vm_area_struct *find_vma_intersection(struct mm_struct *mm, unsigned long start, unsigned long end)
{
	struct vm_area_struct *vma = find_vma(mm, start);

	return vma && vma->vm_start < end ? vma : NULL;
}

UVSIM_STUB struct vm_area_struct *vma_lookup(struct mm_struct *mm, unsigned long address)
{
	return find_vma_intersection(mm, address, address + 1);
}

struct vma_iterator {
	struct mm_struct *mm;
	unsigned long index;
};
#define VMA_ITERATOR(name, __mm, start) struct vma_iterator name = { .mm = (__mm), .index = (start) }
#define vma_iter_init(vmi, __mm, start) ((void)(*(vmi) = (struct vma_iterator){ .mm = (__mm), .index = (start) }))

UVSIM_STUB struct vm_area_struct *uvsim_vma_next(struct vma_iterator *vmi, unsigned long max)
{
	struct vm_area_struct *vma = find_vma(vmi->mm, vmi->index);

	if (!vma || vma->vm_start >= max)
		return NULL;
	vmi->index = vma->vm_end;
	return vma;
}
#define vma_next(vmi) uvsim_vma_next((vmi), ~0ul)
#define vma_find(vmi, max) uvsim_vma_next((vmi), (max))
#define for_each_vma(vmi, vma) while (((vma) = vma_next(&(vmi))) != NULL)
#define for_each_vma_range(vmi, vma, end) while (((vma) = vma_find(&(vmi), (end))) != NULL)

#define vma_is_anonymous(vma) (!(vma)->vm_ops)
#define vma_pages(vma) (((vma)->vm_end - (vma)->vm_start) >> PAGE_SHIFT)
#define vma_start_read(vma) ((void)(vma), false)
#define vma_is_shmem(vma) ((void)(vma), false)
#define vma_is_secretmem(vma) ((void)(vma), false)
#define is_cow_mapping(flags) (((flags) & (VM_SHARED | VM_MAYWRITE)) == VM_MAYWRITE)
#define vma_is_cow_mapping(vma) is_cow_mapping((vma)->vm_flags)
#define is_vm_hugetlb_page(vma) ((void)(vma), false)

/* --- pages behind addresses: with a reference, which the caller drops --- */

#define FOLL_WRITE 0x01u
#define FOLL_GET 0x02u
#define FOLL_DUMP 0x04u
#define FOLL_FORCE 0x08u
#define FOLL_NOWAIT 0x10u
#define FOLL_NOFAULT 0x20u
#define FOLL_HWPOISON 0x40u
#define FOLL_LONGTERM 0x100u
#define FOLL_PIN 0x80000u

/* How many were had, or the error of the first. */
UVSIM_STUB long uvsim_gup(struct mm_struct *mm, unsigned long start, unsigned long n, unsigned int flags,
			  struct page **pages)
{
	struct page *page;
	unsigned long i;
	int error;

	mmap_assert_locked(mm);
	for (i = 0; i < n; i++) {
		if (fatal_signal_pending(current))
			return i ? (long)i : -EINTR;
		error = UVSIM_MEMORY->page_at(mm, start + i * PAGE_SIZE, !(flags & FOLL_NOFAULT),
					      (flags & FOLL_PIN) != 0, &page);
		if (error)
			return i ? (long)i : error;
		if (pages)
			pages[i] = page;
		else
			put_page(page);
		cond_resched();
	}
	return (long)n;
}

UVSIM_STUB long uvsim_gup_unlocked(struct mm_struct *mm, unsigned long start, unsigned long n, unsigned int flags,
				   struct page **pages)
{
	long had;

	mmap_read_lock(mm);
	had = uvsim_gup(mm, start, n, flags, pages);
	mmap_read_unlock(mm);
	return had;
}

/* With or without the mappings, as up to 6.4: (mm, start, n, flags, pages, [vmas,] locked). */
#define get_user_pages_remote(mm, start, n, flags, pages, locked...) uvsim_gup((mm), (start), (n), (flags), (pages))
#define pin_user_pages_remote(mm, start, n, flags, pages, locked...) \
	uvsim_gup((mm), (start), (n), (flags) | FOLL_PIN, (pages))
#define get_user_pages(start, n, flags, pages, vmas...) uvsim_gup(current->mm, (start), (n), (flags), (pages))
#define pin_user_pages(start, n, flags, pages, vmas...) \
	uvsim_gup(current->mm, (start), (n), (flags) | FOLL_PIN, (pages))
#define get_user_pages_unlocked(start, n, pages, flags) \
	uvsim_gup_unlocked(current->mm, (start), (n), (flags), (pages))
#define pin_user_pages_unlocked(start, n, pages, flags) \
	uvsim_gup_unlocked(current->mm, (start), (n), (flags) | FOLL_PIN, (pages))
#define get_user_pages_fast(start, n, flags, pages) \
	((int)uvsim_gup_unlocked(current->mm, (start), (unsigned long)(n), (flags), (pages)))
#define pin_user_pages_fast(start, n, flags, pages) \
	((int)uvsim_gup_unlocked(current->mm, (start), (unsigned long)(n), (flags) | FOLL_PIN, (pages)))
#define get_user_page_fast_only(start, flags, pagep) (get_user_pages_fast(start, 1, (flags) | FOLL_NOFAULT, pagep) == 1)

UVSIM_STUB struct page *get_user_page_vma_remote(struct mm_struct *mm, unsigned long address, int flags,
						 struct vm_area_struct **vma)
{
	struct page *page;
	long had = uvsim_gup(mm, address, 1, (unsigned int)flags, &page);

	if (had <= 0)
		return ERR_PTR(had ? had : -EAGAIN);
	*vma = find_vma(mm, address);
	return page;
}

/* The page that present entry @pte stands for; none is special. */
UVSIM_STUB struct page *vm_normal_page(struct vm_area_struct *vma, unsigned long address, pte_t pte)
{
	(void)vma;
	(void)address;
	return pte_page(pte);
}
#define vm_normal_folio(vma, address, pte) page_folio(vm_normal_page((vma), (address), (pte)))

/* What is there, with FOLL_GET referred to; NULL: nothing is. */
UVSIM_STUB struct page *follow_page(struct vm_area_struct *vma, unsigned long address, unsigned int flags)
{
	struct page *page;

	if (UVSIM_MEMORY->page_at(vma->vm_mm, address, 0, 0, &page))
		return NULL;
	if (!(flags & FOLL_GET))
		put_page(page);
	return page;
}

#define unpin_user_page(page) put_page(page)
#define unpin_user_folio(folio, n) folio_put_refs((folio), (int)(n))
#define unpin_user_pages(pages, n) release_pages((pages), (int)(n))
#define unpin_user_pages_dirty_lock(pages, n, dirty) ((void)(dirty), unpin_user_pages(pages, n))

/* --- faults; the mmap lock is held for read and stays so --- */

#define FAULT_FLAG_WRITE 0x01u
#define FAULT_FLAG_ALLOW_RETRY 0x04u
#define FAULT_FLAG_RETRY_NOWAIT 0x08u
#define FAULT_FLAG_KILLABLE 0x10u
#define FAULT_FLAG_REMOTE 0x80u
#define FAULT_FLAG_DEFAULT (FAULT_FLAG_ALLOW_RETRY | FAULT_FLAG_KILLABLE)
#define VM_FAULT_OOM 0x01u
#define VM_FAULT_SIGBUS 0x02u
#define VM_FAULT_MAJOR 0x04u
#define VM_FAULT_SIGSEGV 0x40u
#define VM_FAULT_RETRY 0x400u
#define VM_FAULT_ERROR (VM_FAULT_OOM | VM_FAULT_SIGBUS | VM_FAULT_SIGSEGV)

UVSIM_STUB int fixup_user_fault(struct mm_struct *mm, unsigned long address, unsigned int flags, bool *unlocked)
{
	(void)flags;
	if (unlocked)
		*unlocked = false;
	return uvsim_api->services->fault_in(mm, address);
}

/* (vma, address, flags[, regs]) */
#define handle_mm_fault(vma, address, flags, regs...) ((void)(flags), uvsim_handle_fault((vma), (address)))

UVSIM_STUB vm_fault_t uvsim_handle_fault(struct vm_area_struct *vma, unsigned long address)
{
	int error = uvsim_api->services->fault_in(vma->vm_mm, address);

	return error == -ENOMEM ? VM_FAULT_OOM : error ? VM_FAULT_SIGBUS : 0;
}

/* --- unmapping: MMU notifiers are told, secure pages exported; the mmap lock is held for read --- */

struct zap_details;

#define zap_page_range(vma, start, size) UVSIM_MEMORY->zap((vma)->vm_mm, (start), (size))
#define zap_page_range_single(vma, start, size, details) ((void)(details), zap_page_range(vma, start, size))
#define zap_vma_ptes(vma, start, size) zap_page_range(vma, start, size)
#define zap_vma_range(vma, start, size) zap_page_range(vma, start, size)
#define zap_vma_pages(vma) zap_page_range(vma, (vma)->vm_start, (vma)->vm_end - (vma)->vm_start)
#define zap_vma(vma) zap_vma_pages(vma)

/* --- counts and flags of an address space --- */

#define get_mm_rss(mm) UVSIM_MEMORY->mm_pages(mm)
enum { MM_FILEPAGES, MM_ANONPAGES, MM_SWAPENTS, MM_SHMEMPAGES };
#define get_mm_counter(mm, member) ((unsigned long)UVSIM_MEMORY->mm_counter((mm), (member), 0))
/* For whoever changes entries himself, which a pv.c cannot here: what does not come to 0 in the end is a finding. */
#define add_mm_counter(mm, member, value) ((void)UVSIM_MEMORY->mm_counter((mm), (member), (value)))
#define inc_mm_counter(mm, member) add_mm_counter(mm, member, 1)
#define dec_mm_counter(mm, member) add_mm_counter(mm, member, -1)

#endif
