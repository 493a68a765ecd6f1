/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Watermarks, and an allocation that does not find what it wants.
 *
 * Below the low watermark kswapd is woken. Below min the allocating thread itself evicts pages, as far as those under
 * way do not suffice, and waits for them; when there is nothing to evict and nothing on its way, the OOM killer is
 * called, and the thread waits for the victim's memory. A fatal signal ends the wait with a failure.
 *
 * While any thread waits, whoever frees memory in bulk does so in steps that can be seen (host_giver_begin()).
 *
 * Source of behaviour: Linux 6.12 mm/page_alloc.c (init_per_zone_wmark_min, __setup_per_zone_wmarks,
 * __alloc_pages_slowpath).
 */
#include <assert.h>

#include "mm/memcg.h"
#include "mm/pressure.h"

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
}

void pressure_begin(struct host *host, const struct pressure_config *config)
{
	const struct sim_thread_attr attr = { .daemon = true };
	struct pressure *pressure = sim_alloc(sizeof(*pressure));

	pressure->host = host;
	oom_begin(pressure);
	set_watermarks(pressure, host->frames, config);
	sim_waitqueue_init(&pressure->kick, "nothing to do");
	sim_waitqueue_init(&pressure->memory, "memory");
	swap_begin(pressure, config);
	host->pressure = pressure;
	sim_spawn("kswapd", reclaim_kswapd, pressure, &attr);
}

void pressure_wake_kswapd(struct pressure *pressure)
{
	if (pressure->awake || pressure->hopeless)
		return;
	pressure->awake = true;
	sim_wake(&pressure->kick, 0);
}

void pressure_memory_back(struct host *host)
{
	if (!host->pressure)
		return;
	memcg_memory_back(host);
	if (host->pressure->waiters)
		sim_wake(&host->pressure->memory, 0);
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

bool pressure_worth_waiting(const struct pressure *pressure)
{
	return pressure->writeback || pressure->reclaiming || oom_victim_dying(pressure->host, NULL);
}

static void wait_for_memory(struct pressure *pressure)
{
	struct mm *mm;

	pressure->waiters++;
	for (mm = pressure->host->mms; mm; mm = mm->next)
		if (mm->exiting)
			sim_domain_expose(&mm->domain);
	sim_wait(&pressure->memory, SIM_WAIT_KILLABLE);
	pressure->waiters--;
}

static bool make_room(struct pressure *pressure, uint64_t n, unsigned flags)
{
	struct host *host = pressure->host;

	for (;;) {
		uint64_t need = n + pressure->min;
		bool progress = false;

		if (sim_fatal_signal_pending(sim_self()))
			return false;
		host_frames_settle(host);
		pressure_wake_kswapd(pressure);
		if (host->free + pressure->writeback < need)
			progress = reclaim_batch(pressure, NULL) != 0;
		host_frames_exact(host);
		if (host->free >= need)
			return true;
		if (flags & ALLOC_NORETRY)
			return false;
		if (progress)
			continue;
		if (!pressure_worth_waiting(pressure)) {
			if (flags & ALLOC_RETRY_MAYFAIL)
				return false;
			if (out_of_memory(pressure, NULL, n) == OOM_FREED)
				continue;
		}
		/* The victim may be this thread. */
		if (!sim_fatal_signal_pending(sim_self()))
			wait_for_memory(pressure);
		host_frames_exact(host);
		if (host->free >= need)
			return true;
	}
}

bool pressure_make_room(struct pressure *pressure, uint64_t n, unsigned flags)
{
	sim_time begin = sim_now(), time;
	bool done;

	sim_span_push("reclaim");
	done = make_room(pressure, n, flags);
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

/* --- conservation ---------------------------------------------------------------------------------------------- */

void pressure_check(const struct host *host, bool done)
{
	const struct pressure *pressure = host->pressure;
	uint64_t sum = host->free, swapped = 0, present = 0;
	const struct mm *mm;
	unsigned use;

	for (use = 0; use < USE_COUNT; use++)
		sum += host->used[use];
	assert(sum == host->frames);
	for (mm = host->mms; mm; mm = mm->next) {
		present += mm->rss;
		swapped += mm->swapped;
	}
	assert(host->used[USE_USER] >= present + (pressure ? pressure->writeback : 0));
	if (pressure)
		assert(pressure->swap.used >= swapped && pressure->swap.used <= pressure->swap.slots);
	memcg_check(host, done && !host->mms);
	/* A use of an address space that is never given back has been reported. */
	if (done && !host->mms) {
		assert(host->used[USE_USER] == host->lost && !host->promised);
		if (pressure)
			assert(!pressure->swap.used && !pressure->writeback && !pressure->waiters);
	}
}
