/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Guest address spaces: what pv.c asks of them. */
#ifndef UVSIM_ASM_GMAP_H
#define UVSIM_ASM_GMAP_H

#include <linux/mm.h>

UVSIM_STUB int s390_replace_asce(struct gmap *gmap)
{
	return uvsim_api->replace_asce(gmap);
}

/* 5.10: destroys every present page of the address space, in one walk. */
UVSIM_STUB void s390_reset_acc(struct mm_struct *mm)
{
	uvsim_api->reset_acc(mm);
}

UVSIM_STUB void s390_uv_destroy_range(struct mm_struct *mm, unsigned long start, unsigned long end)
{
	(void)uvsim_api->uv_destroy_range(mm, start, end, 0);
}

UVSIM_STUB int s390_uv_destroy_range_interruptible(struct mm_struct *mm, unsigned long start,
						   unsigned long end)
{
	return uvsim_api->uv_destroy_range(mm, start, end, 1);
}

/* Address in user space of a guest address, or an error in it. */
UVSIM_STUB unsigned long gmap_translate(struct gmap *gmap, unsigned long gaddr)
{
	return (unsigned long)uvsim_api->services->gmap_address(gmap, gaddr);
}
#define __gmap_translate(gmap, gaddr) gmap_translate(gmap, gaddr)

UVSIM_STUB int gmap_fault(struct gmap *gmap, unsigned long gaddr, unsigned int flags)
{
	(void)flags;
	return uvsim_api->services->gmap_fault_in(gmap, gaddr);
}

UVSIM_STUB int gmap_convert_to_secure(struct gmap *gmap, unsigned long gaddr)
{
	return uvsim_api->services->gmap_import(gmap, gaddr);
}

UVSIM_STUB int gmap_destroy_page(struct gmap *gmap, unsigned long gaddr)
{
	return uvsim_api->services->gmap_destroy(gmap, gaddr);
}

/* The table entry of a page that is there: it costs time and is not modelled. */
UVSIM_STUB int __gmap_link(struct gmap *gmap, unsigned long gaddr, unsigned long vmaddr)
{
	(void)vmaddr;
	return uvsim_api->services->gmap_link(gmap, gaddr);
}

/* --- references and small questions; there are no shadows --- */

UVSIM_STUB struct gmap *gmap_get(struct gmap *gmap)
{
	return gmap;
}

/* The guest's own lives as long as the VM; what was got is given back without anybody noticing. */
UVSIM_STUB struct gmap *gmap_put(struct gmap *gmap)
{
	(void)gmap;
	return NULL;
}
#define gmap_is_shadow(gmap) ((void)(gmap), false)
#define gmap_enable(gmap) ((void)(gmap))
#define gmap_disable(gmap) ((void)(gmap))
#define gmap_get_enabled() ((struct gmap *)NULL)
#define gmap_mark_unmergeable() 0
#define s390_enable_sie() 0
#define s390_disable_cow_sharing() 0
#define s390_unlist_old_asce(gmap) ((void)(gmap))

/* Protected at all, now? */
#define mm_is_protected(mm) (atomic_read(&(mm)->context.protected_count) || atomic_read(&(mm)->context.is_protected))

/* Unmaps a guest page and frees it, or a range of guest addresses: its content is gone. */
UVSIM_STUB void gmap_discard(struct gmap *gmap, unsigned long from, unsigned long to)
{
	for (; from < to; from += PAGE_SIZE) {
		unsigned long address = gmap_translate(gmap, from);

		if (!IS_ERR_VALUE(address))
			UVSIM_MEMORY->zap(gmap->mm, address & PAGE_MASK, PAGE_SIZE);
	}
}
#define __gmap_zap(gmap, gaddr) gmap_discard((gmap), (gaddr) & PAGE_MASK, ((gaddr) & PAGE_MASK) + PAGE_SIZE)

#endif
