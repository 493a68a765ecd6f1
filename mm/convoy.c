/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Walks that destroy the pages of one address space side by side, as convoys (sim/convoy.h): what they see of pages
 * and locks, and what is left behind them when they are moved on.
 *
 * A page on their way has been destroyed, or it has not; behind all of them every page is. So a convoy that has gone
 * on by n pages leaves the n pages behind its begin destroyed, and around it the same ones as before, n further on.
 */
#include "mm/convoy.h"
#include "mm/internal.h"
#include "uv/uvcb.h"

#define RUNS_MAX 256

/* Stretches of pages that are no longer like those ahead. */
struct destroyed {
	uint64_t first[RUNS_MAX], end[RUNS_MAX];
	unsigned n;
};

static uint64_t page_of(const struct mm_vma *vma, uint64_t frame)
{
	return frame - vma->first_frame;
}

/* The mapping that all of [@first, @end) is in, every page of it present; or NULL. */
static struct mm_vma *present_stretch(struct mm *mm, uint64_t first, uint64_t end)
{
	struct mm_vma *vma = mm_vma_of_frame(mm, first);
	uint64_t run;

	if (!vma || page_of(vma, end) > (vma->end - vma->start) >> PAGE_SHIFT)
		return NULL;
	for (; first < end; first += run) {
		run = vma_present_run(vma, page_of(vma, first), end - first);
		if (!run)
			return NULL;
	}
	return vma;
}

static void ptl_state(const struct mm_ptl *ptl, uint64_t base, struct sim_look_words *words)
{
	sim_convoy_word(words, ptl->table - base / MM_TABLE_PAGES);
	sim_convoy_spinlock(words, &ptl->lock);
}

static uint64_t table_end(uint64_t end)
{
	return (end + MM_TABLE_PAGES - 1) / MM_TABLE_PAGES;
}

/* The first table in [@table, @end) whose lock is held. */
static const struct mm_ptl *ptl_after(const struct mm *mm, uint64_t table, uint64_t end)
{
	const struct mm_ptl *ptl, *first = NULL;

	for (ptl = mm->ptls; ptl; ptl = ptl->next)
		if (ptl->table >= table && ptl->table < end && (!first || ptl->table < first->table))
			first = ptl;
	return first;
}

/* False: too many. */
static bool find_destroyed(struct mm *mm, struct mm_vma *vma, uint64_t first, uint64_t end, struct destroyed *done)
{
	struct storage *storage = mm->host->storage;
	uint64_t flags = vma_flags(vma, page_of(vma, end - 1), 1, NULL), run;
	struct frame ahead = storage_get(storage, end - 1, 1, NULL);

	done->n = 0;
	for (; first < end; first += run) {
		struct frame frame = storage_get(storage, first, end - first, &run);
		uint64_t here = vma_flags(vma, page_of(vma, first), run, &run);

		if (here == flags && frame.state == ahead.state && frame.conf == ahead.conf)
			continue;
		if (done->n && done->end[done->n - 1] == first)
			done->n--;
		else
			done->first[done->n] = first;
		done->end[done->n++] = first + run;
		if (done->n == RUNS_MAX)
			return false;
	}
	return true;
}

static bool state(void *ctx, uint64_t first, uint64_t end, uint64_t base, uint64_t stride,
		  struct sim_look_words *words)
{
	struct mm *mm = ctx;
	struct mm_vma *vma = present_stretch(mm, first, end);
	const struct mm_ptl *ptl = NULL;
	struct destroyed done;
	sim_time time;

	if (!vma || !sim_rwsem_quiet(&mm->mmap_lock) || !find_destroyed(mm, vma, first, end, &done))
		return false;
	if (!kernel_step_fixed(COST_HOST_WALK_BATCH, &time) || !kernel_step_fixed(COST_HOST_WALK_PTE, &time) ||
	    !kernel_step_fixed(COST_HOST_DESTROY_STEP, &time))
		return false;
	sim_convoy_word(words, mm->mmap_lock.readers);
	while ((ptl = ptl_after(mm, ptl ? ptl->table + 1 : first / MM_TABLE_PAGES, table_end(end)))) {
		if (stride < MM_TABLE_PAGES)
			return false;
		ptl_state(ptl, base, words);
	}
	return uvc_walk_state(mm->host->uv, first, end, base, words);
}

static uint64_t room(void *ctx, uint64_t first, uint64_t end, uint64_t max)
{
	struct mm *mm = ctx;
	struct mm_vma *vma = mm_vma_of_frame(mm, first);
	uint64_t page = page_of(vma, end), pages = (vma->end - vma->start) >> PAGE_SHIFT;
	const struct mm_ptl *ptl = ptl_after(mm, table_end(end), UINT64_MAX);

	if (max > pages - page)
		max = pages - page;
	if (ptl && max > ptl->table * MM_TABLE_PAGES - end)
		max = ptl->table * MM_TABLE_PAGES - end;
	if (!max)
		return 0;
	vma_flags(vma, page - 1, max + 1, &max);
	max--;
	return max ? uvc_walk_room(mm->host->uv, end, max) : 0;
}

static void destroy(struct mm *mm, struct mm_vma *vma, uint64_t first, uint64_t end)
{
	uvc_walk_destroyed(mm->host->uv, first, end - first);
	vma_clear_arch_1(vma, page_of(vma, first), end - first);
}

static void advance(void *ctx, uint64_t first, uint64_t end, uint64_t n)
{
	struct mm *mm = ctx;
	struct mm_vma *vma = mm_vma_of_frame(mm, first);
	struct destroyed done;
	struct mm_ptl *ptl;
	unsigned i;

	(void)find_destroyed(mm, vma, first, end, &done);
	destroy(mm, vma, first, first + n);
	for (i = 0; i < done.n; i++)
		destroy(mm, vma, done.first[i] + n, done.end[i] + n);
	for (ptl = mm->ptls; ptl; ptl = ptl->next)
		if (ptl->table >= first / MM_TABLE_PAGES && ptl->table < table_end(end))
			ptl->table += n / MM_TABLE_PAGES;
}

static const struct sim_convoy_ops ops = { .state = state, .room = room, .advance = advance };

void mm_convoy_allow(struct mm *mm)
{
	sim_convoy_allow(&mm->domain, &ops, mm);
}
