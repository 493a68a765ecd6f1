/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Walking page tables of user space. Callbacks of pages run under the page table's lock, entry by entry; each table
 * costs the time of looking at its entries. The walker gives way nowhere: callbacks of higher levels may.
 *
 * Source of behaviour: Linux 6.12 mm/pagewalk.c. Left out: walks of the kernel's own tables and of files, large pages.
 */
#ifndef UVSIM_LINUX_PAGEWALK_H
#define UVSIM_LINUX_PAGEWALK_H

#include <linux/mm.h>

struct mm_walk;

enum page_walk_lock { PGWALK_RDLOCK, PGWALK_WRLOCK, PGWALK_WRLOCK_VERIFY, PGWALK_VMA_RDLOCK_VERIFY };
enum page_walk_action { ACTION_SUBTREE, ACTION_CONTINUE, ACTION_AGAIN };

struct mm_walk_ops {
	int (*pgd_entry)(pgd_t *pgd, unsigned long addr, unsigned long next, struct mm_walk *walk);
	int (*p4d_entry)(p4d_t *p4d, unsigned long addr, unsigned long next, struct mm_walk *walk);
	int (*pud_entry)(pud_t *pud, unsigned long addr, unsigned long next, struct mm_walk *walk);
	int (*pmd_entry)(pmd_t *pmd, unsigned long addr, unsigned long next, struct mm_walk *walk);
	int (*pte_entry)(pte_t *pte, unsigned long addr, unsigned long next, struct mm_walk *walk);
	int (*pte_hole)(unsigned long addr, unsigned long next, int depth, struct mm_walk *walk);
	int (*hugetlb_entry)(pte_t *pte, unsigned long hmask, unsigned long addr, unsigned long next,
			     struct mm_walk *walk);	/* never called */
	int (*test_walk)(unsigned long addr, unsigned long next, struct mm_walk *walk);
	int (*pre_vma)(unsigned long start, unsigned long end, struct mm_walk *walk);
	void (*post_vma)(struct mm_walk *walk);
	enum page_walk_lock walk_lock;
};

struct mm_walk {
	const struct mm_walk_ops *ops;
	struct mm_struct *mm;
	pgd_t *pgd;
	struct vm_area_struct *vma;
	enum page_walk_action action;
	bool no_vma;
	void *private;
};

UVSIM_STUB int uvsim_walk_hole(struct mm_walk *walk, unsigned long from, unsigned long to, int depth)
{
	return walk->ops->pte_hole ? walk->ops->pte_hole(from, to, depth, walk) : 0;
}

/* The entries of one page table. */
UVSIM_STUB int uvsim_walk_ptes(struct mm_walk *walk, unsigned long from, unsigned long to)
{
	spinlock_t *ptl;
	pte_t *first = get_locked_pte(walk->mm, from, &ptl), *ptep = first;
	int error = 0;

	if (!first)
		return 0;
	UVSIM_MEMORY->walked((to - from) >> PAGE_SHIFT);
	for (; from < to && !error; from += PAGE_SIZE) {
		(void)ptep_get(ptep);
		error = walk->ops->pte_entry(ptep++, from, from + PAGE_SIZE, walk);
	}
	pte_unmap_unlock(first, ptl);
	return error;
}

/* What is called for an entry of a level; @found: there is such a call. */
UVSIM_STUB int uvsim_walk_call(struct mm_walk *walk, void *entry, int level, unsigned long from, unsigned long to,
			       bool *found)
{
	const struct mm_walk_ops *ops = walk->ops;

	*found = true;
	if (level == 4 && ops->pgd_entry)
		return ops->pgd_entry(entry, from, to, walk);
	if (level == 3 && ops->p4d_entry)
		return ops->p4d_entry(entry, from, to, walk);
	if (level == 2 && ops->pud_entry)
		return ops->pud_entry(entry, from, to, walk);
	if (level == 1 && ops->pmd_entry)
		return ops->pmd_entry(entry, from, to, walk);
	*found = false;
	return 0;
}

/* What lies below an entry of level @level + 1. */
UVSIM_STUB int uvsim_walk_level(struct mm_walk *walk, int level, unsigned long from, unsigned long to)
{
	static const int shift[] = { PAGE_SHIFT, PMD_SHIFT, PUD_SHIFT, P4D_SHIFT, PGDIR_SHIFT };
	unsigned long next;
	int error = 0;

	if (level == 0)
		return walk->ops->pte_entry ? uvsim_walk_ptes(walk, from, to) : 0;
	for (; from < to && !error; from = next) {
		unsigned long *entry = uvsim_entry(walk->mm, from, level);
		bool found;

		next = uvsim_addr_end(from, to, 1ul << shift[level]);
		do {
			walk->action = ACTION_SUBTREE;
			if (UVSIM_TABLE_NONE(*entry)) {
				error = uvsim_walk_hole(walk, from, next, 4 - level);
				walk->action = ACTION_CONTINUE;
				break;
			}
			error = uvsim_walk_call(walk, entry, level, from, next, &found);
		} while (!error && walk->action == ACTION_AGAIN);
		if (!error && walk->action == ACTION_SUBTREE)
			error = uvsim_walk_level(walk, level - 1, from, next);
	}
	return error;
}

UVSIM_STUB int uvsim_walk_vma(struct mm_walk *walk, unsigned long from, unsigned long to)
{
	const struct mm_walk_ops *ops = walk->ops;
	int error = ops->test_walk ? ops->test_walk(from, to, walk) : 0;

	/* Above 0: not this one. */
	if (error)
		return error > 0 ? 0 : error;
	error = ops->pre_vma ? ops->pre_vma(from, to, walk) : 0;
	if (!error)
		error = uvsim_walk_level(walk, 4, from, to);
	if (ops->post_vma)
		ops->post_vma(walk);
	return error;
}

/* Of all mappings in the range; what lies between them is a hole without a mapping. */
UVSIM_STUB int walk_page_range(struct mm_struct *mm, unsigned long start, unsigned long end,
			       const struct mm_walk_ops *ops, void *private)
{
	struct mm_walk walk = { .ops = ops, .mm = mm, .private = private };
	unsigned long next;
	int error = 0;

	if (start >= end)
		return -EINVAL;
	mmap_assert_locked(mm);
	for (; start < end && !error; start = next) {
		struct vm_area_struct *vma = find_vma(mm, start);

		walk.vma = vma && vma->vm_start <= start ? vma : NULL;
		if (!walk.vma) {
			next = vma ? min(end, vma->vm_start) : end;
			error = uvsim_walk_hole(&walk, start, next, -1);
		} else {
			next = min(end, vma->vm_end);
			error = uvsim_walk_vma(&walk, start, next);
		}
	}
	return error;
}

UVSIM_STUB int walk_page_range_vma(struct vm_area_struct *vma, unsigned long start, unsigned long end,
				   const struct mm_walk_ops *ops, void *private)
{
	struct mm_walk walk = { .ops = ops, .mm = vma->vm_mm, .vma = vma, .private = private };

	if (start >= end || start < vma->vm_start || end > vma->vm_end)
		return -EINVAL;
	mmap_assert_locked(vma->vm_mm);
	return uvsim_walk_vma(&walk, start, end);
}

#define walk_page_vma(vma, ops, private) \
	walk_page_range_vma((vma), (vma)->vm_start, (vma)->vm_end, (ops), (private))

/* --- one page, locked: 6.12 and later --- */

enum folio_walk_level { FW_LEVEL_PTE, FW_LEVEL_PMD, FW_LEVEL_PUD };
#define FW_ZEROPAGE 1u

struct folio_walk {
	struct page *page;
	enum folio_walk_level level;
	pte_t *ptep, pte;
	struct vm_area_struct *vma;
	spinlock_t *ptl;
};

UVSIM_STUB struct folio *folio_walk_start(struct folio_walk *fw, struct vm_area_struct *vma, unsigned long addr,
					  unsigned int flags)
{
	(void)flags;
	mmap_assert_locked(vma->vm_mm);
	fw->vma = vma;
	fw->level = FW_LEVEL_PTE;
	fw->ptep = get_locked_pte(vma->vm_mm, addr, &fw->ptl);
	if (!fw->ptep)
		return NULL;
	fw->pte = ptep_get(fw->ptep);
	if (!pte_present(fw->pte)) {
		pte_unmap_unlock(fw->ptep, fw->ptl);
		return NULL;
	}
	fw->page = pte_page(fw->pte);
	return page_folio(fw->page);
}

#define folio_walk_end(fw, vma) ((void)(vma), pte_unmap_unlock((fw)->ptep, (fw)->ptl))

#endif
