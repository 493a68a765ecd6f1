/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reclaim: a clock over the page tables of all processes, with a second chance for what was touched lately.
 *
 * The unit is the present pages of one page table (1 MiB), where Linux takes 32 pages of a list: pages that lie next to
 * each other are taken to be of one age. A stretch is unmapped under its pte lock, its secure pages are exported one by
 * one, then it is written as one request. Pages that a destroy walk holds, and those of an exiting process, are left
 * alone. Exports go in bulk where they are alike.
 *
 * Left out: the LRU lists, refaults, a pin attempt before the export (only exports are made), page tables.
 *
 * Source of behaviour: Linux 6.12 mm/vmscan.c (shrink_folio_list, balance_pgdat), mm/page-writeback.c
 * (arch_make_folio_accessible at the begin of writeback).
 */
#include <assert.h>

#include "mm/memcg.h"
#include "mm/pressure.h"
#include "uv/uvcb.h"

#define EXPORT UVC_CMD_CONV_FROM_SEC_STOR

/** Rounds of the hand before reclaim gives up: one may begin midway, one takes the young marks, one evicts. */
#define ROUNDS_MAX 3

struct stretch {
	struct mm *mm;
	struct mm_vma *vma;
	uint64_t page, n;		/* within one page table */
};

/* --- exports ------------------------------------------------------------------------------------------------------ */

struct export_walk {
	const struct stretch *stretch;
	uint64_t page;
	sim_time time;
	struct sim_thread *thread;
};

static void export_settle(void *ctx, struct sim_position from, struct sim_position to)
{
	struct export_walk *walk = ctx;
	struct mm_vma *vma = walk->stretch->vma;
	uint64_t page = walk->page + from.round, n = to.round - from.round, end = page + n, run;

	uvc_bulk_commit(walk->stretch->mm->host->uv, EXPORT, 0, 0, vma_frame(vma, page), n, walk->time);
	for (; page < end; page += run) {
		uint64_t flags = vma_flags(vma, page, end - page, &run);

		vma_set_flags(vma, page, run, flags & ~(uint64_t)MM_PAGE_ARCH_1);
	}
}

static void export_expose(void *ctx, struct sim_position at)
{
	struct export_walk *walk = ctx;

	uvc_bulk_interlock(walk->stretch->mm->host->uv, EXPORT, 0,
			   vma_frame(walk->stretch->vma, walk->page + at.round), walk->thread);
}

static const struct sim_bulk_ops export_ops = { .settle = export_settle, .expose = export_expose };

static uint64_t export_in_bulk(const struct stretch *stretch, uint64_t page, uint64_t n)
{
	struct export_walk walk = { .stretch = stretch, .page = page, .thread = sim_self() };
	struct sim_segment segment = { .repeat = 1, .kind = SIM_KIND_UVC, .name = uvc_name(EXPORT) };
	struct sim_bulk bulk = { .segment = &segment, .segments = 1, .stride = 1, .ops = &export_ops, .ctx = &walk };
	sim_time partial;
	bool exposed;

	if (n < 2 || sim_config_get()->exact_pages)
		return 0;
	bulk.first = vma_frame(stretch->vma, page);
	bulk.rounds = uvc_bulk_plan(stretch->mm->host->uv, EXPORT, 0, 0, bulk.first, n, &walk.time);
	if (!bulk.rounds || !walk.time)
		return 0;
	segment.time = walk.time;
	return sim_bulk_run(&stretch->mm->domain, &bulk, &exposed, &partial).round;
}

static void export_stretch(struct pressure *pressure, const struct stretch *stretch)
{
	uint64_t page = stretch->page, end = page + stretch->n, n;
	int result;

	while (page < end) {
		sim_domain_settle(&stretch->mm->domain);
		if (!(vma_flags(stretch->vma, page, end - page, &n) & MM_PAGE_ARCH_1)) {
			page += n;
			continue;
		}
		n = export_in_bulk(stretch, page, n);
		if (!n) {
			result = uv_convert_from_secure_folio(stretch->mm, vma_frame(stretch->vma, page));
			assert(!result);
			(void)result;
			n = 1;
		}
		pressure->exports += n;
		page += n;
	}
}

/* --- one stretch ---------------------------------------------------------------------------------------------------- */

/* How many of the stretch's pages can be taken: present, not under writeback, no extra references. */
static uint64_t takeable(const struct stretch *stretch)
{
	uint64_t i, flags;

	for (i = 0; i < stretch->n; i++) {
		flags = vma_flags(stretch->vma, stretch->page + i, 1, NULL);
		if (!(flags & MM_PAGE_PRESENT) || flags & MM_PAGE_WRITEBACK ||
		    folio_extra_refs(stretch->mm, vma_frame(stretch->vma, stretch->page + i)))
			break;
	}
	return i;
}

static void unmap_stretch(struct pressure *pressure, const struct stretch *stretch)
{
	uint64_t page = stretch->page, end = page + stretch->n, run;
	struct swap *swap = &pressure->swap;

	for (; page < end; page += run) {
		uint64_t flags = vma_flags(stretch->vma, page, end - page, &run);

		vma_set_flags(stretch->vma, page, run, (flags & MM_PAGE_ARCH_1) | MM_PAGE_WRITEBACK);
	}
	stretch->mm->rss -= stretch->n;
	memcg_swap_out(stretch->mm->memcg, stretch->n);
	swap->used += stretch->n;
	if (swap->used > swap->most_used)
		swap->most_used = swap->used;
	pressure->writeback += stretch->n;
	pressure->evicted += stretch->n;
}

/* Look at the stretch; take it if it is old. Shortened to what was taken. */
static void take_stretch(struct pressure *pressure, struct stretch *stretch)
{
	uint64_t table = stretch->page / MM_TABLE_PAGES, frame = vma_frame(stretch->vma, stretch->page);
	uint64_t room = pressure->swap.slots;

	ptl_lock(stretch->mm, frame);
	kernel_steps(COST_HOST_WALK_PTE, stretch->n);
	sim_domain_settle(&stretch->mm->domain);
	if (stretch->vma->young[table]) {
		stretch->n = 0;
		stretch->vma->young[table] = 0;
	} else {
		stretch->n = takeable(stretch);
	}
	room -= pressure->swap.used;
	room = memcg_swap_least(stretch->mm->memcg, stretch->n, room);
	if (stretch->n > room)
		stretch->n = room;
	if (stretch->n) {
		/* Slots and frames are counted before time passes, so that nobody else counts on them. */
		unmap_stretch(pressure, stretch);
		kernel_steps(COST_HOST_UNMAP_PAGE, stretch->n);
	}
	ptl_unlock(stretch->mm, frame);
}

/* --- the hand ------------------------------------------------------------------------------------------------------- */

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

/* The next stretch of present pages of the mm under the hand; the hand moves behind it. */
static bool stretch_in_mm(struct reclaim_hand *hand, struct stretch *stretch)
{
	struct mm *mm = stretch->mm;
	uint64_t page, pages, run, end;
	struct mm_vma *vma;

	while ((vma = hand_vma(mm, hand->frame, &page))) {
		pages = (vma->end - vma->start) >> PAGE_SHIFT;
		while (page < pages) {
			uint64_t flags = vma_flags(vma, page, pages - page, &run);

			if (flags & MM_PAGE_PRESENT && !(flags & MM_PAGE_WRITEBACK))
				break;
			page += run;
		}
		hand->frame = vma_frame(vma, page);
		if (page == pages)
			continue;
		end = page - page % MM_TABLE_PAGES + MM_TABLE_PAGES;
		stretch->vma = vma;
		stretch->page = page;
		stretch->n = vma_present_run(vma, page, end - page);
		hand->frame = vma_frame(vma, page + stretch->n);
		return true;
	}
	return false;
}

/* The hand moves to the next stretch. False at the end of a round. */
static bool next_stretch(struct pressure *pressure, struct reclaim_hand *hand, struct stretch *stretch)
{
	struct mm *mm = hand->mm ? hand->mm : pressure->host->mms;

	for (; mm; mm = mm->next) {
		if (mm != hand->mm)
			hand->frame = 0;
		hand->mm = mm;
		stretch->mm = mm;
		if (mm->exiting || !mm->rss || (hand->within && mm->memcg != hand->within) ||
		    !memcg_swap_room(mm->memcg))
			continue;
		sim_domain_settle(&mm->domain);
		if (stretch_in_mm(hand, stretch))
			return true;
	}
	hand->mm = NULL;
	hand->frame = 0;
	return false;
}

static uint64_t batch(struct pressure *pressure, struct reclaim_hand *hand)
{
	struct stretch stretch;
	unsigned rounds = 0;

	while (rounds < ROUNDS_MAX && pressure->swap.used < pressure->swap.slots) {
		if (!next_stretch(pressure, hand, &stretch)) {
			rounds++;
			continue;
		}
		stretch.mm->io++;
		take_stretch(pressure, &stretch);
		if (stretch.n) {
			export_stretch(pressure, &stretch);
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

uint64_t reclaim_batch(struct pressure *pressure, struct memcg *group)
{
	uint64_t n;

	pressure->reclaiming++;
	n = batch(pressure, group ? &group->hand : &pressure->hand);
	/* Who waited for what this thread would find must look for himself. */
	pressure->reclaiming--;
	if (!pressure->reclaiming && !n && pressure->waiters)
		sim_wake(&pressure->memory, 0);
	return n;
}

/* --- kswapd ----------------------------------------------------------------------------------------------------------- */

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
		if (host->free >= pressure->high) {
			sleep_again(pressure);
		} else if (host->free + pressure->writeback >= pressure->high) {
			sim_wait(&pressure->swap.io, SIM_WAIT_UNINTERRUPTIBLE);
		} else if (!reclaim_batch(pressure, NULL)) {
			if (pressure->writeback) {
				sim_wait(&pressure->swap.io, SIM_WAIT_UNINTERRUPTIBLE);
			} else {
				pressure->hopeless = true;
				sleep_again(pressure);
			}
		}
	}
}
