/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's heap: real memory behind kernel addresses.
 *
 * Blocks of whole frames come from a window of the process at a fixed address, so that they are the same in
 * every run, may be touched by kernel code, and virtual equals physical. The window is as large as the host's
 * memory but only touched pages cost anything. First fit by address. Small objects (mm/kernel_object.c) have a window
 * of their own, each a page with its end at the page's end; they are counted as if they came from slabs of one frame.
 * Counting frames against the host is the caller's duty.
 *
 * The oracle watches: what is not allocated cannot be touched, a block is followed by a frame that cannot either,
 * and a freed block is not handed out again before HEAP_QUARANTINE others have been freed (or space runs out).
 */
#ifndef MM_KERNEL_HEAP_H
#define MM_KERNEL_HEAP_H

#include <stdbool.h>
#include <stdint.h>

#include "mm/mm.h"
#include "sim/finding.h"

struct kernel_heap;
struct memcg;

#define HEAP_QUARANTINE 64

/** NULL (with a message on stderr) when the window cannot be had. */
struct kernel_heap *heap_create(uint64_t bytes);
void heap_destroy(struct kernel_heap *heap);
uint64_t heap_start(const struct kernel_heap *heap);

/**
 * What the running thread allocates from now on (@on) is there for good, since pv.c's module_init() asks for it: it is
 * no leak. Others that allocate meanwhile are not meant.
 */
void heap_lasting(struct kernel_heap *heap, bool on);

/** A block of @frames frames, aligned to its size up to 1 MiB; 0 when there is no stretch that long. */
uint64_t heap_alloc(struct kernel_heap *heap, uint64_t frames, enum frame_use use, const char *site);
uint64_t heap_alloc_aligned(struct kernel_heap *heap, uint64_t frames, uint64_t align, enum frame_use use,
			    const char *site);
/** Frames of the block that begins at @address, 0 if none does. */
uint64_t heap_block_frames(const struct kernel_heap *heap, uint64_t address);
enum frame_use heap_use(const struct kernel_heap *heap, uint64_t address);
void heap_free(struct kernel_heap *heap, uint64_t address);
/** Make the whole block read as zeroes. */
void heap_zero(struct kernel_heap *heap, uint64_t address);

/** Would heap_kzalloc() of @bytes need a new frame? */
bool heap_needs_slab(const struct kernel_heap *heap, uint64_t bytes);
/** A zeroed object of at most one frame. */
void *heap_kzalloc(struct kernel_heap *heap, uint64_t bytes, const char *site);
/** False if it is none. Reports writes around it. */
bool heap_kfree(struct kernel_heap *heap, void *object);

/** Bytes that an object of @bytes takes. */
static inline uint64_t heap_object_bytes(uint64_t bytes)
{
	return (bytes + 63) & ~(uint64_t)63;
}

/** The block or object that begins at @address is charged to @group. */
void heap_set_memcg(struct kernel_heap *heap, uint64_t address, struct memcg *group);
/** The block at @address comes from vmalloc(), and so must go back to vfree(). */
void heap_set_mapped(struct kernel_heap *heap, uint64_t address);
bool heap_is_mapped(const struct kernel_heap *heap, uint64_t address);

/** Frames of all blocks, and of those that objects are cut from. */
uint64_t heap_frames(const struct kernel_heap *heap);
/** Blocks and objects that are still allocated, without the Ultravisor's base storage; bytes in *@bytes. */
uint64_t heap_left(const struct kernel_heap *heap, uint64_t *bytes);

/** What lies at an address. */
enum heap_place {
	HEAP_OUTSIDE,		/* none of the heap's windows */
	HEAP_LIVE,		/* in an allocation */
	HEAP_FREED,		/* in one that has been freed lately */
	HEAP_BEYOND,		/* within a page behind one */
	HEAP_NOWHERE,		/* in the windows, near nothing */
};
struct heap_info {
	uint64_t start, bytes;
	const char *site;		/* who asked for it */
	enum frame_use use;
	struct memcg *memcg;		/* whom it is charged to; NULL: nobody */
	bool mapped;			/* by vmalloc() */
	struct sim_site allocated, freed;
	bool lasting;			/* of the module, which is never unloaded */
};
/** What is at @address, told in *@info unless HEAP_OUTSIDE or HEAP_NOWHERE. */
enum heap_place heap_find(const struct kernel_heap *heap, uint64_t address, struct heap_info *info);

/** "24 bytes for leftover, allocated at pv.c:1 f, freed at pv.c:2 g": in the simulation's memory. */
const char *heap_describe(enum heap_place place, const struct heap_info *info);

/** Call @fn for all that is still allocated, without the Ultravisor's base storage: blocks by address, then objects. */
void heap_each_left(const struct kernel_heap *heap, void (*fn)(void *ctx, const struct heap_info *info), void *ctx);

#endif
