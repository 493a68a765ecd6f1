/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Folios and pages: frames of guest memory, all small and anonymous. References that pv.c takes
 * for the length of its own stay have no effect here.
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

UVSIM_STUB phys_addr_t folio_to_phys(struct folio *folio)
{
	return (phys_addr_t)folio;
}

UVSIM_STUB void folio_get(struct folio *folio)
{
	(void)folio;
}

UVSIM_STUB void folio_put(struct folio *folio)
{
	(void)folio;
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
