/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Histograms against sorted samples.
 */
#include <stdlib.h>

#include "suites.h"
#include "trial.h"

#define SAMPLES 5000

static struct sim_histogram a, b, both;
static uint64_t sample[SAMPLES];

static int by_value(const void *x, const void *y)
{
	uint64_t left = *(const uint64_t *)x, right = *(const uint64_t *)y;

	return left < right ? -1 : left > right;
}

/* The smallest sample that @permille thousandths do not exceed. */
static uint64_t exact_quantile(unsigned permille)
{
	uint64_t want = ((uint64_t)SAMPLES * permille + 999) / 1000;

	return sample[want ? want - 1 : 0];
}

static void check_quantiles(const struct sim_histogram *h)
{
	for (unsigned permille = 0; permille <= 1000; permille++) {
		uint64_t exact = exact_quantile(permille), value = sim_histogram_quantile(h, permille);

		/* Never too small, and at most 1/64 too large. */
		ck_assert_uint_ge(value, exact);
		ck_assert_uint_le(value - exact, exact / 64);
	}
	ck_assert_uint_eq(sim_histogram_quantile(h, 1000), sample[SAMPLES - 1]);
}

/* @shift: how wide the samples are spread. */
static void check_spread(unsigned shift)
{
	unsigned __int128 sum = 0;

	sim_histogram_init(&a);
	sim_histogram_init(&b);
	sim_histogram_init(&both);
	for (unsigned i = 0; i < SAMPLES; i++) {
		sample[i] = roll(UINT64_MAX) >> roll(shift);
		sim_histogram_add(&both, sample[i], 1);
		sim_histogram_add(i % 3 ? &a : &b, sample[i], 1);
		sum += sample[i];
	}
	qsort(sample, SAMPLES, sizeof(*sample), by_value);
	check_quantiles(&both);
	ck_assert_uint_eq(both.min, sample[0]);
	ck_assert_uint_eq(both.max, sample[SAMPLES - 1]);
	ck_assert_uint_eq(sim_histogram_mean(&both), (uint64_t)(sum / SAMPLES));
	sim_histogram_merge(&a, &b);
	ck_assert_mem_eq(&a, &both, sizeof(a));
}

START_TEST(quantiles)
{
	roll_seed(3);
	for (unsigned shift = 1; shift <= 64; shift++)
		check_spread(shift);
}
END_TEST

START_TEST(empty)
{
	sim_histogram_init(&a);
	ck_assert_uint_eq(sim_histogram_quantile(&a, 500), 0);
	ck_assert_uint_eq(sim_histogram_mean(&a), 0);
	ck_assert_uint_eq(a.min, UINT64_MAX);
	sim_histogram_add(&a, 7, 0);
	ck_assert_uint_eq(a.count, 0);
	/* To merge nothing changes nothing. */
	sim_histogram_init(&b);
	sim_histogram_add(&b, 7, 2);
	both = b;
	sim_histogram_merge(&b, &a);
	ck_assert_mem_eq(&b, &both, sizeof(b));
}
END_TEST

/* One value, however often and however large, is itself at every quantile. */
START_TEST(one_value)
{
	static const uint64_t values[] = { 0, 1, 63, 64, 65, 127, 128, 129, 1000003, UINT64_MAX - 1, UINT64_MAX };

	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		sim_histogram_init(&a);
		sim_histogram_add(&a, values[i], 1);
		sim_histogram_add(&a, values[i], 4999999999);
		ck_assert_uint_eq(a.count, 5000000000);
		ck_assert_uint_eq(sim_histogram_mean(&a), values[i]);
		for (unsigned permille = 0; permille <= 1000; permille += 125)
			ck_assert_uint_eq(sim_histogram_quantile(&a, permille), values[i]);
	}
}
END_TEST

Suite *suite_histogram(void)
{
	const TTest *const tests[] = { quantiles, empty, one_value };

	return SUITE_OF("histogram", tests);
}
