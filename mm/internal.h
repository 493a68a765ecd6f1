/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of mm/ share and what kvm/ needs for guest accesses in bulk: kernel steps, page-level locks,
 * page state.
 */
#ifndef MM_INTERNAL_H
#define MM_INTERNAL_H

#include "mm/gfp.h"
#include "mm/mm.h"
#include "sim/engine.h"
#include "sim/thread.h"
#include "uv/cost.h"

struct gmap_space;

/** Takes time: one step of kernel code, charged under its cost key; counted when it is over, as a bulk does. */
static inline void kernel_step(enum cost_id id)
{
	sim_time time = cost_next(id);

	sim_burn(time, SIM_KIND_KERNEL, cost_key(id));
	cost_charge(id, 1, time);
}

/** Takes time: @n such steps without a resched point between them. */
void kernel_steps(enum cost_id id, uint64_t n);

/** The cost of @id in *@time if it is the same each time (then a bulk may use it). */
bool kernel_step_fixed(enum cost_id id, sim_time *time);

/* --- frames by count ------------------------------------------------------------------------------- */

/** Take @n frames for @use; false when there are not that many. Looks at what bulks in flight do only if it must. */
bool host_take(struct host *host, uint64_t n, enum frame_use use);
/** The same for an allocation with ALLOC_* @flags: how far it may go. May take time with ALLOC_DIRECT. */
bool host_take_for(struct host *host, uint64_t n, enum frame_use use, unsigned flags);
void host_give(struct host *host, uint64_t n, enum frame_use use);
/** Frames that change their use, without being free in between. */
void host_turn(struct host *host, uint64_t n, enum frame_use from, enum frame_use to);

/**
 * Frames promised to a bulk that takes them one by one; still counted as free. When frames run short all
 * promises are void: the bulks have been exposed, and their step-by-step code takes frames itself.
 */
struct frame_promise {
	uint64_t left;
	struct memcg *memcg;		/* whose charges are promised, too; may be NULL */
	struct sim_thread *thread;	/* whose bulk takes them ... */
	unsigned seg;			/* ... one at the end of this segment: set by the bulk before it asks */
	struct frame_promise *next;
};
/** Promise up to @n free frames to @mm, and the charges: how many. Each promise is ended by host_promise_end(). */
uint64_t mm_promise(struct mm *mm, struct frame_promise *promise, uint64_t n);
/** From settle(): @n of them are pages of @mm now. */
void mm_take_promised(struct mm *mm, struct frame_promise *promise, uint64_t n);
void host_promise_end(struct host *host, struct frame_promise *promise);
/** Promises to processes of @group (NULL: all) are void: their bulks are exposed, and what is promised no longer is. */
void host_void_promises(struct host *host, const struct memcg *group);

/** Takes time if it must: @n frames for pages of @mm, charged to its cgroup. False: none. */
bool mm_take(struct mm *mm, uint64_t n);
/** Pages of @mm are free, and so is their charge: not from a bulk. */
void mm_give(struct mm *mm, uint64_t n);
/** The same from the settle() of a bulk in the domain of @mm. */
void mm_give_in_bulk(struct mm *mm, uint64_t n);
/** Frames that are charged to nobody, from such a settle(). */
void host_give_in_bulk(struct mm *mm, uint64_t n, enum frame_use use);

/**
 * A bulk of the running thread that gives back @pages frames at the end of each repetition of segment @seg, so that it
 * can be told how low the count of free ones got while others took some in bulk.
 */
struct frame_giver {
	unsigned seg;
	uint64_t pages;
	const struct memcg *memcg;	/* that they are charged to; NULL: none */
	struct sim_thread *thread;	/* set when it begins; NULL: it is not asked */
	struct frame_giver *next;
};
/**
 * A bulk that gives frames back more than once: how many it may give until it must show itself, UINT64_MAX for any
 * number; whoever waits for memory goes on when there is enough. @giver: when it does so; NULL: at times that only it
 * knows. 0 while others take frames in bulk and that cannot be told, or somebody waits for room in a cgroup: then a
 * single round only, and no giver.
 */
uint64_t host_giver_begin(struct host *host, struct frame_giver *giver);
void host_giver_end(struct host *host, struct frame_giver *giver);
/** lowest_free, and the peaks of cgroups, count what bulks have done so far, whether or not it has taken effect. */
void host_low_water(struct host *host);

/** Takes time: allocate and zero @frames frames of a kernel mapping, which have been taken. */
void host_populate(uint64_t frames);

/* --- pages ------------------------------------------------------------------------------------------- */

/**
 * Flags of page @page of @vma; *@run (may be NULL): how many from it on, at most @max, have the same. Settle
 * before.
 */
uint64_t vma_flags(struct mm_vma *vma, uint64_t page, uint64_t max, uint64_t *run);
void vma_set_flags(struct mm_vma *vma, uint64_t page, uint64_t n, uint64_t flags);
/** Take MM_PAGE_ARCH_1 from [@page, @page + @n). */
void vma_clear_arch_1(struct mm_vma *vma, uint64_t page, uint64_t n);
static inline uint64_t vma_frame(const struct mm_vma *vma, uint64_t page)
{
	return vma->first_frame + page;
}
/**
 * How many pages from @page on, at most @max, are present, whatever else their flags say; 0 if @page is not.
 * May give a shorter answer where pages differ much, so that asking again and again stays cheap.
 */
uint64_t vma_present_run(struct mm_vma *vma, uint64_t page, uint64_t max);
/** Mapping and page that frame @frame of @mm belongs to. */
struct mm_vma *mm_vma_of_frame(struct mm *mm, uint64_t frame);

/** Pages [@page, @page + @n) are present from now on: they, their tables and their age are counted. */
void vma_count_present(struct mm *mm, struct mm_vma *vma, uint64_t page, uint64_t n);
/** Pages [@page, @page + @n) become present for @thread; frames have been taken. */
void vma_make_present(struct mm *mm, struct mm_vma *vma, uint64_t page, uint64_t n, const struct sim_thread *thread);

/** Where in a page fault a thread is: a bulk stopped inside one goes on from there. */
enum fault_stage {
	FAULT_BEGIN,
	FAULT_CHECK,		/* host.page_fault is over; nothing is taken yet */
	FAULT_ALLOCATE,		/* a frame is taken */
	FAULT_CLEAR,		/* host.alloc_page is over */
	FAULT_SET,		/* host.clear_page is over; the page is not present yet */
};

/**
 * Takes time, with the mmap lock held for read: fault page @page of @vma in, from @stage on: the steps
 * host.page_fault, host.alloc_page and host.clear_page. 0 or -ENOMEM.
 */
int fault_locked(struct mm *mm, struct mm_vma *vma, uint64_t page, enum fault_stage stage);

/* --- page-level locks ---------------------------------------------------------------------------------- */

/** Takes time: the pte lock of @frame's page table. Shows bulks there first. */
void ptl_lock(struct mm *mm, uint64_t frame);
bool ptl_trylock(struct mm *mm, uint64_t frame);
void ptl_unlock(struct mm *mm, uint64_t frame);
/** The lock that is held; given back by sim_spin_unlock() it only stays on the list. */
struct sim_spinlock *ptl_of(const struct mm *mm, uint64_t frame);
/** Count @thread in as its holder, at once (a bulk was exposed while holding it). */
void ptl_expose(struct mm *mm, uint64_t frame, struct sim_thread *thread);

bool folio_trylock(struct mm *mm, uint64_t frame);
/** Takes time: asleep until it is free. */
void folio_lock(struct mm *mm, uint64_t frame);
/** Does anybody hold it, as far as bulks there have been shown? */
bool folio_is_locked(const struct mm *mm, uint64_t frame);
void folio_unlock(struct mm *mm, uint64_t frame);
void folio_expose(struct mm *mm, uint64_t frame);

/** References beyond the mapping's to @frame: those of walks in progress and those of pv.c. */
unsigned folio_extra_refs(const struct mm *mm, uint64_t frame);

/* --- references that pv.c takes by itself: page_ref.c ---------------------------------------------------- */

/** A page that was unmapped while somebody held on to it: its frame is free when the last reference is gone. */
struct kept_page {
	uint64_t frame;
	unsigned refs;
	struct kept_page *next;
};

/** @n references more to present page @frame of @mm; shows bulks there first. */
void folio_hold(struct mm *mm, uint64_t frame, unsigned n);
/** @n references less to @frame, whether a page of @mm (may be NULL) or a kept one. False: there were not so many. */
bool folio_drop(struct host *host, struct mm *mm, uint64_t frame, unsigned n);
/** How many of these there are; a frozen page has none. */
unsigned folio_held(const struct mm *mm, uint64_t frame);
struct kept_page *kept_find(const struct host *host, uint64_t frame);
/** folio_ref_freeze(): nobody can take a reference until it is thawed. */
bool folio_frozen(const struct mm *mm, uint64_t frame);
void folio_freeze(struct mm *mm, uint64_t frame, bool frozen);
/** How many of the @n frames from @frame on have none of these references. */
uint64_t mm_unheld_run(const struct mm *mm, uint64_t frame, uint64_t n);
/** Pages [@page, @page + @n) of @vma are no longer mapped: those still referred to keep their frames. How many. */
uint64_t mm_keep(struct mm *mm, struct mm_vma *vma, uint64_t page, uint64_t n);

/* --- telling who wants to know: notify.c ------------------------------------------------------------------- */

/** Does anybody want to know of ranges that are unmapped, or of the age of pages? Then nothing goes in bulk there. */
bool mm_watched(const struct mm *mm);
/** Takes time: 0, or -EAGAIN from one that may not block; then those told before have been told of the end. */
int mm_invalidate_begin(struct mm *mm, const struct mm_range *range);
/** Takes time. */
void mm_invalidate_end(struct mm *mm, const struct mm_range *range);
/** Takes time: was any page of it used lately, as somebody else knows? */
bool mm_notify_young(struct mm *mm, uint64_t start, uint64_t end);
/**
 * A page that @thread faulted in is fresh until that thread has used it, or faulted in another one: reclaim leaves
 * it alone, as it would be far from the end of Linux's lists. Without this a page could be evicted again and again
 * just before it is used.
 */
void mm_fresh_set(struct mm *mm, const struct sim_thread *thread, uint64_t frame);
void mm_fresh_clear(struct mm *mm, const struct sim_thread *thread);
bool mm_fresh(const struct mm *mm, uint64_t frame);
/** How many of the @n frames from @frame on are not. */
uint64_t mm_stale_run(const struct mm *mm, uint64_t frame, uint64_t n);

void gather_add(struct mm *mm, struct mm_gather *gather);
void gather_remove(struct mm *mm, struct mm_gather *gather);

/** How many of the @n frames from @frame on are free of other threads' pte locks and gathered references. */
uint64_t mm_quiet_run(const struct mm *mm, uint64_t frame, uint64_t n);

/* --- uv_destroy_folio() and friends (arch/s390/kernel/uv.c); @frame is a present page of @mm ------------- */

/** Whether a refused destroy counts as done: old firmware's word for a page that was not secure. */
bool uv_destroy_rc_ok(uint16_t rc, uint16_t rrc);
/** Takes time. 0 or -EINVAL; success clears PG_arch_1. */
int uv_destroy_folio(struct mm *mm, uint64_t frame);
int uv_convert_from_secure_folio(struct mm *mm, uint64_t frame);
/** Takes time: 0 if the guest shares the page: then it stays so until it is unpinned. */
int uv_pin_folio(struct mm *mm, uint64_t frame);
/** Takes time: the export before an import: its result and PG_arch_1 do not matter. */
void uv_export_quietly(struct mm *mm, uint64_t frame);
/** Takes time: pin, else export. 0 or -EINVAL. */
int arch_make_folio_accessible(struct mm *mm, uint64_t frame);

/** Free the maps of @mm, which has no pages to account for any more (or the run is over). */
void mm_release_maps(struct mm *mm);

/** What the Ultravisor asks about guest addresses, answered by gmap.c. */
void gmap_setup_uv_ops(struct host *host);

/** All pages of @mm are gone, and so is it, but for who counts on the object. */
void mm_finish(struct mm *mm);

/** Report a walk that destroys secure pages of @mm while its count says there are none. */
void mm_check_walk(const struct mm *mm);

/** Takes time: exit_mmap(): notifiers have run; unmap and free everything. */
void mm_exit_mmap(struct mm *mm);

#endif
