/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's heap, blocks of frames: see the header.
 */
#define _GNU_SOURCE
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "mm/kernel_heap.h"
#include "mm/kernel_object.h"
#include "sim/engine.h"

/* Far from where programs, libraries and sanitizers put things. */
#define WINDOW_START 0x200000000000ULL
/* What a host may have at most: keeps the window clear of the next one and of the stack. */
#define WINDOW_MAX ((uint64_t)64 << 40)

struct block {
	struct heap_info info;
	bool freed;			/* in quarantine */
	struct block *next;		/* by address */
	struct block *later;		/* freed after it */
};

struct kernel_heap {
	uint64_t bytes, frames;
	bool watch;
	struct block *blocks;
	struct block *spare;
	struct block *quarantine, **quarantine_tail;	/* oldest first */
	unsigned quarantined;
	struct kernel_objects *objects;
	const struct sim_thread *lasting;
};

void heap_lasting(struct kernel_heap *heap, bool on)
{
	heap->lasting = on ? sim_self() : NULL;
}

static bool is_lasting(const struct kernel_heap *heap)
{
	return heap->lasting && heap->lasting == sim_self();
}

bool heap_reserve(uint64_t start, uint64_t bytes, bool open)
{
	void *window = mmap((void *)start, bytes, open ? PROT_READ | PROT_WRITE : PROT_NONE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);

	if (window != (void *)start) {
		fprintf(stderr, "uvsim: cannot reserve %llu bytes of address space at %#llx: %s\n",
			(unsigned long long)bytes, (unsigned long long)start,
			window == MAP_FAILED ? strerror(errno) : "it is taken");
		if (window != MAP_FAILED)
			munmap(window, bytes);
		return false;
	}
	madvise(window, bytes, MADV_DONTDUMP);
	return true;
}

struct kernel_heap *heap_create(uint64_t bytes)
{
	struct kernel_heap *heap = sim_alloc(sizeof(*heap));

	heap->bytes = bytes > WINDOW_MAX ? WINDOW_MAX : bytes;
	heap->watch = !sim_config_get()->no_oracle;
	heap->quarantine_tail = &heap->quarantine;
	if (!heap_reserve(WINDOW_START, heap->bytes, !heap->watch))
		return NULL;
	heap->objects = objects_create();
	if (heap->objects)
		return heap;
	munmap((void *)WINDOW_START, heap->bytes);
	return NULL;
}

void heap_destroy(struct kernel_heap *heap)
{
	objects_destroy(heap->objects);
	munmap((void *)WINDOW_START, heap->bytes);
}

uint64_t heap_start(const struct kernel_heap *heap)
{
	(void)heap;
	return WINDOW_START;
}

/* --- blocks ---------------------------------------------------------------------------------------------------- */

static uint64_t block_end(const struct block *block)
{
	return block->info.start + block->info.bytes;
}

/* The place in the list before which @bytes fit at *@start, with @gap bytes on both sides; NULL if there is none. */
static struct block **find_gap(struct kernel_heap *heap, uint64_t bytes, uint64_t align, uint64_t gap, uint64_t *start)
{
	struct block **at = &heap->blocks;

	*start = WINDOW_START;
	for (;; at = &(*at)->next) {
		uint64_t limit = *at ? (*at)->info.start - gap : WINDOW_START + heap->bytes;

		*start = (*start + align - 1) & ~(align - 1);
		if (*start <= limit && limit - *start >= bytes)
			return at;
		if (!*at)
			return NULL;
		*start = block_end(*at) + gap;
	}
}

static void block_forget(struct kernel_heap *heap, struct block *block)
{
	struct block **at = &heap->blocks;

	while (*at != block)
		at = &(*at)->next;
	*at = block->next;
	block->next = heap->spare;
	heap->spare = block;
}

static void quarantine_shrink(struct kernel_heap *heap, unsigned count)
{
	while (heap->quarantined > count) {
		struct block *block = heap->quarantine;

		heap->quarantine = block->later;
		if (!heap->quarantine)
			heap->quarantine_tail = &heap->quarantine;
		heap->quarantined--;
		block_forget(heap, block);
	}
}

uint64_t heap_alloc_aligned(struct kernel_heap *heap, uint64_t frames, uint64_t align, enum frame_use use,
			    const char *site)
{
	uint64_t bytes = frames << PAGE_SHIFT, gap = heap->watch ? PAGE_BYTES : 0, start;
	struct block **at = find_gap(heap, bytes, align, gap, &start), *block;

	if (!at && heap->quarantined) {
		quarantine_shrink(heap, 0);
		at = find_gap(heap, bytes, align, gap, &start);
	}
	if (!at)
		at = find_gap(heap, bytes, align, 0, &start);
	if (!at || (heap->watch && mprotect((void *)start, bytes, PROT_READ | PROT_WRITE)))
		return 0;
	block = heap->spare;
	if (block)
		heap->spare = block->next;
	else
		block = sim_alloc(sizeof(*block));
	*block = (struct block){ .info = { .start = start, .bytes = bytes, .site = site, .use = use }, .next = *at };
	block->info.lasting = is_lasting(heap);
	if (heap->watch)
		sim_site_here(&block->info.allocated);
	*at = block;
	heap->frames += frames;
	return start;
}

uint64_t heap_alloc(struct kernel_heap *heap, uint64_t frames, enum frame_use use, const char *site)
{
	uint64_t align = PAGE_BYTES;

	while (align < frames << PAGE_SHIFT && align < (uint64_t)1 << 20)
		align <<= 1;
	return heap_alloc_aligned(heap, frames, align, use, site);
}

static struct block *block_at(const struct kernel_heap *heap, uint64_t address)
{
	struct block *block = heap->blocks;

	while (block && (block->info.start != address || block->freed))
		block = block->next;
	return block;
}

uint64_t heap_block_frames(const struct kernel_heap *heap, uint64_t address)
{
	const struct block *block = block_at(heap, address);

	return block ? block->info.bytes >> PAGE_SHIFT : 0;
}

enum frame_use heap_use(const struct kernel_heap *heap, uint64_t address)
{
	return block_at(heap, address)->info.use;
}

void heap_free(struct kernel_heap *heap, uint64_t address)
{
	struct block *block = block_at(heap, address);

	assert(block);
	heap->frames -= block->info.bytes >> PAGE_SHIFT;
	madvise((void *)block->info.start, block->info.bytes, MADV_DONTNEED);
	if (!heap->watch) {
		block_forget(heap, block);
		return;
	}
	mprotect((void *)block->info.start, block->info.bytes, PROT_NONE);
	sim_site_here(&block->info.freed);
	block->freed = true;
	*heap->quarantine_tail = block;
	heap->quarantine_tail = &block->later;
	heap->quarantined++;
	quarantine_shrink(heap, HEAP_QUARANTINE);
}

void heap_zero(struct kernel_heap *heap, uint64_t address)
{
	madvise((void *)address, heap_block_frames(heap, address) << PAGE_SHIFT, MADV_DONTNEED);
}

/* --- small objects --------------------------------------------------------------------------------------------- */

bool heap_needs_slab(const struct kernel_heap *heap, uint64_t bytes)
{
	return objects_need_slab(heap->objects, bytes);
}

void *heap_kzalloc(struct kernel_heap *heap, uint64_t bytes, const char *site)
{
	return object_alloc(heap->objects, bytes, site, is_lasting(heap));
}

bool heap_kfree(struct kernel_heap *heap, void *address)
{
	return object_free(heap->objects, address);
}

void heap_set_memcg(struct kernel_heap *heap, uint64_t address, struct memcg *group)
{
	struct block *block = block_at(heap, address);

	if (block)
		block->info.memcg = group;
	else
		object_set_memcg(heap->objects, address, group);
}

void heap_set_mapped(struct kernel_heap *heap, uint64_t address)
{
	block_at(heap, address)->info.mapped = true;
}

bool heap_is_mapped(const struct kernel_heap *heap, uint64_t address)
{
	return block_at(heap, address)->info.mapped;
}

/* --- what is there --------------------------------------------------------------------------------------------- */

static bool is_left(const struct block *block)
{
	return !block->freed && block->info.use != USE_UV;
}

uint64_t heap_frames(const struct kernel_heap *heap)
{
	return heap->frames + objects_slabs(heap->objects);
}

uint64_t heap_left(const struct kernel_heap *heap, uint64_t *bytes)
{
	const struct block *block;
	uint64_t count;

	*bytes = 0;
	count = objects_left(heap->objects, bytes);
	for (block = heap->blocks; block; block = block->next) {
		if (!is_left(block))
			continue;
		count++;
		*bytes += block->info.bytes;
	}
	return count;
}

void heap_each_left(const struct kernel_heap *heap, void (*fn)(void *ctx, const struct heap_info *info), void *ctx)
{
	const struct block *block;

	for (block = heap->blocks; block; block = block->next)
		if (!block->freed && strcmp(block->info.site, "uv_base_stor") != 0)
			fn(ctx, &block->info);
	objects_each_left(heap->objects, fn, ctx);
}

enum heap_place heap_find(const struct kernel_heap *heap, uint64_t address, struct heap_info *info)
{
	const struct block *block, *before = NULL;

	if (address < WINDOW_START || address - WINDOW_START >= heap->bytes)
		return object_find(heap->objects, address, info);
	for (block = heap->blocks; block && block->info.start <= address; block = block->next)
		before = block;
	if (!before || address >= block_end(before) + PAGE_BYTES)
		return HEAP_NOWHERE;
	*info = before->info;
	if (address >= block_end(before))
		return HEAP_BEYOND;
	return before->freed ? HEAP_FREED : HEAP_LIVE;
}

const char *heap_describe(enum heap_place place, const struct heap_info *info)
{
	char text[512];

	snprintf(text, sizeof(text), "%llu bytes for %s (allocated %s%s%s)",
		 (unsigned long long)info->bytes, info->site,
		 sim_site_text(&info->allocated), place == HEAP_FREED ? ", freed " : "",
		 place == HEAP_FREED ? sim_site_text(&info->freed) : "");
	return sim_intern(text);
}
