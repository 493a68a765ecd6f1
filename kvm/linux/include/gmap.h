/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Guest address spaces from 7.0 on: flags, and walks by guest frame number. */
#ifndef UVSIM_GMAP_H
#define UVSIM_GMAP_H

#include <asm/gmap.h>

/* bit numbers in gmap->flags */
enum gmap_flags {
	GMAP_FLAG_SHADOW = 0,
	GMAP_FLAG_OWNS_PAGETABLES,
	GMAP_FLAG_IS_UCONTROL,
	GMAP_FLAG_ALLOW_HPAGE_1M,
	GMAP_FLAG_ALLOW_HPAGE_2G,
	GMAP_FLAG_PFAULT_ENABLED,
	GMAP_FLAG_USES_SKEYS,
	GMAP_FLAG_USES_CMM,
	GMAP_FLAG_EXPORT_ON_UNMAP,
};

UVSIM_STUB int gmap_pv_destroy_range(struct gmap *gmap, gfn_t start, gfn_t end, bool interruptible)
{
	return uvsim_api->gmap_pv_destroy_range(gmap, start, end, interruptible);
}

UVSIM_STUB void gmap_split_huge_pages(struct gmap *gmap)
{
	uvsim_api->gmap_split_huge_pages(gmap);
}

#define is_ucontrol(gmap) test_bit(GMAP_FLAG_IS_UCONTROL, &(gmap)->flags)
#define is_shadow(gmap) test_bit(GMAP_FLAG_SHADOW, &(gmap)->flags)
#define owns_page_tables(gmap) test_bit(GMAP_FLAG_OWNS_PAGETABLES, &(gmap)->flags)
#define pfault_enabled(gmap) test_bit(GMAP_FLAG_PFAULT_ENABLED, &(gmap)->flags)
#define uses_skeys(gmap) test_bit(GMAP_FLAG_USES_SKEYS, &(gmap)->flags)
#define uses_cmm(gmap) test_bit(GMAP_FLAG_USES_CMM, &(gmap)->flags)

#endif
