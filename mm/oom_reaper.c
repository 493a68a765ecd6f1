/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The OOM reaper: a kernel thread that takes memory from a victim which does not get around to its exit.
 *
 * Two seconds after a kill it tries for the mmap lock, ten times a tenth of a second apart, then unmaps what the victim
 * has in memory and on swap, table by table. It is no end of an address space, so that each page of a protected one is
 * exported where an exit would destroy it (ptep_get_and_clear_full() with full == 0), at the reaper's own cost. When it
 * is through, or has given up, the next victim may be chosen.
 *
 * A victim in its exit is left to that: in Linux the reaper would come along behind the exit, waiting for each page
 * table's lock. An exit that begins meanwhile waits for the reaper, for the same reason. Left alone are pages under
 * writeback, and those that a destroy walk holds: they go with the exit, where Linux frees them when they are let go.
 *
 * Source of behaviour: Linux 6.12 mm/oom_kill.c (queue_oom_reaper, oom_reap_task, __oom_reap_task_mm),
 * arch/s390/include/asm/pgtable.h.
 */
#include "mm/memcg.h"
#include "mm/unmap.h"

#define REAPER_DELAY (2 * SIM_S)
#define REAPER_PAUSE (100 * SIM_MS)
#define REAPER_TRIES 10

static bool reapable(uint64_t flags)
{
	return (flags & (MM_PAGE_PRESENT | MM_PAGE_WRITEBACK)) == MM_PAGE_PRESENT;
}

/* The part of one table from @page on. How many pages of it were looked at; those freed are counted in *@freed. */
static uint64_t reap_part(struct mm *mm, struct mm_vma *vma, uint64_t page, uint64_t n, uint64_t *freed)
{
	uint64_t frame = vma_frame(vma, page), run, quiet, flags;

	if (n > MM_TABLE_PAGES - frame % MM_TABLE_PAGES)
		n = MM_TABLE_PAGES - frame % MM_TABLE_PAGES;
	ptl_lock(mm, frame);
	sim_domain_settle(&mm->domain);
	flags = vma_flags(vma, page, n, &run);
	if (flags & MM_PAGE_SWAPPED) {
		unmap_swapped(mm, vma, page, run);
	} else if (reapable(flags)) {
		for (quiet = 0; quiet < run && !folio_extra_refs(mm, frame + quiet); quiet++)
			;
		if (quiet) {
			run = quiet;
			unmap_pages(mm, vma, page, run, UNMAP_REAP);
			*freed += run;
		} else {
			run = 1;
		}
	}
	ptl_unlock(mm, frame);
	pressure_memory_back(mm->host);
	sim_cond_resched();
	return run;
}

static uint64_t reap_vma(struct mm *mm, struct mm_vma *vma)
{
	uint64_t page, pages = (vma->end - vma->start) >> PAGE_SHIFT, freed = 0, run, quiet, flags;

	for (page = 0; page < pages; page += run) {
		sim_domain_settle(&mm->domain);
		flags = vma_flags(vma, page, pages - page, &run);
		/* What was never there takes no time. */
		if (!flags)
			continue;
		quiet = reapable(flags) ? mm_quiet_run(mm, vma_frame(vma, page), run) : 0;
		run = quiet ? unmap_tables(mm, vma, page, quiet, UNMAP_REAP) : 0;
		freed += run;
		if (!run)
			run = reap_part(mm, vma, page, pages - page, &freed);
	}
	return freed;
}

/* False: a notifier would have had to block for some of it. */
static bool reap(struct mm *mm, uint64_t *freed)
{
	struct mm_vma *vma;
	bool all = true;

	for (vma = mm->vmas; vma; vma = vma->next) {
		const struct mm_range range = { vma->start, vma->end, MM_EVENT_CLEAR, false };

		if (mm_invalidate_begin(mm, &range)) {
			all = false;
			continue;
		}
		*freed += reap_vma(mm, vma);
		mm_invalidate_end(mm, &range);
	}
	return all;
}

/* oom_reap_task() */
static void reap_victim(struct oom_event *event)
{
	unsigned tries;

	for (tries = 0; tries < REAPER_TRIES; tries++) {
		struct mm *mm = event->mm;

		if (!mm || mm->exiting)
			return;
		if (sim_rwsem_down_read_trylock(&mm->mmap_lock)) {
			bool all;

			mm->io++;
			all = reap(mm, &event->reaped_pages);
			mm->io--;
			sim_rwsem_up_read(&mm->mmap_lock);
			sim_wake(&mm->host->pressure->swap.io, 0);
			if (!all) {
				sim_sleep(REAPER_PAUSE, false, "notifier of a victim");
				continue;
			}
			event->reaped = OOM_REAPED;
			event->reaped_at = sim_now();
			mm->oom_skip = true;
			return;
		}
		sim_sleep(REAPER_PAUSE, false, "mmap lock of a victim");
	}
	if (event->mm) {
		event->reaped = OOM_UNREAPABLE;
		event->mm->oom_skip = true;
	}
}

void oom_reaper(void *arg)
{
	struct pressure *pressure = arg;
	struct oom_event **next = &pressure->oom.events;

	for (;;) {
		while (!*next)
			sim_wait(&pressure->oom.kick, SIM_WAIT_UNINTERRUPTIBLE);
		if ((*next)->time + REAPER_DELAY > sim_now())
			sim_sleep((*next)->time + REAPER_DELAY - sim_now(), false, "victim's own exit");
		reap_victim(*next);
		/* Whoever waited for this victim may look for another one. */
		pressure_memory_back(pressure->host);
		next = &(*next)->next;
	}
}
