/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory pressure: watermarks, who is evicted and who is not, the swap device, and kswapd.
 */
#include <errno.h>
#include <string.h>

#include "suites.h"
#include "world.h"

/* The device of these tests: a page in 1 us, 50 us of latency. */
#define NS_PAGE 1000
#define NS_LATENCY 50000
#define TABLE MM_TABLE_PAGES

static void with_device(struct world *w)
{
	w->pressure = (struct pressure_config){
		.swap_bytes = 64 * MIB, .bandwidth = PAGE_BYTES * 1000000, .latency = NS_LATENCY * SIM_NS, .queue = 8,
		.min = PAGE_BYTES, .low = PAGE_BYTES, .high = PAGE_BYTES,
	};
}

static struct pressure *of(struct world *w)
{
	return w->host->pressure;
}

static uint64_t evict(struct world *w)
{
	return reclaim_batch(of(w), NULL, TABLE);
}

/* Guest pages that are there, and used since: nothing is fresh. */
static void used(struct world *w, uint64_t first, uint64_t n)
{
	world_fault_in(w, first, n);
	mm_fresh_clear(w->mm, sim_self());
}

static uint64_t flags_of(struct world *w, uint64_t page)
{
	sim_domain_settle(&w->mm->domain);
	return vma_flags(world_vma(w), page, 1, NULL);
}

/* --- watermarks ------------------------------------------------------------------------------------------- */

static void linux_watermarks(struct world *w)
{
	with_device(w);
	w->pressure.min = w->pressure.low = w->pressure.high = 0;
}

/*
 * 1 GiB: min is 4 * sqrt(1048576 KiB) KiB = 4096 KiB; a quarter of it is less than a thousandth of memory, 262
 * pages.
 */
MM_TEST_TUNED(watermarks_as_linux, linux_watermarks)
{
	ck_assert_uint_eq(of(w)->min, 1024);
	ck_assert_uint_eq(of(w)->low, 1024 + 262);
	ck_assert_uint_eq(of(w)->high, 1024 + 2 * 262);
	ck_assert_uint_eq(of(w)->unit, TABLE);
}

static void small_host(struct world *w)
{
	linux_watermarks(w);
	w->host_bytes = 64 * MIB;
}

/* 64 MiB: 4 * sqrt(65536) KiB = 1024 KiB; a quarter of it. */
MM_TEST_TUNED(watermarks_of_a_small_host, small_host)
{
	ck_assert_uint_eq(of(w)->min, 256);
	ck_assert_uint_eq(of(w)->low, 256 + 64);
	ck_assert_uint_eq(of(w)->high, 256 + 128);
}

static void odd_watermarks(struct world *w)
{
	with_device(w);
	w->pressure.min = 8 * MIB;
	w->pressure.low = MIB;
	w->pressure.high = 72 * MIB;
}

/* Those of a scenario are put in order, and kswapd takes a sixteenth of what lies between low and high. */
MM_TEST_TUNED(watermarks_of_a_scenario, odd_watermarks)
{
	ck_assert_uint_eq(of(w)->min, 2048);
	ck_assert_uint_eq(of(w)->low, 2048);
	ck_assert_uint_eq(of(w)->high, 18432);
	ck_assert_uint_eq(of(w)->unit, 1024);
}

/* --- who is evicted ------------------------------------------------------------------------------------------ */

MM_TEST_TUNED(second_chance, with_device)
{
	used(w, 0, 2 * TABLE);
	/* Both were touched: the first round takes the marks, the second one evicts what comes first. */
	ck_assert_uint_eq(evict(w), TABLE);
	ck_assert_uint_eq(world_pages(w, 0, TABLE, MM_PAGE_WRITEBACK, MM_PAGE_WRITEBACK), TABLE);
	used(w, 4 * TABLE, TABLE);
	world_vma(w)->young[4] = 0;
	pressure_touched(world_vma(w), TABLE + 3, 1);
	/* The second table was the next one, but one of its pages has been touched since: the one behind it goes. */
	ck_assert_uint_eq(evict(w), TABLE);
	ck_assert_uint_eq(world_pages(w, TABLE, TABLE, MM_PAGE_PRESENT, MM_PAGE_PRESENT), TABLE);
	ck_assert_uint_eq(world_vma(w)->young[1], 0);
	ck_assert_uint_eq(of(w)->evicted, 2 * TABLE);
	swap_wait_mm(w->mm);
	ck_assert_uint_eq(w->mm->swapped, 2 * TABLE);
	ck_assert_uint_eq(w->mm->rss, TABLE);
	note("evicted", (long long)of(w)->evicted);
}

/* What a thread has faulted in and not used stays, however hard one looks; its neighbours do not. */
MM_TEST_TUNED(fresh_pages_stay, with_device)
{
	world_fault_in(w, 7, 1);
	ck_assert_uint_eq(evict(w), 0);
	world_fault_in(w, 8, 1);
	ck_assert_uint_eq(evict(w), 1);
	ck_assert_uint_eq(flags_of(w, 7), MM_PAGE_WRITEBACK);
	ck_assert_uint_eq(flags_of(w, 8), MM_PAGE_PRESENT);
	mm_fresh_clear(w->mm, sim_self());
	ck_assert_uint_eq(evict(w), 1);
	swap_wait_mm(w->mm);
}

/* A page in the hands of a destroy walk splits the stretch. */
MM_TEST_TUNED(gathered_pages_stay, with_device)
{
	struct mm_gather gather = { .count = 1 };

	used(w, 0, TABLE);
	gather.frame[0] = world_frame(w, 100);
	gather_add(w->mm, &gather);
	ck_assert_uint_eq(evict(w), 100);
	ck_assert_uint_eq(evict(w), 155);
	ck_assert_uint_eq(evict(w), 0);
	gather_remove(w->mm, &gather);
	ck_assert_uint_eq(evict(w), 1);
	swap_wait_mm(w->mm);
}

/* Several tables at once, as kswapd takes them: the marks of what comes after the first young one stay. */
MM_TEST_TUNED(long_stretches, with_device)
{
	uint8_t *young = world_vma(w)->young;

	used(w, 0, 8 * TABLE);
	memset(young, 0, 8);
	young[5] = young[6] = 1;
	ck_assert_uint_eq(reclaim_batch(of(w), NULL, 8 * TABLE), 5 * TABLE);
	ck_assert_uint_eq(young[5], 0);
	ck_assert_uint_eq(young[6], 1);
	note("five tables", (long long)of(w)->writeback);
	/* The hand is behind the young one. */
	ck_assert_uint_eq(reclaim_batch(of(w), NULL, 8 * TABLE), TABLE);
	ck_assert_uint_eq(flags_of(w, 7 * TABLE), MM_PAGE_WRITEBACK);
	ck_assert_uint_eq(young[6], 0);
	swap_wait_mm(w->mm);
	note("written", (long long)of(w)->swap.written);
}

static void toucher(void *world)
{
	struct world *w = world;

	/* In the middle of the third table's look. */
	sim_sleep((2 * TABLE * (NS_WALK_PTE + NS_UNMAP) + 1000) * SIM_NS, false, "waits");
	sim_domain_touch(&w->mm->domain, world_frame(w, 2 * TABLE), 1);
	pressure_touched(world_vma(w), 2 * TABLE, 1);
	note("touched", (long long)of(w)->writeback);
}

/* Somebody touches a table while it is being looked at: it gets its second chance, in bulk or not. */
MM_TEST_TUNED(touched_while_looked_at, with_device)
{
	struct sim_thread *thread;

	used(w, 0, 8 * TABLE);
	memset(world_vma(w)->young, 0, 8);
	thread = spawn("toucher", toucher, w);
	ck_assert_uint_eq(reclaim_batch(of(w), NULL, 8 * TABLE), 2 * TABLE);
	note("two tables", (long long)of(w)->writeback);
	sim_join(thread, false);
	swap_wait_mm(w->mm);
}

/* --- secure pages ----------------------------------------------------------------------------------------------- */

/* Exported once each, written, read, and imported with the check; the configuration has them again. */
MM_TEST_TUNED(contents_come_back, with_device)
{
	struct frame frame;
	sim_time begin;

	world_protect(w);
	world_import(w, 0, 3);
	mm_fresh_clear(w->mm, sim_self());
	ck_assert_uint_eq(evict(w), 3);
	ck_assert_uint_eq(of(w)->exports, 3);
	ck_assert_uint_eq(uv_conf_pages(w->host->uv, w->conf), 0);
	swap_wait_mm(w->mm);
	ck_assert_uint_eq(flags_of(w, 1), MM_PAGE_SWAPPED);
	begin = sim_now();
	world_fault_in(w, 1, 1);
	ck_assert_uint_eq(sim_now() - begin, (NS_FAULT + NS_ALLOC + NS_PAGE + NS_LATENCY) * SIM_NS);
	ck_assert_uint_eq(flags_of(w, 1), MM_PAGE_PRESENT);
	frame = storage_get(w->host->storage, world_frame(w, 1), 1, NULL);
	ck_assert_int_eq(frame.state, FRAME_EXPORTED);
	ck_assert_int_eq(gmap_convert_to_secure(w->gmap, PAGE_BYTES, w->conf, 1), 0);
	frame = storage_get(w->host->storage, world_frame(w, 1), 1, NULL);
	ck_assert_int_eq(frame.state, FRAME_SECURE);
	ck_assert_uint_eq(of(w)->swap.used, 2);
	ck_assert_uint_eq(of(w)->swap.read, 1);
	ck_assert_uint_eq(world_violations(w, "free-secure"), 0);
}

/* A page that is wanted back while it is written is mapped again; its import is refused until that is over. */
MM_TEST_TUNED(no_import_under_writeback, with_device)
{
	sim_time begin = 0;

	world_protect(w);
	world_import(w, 0, 1);
	mm_fresh_clear(w->mm, sim_self());
	ck_assert_uint_eq(evict(w), 1);
	begin = sim_now();
	world_fault_in(w, 0, 1);
	ck_assert_uint_eq(sim_now() - begin, NS_FAULT * SIM_NS);
	ck_assert_uint_eq(flags_of(w, 0), MM_PAGE_PRESENT | MM_PAGE_WRITEBACK);
	ck_assert_uint_eq(of(w)->came_back, 1);
	ck_assert_uint_eq(of(w)->writeback, 0);
	ck_assert_int_eq(gmap_convert_to_secure(w->gmap, 0, w->conf, 1), -EAGAIN);
	/* It has waited for the write: 1 us and the latency after it was begun. */
	ck_assert_uint_eq(sim_now() - begin, (NS_PAGE + NS_LATENCY) * SIM_NS);
	ck_assert_uint_eq(flags_of(w, 0), MM_PAGE_PRESENT);
	ck_assert_uint_eq(of(w)->swap.used, 0);
	ck_assert_int_eq(gmap_convert_to_secure(w->gmap, 0, w->conf, 1), 0);
}

/* --- the device --------------------------------------------------------------------------------------------------- */

static void short_queue(struct world *w)
{
	with_device(w);
	w->pressure.queue = 2;
}

/* Two requests in flight; the third waits for the first, 256 us of transfer and its latency. */
MM_TEST_TUNED(queue_is_limited, short_queue)
{
	sim_time begin, third;

	used(w, 0, 3 * TABLE);
	memset(world_vma(w)->young, 0, 3);
	ck_assert_uint_eq(evict(w), TABLE);
	begin = sim_now();
	ck_assert_uint_eq(evict(w), TABLE);
	ck_assert_uint_eq(of(w)->swap.in_flight, 2);
	third = sim_now() - begin;
	ck_assert_uint_lt(third, TABLE * NS_PAGE * SIM_NS);
	ck_assert_uint_eq(evict(w), TABLE);
	ck_assert_uint_eq(sim_now() - begin, (TABLE * NS_PAGE + NS_LATENCY) * SIM_NS);
	swap_wait_mm(w->mm);
	/* Transfers follow one another, latencies overlap. */
	ck_assert_uint_eq(sim_now() - begin, (3 * TABLE * NS_PAGE + NS_LATENCY) * SIM_NS);
}

static void ten_slots(struct world *w)
{
	with_device(w);
	w->pressure.swap_bytes = 10 * PAGE_BYTES;
}

MM_TEST_TUNED(device_is_full, ten_slots)
{
	used(w, 0, TABLE);
	ck_assert_uint_eq(evict(w), 10);
	ck_assert_uint_eq(evict(w), 0);
	swap_wait_mm(w->mm);
	ck_assert_uint_eq(of(w)->swap.used, 10);
	ck_assert_uint_eq(evict(w), 0);
	/* One comes back, one may go. */
	used(w, 3, 1);
	ck_assert_uint_eq(of(w)->swap.used, 9);
	ck_assert_uint_eq(evict(w), 1);
	swap_wait_mm(w->mm);
	ck_assert_uint_eq(of(w)->swap.most_used, 10);
}

/*
 * --- who waits
 * ------------------------------------------------------------------------------------------------------
 */

static void busy_daemon(struct world *w)
{
	with_device(w);
	w->host_bytes = 64 * MIB;
	w->pressure.min = MIB;
	w->pressure.low = 20 * MIB;
	w->pressure.high = 24 * MIB;
}

/* kswapd is woken below low, works until high, and sleeps again; nobody has to wait for it. */
MM_TEST_TUNED(daemon_works_up_to_high, busy_daemon)
{
	uint64_t free = w->host->free;

	used(w, 0, free - of(w)->low);
	ck_assert(!of(w)->awake);
	used(w, free - of(w)->low, 1);
	ck_assert(of(w)->awake);
	sim_sleep(SIM_S, false, "waits");
	host_frames_settle(w->host);
	ck_assert(!of(w)->awake);
	ck_assert_uint_ge(w->host->free, of(w)->high);
	ck_assert_uint_lt(w->host->free, of(w)->high + TABLE);
	ck_assert_uint_eq(of(w)->stalls, 0);
	note("evicted", (long long)of(w)->evicted);
}

static void no_device(struct world *w)
{
	with_device(w);
	w->host_bytes = 64 * MIB;
	w->pressure.swap_bytes = 0;
	w->pressure.low = 2 * PAGE_BYTES;
	w->pressure.high = 4 * PAGE_BYTES;
}

static bool gets_a_page(struct world *w)
{
	return host_get_pages(w->host, 0, ALLOC_KERNEL | ALLOC_RETRY_MAYFAIL, USE_KERNEL, "page") != 0;
}

/* Nothing to evict, and nobody may be killed for it: it fails, at once and every time; kswapd gives up for good. */
MM_TEST_TUNED(nothing_helps, no_device)
{
	uint64_t n = w->host->free - of(w)->min;
	sim_time begin;

	used(w, 0, n);
	begin = sim_now();
	ck_assert(!gets_a_page(w));
	ck_assert_uint_eq(sim_now() - begin, NS_ALLOC * SIM_NS);
	sim_sleep(SIM_S, false, "waits");
	ck_assert(pressure_hopeless(of(w)));
	ck_assert(!of(w)->awake);
	ck_assert(!gets_a_page(w));
	ck_assert_uint_eq(of(w)->failed, 2);
	ck_assert_ptr_null(of(w)->oom.events);
}

static struct mm *dying;

static void asks_for_much(void *world)
{
	struct world *w = world;
	void *large = host_vzalloc(w->host, 300 * PAGE_BYTES, "large");

	note("got it", large != NULL);
	host_vfree(w->host, large);
}

static void is_killed(void *thread)
{
	note("kill", 0);
	sim_signal_send(thread, 9, true);
}

static void victim(void *world)
{
	struct world *w = world;
	sim_time begin;

	dying = mm_create(w->host, "victim");
	dying->kill = is_killed;
	dying->kill_ctx = sim_self();
	ck_assert_int_eq(mm_mmap(dying, USER_AT, 64 * MIB), 0);
	for (uint64_t page = 0; page < 8 * TABLE; page++)
		ck_assert_int_eq(mm_fault_in(dying, USER_AT + page * PAGE_BYTES), 0);
	sim_sleep(SIM_S, true, "waits");
	begin = sim_now();
	mm_put(dying);
	ck_assert_uint_eq(sim_now() - begin, 8 * TABLE * NS_UNMAP * SIM_NS);
}

/* Who waits for a victim's memory goes on as soon as there is enough: after the second table, not after the eighth. */
MM_TEST_TUNED(waits_for_as_much_as_it_needs, no_device)
{
	struct sim_thread *thread;
	uint64_t n;
	sim_time begin;

	thread = spawn("victim", victim, w);
	sim_sleep(100 * SIM_MS, false, "waits");
	n = w->host->free - of(w)->min;
	for (uint64_t page = 0; page < n; page++)
		ck_assert_int_eq(mm_fault_in(w->mm, USER_AT + page * PAGE_BYTES), 0);
	begin = sim_now();
	asks_for_much(w);
	/* 300 frames: two tables of 256. Then its own time: allocated once, populated, freed. */
	ck_assert_uint_eq(sim_now() - begin, (2 * TABLE * NS_UNMAP + NS_ALLOC + 300 * (NS_ALLOC + NS_CLEAR) +
					 NS_FREE) * SIM_NS);
	ck_assert_uint_eq(of(w)->stalls, 1);
	ck_assert_ptr_nonnull(of(w)->oom.events);
	sim_join(thread, false);
}

static void with_uneven_device(struct world *w)
{
	with_device(w);
	w->pressure.bandwidth = 3000000000;
}

/* 4 KiB at 3 GB/s are 1365333 1/3 ps: no transfer is faster than the device. */
MM_TEST_TUNED(transfers_are_rounded_up, with_uneven_device)
{
	sim_time begin;

	used(w, 0, 1);
	while (flags_of(w, 0) & MM_PAGE_PRESENT)
		evict(w);
	sim_sleep(SIM_MS, false, "written");
	ck_assert_uint_eq(flags_of(w, 0), MM_PAGE_SWAPPED);
	begin = sim_now();
	ck_assert_int_eq(mm_fault_in(w->mm, USER_AT), 0);
	/* All else is whole nanoseconds. */
	ck_assert_uint_eq((sim_now() - begin) % SIM_NS, 334);
	/* As notes have it. */
	sim_sleep(SIM_NS - sim_now() % SIM_NS, false, "full nanosecond");
}

/* --- conservation ------------------------------------------------------------------------------------------------ */

/* A frame that gets lost is found at the next event, once. */
MM_TEST_TUNED(lost_frames_are_found, with_device)
{
	used(w, 0, 3);
	w->host->free--;
	kernel_step(COST_HOST_LOCK);
	kernel_step(COST_HOST_LOCK);
	w->host->free++;
	ck_assert_uint_eq(world_violations(w, "conservation"), 1);
	w->expected_findings = 1;
}

Suite *suite_pressure(void)
{
	const TTest *const tests[] = {
		watermarks_as_linux, watermarks_of_a_small_host, watermarks_of_a_scenario,
		second_chance, fresh_pages_stay, gathered_pages_stay, long_stretches,
		touched_while_looked_at, contents_come_back, no_import_under_writeback,
		queue_is_limited, device_is_full, daemon_works_up_to_high, nothing_helps,
		waits_for_as_much_as_it_needs, transfers_are_rounded_up, lost_frames_are_found,
	};

	return SUITE_OF("pressure", tests);
}
