/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Folios and pages: frames of guest memory, all small and anonymous. References hold nothing, since nothing is freed
 * under pv.c, but they are counted: one too few or too many is found.
 */
#ifndef UVSIM_LINUX_PAGEMAP_H
#define UVSIM_LINUX_PAGEMAP_H

#include <linux/gfp.h>

UVSIM_STUB struct folio *pfn_folio(unsigned long pfn)
{
	return (struct folio *)(pfn << PAGE_SHIFT);
}

UVSIM_STUB struct folio *page_folio(struct page *page)
{
	return (struct folio *)page;
}

UVSIM_STUB struct page *folio_page(struct folio *folio, unsigned long n)
{
	return (struct page *)((unsigned long)folio + n * PAGE_SIZE);
}

UVSIM_STUB unsigned long folio_pfn(const struct folio *folio)
{
	return (unsigned long)folio >> PAGE_SHIFT;
}

UVSIM_STUB unsigned long page_to_pfn(const struct page *page)
{
	return (unsigned long)page >> PAGE_SHIFT;
}

UVSIM_STUB struct page *pfn_to_page(unsigned long pfn)
{
	return (struct page *)(pfn << PAGE_SHIFT);
}

UVSIM_STUB phys_addr_t page_to_phys(const struct page *page)
{
	return (phys_addr_t)page;
}

UVSIM_STUB struct page *phys_to_page(phys_addr_t address)
{
	return (struct page *)(address & PAGE_MASK);
}

UVSIM_STUB struct page *virt_to_page(const void *address)
{
	return phys_to_page(virt_to_phys(address));
}

UVSIM_STUB void *page_to_virt(const struct page *page)
{
	return phys_to_virt((unsigned long)page);
}
#define page_address(page) page_to_virt(page)

UVSIM_STUB unsigned long folio_nr_pages(const struct folio *folio)
{
	(void)folio;
	return 1;
}

UVSIM_STUB size_t folio_size(const struct folio *folio)
{
	(void)folio;
	return PAGE_SIZE;
}

/* The direct map needs no mapping: of kernel pages. */
#define kmap_local_page(page) page_to_virt(page)
#define kunmap_local(address) ((void)(address))
#define folio_order(folio) 0u
#define PageHuge(page) ((void)(page), false)
#define PageCompound(page) ((void)(page), false)
#define PageTransHuge(page) ((void)(page), false)
#define folio_is_zone_device(folio) ((void)(folio), false)
#define folio_test_anon(folio) ((void)(folio), true)

UVSIM_STUB phys_addr_t folio_to_phys(struct folio *folio)
{
	return (phys_addr_t)folio;
}

UVSIM_STUB void folio_get(struct folio *folio)
{
	uvsim_api->services->page_reference((unsigned long)folio, 1);
}

UVSIM_STUB void folio_put(struct folio *folio)
{
	uvsim_api->services->page_reference((unsigned long)folio, 0);
}

UVSIM_STUB bool folio_trylock(struct folio *folio)
{
	return uvsim_api->folio_trylock(folio);
}

UVSIM_STUB void folio_unlock(struct folio *folio)
{
	uvsim_api->folio_unlock(folio);
}

UVSIM_STUB bool folio_test_large(const struct folio *folio)
{
	(void)folio;
	return false;
}

UVSIM_STUB bool folio_test_hugetlb(const struct folio *folio)
{
	(void)folio;
	return false;
}

#endif
