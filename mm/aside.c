/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The list of pages that are set aside, and how it grows: see aside.h. aside_clean.c is how it shrinks.
 *
 * Memory for the list is asked for as with GFP_ATOMIC | __GFP_NOMEMALLOC | __GFP_NOWARN: no waiting, and half of what
 * the min watermark keeps is left alone.
 */
#include <assert.h>

#include "mm/aside.h"
#include "mm/memcg.h"
#include "uv/uvcb.h"

#define EXPORT UVC_CMD_CONV_FROM_SEC_STOR

/** Pages that one more page of the list takes care of: itself is paid for with the one exported. */
#define PAGES_PER_EXPORT (ASIDE_PER_PAGE + 1)

/** Where in the export of a page and the growth of the list a stretch is. */
enum grow_stage { GROW_EXPORT, GROW_UNMAP, GROW_ALLOCATE, GROW_DONE };

/* What is left of a stretch of present pages: [front, border) to be set aside, [back, end) to be exported now. */
struct aside_walk {
	struct mm *mm;
	struct mm_vma *vma;
	uint64_t front, border, back, end;
	enum grow_stage stage;
	sim_time uvc_time, unmap_time, alloc_time;
	struct sim_thread *thread;
};

void mm_aside_begin(struct mm *mm)
{
	if (mm->aside)
		return;
	mm->aside = sim_alloc(sizeof(*mm->aside));
	sim_waitqueue_init(&mm->aside->progress, "lazy destroy");
}

bool mm_aside_wanted(const struct mm *mm)
{
	return mm->aside && !mm->aside->off && !mm->oom && mm_is_protected(mm);
}

bool mm_aside_held(struct mm *mm)
{
	if (!mm->aside)
		return false;
	sim_domain_settle(&mm->domain);
	return mm->aside->list_pages != 0;
}

static void append(struct mm_aside *aside, uint64_t frame, uint64_t n)
{
	struct aside_range *last = aside->last;

	if (!last || last->frame + last->n != frame) {
		last = sim_alloc(sizeof(*last));
		last->frame = frame;
		if (aside->last)
			aside->last->next = last;
		else
			aside->first = last;
		aside->last = last;
	}
	last->n += n;
	aside->pages += n;
	if (aside->pages > aside->most)
		aside->most = aside->pages;
}

/* --- a page of the list ----------------------------------------------------------------------------------- */

/* Frames that must be left free for a page of the list to be had, without the one that is freed for it. */
static uint64_t kept(const struct host *host)
{
	return host->pressure ? host->pressure->min - host->pressure->min / 2 : 0;
}

static bool list_page_to_be_had(struct host *host)
{
	host->alloc_flags = ALLOC_ATOMIC;
	if (host->should_fail && host->should_fail(host->should_fail_ctx, "uv_destroy_page_lazy", PAGE_BYTES))
		return false;
	host_frames_settle(host);
	return host->free >= kept(host);
}

static void left_tables(struct mm *mm, struct mm_vma *vma, uint64_t page, uint64_t n)
{
	vma_set_flags(vma, page, n, 0);
	mm->rss -= n;
}

/* The frame that the exported page had becomes a page of the list. */
static void turn_into_list(struct mm *mm, uint64_t n)
{
	host_turn(mm->host, n, USE_USER, USE_KERNEL);
	memcg_uncharge_in_bulk(mm->memcg, n);
	mm->aside->list_pages += n;
	mm->aside->exported += n;
	mm->aside->room = ASIDE_PER_PAGE;
}

/* Takes time: export the first page of the back, and ask for a page of the list instead. */
static void grow(struct aside_walk *walk)
{
	struct mm *mm = walk->mm;
	uint64_t frame = vma_frame(walk->vma, walk->back);
	bool lost = false;

	if (walk->stage == GROW_EXPORT)
		lost = uv_convert_from_secure_folio(mm, frame) != 0;
	if (walk->stage <= GROW_UNMAP)
		kernel_step(COST_HOST_UNMAP_PAGE);
	kernel_step(COST_HOST_ALLOC_PAGE);
	walk->stage = GROW_EXPORT;
	left_tables(mm, walk->vma, walk->back++, 1);
	if (lost) {
		mm->aside->lost++;
		mm->host->lost++;
		memcg_lose(mm->memcg, 1);
		return;
	}
	uv_check_free(mm->host->uv, frame, 1, "exit_mmap");
	if (list_page_to_be_had(mm->host)) {
		turn_into_list(mm, 1);
		return;
	}
	mm->aside->exported++;
	mm->aside->refused++;
	mm_give_in_bulk(mm, 1);
	pressure_memory_back(mm->host);
	sim_cond_resched();
}

static void set_aside(struct aside_walk *walk)
{
	struct mm_aside *aside = walk->mm->aside;
	uint64_t n = walk->border - walk->front;

	assert(n);
	if (n > aside->room)
		n = aside->room;
	kernel_steps(COST_HOST_UNMAP_PAGE, n);
	left_tables(walk->mm, walk->vma, walk->front, n);
	append(aside, vma_frame(walk->vma, walk->front), n);
	aside->room -= n;
	walk->front += n;
	sim_cond_resched();
}

/* --- many of them in one go --------------------------------------------------------------------------------- */

/* Rounds of which the segments before @seg are over at @at. */
static uint64_t over(struct sim_position at, unsigned seg)
{
	return at.round + (at.seg >= seg);
}

static void add_settle(void *ctx, struct sim_position from, struct sim_position to)
{
	struct aside_walk *walk = ctx;
	struct mm *mm = walk->mm;
	uint64_t done = over(from, 1), n = over(to, 1) - done;

	if (n)
		uvc_bulk_commit(mm->host->uv, EXPORT, 0, 0, vma_frame(walk->vma, walk->back + done), n, walk->uvc_time);
	cost_charge(COST_HOST_UNMAP_PAGE, over(to, 2) - over(from, 2), walk->unmap_time);
	done = over(from, 3);
	n = over(to, 3) - done;
	cost_charge(COST_HOST_ALLOC_PAGE, n, walk->alloc_time);
	if (n) {
		left_tables(mm, walk->vma, walk->back + done, n);
		turn_into_list(mm, n);
	}
	n = (to.round - from.round) * ASIDE_PER_PAGE;
	cost_charge(COST_HOST_UNMAP_PAGE, n, walk->unmap_time);
	if (n) {
		done = from.round * ASIDE_PER_PAGE;
		left_tables(mm, walk->vma, walk->front + done, n);
		append(mm->aside, vma_frame(walk->vma, walk->front + done), n);
		mm->aside->room = to.seg >= 3 ? ASIDE_PER_PAGE : 0;
	}
}

static void add_expose(void *ctx, struct sim_position at)
{
	struct aside_walk *walk = ctx;

	if (!at.seg)
		uvc_bulk_interlock(walk->mm->host->uv, EXPORT, 0, vma_frame(walk->vma, walk->back + at.round),
				   walk->thread);
}

static const struct sim_bulk_ops add_ops = { .settle = add_settle, .expose = add_expose };

/* Whole pages of the list that can be filled alike. */
static uint64_t rounds_alike(struct aside_walk *walk)
{
	struct host *host = walk->mm->host;
	uint64_t rounds = (walk->border - walk->front) / ASIDE_PER_PAGE;

	if (rounds > walk->end - walk->back)
		rounds = walk->end - walk->back;
	host_frames_settle(host);
	if (sim_config_get()->exact_pages || host->should_fail || host->free < kept(host) ||
	    !kernel_step_fixed(COST_HOST_UNMAP_PAGE, &walk->unmap_time) || !walk->unmap_time ||
	    !kernel_step_fixed(COST_HOST_ALLOC_PAGE, &walk->alloc_time) || !walk->alloc_time)
		return 0;
	rounds = uvc_bulk_plan(host->uv, EXPORT, 0, 0, vma_frame(walk->vma, walk->back), rounds, &walk->uvc_time);
	return walk->uvc_time ? rounds : 0;
}

static bool add_in_bulk(struct aside_walk *walk)
{
	const char *unmap = cost_key(COST_HOST_UNMAP_PAGE);
	struct sim_segment segment[4];
	struct sim_bulk bulk = { .segment = segment, .segments = 4, .stride = 1, .whole = true, .ops = &add_ops,
				 .ctx = walk };
	struct sim_position at;
	sim_time partial;
	bool exposed;

	bulk.rounds = rounds_alike(walk);
	if (!bulk.rounds)
		return false;
	segment[0] = (struct sim_segment){ walk->uvc_time, 1, SIM_KIND_UVC, uvc_name(EXPORT), NULL, false, false };
	segment[1] = (struct sim_segment){ walk->unmap_time, 1, SIM_KIND_KERNEL, unmap, NULL, false, false };
	segment[2] = (struct sim_segment){ walk->alloc_time, 1, SIM_KIND_KERNEL, cost_key(COST_HOST_ALLOC_PAGE), NULL,
					   false, false };
	segment[3] = (struct sim_segment){ walk->unmap_time * ASIDE_PER_PAGE, 1, SIM_KIND_KERNEL, unmap, NULL, true,
					   false };
	walk->thread = sim_self();
	at = sim_bulk_run(&walk->mm->domain, &bulk, &exposed, &partial);
	if (!at.round && !at.seg)
		return false;
	walk->front += at.round * ASIDE_PER_PAGE;
	walk->back += over(at, 3);
	walk->stage = at.seg < GROW_DONE ? (enum grow_stage)at.seg : GROW_EXPORT;
	if (!at.seg)
		sim_cond_resched();
	return true;
}

/* --- a stretch ---------------------------------------------------------------------------------------------- */

/* The pages [front, border) are left: as many of them are to be exported as the list will have to grow by. */
static void divide(struct aside_walk *walk)
{
	uint64_t n = walk->border - walk->front, room = walk->mm->aside->room;

	walk->end = walk->border;
	n -= n < room ? n : room;
	walk->border -= (n + PAGES_PER_EXPORT - 1) / PAGES_PER_EXPORT;
	walk->back = walk->border;
}

void mm_aside_add(struct mm *mm, struct mm_vma *vma, uint64_t page, uint64_t n)
{
	struct aside_walk walk = { .mm = mm, .vma = vma, .front = page, .border = page + n };

	divide(&walk);
	while (walk.front < walk.border || walk.back < walk.end) {
		if (mm->aside->room) {
			set_aside(&walk);
			continue;
		}
		/* Where the list did not grow as planned, more are exported than planned. */
		if (walk.back == walk.end)
			divide(&walk);
		if (walk.stage != GROW_EXPORT || !add_in_bulk(&walk))
			grow(&walk);
	}
}
