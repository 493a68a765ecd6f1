/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Page-level locks and references: pte locks by page table, folio locks, the extra references of destroy walks.
 *
 * A terabyte has a million page tables, but only a handful of pte locks are ever held at once; so a lock
 * exists only while somebody holds it or waits for it.
 */
#include <assert.h>
#include <string.h>

#include "mm/internal.h"

#define FOLIOS_FIRST 256	/* room for so many locked folios to begin with */

static struct mm_ptl *ptl_find(const struct mm *mm, uint64_t table)
{
	struct mm_ptl *ptl = mm->ptls;

	while (ptl && ptl->table != table)
		ptl = ptl->next;
	return ptl;
}

static struct mm_ptl *ptl_get(struct mm *mm, uint64_t table)
{
	struct mm_ptl *ptl = ptl_find(mm, table);

	if (ptl)
		return ptl;
	ptl = mm->free_ptls;
	if (ptl)
		mm->free_ptls = ptl->next;
	else
		ptl = sim_alloc(sizeof(*ptl));
	sim_spin_init(&ptl->lock, "pte lock");
	ptl->table = table;
	ptl->next = mm->ptls;
	mm->ptls = ptl;
	return ptl;
}

void ptl_lock(struct mm *mm, uint64_t frame)
{
	sim_domain_touch(&mm->domain, frame, 1);
	sim_spin_lock(&ptl_get(mm, frame / MM_TABLE_PAGES)->lock);
}

bool ptl_trylock(struct mm *mm, uint64_t frame)
{
	sim_domain_touch(&mm->domain, frame, 1);
	return sim_spin_trylock(&ptl_get(mm, frame / MM_TABLE_PAGES)->lock);
}

void ptl_unlock(struct mm *mm, uint64_t frame)
{
	struct mm_ptl **at = &mm->ptls, *ptl;

	while ((*at)->table != frame / MM_TABLE_PAGES)
		at = &(*at)->next;
	ptl = *at;
	sim_spin_unlock(&ptl->lock);
	if (ptl->lock.owner)
		return;
	*at = ptl->next;
	ptl->next = mm->free_ptls;
	mm->free_ptls = ptl;
}

struct sim_spinlock *ptl_of(const struct mm *mm, uint64_t frame)
{
	return &ptl_find(mm, frame / MM_TABLE_PAGES)->lock;
}

void ptl_expose(struct mm *mm, uint64_t frame, struct sim_thread *thread)
{
	struct mm_ptl *ptl = ptl_get(mm, frame / MM_TABLE_PAGES);

	sim_spin_expose(&ptl->lock, thread);
}

/* --- folio locks ---------------------------------------------------------------------------------------- */

bool folio_is_locked(const struct mm *mm, uint64_t frame)
{
	unsigned i;

	for (i = 0; i < mm->locked_count; i++)
		if (mm->locked_folios[i] == frame)
			return true;
	return false;
}

bool folio_trylock(struct mm *mm, uint64_t frame)
{
	if (folio_is_locked(mm, frame))
		return false;
	folio_expose(mm, frame);
	return true;
}

void folio_lock(struct mm *mm, uint64_t frame)
{
	for (;;) {
		sim_domain_touch(&mm->domain, frame, 1);
		if (folio_trylock(mm, frame))
			return;
		sim_wait(&mm->folio_wait, SIM_WAIT_UNINTERRUPTIBLE);
	}
}

void folio_expose(struct mm *mm, uint64_t frame)
{
	if (mm->locked_count == mm->locked_room) {
		unsigned room = mm->locked_room ? 2 * mm->locked_room : FOLIOS_FIRST;
		uint64_t *folios = sim_alloc(room * sizeof(*folios));

		if (mm->locked_count)
			memcpy(folios, mm->locked_folios, mm->locked_count * sizeof(*folios));
		mm->locked_folios = folios;
		mm->locked_room = room;
	}
	mm->locked_folios[mm->locked_count++] = frame;
}

void folio_unlock(struct mm *mm, uint64_t frame)
{
	unsigned i = 0;

	while (mm->locked_folios[i] != frame)
		assert(++i < mm->locked_count);
	mm->locked_folios[i] = mm->locked_folios[--mm->locked_count];
	if (mm->folio_wait.waiters.head)
		sim_wake(&mm->folio_wait, 0);
}

/* --- references -------------------------------------------------------------------------------------------- */

void gather_add(struct mm *mm, struct mm_gather *gather)
{
	gather->next = mm->gathers;
	mm->gathers = gather;
}

void gather_remove(struct mm *mm, struct mm_gather *gather)
{
	struct mm_gather **at = &mm->gathers;

	while (*at != gather)
		at = &(*at)->next;
	*at = gather->next;
}

unsigned folio_extra_refs(const struct mm *mm, uint64_t frame)
{
	const struct mm_gather *gather;
	unsigned refs = 0, i;

	for (gather = mm->gathers; gather; gather = gather->next)
		for (i = gather->done; i < gather->count; i++)
			refs += gather->frame[i] == frame;
	if (mm->held)
		refs += folio_held(mm, frame) + folio_frozen(mm, frame);
	return refs;
}

/* --- fresh pages ------------------------------------------------------------------------------------------------ */

#define NO_FRAME UINT64_MAX

static struct mm_fresh_page *fresh_find(const struct mm *mm, const struct sim_thread *thread)
{
	struct mm_fresh_page *fresh = mm->fresh;

	while (fresh && fresh->thread != thread)
		fresh = fresh->next;
	return fresh;
}

void mm_fresh_set(struct mm *mm, const struct sim_thread *thread, uint64_t frame)
{
	struct mm_fresh_page *fresh;

	if (!mm->host->pressure)
		return;
	fresh = fresh_find(mm, thread);
	if (!fresh) {
		fresh = sim_alloc(sizeof(*fresh));
		fresh->thread = thread;
		fresh->next = mm->fresh;
		mm->fresh = fresh;
	}
	fresh->frame = frame;
}

void mm_fresh_clear(struct mm *mm, const struct sim_thread *thread)
{
	struct mm_fresh_page *fresh = fresh_find(mm, thread);

	if (fresh)
		fresh->frame = NO_FRAME;
}

bool mm_fresh(const struct mm *mm, uint64_t frame)
{
	return !mm_stale_run(mm, frame, 1);
}

uint64_t mm_stale_run(const struct mm *mm, uint64_t frame, uint64_t n)
{
	const struct mm_fresh_page *fresh;

	for (fresh = mm->fresh; fresh; fresh = fresh->next)
		if (fresh->frame >= frame && fresh->frame < frame + n)
			n = fresh->frame - frame;
	return n;
}

/* --- what keeps a bulk away ----------------------------------------------------------------------------------- */

uint64_t mm_quiet_run(const struct mm *mm, uint64_t frame, uint64_t n)
{
	const struct mm_gather *gather;
	const struct mm_ptl *ptl;
	unsigned i;

	for (ptl = mm->ptls; ptl; ptl = ptl->next) {
		uint64_t first = ptl->table * MM_TABLE_PAGES, end = first + MM_TABLE_PAGES;

		if (end <= frame || first >= frame + n || !ptl->lock.owner)
			continue;
		n = first > frame ? first - frame : 0;
	}
	for (i = 0; i < mm->locked_count; i++)
		if (mm->locked_folios[i] >= frame && mm->locked_folios[i] < frame + n)
			n = mm->locked_folios[i] - frame;
	for (gather = mm->gathers; gather; gather = gather->next) {
		for (i = gather->done; i < gather->count; i++) {
			uint64_t first = gather->frame[i];

			if (first >= frame && first < frame + n)
				n = first - frame;
		}
	}
	return mm->held ? mm_unheld_run(mm, frame, n) : n;
}
