/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reclaim: a clock over the page tables of all processes, with a second chance for what was touched lately; and
 * kswapd.
 *
 * What Linux does to 32 pages of a list is done here to neighbours: present pages in a row are taken to be of one
 * age, table by table (1 MiB). A stretch of them is unmapped, its secure pages are exported one by one, then it is
 * written as one request. A direct reclaimer takes the pages of one table at most, kswapd a sixteenth of what lies
 * between the low and the high watermark. Pages that a destroy walk holds, that were faulted in and not yet used,
 * and those of an exiting process are left alone.
 *
 * Left out: the LRU lists, refaults, page tables.
 *
 * Source of behaviour: Linux 6.12 mm/vmscan.c (shrink_folio_list, balance_pgdat, kswapd).
 */
#include <string.h>

#include "mm/memcg.h"
#include "mm/reclaim.h"
#include "mm/shrinker.h"

/** Rounds of the hand before reclaim gives up: one may begin midway, one takes the young marks, one evicts. */
#define ROUNDS_MAX 3

/*
 * --- the hand
 * -------------------------------------------------------------------------------------------------------
 */

static struct mm_vma *hand_vma(const struct mm *mm, uint64_t frame, uint64_t *page)
{
	struct mm_vma *vma, *best = NULL;

	/* Frame numbers of mappings grow in order of creation, not of address. */
	for (vma = mm->vmas; vma; vma = vma->next) {
		uint64_t end = vma->first_frame + ((vma->end - vma->start) >> PAGE_SHIFT);

		if (end > frame && (!best || vma->first_frame < best->first_frame))
			best = vma;
	}
	if (best)
		*page = frame > best->first_frame ? frame - best->first_frame : 0;
	return best;
}

/* The tables wholly in [@from, @to) have no page that is present: they need not be looked at again until one has. */
static void note_bare(struct mm_vma *vma, uint64_t from, uint64_t to)
{
	uint64_t first = (from + MM_TABLE_PAGES - 1) / MM_TABLE_PAGES, end = to / MM_TABLE_PAGES;

	if (first < end)
		memset(vma->young + first, MM_TABLE_BARE, end - first);
}

/* The first page from @page on that is present and not being written; @pages if there is none. */
static uint64_t next_present(struct mm_vma *vma, uint64_t page, uint64_t pages)
{
	uint64_t bare = page, run;

	while (page < pages) {
		uint64_t table = page / MM_TABLE_PAGES, flags;

		if (vma->young[table] == MM_TABLE_BARE) {
			page = (table + 1) * MM_TABLE_PAGES;
			continue;
		}
		flags = vma_flags(vma, page, pages - page, &run);
		if (flags & MM_PAGE_PRESENT) {
			note_bare(vma, bare, page);
			bare = page + run;
			if (!(flags & MM_PAGE_WRITEBACK))
				return page;
		}
		page += run;
	}
	note_bare(vma, bare, pages);
	return pages;
}

/* The next stretch of present pages, about @most, of the mm under the hand; the hand moves behind it. */
static bool stretch_in_mm(struct reclaim_hand *hand, struct stretch *stretch, uint64_t most)
{
	struct mm *mm = stretch->mm;
	uint64_t page, pages, end;
	struct mm_vma *vma;

	while ((vma = hand_vma(mm, hand->frame, &page))) {
		pages = (vma->end - vma->start) >> PAGE_SHIFT;
		page = next_present(vma, page, pages);
		hand->frame = vma_frame(vma, page);
		if (page == pages)
			continue;
		end = page - page % MM_TABLE_PAGES + most;
		if (end > pages)
			end = pages;
		stretch->vma = vma;
		stretch->page = page;
		stretch->n = vma_present_run(vma, page, end - page);
		hand->frame = vma_frame(vma, page + stretch->n);
		return true;
	}
	return false;
}

/* The hand moves to the next stretch. False at the end of a round. */
static bool next_stretch(struct pressure *pressure, struct reclaim_hand *hand, struct stretch *stretch,
			 uint64_t most)
{
	struct mm *mm = hand->mm ? hand->mm : pressure->host->mms;

	for (; mm; mm = mm->next) {
		if (mm != hand->mm)
			hand->frame = 0;
		hand->mm = mm;
		stretch->mm = mm;
		sim_domain_settle(&mm->domain);
		if (mm->exiting || !mm->rss || (hand->within && mm->memcg != hand->within) ||
		    !memcg_swap_room(mm->memcg))
			continue;
		if (stretch_in_mm(hand, stretch, most))
			return true;
	}
	hand->mm = NULL;
	hand->frame = 0;
	return false;
}

/* Walk and take; the hand comes back to where that ended, unless another reclaimer has moved it. */
static void take(struct pressure *pressure, struct reclaim_hand *hand, struct stretch *stretch)
{
	uint64_t first = vma_frame(stretch->vma, stretch->page), n = stretch->n, looked;

	looked = reclaim_take(pressure, stretch);
	if (hand->mm == stretch->mm && hand->frame == first + n)
		hand->frame = first + looked;
}

static uint64_t batch(struct pressure *pressure, struct reclaim_hand *hand, uint64_t most)
{
	struct stretch stretch;
	unsigned rounds = 0;

	while (rounds < ROUNDS_MAX && pressure->swap.used < pressure->swap.slots) {
		if (!next_stretch(pressure, hand, &stretch, most)) {
			rounds++;
			continue;
		}
		stretch.mm->io++;
		take(pressure, hand, &stretch);
		if (stretch.n) {
			reclaim_export(pressure, &stretch);
			swap_write(pressure, stretch.mm, stretch.vma, stretch.page, stretch.n);
			sim_cond_resched();
			return stretch.n;
		}
		stretch.mm->io--;
		sim_wake(&pressure->swap.io, 0);
		sim_cond_resched();
		if (sim_fatal_signal_pending(sim_self()))
			break;
	}
	return 0;
}

uint64_t reclaim_batch(struct pressure *pressure, struct memcg *group, uint64_t most)
{
	uint64_t n;

	/* Two count on the same slots: step by step. */
	if (pressure->reclaiming++)
		host_frames_expose(pressure->host);
	n = batch(pressure, group ? &group->hand : &pressure->hand, most);
	pressure->reclaiming--;
	/* Those there are know nothing of groups. */
	if (!group && pressure->host->shrinkers)
		n += shrink_all(pressure, n != 0);
	if (n)
		pressure_is_hopeful(pressure);
	return n;
}

/*
 * --- kswapd
 * -----------------------------------------------------------------------------------------------------------
 */

static void sleep_again(struct pressure *pressure)
{
	struct host *host = pressure->host;

	pressure->awake = false;
	if (host->promised + pressure->low > host->free)
		host_frames_exact(host);
}

void reclaim_kswapd(void *arg)
{
	struct pressure *pressure = arg;
	struct host *host = pressure->host;

	for (;;) {
		while (!pressure->awake)
			sim_wait(&pressure->kick, SIM_WAIT_UNINTERRUPTIBLE);
		host_frames_settle(host);
		if (host->free >= pressure->high || pressure_hopeless(pressure))
			sleep_again(pressure);
		else if (host->free + pressure->writeback >= pressure->high)
			sim_wait(&pressure->swap.io, SIM_WAIT_UNINTERRUPTIBLE);
		else if (reclaim_batch(pressure, NULL, pressure->unit))
			continue;
		else if (pressure->writeback)
			sim_wait(&pressure->swap.io, SIM_WAIT_UNINTERRUPTIBLE);
		else
			pressure->failures++;
	}
}
