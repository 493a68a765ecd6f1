/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Regions of absolute storage, each with a page_map of packed frame records.
 *
 * A record packs into 64 bits: state 4, slot of the configuration 20, delta 40 (signed).
 * FRAME_PLAIN is all zero. The states are those that public tests and Linux know; the machine's own
 * tables (zone-security table) are not modelled.
 */
#include "uv/storage.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "uv/memory.h"
#include "uv/page_map.h"

#define STATE_BITS 4
#define CONF_BITS 20
#define DELTA_BITS 40
#define MIB_FRAMES ((uint64_t)256)

struct storage_region {
	uint64_t first, frames;
	struct sim_domain *domain;
	struct page_map *map;
	struct page_map *contents;
	struct page_map *versions;
	char *name;
};

struct storage {
	struct storage_region **region;	/* by first */
	size_t count;
	struct storage_region *near;	/* found last */
	uint64_t top;			/* no region or reservation so far reaches it */
	void (*removing)(void *ctx, struct storage_region *region);
	void *ctx;
};

char frame_state_letter(enum frame_state state)
{
	assert(state < FRAME_STATES);
	return "NSHPXZU"[state];
}

const char *frame_state_name(enum frame_state state)
{
	static const char *const name[FRAME_STATES] = {
		"plain", "secure", "shared", "pinned", "exported", "discarded", "donated",
	};

	assert(state < FRAME_STATES);
	return name[state];
}

bool frame_delta_fits(int64_t delta)
{
	return delta >= -((int64_t)1 << (DELTA_BITS - 1)) && delta < (int64_t)1 << (DELTA_BITS - 1);
}

static uint64_t pack(struct frame frame)
{
	assert(frame.state < FRAME_STATES);
	assert(frame.conf < FRAME_CONFS);
	assert(frame_delta_fits(frame.delta));
	return (uint64_t)frame.state | (uint64_t)frame.conf << STATE_BITS |
	       (uint64_t)frame.delta << (STATE_BITS + CONF_BITS);
}

static struct frame unpack(uint64_t value)
{
	struct frame frame = {
		.state = (enum frame_state)(value & ((1u << STATE_BITS) - 1)),
		.conf = (uint32_t)(value >> STATE_BITS) & (FRAME_CONFS - 1),
		.delta = (int64_t)value >> (STATE_BITS + CONF_BITS),
	};

	return frame;
}

struct storage *storage_create(void)
{
	return uv_alloc(sizeof(struct storage));
}

static void region_free(struct storage_region *region)
{
	page_map_destroy(region->map);
	page_map_destroy(region->contents);
	page_map_destroy(region->versions);
	free(region->name);
	free(region);
}

void storage_destroy(struct storage *storage)
{
	for (size_t i = 0; i < storage->count; i++)
		region_free(storage->region[i]);
	free(storage->region);
	free(storage);
}

/* Index of the first region that begins above @number. */
static size_t region_above(const struct storage *storage, uint64_t number)
{
	size_t low = 0, high = storage->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (storage->region[middle]->first > number)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

static void top_raise(struct storage *storage, uint64_t end)
{
	end = (end + MIB_FRAMES - 1) / MIB_FRAMES * MIB_FRAMES;
	if (end > storage->top)
		storage->top = end;
}

struct storage_region *storage_add(struct storage *storage, uint64_t first, uint64_t frames,
				   struct sim_domain *domain, const char *name)
{
	size_t at = region_above(storage, first);
	struct storage_region *region = uv_alloc(sizeof(*region));

	assert(frames >= 1);
	assert(at == 0 ||
	       storage->region[at - 1]->first + storage->region[at - 1]->frames <= first);
	assert(at == storage->count || first + frames <= storage->region[at]->first);
	region->first = first;
	region->frames = frames;
	region->domain = domain;
	region->map = page_map_create(frames, 0);
	region->contents = page_map_create(frames, 0);
	region->versions = page_map_create(frames, 0);
	region->name = uv_alloc(strlen(name) + 1);
	strcpy(region->name, name);
	storage->region = uv_realloc(storage->region, (storage->count + 1) * sizeof(region));
	memmove(storage->region + at + 1, storage->region + at,
		(storage->count - at) * sizeof(region));
	storage->region[at] = region;
	storage->count++;
	top_raise(storage, first + frames);
	return region;
}

void storage_remove(struct storage *storage, struct storage_region *region)
{
	size_t at = region_above(storage, region->first) - 1;

	assert(storage->region[at] == region);
	if (storage->removing != NULL)
		storage->removing(storage->ctx, region);
	storage->count--;
	memmove(storage->region + at, storage->region + at + 1,
		(storage->count - at) * sizeof(region));
	if (storage->near == region)
		storage->near = NULL;
	region_free(region);
}

uint64_t storage_reserve(struct storage *storage, uint64_t frames)
{
	uint64_t first = storage->top;

	top_raise(storage, first + frames);
	return first;
}

struct storage_region *storage_find(struct storage *storage, uint64_t number)
{
	struct storage_region *region = storage->near;
	size_t at;

	if (region != NULL && number - region->first < region->frames)
		return region;
	at = region_above(storage, number);
	if (at == 0)
		return NULL;
	region = storage->region[at - 1];
	if (number - region->first >= region->frames)
		return NULL;
	storage->near = region;
	return region;
}

struct sim_domain *storage_region_domain(const struct storage_region *region)
{
	return region->domain;
}

uint64_t storage_region_first(const struct storage_region *region)
{
	return region->first;
}

uint64_t storage_region_frames(const struct storage_region *region)
{
	return region->frames;
}

void storage_watch_remove(struct storage *storage,
			  void (*fn)(void *ctx, struct storage_region *region), void *ctx)
{
	storage->removing = fn;
	storage->ctx = ctx;
}

struct frame storage_get(struct storage *storage, uint64_t number, uint64_t max, uint64_t *run)
{
	struct storage_region *region = storage_find(storage, number);
	uint64_t page;

	assert(region != NULL);
	page = number - region->first;
	if (run == NULL)
		return unpack(page_map_get(region->map, page));
	return unpack(page_map_run(region->map, page, max, run));
}

void storage_set(struct storage *storage, uint64_t number, uint64_t n, struct frame frame)
{
	struct storage_region *region = storage_find(storage, number);

	assert(region != NULL);
	page_map_set(region->map, number - region->first, n, pack(frame));
}

uint64_t storage_content_get(struct storage *storage, uint64_t number, uint64_t max, uint64_t *run)
{
	struct storage_region *region = storage_find(storage, number);

	assert(region != NULL);
	return page_map_run(region->contents, number - region->first, max, run);
}

void storage_content_set(struct storage *storage, uint64_t number, uint64_t n, uint64_t value)
{
	struct storage_region *region = storage_find(storage, number);

	assert(region != NULL);
	page_map_set(region->contents, number - region->first, n, value);
}

uint64_t storage_version_get(struct storage *storage, uint64_t number, uint64_t max, uint64_t *run)
{
	struct storage_region *region = storage_find(storage, number);

	assert(region != NULL);
	return page_map_run(region->versions, number - region->first, max, run);
}

void storage_version_raise(struct storage *storage, uint64_t number, uint64_t n)
{
	struct storage_region *region = storage_find(storage, number);
	uint64_t page = number - region->first, run;

	for (; n > 0; page += run, n -= run) {
		uint64_t version = page_map_run(region->versions, page, n, &run);

		page_map_set(region->versions, page, run, version + 1);
	}
}
