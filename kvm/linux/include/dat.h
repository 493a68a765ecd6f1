/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Guest address translation from 7.0 on: tables that KVM owns, to be walked and looked at. An entry is made up for the
 * callback that gets it: a page is there exactly when the host has it, a segment when its page table has been used, and
 * writing to an entry changes nothing. Bit-fields stand in reverse, see uvsim/asce.h.
 *
 * Source of behaviour: Linux 7.3 arch/s390/kvm/gmap/dat.c. Left out: large pages, splitting, storage keys.
 */
#ifndef UVSIM_DAT_H
#define UVSIM_DAT_H

#include <linux/bug.h>
#include <linux/kvm_types.h>
#include <asm/pgtable.h>

#define TABLE_TYPE_PAGE_TABLE (-1)
#define _ASCE(x) ((union asce){ .val = (x) })
#define NULL_ASCE _ASCE(0)
#define _PAGES_PER_SEGMENT _PAGE_ENTRIES
#define _PAGES_PER_REGION3 (_PAGES_PER_SEGMENT * _CRST_ENTRIES)

enum dat_walk_flags {
	DAT_WALK_USES_SKEYS = 0x40,
	DAT_WALK_CONTINUE = 0x20,
	DAT_WALK_IGN_HOLES = 0x10,
	DAT_WALK_SPLIT = 0x08,
	DAT_WALK_ALLOC = 0x04,
	DAT_WALK_ANY = 0x02,
	DAT_WALK_LEAF = 0x01,
	DAT_WALK_DEFAULT = 0,
};
#define DAT_WALK_SPLIT_ALLOC (DAT_WALK_SPLIT | DAT_WALK_ALLOC)
#define DAT_WALK_ALLOC_CONTINUE (DAT_WALK_CONTINUE | DAT_WALK_ALLOC)
#define DAT_WALK_LEAF_ALLOC (DAT_WALK_LEAF | DAT_WALK_ALLOC)

union pte {
	unsigned long val;
	struct {
		unsigned long : 8;
		unsigned long iep : 1;
		unsigned long p : 1;		/* protected */
		unsigned long i : 1;		/* invalid */
		unsigned long z : 1;
		unsigned long pfra : 52;
	} h;
	struct {
		unsigned long pr : 1;		/* present */
		unsigned long sd : 1;
		unsigned long y : 1;
		unsigned long d : 1;
		unsigned long r : 1;
		unsigned long w : 1;
		unsigned long s : 1;
		unsigned long u : 1;
		unsigned long : 56;
	} s;
};

union crste {
	unsigned long val;
	struct {
		unsigned long tl : 2;
		unsigned long tt : 2;		/* TABLE_TYPE_* */
		unsigned long : 1;
		unsigned long i : 1;
		unsigned long : 3;
		unsigned long p : 1;
		unsigned long fc : 1;		/* a large page: never */
		unsigned long : 53;
	} h;
};
union pmd {
	unsigned long val;
};
union pud {
	unsigned long val;
};

struct kvm_s390_mmu_cache;
struct dat_walk;

typedef long (*dat_walk_op)(union crste *crste, gfn_t gfn, gfn_t next, struct dat_walk *walk);

struct dat_walk_ops {
	union {
		dat_walk_op crste_ops[4];
		struct {
			dat_walk_op pmd_entry, pud_entry, p4d_entry, pgd_entry;
		};
	};
	long (*pte_entry)(union pte *pte, gfn_t gfn, gfn_t next, struct dat_walk *walk);
};

struct dat_walk {
	const struct dat_walk_ops *ops;
	union crste *last;
	union pte *last_pte;
	union asce asce;
	gfn_t start, end;
	int flags;
	void *priv;
};

UVSIM_STUB unsigned long *dereference_asce(union asce asce)
{
	return (unsigned long *)(asce.val & PAGE_MASK);
}

/* First guest frame number past what a table of this type can hold. */
UVSIM_STUB gfn_t asce_end(union asce asce)
{
	return 1ull << ((asce.dt + 1) * 11 + 8);
}
#define asce_contains_gfn(asce, gfn) ((gfn) < asce_end(asce))

#define is_pmd(crste) ((crste).h.tt == TABLE_TYPE_SEGMENT)
#define is_pud(crste) ((crste).h.tt == TABLE_TYPE_REGION3)
#define is_p4d(crste) ((crste).h.tt == TABLE_TYPE_REGION2)
#define is_pgd(crste) ((crste).h.tt == TABLE_TYPE_REGION1)
#define crste_leaf(crste) ((crste).h.tt <= TABLE_TYPE_REGION3 && (crste).h.fc)
#define crste_prefix(crste) ((void)(crste), false)
#define crste_dirty(crste) ((void)(crste), false)
/* Of a slot's memory none is a hole: it is absent or there. */
#define crste_hole(crste) ((void)(crste), false)
#define crste_none(crste) ((crste).h.i != 0)
#define pte_origin(pte) ((pte).val & PAGE_MASK)
#define crste_origin_large(crste) ((void)(crste), ~(phys_addr_t)0)
#define large_crste_to_phys(crste, gfn) ((void)(crste), (void)(gfn), ~(phys_addr_t)0)
#define pmd_origin_large(pmd) ((pmd).val & _SEGMENT_MASK)
#define get_level(crstep, ptep) ((ptep) ? TABLE_TYPE_PAGE_TABLE : (int)(crstep)->h.tt)

UVSIM_STUB bool pte_hole(union pte pte)
{
	(void)pte;
	return false;
}

UVSIM_STUB union pte uvsim_dat_pte(struct gmap *gmap, gfn_t gfn)
{
	unsigned long val = UVSIM_MEMORY->guest_entry(gmap, gfn, 0);

	return (union pte){ .val = val ? val : UVSIM_PTE_INVALID };
}

UVSIM_STUB union crste uvsim_dat_crste(struct gmap *gmap, gfn_t gfn, int type)
{
	union crste crste = { .val = 0 };

	crste.h.tt = (unsigned long)type & 3;
	crste.h.i = !UVSIM_MEMORY->guest_entry(gmap, gfn, type + 1);
	return crste;
}

/* The entries of tables of @type, and what is below those that are there. */
UVSIM_STUB long uvsim_dat_walk(struct gmap *gmap, struct dat_walk *walk, int type, gfn_t from, gfn_t to)
{
	gfn_t size = type < 0 ? 1 : 1ull << (8 + 11 * type), next;
	long result = 0;

	if (type < 0)
		UVSIM_MEMORY->walked(to - from);
	for (; from < to && !result; from = next) {
		union crste crste;
		union pte pte;

		next = (from / size + 1) * size;
		if (next > to)
			next = to;
		if (type < 0) {
			pte = uvsim_dat_pte(gmap, from);
			walk->last_pte = &pte;
			result = walk->ops->pte_entry(&pte, from, next, walk);
			continue;
		}
		crste = uvsim_dat_crste(gmap, from, type);
		walk->last = &crste;
		walk->last_pte = NULL;
		if (walk->ops->crste_ops[type])
			result = walk->ops->crste_ops[type](&crste, from, next, walk);
		if (!result && !crste.h.i && (type || walk->ops->pte_entry))
			result = uvsim_dat_walk(gmap, walk, type - 1, from, next);
	}
	return result;
}

/* The MMU lock is held; nothing here gives way. */
UVSIM_STUB long _dat_walk_gfn_range(gfn_t start, gfn_t end, union asce asce, const struct dat_walk_ops *ops, int flags,
				    void *priv)
{
	struct dat_walk walk = {
		.ops = ops, .asce = asce, .priv = priv, .flags = flags, .start = start, .end = end,
	};
	struct gmap *gmap = UVSIM_MEMORY->gmap_of(asce.val);

	if (WARN_ON_ONCE(!gmap))
		return -22;
	if (!asce_contains_gfn(asce, start))
		return flags & DAT_WALK_IGN_HOLES ? 0 : -14;
	return uvsim_dat_walk(gmap, &walk, (int)asce.dt, start, end < asce_end(asce) ? end : asce_end(asce));
}

/* One entry; *@last and *@ptep are good until the next call. 0, or -ENOENT: there is none. */
UVSIM_STUB int dat_entry_walk(struct kvm_s390_mmu_cache *cache, gfn_t gfn, union asce asce, int flags, int walk_level,
			      union crste **last, union pte **ptep)
{
	static union crste crste;
	static union pte pte;
	struct gmap *gmap = UVSIM_MEMORY->gmap_of(asce.val);
	int type;

	(void)cache;
	*last = NULL;
	*ptep = NULL;
	if (WARN_ON_ONCE(!gmap || walk_level > (int)asce.dt))
		return -22;
	if (!asce_contains_gfn(asce, gfn))
		return 5;
	for (type = (int)asce.dt; type >= 0; type--) {
		crste = uvsim_dat_crste(gmap, gfn, type);
		*last = &crste;
		if (type == walk_level)
			return 0;
		if (crste.h.i)
			return flags & (DAT_WALK_ANY | DAT_WALK_ALLOC) ? 0 : -2;
	}
	UVSIM_MEMORY->walked(1);
	pte = uvsim_dat_pte(gmap, gfn);
	*ptep = &pte;
	return 0;
}

#endif
