/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's heap: see the header.
 */
#define _GNU_SOURCE
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "mm/kernel_heap.h"
#include "sim/engine.h"

/* Far from where programs, libraries and sanitizers put things. */
#define WINDOW_START 0x200000000000ULL
/* What a host may have at most: keeps the window clear of the stack. */
#define WINDOW_MAX ((uint64_t)64 << 40)

struct block {
	uint64_t start, frames;
	enum frame_use use;
	const char *site;
	struct block *next;		/* by address */
	struct memcg *memcg;
};

struct object {
	uint64_t bytes;
	struct memcg *memcg;
	const char *site;
	void *address;
	struct object *next;
};

struct kernel_heap {
	uint64_t bytes;
	struct block *blocks;
	struct block *spare;
	struct object *objects, *free_objects;
	uint64_t slab, slab_used;	/* frame that objects are cut from */
};

struct kernel_heap *heap_create(uint64_t bytes)
{
	struct kernel_heap *heap = sim_alloc(sizeof(*heap));
	void *window;

	heap->bytes = bytes > WINDOW_MAX ? WINDOW_MAX : bytes;
	window = mmap((void *)WINDOW_START, heap->bytes, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
	if (window != (void *)WINDOW_START) {
		fprintf(stderr, "uvsim: cannot reserve %llu bytes of address space at %#llx: %s\n",
			(unsigned long long)heap->bytes, WINDOW_START,
			window == MAP_FAILED ? strerror(errno) : "it is taken");
		if (window != MAP_FAILED)
			munmap(window, heap->bytes);
		return NULL;
	}
	madvise(window, heap->bytes, MADV_DONTDUMP);
	return heap;
}

void heap_destroy(struct kernel_heap *heap)
{
	munmap((void *)WINDOW_START, heap->bytes);
}

uint64_t heap_start(const struct kernel_heap *heap)
{
	(void)heap;
	return WINDOW_START;
}

uint64_t heap_alloc_aligned(struct kernel_heap *heap, uint64_t frames, uint64_t align, enum frame_use use,
			    const char *site)
{
	struct block **at = &heap->blocks, *block;
	uint64_t start = WINDOW_START;

	for (;; at = &(*at)->next) {
		uint64_t limit = *at ? (*at)->start : WINDOW_START + heap->bytes;

		start = (start + align - 1) & ~(align - 1);
		if (start <= limit && limit - start >= frames << PAGE_SHIFT)
			break;
		if (!*at)
			return 0;
		start = (*at)->start + ((*at)->frames << PAGE_SHIFT);
	}
	block = heap->spare;
	if (block)
		heap->spare = block->next;
	else
		block = sim_alloc(sizeof(*block));
	*block = (struct block){ start, frames, use, site, *at, NULL };
	*at = block;
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

	while (block && block->start != address)
		block = block->next;
	return block;
}

uint64_t heap_block_frames(const struct kernel_heap *heap, uint64_t address)
{
	const struct block *block = block_at(heap, address);

	return block ? block->frames : 0;
}

void heap_set_memcg(struct kernel_heap *heap, uint64_t address, struct memcg *group)
{
	block_at(heap, address)->memcg = group;
}

struct memcg *heap_memcg(const struct kernel_heap *heap, uint64_t address)
{
	return block_at(heap, address)->memcg;
}

enum frame_use heap_use(const struct kernel_heap *heap, uint64_t address)
{
	return block_at(heap, address)->use;
}

void heap_free(struct kernel_heap *heap, uint64_t address)
{
	struct block **at = &heap->blocks, *block;

	while ((*at)->start != address)
		at = &(*at)->next;
	block = *at;
	*at = block->next;
	madvise((void *)block->start, block->frames << PAGE_SHIFT, MADV_DONTNEED);
	block->next = heap->spare;
	heap->spare = block;
}

void heap_zero(struct kernel_heap *heap, uint64_t address)
{
	madvise((void *)address, heap_block_frames(heap, address) << PAGE_SHIFT, MADV_DONTNEED);
}

/* --- small objects --------------------------------------------------------------------------------- */

uint64_t heap_object_bytes(uint64_t bytes)
{
	return (bytes + 63) & ~(uint64_t)63;
}

static struct object **free_object(struct kernel_heap *heap, uint64_t bytes)
{
	struct object **at = &heap->free_objects;

	while (*at && (*at)->bytes != bytes)
		at = &(*at)->next;
	return at;
}

bool heap_needs_slab(const struct kernel_heap *heap, uint64_t bytes)
{
	bytes = heap_object_bytes(bytes);
	return !*free_object((struct kernel_heap *)heap, bytes) &&
	       (!heap->slab || heap->slab_used + bytes > PAGE_BYTES);
}

void *heap_kzalloc(struct kernel_heap *heap, uint64_t bytes, struct memcg *group, const char *site)
{
	struct object **at, *object;

	bytes = heap_object_bytes(bytes);
	if (!bytes || bytes > PAGE_BYTES)
		return NULL;
	at = free_object(heap, bytes);
	object = *at;
	if (object) {
		*at = object->next;
	} else {
		if (!heap->slab || heap->slab_used + bytes > PAGE_BYTES) {
			heap->slab = heap_alloc(heap, 1, USE_KERNEL, "slab");
			heap->slab_used = 0;
			if (!heap->slab)
				return NULL;
		}
		object = sim_alloc(sizeof(*object));
		object->bytes = bytes;
		object->address = (void *)(heap->slab + heap->slab_used);
		heap->slab_used += bytes;
	}
	object->site = site;
	object->memcg = group;
	object->next = heap->objects;
	heap->objects = object;
	memset(object->address, 0, bytes);
	return object->address;
}

bool heap_kfree(struct kernel_heap *heap, void *address, struct memcg **group, uint64_t *bytes)
{
	struct object **at = &heap->objects, *object;

	while (*at && (*at)->address != address)
		at = &(*at)->next;
	object = *at;
	if (!object)
		return false;
	*at = object->next;
	*group = object->memcg;
	*bytes = object->bytes;
	/* What a stale pointer reads should not look like a list. */
	memset(object->address, 0x6b, object->bytes);
	object->next = heap->free_objects;
	heap->free_objects = object;
	return true;
}

uint64_t heap_left(const struct kernel_heap *heap, uint64_t *bytes)
{
	const struct block *block;
	const struct object *object;
	uint64_t count = 0;

	*bytes = 0;
	for (block = heap->blocks; block; block = block->next) {
		if (block->use == USE_UV || !strcmp(block->site, "slab"))
			continue;
		count++;
		*bytes += block->frames << PAGE_SHIFT;
	}
	for (object = heap->objects; object; object = object->next) {
		count++;
		*bytes += object->bytes;
	}
	return count;
}
