/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A host that lives from hand to mouth as a rhythm (sim/rhythm.h): one thread cleans and frees page by page, others
 * wait for each frame. What they share, and what they leave behind.
 */
#ifndef MM_RHYTHM_H
#define MM_RHYTHM_H

#include "mm/mm.h"
#include "sim/rhythm.h"

/** What all that allocate or free depend on. False: more goes on than giving back and taking, one frame at a time. */
bool host_rhythm_state(struct host *host, struct sim_look_words *words);

/** The same for those that fault pages of @mm in; it may be called for each of them. */
bool mm_rhythm_state(struct mm *mm, struct sim_look_words *words);

/** How many pages from @page of @vma on, at most @max, are absent, plain and in nobody's hands. */
uint64_t mm_rhythm_absent(struct mm *mm, struct mm_vma *vma, uint64_t page, uint64_t max);

/** The next @n of them have been faulted in and touched; frames have been counted. */
void mm_rhythm_came(struct mm *mm, struct mm_vma *vma, uint64_t page, uint64_t n);

/** The thread that works off the list of @mm (mm/aside.h), at a page of the list. */
struct sim_rhythm_part aside_rhythm(struct mm *mm);

#endif
