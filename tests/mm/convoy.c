/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Destroy walks side by side: those that have caught up with each other are advanced by whole periods (sim/convoy.h),
 * and nothing may come of it but what comes of single steps. Random costs, starts, numbers of walks and processors,
 * pages that are not alike, a guest that imports among them, a kill, a writer; and that it does happen.
 */
#include <errno.h>
#include <stdlib.h>

#include "mm/world.h"
#include "suites.h"
#include "world.h"

#define WALKERS_MAX 6

static uint64_t seed, convoys;
static uint64_t pages;
static struct sim_thread *walkers[WALKERS_MAX];
static unsigned walker_count;

struct walker {
	struct world *w;
	sim_time begin;
	uint64_t first, end;
	bool guest_tables;		/* the walk of 7.x */
};

static struct walker walker_of[WALKERS_MAX];

/* A number below @bound: the same sequence in both runs. */
static uint64_t state;

static uint64_t below(uint64_t bound)
{
	state = state * 6364136223846793005u + 1442695040888963407u;
	return (state >> 33) % bound;
}

static void begin(uint64_t number)
{
	state = number * 0x9e3779b97f4a7c15u + 1;
	below(2);
}

static void set_cost(struct world *w, enum cost_id id, uint64_t ns)
{
	w->profile.cost[id].value = ns * SIM_NS;
}

/* Costs are set after tune(): in the body, before anybody walks. */
static void random_costs(struct world *w)
{
	static const uint64_t plain[] = { 200, 500, 650, 1000 };

	set_cost(w, COST_UVC_DESTROY_SECURE, 400 + 50 * below(20));
	set_cost(w, COST_UVC_DESTROY_PLAIN, plain[below(4)]);
	set_cost(w, COST_UVC_BUSY, 10 + 30 * below(10));
	set_cost(w, COST_HOST_DESTROY_STEP, 20 + 40 * below(4));
	set_cost(w, COST_HOST_WALK_PTE, 5 + 5 * below(6));
	set_cost(w, COST_HOST_WALK_BATCH, 50 + 100 * below(8));
}

static void tune(struct world *w)
{
	begin(seed);
	w->processors = 1 + (unsigned)below(7);
}

static void walk(void *arg)
{
	struct walker *walker = arg;
	struct world *w = walker->w;
	int result;

	sim_sleep(walker->begin, false, "later");
	if (walker->guest_tables)
		result = gmap_pv_destroy_range(w->gmap, walker->first, walker->end, true);
	else
		result = mm_destroy_range(w->mm, USER_AT + walker->first * PAGE_BYTES,
					  USER_AT + walker->end * PAGE_BYTES, true);
	note("walked", result);
}

static void importer(void *arg)
{
	struct world *w = arg;
	uint64_t i;

	for (i = 0; i < 20; i++) {
		sim_sleep(10 * SIM_US + below(300) * SIM_US, false, "think");
		note("imported", gmap_convert_to_secure(w->gmap, below(pages) * PAGE_BYTES, w->conf, 1));
	}
}

static void killer(void *arg)
{
	(void)arg;
	sim_sleep(SIM_MS + below(4000) * SIM_US, false, "later");
	sim_signal_send(walkers[below(walker_count)], 9, true);
}

static void writer(void *arg)
{
	struct world *w = arg;

	sim_sleep(SIM_MS + below(4000) * SIM_US, false, "later");
	sim_rwsem_down_write(&w->mm->mmap_lock);
	sim_burn(SIM_US, SIM_KIND_KERNEL, "write");
	sim_rwsem_up_write(&w->mm->mmap_lock);
	note("written", (long long)uv_conf_pages(w->host->uv, w->conf));
}

/* Mostly secure; now and then a stretch that is not, or is not there. */
static void fill(struct world *w)
{
	uint64_t page = 0, n;

	while (page < pages) {
		n = 1000 + below(5000);
		if (n > pages - page)
			n = pages - page;
		world_import(w, page, n);
		page += n;
		n = below(3) ? 0 : 1 + below(300);
		if (below(2))
			world_fault_in(w, page, n);
		page += n;
	}
	pages = page;
}

static void random_walkers(struct world *w, bool guest_tables)
{
	unsigned i;

	walker_count = 2 + (unsigned)below(WALKERS_MAX - 1);
	for (i = 0; i < walker_count; i++) {
		walker_of[i] = (struct walker){ .w = w, .begin = below(2500) * SIM_US, .end = pages,
						.guest_tables = guest_tables };
		if (!below(4)) {
			walker_of[i].first = below(pages);
			walker_of[i].end = walker_of[i].first + below(pages - walker_of[i].first);
		}
		walkers[i] = sim_spawn("walker", walk, &walker_of[i], NULL);
	}
}

static void random_body(struct world *w)
{
	unsigned i;

	random_costs(w);
	pages = 4096 + below(4096);
	world_protect(w);
	fill(w);
	/* The walk of 7.x goes by the guest's tables; those that import under the pte lock are older. */
	random_walkers(w, below(2));
	if (!below(3))
		spawn("importer", importer, w);
	if (!below(3))
		spawn("killer", killer, w);
	if (!below(3))
		spawn("writer", writer, w);
	for (i = 0; i < walker_count; i++)
		sim_join(walkers[i], false);
	note("secure", (long long)uv_conf_pages(w->host->uv, w->conf));
	note("may be secure", (long long)world_pages(w, 0, pages, MM_PAGE_ARCH_1, MM_PAGE_ARCH_1));
	convoys += sim_counters_get()->convoys;
}

START_TEST(as_single_steps)
{
	convoys = 0;
	for (seed = 1 + 45 * (uint64_t)_i; seed <= 15 + 45 * (uint64_t)_i; seed++)
		world_run(tune, random_body);
	ck_assert_uint_gt(convoys, 5);
}
END_TEST

/* --- one that can be followed by hand --- */

static void count_body(struct world *w)
{
	unsigned i;

	pages = 8192;
	world_protect(w);
	world_import(w, 0, pages);
	walker_count = 3;
	for (i = 0; i < walker_count; i++) {
		walker_of[i] = (struct walker){ .w = w, .begin = i * 100 * SIM_US, .end = pages };
		walkers[i] = sim_spawn("walker", walk, &walker_of[i], NULL);
	}
	for (i = 0; i < walker_count; i++)
		sim_join(walkers[i], false);
	ck_assert_uint_eq(uv_conf_pages(w->host->uv, w->conf), 0);
	ck_assert_uint_eq(world_pages(w, 0, pages, MM_PAGE_ARCH_1, MM_PAGE_ARCH_1), 0);
	/* Each walk destroys each page once. */
	ck_assert_uint_eq(world_count(w, DESTROY, UVC_CC_OK), 3 * pages);
	/* In bulk: far fewer events than the 2 x 3 x 8192 steps of these walks. */
	if (!sim_config_get()->exact_pages) {
		ck_assert_uint_gt(sim_counters_get()->convoys, 0);
		ck_assert_uint_gt(sim_counters_get()->bulk_units, 40000);
	}
}

START_TEST(three_in_step)
{
	world_run(NULL, count_body);
}
END_TEST

Suite *suite_convoy(void)
{
	Suite *suite = suite_create("convoy");
	TCase *tcase = tcase_create("convoy");

	tcase_set_timeout(tcase, 300);
	tcase_add_loop_test(tcase, as_single_steps, 0, 3);
	tcase_add_test(tcase, three_in_step);
	suite_add_tcase(suite, tcase);
	return suite;
}
