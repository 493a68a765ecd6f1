/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The state of one destroy walk, shared by its step-by-step code (destroy_range.c) and its bulk code (destroy_bulk.c).
 */
#ifndef MM_DESTROY_WALK_H
#define MM_DESTROY_WALK_H

#include "mm/internal.h"
#include "sim/convoy.h"

/** Where in a round the walk is. */
enum destroy_stage {
	STAGE_START,		/* nothing held */
	STAGE_WALKING,		/* mmap lock held, walk begun */
	STAGE_GATHERED,		/* batch gathered, mmap lock still held */
	STAGE_DESTROYING,	/* no lock held; destroying page batch.done of the batch */
	STAGE_END,		/* batch done */
};

struct destroy_walk {
	struct mm *mm;
	uint64_t next, end;		/* user addresses */
	enum destroy_stage stage;
	bool in_step;			/* DESTROYING: the UVC of this page is over, the software around it not */
	bool more;			/* the batch was full: there may be more pages */
	bool interruptible;		/* a fatal signal ends it after the batch */
	struct mm_gather batch;
	bool batch_listed;		/* batch is in mm->gathers */

	/* locks as seen by others; a bulk that was not looked at holds them without having them */
	bool mmap_held;
	uint64_t ptl_frame;		/* 0: none */

	/* the bulk in flight */
	struct mm_vma *vma;
	uint64_t page;			/* its first page */
	sim_time uvc_time, step_time, batch_time, pte_time;
	bool refused;			/* its destroys all fail, as ... */
	struct uvc_refusal refusal;	/* ... this says */
	unsigned first_uvc;		/* segment of the first destroy in a round */
	unsigned per_page;		/* segments per page: the UVC and, unless it is free, the software around it */
	struct sim_thread *thread;

	struct sim_convoy_member member;
	struct sim_place places[3];
};

/** The next present page at or after walk->next, which moves there: its mapping, or NULL. Settle before. */
struct mm_vma *destroy_next_present(struct destroy_walk *walk, uint64_t *page);

/**
 * Takes time: as many whole rounds as can be done at once. False when none was begun; else the walk is
 * wherever they were stopped.
 */
bool destroy_in_bulk(struct destroy_walk *walk);

/** The walk begins, or is over: it may be part of a convoy. */
void destroy_convoy_join(struct destroy_walk *walk);
void destroy_convoy_leave(struct destroy_walk *walk);

#endif
