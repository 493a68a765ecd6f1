/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Watermarks, and an allocation that does not find what it wants.
 *
 * Below the low watermark kswapd is woken. Below min the allocating thread itself evicts pages, as far as those
 * under way do not suffice, and waits for them, looking again at each tick; when nothing can be evicted and nothing
 * is on its way, or after 16 looks in vain while others try as well, the OOM killer is called, and the thread waits
 * for the victim's memory. A fatal signal ends the wait with a failure.
 *
 * While any thread waits, whoever frees memory in bulk does so in steps that can be seen (host_giver_begin()).
 *
 * Source of behaviour: Linux 6.12 mm/page_alloc.c (init_per_zone_wmark_min, __setup_per_zone_wmarks,
 * __alloc_pages_slowpath).
 */
#include <assert.h>

#include "mm/memcg.h"
#include "sim/convoy.h"

/* schedule_timeout(1) with the 100 ticks a second of s390. */
#define JIFFY (10 * SIM_MS)

static uint64_t square_root(uint64_t value)
{
	uint64_t root = 0, bit = (uint64_t)1 << 31;

	for (; bit; bit >>= 1)
		if ((root + bit) * (root + bit) <= value)
			root += bit;
	return root;
}

/* min: 4 * sqrt(KiB of memory) KiB, 128 KiB to 256 MiB; low and high: a quarter of it, or a thousandth of memory. */
static void set_watermarks(struct pressure *pressure, uint64_t frames, const struct pressure_config *config)
{
	uint64_t kib = square_root(frames * 4 * 16), gap;

	if (kib < 128)
		kib = 128;
	if (kib > 262144)
		kib = 262144;
	pressure->min = config->min ? config->min >> PAGE_SHIFT : kib / 4;
	gap = pressure->min / 4 > frames / 1000 ? pressure->min / 4 : frames / 1000;
	pressure->low = config->low ? config->low >> PAGE_SHIFT : pressure->min + gap;
	pressure->high = config->high ? config->high >> PAGE_SHIFT : pressure->low + gap;
	if (pressure->low < pressure->min)
		pressure->low = pressure->min;
	if (pressure->high < pressure->low)
		pressure->high = pressure->low;
	pressure->unit = (pressure->high - pressure->low) / 16 / MM_TABLE_PAGES * MM_TABLE_PAGES;
	if (!pressure->unit)
		pressure->unit = MM_TABLE_PAGES;
}

void pressure_begin(struct host *host, const struct pressure_config *config)
{
	const struct sim_thread_attr attr = { .daemon = true };
	struct pressure *pressure = sim_alloc(sizeof(*pressure));

	assert(!host->pressure);
	pressure->host = host;
	oom_begin(pressure);
	set_watermarks(pressure, host->frames, config);
	sim_waitqueue_init(&pressure->kick, "nothing to do");
	swap_begin(pressure, config);
	host->pressure = pressure;
	sim_spawn("kswapd", reclaim_kswapd, pressure, &attr);
}

void pressure_wake_kswapd(struct pressure *pressure)
{
	if (pressure->awake || pressure_hopeless(pressure))
		return;
	pressure->awake = true;
	sim_wake(&pressure->kick, 0);
}

void pressure_is_hopeful(struct pressure *pressure)
{
	struct host *host = pressure->host;

	/* The floor rises: see pressure_floor(). */
	if (pressure_hopeless(pressure) && !pressure->awake && host->promised + pressure->low > host->free)
		host_frames_exact(host);
	pressure->failures = 0;
}

uint64_t pressure_waiting(const struct pressure *pressure)
{
	const struct memory_waiter *waiter;
	uint64_t n = 0;

	for (waiter = pressure->waiters; waiter; waiter = waiter->next)
		n++;
	return n;
}

uint64_t pressure_missing(const struct pressure *pressure)
{
	uint64_t missing = UINT64_MAX, free = pressure->host->free;
	const struct memory_waiter *waiter;

	for (waiter = pressure->waiters; waiter; waiter = waiter->next) {
		/* There may be enough for one whom nobody has told yet. */
		uint64_t least = waiter->need > free ? waiter->need - free : 1;

		if (least < missing)
			missing = least;
	}
	return missing;
}

void pressure_memory_back(struct host *host)
{
	struct memory_waiter *waiter;

	if (!host->pressure)
		return;
	memcg_memory_back(host);
	/* Two that free memory together help a waiter earlier than either knows. */
	if (host->pressure->waiters && host->givers)
		host_frames_expose_exits(host);
	if (host->pressure->waiters)
		host_frames_settle(host);
	for (waiter = host->pressure->waiters; waiter; waiter = waiter->next)
		if (host->free >= waiter->need)
			sim_wake(&waiter->queue, 0);
}

void pressure_forget(struct mm *mm)
{
	struct pressure *pressure = mm->host->pressure;

	if (!pressure)
		return;
	if (pressure->hand.mm == mm)
		pressure->hand = (struct reclaim_hand){ .mm = mm->next };
	pressure_memory_back(mm->host);
}

void pressure_touched(struct mm_vma *vma, uint64_t page, uint64_t n)
{
	uint64_t table = page / MM_TABLE_PAGES, last = (page + n - 1) / MM_TABLE_PAGES;

	if (vma->young)
		for (; table <= last; table++)
			vma->young[table] = 1;
}

/* --- the slow path ------------------------------------------------------------------------------------------- */

/* Asleep until @need frames are free, or somebody should look again. */
static void wait_for_memory(struct pressure *pressure, uint64_t need)
{
	struct memory_waiter waiter = { .need = need }, **at = &pressure->waiters;
	struct sim_place here = { .waits = true };

	sim_waitqueue_init(&waiter.queue, "memory");
	while (*at)
		at = &(*at)->next;
	*at = &waiter;
	/* Bulks that free memory know now whom it is for. */
	host_frames_expose_exits(pressure->host);
	sim_place_push(&here);
	sim_wait_until(&waiter.queue, SIM_WAIT_KILLABLE, sim_now() + JIFFY);
	sim_place_pop(&here);
	for (at = &pressure->waiters; *at != &waiter;)
		at = &(*at)->next;
	*at = waiter.next;
}

/* Nothing was evicted: is it time for the OOM killer? @looks: how often in a row that was so. */
static bool is_oom(const struct pressure *pressure, uint64_t looks)
{
	if (pressure->writeback || oom_victim_dying(pressure->host, NULL))
		return false;
	return !pressure->reclaiming || looks > PRESSURE_RETRIES;
}

/* @seen: how many frames were free at the last look, and how many looks there have been since there were more. */
static bool look_for_room(struct pressure *pressure, uint64_t n, unsigned flags, uint64_t seen[2])
{
	struct host *host = pressure->host;
	uint64_t need = n + pressure->min;

	for (;;) {
		bool progress = false;

		if (sim_fatal_signal_pending(sim_self()))
			return false;
		host_frames_settle(host);
		pressure_wake_kswapd(pressure);
		if (host->free + pressure->writeback < need)
			progress = reclaim_batch(pressure, NULL, MM_TABLE_PAGES) != 0;
		host_frames_exact(host);
		if (host->free >= need)
			return true;
		if (flags & ALLOC_NORETRY)
			return false;
		if (host->free > seen[0] || progress)
			seen[1] = 0;
		seen[0] = host->free;
		if (progress)
			continue;
		if (is_oom(pressure, seen[1]++)) {
			if (flags & ALLOC_RETRY_MAYFAIL)
				return false;
			if (out_of_memory(pressure, NULL, n) == OOM_FREED)
				continue;
		}
		/* The victim may be this thread. */
		if (!sim_fatal_signal_pending(sim_self()))
			wait_for_memory(pressure, need);
		host_frames_exact(host);
		if (host->free >= need)
			return true;
	}
}

bool pressure_make_room(struct pressure *pressure, uint64_t n, unsigned flags)
{
	sim_time begin = sim_now(), time;
	uint64_t seen[2] = { 0 };
	struct sim_place begin_place = { .number = &begin, .count = 1, .kind = SIM_PLACE_TIME };
	struct sim_place seen_place = { .number = seen, .count = 2, .kind = SIM_PLACE_SAME };
	bool done;

	sim_span_push("reclaim");
	sim_place_push(&begin_place);
	sim_place_push(&seen_place);
	done = look_for_room(pressure, n, flags, seen);
	sim_place_pop(&seen_place);
	sim_place_pop(&begin_place);
	sim_span_pop();
	time = sim_now() - begin;
	pressure->stalls++;
	pressure->stall_time += time;
	if (time > pressure->longest_stall)
		pressure->longest_stall = time;
	if (!done)
		pressure->failed++;
	return done;
}
