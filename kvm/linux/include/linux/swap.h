/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lists of reclaim are not kept page by page; draining them takes its time all the same. */
#ifndef UVSIM_LINUX_SWAP_H
#define UVSIM_LINUX_SWAP_H

#include <linux/pagemap.h>

#define lru_add_drain() ((void)0)

UVSIM_STUB void lru_add_drain_all(void)
{
	(void)uvsim_api->wiggle_split_folio(NULL, NULL);
}
#define lru_cache_disable() lru_add_drain_all()
#define lru_cache_enable() ((void)0)
#define folio_isolate_lru(folio) ((void)(folio), true)
#define folio_putback_lru(folio) ((void)(folio))

#endif
