/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Mappings, page table entries and the walkers over them. */
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/pagewalk.h>
#include <linux/seqlock.h>

#define HERE 0x100000000ul	/* a mapping of 4 MiB, and one of 1 MiB a gap of 1 MiB behind it: see api.c */
#define SECOND (HERE + 0x500000ul)

static int touch(struct mm_struct *mm, unsigned long address)
{
	int error;

	mmap_read_lock(mm);
	error = fixup_user_fault(mm, address, FAULT_FLAG_WRITE, NULL);
	mmap_read_unlock(mm);
	return error;
}

static int mappings(struct kvm *kvm)
{
	struct mm_struct *mm = kvm->mm;
	struct vm_area_struct *vma, *first;
	VMA_ITERATOR(vmi, mm, 0);
	unsigned long n = 0, pages = 0;

	mmap_read_lock(mm);
	first = find_vma(mm, 0);
	CHECK(first && first->vm_start == HERE && first->vm_end == HERE + 0x400000 && first->vm_mm == mm);
	CHECK(vma_lookup(mm, 0) == NULL && vma_lookup(mm, HERE) == first && vma_lookup(mm, first->vm_end) == NULL);
	CHECK(find_vma(mm, first->vm_end)->vm_start == SECOND);
	CHECK(find_vma_intersection(mm, first->vm_end, SECOND) == NULL);
	CHECK(first->vm_flags & VM_WRITE && !(first->vm_flags & (VM_SHARED | VM_PFNMAP)));
	CHECK(vma_is_anonymous(first) && is_cow_mapping(first->vm_flags) && !is_vm_hugetlb_page(first));
	for_each_vma(vmi, vma) {
		n++;
		pages += vma_pages(vma);
	}
	CHECK(n == 2 && pages == 1024 + 256 && find_vma(mm, SECOND + 0x100000) == NULL);
	mmap_read_unlock(mm);
	return 0;
}

static int entries(struct kvm *kvm)
{
	struct mm_struct *mm = kvm->mm;
	spinlock_t *ptl;
	pte_t *ptep;
	pmd_t *pmd;

	CHECK(touch(mm, HERE + PAGE_SIZE) == 0);
	pmd = pmd_offset(pud_offset(p4d_offset(pgd_offset(mm, HERE), HERE), HERE), HERE);
	CHECK(!pgd_none(*pgd_offset(mm, HERE)) && !pmd_none(*pmd) && !pmd_leaf(*pmd));
	CHECK(pmd_none(*pmd_offset(pud_offset(p4d_offset(pgd_offset(mm, HERE), HERE), HERE), HERE + 2 * PMD_SIZE)));
	ptep = pte_offset_map_lock(mm, pmd, HERE, &ptl);
	CHECK(ptep && ptl && pte_none(*ptep) && spin_is_locked(ptl));
	pte_unmap_unlock(ptep, ptl);
	CHECK(get_locked_pte(mm, HERE + 0x400000, &ptl) == NULL);
	ptep = get_locked_pte(mm, HERE + PAGE_SIZE, &ptl);
	CHECK(ptep && pte_present(*ptep) && pte_write(*ptep) && pte_dirty(*ptep) && !pte_special(*ptep));
	CHECK(pte_pfn(ptep_get(ptep)) == page_to_pfn(pte_page(*ptep)) && pte_same(*ptep, ptep_get(ptep)));
	pte_unmap_unlock(ptep, ptl);
	/* The lock alone may be given back, too. */
	ptl = pmd_lock(mm, pmd);
	spin_unlock(ptl);
	ptl = pmd_lock(mm, pmd);
	CHECK(spin_is_locked(ptl));
	spin_unlock(ptl);
	return 0;
}

struct tally {
	unsigned long present, absent, holes, gaps, segments, vmas, skip_from, stop_at;
	u64 time;
};

static int count_pte(pte_t *pte, unsigned long addr, unsigned long next, struct mm_walk *walk)
{
	struct tally *tally = walk->private;

	if (next != addr + PAGE_SIZE || !walk->vma)
		return -EINVAL;
	if (pte_present(*pte))
		tally->present++;
	else
		tally->absent++;
	return tally->stop_at == addr ? 7 : 0;
}

static int count_pmd(pmd_t *pmd, unsigned long addr, unsigned long next, struct mm_walk *walk)
{
	struct tally *tally = walk->private;

	tally->segments += pmd_present(*pmd) && next - addr == PMD_SIZE;
	if (tally->skip_from == addr)
		walk->action = ACTION_CONTINUE;
	return 0;
}

static int count_hole(unsigned long addr, unsigned long next, int depth, struct mm_walk *walk)
{
	struct tally *tally = walk->private;

	if (depth < 0)
		tally->gaps += (next - addr) >> PAGE_SHIFT;
	else
		tally->holes += (next - addr) >> PAGE_SHIFT;
	return (depth < 0) == (walk->vma == NULL) ? 0 : -EINVAL;
}

static int only_second(unsigned long addr, unsigned long next, struct mm_walk *walk)
{
	struct tally *tally = walk->private;

	(void)next;
	tally->vmas++;
	return tally->time && addr != SECOND;
}

static const struct mm_walk_ops count_ops = {
	.pte_entry = count_pte, .pmd_entry = count_pmd, .pte_hole = count_hole, .test_walk = only_second,
	.walk_lock = PGWALK_RDLOCK,
};

static int walks(struct kvm *kvm)
{
	struct mm_struct *mm = kvm->mm;
	struct tally tally = { .stop_at = 1 };
	u64 begin;

	CHECK(touch(mm, HERE) == 0 && touch(mm, HERE + 255 * PAGE_SIZE) == 0 && touch(mm, HERE + 3 * PMD_SIZE) == 0);
	CHECK(touch(mm, SECOND) == 0 && touch(mm, SECOND - PAGE_SIZE) == -EFAULT);
	mmap_read_lock(mm);
	begin = ktime_get_ns();
	CHECK(walk_page_range(mm, HERE, SECOND + 0x100000, &count_ops, &tally) == 0);
	/* 100 ns for each entry looked at. */
	CHECK(ktime_get_ns() - begin == 3 * 256 * 100);
	CHECK(tally.present == 4 && tally.absent == 3 * 256 - 4 && tally.segments == 3);
	CHECK(tally.holes == 512 && tally.gaps == 256 && tally.vmas == 2);
	tally = (struct tally){ .stop_at = 1, .skip_from = HERE };
	CHECK(walk_page_vma(find_vma(mm, HERE), &count_ops, &tally) == 0);
	CHECK(tally.present == 1 && tally.absent == 255 && tally.segments == 2);
	tally = (struct tally){ .stop_at = HERE + 3 * PAGE_SIZE };
	CHECK(walk_page_range(mm, HERE, HERE + 0x400000, &count_ops, &tally) == 7);
	CHECK(tally.present == 1 && tally.absent == 3);
	/* The lock of the table was given back. */
	CHECK(walk_page_range_vma(find_vma(mm, HERE), HERE, HERE + PAGE_SIZE, &count_ops, &tally) == 0);
	tally = (struct tally){ .stop_at = 1, .time = 1 };
	CHECK(walk_page_range(mm, HERE, SECOND + 0x100000, &count_ops, &tally) == 0);
	CHECK(tally.vmas == 2 && tally.present == 1 && tally.holes == 0);
	CHECK(walk_page_range(mm, HERE, HERE, &count_ops, &tally) == -EINVAL);
	mmap_read_unlock(mm);
	return 0;
}

static int folio_walks(struct kvm *kvm)
{
	struct mm_struct *mm = kvm->mm;
	struct vm_area_struct *vma;
	struct folio_walk fw;
	struct folio *folio;

	CHECK(touch(mm, HERE + 5 * PAGE_SIZE) == 0);
	mmap_read_lock(mm);
	vma = vma_lookup(mm, HERE);
	CHECK(folio_walk_start(&fw, vma, HERE, 0) == NULL);
	folio = folio_walk_start(&fw, vma, HERE + 5 * PAGE_SIZE, 0);
	CHECK(folio && fw.level == FW_LEVEL_PTE && fw.page == folio_page(folio, 0) && pte_present(fw.pte));
	folio_walk_end(&fw, vma);
	mmap_read_unlock(mm);
	return 0;
}

/* Marks of age, which no reclaim of this host looks at: what is there is young. */
static int ages(struct kvm *kvm)
{
	struct mm_struct *mm = kvm->mm;
	struct vm_area_struct *vma;
	spinlock_t *ptl;
	pte_t *ptep;

	CHECK(touch(mm, HERE) == 0);
	mmap_read_lock(mm);
	vma = vma_lookup(mm, HERE);
	ptep = get_locked_pte(mm, HERE, &ptl);
	CHECK(pte_young(*ptep) && ptep_test_and_clear_young(vma, HERE, ptep));
	pte_unmap_unlock(ptep, ptl);
	ptep = get_locked_pte(mm, HERE + PAGE_SIZE, &ptl);
	CHECK(!ptep_test_and_clear_young(vma, HERE + PAGE_SIZE, ptep));
	pte_unmap_unlock(ptep, ptl);
	mmap_read_unlock(mm);
	return 0;
}

/* The entries of a table lie beside each other: a loop may go from one to the next, up to the table's end. */
static int tables(struct kvm *kvm)
{
	struct mm_struct *mm = kvm->mm;
	pte_t *first, *ptep;
	unsigned long n = 0;
	spinlock_t *ptl;
	pmd_t *pmd;

	CHECK(touch(mm, HERE + 0x100000) == 0 && touch(mm, HERE + 0x1ff000) == 0 && touch(mm, HERE + 0x17f000) == 0);
	mmap_read_lock(mm);
	pmd = pmd_offset(pud_offset(p4d_offset(pgd_offset(mm, HERE), HERE), HERE), HERE + 0x100000);
	first = pte_offset_map_lock(mm, pmd, HERE + 0x100000, &ptl);
	CHECK(first && pte_present(first[0]) && pte_present(first[127]) && pte_present(first[255]));
	CHECK(pte_none(first[1]));
	for (ptep = first; ptep < first + PTRS_PER_PTE; ptep++)
		n += pte_present(ptep_get(ptep));
	CHECK(n == 3 && pte_pfn(first[255]) == pte_pfn(first[0]) + 255);
	CHECK(spin_is_locked(ptl));
	pte_unmap_unlock(ptep - 1, ptl);
	CHECK(!spin_is_locked(ptl));
	/* What came after the look is seen by the next one. */
	first = pte_offset_map(pmd, HERE + 0x101000);
	mmap_read_unlock(mm);
	CHECK(pte_none(*first) && pte_none(first[1]) && touch(mm, HERE + 0x102000) == 0);
	CHECK(pte_present(ptep_get(first + 1)));
	pte_unmap(first);
	return 0;
}

static int mmap_locks(struct kvm *kvm)
{
	struct mm_struct *mm = kvm->mm;

	CHECK(mmap_read_lock_killable(mm) == 0 && !mmap_write_trylock(mm) && mmap_read_trylock(mm));
	mmap_read_unlock(mm);
	mmap_read_unlock(mm);
	CHECK(mmap_write_trylock(mm) && !mmap_read_trylock(mm));
	mmap_assert_write_locked(mm);
	mmap_write_unlock(mm);
	scoped_guard(mmap_read_lock, mm)
		CHECK(!mmap_write_trylock(mm));
	CHECK(mmap_write_trylock(mm));
	mmap_write_unlock(mm);
	return 0;
}

static int (*const tests[])(struct kvm *kvm) = { mappings, entries, walks, folio_walks, ages, tables, mmap_locks };
