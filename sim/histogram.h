/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Log-linear histogram of 64-bit values: 64 linear steps per power of two, hence a relative error
 * of at most 1/64, in constant memory. Minimum, maximum, sum and count are exact.
 */
#ifndef SIM_HISTOGRAM_H
#define SIM_HISTOGRAM_H

#include <stdint.h>

#define SIM_HISTOGRAM_SUB_BITS 6
#define SIM_HISTOGRAM_BUCKETS ((64 - SIM_HISTOGRAM_SUB_BITS + 1) << SIM_HISTOGRAM_SUB_BITS)

struct sim_histogram {
	uint64_t count;
	uint64_t min;		/* UINT64_MAX while empty */
	uint64_t max;
	unsigned __int128 sum;
	uint64_t bucket[SIM_HISTOGRAM_BUCKETS];
};

/** Make @h empty. */
void sim_histogram_init(struct sim_histogram *h);

/** Record @value @n times. Counts saturate nowhere: the caller keeps below 2^64 samples. */
void sim_histogram_add(struct sim_histogram *h, uint64_t value, uint64_t n);

/** Add all samples of @from to @to. */
void sim_histogram_merge(struct sim_histogram *to, const struct sim_histogram *from);

/**
 * The smallest bucket bound that at least @permille thousandths of the samples do not exceed,
 * clamped to [min, max]; 0 while empty. @permille in 0..1000 (999 is p99.9).
 */
uint64_t sim_histogram_quantile(const struct sim_histogram *h, unsigned permille);

/** Integer mean, rounded down; 0 while empty. */
uint64_t sim_histogram_mean(const struct sim_histogram *h);

#endif
