/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * __s390_uv_destroy_range(): batches of 32, the mmap lock only while one is gathered, a resched point after
 * each page, a look for a fatal signal after each batch, and pages that come up behind the walk.
 *
 * A full batch of secure pages: 320 to start, 32 x 10 to gather (the mmap lock is held for these 640 ns), 32
 * x 1080 to destroy: 35200 ns.
 */
#include <errno.h>

#include "suites.h"
#include "world.h"

#define GATHER_NS(n) (NS_WALK_BATCH + (n) * NS_WALK_PTE)
#define BATCH_NS (GATHER_NS(32) + 32 * (NS_DESTROY + NS_STEP))

static int destroy_all(struct world *w, bool interruptible)
{
	return mm_destroy_range(w->mm, USER_AT, USER_AT + GUEST_BYTES, interruptible);
}

/* 100 pages: three full batches, one of 4; not full, it is the last. */
MM_TEST(batches)
{
	sim_time begin;

	world_protect(w);
	world_import(w, 10, 100);
	begin = sim_now();
	ck_assert_int_eq(destroy_all(w, true), 0);
	ck_assert_uint_eq(sim_now() - begin, (3 * BATCH_NS + GATHER_NS(4) + 4 * (NS_DESTROY + NS_STEP)) * SIM_NS);
	ck_assert_uint_eq(world_secure(w), 0);
	ck_assert_uint_eq(world_count(w, DESTROY, UVC_CC_OK), 100);
	ck_assert_uint_eq(world_pages(w, 0, 200, MM_PAGE_PRESENT, MM_PAGE_PRESENT), 100);
	ck_assert_uint_eq(world_pages(w, 0, 200, MM_PAGE_ARCH_1, MM_PAGE_ARCH_1), 0);
	/* Two full batches: a third one finds nothing, but has to look. */
	begin = sim_now();
	ck_assert_int_eq(mm_destroy_range(w->mm, USER_AT + 10 * PAGE_BYTES, USER_AT + 74 * PAGE_BYTES, false), 0);
	ck_assert_uint_eq(sim_now() - begin,
			  (2 * GATHER_NS(32) + 64 * (NS_DESTROY_PLAIN + NS_STEP) + GATHER_NS(0)) * SIM_NS);
	/* Nothing there: one look. */
	begin = sim_now();
	ck_assert_int_eq(mm_destroy_range(w->mm, USER_AT + MIB, USER_AT + 2 * MIB, true), 0);
	ck_assert_uint_eq(sim_now() - begin, GATHER_NS(0) * SIM_NS);
}

/* Only what is present, only in the range; pages that are not secure are asked about, too. */
MM_TEST(what_is_destroyed)
{
	world_protect(w);
	world_import(w, 0, 40);
	world_fault_in(w, 1000, 7);
	ck_assert_int_eq(mm_destroy_range(w->mm, USER_AT + 20 * PAGE_BYTES, USER_AT + 1003 * PAGE_BYTES, true), 0);
	ck_assert_uint_eq(world_secure(w), 20);
	ck_assert_uint_eq(world_count(w, DESTROY, UVC_CC_OK), 23);
	ck_assert_uint_eq(world_pages(w, 0, 40, MM_PAGE_ARCH_1, MM_PAGE_ARCH_1), 20);
}

/* --- others --- */

static sim_time delay;		/* from the start of the walk */
static struct sim_thread *walker;

static void writer(void *arg)
{
	struct world *w = arg;

	sim_sleep(delay, false, "later");
	sim_rwsem_down_write(&w->mm->mmap_lock);
	note("has the lock, secure", (long long)world_secure(w));
	sim_burn(SIM_US, SIM_KIND_KERNEL, "write");
	sim_rwsem_up_write(&w->mm->mmap_lock);
}

static void walk_with(struct world *w, void (*other)(void *world), sim_time after, const char *expected)
{
	struct sim_thread *thread;

	world_protect(w);
	world_import(w, 0, 96);
	/* From a round time on. */
	sim_sleep(SIM_MS - sim_now(), false, "start");
	walker = sim_self();
	delay = after;
	thread = spawn("other", other, w);
	note("walked", destroy_all(w, true));
	sim_join(thread, false);
	note_expect(expected);
}

/* While a batch is destroyed the lock is free ... */
MM_TEST(writer_between_batches)
{
	walk_with(w, writer, 10 * SIM_US, "1010000 other has the lock, secure 88\n1105920 main walked 0\n");
}

/* ... a writer that comes while the third is gathered waits 140 ns; one that holds it holds the walk up by 860 ns. */
MM_TEST(writer_while_gathering)
{
	walk_with(w, writer, 2 * BATCH_NS * SIM_NS + 500 * SIM_NS,
		  "1071040 other has the lock, secure 32\n1105920 main walked 0\n");
}

MM_TEST(writer_before_gathering)
{
	walk_with(w, writer, BATCH_NS * SIM_NS - 200 * SIM_NS,
		  "1035000 other has the lock, secure 65\n1106720 main walked 0\n");
}

static void killer(void *arg)
{
	(void)arg;
	sim_sleep(delay, false, "later");
	sim_signal_send(walker, 9, true);
}

/* A fatal signal: at most 32 pages later. */
MM_TEST(killed)
{
	walk_with(w, killer, 3 * SIM_US, "1035200 main walked -4\n");
	ck_assert_uint_eq(world_secure(w), 64);
}

MM_TEST(killed_in_the_last_page_of_a_batch)
{
	walk_with(w, killer, (2 * BATCH_NS - 1) * SIM_NS, "1070400 main walked -4\n");
	ck_assert_uint_eq(world_secure(w), 32);
}

static void poker(void *arg)
{
	(void)arg;
	sim_sleep(delay, false, "later");
	sim_signal_send(walker, 10, false);
}

/* One that is not fatal: never. */
MM_TEST(signalled)
{
	walk_with(w, poker, 3 * SIM_US, "1105920 main walked 0\n");
}

/* Dead before it begins: one batch; and if it may not be interrupted, all of it. */
MM_TEST(dead_from_the_start)
{
	world_protect(w);
	world_import(w, 0, 96);
	sim_signal_send(sim_self(), 9, true);
	ck_assert_int_eq(destroy_all(w, true), -EINTR);
	ck_assert_uint_eq(world_secure(w), 64);
	ck_assert_int_eq(destroy_all(w, false), 0);
	ck_assert_uint_eq(world_secure(w), 0);
}

static void faulter(void *arg)
{
	struct world *w = arg;

	sim_sleep(delay, false, "later");
	/* Behind the walk, in the batch that is under way, and ahead of it. */
	world_fault_in(w, 500, 1);
	world_fault_in(w, 1016, 1);
	world_fault_in(w, 2000, 1);
	note("faulted in, secure", (long long)world_secure(w));
}

/* Pages [1000, 1080) but for 1016: what comes up behind is missed. */
MM_TEST(pages_behind_the_walk_are_missed)
{
	struct sim_thread *thread;

	world_protect(w);
	world_import(w, 1000, 16);
	world_import(w, 1017, 63);
	delay = 5 * SIM_US;
	thread = spawn("other", faulter, w);
	ck_assert_int_eq(destroy_all(w, true), 0);
	sim_join(thread, false);
	/* 79, and page 2000. */
	ck_assert_uint_eq(world_count(w, DESTROY, UVC_CC_OK), 80);
	ck_assert_uint_eq(world_secure(w), 0);
	ck_assert_uint_eq(w->mm->rss, 82);
}

static uint64_t wanted;		/* a frame of the page table whose lock the other thread wants */

static void locker(void *arg)
{
	struct world *w = arg;

	sim_sleep(delay, false, "later");
	ptl_lock(w->mm, wanted);
	note("has the pte lock", 0);
	ptl_unlock(w->mm, wanted);
}

/* In the third batch, whose gathering begins after 320 ns. */
MM_TEST(table_while_gathering)
{
	wanted = world_frame(w, 64);
	walk_with(w, locker, (2 * BATCH_NS + 400) * SIM_NS,
		  "1071040 other has the pte lock 0\n1105920 main walked 0\n");
}

static void batch_over_two_tables(struct world *w, bool second, sim_time after, const char *expected)
{
	uint64_t first = MM_TABLE_PAGES - 16 - world_frame(w, 0) % MM_TABLE_PAGES + MM_TABLE_PAGES;
	struct sim_thread *thread;

	world_protect(w);
	world_import(w, first, 32);
	sim_sleep(SIM_MS - sim_now(), false, "start");
	wanted = world_frame(w, first + (second ? 16 : 0));
	delay = after;
	thread = spawn("other", locker, w);
	ck_assert_int_eq(destroy_all(w, true), 0);
	sim_join(thread, false);
	note_expect(expected);
	ck_assert_uint_eq(world_secure(w), 0);
}

/* Sixteen pages of each: the first lock is held from 320 ns on, the second from 480 to 640. */
MM_TEST(first_of_two_tables)
{
	batch_over_two_tables(w, false, 400 * SIM_NS, "1000480 other has the pte lock 0\n");
}

MM_TEST(second_of_two_tables)
{
	batch_over_two_tables(w, true, 560 * SIM_NS, "1000640 other has the pte lock 0\n");
}

static void one_processor(struct world *w)
{
	w->processors = 1;
}

static void wakes_up(void *arg)
{
	(void)arg;
	sim_sleep(delay, false, "later");
	note("runs", 0);
}

/*
 * On one processor a thread that wakes up 1.5 ms into the walk, which began 1 ns late, gets it at the next
 * resched point: 42 batches, the gathering of the next, and 20 pages of it after the start.
 */
MM_TEST_TUNED(gives_way_after_each_page, one_processor)
{
	struct sim_thread *thread;

	world_protect(w);
	world_import(w, 0, 3000);
	sim_sleep(100 * SIM_MS - sim_now(), false, "start");
	delay = 1500 * SIM_US;
	thread = spawn("other", wakes_up, w);
	sim_sleep(SIM_NS, false, "let it sleep");
	ck_assert_int_eq(destroy_all(w, true), 0);
	sim_join(thread, false);
	note_expect("101500641 other runs 0\n");
}

/* The same in the midst of gathering: it gets the processor before the first page of the batch is destroyed. */
MM_TEST_TUNED(gives_way_after_gathering, one_processor)
{
	struct sim_thread *thread;

	world_protect(w);
	world_import(w, 0, 3000);
	sim_sleep(100 * SIM_MS - sim_now(), false, "start");
	delay = (42 * BATCH_NS + 500) * SIM_NS;
	thread = spawn("other", wakes_up, w);
	sim_sleep(SIM_NS, false, "let it sleep");
	ck_assert_int_eq(destroy_all(w, true), 0);
	sim_join(thread, false);
	note_expect("101479041 other runs 0\n");
}

/* The end of a configuration takes its pages and leaves their marks; old firmware says that they are plain. */
MM_TEST(old_firmware_takes_the_marks_away)
{
	uint16_t rc, rrc;

	world_protect(w);
	world_import(w, 0, 100);
	w->profile.machine.old_destroy_rc = true;
	ck_assert_int_eq(uv_cmd_nodata(w->host->uv, w->conf, UVC_CMD_DESTROY_SEC_CONF, &rc, &rrc), 0);
	ck_assert_uint_eq(world_pages(w, 0, 100, MM_PAGE_ARCH_1, MM_PAGE_ARCH_1), 100);
	ck_assert_int_eq(destroy_all(w, true), 0);
	ck_assert_uint_eq(world_count(w, DESTROY, UVC_CC_ERROR), 100);
	ck_assert_uint_eq(world_pages(w, 0, 100, MM_PAGE_ARCH_1, MM_PAGE_ARCH_1), 0);
}

/* Thousands of pages in all states, with a hole in each table: the same in both modes, and all seen. */
MM_TEST(mixed_pages)
{
	world_protect(w);
	for (uint64_t table = 0; table < 12; table++) {
		world_import(w, table * 256 + table, 100);
		world_fault_in(w, table * 256 + table + 100, 60);
		world_import(w, table * 256 + 200, 30);
	}
	ck_assert_int_eq(destroy_all(w, true), 0);
	ck_assert_uint_eq(world_secure(w), 0);
	ck_assert_uint_eq(world_count(w, DESTROY, UVC_CC_OK), 12 * 190);
}

Suite *suite_destroy(void)
{
	const TTest *const tests[] = {
		batches,
		what_is_destroyed,
		writer_between_batches,
		writer_while_gathering,
		writer_before_gathering,
		killed,
		killed_in_the_last_page_of_a_batch,
		signalled,
		dead_from_the_start,
		pages_behind_the_walk_are_missed,
		table_while_gathering,
		first_of_two_tables,
		second_of_two_tables,
		gives_way_after_each_page,
		gives_way_after_gathering,
		old_firmware_takes_the_marks_away,
		mixed_pages,
	};

	return SUITE_OF("destroy", tests);
}
