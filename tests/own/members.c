/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A walk over page tables that keeps how far it has come in the VM's struct (tests/own/kvm_host.h), where a fatal
 * signal leaves it, with what else a patch may bring along: a header that uvsim does not know, parameters, a shrinker
 * and memory that module_init() leaves for good, a file in debugfs. Put into the real pv.c by tests/own.sh.
 */
#include <linux/debugfs.h>
#include <linux/maple_tree.h>
#include <linux/no_such_header.h>
#include <linux/pagevec.h>
#include <linux/shrinker.h>

static bool own_on = true;
module_param(own_on, bool, 0644);
MODULE_PARM_DESC(own_on, "walk");
static unsigned int own_batch = PAGEVEC_SIZE;
module_param_named(batch, own_batch, uint, 0444);
static DEFINE_MTREE(own_ranges);

static int own_show(struct seq_file *m, void *v)
{
	seq_printf(m, "%u\n", own_batch);
	return v ? 0 : -EINVAL;
}
DEFINE_SHOW_ATTRIBUTE(own);

static unsigned long own_count(struct shrinker *shrinker, struct shrink_control *control)
{
	return shrinker && control ? 0 : SHRINK_EMPTY;
}

static unsigned long own_scan(struct shrinker *shrinker, struct shrink_control *control)
{
	return shrinker && control ? SHRINK_STOP : 0;
}

static int __init own_init(void)
{
	struct shrinker *shrinker = shrinker_alloc(0, "own");

	if (!shrinker)
		return -ENOMEM;
	shrinker->count_objects = own_count;
	shrinker->scan_objects = own_scan;
	shrinker_register(shrinker);
	debugfs_create_file("own", 0444, NULL, NULL, &own_fops);
	return mtree_store_range(&own_ranges, 0, 9, &own_ranges, GFP_KERNEL);
}
module_init(own_init);

/* What is present in one page table, without the lock. */
static void own_destroy_table(struct folio_batch *batch)
{
	struct folio *folio;

	while ((folio = folio_batch_next(batch)) != NULL) {
		if (uv_destroy_folio(folio))
			uv_convert_from_secure_folio(folio);
	}
	folio_batch_release(batch);
	folio_batch_init(batch);
}

static unsigned long own_table(struct vm_area_struct *vma, pmd_t *pmd, unsigned long address, unsigned long end,
			       struct folio_batch *batch)
{
	spinlock_t *ptl;
	pte_t *first = pte_offset_map_lock(vma->vm_mm, pmd, address, &ptl), *ptep = first;
	struct folio *folio;

	if (!first)
		return end;
	for (; address < end && folio_batch_count(batch) < own_batch; address += PAGE_SIZE, ptep++) {
		if (!pte_present(*ptep))
			continue;
		folio = vm_normal_folio(vma, address, ptep_get(ptep));
		folio_get(folio);
		folio_batch_add(batch, folio);
	}
	pte_unmap_unlock(first, ptl);
	return address;
}

static int own_walk(struct kvm *kvm)
{
	struct kvm_s390_pv *pv = &kvm->arch.pv;
	struct vm_area_struct *vma;
	struct folio_batch batch;
	pmd_t *pmd;

	WARN_ON(!own_on || pv->own_call || mtree_load(&own_ranges, 9) != &own_ranges || mtree_load(&own_ranges, 10));
	if (pv->own_rounds++ == 0)
		INIT_LIST_HEAD(&pv->own_list.first);
	WARN_ON(!list_empty(&pv->own_list.first) || test_and_set_bit(pv->own_rounds % 64, pv->own_bits));
	pv->own_list.n++;
	folio_batch_init(&batch);
	for (;;) {
		mmap_read_lock(kvm->mm);
		vma = find_vma(kvm->mm, pv->own_next);
		if (vma) {
			pv->own_next = max(pv->own_next, vma->vm_start);
			pmd = pmd_offset(pud_offset(p4d_offset(pgd_offset(kvm->mm, pv->own_next), pv->own_next),
						    pv->own_next), pv->own_next);
			pv->own_next = pmd_none(*pmd) ? pmd_addr_end(pv->own_next, vma->vm_end) :
				own_table(vma, pmd, pv->own_next, pmd_addr_end(pv->own_next, vma->vm_end), &batch);
		}
		mmap_read_unlock(kvm->mm);
		atomic64_add(folio_batch_count(&batch), &kvm->arch.own_total);
		own_destroy_table(&batch);
		cond_resched();
		if (fatal_signal_pending(current))
			return -EINTR;
		if (!vma)
			break;
	}
	WARN_ON(pv->own_list.n != pv->own_rounds || !atomic64_read(&kvm->arch.own_total));
	pv->own_next = 0;
	return 0;
}
