/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Small objects of the kernel's heap. Private to mm/kernel_heap.c and mm/kernel_object.c.
 */
#ifndef MM_KERNEL_OBJECT_H
#define MM_KERNEL_OBJECT_H

#include "mm/kernel_heap.h"

struct kernel_objects;

/** NULL (with a message on stderr) when the window cannot be had. */
struct kernel_objects *objects_create(void);
void objects_destroy(struct kernel_objects *objects);
bool objects_need_slab(const struct kernel_objects *objects, uint64_t bytes);
/** Frames that objects are cut from, so far. */
uint64_t objects_slabs(const struct kernel_objects *objects);
void *object_alloc(struct kernel_objects *objects, uint64_t bytes, const char *site, bool lasting);
void object_set_memcg(struct kernel_objects *objects, uint64_t address, struct memcg *group);
bool object_free(struct kernel_objects *objects, void *address);
enum heap_place object_find(const struct kernel_objects *objects, uint64_t address, struct heap_info *info);
uint64_t objects_left(const struct kernel_objects *objects, uint64_t *bytes);
void objects_each_left(const struct kernel_objects *objects, void (*fn)(void *ctx, const struct heap_info *info),
		       void *ctx);

/** Reserve @bytes of address space at @start, not to be touched yet unless @open. False with a message on stderr. */
bool heap_reserve(uint64_t start, uint64_t bytes, bool open);

#endif
