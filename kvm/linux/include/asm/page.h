/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pages of s390. Kernel addresses of the simulation are real: virtual equals physical. */
#ifndef UVSIM_ASM_PAGE_H
#define UVSIM_ASM_PAGE_H

#include <linux/types.h>

#define PAGE_SHIFT 12
#define PAGE_SIZE (1ul << PAGE_SHIFT)
#define PAGE_MASK (~(PAGE_SIZE - 1))

/* A large page of s390 is a segment. */
#define HPAGE_SHIFT 20
#define HPAGE_SIZE (1ul << HPAGE_SHIFT)
#define HPAGE_MASK (~(HPAGE_SIZE - 1))

UVSIM_STUB int get_order(unsigned long size)
{
	int order = 0;

	while ((PAGE_SIZE << order) < size)
		order++;
	return order;
}

UVSIM_STUB unsigned long virt_to_phys(const volatile void *address)
{
	return (unsigned long)address;
}

UVSIM_STUB void *phys_to_virt(unsigned long address)
{
	return (void *)address;
}

#define __pa(address) virt_to_phys((void *)(unsigned long)(address))
#define __va(address) phys_to_virt((unsigned long)(address))

#endif
