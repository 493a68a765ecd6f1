/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Cleaning pages that were set aside: destroy, free, one page of the list after the other. See aside.h.
 *
 * Each page is free as soon as its UVC is over; the software around the pages of one page of the list is charged in one
 * piece when they are done, and then that page is freed, too. A page that cannot be destroyed is exported; what even
 * that fails for is never freed. Whoever waits for progress gets it to the page.
 */
#include <assert.h>

#include "mm/aside.h"
#include "mm/memcg.h"
#include "mm/rhythm.h"
#include "uv/uvcb.h"

#define DESTROY UVC_CMD_DESTR_SEC_STOR

/** Where in the work on one page of the list the walk is. */
enum clean_stage { CLEAN_PAGES, CLEAN_SOFTWARE, CLEAN_LIST };

struct clean_walk {
	struct mm *mm;
	uint64_t frame;			/* first of the bulk */
	enum clean_stage stage;
	uint64_t done;			/* pages done of the page of the list at hand */
	bool software;			/* the software costs something */
	sim_time uvc_time, step_time, free_time;
	struct sim_thread *thread;
};

/* The first @n pages leave the list. */
static void leave_list(struct mm_aside *aside, uint64_t n)
{
	struct aside_range *first = aside->first;

	assert(first && first->n >= n);
	first->frame += n;
	first->n -= n;
	if (!first->n)
		aside->first = first->next;
	if (!aside->first)
		aside->last = NULL;
	aside->pages -= n;
}

static void cleaned(struct mm *mm, uint64_t n)
{
	uv_check_free(mm->host->uv, mm->aside->first->frame, n, "lazy destroy");
	leave_list(mm->aside, n);
	mm->aside->cleaned += n;
	mm_give_in_bulk(mm, n);
}

static void list_pages_free(struct mm *mm, uint64_t n)
{
	assert(mm->aside->list_pages >= n);
	mm->aside->list_pages -= n;
	host_give_in_bulk(mm, n, USE_KERNEL);
}

static void tell_progress(struct mm_aside *aside)
{
	if (!aside->awaited || aside->cleaned < aside->awaited)
		return;
	aside->awaited = 0;
	sim_wake(&aside->progress, 0);
}

/* --- page by page --------------------------------------------------------------------------------------------- */

static void clean_page(struct mm *mm)
{
	struct mm_aside *aside = mm->aside;
	uint64_t frame = aside->first->frame;

	if (uv_destroy_folio(mm, frame) && uv_convert_from_secure_folio(mm, frame)) {
		leave_list(aside, 1);
		aside->lost++;
		mm->host->lost++;
		memcg_lose(mm->memcg, 1);
	} else {
		cleaned(mm, 1);
		tell_progress(aside);
	}
	sim_cond_resched();
}

/* The rest of a page of the list with @n frame numbers. */
static void clean_list_page(struct clean_walk *walk, uint64_t n)
{
	struct mm *mm = walk->mm;

	for (; walk->stage == CLEAN_PAGES && walk->done < n; walk->done++)
		clean_page(mm);
	if (walk->stage <= CLEAN_SOFTWARE)
		kernel_steps(COST_HOST_DESTROY_STEP, n);
	/* No page has come back for a while: those who wait are asleep. */
	if (walk->stage <= CLEAN_SOFTWARE && n == ASIDE_PER_PAGE)
		sim_rhythm_here();
	kernel_step(COST_HOST_FREE_PAGE);
	list_pages_free(mm, 1);
	pressure_memory_back(mm->host);
	walk->stage = CLEAN_PAGES;
	walk->done = 0;
	sim_cond_resched();
}

/* --- many of them in one go ----------------------------------------------------------------------------------- */

static uint64_t pages_over(struct sim_position at)
{
	return at.round * ASIDE_PER_PAGE + (at.seg ? ASIDE_PER_PAGE : at.rep);
}

static void clean_settle(void *ctx, struct sim_position from, struct sim_position to)
{
	struct clean_walk *walk = ctx;
	uint64_t done = pages_over(from), n = pages_over(to) - done;
	unsigned last = walk->software ? 2 : 1;

	if (n) {
		uvc_bulk_commit(walk->mm->host->uv, DESTROY, 0, 0, walk->frame + done, n, walk->uvc_time);
		cleaned(walk->mm, n);
	}
	if (walk->software)
		cost_charge(COST_HOST_DESTROY_STEP,
			    (to.round + (to.seg >= last) - from.round - (from.seg >= last)) * ASIDE_PER_PAGE,
			    walk->step_time);
	n = to.round - from.round;
	cost_charge(COST_HOST_FREE_PAGE, n, walk->free_time);
	if (n)
		list_pages_free(walk->mm, n);
}

static void clean_expose(void *ctx, struct sim_position at)
{
	struct clean_walk *walk = ctx;

	if (!at.seg)
		uvc_bulk_interlock(walk->mm->host->uv, DESTROY, 0, walk->frame + pages_over(at), walk->thread);
}

static const struct sim_bulk_ops clean_ops = { .settle = clean_settle, .expose = clean_expose };

/* Whole pages of the list that are cleaned alike, from the first one on. */
static uint64_t rounds_alike(struct clean_walk *walk)
{
	const struct mm_aside *aside = walk->mm->aside;

	if (sim_config_get()->exact_pages || aside->awaited || aside->first->n < ASIDE_PER_PAGE ||
	    !kernel_step_fixed(COST_HOST_DESTROY_STEP, &walk->step_time) ||
	    !kernel_step_fixed(COST_HOST_FREE_PAGE, &walk->free_time) || !walk->free_time)
		return 0;
	walk->frame = aside->first->frame;
	walk->software = walk->step_time != 0;
	return uvc_bulk_plan(walk->mm->host->uv, DESTROY, 0, 0, walk->frame, aside->first->n, &walk->uvc_time) /
	       ASIDE_PER_PAGE;
}

static unsigned plan_round(const struct clean_walk *walk, struct sim_segment *segment)
{
	unsigned n = 0;

	segment[n++] = (struct sim_segment){ .time = walk->uvc_time, .repeat = ASIDE_PER_PAGE, .kind = SIM_KIND_UVC,
					     .name = uvc_name(DESTROY), .resched = true };
	if (walk->software)
		segment[n++] = (struct sim_segment){ .time = walk->step_time * ASIDE_PER_PAGE, .repeat = 1,
						     .kind = SIM_KIND_KERNEL,
						     .name = cost_key(COST_HOST_DESTROY_STEP) };
	segment[n++] = (struct sim_segment){ .time = walk->free_time, .repeat = 1, .kind = SIM_KIND_KERNEL,
					     .name = cost_key(COST_HOST_FREE_PAGE), .resched = true };
	return n;
}

static bool clean_in_bulk(struct clean_walk *walk)
{
	struct host *host = walk->mm->host;
	struct sim_segment segment[3];
	struct sim_bulk bulk = { .segment = segment, .stride = 1, .whole = true, .ops = &clean_ops,
				 .ctx = walk };
	struct frame_giver pages = { .seg = 0, .pages = 1, .memcg = walk->mm->memcg }, list = { .pages = 1 };
	struct sim_position at;
	sim_time partial;
	uint64_t most;
	bool exposed;

	bulk.rounds = rounds_alike(walk);
	if (!bulk.rounds || !walk->uvc_time)
		return false;
	bulk.segments = plan_round(walk, segment);
	/* A round gives back page by page: even one alone must be seen by those who take. */
	most = host_giver_begin(host, &pages);
	if (!most)
		return false;
	list.seg = bulk.segments - 1;
	if (pages.thread)
		host_giver_begin(host, &list);
	if (most != UINT64_MAX)
		bulk.rounds = 1;
	walk->thread = sim_self();
	at = sim_bulk_run(&walk->mm->domain, &bulk, &exposed, &partial);
	if (pages.thread)
		host_giver_end(host, &list);
	host_giver_end(host, &pages);
	/* Whoever waits is told at the end of a round only: those before it had nobody to tell. */
	if (at.round && !at.seg && !at.rep)
		pressure_memory_back(host);
	if (!at.round && !at.seg && !at.rep)
		return false;
	walk->stage = at.seg ? (at.seg + 1 == bulk.segments ? CLEAN_LIST : CLEAN_SOFTWARE) : CLEAN_PAGES;
	walk->done = at.seg ? ASIDE_PER_PAGE : at.rep;
	tell_progress(walk->mm->aside);
	if (at.seg <= 1)
		sim_cond_resched();
	return true;
}

/* --- the whole list ------------------------------------------------------------------------------------------- */

void mm_aside_clean(struct mm *mm)
{
	struct mm_aside *aside = mm->aside;
	struct clean_walk walk = { .mm = mm };
	struct sim_rhythm_part part = aside_rhythm(mm);
	uint64_t n;

	sim_span_push("destroy_lazy");
	sim_rhythm_join(&part);
	while (aside->pages || walk.done || walk.stage != CLEAN_PAGES) {
		if (!walk.done && walk.stage == CLEAN_PAGES && clean_in_bulk(&walk))
			continue;
		n = aside->pages + walk.done;
		clean_list_page(&walk, n < ASIDE_PER_PAGE ? n : ASIDE_PER_PAGE);
	}
	sim_rhythm_leave();
	/* The last page of the list may have been had for nothing. */
	if (aside->list_pages) {
		kernel_step(COST_HOST_FREE_PAGE);
		list_pages_free(mm, aside->list_pages);
	}
	aside->room = 0;
	aside->awaited = 0;
	sim_wake(&aside->progress, 0);
	mm_finish(mm);
	sim_span_pop();
}

uint64_t mm_aside_cleaned(struct mm *mm)
{
	sim_domain_settle(&mm->domain);
	return mm->aside->cleaned;
}

bool mm_aside_wait(struct mm *mm, uint64_t n)
{
	struct mm_aside *aside = mm->aside;
	uint64_t target = mm_aside_cleaned(mm) + n;
	struct sim_place place = { .number = &target, .count = 1, .waits = true };

	while (mm_aside_cleaned(mm) < target && aside->pages) {
		if (sim_fatal_signal_pending(sim_self()))
			return false;
		if (!aside->awaited || target < aside->awaited)
			aside->awaited = target;
		/* The thread must notice that it is waited for. */
		sim_domain_expose(&mm->domain);
		sim_place_push(&place);
		sim_wait(&aside->progress, SIM_WAIT_KILLABLE);
		sim_place_pop(&place);
	}
	return true;
}
