/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a rhythm (sim/rhythm.h) is to know of memory: counts of the host and those who wait for frames, address spaces
 * in which pages are faulted in one after the other, and the list of pages that are cleaned (mm/aside.h).
 *
 * A host with swap, cgroups or shrinkers has more to it than that, and goes step by step.
 */
#include "mm/rhythm.h"

#include "mm/aside.h"
#include "mm/internal.h"
#include "mm/pressure.h"
#include "uv/uvcb.h"

static void oom_state(struct oom *oom, struct sim_look_words *words)
{
	sim_convoy_word(words, oom->asking);
	sim_convoy_word(words, oom->chain.readers);
	sim_convoy_word(words, sim_rwsem_quiet(&oom->chain));
	sim_convoy_word(words, (uintptr_t)oom->notifiers);
	sim_convoy_word(words, (uintptr_t)oom->tail);
	sim_convoy_tally(words, &oom->spared, NULL);
	sim_convoy_tally(words, &oom->spared_frames, NULL);
}

static void pressure_state(struct pressure *pressure, struct sim_look_words *words)
{
	const struct memory_waiter *waiter;

	sim_convoy_word(words, pressure->awake);
	sim_convoy_word(words, pressure->failures);
	sim_convoy_word(words, pressure->reclaiming);
	sim_convoy_word(words, (uintptr_t)pressure->hand.mm);
	sim_convoy_word(words, pressure->hand.frame);
	sim_convoy_word(words, pressure->longest_stall);
	/* In order; each is on the stack of its thread. */
	for (waiter = pressure->waiters; waiter; waiter = waiter->next) {
		sim_convoy_word(words, (uintptr_t)waiter);
		sim_convoy_word(words, waiter->need);
	}
	sim_convoy_tally(words, &pressure->stalls, NULL);
	sim_convoy_tally(words, &pressure->failed, NULL);
	sim_convoy_tally(words, &pressure->stall_time, NULL);
	oom_state(&pressure->oom, words);
}

bool host_rhythm_state(struct host *host, struct sim_look_words *words)
{
	unsigned use;

	if (!host->pressure || host->pressure->swap.slots || host->memcgs || host->shrinkers || host->promised ||
	    host->givers || host->should_fail || host->faults.user)
		return false;
	sim_convoy_word(words, host->free);
	sim_convoy_word(words, host->pending);
	sim_convoy_word(words, host->lowest_free);
	sim_convoy_word(words, host->lost);
	sim_convoy_word(words, (uintptr_t)host->mms);
	sim_convoy_word(words, (uintptr_t)host->failures);
	for (use = 0; use < USE_COUNT; use++)
		sim_convoy_tally(words, &host->used[use], NULL);
	pressure_state(host->pressure, words);
	return true;
}

/* --- those who take ----------------------------------------------------------------------------------------------- */

bool mm_rhythm_state(struct mm *mm, struct sim_look_words *words)
{
	const struct mm_fresh_page *fresh;

	if (!sim_rhythm_once(words, mm))
		return true;
	if (mm_is_protected(mm) || mm->exiting || mm->oom || mm_watched(mm) || mm->held || mm->io || mm->swapped ||
	    !sim_rwsem_quiet(&mm->mmap_lock))
		return false;
	sim_convoy_word(words, mm->mmap_lock.readers);
	for (fresh = mm->fresh; fresh; fresh = fresh->next)
		sim_convoy_word(words, fresh->frame);
	return true;
}

uint64_t mm_rhythm_absent(struct mm *mm, struct mm_vma *vma, uint64_t page, uint64_t max)
{
	uint64_t frame = vma_frame(vma, page), run;

	if (vma_flags(vma, page, max, &run))
		return 0;
	if (storage_get(mm->host->storage, frame, run, &run).state != FRAME_PLAIN)
		return 0;
	return mm_quiet_run(mm, frame, run);
}

void mm_rhythm_came(struct mm *mm, struct mm_vma *vma, uint64_t page, uint64_t n)
{
	if (n)
		vma_count_present(mm, vma, page, n);
}

/* --- the one that gives ------------------------------------------------------------------------------------------- */

static bool aside_state(void *ctx, struct sim_look_words *words)
{
	struct mm *mm = ctx;
	struct mm_aside *aside = mm->aside;

	if (!aside->first || !host_rhythm_state(mm->host, words) ||
	    !uvc_rhythm_state(mm->host->uv, aside->first->frame, words))
		return false;
	sim_convoy_word(words, (uintptr_t)aside->first);
	sim_convoy_word(words, aside->awaited ? aside->awaited - aside->cleaned : 0);
	sim_convoy_word(words, aside->lost);
	sim_convoy_tally(words, &aside->first->frame, NULL);
	sim_convoy_tally(words, &aside->first->n, NULL);
	sim_convoy_tally(words, &aside->pages, NULL);
	sim_convoy_tally(words, &aside->list_pages, NULL);
	sim_convoy_tally(words, &aside->cleaned, NULL);
	if (aside->awaited)
		sim_convoy_tally(words, &aside->awaited, NULL);
	return true;
}

/* Two periods are left for what is planned ahead. */
static uint64_t aside_room(void *ctx)
{
	struct mm *mm = ctx;
	const struct aside_range *first = mm->aside->first;
	uint64_t each = sim_rhythm_grown(&mm->aside->cleaned);
	uint64_t run = 1 + uvc_walk_room(mm->host->uv, first->frame + 1, first->n - 1);

	return each && run / each > 2 ? run / each - 2 : 0;
}

static void aside_advance(void *ctx, uint64_t n)
{
	struct mm *mm = ctx;
	uint64_t pages = n * sim_rhythm_grown(&mm->aside->cleaned);

	uvc_walk_destroyed(mm->host->uv, mm->aside->first->frame, pages);
	uv_check_free(mm->host->uv, mm->aside->first->frame, pages, "lazy destroy");
}

struct sim_rhythm_part aside_rhythm(struct mm *mm)
{
	return (struct sim_rhythm_part){ .state = aside_state, .room = aside_room, .advance = aside_advance,
					 .ctx = mm };
}
