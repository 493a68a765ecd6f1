/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A destroy walk (destroy_range.c) as a member of a convoy: where it stands, and what it goes by.
 */
#include "mm/destroy_walk.h"

/* The frame that the walk comes to next, or the one behind its last. */
static uint64_t next_frame(const struct destroy_walk *walk)
{
	struct mm_vma *vma = mm_vma_find(walk->mm, walk->next);

	if (vma)
		return vma_frame(vma, (walk->next - vma->start) >> PAGE_SHIFT);
	return walk->batch.count ? walk->batch.frame[walk->batch.count - 1] + 1 : 0;
}

static void span(void *ctx, uint64_t *first, uint64_t *end)
{
	const struct destroy_walk *walk = ctx;

	*end = next_frame(walk);
	*first = walk->batch.done < walk->batch.count ? walk->batch.frame[walk->batch.done] : *end;
	if (walk->ptl_frame && walk->ptl_frame < *first)
		*first = walk->ptl_frame;
}

static void state(void *ctx, uint64_t base, struct sim_look_words *words)
{
	const struct destroy_walk *walk = ctx;

	(void)base;
	sim_convoy_word(words, walk->stage);
	sim_convoy_word(words, walk->in_step);
	sim_convoy_word(words, walk->more);
	sim_convoy_word(words, walk->interruptible);
	sim_convoy_word(words, walk->batch_listed);
	sim_convoy_word(words, walk->mmap_held);
	sim_convoy_word(words, walk->batch.count);
	sim_convoy_word(words, walk->batch.done);
}

static uint64_t room(void *ctx, uint64_t max)
{
	const struct destroy_walk *walk = ctx;
	uint64_t left = walk->end > walk->next ? (walk->end - walk->next) >> PAGE_SHIFT : 0;

	return left < max ? left : max;
}

void destroy_convoy_join(struct destroy_walk *walk)
{
	walk->member = (struct sim_convoy_member){ .span = span, .state = state, .room = room, .ctx = walk,
						    .stride = MM_TABLE_PAGES };
	walk->places[0] = (struct sim_place){ .number = &walk->next, .count = 1, .scale = PAGE_SHIFT };
	walk->places[1] = (struct sim_place){ .number = walk->batch.frame, .count = MM_GATHER_PAGES };
	walk->places[2] = (struct sim_place){ .number = &walk->ptl_frame, .count = 1 };
	sim_convoy_join(&walk->mm->domain, &walk->member);
	sim_place_push(&walk->places[0]);
	sim_place_push(&walk->places[1]);
	sim_place_push(&walk->places[2]);
}

void destroy_convoy_leave(struct destroy_walk *walk)
{
	sim_place_pop(&walk->places[2]);
	sim_place_pop(&walk->places[1]);
	sim_place_pop(&walk->places[0]);
	sim_convoy_leave(&walk->mm->domain, &walk->member);
}
