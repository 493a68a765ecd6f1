/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The guest's own tables of 7.0 and later: a file that names gmap_pv_destroy_range() is taken as one of those. */
#include <linux/ktime.h>
#include <linux/mm.h>
#include <asm/gmap_helpers.h>
#include "dat.h"
#include "gmap.h"

#define HERE 0x100000000ul	/* guest frames 0 to 511 */

struct tally {
	unsigned long present, absent, segments, invalid, upper;
	gfn_t stop;
};

static long count_pte(union pte *pte, gfn_t gfn, gfn_t next, struct dat_walk *walk)
{
	struct tally *tally = walk->priv;

	if (next != gfn + 1 || pte->h.i == pte->s.pr)
		return -EINVAL;
	tally->present += !pte->h.i;
	tally->absent += pte->h.i;
	return gfn == tally->stop ? 9 : 0;
}

static long count_crste(union crste *crste, gfn_t gfn, gfn_t next, struct dat_walk *walk)
{
	struct tally *tally = walk->priv;

	if (gfn >= next || crste_leaf(*crste))
		return -EINVAL;
	if (!is_pmd(*crste))
		tally->upper++;
	else if (crste->h.i)
		tally->invalid++;
	else
		tally->segments++;
	return 0;
}

static const struct dat_walk_ops ops = {
	.pte_entry = count_pte, .crste_ops = { count_crste, count_crste, count_crste, count_crste },
};

static int walks(struct kvm *kvm)
{
	struct gmap *gmap = kvm->arch.gmap;
	struct tally tally = { .stop = ~0ull };
	union crste *crstep;
	union pte *ptep;
	u64 begin;

	CHECK(gmap_fault(gmap, 0, 0) == 0 && gmap_fault(gmap, 255 * PAGE_SIZE, 0) == 0);
	begin = ktime_get_ns();
	scoped_guard(read_lock, &kvm->mmu_lock)
		CHECK(_dat_walk_gfn_range(0, 1024, gmap->asce, &ops, DAT_WALK_IGN_HOLES, &tally) == 0);
	CHECK(tally.present == 2 && tally.absent == 254 && tally.segments == 1 && tally.invalid == 3);
	CHECK(tally.upper == gmap->asce.dt && ktime_get_ns() - begin >= 256 * 100);
	tally = (struct tally){ .stop = 10 };
	CHECK(_dat_walk_gfn_range(5, 1024, gmap->asce, &ops, 0, &tally) == 9 && tally.absent == 6);
	CHECK(_dat_walk_gfn_range(asce_end(gmap->asce), ~0ull, gmap->asce, &ops, 0, &tally) == -EFAULT);
	CHECK(dat_entry_walk(NULL, 255, gmap->asce, 0, TABLE_TYPE_PAGE_TABLE, &crstep, &ptep) == 0);
	CHECK(ptep && !ptep->h.i && ptep->s.pr && get_level(crstep, ptep) == TABLE_TYPE_PAGE_TABLE);
	CHECK(dat_entry_walk(NULL, 300, gmap->asce, 0, TABLE_TYPE_PAGE_TABLE, &crstep, &ptep) == -ENOENT);
	CHECK(dat_entry_walk(NULL, 300, gmap->asce, 0, TABLE_TYPE_SEGMENT, &crstep, &ptep) == 0);
	CHECK(crstep->h.i && !ptep);
	return 0;
}

static int helpers(struct kvm *kvm)
{
	struct mm_struct *mm = kvm->mm;
	spinlock_t *ptl;
	pte_t *ptep;

	CHECK(gmap_fault(kvm->arch.gmap, 3 * PAGE_SIZE, 0) == 0 && gmap_fault(kvm->arch.gmap, 4 * PAGE_SIZE, 0) == 0);
	ptep = try_get_locked_pte(mm, HERE + 3 * PAGE_SIZE, &ptl);
	CHECK(!IS_ERR_OR_NULL(ptep) && pte_present(*ptep));
	CHECK(PTR_ERR(try_get_locked_pte(mm, HERE + 4 * PAGE_SIZE, &ptl)) == -EAGAIN);
	pte_unmap_unlock(ptep, ptl);
	CHECK(try_get_locked_pte(mm, HERE + 9 * PAGE_SIZE, &ptl) == NULL);
	mmap_read_lock(mm);
	gmap_helper_zap_one_page(mm, HERE + 3 * PAGE_SIZE);
	CHECK(try_get_locked_pte(mm, HERE + 3 * PAGE_SIZE, &ptl) == NULL);
	gmap_helper_discard(mm, HERE, HERE + 0x600000);
	mmap_read_unlock(mm);
	CHECK(get_mm_rss(mm) == 0 && !is_shadow(kvm->arch.gmap) && !uses_skeys(kvm->arch.gmap));
	return 0;
}

static int (*const tests[])(struct kvm *kvm) = { walks, helpers };
