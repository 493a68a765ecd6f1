/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What others have to do with pages: references that outlive a mapping, notifiers that are told, shrinkers that give.
 */
#include <errno.h>
#include <string.h>

#include "mm/memcg.h"
#include "mm/shrinker.h"
#include "suites.h"
#include "world.h"

#define PAGES(n) ((n) * PAGE_BYTES)
#define TABLE MM_TABLE_PAGES

static uint64_t user_frames(const struct world *w)
{
	return w->host->used[USE_USER];
}

/* --- references ------------------------------------------------------------------------------------- */

/* Of two pages that are referred to when their address space ends, each keeps its frame until it is let go. */
MM_TEST(outlive_an_exit)
{
	struct host *host = w->host;
	uint64_t first = world_frame(w, 700), second = world_frame(w, 2999);

	world_fault_in(w, 0, 3000);
	ck_assert(!folio_drop(host, w->mm, first, 1));
	folio_hold(w->mm, first, 2);
	folio_hold(w->mm, second, 1);
	ck_assert_uint_eq(folio_held(w->mm, first), 2);
	ck_assert_uint_eq(folio_extra_refs(w->mm, second), 1);
	ck_assert_uint_eq(mm_unheld_run(w->mm, world_frame(w, 0), 3000), 700);
	ck_assert_uint_eq(mm_unheld_run(w->mm, first, 10), 0);
	ck_assert_uint_eq(mm_unheld_run(w->mm, first + 1, 10), 10);
	ck_assert_uint_eq(mm_quiet_run(w->mm, first + 1, 10000), 2298);
	mm_put(w->mm);
	note("gone", (long long)user_frames(w));
	ck_assert_uint_eq(user_frames(w), 2);
	ck_assert_uint_eq(host->kept_pages, 2);
	ck_assert(!folio_drop(host, NULL, first + 1, 1));
	ck_assert(folio_drop(host, NULL, first, 1));
	ck_assert_uint_eq(user_frames(w), 2);
	ck_assert(folio_drop(host, NULL, second, 1));
	ck_assert_uint_eq(user_frames(w), 1);
	ck_assert(folio_drop(host, NULL, first, 1));
	ck_assert_uint_eq(user_frames(w), 0);
	ck_assert_ptr_null(host->kept);
}

/* The page that is faulted in after it has another frame behind it. */
MM_TEST(outlive_a_zap)
{
	uint64_t frame = world_frame(w, 5), free;

	world_fault_in(w, 0, 10);
	folio_hold(w->mm, frame, 1);
	free = w->host->free;
	mm_discard(w->mm, USER_AT, 10);
	ck_assert_uint_eq(w->host->free, free + 9);
	ck_assert_uint_eq(w->mm->rss, 0);
	world_fault_in(w, 5, 1);
	ck_assert_uint_eq(w->host->free, free + 8);
	ck_assert_uint_eq(folio_held(w->mm, frame), 0);
	ck_assert(folio_drop(w->host, w->mm, frame, 1));
	ck_assert_uint_eq(w->host->free, free + 9);
	ck_assert(!folio_drop(w->host, w->mm, frame, 1));
}

/* A frozen page is nobody's to import, and counts as held though no reference is there. */
MM_TEST(freeze)
{
	uint64_t frame = world_frame(w, 3);

	world_fault_in(w, 0, 10);
	folio_freeze(w->mm, frame, true);
	folio_freeze(w->mm, frame, true);
	ck_assert(folio_frozen(w->mm, frame) && !folio_frozen(w->mm, frame + 1));
	ck_assert_uint_eq(folio_extra_refs(w->mm, frame), 1);
	ck_assert_uint_eq(folio_held(w->mm, frame), 0);
	ck_assert_uint_eq(mm_unheld_run(w->mm, frame - 1, 8), 1);
	folio_freeze(w->mm, frame, false);
	ck_assert_uint_eq(folio_extra_refs(w->mm, frame), 0);
	ck_assert_uint_eq(w->mm->held, 0);
}

/* The destination of an import may have no reference but the importer's own. */
MM_TEST(import_needs_the_page_alone)
{
	world_protect(w);
	world_fault_in(w, 0, 2);
	folio_hold(w->mm, world_frame(w, 1), 1);
	ck_assert_int_eq(gmap_convert_to_secure(w->gmap, 0, w->conf, 1), 0);
	ck_assert_int_eq(gmap_convert_to_secure(w->gmap, PAGE_BYTES, w->conf, 1), -EAGAIN);
	ck_assert_uint_eq(world_count(w, UVC_CMD_CONV_TO_SEC_STOR, 0), 1);
	folio_drop(w->host, w->mm, world_frame(w, 1), 1);
	ck_assert_int_eq(gmap_convert_to_secure(w->gmap, PAGE_BYTES, w->conf, 1), 0);
}

/* --- notifiers -------------------------------------------------------------------------------------- */

struct watcher {
	struct mm_notifier notifier;	/* first */
	unsigned refuses;		/* so often, when it may not block */
	unsigned begun, ended, asked;
	bool young;
};

static int begin_range(struct mm_notifier *notifier, struct mm *mm, const struct mm_range *range)
{
	struct watcher *watcher = (struct watcher *)notifier;

	(void)mm;
	note("begin", (long long)((range->start - USER_AT) >> PAGE_SHIFT));
	watcher->begun++;
	if (range->may_block || !watcher->refuses)
		return 0;
	watcher->refuses--;
	return -EAGAIN;
}

static void end_range(struct mm_notifier *notifier, struct mm *mm, const struct mm_range *range)
{
	(void)mm;
	note("end", (long long)((range->end - USER_AT) >> PAGE_SHIFT));
	((struct watcher *)notifier)->ended++;
}

static bool is_young(struct mm_notifier *notifier, struct mm *mm, uint64_t start, uint64_t end)
{
	struct watcher *watcher = (struct watcher *)notifier;

	(void)mm;
	(void)start;
	(void)end;
	watcher->asked++;
	return watcher->young;
}

static struct watcher watcher;

static void watch(struct mm *mm)
{
	watcher = (struct watcher){ .notifier = { .begin = begin_range, .end = end_range, .young = is_young } };
	ck_assert(!mm_watched(mm));
	ck_assert_int_eq(mm_notifier_register(mm, &watcher.notifier), 0);
	ck_assert(mm_watched(mm));
}

static void with_device(struct world *w)
{
	w->pressure = (struct pressure_config){
		.swap_bytes = 64 * MIB, .bandwidth = PAGE_BYTES * 1000000, .latency = SIM_US, .queue = 8,
		.min = PAGE_BYTES, .low = PAGE_BYTES, .high = PAGE_BYTES,
	};
}

/* Two tables: each is told of by itself, before and after, and not when others know it to be in use. */
MM_TEST_TUNED(told_of_eviction, with_device)
{
	struct pressure *pressure = w->host->pressure;

	world_fault_in(w, 0, 2 * TABLE);
	mm_fresh_clear(w->mm, sim_self());
	memset(world_vma(w)->young, 0, 2);
	watch(w->mm);
	watcher.young = true;
	ck_assert_uint_eq(reclaim_batch(pressure, NULL, TABLE), 0);
	ck_assert_uint_eq(watcher.begun, 0);
	ck_assert_uint_gt(watcher.asked, 1);
	watcher.young = false;
	memset(world_vma(w)->young, 0, 2);
	ck_assert_uint_eq(reclaim_batch(pressure, NULL, TABLE), TABLE);
	ck_assert_uint_eq(reclaim_batch(pressure, NULL, TABLE), TABLE);
	ck_assert_uint_eq(watcher.begun, 2);
	ck_assert_uint_eq(watcher.ended, 2);
	ck_assert_uint_eq(w->mm->rss, 0);
	mm_notifier_unregister(w->mm, &watcher.notifier);
}

/* The end of an address space is told by release() alone. */
MM_TEST(not_told_of_an_exit)
{
	world_fault_in(w, 0, 1000);
	watch(w->mm);
	mm_put(w->mm);
	ck_assert_uint_eq(watcher.begun + watcher.ended, 0);
	ck_assert_uint_eq(user_frames(w), 0);
	mm_notifier_unregister(w->mm, &watcher.notifier);
	note_expect("");
}

static void no_kill(void *ctx)
{
	(void)ctx;
}

/* The reaper may not block: it comes again a tenth of a second later while it is refused, and then goes through. */
MM_TEST_TUNED(refuses_the_reaper, with_device)
{
	struct pressure *pressure = w->host->pressure;
	struct mm *mm = w->mm;
	sim_time killed;

	world_fault_in(w, 0, 300);
	mm->kill = no_kill;
	watch(mm);
	watcher.refuses = 2;
	killed = sim_now();
	ck_assert_int_eq(out_of_memory(pressure, NULL, 1), OOM_DYING);
	sim_sleep(3 * SIM_S, false, "reaper");
	ck_assert_int_eq(pressure->oom.events->reaped, OOM_REAPED);
	ck_assert_uint_eq(pressure->oom.events->reaped_pages, 300);
	ck_assert_uint_ge(pressure->oom.events->reaped_at - killed, 2200 * SIM_MS);
	ck_assert_uint_lt(pressure->oom.events->reaped_at - killed, 2300 * SIM_MS);
	ck_assert_uint_eq(watcher.begun, 3);
	ck_assert_uint_eq(watcher.ended, 1);
	mm_notifier_unregister(mm, &watcher.notifier);
	mm_put(mm);
}

/* --- shrinkers -------------------------------------------------------------------------------------- */

struct cache {
	struct mm_shrinker shrinker;	/* first */
	uint64_t has, scanned;
	unsigned counted, scans;
	bool stops;
};

static uint64_t count(struct mm_shrinker *shrinker)
{
	struct cache *cache = (struct cache *)shrinker;

	cache->counted++;
	return cache->has ? cache->has : SHRINK_HAS_NONE;
}

static uint64_t scan(struct mm_shrinker *shrinker, uint64_t n, uint64_t *looked_at)
{
	struct cache *cache = (struct cache *)shrinker;

	if (cache->stops)
		return SHRINK_STOP_SCAN;
	cache->scans++;
	cache->scanned += *looked_at;
	sim_sleep(SIM_US, false, "shrinks");
	if (n > cache->has)
		n = cache->has;
	cache->has -= n;
	return n;
}

static struct cache cache_of(uint64_t has)
{
	return (struct cache){ .shrinker = { .count = count, .scan = scan, .seeks = 2 }, .has = has };
}

/*
 * 4096 << 12 objects: at priority 12 that is 4096 * 4 / 2. With pages at hand no more is asked for; 100 objects are too
 * few for any priority before 100 >> p << 1 reaches all of them: at 1.
 */
MM_TEST_TUNED(as_many_as_it_is_hard, with_device)
{
	struct pressure *pressure = w->host->pressure;
	struct cache big = cache_of((uint64_t)4096 << 12), small = cache_of(100), none = cache_of(0);

	shrinker_add(w->host, &big.shrinker);
	ck_assert_uint_eq(shrink_all(pressure, true), 8192);
	ck_assert_uint_eq(big.scans, 8192 / 128);
	shrinker_remove(w->host, &big.shrinker);
	shrinker_add(w->host, &none.shrinker);
	shrinker_add(w->host, &small.shrinker);
	ck_assert_uint_eq(shrink_all(pressure, true), 0);
	ck_assert_uint_eq(small.counted, 1);
	ck_assert_uint_eq(shrink_all(pressure, false), 100);
	ck_assert_uint_eq(small.counted, 1 + 12);
	ck_assert_uint_eq(small.scans, 1);
	ck_assert_uint_eq(none.scans, 0);
	small = cache_of(100);
	small.stops = true;
	shrinker_remove(w->host, &none.shrinker);
	w->host->shrinkers = NULL;
	shrinker_add(w->host, &small.shrinker);
	ck_assert_uint_eq(shrink_all(pressure, false), 0);
	ck_assert_uint_eq(small.counted, 13);
	shrinker_remove(w->host, &small.shrinker);
}

/* What is too little for one batch is not forgotten: it adds up. */
MM_TEST_TUNED(deferred_work, with_device)
{
	struct pressure *pressure = w->host->pressure;
	struct cache cache = cache_of((uint64_t)60 << 12);
	unsigned i;

	cache.shrinker.batch = 1000000;
	shrinker_add(w->host, &cache.shrinker);
	for (i = 0; i < 10; i++)
		ck_assert_uint_eq(shrink_all(pressure, true), 0);
	ck_assert_uint_eq(cache.shrinker.deferred, 1200);
	shrinker_remove(w->host, &cache.shrinker);
}

static struct cache slow;

static void shrinks(void *world)
{
	struct world *w = world;

	note("freed", (long long)shrink_all(w->host->pressure, false));
}

/* Whoever takes one away waits for those who are in it. */
MM_TEST_TUNED(removal_waits, with_device)
{
	sim_time begun = sim_now();

	slow = cache_of(128 * 20);
	shrinker_add(w->host, &slow.shrinker);
	spawn("other", shrinks, w);
	sim_sleep(SIM_US / 2, false, "midst");
	ck_assert_uint_eq(slow.shrinker.busy, 1);
	shrinker_remove(w->host, &slow.shrinker);
	ck_assert_uint_eq(slow.shrinker.busy, 0);
	ck_assert_uint_ge(sim_now(), begun + SIM_US);
	ck_assert_ptr_null(w->host->shrinkers);
}

/* A batch of reclaim that finds no page counts what shrinkers give, but a group's reclaim does not ask them. */
MM_TEST_TUNED(reclaim_asks, with_device)
{
	const struct memcg_config config = { .name = "group", .max = PAGES(100), .high = MEMCG_NO_LIMIT,
					     .swap_max = MEMCG_NO_LIMIT };
	struct memcg *group = memcg_create(w->host, &config);
	struct cache cache = cache_of(64);

	shrinker_add(w->host, &cache.shrinker);
	ck_assert_uint_eq(reclaim_batch(w->host->pressure, group, TABLE), 0);
	ck_assert_uint_eq(cache.counted, 0);
	ck_assert_uint_eq(reclaim_batch(w->host->pressure, NULL, TABLE), 64);
	ck_assert_uint_eq(cache.has, 0);
	ck_assert_uint_eq(reclaim_batch(w->host->pressure, NULL, TABLE), 0);
	shrinker_remove(w->host, &cache.shrinker);
}

Suite *suite_held(void)
{
	Suite *suite = suite_create("held");
	TCase *tc = tcase_create("references");

	tcase_add_test(tc, outlive_an_exit);
	tcase_add_test(tc, outlive_a_zap);
	tcase_add_test(tc, freeze);
	tcase_add_test(tc, import_needs_the_page_alone);
	suite_add_tcase(suite, tc);
	tc = tcase_create("notifiers");
	tcase_add_test(tc, told_of_eviction);
	tcase_add_test(tc, not_told_of_an_exit);
	tcase_add_test(tc, refuses_the_reaper);
	suite_add_tcase(suite, tc);
	tc = tcase_create("shrinkers");
	tcase_add_test(tc, as_many_as_it_is_hard);
	tcase_add_test(tc, deferred_work);
	tcase_add_test(tc, removal_waits);
	tcase_add_test(tc, reclaim_asks);
	suite_add_tcase(suite, tc);
	return suite;
}
