/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The page allocator. The bits of the flags are the simulator's own (UVSIM_GFP_*); those that ask for
 * something it does not model are none.
 */
#ifndef UVSIM_LINUX_GFP_H
#define UVSIM_LINUX_GFP_H

#include <asm/page.h>

#define __GFP_DIRECT_RECLAIM UVSIM_GFP_DIRECT
#define __GFP_KSWAPD_RECLAIM UVSIM_GFP_KSWAPD
#define __GFP_RECLAIM (__GFP_DIRECT_RECLAIM | __GFP_KSWAPD_RECLAIM)
#define __GFP_HIGH UVSIM_GFP_HIGH
#define __GFP_MEMALLOC UVSIM_GFP_MEMALLOC
#define __GFP_NOMEMALLOC UVSIM_GFP_NOMEMALLOC
#define __GFP_NORETRY UVSIM_GFP_NORETRY
#define __GFP_RETRY_MAYFAIL UVSIM_GFP_RETRY_MAYFAIL
#define __GFP_NOFAIL UVSIM_GFP_NOFAIL
#define __GFP_NOWARN UVSIM_GFP_NOWARN
#define __GFP_ZERO UVSIM_GFP_ZERO
#define __GFP_ACCOUNT UVSIM_GFP_ACCOUNT
#define __GFP_IO 0u
#define __GFP_FS 0u
#define __GFP_COMP 0u
#define __GFP_DMA 0u
#define __GFP_MOVABLE 0u

#define GFP_KERNEL (__GFP_RECLAIM | __GFP_IO | __GFP_FS)
#define GFP_KERNEL_ACCOUNT (GFP_KERNEL | __GFP_ACCOUNT)
#define GFP_ATOMIC (__GFP_HIGH | __GFP_KSWAPD_RECLAIM)
#define GFP_NOWAIT (__GFP_KSWAPD_RECLAIM | __GFP_NOWARN)
#define GFP_NOIO __GFP_RECLAIM
#define GFP_NOFS (__GFP_RECLAIM | __GFP_IO)
#define GFP_USER GFP_KERNEL
#define GFP_DMA __GFP_DMA

#define gfpflags_allow_blocking(gfp) (((gfp) & __GFP_DIRECT_RECLAIM) != 0)

/* As mm/gfp.h has it. */
#define MAX_PAGE_ORDER 10
#define MAX_ORDER_NR_PAGES (1ul << MAX_PAGE_ORDER)

#define __get_free_pages(gfp, order) uvsim_api->get_free_pages((gfp), (order), __func__)
#define alloc_pages(gfp, order) ((struct page *)__get_free_pages(gfp, order))
#define alloc_page(gfp) alloc_pages(gfp, 0)
#define alloc_pages_node(node, gfp, order) ((void)(node), alloc_pages(gfp, order))
#define __free_pages(page, order) free_pages((unsigned long)(page), order)
#define __free_page(page) __free_pages(page, 0)
#define alloc_pages_exact(size, gfp) ((void *)__get_free_pages(gfp, get_order(size)))
#define free_pages_exact(address, size) free_pages((unsigned long)(address), get_order(size))
#define __get_free_page(gfp) __get_free_pages(gfp, 0)
#define get_zeroed_page(gfp) __get_free_pages((gfp) | __GFP_ZERO, 0)
#define free_page(address) free_pages((address), 0)

UVSIM_STUB void free_pages(unsigned long address, unsigned int order)
{
	uvsim_api->free_pages(address, order);
}

/* How many of @n there are now; those of @pages that are there already stay. */
UVSIM_STUB unsigned long alloc_pages_bulk(gfp_t gfp, unsigned long n, struct page **pages)
{
	unsigned long i;

	for (i = 0; i < n; i++) {
		if (!pages[i])
			pages[i] = alloc_page(gfp);
		if (!pages[i])
			break;
	}
	return i;
}
#define alloc_pages_bulk_array(gfp, n, pages) alloc_pages_bulk((gfp), (n), (pages))
#define numa_node_id() 0
#define num_online_nodes() 1
#define for_each_online_node(node) for ((node) = 0; (node) < 1; (node)++)
#define for_each_node(node) for_each_online_node(node)

#endif
