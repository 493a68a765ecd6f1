/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The time that populating a large kernel mapping takes: allocating and zeroing its frames, with a resched point
 * for every 512 of them, as vzalloc() has one per page-table page.
 *
 * Nobody else can see how far it is, so whole chunks go in bulk in a domain that nobody looks into.
 */
#include "mm/internal.h"

#define CHUNK 512

static const enum cost_id step[] = { COST_HOST_ALLOC_PAGE, COST_HOST_CLEAR_PAGE };

static uint64_t times_over(struct sim_position at, unsigned seg)
{
	return at.round + (at.seg > seg);
}

static void count_steps(void *ctx, struct sim_position from, struct sim_position to)
{
	const sim_time *each = ctx;
	unsigned i;

	for (i = 0; i < 2; i++)
		cost_charge(step[i], (times_over(to, i) - times_over(from, i)) * CHUNK, each[i]);
}

static const struct sim_bulk_ops populate_ops = { .settle = count_steps };

/* Whole chunks of @frames: how many frames are done. */
static uint64_t populate_in_bulk(uint64_t frames)
{
	struct sim_segment segment[2] = { { 0 } };
	struct sim_domain domain;
	sim_time each[2], partial;
	struct sim_bulk bulk = {
		.segment = segment, .segments = 2, .rounds = frames / CHUNK, .stride = 1, .ops = &populate_ops,
		.ctx = each,
	};
	struct sim_position at;
	bool exposed;
	unsigned i;

	for (i = 0; i < 2; i++) {
		if (!kernel_step_fixed(step[i], &each[i]) || !each[i])
			return 0;
		segment[i] = (struct sim_segment){
			.time = each[i] * CHUNK, .repeat = 1, .kind = SIM_KIND_KERNEL,
			.name = cost_key(step[i]), .resched = i == 1,
		};
	}
	sim_domain_init(&domain, "populate", 1);
	at = sim_bulk_run(&domain, &bulk, &exposed, &partial);
	if (at.round)
		sim_cond_resched();
	return at.round * CHUNK;
}

void host_populate(uint64_t frames)
{
	while (frames) {
		uint64_t n = populate_in_bulk(frames);

		if (!n) {
			n = frames < CHUNK ? frames : CHUNK;
			kernel_steps(COST_HOST_ALLOC_PAGE, n);
			kernel_steps(COST_HOST_CLEAR_PAGE, n);
			sim_cond_resched();
		}
		frames -= n;
	}
}
