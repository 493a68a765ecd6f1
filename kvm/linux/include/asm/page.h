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

#define PFN_PHYS(pfn) ((phys_addr_t)(pfn) << PAGE_SHIFT)
#define PHYS_PFN(address) ((unsigned long)((address) >> PAGE_SHIFT))
#define PFN_DOWN(address) ((address) >> PAGE_SHIFT)
#define PFN_UP(address) (((address) + PAGE_SIZE - 1) >> PAGE_SHIFT)
#define pfn_to_phys(pfn) PFN_PHYS(pfn)
#define phys_to_pfn(address) PHYS_PFN(address)
#define virt_to_pfn(address) PHYS_PFN(virt_to_phys(address))
#define pfn_to_virt(pfn) phys_to_virt(PFN_PHYS(pfn))

#endif
