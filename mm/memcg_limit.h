/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the two files of memory cgroups share: charges (memcg.c) and limits (memcg_limit.c).
 */
#ifndef MM_MEMCG_LIMIT_H
#define MM_MEMCG_LIMIT_H

#include "mm/memcg.h"

/** A thread, as its group sees it. */
struct memcg_task {
	struct memcg *group;
	uint64_t over_high;		/* pages charged above high that it has not paid for */
	struct memcg *owes;		/* the group they were charged to */
};

/** That of the running thread, or NULL. */
struct memcg_task *memcg_task(void);

/** Count @n pages. */
void memcg_count(struct memcg *group, uint64_t n);

/** Is there room for @n pages below max? Voids promises if it must know for certain. */
bool memcg_fits(struct memcg *group, uint64_t n);

/** Takes time with ALLOC_DIRECT: make room for @n pages below max, as far as @flags go for it. */
bool memcg_make_room(struct memcg *group, uint64_t n, unsigned flags);

/** Takes time with ALLOC_DIRECT: @n pages were charged; the thread pays if it has too many above high. */
void memcg_over_high(struct memcg *group, uint64_t n, unsigned flags);

#endif
