/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Taking pages for reclaim: look at a page table under its lock; what was used lately gets a second chance, the
 * rest is unmapped and belongs to the device from then on.
 *
 * A table is two steps, looking and unmapping, with a resched point behind them. Tables that are wholly present and
 * of one age go in bulk; when somebody looks into a table while it is being looked at, what comes of it is decided
 * step by step afterwards.
 *
 * Who has registered an MMU notifier is told before and after, of a table at once where Linux does so page by page.
 *
 * Source of behaviour: Linux 6.12 mm/vmscan.c (folio_check_references, shrink_folio_list), mm/rmap.c
 * (try_to_unmap_one).
 */
#include "mm/memcg.h"
#include "mm/reclaim.h"

enum { LOOK, UNMAP };

/* Where in a table's steps a thread is. */
enum take_stage { TAKE_BEGIN, TAKE_LOOKED };

struct take_bulk {
	struct pressure *pressure;
	struct mm *mm;
	struct mm_vma *vma;
	uint64_t page;			/* of the first table */
	bool old;			/* all tables are, or none is */
	bool exposed;
	uint64_t frame;			/* whose lock was shown */
	sim_time time[2];		/* of the steps, for one page */
	struct sim_thread *thread;
};

/* Slots and frames are counted before time passes, so that nobody else counts on them. */
static void unmap_pages(struct pressure *pressure, struct mm *mm, struct mm_vma *vma, uint64_t page, uint64_t n)
{
	struct swap *swap = &pressure->swap;
	uint64_t end = page + n, run;

	for (; page < end; page += run) {
		uint64_t flags = vma_flags(vma, page, end - page, &run);

		vma_set_flags(vma, page, run, (flags & MM_PAGE_ARCH_1) | MM_PAGE_WRITEBACK);
	}
	mm->rss -= n;
	memcg_swap_out(mm->memcg, n);
	swap->used += n;
	if (swap->used > swap->most_used)
		swap->most_used = swap->used;
	pressure->writeback += n;
	pressure->evicted += n;
}

static bool takeable(const struct stretch *stretch, uint64_t page)
{
	uint64_t flags = vma_flags(stretch->vma, page, 1, NULL), frame = vma_frame(stretch->vma, page);

	return (flags & (MM_PAGE_PRESENT | MM_PAGE_WRITEBACK)) == MM_PAGE_PRESENT &&
	       !folio_extra_refs(stretch->mm, frame) && !folio_is_locked(stretch->mm, frame) &&
	       !mm_fresh(stretch->mm, frame);
}

/* The first run of takeable pages among the @n from *@page on; at *@page itself if @here. */
static uint64_t takeable_run(const struct stretch *stretch, uint64_t *page, uint64_t n, bool here)
{
	uint64_t end = *page + n, at = *page;

	while (at < end && !here && !takeable(stretch, at))
		at++;
	*page = at;
	while (at < end && takeable(stretch, at))
		at++;
	return at - *page;
}

/*
 * The part of one table from *@page on, @n pages, from @stage on. How many pages are taken from *@page on, which
 * may have moved forward.
 */
static uint64_t take_table(struct pressure *pressure, const struct stretch *stretch, uint64_t *page, uint64_t n,
			   bool here, enum take_stage stage)
{
	uint64_t frame = vma_frame(stretch->vma, *page), taken = 0, room;
	uint8_t *young = &stretch->vma->young[*page / MM_TABLE_PAGES];
	const struct mm_range range = { stretch->vma->start + (*page << PAGE_SHIFT),
					stretch->vma->start + ((*page + n) << PAGE_SHIFT), MM_EVENT_CLEAR, true };
	bool tell = mm_watched(stretch->mm) && !*young;

	/* As others know it; then they are told. */
	if (tell && mm_notify_young(stretch->mm, range.start, range.end)) {
		*young = 1;
		tell = false;
	}
	if (tell)
		mm_invalidate_begin(stretch->mm, &range);
	if (stage == TAKE_BEGIN) {
		ptl_lock(stretch->mm, frame);
		kernel_steps(COST_HOST_WALK_PTE, n);
	}
	host_frames_settle(pressure->host);
	if (*young) {
		*young = 0;
	} else {
		taken = takeable_run(stretch, page, n, here);
		room = memcg_swap_least(stretch->mm->memcg, taken, pressure->swap.slots - pressure->swap.used);
		if (taken > room)
			taken = room;
	}
	if (taken) {
		unmap_pages(pressure, stretch->mm, stretch->vma, *page, taken);
		kernel_steps(COST_HOST_UNMAP_PAGE, taken);
	}
	ptl_unlock(stretch->mm, frame);
	if (tell)
		mm_invalidate_end(stretch->mm, &range);
	sim_cond_resched();
	return taken;
}

/* --- whole tables ------------------------------------------------------------------------------------- */

static uint64_t times_over(struct sim_position at, unsigned seg)
{
	return at.round + (at.seg > seg);
}

static void take_settle(void *ctx, struct sim_position from, struct sim_position to)
{
	struct take_bulk *bulk = ctx;
	uint64_t first = times_over(from, LOOK), n = times_over(to, LOOK) - first, table;
	uint64_t page = bulk->page + first * MM_TABLE_PAGES;

	cost_charge(COST_HOST_WALK_PTE, n * MM_TABLE_PAGES, bulk->time[LOOK]);
	if (bulk->old)
		cost_charge(COST_HOST_UNMAP_PAGE, (times_over(to, UNMAP) - times_over(from, UNMAP)) * MM_TABLE_PAGES,
			    bulk->time[UNMAP]);
	/* Somebody is looking: what comes of this table is still open. */
	if (!n || bulk->exposed)
		return;
	if (bulk->old)
		unmap_pages(bulk->pressure, bulk->mm, bulk->vma, page, n * MM_TABLE_PAGES);
	else
		for (table = page / MM_TABLE_PAGES; n; n--)
			bulk->vma->young[table++] = 0;
}

static void take_expose(void *ctx, struct sim_position at)
{
	struct take_bulk *bulk = ctx;

	bulk->exposed = true;
	bulk->frame = vma_frame(bulk->vma, bulk->page + at.round * MM_TABLE_PAGES);
	ptl_expose(bulk->mm, bulk->frame, bulk->thread);
}

static const struct sim_bulk_ops take_ops = { .settle = take_settle, .expose = take_expose };

/* Tables from @page on, at most @n pages, that are wholly there, not in use by anybody, and of one age. */
static uint64_t tables_alike(const struct stretch *stretch, uint64_t page, uint64_t n, bool *old)
{
	const uint8_t *young = stretch->vma->young + page / MM_TABLE_PAGES;
	uint64_t tables, pages = 0, run;

	if (page % MM_TABLE_PAGES || stretch->mm->exiting)
		return 0;
	while (pages < n) {
		uint64_t flags = vma_flags(stretch->vma, page + pages, n - pages, &run);

		if ((flags & (MM_PAGE_PRESENT | MM_PAGE_WRITEBACK)) != MM_PAGE_PRESENT)
			break;
		pages += run;
	}
	pages = mm_quiet_run(stretch->mm, vma_frame(stretch->vma, page), pages);
	pages = mm_stale_run(stretch->mm, vma_frame(stretch->vma, page), pages);
	for (tables = 0; (tables + 1) * MM_TABLE_PAGES <= pages && young[tables] == young[0];)
		tables++;
	*old = !young[0];
	return tables;
}

/*

 * As take_table() for many tables: how many pages are done; *@old: they were taken, else they were given their second
 * chance. If *@stage is not TAKE_BEGIN then, the next table has got that far, and its lock is held.
 */
static uint64_t take_in_bulk(struct pressure *pressure, const struct stretch *stretch, uint64_t page, uint64_t n,
			     bool here, bool *old, enum take_stage *stage)
{
	struct take_bulk walk = {
		.pressure = pressure, .mm = stretch->mm, .vma = stretch->vma, .page = page, .thread = sim_self(),
	};
	static const enum cost_id id[] = { COST_HOST_WALK_PTE, COST_HOST_UNMAP_PAGE };
	struct sim_segment segment[2];
	struct sim_bulk bulk = { .segment = segment, .stride = MM_TABLE_PAGES, .ops = &take_ops, .ctx = &walk };
	struct sim_position at;
	uint64_t room;
	sim_time partial;
	bool exposed;
	unsigned i;

	*stage = TAKE_BEGIN;
	/* Another reclaimer would count on the same slots. */
	if (sim_config_get()->exact_pages || pressure->reclaiming != 1 || mm_watched(stretch->mm))
		return 0;
	host_frames_settle(pressure->host);
	bulk.rounds = tables_alike(stretch, page, n, &walk.old);
	room = memcg_swap_least(stretch->mm->memcg, 0, pressure->swap.slots - pressure->swap.used) / MM_TABLE_PAGES;
	if (walk.old && bulk.rounds > room)
		bulk.rounds = room;
	/* A young table ends what was begun. */
	if (!walk.old && here && bulk.rounds)
		bulk.rounds = 1;
	if (!bulk.rounds)
		return 0;
	bulk.segments = walk.old ? 2 : 1;
	for (i = 0; i < bulk.segments; i++) {
		if (!kernel_step_fixed(id[i], &walk.time[i]) || !walk.time[i])
			return 0;
		segment[i] = (struct sim_segment){ .time = walk.time[i] * MM_TABLE_PAGES, .repeat = 1,
						   .kind = SIM_KIND_KERNEL, .name = cost_key(id[i]),
						   .resched = i + 1 == bulk.segments };
	}
	bulk.first = vma_frame(stretch->vma, page);
	at = sim_bulk_run(&stretch->mm->domain, &bulk, &exposed, &partial);
	*old = walk.old;
	if (exposed && at.seg) {
		*stage = TAKE_LOOKED;
	} else if (exposed && walk.old) {
		ptl_unlock(stretch->mm, walk.frame);
	} else if (exposed) {
		*stage = TAKE_LOOKED;
		at.round--;
	}
	if (at.round && *stage == TAKE_BEGIN)
		sim_cond_resched();
	return at.round * MM_TABLE_PAGES;
}

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

uint64_t reclaim_take(struct pressure *pressure, struct stretch *stretch)
{
	uint64_t first = stretch->page, page = first, end = first + stretch->n, begin = first, taken = 0;

	while (page < end && !stretch->mm->exiting) {
		enum take_stage stage;
		uint64_t part, n, at;
		bool old = false;

		n = take_in_bulk(pressure, stretch, page, end - page, taken != 0, &old, &stage);
		if (n && !old && taken) {
			page += n;
			break;
		}
		if (n && old && !taken)
			begin = page;
		if (old)
			taken += n;
		page += n;
		if (n && stage == TAKE_BEGIN)
			continue;
		at = page;
		part = least(end, page - page % MM_TABLE_PAGES + MM_TABLE_PAGES) - page;
		n = take_table(pressure, stretch, &at, part, taken != 0, stage);
		page += part;
		if (!n && taken)
			break;
		if (!taken)
			begin = at;
		taken += n;
		if (n && at + n < page) {
			page = at + n;
			break;
		}
	}
	stretch->page = begin;
	stretch->n = taken;
	return page - first;
}
