/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Small objects: each in a page of its own between pages that cannot be touched, its end at the page's end, the rest
 * of the page filled with a pattern. What runs over the end is caught in the act, what runs over the beginning (or
 * into the few bytes of alignment behind the end) when the object is freed. A freed object's page is out of reach until
 * all pages of the window have been used.
 *
 * Frames are counted as if objects came from slabs of one frame, sizes rounded to 64 bytes.
 */
#define _GNU_SOURCE
#include <string.h>
#include <sys/mman.h>

#include "mm/kernel_object.h"
#include "sim/engine.h"

/* Below the window of frames, which may be large. */
#define OBJECTS_START 0x1f0000000000ULL
#define SLOT_BYTES (2 * PAGE_BYTES)	/* a page and the one behind it */
#define SLOTS ((uint64_t)1 << 18)
#define PATTERN 0xa5

struct object {
	struct heap_info info;
	uint64_t slot;
	struct object *next;
};

/* Free places in slabs by size, for the count of frames. */
struct slab_size {
	uint64_t bytes, free;
	struct slab_size *next;
};

struct kernel_objects {
	struct object *live;
	struct object *freed, **freed_tail;	/* oldest first */
	uint64_t slots_used;
	struct slab_size *sizes;
	uint64_t slab_used;			/* of the slab in use; PAGE_BYTES: none */
	uint64_t slabs;				/* so far */
};

struct kernel_objects *objects_create(void)
{
	struct kernel_objects *objects = sim_alloc(sizeof(*objects));

	if (!heap_reserve(OBJECTS_START, SLOTS * SLOT_BYTES, false))
		return NULL;
	objects->freed_tail = &objects->freed;
	objects->slab_used = PAGE_BYTES;
	return objects;
}

void objects_destroy(struct kernel_objects *objects)
{
	(void)objects;
	munmap((void *)OBJECTS_START, SLOTS * SLOT_BYTES);
}

/* --- frames of slabs ------------------------------------------------------------------------------------- */

static struct slab_size *size_of(const struct kernel_objects *objects, uint64_t bytes)
{
	struct slab_size *size = objects->sizes;

	while (size && size->bytes != heap_object_bytes(bytes))
		size = size->next;
	return size;
}

bool objects_need_slab(const struct kernel_objects *objects, uint64_t bytes)
{
	const struct slab_size *size = size_of(objects, bytes);

	return !(size && size->free) && objects->slab_used + heap_object_bytes(bytes) > PAGE_BYTES;
}

static void slab_take(struct kernel_objects *objects, uint64_t bytes)
{
	struct slab_size *size = size_of(objects, bytes);

	if (size && size->free) {
		size->free--;
		return;
	}
	if (objects->slab_used + heap_object_bytes(bytes) > PAGE_BYTES)
		objects->slab_used = 0;
	objects->slabs += !objects->slab_used;
	objects->slab_used += heap_object_bytes(bytes);
}

uint64_t objects_slabs(const struct kernel_objects *objects)
{
	return objects->slabs;
}

static void slab_give(struct kernel_objects *objects, uint64_t bytes)
{
	struct slab_size *size = size_of(objects, bytes);

	if (!size) {
		size = sim_alloc(sizeof(*size));
		size->bytes = heap_object_bytes(bytes);
		size->next = objects->sizes;
		objects->sizes = size;
	}
	size->free++;
}

/* --- objects ----------------------------------------------------------------------------------------------- */

static uint64_t page_of(const struct object *object)
{
	return OBJECTS_START + object->slot * SLOT_BYTES;
}

/* A new slot, or the one that has been free for the longest time. */
static struct object *new_object(struct kernel_objects *objects)
{
	struct object *object = objects->freed;

	if (objects->slots_used < SLOTS) {
		object = sim_alloc(sizeof(*object));
		object->slot = objects->slots_used++;
	} else if (object) {
		objects->freed = object->next;
		if (!objects->freed)
			objects->freed_tail = &objects->freed;
	}
	return object;
}

void *object_alloc(struct kernel_objects *objects, uint64_t bytes, const char *site, bool lasting)
{
	struct object *object;
	uint64_t page;

	if (!bytes || bytes > PAGE_BYTES)
		return NULL;
	object = new_object(objects);
	if (!object || mprotect((void *)page_of(object), PAGE_BYTES, PROT_READ | PROT_WRITE))
		return NULL;
	slab_take(objects, bytes);
	page = page_of(object);
	object->info = (struct heap_info){ .bytes = bytes, .site = site, .use = USE_KERNEL, .lasting = lasting };
	object->info.start = page + ((PAGE_BYTES - bytes) & ~(uint64_t)15);
	sim_site_here(&object->info.allocated);
	object->next = objects->live;
	objects->live = object;
	memset((void *)page, PATTERN, PAGE_BYTES);
	memset((void *)object->info.start, 0, bytes);
	return (void *)object->info.start;
}

void object_set_memcg(struct kernel_objects *objects, uint64_t address, struct memcg *group)
{
	struct object *object = objects->live;

	while (object->info.start != address)
		object = object->next;
	object->info.memcg = group;
}

static const uint8_t *first_changed(uint64_t from, uint64_t to)
{
	const uint8_t *at = (const uint8_t *)from;

	while (at < (const uint8_t *)to && *at == PATTERN)
		at++;
	return at < (const uint8_t *)to ? at : NULL;
}

static void check_around(const struct object *object)
{
	uint64_t page = page_of(object), end = object->info.start + object->info.bytes;
	const uint8_t *at = first_changed(page, object->info.start);

	if (at)
		sim_find("out-of-bounds", "%llu bytes before %s: found when it is freed",
			 (unsigned long long)(object->info.start - (uint64_t)at),
			 heap_describe(HEAP_LIVE, &object->info));
	at = first_changed(end, page + PAGE_BYTES);
	if (at)
		sim_find("out-of-bounds", "%llu bytes behind %s: found when it is freed",
			 (unsigned long long)((uint64_t)at - end), heap_describe(HEAP_LIVE, &object->info));
}

bool object_free(struct kernel_objects *objects, void *address)
{
	struct object **at = &objects->live, *object;

	while (*at && (*at)->info.start != (uint64_t)address)
		at = &(*at)->next;
	object = *at;
	if (!object)
		return false;
	check_around(object);
	*at = object->next;
	sim_site_here(&object->info.freed);
	slab_give(objects, object->info.bytes);
	madvise((void *)page_of(object), PAGE_BYTES, MADV_DONTNEED);
	mprotect((void *)page_of(object), SLOT_BYTES, PROT_NONE);
	object->next = NULL;
	*objects->freed_tail = object;
	objects->freed_tail = &object->next;
	return true;
}

/* --- what is there --------------------------------------------------------------------------------------------- */

static const struct object *in_slot(const struct object *list, uint64_t slot)
{
	while (list && list->slot != slot)
		list = list->next;
	return list;
}

enum heap_place object_find(const struct kernel_objects *objects, uint64_t address, struct heap_info *info)
{
	uint64_t slot = (address - OBJECTS_START) / SLOT_BYTES;
	const struct object *object;

	if (address < OBJECTS_START || slot >= SLOTS)
		return HEAP_OUTSIDE;
	object = in_slot(objects->live, slot);
	if (object) {
		*info = object->info;
		return address - info->start < info->bytes ? HEAP_LIVE : HEAP_BEYOND;
	}
	object = in_slot(objects->freed, slot);
	if (!object)
		return HEAP_NOWHERE;
	*info = object->info;
	return HEAP_FREED;
}

uint64_t objects_left(const struct kernel_objects *objects, uint64_t *bytes)
{
	const struct object *object;
	uint64_t count = 0;

	for (object = objects->live; object; object = object->next) {
		count++;
		*bytes += heap_object_bytes(object->info.bytes);
	}
	return count;
}

void objects_each_left(const struct kernel_objects *objects, void (*fn)(void *ctx, const struct heap_info *info),
		       void *ctx)
{
	const struct object *object;

	for (object = objects->live; object; object = object->next)
		fn(ctx, &object->info);
}
