/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory cgroups: who is charged for which page, limits, and what happens at them.
 *
 * A group is charged for each page of its processes' address spaces and for kernel memory that its threads allocate
 * with ALLOC_ACCOUNT. A charge belongs to the page: it ends when the page is really free, whatever has become of the
 * process. At `max` the thread that asks reclaims within the group, then the OOM killer looks for a victim in it; above
 * `high` it reclaims and is made to sleep. Pages on the swap device are charged apart, up to `swap_max`.
 *
 * The functions without a thread of their own take a NULL group: then nothing is charged.
 *
 * Left out: groups in groups, protections (min, low), the stocks of charges that processors keep, page tables as
 * charges, and swapping a group out on request.
 *
 * Source of behaviour: Linux 6.12 mm/memcontrol.c (try_charge_memcg, mem_cgroup_handle_over_high), mm/page_counter.c.
 */
#ifndef MM_MEMCG_H
#define MM_MEMCG_H

#include "mm/internal.h"
#include "mm/pressure.h"

#define MEMCG_NO_LIMIT UINT64_MAX

struct memcg_config {
	const char *name;
	uint64_t max, high, swap_max;	/* bytes; MEMCG_NO_LIMIT: none */
};

struct memcg {
	const char *name;
	struct host *host;
	struct memcg *next;
	uint64_t max, high, swap_max;	/* pages; MEMCG_NO_LIMIT: none */

	/* pages */
	uint64_t usage;			/* charged; settle before reading */
	uint64_t kernel;		/* of them: kernel memory */
	uint64_t swap;			/* on the swap device, or on their way */
	uint64_t lost;			/* of them: user pages that nobody may ever have again */
	uint64_t writeback;		/* charged, unmapped, and free once they are written */
	uint64_t promised;		/* to bulks in flight, not charged yet */
	uint64_t peak, swap_peak;
	uint64_t object_bytes;		/* of small kernel objects; their pages are in kernel */

	unsigned reclaiming;		/* threads that look for pages to evict */
	unsigned waiters;		/* threads that wait for room */
	unsigned onlookers;		/* of them: until those who look for pages have found none */
	bool changed;			/* something of it was given back since they began to wait */
	struct sim_waitqueue room;
	struct sim_waitqueue penalty;	/* nobody wakes it */
	struct reclaim_hand hand;	/* for reclaim within the group */

	/* the record: as memory.events, memory.swap.events; times of threads in here */
	uint64_t max_events, high_events, oom_events, oom_kills, swap_fails;
	uint64_t stalls;
	sim_time stall_time, throttle_time;
};

/** A new group of @host. The name is copied. */
struct memcg *memcg_create(struct host *host, const struct memcg_config *config);

/** The group of @host called @name, or NULL. */
struct memcg *memcg_find(const struct host *host, const char *name);

/** The running thread, and kernel memory that it allocates, belong to @group from now on. */
void memcg_join(struct memcg *group);
/** The group of the running thread, or NULL. */
struct memcg *memcg_current(void);

/**
 * Takes time with ALLOC_DIRECT: charge @n pages, making room within the group if need be. 0 or -ENOMEM. An allocation
 * that cannot fail or is ALLOC_HIGH is charged beyond max.
 */
int memcg_charge(struct memcg *group, uint64_t n, unsigned flags);
/** Pages are free. Not for the settle() of a bulk. */
void memcg_uncharge(struct memcg *group, uint64_t n);
/** The same where no time may pass and nobody is woken. */
void memcg_uncharge_in_bulk(struct memcg *group, uint64_t n);

/** @n pages can never be free again: their charge stays. */
void memcg_lose(struct memcg *group, uint64_t n);

/** Kernel pages, as memcg_charge(); small objects by their size. */
int memcg_charge_kernel(struct memcg *group, uint64_t n, unsigned flags);
void memcg_uncharge_kernel(struct memcg *group, uint64_t n);
int memcg_charge_object(struct memcg *group, uint64_t bytes, unsigned flags);
void memcg_uncharge_object(struct memcg *group, uint64_t bytes);

/** Takes time: what a thread owes for pages above high, on its way back to user space. */
void memcg_user_mode(void);

/* --- bulks: promises as in mm_promise(), which calls these ------------------------------------------------ */

/** At most how many pages may be promised: neither max nor high are met by a bulk. */
uint64_t memcg_promise_room(const struct memcg *group);
void memcg_promise(struct memcg *group, uint64_t n);
void memcg_promise_void(struct memcg *group, uint64_t n);
/** @n pages that were promised, and no longer are, are charged. */
void memcg_count_promised(struct memcg *group, uint64_t n);

/* --- swap -------------------------------------------------------------------------------------------------------- */

/** Slots that the group may still use. */
uint64_t memcg_swap_room(const struct memcg *group);
/** @n pages want slots, of which the device has @room: how many they may have at most. */
uint64_t memcg_swap_least(struct memcg *group, uint64_t n, uint64_t room);
/** @n pages got slots and are on their way to the device. */
void memcg_swap_out(struct memcg *group, uint64_t n);
/** Their way is over: written, or wanted back. */
void memcg_writeback_end(struct memcg *group, uint64_t n);
/** Slots are free again. */
void memcg_swap_free(struct memcg *group, uint64_t n);

/** Whoever waits for room in a group looks again. */
void memcg_memory_back(struct host *host);
/** @mm leaves the list of its host. */
void memcg_forget(struct mm *mm);

/** Charges are those of the pages there are; at the end none is left but for kernel memory. */
void memcg_check(const struct host *host, bool done);

#endif
