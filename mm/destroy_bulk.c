/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whole rounds of a destroy walk in one go, over pages that are all alike.
 *
 * A round is the same steps as in destroy_range.c: begin the walk, gather 32 entries (both under the mmap
 * lock, the second under the pte lock too), then for each page the UVC and the software around it. When the
 * bulk is stopped inside a round, the walk is put into the stage that the step-by-step code would be in.
 */
#include "mm/destroy_walk.h"
#include "uv/uvcb.h"

#define DESTROY UVC_CMD_DESTR_SEC_STOR

/* Pages whose UVC is over at @at. */
static uint64_t destroyed(const struct destroy_walk *walk, struct sim_position at)
{
	uint64_t n = at.round * MM_GATHER_PAGES;

	if (at.seg > walk->first_uvc)
		n += (at.seg - walk->first_uvc + walk->per_page - 1) / walk->per_page;
	return n;
}

/* Repetitions of segment @seg before @at. */
static uint64_t times_over(struct sim_position at, unsigned seg)
{
	return at.round + (at.seg > seg);
}

/* Pages whose software around the UVC is over at @at. */
static uint64_t stepped(const struct destroy_walk *walk, struct sim_position at)
{
	uint64_t n = at.round * MM_GATHER_PAGES;

	return at.seg > walk->first_uvc ? n + (at.seg - walk->first_uvc) / walk->per_page : n;
}

static void count_steps(const struct destroy_walk *walk, struct sim_position from, struct sim_position to)
{
	cost_charge(COST_HOST_WALK_BATCH, times_over(to, 0) - times_over(from, 0), walk->batch_time);
	cost_charge(COST_HOST_WALK_PTE, (times_over(to, 1) - times_over(from, 1)) * MM_GATHER_PAGES, walk->pte_time);
	cost_charge(COST_HOST_DESTROY_STEP, stepped(walk, to) - stepped(walk, from), walk->step_time);
}

static void bulk_settle_pages(void *ctx, struct sim_position from, struct sim_position to)
{
	struct destroy_walk *walk = ctx;
	uint64_t first = destroyed(walk, from), n = destroyed(walk, to) - first;

	count_steps(walk, from, to);
	if (!n)
		return;
	if (walk->refused) {
		uvc_bulk_commit_refused(walk->mm->host->uv, vma_frame(walk->vma, walk->page + first), n,
					&walk->refusal);
		if (uv_destroy_rc_ok(walk->refusal.rc, walk->refusal.rrc))
			vma_clear_arch_1(walk->vma, walk->page + first, n);
		return;
	}
	uvc_bulk_commit(walk->mm->host->uv, DESTROY, 0, 0, vma_frame(walk->vma, walk->page + first), n,
			walk->uvc_time);
	vma_clear_arch_1(walk->vma, walk->page + first, n);
}

/* The batch as gathered in round @round, with @done pages behind it. */
static void fill_batch(struct destroy_walk *walk, uint64_t round, unsigned done)
{
	uint64_t frame = vma_frame(walk->vma, walk->page + round * MM_GATHER_PAGES);
	unsigned i;

	for (i = 0; i < MM_GATHER_PAGES; i++)
		walk->batch.frame[i] = frame + i;
	walk->batch.count = MM_GATHER_PAGES;
	walk->batch.done = done;
}

static void bulk_expose(void *ctx, struct sim_position at)
{
	struct destroy_walk *walk = ctx;
	uint64_t frame = vma_frame(walk->vma, walk->page + at.round * MM_GATHER_PAGES);
	unsigned page;

	if (at.seg < walk->first_uvc) {
		sim_rwsem_expose_read(&walk->mm->mmap_lock);
		walk->mmap_held = true;
		if (at.seg) {
			ptl_expose(walk->mm, frame, walk->thread);
			walk->ptl_frame = frame;
		}
		return;
	}
	page = (at.seg - walk->first_uvc) / walk->per_page;
	fill_batch(walk, at.round, page);
	gather_add(walk->mm, &walk->batch);
	walk->batch_listed = true;
	if (!walk->refused && (at.seg - walk->first_uvc) % walk->per_page == 0)
		uvc_bulk_interlock(walk->mm->host->uv, DESTROY, 0, frame + page, walk->thread);
}

static const struct sim_bulk_ops destroy_ops = { .settle = bulk_settle_pages, .expose = bulk_expose };

/*
 * How many rounds from @page on could be done alike. A batch that would span two page tables is left to the
 * step-by-step code.
 */
static uint64_t rounds_alike(struct destroy_walk *walk, uint64_t page)
{
	struct mm_vma *vma = walk->vma;
	uint64_t n = ((vma->end < walk->end ? vma->end : walk->end) - walk->next) >> PAGE_SHIFT;
	uint64_t frame = vma_frame(vma, page), total;

	if (frame % MM_GATHER_PAGES && n > MM_TABLE_PAGES - frame % MM_TABLE_PAGES)
		n = MM_TABLE_PAGES - frame % MM_TABLE_PAGES;
	total = mm_quiet_run(walk->mm, frame, vma_present_run(vma, page, n));
	if (total < MM_GATHER_PAGES)
		return 0;
	n = uvc_bulk_plan(walk->mm->host->uv, DESTROY, 0, 0, frame, total, &walk->uvc_time);
	walk->refused = !n;
	if (walk->refused) {
		/* Pages that a new guest has already imported: the walk asks and does not mind. */
		n = uvc_bulk_plan_refused(walk->mm->host->uv, frame, total, &walk->refusal);
		walk->uvc_time = walk->refusal.time;
	}
	return n / MM_GATHER_PAGES;
}

static unsigned add_segment(struct sim_segment *segment, unsigned n, sim_time time, enum sim_kind kind,
			    const char *name, bool resched)
{
	if (time)
		segment[n++] = (struct sim_segment){
			.time = time, .repeat = 1, .kind = kind, .name = name, .resched = resched,
		};
	return n;
}

/* The steps of one round; 0 when they cannot be known in advance. */
static unsigned plan_round(struct destroy_walk *walk, struct sim_segment *segment)
{
	unsigned n = 0, i;

	if (!kernel_step_fixed(COST_HOST_WALK_BATCH, &walk->batch_time) ||
	    !kernel_step_fixed(COST_HOST_WALK_PTE, &walk->pte_time) ||
	    !kernel_step_fixed(COST_HOST_DESTROY_STEP, &walk->step_time))
		return 0;
	if (!walk->batch_time || !walk->pte_time || !walk->uvc_time)
		return 0;
	n = add_segment(segment, n, walk->batch_time, SIM_KIND_KERNEL, cost_key(COST_HOST_WALK_BATCH), false);
	n = add_segment(segment, n, walk->pte_time * MM_GATHER_PAGES, SIM_KIND_KERNEL,
			cost_key(COST_HOST_WALK_PTE), true);
	walk->first_uvc = n;
	walk->per_page = walk->step_time ? 2 : 1;
	for (i = 0; i < MM_GATHER_PAGES; i++) {
		n = add_segment(segment, n, walk->uvc_time, SIM_KIND_UVC, uvc_name(DESTROY), !walk->step_time);
		n = add_segment(segment, n, walk->step_time, SIM_KIND_KERNEL, cost_key(COST_HOST_DESTROY_STEP),
				true);
	}
	return n;
}

/* Put the walk where the step-by-step code would be after the steps before @at. */
static void resume_at(struct destroy_walk *walk, struct sim_position at)
{
	unsigned steps = at.seg > walk->first_uvc ? at.seg - walk->first_uvc : 0;

	walk->next += (at.round * MM_GATHER_PAGES) << PAGE_SHIFT;
	walk->more = true;
	walk->in_step = false;
	if (!at.seg) {
		/* Exposed in the last step of a round, which is over now. */
		if (walk->batch_listed)
			gather_remove(walk->mm, &walk->batch);
		walk->batch_listed = false;
		sim_cond_resched();
		walk->stage = STAGE_END;
		return;
	}
	if (at.seg < walk->first_uvc) {
		if (!walk->mmap_held)
			sim_rwsem_expose_read(&walk->mm->mmap_lock);
		walk->mmap_held = true;
		walk->batch.count = 0;
		walk->batch.done = 0;
		walk->stage = STAGE_WALKING;
		return;
	}
	fill_batch(walk, at.round, steps / walk->per_page);
	walk->next += MM_GATHER_PAGES << PAGE_SHIFT;
	if (!steps) {
		walk->stage = STAGE_GATHERED;
		return;
	}
	walk->in_step = steps % walk->per_page;
	walk->stage = STAGE_DESTROYING;
	if (!walk->batch_listed)
		gather_add(walk->mm, &walk->batch);
	walk->batch_listed = true;
	if (!walk->in_step)
		sim_cond_resched();
}

bool destroy_in_bulk(struct destroy_walk *walk)
{
	struct sim_segment segment[SIM_BULK_SEGMENTS_MAX];
	struct sim_bulk bulk = {
		.segment = segment, .stride = MM_GATHER_PAGES, .ops = &destroy_ops, .ctx = walk,
	};
	uint64_t next = walk->next, page;
	struct sim_position at;
	sim_time partial;
	bool exposed;

	if (sim_config_get()->exact_pages || !sim_rwsem_quiet(&walk->mm->mmap_lock))
		return false;
	sim_domain_settle(&walk->mm->domain);
	walk->vma = destroy_next_present(walk, &page);
	/* Absent pages may come up while a round begins; it has to look at them once more. */
	if (!walk->vma || walk->next != next) {
		walk->next = next;
		return false;
	}
	if (sim_convoy_here(&walk->mm->domain, &walk->member, vma_frame(walk->vma, page)))
		return false;
	walk->page = page;
	bulk.rounds = rounds_alike(walk, page);
	if (!bulk.rounds)
		return false;
	if (walk->interruptible && sim_fatal_signal_pending(sim_self()))
		bulk.rounds = 1;
	bulk.segments = plan_round(walk, segment);
	if (!bulk.segments)
		return false;
	bulk.first = vma_frame(walk->vma, page);
	walk->thread = sim_self();
	at = sim_bulk_run(&walk->mm->domain, &bulk, &exposed, &partial);
	if (!at.round && !at.seg)
		return false;
	resume_at(walk, at);
	return true;
}
