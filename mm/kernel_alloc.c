/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Kernel allocations: page blocks, mappings of many pages, small objects, on top of the heap.
 *
 * Frames are counted before time passes. A block of several pages needs free frames only: that they must lie side by
 * side on a real machine, and what fragmentation does to that, is left out.
 *
 * Source of behaviour: Linux 6.12 mm/page_alloc.c, mm/vmalloc.c, mm/slub.c as far as their callers can see.
 */
#include <string.h>

#include "mm/kernel_heap.h"
#include "mm/memcg.h"

/* The log of the kernel names each place where memory was missing. */
static void failed(struct host *host, const char *site, uint64_t bytes, unsigned flags)
{
	struct alloc_failure **at = &host->failures;

	if (flags & ALLOC_NOWARN)
		return;
	while (*at && ((*at)->bytes != bytes || (*at)->flags != flags || strcmp((*at)->site, site) != 0))
		at = &(*at)->next;
	if (!*at) {
		*at = sim_alloc(sizeof(**at));
		**at = (struct alloc_failure){ .site = site, .bytes = bytes, .flags = flags, .first = sim_now() };
	}
	(*at)->count++;
}

/* Takes time: the frames for @bytes, unless a failure is planted. */
static bool begin(struct host *host, uint64_t frames, uint64_t bytes, unsigned flags, enum frame_use use,
		  const char *site)
{
	bool planted;

	if (flags & ALLOC_DIRECT)
		sim_might_sleep("an allocation");
	kernel_step(COST_HOST_ALLOC_PAGE);
	host->alloc_flags = flags;
	planted = !(flags & ALLOC_NOFAIL) && host->should_fail &&
		  host->should_fail(host->should_fail_ctx, site, bytes);
	if (!planted && (!frames || host_take_for(host, frames, use, flags)))
		return true;
	failed(host, site, bytes, flags);
	sim_event_note(SIM_EVENT_ALLOC, site, bytes, 0);
	return false;
}

/* Whom an allocation is charged to. */
static struct memcg *payer(unsigned flags)
{
	return flags & ALLOC_ACCOUNT ? memcg_current() : NULL;
}

/* Takes time at a limit: a block of the heap, whose frames have been taken, and its charge. */
static uint64_t take_block(struct host *host, uint64_t frames, enum frame_use use, unsigned flags, const char *site)
{
	uint64_t address = heap_alloc(host->heap, frames, use, site);

	if (address && memcg_charge_kernel(payer(flags), frames, flags)) {
		heap_free(host->heap, address);
		failed(host, site, frames << PAGE_SHIFT, flags);
		address = 0;
	}
	sim_event_note(SIM_EVENT_ALLOC, site, frames << PAGE_SHIFT, address);
	if (address)
		heap_set_memcg(host->heap, address, payer(flags));
	else
		host_give(host, frames, use);
	return address;
}

uint64_t host_get_pages(struct host *host, unsigned order, unsigned flags, enum frame_use use, const char *site)
{
	uint64_t frames = (uint64_t)1 << order, address;

	if (order > ALLOC_COSTLY_ORDER)
		flags |= ALLOC_RETRY_MAYFAIL;
	if (!begin(host, frames, frames << PAGE_SHIFT, flags, use, site))
		return 0;
	address = take_block(host, frames, use, flags, site);
	if (address && flags & ALLOC_ZERO) {
		kernel_steps(COST_HOST_CLEAR_PAGE, frames);
		memset((void *)address, 0, frames << PAGE_SHIFT);
	}
	return address;
}

uint64_t host_alloc_pages(struct host *host, unsigned order, bool zero, enum frame_use use, const char *site)
{
	return host_get_pages(host, order, ALLOC_KERNEL | (zero ? ALLOC_ZERO : 0), use, site);
}

void *host_get_mapping(struct host *host, uint64_t bytes, unsigned flags, const char *site)
{
	uint64_t frames = (bytes + PAGE_BYTES - 1) >> PAGE_SHIFT, address;

	if (!frames || !begin(host, frames, bytes, flags, USE_KERNEL, site))
		return NULL;
	address = take_block(host, frames, USE_KERNEL, flags, site);
	if (address) {
		host_populate(frames);
		heap_zero(host->heap, address);
		heap_set_mapped(host->heap, address);
	}
	return (void *)address;
}

void *host_vzalloc(struct host *host, uint64_t bytes, const char *site)
{
	return host_get_mapping(host, bytes, ALLOC_KERNEL | ALLOC_ZERO, site);
}

/* An object, whose charge has been counted. */
static void *take_object(struct host *host, uint64_t bytes, unsigned flags, const char *site)
{
	void *object = NULL;
	bool slab = false;

	if (heap_needs_slab(host->heap, bytes))
		slab = host_take_for(host, 1, USE_KERNEL, flags);
	/* While this thread waited for memory another one may have brought a frame for both. */
	if (slab && !heap_needs_slab(host->heap, bytes))
		host_give(host, 1, USE_KERNEL);
	if (slab || !heap_needs_slab(host->heap, bytes))
		object = heap_kzalloc(host->heap, bytes, site);
	if (object)
		heap_set_memcg(host->heap, (uint64_t)object, payer(flags));
	return object;
}

void *host_get_object(struct host *host, uint64_t bytes, unsigned flags, const char *site)
{
	void *object = NULL;

	if (!begin(host, 0, bytes, flags, USE_KERNEL, site))
		return NULL;
	if (!memcg_charge_object(payer(flags), heap_object_bytes(bytes), flags)) {
		object = take_object(host, bytes, flags, site);
		if (!object)
			memcg_uncharge_object(payer(flags), heap_object_bytes(bytes));
	}
	if (!object)
		failed(host, site, bytes, flags);
	sim_event_note(SIM_EVENT_ALLOC, site, bytes, (uint64_t)object);
	return object;
}

void *host_kzalloc(struct host *host, uint64_t bytes, const char *site)
{
	return host_get_object(host, bytes, ALLOC_KERNEL | ALLOC_ZERO, site);
}

/* --- giving back --------------------------------------------------------------------------------------- */

/* Frames that the Ultravisor still holds are never handed out again. */
static void free_block(struct host *host, uint64_t address, uint64_t frames, const char *what)
{
	enum frame_use use = heap_use(host->heap, address);
	struct heap_info info;

	heap_find(host->heap, address, &info);
	sim_event_note(SIM_EVENT_FREE, what, address, 0);
	kernel_step(COST_HOST_FREE_PAGE);
	if (!uv_check_free(host->uv, address >> PAGE_SHIFT, frames, what))
		return;
	heap_free(host->heap, address);
	host_give(host, frames, use);
	memcg_uncharge_kernel(info.memcg, frames);
}

static void not_allocated(struct host *host, const char *what, uint64_t address)
{
	struct heap_info info;
	enum heap_place place = heap_find(host->heap, address, &info);

	if (place == HEAP_FREED && info.start == address)
		sim_find("double-free", "%s(%#llx): %s", what, (unsigned long long)address,
			 heap_describe(place, &info));
	else
		sim_find("bad-free", "%s(%#llx): not the beginning of anything allocated", what,
			 (unsigned long long)address);
}

void host_free_pages(struct host *host, uint64_t address, unsigned order)
{
	uint64_t frames = heap_block_frames(host->heap, address);

	if (!address)
		return;
	if (frames && heap_is_mapped(host->heap, address)) {
		sim_find("bad-free", "pages at %#llx are freed that come from vmalloc()", (unsigned long long)address);
		return;
	}
	if (frames != (uint64_t)1 << order) {
		if (frames)
			sim_find("free-size", "free_pages(%#llx, order %u): allocated with another size",
				 (unsigned long long)address, order);
		else
			not_allocated(host, "free_pages", address);
		return;
	}
	free_block(host, address, frames, "free_pages");
}

void host_vfree(struct host *host, void *address)
{
	uint64_t frames;

	if (!address)
		return;
	frames = heap_block_frames(host->heap, (uint64_t)address);
	if (!frames) {
		not_allocated(host, "vfree", (uint64_t)address);
		return;
	}
	if (!heap_is_mapped(host->heap, (uint64_t)address)) {
		sim_find("bad-free", "vfree(%#llx): does not come from vmalloc()", (unsigned long long)address);
		return;
	}
	free_block(host, (uint64_t)address, frames, "vfree");
}

void host_kfree(struct host *host, void *object)
{
	struct heap_info info;
	bool live;

	if (!object)
		return;
	sim_event_note(SIM_EVENT_FREE, "kfree", (uint64_t)object, 0);
	kernel_step(COST_HOST_FREE_PAGE);
	live = heap_find(host->heap, (uint64_t)object, &info) == HEAP_LIVE;
	if (!heap_kfree(host->heap, object))
		not_allocated(host, "kfree", (uint64_t)object);
	else if (live)
		memcg_uncharge_object(info.memcg, heap_object_bytes(info.bytes));
}

uint64_t host_heap_left(const struct host *host, uint64_t *bytes)
{
	return heap_left(host->heap, bytes);
}
