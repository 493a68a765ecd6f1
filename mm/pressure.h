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
	bool write, done;
	enum swap_outcome outcome;
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

/** A thread that waits until @need frames are free. */
struct memory_waiter {
	uint64_t need;
	struct sim_waitqueue queue;
	struct memory_waiter *next;
};

/**
 * kswapd gives up after so many rounds in a row without a page, and an allocation after so many looks
 * (MAX_RECLAIM_RETRIES).
 */
#define PRESSURE_RETRIES 16

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

	struct sim_waitqueue kick;
	bool awake;			/* kswapd has work */
	unsigned failures;		/* its rounds in a row without a page */
	uint64_t unit;			/* pages that it takes at once, about */
	struct memory_waiter *waiters;	/* threads that wait for memory, first come first */
	unsigned reclaiming;		/* threads that look for pages to evict */
	uint64_t writeback;		/* unmapped frames that will be free once they are written */
	uint64_t returning;		/* mapped again while they are written */

	struct reclaim_hand hand;

	struct oom oom;

	/* the record */
	uint64_t exports, evicted, came_back;	/* pages; came_back: wanted again before they were written */
	uint64_t stalls, failed;		/* allocations that had to wait; that failed */
	sim_time stall_time, longest_stall;
};

/** Give @host watermarks, kswapd and a swap device. Before any thread allocates. */
void pressure_begin(struct host *host, const struct pressure_config *config);

/* --- for the rest of mm/ ----------------------------------------------------------------------------------- */

/** kswapd has given up: nothing can be evicted. */
static inline bool pressure_hopeless(const struct pressure *pressure)
{
	return pressure->failures >= PRESSURE_RETRIES;
}

/** Pages were evicted, or there are slots again: kswapd may try again. */
void pressure_is_hopeful(struct pressure *pressure);

/** How many frames bulks and other fast paths must leave alone. 0 without pressure. */
static inline uint64_t pressure_floor(const struct host *host)
{
	if (!host->pressure)
		return 0;
	return host->pressure->awake || pressure_hopeless(host->pressure) ? host->pressure->min : host->pressure->low;
}

/**
 * Takes time: make @n frames free, above the min watermark, as far as an allocation with ALLOC_* @flags goes for it.
 * False: not possible, or a fatal signal.
 */
bool pressure_make_room(struct pressure *pressure, uint64_t n, unsigned flags);

/** How many threads wait for memory. */
uint64_t pressure_waiting(const struct pressure *pressure);

/**
 * How many frames are missing for the first waiter that can be helped: 1 if there are enough and he has not been told,
 * UINT64_MAX if nobody waits.
 */
uint64_t pressure_missing(const struct pressure *pressure);

/** Free frames went below the low watermark. */
void pressure_wake_kswapd(struct pressure *pressure);

/**
 * Frames came back, or may soon; from a thread or timer, not from the settle() of a bulk: whose need is met goes
 * on.
 */
void pressure_memory_back(struct host *host);

/** @mm leaves the list of the host. */
void pressure_forget(struct mm *mm);

/** Pages [@page, @page + @n) of @vma were touched, or made present. */
void pressure_touched(struct mm_vma *vma, uint64_t page, uint64_t n);

/** Settle what bulks do with frames, and void all promises: then host->free is exact and stays so. */
void host_frames_exact(struct host *host);
/** Every bulk, or every one of an exiting process, shows where it is and stops there. */
void host_frames_expose(struct host *host);
void host_frames_expose_exits(struct host *host);
/** Settle only: host->free is exact now. */
void host_frames_settle(struct host *host);

/**
 * Takes time: unmap, export and begin to write out pages that were not touched lately, @most or a little less, of
 * processes in @group (NULL: of all): how many, and how many objects shrinkers have freed.
 */
uint64_t reclaim_batch(struct pressure *pressure, struct memcg *group, uint64_t most);

/** The body of kswapd. */
void reclaim_kswapd(void *arg);

/** Takes time: queue a write of pages that are marked MM_PAGE_WRITEBACK and hold their slots. */
void swap_write(struct pressure *pressure, struct mm *mm, struct mm_vma *vma, uint64_t page, uint64_t n);
/** Takes time: read one page and wait for it: how that ended. */
enum swap_outcome swap_read(struct pressure *pressure, struct mm *mm, struct mm_vma *vma, uint64_t page);
/** Takes time: wait until the page is not under writeback. */
void swap_wait_writeback(struct mm *mm, struct mm_vma *vma, uint64_t page);
/** Takes time: wait until nobody works on pages of @mm. */
void swap_wait_mm(struct mm *mm);
/** @n slots are free again. */
void swap_give_slots(struct pressure *pressure, uint64_t n);
void swap_begin(struct pressure *pressure, const struct pressure_config *config);

#endif
