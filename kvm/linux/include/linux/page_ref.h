/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reference counts of pages: the mapping's, the swap cache's while it is written, those of walks and those taken here.
 * A frozen page has none and gives none.
 */
#ifndef UVSIM_LINUX_PAGE_REF_H
#define UVSIM_LINUX_PAGE_REF_H

#include <linux/types.h>

UVSIM_STUB int folio_ref_count(const struct folio *folio)
{
	return UVSIM_MEMORY->folio_refs(folio);
}

UVSIM_STUB void folio_ref_add(struct folio *folio, int n)
{
	(void)UVSIM_MEMORY->folio_try_hold(folio, (unsigned int)n);
}

UVSIM_STUB void folio_ref_sub(struct folio *folio, int n)
{
	UVSIM_MEMORY->folio_drop(folio, (unsigned int)n);
}

/* Only when there are just so many. */
UVSIM_STUB bool folio_ref_freeze(struct folio *folio, int count)
{
	return UVSIM_MEMORY->folio_freeze(folio, count);
}

UVSIM_STUB void folio_ref_unfreeze(struct folio *folio, int count)
{
	UVSIM_MEMORY->folio_unfreeze(folio, count);
}
#define folio_ref_inc(folio) folio_ref_add(folio, 1)
#define folio_ref_dec(folio) folio_ref_sub(folio, 1)
#define folio_ref_add_unless(folio, n, unless) \
	(folio_ref_count(folio) != (unless) && UVSIM_MEMORY->folio_try_hold((folio), (n)))
#define page_ref_count(page) folio_ref_count((const struct folio *)(page))
#define page_count(page) page_ref_count(page)
#define page_ref_inc(page) folio_ref_inc((struct folio *)(page))
#define page_ref_dec(page) folio_ref_dec((struct folio *)(page))
#define page_ref_add(page, n) folio_ref_add((struct folio *)(page), n)
#define page_ref_sub(page, n) folio_ref_sub((struct folio *)(page), n)
#define page_ref_inc_return(page) (page_ref_inc(page), page_ref_count(page))
#define page_ref_freeze(page, count) folio_ref_freeze((struct folio *)(page), count)
#define page_ref_unfreeze(page, count) folio_ref_unfreeze((struct folio *)(page), count)

#endif
