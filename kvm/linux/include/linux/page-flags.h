/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a page is. Kept by the simulator are: mapped, locked, under writeback, and that it may be secure (PG_arch_1);
 * all else follows: anonymous, small, up to date, dirty.
 */
#ifndef UVSIM_LINUX_PAGE_FLAGS_H
#define UVSIM_LINUX_PAGE_FLAGS_H

#include <linux/types.h>

#define UVSIM_FOLIO_TEST(name, value) \
	UVSIM_STUB bool folio_test_##name(const struct folio *folio) \
	{ \
		unsigned int state = UVSIM_MEMORY->folio_state(folio); \
		(void)state; \
		return value; \
	}

UVSIM_FOLIO_TEST(locked, (state & UVSIM_FOLIO_LOCKED) != 0)
UVSIM_FOLIO_TEST(writeback, (state & UVSIM_FOLIO_WRITEBACK) != 0)
UVSIM_FOLIO_TEST(swapcache, (state & UVSIM_FOLIO_WRITEBACK) != 0)
UVSIM_FOLIO_TEST(arch_1, (state & UVSIM_FOLIO_SECURE) != 0)
UVSIM_FOLIO_TEST(anon, (state & UVSIM_FOLIO_USER) != 0)
UVSIM_FOLIO_TEST(swapbacked, (state & UVSIM_FOLIO_USER) != 0)
UVSIM_FOLIO_TEST(dirty, (state & UVSIM_FOLIO_USER) != 0)
UVSIM_FOLIO_TEST(lru, (state & UVSIM_FOLIO_MAPPED) != 0)
UVSIM_FOLIO_TEST(uptodate, true)
UVSIM_FOLIO_TEST(large, false)
UVSIM_FOLIO_TEST(hugetlb, false)
UVSIM_FOLIO_TEST(ksm, false)
UVSIM_FOLIO_TEST(mlocked, false)
UVSIM_FOLIO_TEST(unevictable, false)
UVSIM_FOLIO_TEST(private, false)
UVSIM_FOLIO_TEST(reserved, false)
UVSIM_FOLIO_TEST(referenced, false)
UVSIM_FOLIO_TEST(slab, false)
UVSIM_FOLIO_TEST(hwpoison, false)

#define UVSIM_AS_FOLIO(page) ((const struct folio *)(page))
#define PageLocked(page) folio_test_locked(UVSIM_AS_FOLIO(page))
#define PageWriteback(page) folio_test_writeback(UVSIM_AS_FOLIO(page))
#define PageSwapCache(page) folio_test_swapcache(UVSIM_AS_FOLIO(page))
#define PageAnon(page) folio_test_anon(UVSIM_AS_FOLIO(page))
#define PageDirty(page) folio_test_dirty(UVSIM_AS_FOLIO(page))
#define PageLRU(page) folio_test_lru(UVSIM_AS_FOLIO(page))
#define PageHuge(page) ((void)(page), false)
#define PageCompound(page) ((void)(page), false)
#define PageTransHuge(page) ((void)(page), false)
#define PageTransCompound(page) ((void)(page), false)
#define PageTail(page) ((void)(page), false)
#define PageKsm(page) ((void)(page), false)
#define PageReserved(page) ((void)(page), false)
#define folio_is_zone_device(folio) ((void)(folio), false)
#define folio_is_file_lru(folio) ((void)(folio), false)

/* Every page counts as written to. */
#define folio_set_dirty(folio) ((void)(folio))
#define folio_mark_dirty(folio) ((void)(folio), true)
#define folio_mark_accessed(folio) ((void)(folio))
#define mark_page_accessed(page) ((void)(page))
#define set_page_dirty(page) ((void)(page), 1)
#define set_page_dirty_lock(page) ((void)(page), 1)
#define SetPageDirty(page) ((void)(page))
#define SetPageReferenced(page) ((void)(page))

#endif
