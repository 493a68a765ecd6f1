/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The walk of 5.10, and what else differs between the worlds of the versions: who waits for whom, what
 * is exported, where another thread gets the processor.
 */
#include <errno.h>

#include "mm/pressure.h"
#include "mm/world.h"
#include "suites.h"
#include "world.h"

static sim_time delay;

/* What the arch code of each version does, from its sources: exit, import, exceptions 3d and 3f. */
MM_TEST(what_versions_do)
{
	static const struct {
		unsigned version;
		bool exit_exports, sleeps, exports, misc_saves, tables;
		enum world_access access, violation;
	} expected[] = {
		{ V(5, 8), true, true, false, false, false, WORLD_FATAL, WORLD_FATAL },
		{ V(5, 10), true, true, false, false, false, WORLD_FATAL, WORLD_FATAL },
		{ V(6, 1), false, false, true, false, false, WORLD_ACCESSIBLE, WORLD_DESTROY },
		{ V(6, 2), false, false, true, true, false, WORLD_DESTROY, WORLD_DESTROY },
		{ V(6, 12), false, false, true, true, false, WORLD_DESTROY, WORLD_DESTROY },
		{ V(7, 3), false, false, true, true, true, WORLD_DESTROY, WORLD_DESTROY },
	};

	ck_assert_ptr_eq(w->mm->world, mm_world_of(V(6, 12)));
	for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
		const struct mm_world *world = mm_world_of(expected[i].version);

		ck_assert_int_eq(world->exit_exports, expected[i].exit_exports);
		ck_assert_int_eq(world->import_sleeps, expected[i].sleeps);
		ck_assert_int_eq(world->export_before_import, expected[i].exports);
		ck_assert_int_eq(world->misc_saves_export, expected[i].misc_saves);
		ck_assert_int_eq(world->guest_tables, expected[i].tables);
		ck_assert_int_eq(world->secure_access, expected[i].access);
		ck_assert_int_eq(world->violation, expected[i].violation);
	}
}

/* --- 5.10: one walk, one hold of the mmap lock ---------------------------------------------------------- */

MM_TEST(reset_walks_all)
{
	sim_time begin;

	world_protect(w);
	world_import(w, 100, 600);
	world_fault_in(w, 5000, 50);
	/* The very last page, alone in its table. */
	world_import(w, GUEST_BYTES / PAGE_BYTES - 1, 1);
	begin = sim_now();
	mm_reset_acc(w->mm);
	ck_assert_uint_eq(sim_now() - begin, (NS_WALK_BATCH + 601 * SECURE_NS + 50 * PLAIN_NS) * SIM_NS);
	ck_assert_uint_eq(world_secure(w), 0);
	ck_assert_uint_eq(world_count(w, DESTROY, UVC_CC_OK), 651);
	ck_assert_uint_eq(world_pages(w, 0, 6000, MM_PAGE_ARCH_1, MM_PAGE_ARCH_1), 0);
	ck_assert(sim_rwsem_quiet(&w->mm->mmap_lock));
	/* Nothing is left held: a writer gets it all. */
	sim_rwsem_down_write(&w->mm->mmap_lock);
	ck_assert_uint_eq(w->mm->mmap_lock.readers, 0);
	sim_rwsem_up_write(&w->mm->mmap_lock);
	/* Not protected: nothing to do. */
	w->is_protected = false;
	begin = sim_now();
	mm_reset_acc(w->mm);
	ck_assert_uint_eq(sim_now(), begin);
}

/* A destroy that is refused is not minded: 5.10 does not export then. */
MM_TEST(reset_does_not_export)
{
	world_protect(w);
	world_import(w, 0, 300);
	world_create_cpu(w);
	mm_reset_acc(w->mm);
	ck_assert_uint_eq(world_count(w, DESTROY, UVC_CC_ERROR), 300);
	ck_assert_uint_eq(world_count(w, EXPORT, UVC_CC_OK), 0);
	ck_assert_uint_eq(world_secure(w), 300);
	ck_assert_uint_eq(world_pages(w, 0, 300, MM_PAGE_ARCH_1, MM_PAGE_ARCH_1), 300);
}

/* Import pages [0, @n), then walk from 1 ms on with another thread beside. */
static void reset_with(struct world *w, uint64_t n, void (*other)(void *world), sim_time after)
{
	struct sim_thread *thread;

	world_protect(w);
	world_import(w, 0, n);
	sim_sleep(100 * SIM_MS - sim_now(), false, "start");
	delay = after;
	thread = spawn("other", other, w);
	sim_sleep(SIM_NS, false, "let it sleep");
	mm_reset_acc(w->mm);
	note("walked", 0);
	sim_join(thread, false);
}

static void locks_a_page(struct world *w, uint64_t gpage)
{
	uint64_t frame = world_frame(w, gpage);

	ptl_lock(w->mm, frame);
	note("locked, secure", (long long)world_secure(w));
	ptl_unlock(w->mm, frame);
}

static void locks_in_the_table_under_way(void *arg)
{
	sim_sleep(delay, false, "later");
	locks_a_page(arg, 3);
}

/* Page 3 is long done, but the lock of its table is held until all 256 are. */
MM_TEST(reset_holds_the_table)
{
	reset_with(w, 1000, locks_in_the_table_under_way, 100 * SIM_US);
	/* 1 ns late, 320 ns, 256 pages of 1090 ns. */
	note_expect("100279361 other locked, secure 744\n101090321 main walked 0\n");
}

static void locks_in_the_table_before(void *arg)
{
	sim_sleep(delay, false, "later");
	locks_a_page(arg, 3);
	locks_a_page(arg, 900);
}

/* 300 us later the walk is in the second table: the first one is free, and so is the last one. */
MM_TEST(reset_holds_one_table)
{
	reset_with(w, 1000, locks_in_the_table_before, 300 * SIM_US);
	note_expect("100300000 other locked, secure 725\n100300000 other locked, secure 725\n"
		    "101090321 main walked 0\n");
}

static void writes(void *arg)
{
	struct world *w = arg;

	sim_sleep(delay, false, "later");
	sim_rwsem_down_write(&w->mm->mmap_lock);
	note("writes", (long long)world_secure(w));
	sim_rwsem_up_write(&w->mm->mmap_lock);
}

/* Who wants to change the address space waits for the end of the walk. */
MM_TEST(reset_holds_the_mmap_lock)
{
	reset_with(w, 1000, writes, 50 * SIM_US);
	note_expect("101090321 main walked 0\n101090321 other writes 0\n");
}

static void runs(void *arg)
{
	struct world *w = arg;

	sim_sleep(delay, false, "later");
	note("runs, secure", (long long)world_secure(w));
}

static void one_processor(struct world *w)
{
	w->processors = 1;
}

/* On one processor others get on when the walk is over: there is no resched point in it. */
MM_TEST_TUNED(reset_keeps_its_processor, one_processor)
{
	reset_with(w, 3000, runs, 1500 * SIM_US);
	note_expect("103270321 main walked 0\n103270321 other runs, secure 0\n");
}

static void takes_a_page_away(void *arg)
{
	struct world *w = arg;
	uint64_t frame = world_frame(w, 300);

	sim_sleep(delay, false, "later");
	ptl_lock(w->mm, frame);
	sim_burn(300 * SIM_US, SIM_KIND_KERNEL, "reclaim");
	ck_assert_int_eq(uv_convert_from_secure_folio(w->mm, world_frame(w, 256)), 0);
	vma_set_flags(world_vma(w), 256, 1, 0);
	w->mm->rss--;
	ptl_unlock(w->mm, frame);
	host_give(w->host, 1, USE_USER);
}

/* The first page of a table goes while the walk spins for the lock: it is not destroyed, the others are. */
MM_TEST(reset_looks_again_under_the_lock)
{
	reset_with(w, 512, takes_a_page_away, 100 * SIM_US);
	ck_assert_uint_eq(world_count(w, DESTROY, UVC_CC_OK), 511);
	ck_assert_uint_eq(world_secure(w), 0);
}

/* --- 5.10: import and exit ------------------------------------------------------------------------------ */

/* Secure CPUs are still there: nothing is even asked to be destroyed. */
MM_TEST(exit_of_5_10_exports)
{
	w->mm->world = mm_world_of(V(5, 10));
	world_protect(w);
	world_import(w, 0, 600);
	world_fault_in(w, 1000, 3);
	mm_put(w->mm);
	ck_assert_uint_eq(world_count(w, EXPORT, UVC_CC_OK), 603);
	ck_assert_uint_eq(world_count(w, DESTROY, UVC_CC_OK), 0);
	ck_assert_ptr_null(uv_violations(w->host->uv));
}

static void holds_the_folio(void *arg)
{
	struct world *w = arg;

	ck_assert(folio_trylock(w->mm, world_frame(w, 0)));
	sim_sleep(delay, false, "hold");
	folio_unlock(w->mm, world_frame(w, 0));
}

/* 5.10 sleeps until it has the page's lock, later versions try it and come again. */
MM_TEST(import_of_a_locked_page)
{
	struct sim_thread *holder;
	sim_time begin;

	world_protect(w);
	world_fault_in(w, 0, 1);
	delay = 50 * SIM_US;
	holder = spawn("holder", holds_the_folio, w);
	sim_sleep(10 * SIM_US, false, "later");
	begin = sim_now();
	ck_assert_int_eq(gmap_convert_to_secure(w->gmap, 0, w->conf, 1), -EAGAIN);
	ck_assert_uint_eq(sim_now() - begin, NS_MAKE_SECURE * SIM_NS);
	w->mm->world = mm_world_of(V(5, 10));
	ck_assert_int_eq(gmap_convert_to_secure(w->gmap, 0, w->conf, 1), 0);
	ck_assert(sim_thread_ended(holder) || sim_now() - begin > 39 * SIM_US);
	ck_assert_uint_eq(world_secure(w), 1);
	ck_assert(folio_trylock(w->mm, world_frame(w, 0)));
	folio_unlock(w->mm, world_frame(w, 0));
}

static void makes_accessible(void *arg)
{
	struct world *w = arg;

	ck_assert_int_eq(uv_convert_from_secure_folio(w->mm, world_frame(w, 0)), 0);
}

/* While the UVC is busy 5.10 repeats it under all locks, later versions leave and come again. */
MM_TEST(import_of_a_busy_page)
{
	struct sim_thread *other;

	world_protect(w);
	world_import(w, 0, 1);
	other = spawn("other", makes_accessible, w);
	sim_sleep(100 * SIM_NS + 1200 * SIM_NS, false, "later");
	ck_assert_int_eq(gmap_convert_to_secure(w->gmap, 0, w->conf, 1), -EAGAIN);
	ck_assert_uint_eq(world_count(w, IMPORT, UVC_CC_BUSY), 1);
	sim_join(other, false);
	w->mm->world = mm_world_of(V(5, 10));
	ck_assert_int_eq(gmap_convert_to_secure(w->gmap, 0, w->conf, 1), 0);
	other = spawn("other", makes_accessible, w);
	sim_sleep(100 * SIM_NS + 1200 * SIM_NS, false, "later");
	ck_assert_int_eq(gmap_convert_to_secure(w->gmap, 0, w->conf, 1), 0);
	ck_assert_uint_gt(world_count(w, IMPORT, UVC_CC_BUSY), 2);
	sim_join(other, false);
}

Suite *suite_versions(void)
{
	const TTest *const tests[] = {
		what_versions_do,
		reset_walks_all,
		reset_does_not_export,
		reset_holds_the_table,
		reset_holds_one_table,
		reset_holds_the_mmap_lock,
		reset_keeps_its_processor,
		reset_looks_again_under_the_lock,
		exit_of_5_10_exports,
		import_of_a_locked_page,
		import_of_a_busy_page,
	};

	return SUITE_OF("versions", tests);
}
