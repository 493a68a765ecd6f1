/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Page tables of s390, to be looked at: bits, levels, entries. A pointer to an entry is one to the simulator's struct
 * uvsim_entry, made up when it is asked for; reading through the pointer gives what was so then, ptep_get() what is so
 * now. Nothing can be changed by writing to an entry. TASK_SIZE: the running thread is a 64-bit one.
 */
#ifndef UVSIM_ASM_PGTABLE_H
#define UVSIM_ASM_PGTABLE_H

#include <asm/page.h>
#include <linux/spinlock.h>

#define _ASCE_TYPE_MASK 0x0c
#define _ASCE_TYPE_REGION1 0x0c
#define _ASCE_TYPE_REGION2 0x08
#define _ASCE_TYPE_REGION3 0x04
#define _ASCE_TYPE_SEGMENT 0x00
#define _ASCE_ORIGIN (~0xffful)

#define CRST_ALLOC_ORDER 2
#define PTRS_PER_PTE 256
#define PTRS_PER_PMD 2048
#define _PAGE_ENTRIES 256
#define _CRST_ENTRIES 2048
#define _CRST_TABLE_SIZE (_CRST_ENTRIES * 8)
#define _PAGE_TABLE_SIZE (_PAGE_ENTRIES * 8)
#define _SEGMENT_SHIFT 20
#define _SEGMENT_SIZE (1ul << _SEGMENT_SHIFT)
#define _SEGMENT_MASK (~(_SEGMENT_SIZE - 1))
#define _REGION3_SHIFT 31
#define _REGION2_SHIFT 42
#define _REGION1_SHIFT 53
#define PMD_SHIFT _SEGMENT_SHIFT
#define PMD_SIZE _SEGMENT_SIZE
#define PMD_MASK _SEGMENT_MASK
#define PUD_SHIFT _REGION3_SHIFT
#define PUD_SIZE (1ul << PUD_SHIFT)
#define PUD_MASK (~(PUD_SIZE - 1))
#define P4D_SHIFT _REGION2_SHIFT
#define P4D_SIZE (1ul << P4D_SHIFT)
#define P4D_MASK (~(P4D_SIZE - 1))
#define PGDIR_SHIFT _REGION1_SHIFT
#define PGDIR_SIZE (1ul << PGDIR_SHIFT)
#define PGDIR_MASK (~(PGDIR_SIZE - 1))

#define TASK_SIZE_MAX (-PAGE_SIZE)
#define TASK_SIZE TASK_SIZE_MAX

#define _PAGE_PRESENT UVSIM_PTE_PRESENT
#define _PAGE_YOUNG UVSIM_PTE_YOUNG
#define _PAGE_DIRTY UVSIM_PTE_DIRTY
#define _PAGE_READ UVSIM_PTE_READ
#define _PAGE_WRITE UVSIM_PTE_WRITE
#define _PAGE_PROTECT UVSIM_PTE_PROTECT
#define _PAGE_INVALID UVSIM_PTE_INVALID

#define __pte(x) ((pte_t){ (x) })
#define __pmd(x) ((pmd_t){ (x) })
#define __pud(x) ((pud_t){ (x) })
#define __pgprot(x) ((pgprot_t){ (x) })
#define pte_val(x) ((x).pte)
#define pmd_val(x) ((x).pmd)
#define pud_val(x) ((x).pud)
#define p4d_val(x) ((x).p4d)
#define pgd_val(x) ((x).pgd)
#define pgprot_val(x) ((x).pgprot)

/* --- values --- */

#define pte_present(pte) ((pte_val(pte) & _PAGE_PRESENT) != 0)
#define pte_none(pte) (pte_val(pte) == _PAGE_INVALID)
#define pte_swap(pte) (!pte_present(pte) && !pte_none(pte))
#define is_swap_pte(pte) pte_swap(pte)
#define pte_write(pte) ((pte_val(pte) & _PAGE_WRITE) != 0)
#define pte_dirty(pte) ((pte_val(pte) & _PAGE_DIRTY) != 0)
#define pte_young(pte) ((pte_val(pte) & _PAGE_YOUNG) != 0)
#define pte_special(pte) ((void)(pte), false)
#define pte_protnone(pte) ((void)(pte), false)
#define pte_same(a, b) (pte_val(a) == pte_val(b))
#define pte_pfn(pte) (pte_val(pte) >> PAGE_SHIFT)
#define pte_page(pte) pfn_to_page(pte_pfn(pte))
#define pte_accessible(mm, pte) ((void)(mm), pte_present(pte))

#define UVSIM_TABLE_NONE(value) (((value) & UVSIM_TABLE_INVALID) != 0)
#define pmd_none(pmd) UVSIM_TABLE_NONE(pmd_val(pmd))
#define pud_none(pud) UVSIM_TABLE_NONE(pud_val(pud))
#define p4d_none(p4d) UVSIM_TABLE_NONE(p4d_val(p4d))
#define pgd_none(pgd) UVSIM_TABLE_NONE(pgd_val(pgd))
#define pmd_present(pmd) (!pmd_none(pmd))
#define pud_present(pud) (!pud_none(pud))
#define p4d_present(p4d) (!p4d_none(p4d))
#define pgd_present(pgd) (!pgd_none(pgd))
#define pmd_bad(pmd) ((void)(pmd), false)
#define pud_bad(pud) ((void)(pud), false)
#define p4d_bad(p4d) ((void)(p4d), false)
#define pgd_bad(pgd) ((void)(pgd), false)
#define pmd_none_or_clear_bad(pmd) pmd_none(*(pmd))
#define pud_none_or_clear_bad(pud) pud_none(*(pud))
#define pmd_same(a, b) (pmd_val(a) == pmd_val(b))
/* Large pages do not exist. */
#define pmd_leaf(pmd) ((void)(pmd), false)
#define pud_leaf(pud) ((void)(pud), false)
#define pmd_large(pmd) pmd_leaf(pmd)
#define pud_large(pud) pud_leaf(pud)
#define pmd_trans_huge(pmd) pmd_leaf(pmd)
#define pud_trans_huge(pud) pud_leaf(pud)
#define pmd_trans_unstable(pmd) ((void)(pmd), false)
#define pmd_page(pmd) pfn_to_page(pmd_val(pmd) >> PAGE_SHIFT)
#define split_huge_pmd(vma, pmd, address) ((void)(vma), (void)(pmd), (void)(address))

/* --- finding entries: of an address space, level by level --- */

#define UVSIM_ENTRY(pointer) ((struct uvsim_entry *)(void *)(pointer))

UVSIM_STUB void *uvsim_entry(struct mm_struct *mm, unsigned long address, int level)
{
	return &UVSIM_MEMORY->entry(mm, address, level)->val;
}
#define pgd_offset(mm, address) ((pgd_t *)uvsim_entry((mm), (address), 4))
#define p4d_offset(pgd, address) ((p4d_t *)uvsim_entry(UVSIM_ENTRY(pgd)->mm, (address), 3))
#define pud_offset(p4d, address) ((pud_t *)uvsim_entry(UVSIM_ENTRY(p4d)->mm, (address), 2))
#define pmd_offset(pud, address) ((pmd_t *)uvsim_entry(UVSIM_ENTRY(pud)->mm, (address), 1))
#define UVSIM_PTE(pointer) ((unsigned long *)(void *)(pointer))
#define uvsim_pte(mm, address, all) ((pte_t *)(void *)UVSIM_MEMORY->pte_at((mm), (address), (all)))
#define pte_offset_map(pmd, address) (pmd_none(*(pmd)) ? NULL : uvsim_pte(UVSIM_ENTRY(pmd)->mm, (address), 1))
#define pte_offset_map_rw_nolock(mm, pmd, address, pmdvalp, ptlp) \
	({ *(ptlp) = NULL; *(pmdvalp) = *(pmd); (void)(mm); pte_offset_map(pmd, address); })
#define p4d_offset_lockless(pgdp, pgd, address) ((void)(pgd), p4d_offset(pgdp, address))
#define pud_offset_lockless(p4dp, p4d, address) ((void)(p4d), pud_offset(p4dp, address))
#define pmd_offset_lockless(pudp, pud, address) ((void)(pud), pmd_offset(pudp, address))

UVSIM_STUB pte_t ptep_get(pte_t *ptep)
{
	UVSIM_MEMORY->pte_update(UVSIM_PTE(ptep));
	return *ptep;
}
#define ptep_get_lockless(ptep) ptep_get(ptep)
#define UVSIM_GET(pointer) (UVSIM_MEMORY->entry_update(UVSIM_ENTRY(pointer)), *(pointer))
#define pmdp_get(pmdp) UVSIM_GET(pmdp)
#define pmdp_get_lockless(pmdp) UVSIM_GET(pmdp)
#define pudp_get(pudp) UVSIM_GET(pudp)
#define p4dp_get(p4dp) UVSIM_GET(p4dp)
#define pgdp_get(pgdp) UVSIM_GET(pgdp)

UVSIM_STUB void pte_unmap(pte_t *ptep)
{
	if (ptep)
		UVSIM_MEMORY->pte_done(UVSIM_PTE(ptep));
}

/* --- locks: one for the 256 entries of a page table --- */

#define pte_lockptr(mm, pmd) ((void)(mm), (void)(pmd), (spinlock_t *)NULL)

/* The entry with its lock, or NULL: no mapping there. */
UVSIM_STUB pte_t *uvsim_locked_pte(struct mm_struct *mm, unsigned long address, spinlock_t **ptl, int all)
{
	pte_t *ptep = uvsim_pte(mm, address, all);

	*ptl = UVSIM_MEMORY->pte_lock(UVSIM_PTE(ptep), 0);
	if (*ptl)
		return ptep;
	pte_unmap(ptep);
	return NULL;
}
#define get_locked_pte(mm, address, ptlp) uvsim_locked_pte((mm), (address), (ptlp), 0)
#define pte_offset_map_lock(mm, pmd, address, ptlp) \
	(pmd_none(*(pmd)) ? NULL : uvsim_locked_pte((mm), (address), (ptlp), 1))
#define pte_alloc_map_lock(mm, pmd, address, ptlp) get_locked_pte((mm), (address), (ptlp))

UVSIM_STUB void pte_unmap_unlock(pte_t *ptep, spinlock_t *ptl)
{
	(void)ptl;
	UVSIM_MEMORY->pte_unlock(UVSIM_PTE(ptep));
	pte_unmap(ptep);
}

UVSIM_STUB spinlock_t *pmd_lock(struct mm_struct *mm, pmd_t *pmd)
{
	(void)mm;
	return UVSIM_MEMORY->entry_lock(UVSIM_ENTRY(pmd));
}

/* The mark of the whole page table, which is all that reclaim here has. */
#define ptep_test_and_clear_young(vma, address, ptep) \
	((void)(vma), (void)(address), UVSIM_MEMORY->pte_aged(UVSIM_PTE(ptep)))
#define ptep_clear_flush_young(vma, address, ptep) ptep_test_and_clear_young(vma, address, ptep)
/* Change bit and the reference bit of a guest's page: those of its mapping. */
#define ptep_test_and_clear_uc(mm, address, ptep) ((void)(mm), (void)(address), pte_dirty(*(ptep)))

#define pgd_addr_end(address, end) uvsim_addr_end((address), (end), PGDIR_SIZE)
#define p4d_addr_end(address, end) uvsim_addr_end((address), (end), P4D_SIZE)
#define pud_addr_end(address, end) uvsim_addr_end((address), (end), PUD_SIZE)
#define pmd_addr_end(address, end) uvsim_addr_end((address), (end), PMD_SIZE)

UVSIM_STUB unsigned long uvsim_addr_end(unsigned long address, unsigned long end, unsigned long size)
{
	unsigned long next = (address + size) & ~(size - 1);

	return next - 1 < end - 1 ? next : end;
}

#endif
