/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What happens when memory runs short: watermarks, reclaim, swap, the OOM killer, and the record of it all.
 *
 * A host has this only if its scenario asks for it. docs/memory.md tells the model.
 *
 * Source of behaviour: Linux 6.12 mm/page_alloc.c (watermarks, the slow path), mm/vmscan.c (kswapd, second chance),
 * mm/page_io.c, mm/oom_kill.c.
 */
#ifndef MM_PRESSURE_H
#define MM_PRESSURE_H

#include "mm/mm.h"
#include "mm/oom.h"

/** How a host deals with pressure. */
struct pressure_config {
	uint64_t swap_bytes;		/* 0: no swap device, but watermarks and the OOM killer */
	uint64_t bandwidth;		/* of the device, bytes per second, >= 1 */
	sim_time latency;		/* of each request, on top of its transfer */
	unsigned queue;			/* requests in flight, >= 1 */
	uint64_t min, low, high;	/* watermarks in bytes; 0: as Linux sets them */
};

/** A request to the device: @n pages of @mm from @page of @vma on. */
struct swap_request {
	struct mm *mm;
	struct mm_vma *vma;
	uint64_t page, n;
	bool write, done, failed;
	sim_time due;
	struct swap_request *next;
};

struct swap {
	uint64_t slots, used;		/* pages */
	uint64_t bandwidth;
	sim_time latency, busy_until;
	unsigned queue, in_flight;
	struct swap_request *head, **tail;	/* in flight, in order of completion */
	struct swap_request *spare;
	struct sim_timer *timer;
	struct sim_waitqueue room, io;	/* a place in the queue; any completion */
	uint64_t most_used, read, written;	/* pages */
};

/** The hand of a reclaim clock: where it will look next. */
struct reclaim_hand {
	struct mm *mm;			/* NULL: from the start */
	uint64_t frame;
	const struct memcg *within;	/* it looks at processes of this group only; NULL: at all */
};

struct pressure {
	struct host *host;
	uint64_t min, low, high;	/* frames */
	struct swap swap;

	struct sim_waitqueue kick, memory;
	bool awake;			/* kswapd has work */
	bool hopeless;			/* it found nothing; until frames come back */
	unsigned waiters;		/* threads that wait for memory */
	unsigned reclaiming;		/* threads that look for pages to evict */
	uint64_t writeback;		/* unmapped frames that will be free once they are written */

	struct reclaim_hand hand;

	struct oom oom;

	/* the record */
	uint64_t exports, evicted, came_back;	/* pages; came_back: wanted again before they were written */
	uint64_t stalls, failed;		/* allocations that had to wait; that failed */
	sim_time stall_time, longest_stall;
};

/** Give @host watermarks, kswapd and a swap device. Before any thread allocates. */
void pressure_begin(struct host *host, const struct pressure_config *config);

/** Each frame is in exactly one place. At the end of a run; @done: all processes have ended, so nothing is left. */
void pressure_check(const struct host *host, bool done);

/* --- for the rest of mm/ ----------------------------------------------------------------------------------- */

/** How many frames bulks and other fast paths must leave alone. 0 without pressure. */
static inline uint64_t pressure_floor(const struct host *host)
{
	if (!host->pressure)
		return 0;
	return host->pressure->awake ? host->pressure->min : host->pressure->low;
}

/**
 * Takes time: make @n frames free, above the min watermark, as far as an allocation with ALLOC_* @flags goes for it.
 * False: not possible, or a fatal signal.
 */
bool pressure_make_room(struct pressure *pressure, uint64_t n, unsigned flags);

/** Is somebody, or the device, about to free something? */
bool pressure_worth_waiting(const struct pressure *pressure);

/** Free frames went below the low watermark. */
void pressure_wake_kswapd(struct pressure *pressure);

/** Frames came back; from a thread or timer, not from the settle() of a bulk. */
void pressure_memory_back(struct host *host);

/** @mm leaves the list of the host. */
void pressure_forget(struct mm *mm);

/** Pages [@page, @page + @n) of @vma were touched, or made present. */
void pressure_touched(struct mm_vma *vma, uint64_t page, uint64_t n);

/** Settle what bulks do with frames, and void all promises: then host->free is exact and stays so. */
void host_frames_exact(struct host *host);
/** Settle only: host->free is exact now. */
void host_frames_settle(struct host *host);

/**
 * Takes time: unmap, export and begin to write out pages that were not touched lately, of processes in @group (NULL:
 * of all): how many.
 */
uint64_t reclaim_batch(struct pressure *pressure, struct memcg *group);

/** The body of kswapd. */
void reclaim_kswapd(void *arg);

/** Takes time: queue a write of pages that are marked MM_PAGE_WRITEBACK and hold their slots. */
void swap_write(struct pressure *pressure, struct mm *mm, struct mm_vma *vma, uint64_t page, uint64_t n);
/** Takes time: read one page and wait for it. 0 or -EIO. */
int swap_read(struct pressure *pressure, struct mm *mm, struct mm_vma *vma, uint64_t page);
/** Takes time: wait until the page is not under writeback. */
void swap_wait_writeback(struct mm *mm, struct mm_vma *vma, uint64_t page);
/** Takes time: wait until nobody works on pages of @mm. */
void swap_wait_mm(struct mm *mm);
void swap_begin(struct pressure *pressure, const struct pressure_config *config);

#endif
