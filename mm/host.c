/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The host: frames by count, and the Ultravisor's base storage.
 *
 * An allocation takes its frames before it takes its time, so that two threads never count on the same frame.
 * What happens when frames run short is in pressure.c; without it an allocation that finds no free frame fails.
 * How far below the watermarks an allocation may go is told by its flags (mm/gfp.h).
 */
#include <assert.h>
#include <string.h>

#include "mm/internal.h"
#include "mm/kernel_heap.h"
#include "mm/memcg.h"
#include "mm/pressure.h"
#include "mm/reference.h"
#include "mm/storage_guard.h"
#include "uv/uvcb.h"

/* Between two looks of an allocation that may not fail. */
#define NOFAIL_PAUSE (10 * SIM_MS)

static struct host *current_host;

struct host *host_current(void)
{
	return current_host;
}

void kernel_steps(enum cost_id id, uint64_t n)
{
	sim_time total = 0;
	uint64_t i;

	for (i = 0; i < n; i++)
		total += cost_next(id);
	sim_burn(total, SIM_KIND_KERNEL, cost_key(id));
	if (n) {
		/* The draws may differ: @n charges that come to the total. */
		cost_charge(id, 1, total);
		cost_charge(id, n - 1, 0);
	}
}

bool kernel_step_fixed(enum cost_id id, sim_time *time)
{
	if (cost_page_run(id, 0) != UINT64_MAX)
		return false;
	*time = cost_page(id, 0);
	return true;
}

/* --- frames ---------------------------------------------------------------------------------------- */

/* What bulks have taken and given back so far takes effect; not those in @but, which may be NULL. */
static void settle_frames(struct host *host, const struct mm *but)
{
	struct mm *mm;

	if (host->timed)
		host_low_water(host);
	for (mm = host->mms; mm; mm = mm->next)
		if (mm != but)
			sim_domain_settle(&mm->domain);
}

static void promise_less(struct host *host, struct frame_promise *promise, uint64_t n)
{
	assert(promise->left >= n);
	promise->left -= n;
	host->promised -= n;
	if (promise->memcg)
		memcg_promise_void(promise->memcg, n);
}

void host_void_promises(struct host *host, const struct memcg *group)
{
	struct frame_promise *promise;
	struct mm *mm;

	for (mm = host->mms; mm; mm = mm->next)
		if (!group || mm->memcg == group)
			sim_domain_expose(&mm->domain);
	for (promise = host->promises; promise; promise = promise->next)
		if (!group || promise->memcg == group)
			promise_less(host, promise, promise->left);
}

/* Are there @n frames beyond the promised ones and the last @floor? */
static bool enough(struct host *host, uint64_t n, uint64_t floor)
{
	if (host->free >= host->promised + n + floor)
		return true;
	settle_frames(host, NULL);
	if (host->free < host->promised + n + floor && host->promised)
		host_void_promises(host, NULL);
	return host->free >= host->promised + n + floor;
}

void host_frames_settle(struct host *host)
{
	settle_frames(host, NULL);
}

void host_frames_expose(struct host *host)
{
	struct mm *mm;

	for (mm = host->mms; mm; mm = mm->next)
		sim_domain_expose(&mm->domain);
}

void host_frames_expose_exits(struct host *host)
{
	struct mm *mm;

	for (mm = host->mms; mm; mm = mm->next)
		if (mm->exiting)
			sim_domain_expose(&mm->domain);
}

void host_frames_exact(struct host *host)
{
	settle_frames(host, NULL);
	if (host->promised)
		host_void_promises(host, NULL);
}

/*
 * The last frames that an allocation with these flags must leave free. A thread that is dying may take half of what
 * is left to others: it will give more back.
 */
static uint64_t reserve(const struct pressure *pressure, unsigned flags, bool dying)
{
	uint64_t min = pressure->min;

	if (flags & ALLOC_MEMALLOC && !(flags & ALLOC_NOMEMALLOC))
		return 0;
	if (flags & ALLOC_HIGH) {
		min -= min / 2;
		if (!(flags & (ALLOC_DIRECT | ALLOC_NOMEMALLOC)))
			min -= min / 4;
	}
	if (dying && !(flags & ALLOC_NOMEMALLOC))
		min -= min / 2;
	return min;
}

/* What cannot fail goes below all watermarks, and waits where there is nothing at all. */
static void take_at_any_price(struct host *host, uint64_t n)
{
	host_frames_exact(host);
	while (host->free < n) {
		sim_sleep(NOFAIL_PAUSE, false, "memory");
		host_frames_exact(host);
	}
}

/* Reclaim, and the OOM killer. */
static bool take_slowly(struct host *host, uint64_t n, unsigned flags)
{
	struct pressure *pressure = host->pressure;

	if (pressure_make_room(pressure, n, flags))
		return true;
	if (flags & ALLOC_NOFAIL) {
		take_at_any_price(host, n);
		return true;
	}
	if (!sim_fatal_signal_pending(sim_self()))
		return false;
	host_frames_exact(host);
	return host->free >= n + reserve(pressure, flags, true);
}

/* Below the low watermark, and in need of help below min. */
static bool take_under_pressure(struct host *host, uint64_t n, unsigned flags)
{
	struct pressure *pressure = host->pressure;

	if (enough(host, n, pressure_floor(host)))
		return true;
	if (flags & ALLOC_KSWAPD)
		pressure_wake_kswapd(pressure);
	if (host->free >= n + reserve(pressure, flags, false))
		return true;
	if (sim_self() && flags & ALLOC_DIRECT)
		return take_slowly(host, n, flags);
	return false;
}

static void count_taken(struct host *host, uint64_t n, enum frame_use use)
{
	if (host->timed)
		host_low_water(host);
	host->free -= n;
	host->used[use] += n;
	if (host->free < host->lowest_free)
		host->lowest_free = host->free;
}

bool host_take_for(struct host *host, uint64_t n, enum frame_use use, unsigned flags)
{
	if (!(host->pressure ? take_under_pressure(host, n, flags) : enough(host, n, 0)))
		return false;
	/* A low-water mark counts what was given back before. */
	if (host->givers && host->free - n < host->lowest_free)
		settle_frames(host, NULL);
	count_taken(host, n, use);
	return true;
}

bool host_take(struct host *host, uint64_t n, enum frame_use use)
{
	return host_take_for(host, n, use, ALLOC_KERNEL);
}

static void give(struct host *host, uint64_t n, enum frame_use use)
{
	assert(host->used[use] >= n);
	host->used[use] -= n;
	host->free += n;
}

/* What was taken before counts before something is given back; @but settles already, or is NULL. */
static void before_give(struct host *host, const struct mm *but)
{
	if (!host->promised)
		return;
	if (host->givers > host->timed_givers)
		settle_frames(host, but);
	else
		host_low_water(host);
}

void host_give(struct host *host, uint64_t n, enum frame_use use)
{
	before_give(host, NULL);
	give(host, n, use);
	pressure_memory_back(host);
}

void host_give_in_bulk(struct mm *mm, uint64_t n, enum frame_use use)
{
	before_give(mm->host, mm);
	give(mm->host, n, use);
}

bool mm_take(struct mm *mm, uint64_t n)
{
	if (!host_take(mm->host, n, USE_USER))
		return false;
	mm->host->pending += n;
	if (!memcg_charge(mm->memcg, n, ALLOC_KERNEL))
		return true;
	mm->host->pending -= n;
	host_give(mm->host, n, USE_USER);
	return false;
}

void mm_give(struct mm *mm, uint64_t n)
{
	before_give(mm->host, NULL);
	memcg_uncharge_in_bulk(mm->memcg, n);
	give(mm->host, n, USE_USER);
	pressure_memory_back(mm->host);
}

void mm_give_in_bulk(struct mm *mm, uint64_t n)
{
	before_give(mm->host, mm);
	memcg_uncharge_in_bulk(mm->memcg, n);
	give(mm->host, n, USE_USER);
}

void host_turn(struct host *host, uint64_t n, enum frame_use from, enum frame_use to)
{
	assert(host->used[from] >= n);
	host->used[from] -= n;
	host->used[to] += n;
}

uint64_t mm_promise(struct mm *mm, struct frame_promise *promise, uint64_t n)
{
	struct host *host = mm->host;
	uint64_t kept = host->promised + pressure_floor(host), left;

	if (host->givers > host->timed_givers)
		host_frames_expose_exits(host);
	else if (host->givers)
		settle_frames(host, NULL);
	left = host->free > kept ? host->free - kept : 0;
	/* Something is left for others, who would have to void the promise. */
	if (host->pressure && n > left / 2 && left > 1)
		left /= 2;
	if (n > left)
		n = left;
	promise->memcg = mm->memcg;
	promise->thread = sim_self();
	if (promise->memcg && n > memcg_promise_room(promise->memcg))
		n = memcg_promise_room(promise->memcg);
	if (promise->memcg)
		memcg_promise(promise->memcg, n);
	promise->left = n;
	promise->next = host->promises;
	host->promises = promise;
	host->promised += n;
	return n;
}

void mm_take_promised(struct mm *mm, struct frame_promise *promise, uint64_t n)
{
	struct host *host = mm->host;

	if (host->timed)
		host_low_water(host);
	promise_less(host, promise, n);
	host->free -= n;
	host->used[USE_USER] += n;
	/* Others may have given frames back that do not count yet: host_low_water() knows. */
	if (!host->timed && host->free < host->lowest_free)
		host->lowest_free = host->free;
	host->pending += n;
	if (promise->memcg)
		memcg_count_promised(promise->memcg, n);
	if (host->faults.user_passed)
		host->faults.user_passed(host->faults.ctx, n);
}

void host_promise_end(struct host *host, struct frame_promise *promise)
{
	struct frame_promise **at = &host->promises;

	while (*at != promise)
		at = &(*at)->next;
	*at = promise->next;
	promise_less(host, promise, promise->left);
}

/* --- life ---------------------------------------------------------------------------------------------- */

/* setup_uv() of arch/s390/kernel/uv.c: before any thread, so it costs no simulated time. */
static void donate_base_storage(struct host *host, const struct profile *profile)
{
	uint64_t frames = (profile->machine.uv_base_stor_len + PAGE_BYTES - 1) >> PAGE_SHIFT;
	uint64_t address;

	if (!host_take(host, frames, USE_UV))
		return;
	address = heap_alloc_aligned(host->heap, frames, (uint64_t)1 << 20, USE_UV, "uv_base_stor");
	if (address)
		uv_boot_init(host->uv, address, profile->machine.uv_base_stor_len);
}

/* What every import and every walk does, be it in bulk or not. */
static const char *const lock_order[] = { "mmap_lock", "pte lock", NULL };

struct host *host_create(uint64_t memory, const struct profile *profile)
{
	struct host *host = sim_alloc(sizeof(*host));

	host->frames = memory >> PAGE_SHIFT;
	host->free = host->frames;
	host->lowest_free = host->frames;
	host->storage = storage_create();
	host->heap = heap_create(memory);
	if (!host->heap) {
		storage_destroy(host->storage);
		return NULL;
	}
	storage_add(host->storage, heap_start(host->heap) >> PAGE_SHIFT, host->frames, NULL, "kernel");
	gmap_setup_uv_ops(host);
	host->uv = uv_create(host->storage, profile, &host->uv_ops);
	current_host = host;
	sim_lock_order(lock_order);
	sim_on_livelock(reference_check_livelock, host);
	storage_guard_begin(host, heap_start(host->heap), memory);
	donate_base_storage(host, profile);
	return host;
}

void host_destroy(struct host *host)
{
	struct mm *mm;

	for (mm = host->mms; mm; mm = mm->next)
		mm_release_maps(mm);
	uv_destroy(host->uv);
	storage_destroy(host->storage);
	storage_guard_end();
	heap_destroy(host->heap);
	current_host = NULL;
}
