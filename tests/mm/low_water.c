/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The least number of free frames, and the most that cgroups used, while bulks take some and others give them back
 * (mm/low_water.c): the same as step by step, whatever the speeds, whoever looks, and however often; and bulks of
 * either kind do not stop each other.
 */
#include "mm/memcg.h"
#include "mm/world.h"
#include "suites.h"
#include "world.h"

#define MMS 5
#define GROUPS 2

static uint64_t seed, state;
static struct mm *mms[MMS];
static struct memcg *groups[GROUPS];
static uint64_t pages[MMS];
static sim_time begin[MMS];
static struct world *world;

static uint64_t below(uint64_t bound)
{
	state = state * 6364136223846793005u + 1442695040888963407u;
	return (state >> 33) % bound;
}

static void gives(void *arg)
{
	unsigned i = (unsigned)(uintptr_t)arg;

	sim_sleep(begin[i], false, "later");
	mm_put(mms[i]);
	note("gone", 0);
}

static void takes(void *arg)
{
	unsigned i = (unsigned)(uintptr_t)arg;

	sim_sleep(begin[i], false, "later");
	note("took", mm_user_touch(mms[i], USER_AT, pages[i], "use", COST_HOST_WALK_PTE));
}

/* Settles one of them, or takes a page at once, and may give it back. */
static void looks(void *arg)
{
	unsigned n = (unsigned)(uintptr_t)arg;

	while (n-- > 0) {
		sim_sleep(SIM_US + below(400) * SIM_US, false, "think");
		if (below(2)) {
			sim_domain_settle(&mms[below(MMS)]->domain);
			continue;
		}
		world_fault_in(world, n, 1);
		if (below(2))
			mm_discard(world->mm, USER_AT + n * PAGE_BYTES, 1);
	}
}

static struct mm *make(const char *name, uint64_t bytes)
{
	struct mm *mm = mm_create(world->host, name);

	ck_assert_int_eq(mm_mmap(mm, USER_AT, bytes), 0);
	return mm;
}

/* Each address space is in a group, or in none. */
static void make_groups(struct host *host)
{
	const struct memcg_config config = {
		.name = "group", .max = MEMCG_NO_LIMIT, .high = MEMCG_NO_LIMIT, .swap_max = MEMCG_NO_LIMIT,
	};
	unsigned i;

	for (i = 0; i < GROUPS; i++)
		groups[i] = memcg_create(host, &config);
	for (i = 0; i < MMS; i++)
		mms[i]->memcg = below(4) ? groups[below(GROUPS)] : NULL;
}

static void mixed_body(struct world *w)
{
	struct sim_thread *threads[MMS + 1];
	unsigned givers, i;

	world = w;
	state = seed * 0x9e3779b97f4a7c15u + 1;
	givers = 1 + (unsigned)below(3);
	/* From far slower than they are taken to far faster. */
	w->profile.cost[COST_HOST_UNMAP_PAGE].value = (20 + 40 * below(30)) * SIM_NS;
	w->profile.cost[COST_HOST_WALK_PTE].value = (5 + 50 * below(20)) * SIM_NS;
	for (i = 0; i < MMS; i++)
		mms[i] = make("other", 64 * MIB);
	if (seed % 2)
		make_groups(w->host);
	for (i = 0; i < MMS; i++) {
		pages[i] = 500 + below(5000);
		begin[i] = below(3000) * SIM_US;
		if (i < givers)
			ck_assert_int_eq(mm_user_touch(mms[i], USER_AT, pages[i], "fill", COST_HOST_WALK_PTE), 0);
	}
	w->host->lowest_free = w->host->free;
	for (i = 0; i < GROUPS && seed % 2; i++)
		groups[i]->peak = groups[i]->usage;
	for (i = 0; i < MMS; i++)
		threads[i] = sim_spawn("other", i < givers ? gives : takes, (void *)(uintptr_t)i, NULL);
	threads[MMS] = sim_spawn("looks", looks, (void *)(uintptr_t)below(20), NULL);
	for (i = 0; i <= MMS; i++)
		sim_join(threads[i], false);
	for (i = 0; i < GROUPS && seed % 2; i++)
		note("peak", (long long)groups[i]->peak);
}

static void many_processors(struct world *w)
{
	w->processors = MMS + 2;
}

START_TEST(mixed)
{
	for (seed = 1 + 10 * (uint64_t)_i; seed <= 10 + 10 * (uint64_t)_i; seed++)
		world_run(many_processors, mixed_body);
}
END_TEST

/* 16384 pages, 64 tables, go while as many others come: a handful of bulks, not one for each table. */
static void together_body(struct world *w)
{
	struct sim_thread *giver, *taker;
	uint64_t calls;

	world = w;
	mms[0] = make("old", 64 * MIB);
	mms[1] = make("new", 64 * MIB);
	pages[0] = pages[1] = 16384;
	begin[0] = begin[1] = 0;
	ck_assert_int_eq(mm_user_touch(mms[0], USER_AT, pages[0], "fill", COST_HOST_WALK_PTE), 0);
	calls = sim_counters_get()->bulk_calls;
	giver = sim_spawn("giver", gives, (void *)(uintptr_t)0, NULL);
	taker = sim_spawn("taker", takes, (void *)(uintptr_t)1, NULL);
	sim_join(giver, false);
	sim_join(taker, false);
	if (!sim_config_get()->exact_pages)
		ck_assert_uint_le(sim_counters_get()->bulk_calls - calls, 4);
}

START_TEST(together)
{
	world_run(many_processors, together_body);
}
END_TEST

Suite *suite_low_water(void)
{
	Suite *suite = suite_create("low_water");
	TCase *tcase = tcase_create("low_water");

	tcase_set_timeout(tcase, 300);
	tcase_add_loop_test(tcase, mixed, 0, 20);
	tcase_add_test(tcase, together);
	suite_add_tcase(suite, tcase);
	return suite;
}
