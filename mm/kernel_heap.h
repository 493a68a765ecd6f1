/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's heap: real memory behind kernel addresses.
 *
 * Blocks of whole frames come from a window of the process at a fixed address, so that they are the same in
 * every run, may be touched by kernel code, and virtual equals physical. The window is as large as the host's
 * memory but only touched pages cost anything. First fit by address. Small objects come from slabs of one
 * frame. Counting frames against the host is the caller's duty.
 */
#ifndef MM_KERNEL_HEAP_H
#define MM_KERNEL_HEAP_H

#include <stdbool.h>
#include <stdint.h>

#include "mm/mm.h"

struct kernel_heap;
struct memcg;

/** NULL (with a message on stderr) when the window cannot be had. */
struct kernel_heap *heap_create(uint64_t bytes);
void heap_destroy(struct kernel_heap *heap);
uint64_t heap_start(const struct kernel_heap *heap);

/** A block of @frames frames, aligned to its size up to 1 MiB; 0 when there is no stretch that long. */
uint64_t heap_alloc(struct kernel_heap *heap, uint64_t frames, enum frame_use use, const char *site);
uint64_t heap_alloc_aligned(struct kernel_heap *heap, uint64_t frames, uint64_t align, enum frame_use use,
			    const char *site);
/** Whom the block at @address is charged to: NULL until it is set. */
void heap_set_memcg(struct kernel_heap *heap, uint64_t address, struct memcg *group);
struct memcg *heap_memcg(const struct kernel_heap *heap, uint64_t address);
/** Frames of the block that begins at @address, 0 if none does. */
uint64_t heap_block_frames(const struct kernel_heap *heap, uint64_t address);
enum frame_use heap_use(const struct kernel_heap *heap, uint64_t address);
void heap_free(struct kernel_heap *heap, uint64_t address);
/** Make the whole block read as zeroes. */
void heap_zero(struct kernel_heap *heap, uint64_t address);

/** Would heap_kzalloc() of @bytes need a new frame? */
bool heap_needs_slab(const struct kernel_heap *heap, uint64_t bytes);
/** Bytes that an object of @bytes takes. */
uint64_t heap_object_bytes(uint64_t bytes);
/** A zeroed object of at most one frame, charged to @group, which may be NULL. */
void *heap_kzalloc(struct kernel_heap *heap, uint64_t bytes, struct memcg *group, const char *site);
/** False if there is none; whom it was charged to, and how much, in *@group and *@bytes. */
bool heap_kfree(struct kernel_heap *heap, void *object, struct memcg **group, uint64_t *bytes);

/** Blocks and objects that are still allocated, without the Ultravisor's base storage; bytes in *@bytes. */
uint64_t heap_left(const struct kernel_heap *heap, uint64_t *bytes);

#endif
