/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The cost table in use, its draws and its counts.
 *
 * A draw for a chunk of pages comes from a stream of its own, named by key, thread and chunk, and
 * is kept. So it is a function of the seed and these three alone, whoever asks first and however
 * often: looking ahead (uvc_bulk_plan()) moves no other draw.
 */
#include "uv/cost.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/choice.h"
#include "sim/convoy.h"
#include "sim/thread.h"
#include "sim/watch.h"
#include "uv/memory.h"

#define NAME_MAX_LEN 256

static const struct {
	const char *key, *what;
} cost_text[COST_COUNT] = {
#define COST(id, key, what) { key, what },
#include "uv/costs.def"
#undef COST
};

/* A draw that is kept; never walked in table order. */
struct drawn {
	unsigned thread;	/* 0: free */
	enum cost_id id;
	uint64_t chunk;
	sim_time value;
};

/* The table of the running simulation: set and emptied by cost_use(). */
static struct {
	struct profile *profile;
	struct drawn *drawn;
	size_t size, used;	/* size is a power of two */
	struct drawn last[COST_COUNT];
} use;

const char *cost_key(enum cost_id id)
{
	assert(id < COST_COUNT);
	return cost_text[id].key;
}

const char *cost_what(enum cost_id id)
{
	assert(id < COST_COUNT);
	return cost_text[id].what;
}

enum cost_id cost_find(const char *key)
{
	unsigned id = 0;

	while (id < COST_COUNT && strcmp(cost_text[id].key, key) != 0)
		id++;
	return (enum cost_id)id;
}

void cost_use(struct profile *profile)
{
	free(use.drawn);
	memset(&use, 0, sizeof(use));
	use.profile = profile;
	for (unsigned id = 0; profile != NULL && id < COST_COUNT; id++) {
		profile->cost[id].charged = 0;
		profile->cost[id].total = 0;
		profile->cost[id].bulk_charged = 0;
		profile->cost[id].bulk_total = 0;
	}
}

struct profile *cost_profile(void)
{
	return use.profile;
}

static struct cost_entry *entry_of(enum cost_id id)
{
	assert(use.profile != NULL);
	assert(id < COST_COUNT);
	return &use.profile->cost[id];
}

static const char *thread_name(void)
{
	return sim_self() != NULL ? sim_thread_name(sim_self()) : "host";
}

/* An integer number of picoseconds in [low, high]. */
static sim_time draw(const struct cost_entry *entry, const char *stream)
{
	assert(entry->low <= entry->high);
	assert(entry->high - entry->low < UINT64_MAX);
	return entry->low + sim_choose(sim_stream(stream), entry->high - entry->low + 1);
}

sim_time cost_next(enum cost_id id)
{
	const struct cost_entry *entry = entry_of(id);
	char name[NAME_MAX_LEN];

	if (entry->dist == COST_FIXED)
		return entry->value;
	snprintf(name, sizeof(name), "cost/%s/%s", cost_key(id), thread_name());
	return draw(entry, name);
}

sim_time cost(enum cost_id id)
{
	sim_time value = cost_next(id);

	cost_charge(id, 1, value);
	return value;
}

static size_t place_of(const struct drawn *table, size_t size, unsigned thread, enum cost_id id,
		       uint64_t chunk)
{
	uint64_t hash = (chunk * 0x9e3779b97f4a7c15u) ^ ((uint64_t)thread << 20) ^ (uint64_t)id;
	size_t at;

	hash *= 0xbf58476d1ce4e5b9u;
	at = (size_t)(hash >> 32) & (size - 1);
	while (table[at].thread != 0 &&
	       !(table[at].thread == thread && table[at].id == id && table[at].chunk == chunk))
		at = (at + 1) & (size - 1);
	return at;
}

static void table_grow(void)
{
	size_t size = use.size != 0 ? use.size * 2 : 256;
	struct drawn *table = uv_alloc(size * sizeof(*table));

	for (size_t i = 0; i < use.size; i++) {
		const struct drawn *old = &use.drawn[i];

		if (old->thread != 0)
			table[place_of(table, size, old->thread, old->id, old->chunk)] = *old;
	}
	free(use.drawn);
	use.drawn = table;
	use.size = size;
}

/* Thread 0 would be a free entry: numbers are kept one higher, so that "no thread" is 1. */
static unsigned thread_number(void)
{
	return sim_self() != NULL ? sim_thread_id(sim_self()) + 1 : 1;
}

static sim_time chunk_draw(enum cost_id id, uint64_t chunk)
{
	unsigned thread = thread_number();
	struct drawn *last = &use.last[id];
	struct drawn *place;

	if (last->thread == thread && last->chunk == chunk)
		return last->value;
	if (use.used * 2 >= use.size)
		table_grow();
	place = &use.drawn[place_of(use.drawn, use.size, thread, id, chunk)];
	if (place->thread == 0) {
		char name[NAME_MAX_LEN];

		snprintf(name, sizeof(name), "cost/%s/%s/%" PRIu64, cost_key(id), thread_name(),
			 chunk);
		place->thread = thread;
		place->id = id;
		place->chunk = chunk;
		place->value = draw(entry_of(id), name);
		use.used++;
	}
	*last = *place;
	return place->value;
}

sim_time cost_page(enum cost_id id, uint64_t page)
{
	const struct cost_entry *entry = entry_of(id);

	if (entry->dist == COST_FIXED)
		return entry->value;
	return chunk_draw(id, page / COST_CHUNK_PAGES);
}

uint64_t cost_page_run(enum cost_id id, uint64_t page)
{
	if (entry_of(id)->dist == COST_FIXED)
		return UINT64_MAX;
	return COST_CHUNK_PAGES - page % COST_CHUNK_PAGES;
}

void cost_charge(enum cost_id id, uint64_t n, sim_time each)
{
	struct cost_entry *entry = entry_of(id);

	entry->charged += n;
	entry->total += n * each;
	if (sim_settling()) {
		entry->bulk_charged += n;
		entry->bulk_total += n * each;
	}
}

void cost_tally(struct sim_look_words *words, bool bulks)
{
	for (unsigned id = 0; id < COST_COUNT; id++) {
		struct cost_entry *entry = entry_of((enum cost_id)id);

		sim_convoy_tally(words, &entry->charged, bulks ? NULL : &entry->bulk_charged);
		sim_convoy_tally(words, &entry->total, bulks ? NULL : &entry->bulk_total);
		if (bulks) {
			sim_convoy_tally(words, &entry->bulk_charged, NULL);
			sim_convoy_tally(words, &entry->bulk_total, NULL);
		}
	}
}
