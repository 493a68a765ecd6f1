/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A map from page number to a 64-bit value in which uniform stretches cost nothing.
 *
 * A radix tree of 64-way nodes. A slot is either one value for all pages below it or a child; a
 * node whose slots are all the same value collapses into its parent. A terabyte in one state is one
 * slot; a fragmented one costs 8 bytes a page where it is fragmented. Reading and writing the page
 * next to the last one is O(1).
 */
#ifndef UV_PAGE_MAP_H
#define UV_PAGE_MAP_H

#include <stdint.h>

struct page_map;

/** A map of @pages pages (1..2^48), all of value @value. Owned by the caller; never NULL. */
struct page_map *page_map_create(uint64_t pages, uint64_t value);
void page_map_destroy(struct page_map *map);

/** Value of @page. */
uint64_t page_map_get(struct page_map *map, uint64_t page);

/**
 * Value of @page, and in *@run how many pages from it on (at most @max, @max >= 1) have the same
 * one.
 */
uint64_t page_map_run(struct page_map *map, uint64_t page, uint64_t max, uint64_t *run);

/** Set [@page, @page + @n) to @value. */
void page_map_set(struct page_map *map, uint64_t page, uint64_t n, uint64_t value);

/**
 * Pages whose value, masked with @mask, is @value, in [@page, @page + @n). Cost as the number of
 * uniform stretches.
 */
uint64_t page_map_count(struct page_map *map, uint64_t page, uint64_t n, uint64_t mask,
			uint64_t value);

/** Nodes in use: for tests and memory reports. */
uint64_t page_map_nodes(const struct page_map *map);

#endif
