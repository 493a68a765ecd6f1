/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * page_map against a flat array: random operations, then uniform again; and the promises about
 * size.
 */
#include <stdlib.h>

#include "suites.h"
#include "uv/page_map.h"

static uint64_t state;

static uint64_t rnd(uint64_t bound)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state % bound;
}

static void check_all(struct page_map *map, const uint64_t *flat, uint64_t pages)
{
	uint64_t page = 0, run;

	while (page < pages) {
		uint64_t want = 1;

		while (page + want < pages && flat[page + want] == flat[page])
			want++;
		ck_assert_uint_eq(page_map_get(map, page), flat[page]);
		ck_assert_uint_eq(page_map_run(map, page, UINT64_MAX, &run), flat[page]);
		ck_assert_uint_eq(run, want);
		page += want;
	}
}

static void check_count(struct page_map *map, const uint64_t *flat, uint64_t pages)
{
	uint64_t first = rnd(pages), n = rnd(pages - first + 1), value = rnd(4), count = 0;

	for (uint64_t i = first; i < first + n; i++)
		count += (flat[i] & 3) == value;
	ck_assert_uint_eq(page_map_count(map, first, n, 3, value), count);
}

static void compare(uint64_t pages, unsigned steps, uint64_t longest)
{
	struct page_map *map = page_map_create(pages, 7);
	uint64_t *flat = malloc(pages * sizeof(*flat)), run;

	for (uint64_t i = 0; i < pages; i++)
		flat[i] = 7;
	for (unsigned step = 0; step < steps; step++) {
		uint64_t first = rnd(pages),
			 n = rnd(longest < pages - first ? longest : pages - first) + 1;
		uint64_t value = rnd(3), max = rnd(200) + 1, want = 1;

		if (rnd(2))
			n = 1;
		page_map_set(map, first, n, value);
		for (uint64_t i = first; i < first + n; i++)
			flat[i] = value;
		first = rnd(pages);
		while (want < max && first + want < pages && flat[first + want] == flat[first])
			want++;
		ck_assert_uint_eq(page_map_run(map, first, max, &run), flat[first]);
		ck_assert_uint_eq(run, want);
		if (step % 64 == 0)
			check_count(map, flat, pages);
	}
	check_all(map, flat, pages);
	/* Uniform again, page by page in one map and at once in the next: nothing may be left. */
	for (uint64_t i = 0; i < pages; i++)
		page_map_set(map, i, 1, 9);
	ck_assert_uint_eq(page_map_nodes(map), 1);
	page_map_set(map, pages / 2, 1, 1);
	page_map_set(map, 0, pages, 2);
	ck_assert_uint_eq(page_map_nodes(map), 1);
	ck_assert_uint_eq(page_map_run(map, 0, UINT64_MAX, &run), 2);
	ck_assert_uint_eq(run, pages);
	page_map_destroy(map);
	free(flat);
}

START_TEST(like_a_flat_array)
{
	static const uint64_t sizes[] = { 1,	2,    63,   64,	   65,	   100,
					  4095, 4096, 4097, 20000, 262144, 300001 };

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		state = 88172645463325252u + i;
		compare(sizes[i], 3000, sizes[i]);
		compare(sizes[i], 3000, 200);
	}
}
END_TEST

START_TEST(a_terabyte_in_one_state_is_one_node)
{
	uint64_t pages = (uint64_t)1 << 32, run;
	struct page_map *map = page_map_create(pages, 0);

	for (unsigned i = 0; i < 1000; i++) {
		page_map_set(map, 12345, pages - 20000, i + 1);
		page_map_set(map, 12345, pages - 20000, 0);
		ck_assert_uint_eq(page_map_nodes(map), 1);
	}
	page_map_set(map, pages - 1, 1, 5);
	ck_assert_uint_eq(page_map_run(map, 0, UINT64_MAX, &run), 0);
	ck_assert_uint_eq(run, pages - 1);
	ck_assert_uint_eq(page_map_count(map, 0, pages, UINT64_MAX, 0), pages - 1);
	/* One page that differs costs one node per level below the root. */
	ck_assert_uint_eq(page_map_nodes(map), 6);
	page_map_set(map, pages - 1, 1, 0);
	ck_assert_uint_eq(page_map_nodes(map), 1);
	page_map_destroy(map);
}
END_TEST

START_TEST(the_largest_map)
{
	uint64_t pages = (uint64_t)1 << 48, run;
	struct page_map *map = page_map_create(pages, 1);

	page_map_set(map, pages - 2, 2, 2);
	ck_assert_uint_eq(page_map_get(map, pages - 1), 2);
	ck_assert_uint_eq(page_map_run(map, 0, pages, &run), 1);
	ck_assert_uint_eq(run, pages - 2);
	page_map_destroy(map);
}
END_TEST

START_TEST(values_may_look_like_pointers)
{
	struct page_map *map = page_map_create(1000, UINT64_MAX);
	uint64_t looks = (uint64_t)(uintptr_t)map;

	page_map_set(map, 500, 1, looks);
	ck_assert_uint_eq(page_map_get(map, 500), looks);
	ck_assert_uint_eq(page_map_get(map, 501), UINT64_MAX);
	page_map_set(map, 500, 1, UINT64_MAX);
	ck_assert_uint_eq(page_map_nodes(map), 1);
	page_map_destroy(map);
}
END_TEST

START_TEST(sequential_change_never_grows)
{
	uint64_t pages = (uint64_t)1 << 20, most = 0;
	struct page_map *map = page_map_create(pages, 0);

	for (uint64_t i = 0; i < pages; i++) {
		page_map_set(map, i, 1, 1);
		if (page_map_nodes(map) > most)
			most = page_map_nodes(map);
	}
	ck_assert_uint_eq(page_map_nodes(map), 1);
	ck_assert_uint_le(most, 4);
	page_map_destroy(map);
}
END_TEST

Suite *suite_page_map(void)
{
	const TTest *tests[] = {
		like_a_flat_array, a_terabyte_in_one_state_is_one_node, the_largest_map,
		values_may_look_like_pointers, sequential_change_never_grows,
	};

	return SUITE_OF("page_map", tests);
}
