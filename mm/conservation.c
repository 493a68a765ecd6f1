/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Conservation: each frame is in exactly one place, each slot of the swap device has one page.
 *
 * A frame of a user mapping is free until a fault takes it; then it is pending until the page is present; then it
 * counts as present, and when reclaim has unmapped it, as under writeback until the write is over. A page that was
 * set aside, or lost, is in nobody's tables. Everything else is a block of the kernel's heap. The counts must agree
 * after every event: test builds look then (sim_audit()), others at the end of a run. What the maps of the address
 * spaces say is compared with the counts now and then, and at the end.
 *
 * The first difference is reported as a violation of kind "conservation"; those after it would only follow from it.
 */
#include <inttypes.h>

#include "mm/aside.h"
#include "mm/kernel_heap.h"
#include "mm/memcg.h"

/** Events from one look at the maps to the next; and at the counts, if none of those looked at first has changed. */
#define MAPS_EVERY 65536
#define COUNTS_EVERY 64

struct tally {
	uint64_t present, swapped, writeback, returning;
};

static void differ(struct host *host, const char *what, uint64_t is, uint64_t should)
{
	if (!host->unbalanced)
		sim_find("conservation", "%s: %" PRIu64 " counted, but %" PRIu64 " found", what, is, should);
	host->unbalanced = true;
}

static void compare(struct host *host, const char *what, uint64_t is, uint64_t should)
{
	if (is != should)
		differ(host, what, is, should);
}

static void check_counts(struct host *host)
{
	const struct pressure *pressure = host->pressure;
	uint64_t sum = host->free, present = 0, aside = 0, lists = 0, swapped = 0, promised = 0;
	uint64_t writeback = pressure ? pressure->writeback : 0;
	const struct frame_promise *promise;
	const struct mm *mm;
	unsigned use;

	for (use = 0; use < USE_COUNT; use++)
		sum += host->used[use];
	for (mm = host->mms; mm; mm = mm->next) {
		present += mm->rss;
		swapped += mm->swapped;
		aside += mm->aside ? mm->aside->pages : 0;
		lists += mm->aside ? mm->aside->list_pages : 0;
	}
	for (promise = host->promises; promise; promise = promise->next)
		promised += promise->left;
	compare(host, "frames installed", host->frames, sum);
	compare(host, "frames of user pages", host->used[USE_USER],
		present + aside + writeback + host->pending + host->lost + host->kept_pages);
	compare(host, "frames of the kernel", host->used[USE_KERNEL] + host->used[USE_TABLE] + host->used[USE_UV],
		heap_frames(host->heap) + lists);
	compare(host, "frames promised", host->promised, promised);
	if (host->promised > host->free)
		differ(host, "frames promised and free", host->promised, host->free);
	if (!pressure)
		return;
	compare(host, "slots of the swap device", pressure->swap.used, swapped + writeback + pressure->returning);
	if (pressure->swap.used > pressure->swap.slots)
		differ(host, "slots used and installed", pressure->swap.used, pressure->swap.slots);
}

static void tally_vma(struct mm_vma *vma, struct tally *tally)
{
	uint64_t page, pages = (vma->end - vma->start) >> PAGE_SHIFT, run;

	for (page = 0; page < pages; page += run) {
		uint64_t flags = vma_flags(vma, page, pages - page, &run);

		if (flags & MM_PAGE_PRESENT)
			tally->present += run;
		if (flags & MM_PAGE_SWAPPED)
			tally->swapped += run;
		if (flags & MM_PAGE_WRITEBACK && !(flags & MM_PAGE_PRESENT))
			tally->writeback += run;
		if (flags & MM_PAGE_WRITEBACK && flags & MM_PAGE_PRESENT)
			tally->returning += run;
	}
}

static void check_maps(struct host *host)
{
	uint64_t writeback = 0, returning = 0;
	const struct mm *mm;
	struct mm_vma *vma;

	for (mm = host->mms; mm; mm = mm->next) {
		struct tally tally = { 0 };

		for (vma = mm->vmas; vma; vma = vma->next)
			tally_vma(vma, &tally);
		compare(host, mm->name, mm->rss, tally.present);
		compare(host, mm->name, mm->swapped, tally.swapped);
		writeback += tally.writeback;
		returning += tally.returning;
	}
	compare(host, "pages under writeback", host->pressure ? host->pressure->writeback : 0, writeback);
	compare(host, "pages under writeback and present", host->pressure ? host->pressure->returning : 0, returning);
}

/* A number that changes whenever frames or slots go from one place to another. */
static uint64_t fingerprint(const struct host *host)
{
	const struct pressure *pressure = host->pressure;
	uint64_t mix = host->free * 31 + host->pending;
	unsigned use;

	for (use = 0; use < USE_COUNT; use++)
		mix = mix * 31 + host->used[use];
	mix = mix * 31 + host->promised;
	if (pressure)
		mix = ((mix * 31 + pressure->writeback) * 31 + pressure->returning) * 31 + pressure->swap.used;
	return mix;
}

/* Most events move nothing; those that are missed by the fingerprint are seen a little later. */
static void look(void *ctx)
{
	struct host *host = ctx;
	uint64_t mix = fingerprint(host);

	host->looks++;
	if (mix != host->looked_at || host->looks % COUNTS_EVERY == 0)
		check_counts(host);
	host->looked_at = mix;
	if (host->looks % MAPS_EVERY == 0)
		check_maps(host);
}

void conservation_watch(struct host *host)
{
	sim_audit(look, host);
}

void conservation_check(struct host *host, bool done)
{
	host_frames_settle(host);
	check_counts(host);
	check_maps(host);
	memcg_check(host, done && !host->mms);
	/* A use of an address space that is never given back has been reported. */
	if (!done || host->mms)
		return;
	compare(host, "frames of processes that have ended", host->used[USE_USER],
		host->lost + host->kept_pages);
	compare(host, "frames promised to nobody", host->promised, 0);
	if (host->pressure)
		compare(host, "slots of processes that have ended", host->pressure->swap.used, 0);
}
