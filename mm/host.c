/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The host: frames by count, the Ultravisor's base storage, kernel allocations on top of the heap.
 *
 * An allocation takes its frames before it takes its time, so that two threads never count on the same frame.
 * What happens when frames run short is in pressure.c; without it an allocation that finds no free frame fails.
 */
#include <assert.h>
#include <string.h>

#include "mm/internal.h"
#include "mm/kernel_heap.h"
#include "mm/pressure.h"
#include "mm/storage_guard.h"
#include "uv/uvcb.h"

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

	for (mm = host->mms; mm; mm = mm->next)
		if (mm != but)
			sim_domain_settle(&mm->domain);
}

/* No bulk goes on taking frames by itself: all promises are void. */
static void void_promises(struct host *host)
{
	struct frame_promise *promise;

	host_frames_expose(host);
	for (promise = host->promises; promise; promise = promise->next)
		promise->left = 0;
	host->promised = 0;
}

/* Are there @n frames beyond the promised ones and the last @floor? */
static bool enough(struct host *host, uint64_t n, uint64_t floor)
{
	if (host->free >= host->promised + n + floor)
		return true;
	settle_frames(host, NULL);
	if (host->free < host->promised + n + floor && host->promised)
		void_promises(host);
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
		void_promises(host);
}

/* Below the low watermark, and in need of help below min. */
static bool take_under_pressure(struct host *host, uint64_t n)
{
	struct pressure *pressure = host->pressure;

	if (enough(host, n, pressure_floor(host)))
		return true;
	pressure_wake_kswapd(pressure);
	if (host->free >= n + pressure->min)
		return true;
	return sim_self() && pressure_make_room(pressure, n);
}

static void count_taken(struct host *host, uint64_t n, enum frame_use use)
{
	host->free -= n;
	host->used[use] += n;
	if (host->free < host->lowest_free)
		host->lowest_free = host->free;
}

bool host_take(struct host *host, uint64_t n, enum frame_use use)
{
	if (!(host->pressure ? take_under_pressure(host, n) : enough(host, n, 0)))
		return false;
	/* A low-water mark counts what was given back before. */
	if (host->givers && host->free - n < host->lowest_free)
		settle_frames(host, NULL);
	count_taken(host, n, use);
	return true;
}

static void give(struct host *host, uint64_t n, enum frame_use use)
{
	assert(host->used[use] >= n);
	host->used[use] -= n;
	host->free += n;
}

void host_give(struct host *host, uint64_t n, enum frame_use use)
{
	/* And what was taken before, before it is given back. */
	if (host->promised)
		settle_frames(host, NULL);
	give(host, n, use);
	pressure_memory_back(host);
}

void host_give_in_bulk(struct mm *mm, uint64_t n, enum frame_use use)
{
	if (mm->host->promised)
		settle_frames(mm->host, mm);
	give(mm->host, n, use);
}

uint64_t host_giver_begin(struct host *host)
{
	uint64_t most = host->pressure ? pressure_missing(host->pressure) : UINT64_MAX;

	if (host->promised || (most != UINT64_MAX && host->givers))
		return 0;
	host->givers++;
	return most;
}

void host_giver_end(struct host *host)
{
	assert(host->givers);
	host->givers--;
}

uint64_t host_promise(struct host *host, struct frame_promise *promise, uint64_t n)
{
	uint64_t kept = host->promised + pressure_floor(host), left;

	if (host->givers)
		host_frames_expose_exits(host);
	left = host->free > kept ? host->free - kept : 0;
	/* Something is left for others, who would have to void the promise. */
	if (host->pressure && n > left / 2 && left > 1)
		left /= 2;
	if (n > left)
		n = left;
	promise->left = n;
	promise->next = host->promises;
	host->promises = promise;
	host->promised += n;
	return n;
}

void host_take_promised(struct host *host, struct frame_promise *promise, uint64_t n, enum frame_use use)
{
	assert(promise->left >= n);
	promise->left -= n;
	host->promised -= n;
	count_taken(host, n, use);
}

void host_promise_end(struct host *host, struct frame_promise *promise)
{
	struct frame_promise **at = &host->promises;

	while (*at != promise)
		at = &(*at)->next;
	*at = promise->next;
	host->promised -= promise->left;
}

/* --- kernel allocations -------------------------------------------------------------------------------- */

static bool may_allocate(struct host *host, const char *site, uint64_t bytes)
{
	kernel_step(COST_HOST_ALLOC_PAGE);
	return !host->should_fail || !host->should_fail(host->should_fail_ctx, site, bytes);
}

uint64_t host_alloc_pages(struct host *host, unsigned order, bool zero, enum frame_use use, const char *site)
{
	uint64_t frames = (uint64_t)1 << order, address;

	if (!may_allocate(host, site, frames << PAGE_SHIFT) || !host_take(host, frames, use))
		return 0;
	address = heap_alloc(host->heap, frames, use, site);
	if (!address) {
		host_give(host, frames, use);
		return 0;
	}
	if (zero) {
		kernel_steps(COST_HOST_CLEAR_PAGE, frames);
		memset((void *)address, 0, frames << PAGE_SHIFT);
	}
	return address;
}

/* Frames that the Ultravisor still holds are never handed out again. */
static void free_block(struct host *host, uint64_t address, uint64_t frames, const char *what)
{
	enum frame_use use = heap_use(host->heap, address);

	kernel_step(COST_HOST_FREE_PAGE);
	if (!uv_check_free(host->uv, address >> PAGE_SHIFT, frames, what))
		return;
	heap_free(host->heap, address);
	host_give(host, frames, use);
}

void host_free_pages(struct host *host, uint64_t address, unsigned order)
{
	uint64_t frames = heap_block_frames(host->heap, address);

	if (!address)
		return;
	if (frames != (uint64_t)1 << order) {
		uv_report_violation(host->uv, frames ? "free-size" : "double-free",
				    "free_pages(%#llx, order %u): %s", (unsigned long long)address, order,
				    frames ? "allocated with another size" : "not allocated");
		return;
	}
	free_block(host, address, frames, "free_pages");
}

void *host_vzalloc(struct host *host, uint64_t bytes, const char *site)
{
	uint64_t frames = (bytes + PAGE_BYTES - 1) >> PAGE_SHIFT, address;

	if (!frames || !may_allocate(host, site, bytes) || !host_take(host, frames, USE_KERNEL))
		return NULL;
	address = heap_alloc(host->heap, frames, USE_KERNEL, site);
	if (!address) {
		host_give(host, frames, USE_KERNEL);
		return NULL;
	}
	host_populate(frames);
	heap_zero(host->heap, address);
	return (void *)address;
}

void host_vfree(struct host *host, void *address)
{
	uint64_t frames;

	if (!address)
		return;
	frames = heap_block_frames(host->heap, (uint64_t)address);
	if (!frames) {
		uv_report_violation(host->uv, "double-free", "vfree(%p): not allocated", address);
		return;
	}
	free_block(host, (uint64_t)address, frames, "vfree");
}

void *host_kzalloc(struct host *host, uint64_t bytes, const char *site)
{
	uint64_t frames;
	void *object;
	bool slab;

	if (!may_allocate(host, site, bytes))
		return NULL;
	slab = heap_needs_slab(host->heap, bytes);
	if (slab && !host_take(host, 1, USE_KERNEL))
		return NULL;
	frames = heap_frames(host->heap);
	object = heap_kzalloc(host->heap, bytes, site);
	/* While this thread waited for memory another one may have brought a frame for both. */
	if (slab && frames == heap_frames(host->heap))
		host_give(host, 1, USE_KERNEL);
	return object;
}

void host_kfree(struct host *host, void *object)
{
	if (!object)
		return;
	kernel_step(COST_HOST_FREE_PAGE);
	if (!heap_kfree(host->heap, object))
		uv_report_violation(host->uv, "double-free", "kfree(%p): not allocated", object);
}

uint64_t host_heap_left(const struct host *host, uint64_t *bytes)
{
	return heap_left(host->heap, bytes);
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
