/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Log-linear histogram: see the header.
 */
#include <string.h>

#include "sim/histogram.h"

#define SUB ((uint64_t)1 << SIM_HISTOGRAM_SUB_BITS)

static unsigned bucket_of(uint64_t value)
{
	unsigned shift;

	if (value < SUB)
		return value;
	shift = 63 - __builtin_clzll(value) - SIM_HISTOGRAM_SUB_BITS;
	return (shift + 1) * SUB + ((value >> shift) - SUB);
}

/* The largest value that falls into @bucket. */
static uint64_t bucket_top(unsigned bucket)
{
	unsigned shift;

	if (bucket < SUB)
		return bucket;
	shift = bucket / SUB - 1;
	return ((bucket % SUB + SUB + 1) << shift) - 1;
}

void sim_histogram_init(struct sim_histogram *h)
{
	memset(h, 0, sizeof(*h));
	h->min = UINT64_MAX;
}

void sim_histogram_add(struct sim_histogram *h, uint64_t value, uint64_t n)
{
	if (!n)
		return;
	h->count += n;
	h->sum += (unsigned __int128)value * n;
	if (value < h->min)
		h->min = value;
	if (value > h->max)
		h->max = value;
	h->bucket[bucket_of(value)] += n;
}

void sim_histogram_merge(struct sim_histogram *to, const struct sim_histogram *from)
{
	unsigned i;

	to->count += from->count;
	to->sum += from->sum;
	if (from->min < to->min)
		to->min = from->min;
	if (from->max > to->max)
		to->max = from->max;
	for (i = 0; i < SIM_HISTOGRAM_BUCKETS; i++)
		to->bucket[i] += from->bucket[i];
}

uint64_t sim_histogram_quantile(const struct sim_histogram *h, unsigned permille)
{
	unsigned __int128 want = ((unsigned __int128)h->count * permille + 999) / 1000;
	uint64_t seen = 0, value = 0;
	unsigned i;

	if (!h->count)
		return 0;
	for (i = 0; i < SIM_HISTOGRAM_BUCKETS; i++) {
		seen += h->bucket[i];
		if (h->bucket[i] && seen >= want) {
			value = bucket_top(i);
			break;
		}
	}
	if (value < h->min)
		return h->min;
	return value > h->max ? h->max : value;
}

uint64_t sim_histogram_mean(const struct sim_histogram *h)
{
	return h->count ? (uint64_t)(h->sum / h->count) : 0;
}
