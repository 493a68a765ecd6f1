/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The radix tree behind page_map.h.
 *
 * Every node covers 64 slots of 2^shift pages. A node keeps the number of its edges (neighbouring
 * slots that differ; a child differs from everything), so that "all slots are one value" is one
 * comparison after every write, and the node then folds into its parent. Pages above the end of the
 * map but inside the tree follow the last page, so that a map of any size folds down to its root.
 * The node last used is remembered: the next look-up starts there and climbs.
 */
#include "uv/page_map.h"

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

#include "uv/memory.h"

#define BITS 6
#define SLOTS (1u << BITS)
#define SPARE_MAX 64

struct node {
	uint64_t slot[SLOTS];	/* a value, or the address of a child */
	uint64_t children;	/* bit i: slot i is a child */
	uint64_t base;		/* first page covered */
	struct node *parent;
	uint8_t shift;		/* a slot covers 1 << shift pages */
	uint8_t index;		/* in the parent */
	uint8_t edges;
};

struct page_map {
	uint64_t pages;
	uint64_t capacity;	/* pages the root covers */
	struct node *root;
	struct node *near;	/* used last */
	struct node *spare;	/* kept for reuse, linked by parent */
	unsigned spares;
	uint64_t nodes;
};

static struct node *node_alloc(struct page_map *map, struct node *parent, unsigned index,
			       uint64_t base, unsigned shift, uint64_t value)
{
	struct node *node = map->spare;

	if (node != NULL) {
		map->spare = node->parent;
		map->spares--;
	} else {
		node = uv_alloc(sizeof(*node));
	}
	for (unsigned i = 0; i < SLOTS; i++)
		node->slot[i] = value;
	node->children = 0;
	node->base = base;
	node->parent = parent;
	node->shift = (uint8_t)shift;
	node->index = (uint8_t)index;
	node->edges = 0;
	map->nodes++;
	return node;
}

static void node_free(struct page_map *map, struct node *node)
{
	map->nodes--;
	if (map->spares == SPARE_MAX) {
		free(node);
		return;
	}
	node->parent = map->spare;
	map->spare = node;
	map->spares++;
}

static bool is_child(const struct node *node, unsigned i)
{
	return node->children >> i & 1;
}

static struct node *child_of(const struct node *node, unsigned i)
{
	return (struct node *)(uintptr_t)node->slot[i];
}

static void tree_free(struct page_map *map, struct node *node)
{
	for (unsigned i = 0; node->children != 0 && i < SLOTS; i++)
		if (is_child(node, i))
			tree_free(map, child_of(node, i));
	node_free(map, node);
}

/* Do slots i and i + 1 differ? */
static unsigned edge(const struct node *node, unsigned i)
{
	return (node->children >> i & 3) != 0 || node->slot[i] != node->slot[i + 1];
}

static void slot_write(struct node *node, unsigned i, uint64_t content, bool child)
{
	unsigned before = 0, after = 0;

	if (i > 0)
		before += edge(node, i - 1);
	if (i < SLOTS - 1)
		before += edge(node, i);
	node->slot[i] = content;
	if (child)
		node->children |= (uint64_t)1 << i;
	else
		node->children &= ~((uint64_t)1 << i);
	if (i > 0)
		after += edge(node, i - 1);
	if (i < SLOTS - 1)
		after += edge(node, i);
	node->edges = (uint8_t)(node->edges + after - before);
}

/* Give slot i a child of its own, all of the slot's value. */
static struct node *split(struct page_map *map, struct node *node, unsigned i)
{
	uint64_t base = node->base + ((uint64_t)i << node->shift);
	struct node *child = node_alloc(map, node, i, base, node->shift - BITS, node->slot[i]);

	slot_write(node, i, (uint64_t)(uintptr_t)child, true);
	return child;
}

/* Fold the node, and then its parents, as long as all slots are one value. Returns what is left. */
static struct node *fold(struct page_map *map, struct node *node)
{
	while (node->children == 0 && node->edges == 0 && node->parent != NULL) {
		struct node *parent = node->parent;

		slot_write(parent, node->index, node->slot[0], false);
		node_free(map, node);
		node = parent;
	}
	map->near = node;
	return node;
}

static unsigned slot_of(const struct node *node, uint64_t page)
{
	return (unsigned)(page >> node->shift) & (SLOTS - 1);
}

static bool covers(const struct node *node, uint64_t page)
{
	return (page ^ node->base) >> (node->shift + BITS) == 0;
}

/* The lowest node that covers the page: its slot there is a value. */
static struct node *locate(struct page_map *map, uint64_t page)
{
	struct node *node = map->near;
	unsigned i;

	while (!covers(node, page))
		node = node->parent;
	i = slot_of(node, page);
	while (is_child(node, i)) {
		node = child_of(node, i);
		i = slot_of(node, page);
	}
	map->near = node;
	return node;
}

struct page_map *page_map_create(uint64_t pages, uint64_t value)
{
	struct page_map *map = uv_alloc(sizeof(*map));
	unsigned shift = 0;

	assert(pages >= 1 && pages <= (uint64_t)1 << 48);
	while (pages > (uint64_t)1 << (shift + BITS))
		shift += BITS;
	map->pages = pages;
	map->capacity = (uint64_t)1 << (shift + BITS);
	map->root = node_alloc(map, NULL, 0, 0, shift, value);
	map->near = map->root;
	return map;
}

void page_map_destroy(struct page_map *map)
{
	tree_free(map, map->root);
	assert(map->nodes == 0);
	while (map->spare != NULL) {
		struct node *node = map->spare;

		map->spare = node->parent;
		free(node);
	}
	free(map);
}

uint64_t page_map_get(struct page_map *map, uint64_t page)
{
	struct node *node;

	assert(page < map->pages);
	node = locate(map, page);
	return node->slot[slot_of(node, page)];
}

/* First page behind slot i. */
static uint64_t slot_end(const struct node *node, unsigned i)
{
	return node->base + ((uint64_t)(i + 1) << node->shift);
}

uint64_t page_map_run(struct page_map *map, uint64_t page, uint64_t max, uint64_t *run)
{
	struct node *first, *node;
	uint64_t value, end;
	unsigned i;

	assert(page < map->pages);
	assert(max >= 1);
	if (max > map->pages - page)
		max = map->pages - page;
	first = node = locate(map, page);
	i = slot_of(node, page);
	value = node->slot[i];
	end = slot_end(node, i);
	while (end - page < max) {
		if (i < SLOTS - 1 && !is_child(node, i + 1)) {
			i++;
		} else {
			node = locate(map, end);
			i = slot_of(node, end);
		}
		if (node->slot[i] != value)
			break;
		end = slot_end(node, i);
	}
	map->near = first;
	*run = end - page < max ? end - page : max;
	return value;
}

static void set_one(struct page_map *map, uint64_t page, uint64_t value)
{
	struct node *node = locate(map, page);

	if (node->slot[slot_of(node, page)] == value)
		return;
	while (node->shift > 0)
		node = split(map, node, slot_of(node, page));
	slot_write(node, slot_of(node, page), value, false);
	fold(map, node);
}

/*
 * Write one stretch of whole slots of one node, as high in the tree as the range allows, beginning
 * at @page. Returns the first page not yet written.
 */
static uint64_t set_stretch(struct page_map *map, uint64_t page, uint64_t end, uint64_t value)
{
	struct node *node = map->near;
	unsigned i;

	while (node->parent != NULL && !(covers(node, page) && covers(node, end - 1)))
		node = node->parent;
	for (;;) {
		i = slot_of(node, page);
		if (page == slot_end(node, i) - ((uint64_t)1 << node->shift) &&
		    slot_end(node, i) <= end)
			break;
		if (is_child(node, i)) {
			node = child_of(node, i);
		} else if (node->slot[i] == value) {
			map->near = node;
			return slot_end(node, i) < end ? slot_end(node, i) : end;
		} else {
			node = split(map, node, i);
		}
	}
	map->near = node;
	for (; i < SLOTS && slot_end(node, i) <= end; i++) {
		if (is_child(node, i))
			tree_free(map, child_of(node, i));
		slot_write(node, i, value, false);
		page = slot_end(node, i);
	}
	fold(map, node);
	return page;
}

void page_map_set(struct page_map *map, uint64_t page, uint64_t n, uint64_t value)
{
	uint64_t end = page + n;

	assert(page < map->pages);
	assert(n <= map->pages - page);
	if (end == map->pages)
		end = map->capacity;
	if (end - page == 1) {
		set_one(map, page, value);
		return;
	}
	if (n == 0)
		return;
	while (page < end)
		page = set_stretch(map, page, end, value);
}

uint64_t page_map_count(struct page_map *map, uint64_t page, uint64_t n, uint64_t mask,
			uint64_t value)
{
	uint64_t count = 0;

	assert(n <= map->pages);
	assert(page <= map->pages - n);
	while (n > 0) {
		struct node *node = locate(map, page);
		unsigned i = slot_of(node, page);
		uint64_t here = slot_end(node, i) - page;

		if (here > n)
			here = n;
		if ((node->slot[i] & mask) == value)
			count += here;
		page += here;
		n -= here;
	}
	return count;
}

uint64_t page_map_nodes(const struct page_map *map)
{
	return map->nodes;
}
