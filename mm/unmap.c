/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Unmapping, page table by page table: each present entry is cleared, which for a protected address space means a UVC
 * for its page (ptep_get_and_clear_full(), arch/s390/include/asm/pgtable.h of Linux 6.12); then the pages of the table
 * are freed together (mmu_gather), with a resched point.
 *
 * In an exit (full == 1) the UVC is a destroy, or an export where that fails; 5.10, whose secure CPUs still exist then,
 * exports, and so does an address space whose pages were to be set aside (aside.h). The reaper (full == 0) exports.
 * Reclaim of frames may want to know where a bulk stands, so it can be stopped anywhere.
 */
#include "mm/unmap.h"
#include "mm/memcg.h"
#include "uv/uvcb.h"

struct unmap_walk {
	struct mm *mm;
	struct mm_vma *vma;
	enum unmap_how how;
	uint64_t page;			/* first page of the bulk */
	uint16_t cmd;			/* of the UVC for each page */
	sim_time uvc_time, unmap_time;
	bool secure;			/* the first segment is the UVC */
	bool refused;			/* which answers in old firmware's way that there was nothing to do */
	struct uvc_refusal refusal;
	uint64_t ptl_frame;		/* whose pte lock was shown as held */
	struct sim_thread *thread;
};

static bool exports(const struct mm *mm, enum unmap_how how)
{
	return how == UNMAP_REAP || mm->world->exit_exports || mm->aside;
}

static void unmapped(struct mm *mm, struct mm_vma *vma, uint64_t page, uint64_t n)
{
	uv_check_free(mm->host->uv, vma_frame(vma, page), n, "exit_mmap");
	vma_set_flags(vma, page, n, 0);
	mm->rss -= n;
	mm_give_in_bulk(mm, n - mm_keep(mm, vma, page, n));
}

/* Present pages [@page, @end) of one table, of which the first @done have had their UVC. */
static void unmap_rest(struct mm *mm, struct mm_vma *vma, uint64_t page, uint64_t end, uint64_t done,
		       enum unmap_how how)
{
	uint64_t at;

	if (mm_is_protected(mm))
		for (at = page + done; at < end; at++)
			if (exports(mm, how) || uv_destroy_folio(mm, vma_frame(vma, at)))
				uv_convert_from_secure_folio(mm, vma_frame(vma, at));
	kernel_steps(COST_HOST_UNMAP_PAGE, end - page);
	unmapped(mm, vma, page, end - page);
}

void unmap_pages(struct mm *mm, struct mm_vma *vma, uint64_t page, uint64_t n, enum unmap_how how)
{
	unmap_rest(mm, vma, page, page + n, 0, how);
}

void unmap_swapped(struct mm *mm, struct mm_vma *vma, uint64_t page, uint64_t n)
{
	kernel_steps(COST_HOST_WALK_PTE, n);
	vma_set_flags(vma, page, n, 0);
	mm->swapped -= n;
	swap_give_slots(mm->host->pressure, n);
	memcg_swap_free(mm->memcg, n);
}

/* --- whole tables -------------------------------------------------------------------------------------- */

static uint64_t pages_done(const struct unmap_walk *walk, struct sim_position at)
{
	uint64_t n = at.round * MM_TABLE_PAGES;

	if (walk->secure)
		n += at.seg ? MM_TABLE_PAGES : at.rep;
	return n;
}

static void unmap_settle(void *ctx, struct sim_position from, struct sim_position to)
{
	struct unmap_walk *walk = ctx;
	uint64_t first = pages_done(walk, from), n = pages_done(walk, to) - first;

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

static void unmap_expose(void *ctx, struct sim_position at)
{
	struct unmap_walk *walk = ctx;
	uint64_t frame = vma_frame(walk->vma, walk->page + pages_done(walk, at));

	if (walk->secure && !walk->refused && !at.seg)
		uvc_bulk_interlock(walk->mm->host->uv, walk->cmd, 0, frame, walk->thread);
	if (walk->how != UNMAP_REAP)
		return;
	walk->ptl_frame = vma_frame(walk->vma, walk->page + at.round * MM_TABLE_PAGES);
	ptl_expose(walk->mm, walk->ptl_frame, walk->thread);
}

static const struct sim_bulk_ops unmap_ops = { .settle = unmap_settle, .expose = unmap_expose };

/* How many of the @run UVCs from @frame on are alike and need no export after them. */
static uint64_t plan_uvcs(struct unmap_walk *walk, uint64_t frame, uint64_t run)
{
	struct uv *uv = walk->mm->host->uv;
	uint64_t n = uvc_bulk_plan(uv, walk->cmd, 0, 0, frame, run, &walk->uvc_time);

	if (n || walk->cmd == UVC_CMD_CONV_FROM_SEC_STOR)
		return n;
	n = uvc_bulk_plan_refused(uv, frame, run, &walk->refusal);
	walk->refused = n && uv_destroy_rc_ok(walk->refusal.rc, walk->refusal.rrc);
	walk->uvc_time = walk->refusal.time;
	return walk->refused ? n : 0;
}

/* The bulk ended at @at: finish the table it was stopped in. Pages that are unmapped in all. */
static uint64_t finish(struct unmap_walk *walk, struct sim_position at)
{
	uint64_t page = walk->page + at.round * MM_TABLE_PAGES, frame = vma_frame(walk->vma, page);
	bool midst = at.seg || at.rep;

	/* Whoever waits is told at the end of a table only: those before it had nobody to tell. */
	if (at.round && !midst)
		pressure_memory_back(walk->mm->host);
	if (midst && walk->how == UNMAP_REAP && !walk->ptl_frame) {
		walk->ptl_frame = frame;
		ptl_expose(walk->mm, frame, walk->thread);
	}
	if (midst) {
		unmap_rest(walk->mm, walk->vma, page, page + MM_TABLE_PAGES, at.seg ? MM_TABLE_PAGES : at.rep,
			   walk->how);
		page += MM_TABLE_PAGES;
	}
	if (walk->ptl_frame)
		ptl_unlock(walk->mm, walk->ptl_frame);
	if (midst)
		pressure_memory_back(walk->mm->host);
	if (page > walk->page)
		sim_cond_resched();
	return page - walk->page;
}

uint64_t unmap_tables(struct mm *mm, struct mm_vma *vma, uint64_t page, uint64_t run, enum unmap_how how)
{
	struct unmap_walk walk = {
		.mm = mm, .vma = vma, .how = how, .page = page, .secure = mm_is_protected(mm), .thread = sim_self(),
		.cmd = exports(mm, how) ? UVC_CMD_CONV_FROM_SEC_STOR : UVC_CMD_DESTR_SEC_STOR,
	};
	struct sim_segment segment[2];
	struct sim_bulk bulk = { .segment = segment, .first = vma_frame(vma, page), .stride = MM_TABLE_PAGES,
				 .ops = &unmap_ops, .ctx = &walk };
	struct frame_giver giver = { .pages = MM_TABLE_PAGES, .memcg = mm->memcg };
	struct sim_position at;
	sim_time partial;
	uint64_t most;
	bool exposed;

	if (mm->held)
		run = mm_unheld_run(mm, bulk.first, run);
	if (sim_config_get()->exact_pages || vma_frame(vma, page) % MM_TABLE_PAGES ||
	    !kernel_step_fixed(COST_HOST_UNMAP_PAGE, &walk.unmap_time) || !walk.unmap_time)
		return 0;
	if (walk.secure) {
		run = plan_uvcs(&walk, bulk.first, run);
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
	giver.seg = bulk.segments - 1;
	most = bulk.rounds > 1 ? host_giver_begin(mm->host, &giver) : 0;
	if (bulk.rounds > 1 + (most - (most != 0)) / MM_TABLE_PAGES)
		bulk.rounds = 1 + (most - (most != 0)) / MM_TABLE_PAGES;
	at = sim_bulk_run(&mm->domain, &bulk, &exposed, &partial);
	if (most)
		host_giver_end(mm->host, &giver);
	return finish(&walk, at);
}
