/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Folios and pages: frames of guest memory, all small and anonymous, and blocks of the kernel's own. What one is to
 * the kernel is told by functions; the structs have no members.
 */
#ifndef UVSIM_LINUX_PAGEMAP_H
#define UVSIM_LINUX_PAGEMAP_H

#include <linux/cleanup.h>
#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/page_ref.h>
#include <linux/page-flags.h>

/* --- numbers and addresses --- */

UVSIM_STUB struct folio *pfn_folio(unsigned long pfn)
{
	return (struct folio *)(pfn << PAGE_SHIFT);
}

UVSIM_STUB struct folio *page_folio(const struct page *page)
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

UVSIM_STUB phys_addr_t folio_to_phys(struct folio *folio)
{
	return (phys_addr_t)folio;
}

UVSIM_STUB struct page *phys_to_page(phys_addr_t address)
{
	return (struct page *)(address & PAGE_MASK);
}

UVSIM_STUB struct folio *phys_to_folio(phys_addr_t address)
{
	return (struct folio *)(address & PAGE_MASK);
}

UVSIM_STUB struct page *virt_to_page(const void *address)
{
	return phys_to_page(virt_to_phys(address));
}

UVSIM_STUB struct folio *virt_to_folio(const void *address)
{
	return phys_to_folio(virt_to_phys(address));
}

UVSIM_STUB void *page_to_virt(const struct page *page)
{
	return phys_to_virt((unsigned long)page);
}
#define page_address(page) page_to_virt(page)
#define folio_address(folio) phys_to_virt((unsigned long)(folio))
#define lowmem_page_address(page) page_to_virt(page)
#define pfn_valid(pfn) ((pfn) != 0)
#define is_zero_pfn(pfn) ((void)(pfn), false)
#define is_zero_page(page) ((void)(page), false)
#define is_zero_folio(folio) ((void)(folio), false)

/* The direct map needs no mapping: of kernel pages. */
#define kmap_local_page(page) page_to_virt(page)
#define kmap_local_folio(folio, offset) (folio_address(folio) + (offset))
#define kmap(page) page_to_virt(page)
#define kunmap(page) ((void)(page))
#define kunmap_local(address) ((void)(address))

/* --- size: one page --- */

#define folio_order(folio) ((void)(folio), 0u)
#define compound_order(page) ((void)(page), 0u)
#define compound_head(page) (page)
#define folio_nr_pages(folio) ((void)(folio), 1ul)
#define folio_size(folio) ((void)(folio), PAGE_SIZE)
#define folio_shift(folio) ((void)(folio), PAGE_SHIFT)
#define thp_nr_pages(page) ((void)(page), 1ul)
#define page_size(page) ((void)(page), PAGE_SIZE)
#define split_folio(folio) ((void)(folio), 0)
#define split_folio_to_order(folio, order) ((void)(folio), (void)(order), 0)
#define split_huge_page(page) ((void)(page), 0)

/* --- references --- */

UVSIM_STUB void folio_get(struct folio *folio)
{
	(void)UVSIM_MEMORY->folio_try_hold(folio, 1);
}

UVSIM_STUB void folio_put(struct folio *folio)
{
	UVSIM_MEMORY->folio_drop(folio, 1);
}

UVSIM_STUB void folio_put_refs(struct folio *folio, int refs)
{
	UVSIM_MEMORY->folio_drop(folio, (unsigned int)refs);
}

UVSIM_STUB bool folio_try_get(struct folio *folio)
{
	return folio_ref_count(folio) != 0 && UVSIM_MEMORY->folio_try_hold(folio, 1);
}
#define folio_try_get_rcu(folio) folio_try_get(folio)
#define get_page(page) folio_get(page_folio(page))
#define put_page(page) folio_put(page_folio(page))
#define get_page_unless_zero(page) folio_try_get(page_folio(page))
#define try_get_page(page) folio_try_get(page_folio(page))
DEFINE_FREE(folio_put, struct folio *, if (_T) folio_put(_T))

UVSIM_STUB void release_pages(struct page **pages, int n)
{
	while (n-- > 0)
		put_page(pages[n]);
}

UVSIM_STUB int folio_mapcount(const struct folio *folio)
{
	return (UVSIM_MEMORY->folio_state(folio) & UVSIM_FOLIO_MAPPED) != 0;
}
#define folio_mapped(folio) (folio_mapcount(folio) != 0)
#define page_mapcount(page) folio_mapcount(page_folio(page))
#define page_mapped(page) folio_mapped(page_folio(page))
#define folio_maybe_dma_pinned(folio) (folio_ref_count(folio) > 1024)

/* No file is behind any: the mapping is none, and so is private data. */
struct address_space;
#define folio_mapping(folio) ((void)(folio), (struct address_space *)NULL)
#define page_mapping(page) ((void)(page), (struct address_space *)NULL)
#define page_has_private(page) ((void)(page), false)
#define folio_has_private(folio) ((void)(folio), false)
#define folio_expected_ref_count(folio) folio_mapcount(folio)

/* --- locks: folio_lock() sleeps --- */

UVSIM_STUB bool folio_trylock(struct folio *folio)
{
	return uvsim_api->folio_trylock(folio);
}

UVSIM_STUB void folio_lock(struct folio *folio)
{
	(void)UVSIM_MEMORY->folio_lock(folio, 0);
}

UVSIM_STUB int folio_lock_killable(struct folio *folio)
{
	return UVSIM_MEMORY->folio_lock(folio, 1);
}

UVSIM_STUB void folio_unlock(struct folio *folio)
{
	uvsim_api->folio_unlock(folio);
}

UVSIM_STUB void folio_wait_locked(struct folio *folio)
{
	if (folio_test_locked(folio)) {
		folio_lock(folio);
		folio_unlock(folio);
	}
}
#define lock_page(page) folio_lock(page_folio(page))
#define trylock_page(page) folio_trylock(page_folio(page))
#define unlock_page(page) folio_unlock(page_folio(page))

/* --- writeback: to the swap device --- */

UVSIM_STUB void folio_wait_writeback(struct folio *folio)
{
	UVSIM_MEMORY->folio_wait_writeback(folio);
}
#define folio_wait_stable(folio) folio_wait_writeback(folio)
#define wait_on_page_writeback(page) folio_wait_writeback(page_folio(page))

#endif
