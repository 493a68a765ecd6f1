/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Costs: keys, counts, and draws that depend on seed, key, thread and chunk only.
 */
#include <string.h>

#include "suites.h"
#include "world.h"

static void spread(struct profile *profile)
{
	struct cost_entry *entry = &profile->cost[COST_UVC_DESTROY_SECURE];

	entry->dist = COST_UNIFORM;
	entry->low = 100 * SIM_NS;
	entry->high = 900 * SIM_NS;
	profile->cost[COST_UVC_IMPORT_NEW] = *entry;
	profile->cost[COST_UVC_MISC] = *entry;
}

START_TEST(keys)
{
	ck_assert_int_eq(cost_find("uvc.destroy_page.secure"), COST_UVC_DESTROY_SECURE);
	ck_assert_int_eq(cost_find("vmm.create_thread"), COST_VMM_THREAD);
	ck_assert_int_eq(cost_find("uvc.nothing"), COST_COUNT);
	for (unsigned id = 0; id < COST_COUNT; id++) {
		ck_assert_uint_eq(cost_find(cost_key(id)), id);
		ck_assert_uint_gt(strlen(cost_what(id)), 0);
	}
}
END_TEST

SIM_TEST(fixed_costs_are_counted)
{
	const struct cost_entry *entry = &w->profile.cost[COST_HOST_FAULT];

	ck_assert_ptr_eq(cost_profile(), &w->profile);
	ck_assert_uint_eq(cost(COST_HOST_FAULT), entry->value);
	ck_assert_uint_eq(cost_page(COST_HOST_FAULT, 77), entry->value);
	ck_assert_uint_eq(cost_page_run(COST_HOST_FAULT, 77), UINT64_MAX);
	ck_assert_uint_eq(entry->charged, 1);
	cost_charge(COST_HOST_FAULT, 10, 3);
	ck_assert_uint_eq(entry->charged, 11);
	ck_assert_uint_eq(entry->total, entry->value + 30);
}

SIM_TEST_TUNED(draws_stay_in_range_and_vary, spread)
{
	sim_time low = UINT64_MAX, high = 0, total = 0;

	for (unsigned i = 0; i < 1000; i++) {
		sim_time value = cost(COST_UVC_DESTROY_SECURE);

		low = value < low ? value : low;
		high = value > high ? value : high;
		total += value;
	}
	ck_assert_uint_ge(low, 100 * SIM_NS);
	ck_assert_uint_le(high, 900 * SIM_NS);
	ck_assert_uint_lt(low, 120 * SIM_NS);
	ck_assert_uint_gt(high, 880 * SIM_NS);
	ck_assert_uint_eq(w->profile.cost[COST_UVC_DESTROY_SECURE].charged, 1000);
	ck_assert_uint_eq(w->profile.cost[COST_UVC_DESTROY_SECURE].total, total);
}

#define CHUNKS 600

static sim_time drawn[2][CHUNKS];

/* The first world asks upwards, the second downwards and twice, with other draws in between. */
static void draw_upwards(struct world *w)
{
	(void)w;
	for (unsigned i = 0; i < CHUNKS; i++)
		drawn[0][i] =
			cost_page(COST_UVC_DESTROY_SECURE, (uint64_t)i * COST_CHUNK_PAGES + i);
}

static void draw_downwards(struct world *w)
{
	(void)w;
	for (unsigned i = CHUNKS; i-- > 0;) {
		cost(COST_UVC_MISC);
		cost_page(COST_UVC_IMPORT_NEW, i);
		drawn[1][i] = cost_page(COST_UVC_DESTROY_SECURE,
					(uint64_t)(i + 1) * COST_CHUNK_PAGES - 1);
		ck_assert_uint_eq(drawn[1][i], cost_page(COST_UVC_DESTROY_SECURE,
							 (uint64_t)i * COST_CHUNK_PAGES));
	}
}

START_TEST(a_chunk_has_one_draw_whoever_looks_first)
{
	bool differ = false;

	world_run_tuned(spread, draw_upwards);
	world_run_tuned(spread, draw_downwards);
	for (unsigned i = 0; i < CHUNKS; i++) {
		ck_assert_uint_eq(drawn[0][i], drawn[1][i]);
		differ |= drawn[0][i] != drawn[0][0];
	}
	ck_assert(differ);
}
END_TEST

SIM_TEST_TUNED(runs_end_with_the_chunk, spread)
{
	(void)w;
	ck_assert_uint_eq(cost_page_run(COST_UVC_DESTROY_SECURE, 0), COST_CHUNK_PAGES);
	ck_assert_uint_eq(cost_page_run(COST_UVC_DESTROY_SECURE, COST_CHUNK_PAGES - 1), 1);
	ck_assert_uint_eq(cost_page_run(COST_UVC_DESTROY_SECURE, 5 * COST_CHUNK_PAGES + 10),
			  COST_CHUNK_PAGES - 10);
	ck_assert_uint_eq(w->profile.cost[COST_UVC_DESTROY_SECURE].charged, 0);
}

static void other_thread(void *arg)
{
	sim_time *value = arg;

	*value = cost_page(COST_UVC_DESTROY_SECURE, 0);
}

SIM_TEST_TUNED(threads_draw_for_themselves, spread)
{
	sim_time mine, theirs = 0;

	(void)w;
	mine = cost_page(COST_UVC_DESTROY_SECURE, 0);
	sim_join(sim_spawn("other", other_thread, &theirs, NULL), false);
	ck_assert_uint_ne(mine, theirs);
	ck_assert_uint_eq(mine, cost_page(COST_UVC_DESTROY_SECURE, 1));
}

Suite *suite_cost(void)
{
	const TTest *tests[] = {
		keys,
		fixed_costs_are_counted,
		draws_stay_in_range_and_vary,
		a_chunk_has_one_draw_whoever_looks_first,
		runs_end_with_the_chunk,
		threads_draw_for_themselves,
	};

	return SUITE_OF("cost", tests);
}
