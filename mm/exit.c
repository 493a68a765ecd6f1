/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * exit_mmap(): the last user is gone; unmap and free every page.
 *
 * Page table by page table: each present entry is cleared, which for a protected address space means destroy,
 * or export where that fails (ptep_get_and_clear_full() with full == 1, arch/s390/include/asm/pgtable.h of
 * Linux 6.12; 5.10, whose secure CPUs still exist then, exports); then the pages of the table are freed
 * together (mmu_gather), with a resched point. An address space with a list of pages set aside (aside.h) puts its
 * pages there, or exports them. Nobody else can look any more, but reclaim of frames may want to know where a bulk
 * stands, so it can be stopped anywhere.
 */
#include "mm/aside.h"
#include "mm/internal.h"
#include "mm/pressure.h"
#include "uv/uvcb.h"

struct exit_walk {
	struct mm *mm;
	struct mm_vma *vma;
	uint64_t page;			/* first page of the bulk */
	uint16_t cmd;			/* of the UVC for each page */
	sim_time uvc_time, unmap_time;
	bool secure;			/* the first segment is the UVC */
	bool refused;			/* which answers in old firmware's way that there was nothing to do */
	struct uvc_refusal refusal;
	struct sim_thread *thread;
};

static bool exit_exports(const struct mm *mm)
{
	return mm->world->exit_exports || mm->aside;
}

static void unmapped(struct mm *mm, struct mm_vma *vma, uint64_t page, uint64_t n)
{
	uv_check_free(mm->host->uv, vma_frame(vma, page), n, "exit_mmap");
	vma_set_flags(vma, page, n, 0);
	mm->rss -= n;
	host_give_in_bulk(mm, n, USE_USER);
}

/* Present pages [@page, @end) of one table, of which the first @done have had their UVC. */
static void unmap_table(struct mm *mm, struct mm_vma *vma, uint64_t page, uint64_t end, uint64_t done)
{
	uint64_t at;

	if (mm_is_protected(mm))
		for (at = page + done; at < end; at++)
			if (exit_exports(mm) || uv_destroy_folio(mm, vma_frame(vma, at)))
				uv_convert_from_secure_folio(mm, vma_frame(vma, at));
	kernel_steps(COST_HOST_UNMAP_PAGE, end - page);
	unmapped(mm, vma, page, end - page);
	pressure_memory_back(mm->host);
	sim_cond_resched();
}

/* --- whole tables -------------------------------------------------------------------------------------- */

static uint64_t pages_destroyed(const struct exit_walk *walk, struct sim_position at)
{
	uint64_t n = at.round * MM_TABLE_PAGES;

	if (walk->secure)
		n += at.seg ? MM_TABLE_PAGES : at.rep;
	return n;
}

static void exit_settle(void *ctx, struct sim_position from, struct sim_position to)
{
	struct exit_walk *walk = ctx;
	uint64_t first = pages_destroyed(walk, from), n = pages_destroyed(walk, to) - first;

	if (walk->secure && n && walk->refused)
		uvc_bulk_commit_refused(walk->mm->host->uv, vma_frame(walk->vma, walk->page + first), n,
					&walk->refusal);
	else if (walk->secure && n)
		uvc_bulk_commit(walk->mm->host->uv, walk->cmd, 0, 0, vma_frame(walk->vma, walk->page + first), n,
				walk->uvc_time);
	n = (to.round - from.round) * MM_TABLE_PAGES;
	if (!n)
		return;
	cost_charge(COST_HOST_UNMAP_PAGE, n, walk->unmap_time);
	unmapped(walk->mm, walk->vma, walk->page + from.round * MM_TABLE_PAGES, n);
}

static void exit_expose(void *ctx, struct sim_position at)
{
	struct exit_walk *walk = ctx;
	uint64_t frame = vma_frame(walk->vma, walk->page + pages_destroyed(walk, at));

	if (walk->secure && !walk->refused && !at.seg)
		uvc_bulk_interlock(walk->mm->host->uv, walk->cmd, 0, frame, walk->thread);
}

static const struct sim_bulk_ops exit_ops = { .settle = exit_settle, .expose = exit_expose };

/* How many of the @run destroys from @frame on are alike and need no export after them. */
static uint64_t plan_destroys(struct exit_walk *walk, uint64_t frame, uint64_t run)
{
	struct uv *uv = walk->mm->host->uv;
	uint64_t n = uvc_bulk_plan(uv, walk->cmd, 0, 0, frame, run, &walk->uvc_time);

	if (n || exit_exports(walk->mm))
		return n;
	n = uvc_bulk_plan_refused(uv, frame, run, &walk->refusal);
	walk->refused = n && uv_destroy_rc_ok(walk->refusal.rc, walk->refusal.rrc);
	walk->uvc_time = walk->refusal.time;
	return walk->refused ? n : 0;
}

/* Whole tables from @page on, of which @run pages are present: how many pages are unmapped; 0: not this way. */
static uint64_t unmap_in_bulk(struct mm *mm, struct mm_vma *vma, uint64_t page, uint64_t run)
{
	struct exit_walk walk = { .mm = mm, .vma = vma, .page = page, .secure = mm_is_protected(mm),
				  .cmd = exit_exports(mm) ? UVC_CMD_CONV_FROM_SEC_STOR : UVC_CMD_DESTR_SEC_STOR,
				  .thread = sim_self() };
	struct sim_segment segment[2];
	struct sim_bulk bulk = { .segment = segment, .first = vma_frame(vma, page), .stride = MM_TABLE_PAGES,
				 .ops = &exit_ops, .ctx = &walk };
	struct sim_position at;
	sim_time partial;
	uint64_t most;
	bool exposed;

	if (sim_config_get()->exact_pages || vma_frame(vma, page) % MM_TABLE_PAGES ||
	    !kernel_step_fixed(COST_HOST_UNMAP_PAGE, &walk.unmap_time) || !walk.unmap_time)
		return 0;
	if (walk.secure) {
		run = plan_destroys(&walk, bulk.first, run);
		if (!walk.uvc_time)
			return 0;
		segment[bulk.segments++] = (struct sim_segment){
			.time = walk.uvc_time, .repeat = MM_TABLE_PAGES, .kind = SIM_KIND_UVC,
			.name = uvc_name(walk.cmd) };
	}
	segment[bulk.segments++] = (struct sim_segment){
		.time = walk.unmap_time * MM_TABLE_PAGES, .repeat = 1, .kind = SIM_KIND_KERNEL,
		.name = cost_key(COST_HOST_UNMAP_PAGE), .resched = true };
	bulk.rounds = run / MM_TABLE_PAGES;
	if (!bulk.rounds)
		return 0;
	most = bulk.rounds > 1 ? host_giver_begin(mm->host) : 0;
	if (bulk.rounds > 1 + (most - (most != 0)) / MM_TABLE_PAGES)
		bulk.rounds = 1 + (most - (most != 0)) / MM_TABLE_PAGES;
	at = sim_bulk_run(&mm->domain, &bulk, &exposed, &partial);
	if (most)
		host_giver_end(mm->host);
	if (at.round)
		pressure_memory_back(mm->host);
	page += at.round * MM_TABLE_PAGES;
	if (at.seg || at.rep) {
		unmap_table(mm, vma, page, page + MM_TABLE_PAGES,
			    at.seg ? MM_TABLE_PAGES : at.rep);
		page += MM_TABLE_PAGES;
	} else if (at.round) {
		sim_cond_resched();
	}
	return page - walk.page;
}

/* Slots of swapped pages, at most those of one page table: how many. */
static uint64_t free_swapped(struct mm *mm, struct mm_vma *vma, uint64_t page, uint64_t n)
{
	uint64_t table = MM_TABLE_PAGES - page % MM_TABLE_PAGES;

	if (n > table)
		n = table;
	kernel_steps(COST_HOST_WALK_PTE, n);
	vma_set_flags(vma, page, n, 0);
	mm->swapped -= n;
	swap_give_slots(mm->host->pressure, n);
	sim_cond_resched();
	return n;
}

void mm_exit_mmap(struct mm *mm)
{
	struct mm_vma *vma;
	uint64_t page, pages, run, done;

	if (mm->host->pressure)
		swap_wait_mm(mm);
	for (vma = mm->vmas; vma; vma = vma->next) {
		pages = (vma->end - vma->start) >> PAGE_SHIFT;
		for (page = 0; page < pages; page += done) {
			sim_domain_settle(&mm->domain);
			run = vma_present_run(vma, page, pages - page);
			if (!run) {
				if (vma_flags(vma, page, pages - page, &done) & MM_PAGE_SWAPPED)
					done = free_swapped(mm, vma, page, done);
				continue;
			}
			if (mm_aside_wanted(mm)) {
				mm_aside_add(mm, vma, page, run);
				done = run;
				continue;
			}
			done = unmap_in_bulk(mm, vma, page, run);
			if (done)
				continue;
			done = MM_TABLE_PAGES - vma_frame(vma, page) % MM_TABLE_PAGES;
			if (done > pages - page)
				done = pages - page;
			done = vma_present_run(vma, page, done);
			unmap_table(mm, vma, page, page + done, 0);
		}
	}
}
