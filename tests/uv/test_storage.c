/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Regions, reservations, and frame records that come back as they went in.
 */
#include <string.h>

#include "suites.h"
#include "uv/storage.h"

START_TEST(records_come_back)
{
	struct storage *storage = storage_create();
	static const int64_t deltas[] = {
		0,
		1,
		-1,
		(int64_t)1 << 36,
		-((int64_t)1 << 36),
		((int64_t)1 << 39) - 1,
		-((int64_t)1 << 39),
	};

	storage_add(storage, 100, 1000, NULL, "one");
	for (unsigned state = 0; state < FRAME_STATES; state++) {
		for (size_t i = 0; i < sizeof(deltas) / sizeof(deltas[0]); i++) {
			struct frame in = { state, (FRAME_CONFS - 1) >> i, deltas[i] }, out;

			ck_assert(frame_delta_fits(deltas[i]));
			storage_set(storage, 500, 10, in);
			out = storage_get(storage, 509, 1, NULL);
			ck_assert_int_eq(out.state, in.state);
			ck_assert_uint_eq(out.conf, in.conf);
			ck_assert_int_eq(out.delta, in.delta);
		}
	}
	ck_assert(!frame_delta_fits((int64_t)1 << 39));
	ck_assert(!frame_delta_fits(-((int64_t)1 << 39) - 1));
	storage_destroy(storage);
}
END_TEST

START_TEST(runs_stop_at_the_region)
{
	struct storage *storage = storage_create();
	struct frame secure = { FRAME_SECURE, 1, 5 };
	uint64_t run;

	storage_add(storage, 1000, 100, NULL, "one");
	storage_add(storage, 1100, 100, NULL, "two");
	storage_set(storage, 1010, 20, secure);
	ck_assert_int_eq(storage_get(storage, 1000, 500, &run).state, FRAME_PLAIN);
	ck_assert_uint_eq(run, 10);
	ck_assert_int_eq(storage_get(storage, 1015, 500, &run).state, FRAME_SECURE);
	ck_assert_uint_eq(run, 15);
	ck_assert_int_eq(storage_get(storage, 1030, 500, &run).state, FRAME_PLAIN);
	ck_assert_uint_eq(run, 70);
	storage_destroy(storage);
}
END_TEST

static unsigned removals;

static void removed(void *ctx, struct storage_region *region)
{
	ck_assert_ptr_eq(ctx, &removals);
	ck_assert_uint_eq(storage_region_first(region), 5000);
	ck_assert_uint_eq(storage_region_frames(region), 7);
	removals++;
}

START_TEST(regions_are_found_and_forgotten)
{
	struct storage *storage = storage_create();
	struct sim_domain domain;
	struct storage_region *low = storage_add(storage, 10, 10, NULL, "low");
	struct storage_region *high = storage_add(storage, 5000, 7, &domain, "high");
	struct storage_region *middle = storage_add(storage, 1000, 10, NULL, "middle");

	ck_assert_ptr_eq(storage_find(storage, 9), NULL);
	ck_assert_ptr_eq(storage_find(storage, 10), low);
	ck_assert_ptr_eq(storage_find(storage, 19), low);
	ck_assert_ptr_eq(storage_find(storage, 20), NULL);
	ck_assert_ptr_eq(storage_find(storage, 1009), middle);
	ck_assert_ptr_eq(storage_find(storage, 1010), NULL);
	ck_assert_ptr_eq(storage_find(storage, 5006), high);
	ck_assert_ptr_eq(storage_find(storage, UINT64_MAX), NULL);
	ck_assert_ptr_eq(storage_region_domain(high), &domain);
	ck_assert_ptr_eq(storage_region_domain(low), NULL);
	ck_assert_ptr_eq(storage_find(storage, 5006), high);
	storage_watch_remove(storage, removed, &removals);
	storage_remove(storage, high);
	ck_assert_uint_eq(removals, 1);
	ck_assert_ptr_eq(storage_find(storage, 5006), NULL);
	ck_assert_ptr_eq(storage_find(storage, 1000), middle);
	storage_destroy(storage);
}
END_TEST

START_TEST(reservations_are_aligned_and_never_repeat)
{
	struct storage *storage = storage_create();
	uint64_t first, second;

	storage_add(storage, 100, 1000, NULL, "kernel");
	first = storage_reserve(storage, 3);
	second = storage_reserve(storage, 1000);
	ck_assert_uint_ge(first, 1100);
	ck_assert_uint_eq(first % 256, 0);
	ck_assert_uint_ge(second, first + 3);
	ck_assert_uint_eq(second % 256, 0);
	storage_remove(storage, storage_add(storage, second, 1000, NULL, "gone"));
	ck_assert_uint_ge(storage_reserve(storage, 1), second + 1000);
	storage_destroy(storage);
}
END_TEST

START_TEST(states_have_names)
{
	ck_assert_int_eq(frame_state_letter(FRAME_PLAIN), 'N');
	ck_assert_int_eq(frame_state_letter(FRAME_DONATED), 'U');
	ck_assert_int_eq(frame_state_letter(FRAME_DISCARDED), 'Z');
	ck_assert_str_eq(frame_state_name(FRAME_SECURE), "secure");
	ck_assert_str_eq(frame_state_name(FRAME_EXPORTED), "exported");
}
END_TEST

Suite *suite_storage(void)
{
	const TTest *tests[] = {
		records_come_back, runs_stop_at_the_region, regions_are_found_and_forgotten,
		reservations_are_aligned_and_never_repeat, states_have_names,
	};

	return SUITE_OF("storage", tests);
}
