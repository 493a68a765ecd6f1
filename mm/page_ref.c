/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * References to pages that kernel code outside memory management takes: folio_get(), pin_user_pages() and their like.
 *
 * A page with such a reference cannot be imported (its count cannot be frozen) and is not evicted. When it is unmapped
 * all the same, its frame stays in use until the last reference is gone; its charge goes at once, where Linux keeps it.
 * Numbers of frames are those of mappings: a page faulted in again meanwhile has the number of the one that is kept,
 * and a reference that is dropped then is taken to be of the older one.
 *
 * Source of behaviour: Linux 6.12 include/linux/page_ref.h, mm/swap.c (folio_put).
 */
#include "mm/memcg.h"

#define FROZEN ((uint64_t)1 << 32)
#define COUNT(value) ((unsigned)(value))

static uint64_t refs_of(const struct mm *mm, uint64_t frame)
{
	const struct mm_vma *vma = mm_vma_of_frame((struct mm *)mm, frame);

	return vma && vma->refs ? page_map_get(vma->refs, frame - vma->first_frame) : 0;
}

static void set_refs(struct mm *mm, uint64_t frame, uint64_t value)
{
	struct mm_vma *vma = mm_vma_of_frame(mm, frame);

	if (!vma->refs)
		vma->refs = page_map_create((vma->end - vma->start) >> PAGE_SHIFT, 0);
	page_map_set(vma->refs, frame - vma->first_frame, 1, value);
}

void folio_hold(struct mm *mm, uint64_t frame, unsigned n)
{
	sim_domain_touch(&mm->domain, frame, 1);
	set_refs(mm, frame, refs_of(mm, frame) + n);
	mm->held += n;
}

struct kept_page *kept_find(const struct host *host, uint64_t frame)
{
	struct kept_page *kept = host->kept;

	while (kept && kept->frame != frame)
		kept = kept->next;
	return kept;
}

static void kept_drop(struct host *host, struct kept_page *kept, unsigned n)
{
	struct kept_page **at = &host->kept;

	kept->refs -= n;
	if (kept->refs)
		return;
	while (*at != kept)
		at = &(*at)->next;
	*at = kept->next;
	host->kept_pages--;
	host_give(host, 1, USE_USER);
	pressure_memory_back(host);
}

bool folio_drop(struct host *host, struct mm *mm, uint64_t frame, unsigned n)
{
	struct kept_page *kept = kept_find(host, frame);

	if (kept && kept->refs >= n) {
		kept_drop(host, kept, n);
		return true;
	}
	if (!mm || COUNT(refs_of(mm, frame)) < n)
		return false;
	sim_domain_touch(&mm->domain, frame, 1);
	set_refs(mm, frame, refs_of(mm, frame) - n);
	mm->held -= n;
	return true;
}

unsigned folio_held(const struct mm *mm, uint64_t frame)
{
	return mm->held ? COUNT(refs_of(mm, frame)) : 0;
}

bool folio_frozen(const struct mm *mm, uint64_t frame)
{
	return mm->held && refs_of(mm, frame) & FROZEN;
}

void folio_freeze(struct mm *mm, uint64_t frame, bool frozen)
{
	uint64_t value = refs_of(mm, frame);

	if (frozen == ((value & FROZEN) != 0))
		return;
	set_refs(mm, frame, value ^ FROZEN);
	/* One that nobody refers to counts, too, so that it is looked for. */
	mm->held += frozen ? 1 : -1ull;
}

uint64_t mm_unheld_run(const struct mm *mm, uint64_t frame, uint64_t n)
{
	const struct mm_vma *vma = mm_vma_of_frame((struct mm *)mm, frame);
	uint64_t page, left, run;

	if (!vma || !vma->refs || !n)
		return n;
	page = frame - vma->first_frame;
	left = ((vma->end - vma->start) >> PAGE_SHIFT) - page;
	if (left > n)
		left = n;
	if (page_map_run(vma->refs, page, left, &run))
		return 0;
	return run < left ? run : n;
}

uint64_t mm_keep(struct mm *mm, struct mm_vma *vma, uint64_t page, uint64_t n)
{
	uint64_t end = page + n, run, kept_now = 0, value;
	struct kept_page *kept;

	if (!mm->held || !vma->refs)
		return 0;
	for (; page < end; page += run) {
		value = page_map_run(vma->refs, page, end - page, &run);
		for (uint64_t i = 0; COUNT(value) && i < run; i++) {
			kept = sim_alloc(sizeof(*kept));
			kept->frame = vma_frame(vma, page + i);
			kept->refs = COUNT(value);
			kept->next = mm->host->kept;
			mm->host->kept = kept;
			mm->held -= COUNT(value);
			kept_now++;
		}
		if (COUNT(value))
			page_map_set(vma->refs, page, run, value & FROZEN);
	}
	memcg_uncharge_in_bulk(mm->memcg, kept_now);
	mm->host->kept_pages += kept_now;
	return kept_now;
}
