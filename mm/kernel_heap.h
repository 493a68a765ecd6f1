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

/** NULL (with a message on stderr) when the window cannot be had. */
struct kernel_heap *heap_create(uint64_t bytes);
void heap_destroy(struct kernel_heap *heap);
uint64_t heap_start(const struct kernel_heap *heap);

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
bool heap_kfree(struct kernel_heap *heap, void *object);

/** Frames of all blocks. */
uint64_t heap_frames(const struct kernel_heap *heap);
/** Blocks and objects that are still allocated, without the Ultravisor's base storage; bytes in *@bytes. */
uint64_t heap_left(const struct kernel_heap *heap, uint64_t *bytes);

#endif
