/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Guest address spaces: what pv.c asks of them. */
#ifndef UVSIM_ASM_GMAP_H
#define UVSIM_ASM_GMAP_H

#include <asm/pgtable.h>

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

#endif
