/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The walk of 7.0 (mm/guest_walk.c): what it destroys and exports, how long it keeps KVM's MMU lock, who goes on beside
 * it; and that imports of 7.0 wait for no lock of memory management.
 */
#include <errno.h>

#include "mm/world.h"
#include "suites.h"
#include "world.h"

/* A page of the walk. */
#define EXPORTED_NS (NS_WALK_PTE + NS_MISC + NS_EXPORT + NS_STEP)

static sim_time delay;

static void one_processor(struct world *w)
{
	w->processors = 1;
}

static int walk(struct world *w, uint64_t from, uint64_t to, bool interruptible)
{
	return gmap_pv_destroy_range(w->gmap, from, to, interruptible);
}

MM_TEST(guest_walk)
{
	sim_time begin;

	world_protect(w);
	world_import(w, 100, 600);
	world_fault_in(w, 5000, 50);
	begin = sim_now();
	ck_assert_int_eq(walk(w, 0, 5020, true), 0);
	ck_assert_uint_eq(sim_now() - begin, (NS_WALK_BATCH + 600 * SECURE_NS + 20 * PLAIN_NS) * SIM_NS);
	ck_assert_uint_eq(world_secure(w), 0);
	ck_assert_uint_eq(world_count(w, DESTROY, UVC_CC_OK), 620);
	ck_assert_uint_eq(world_pages(w, 0, 6000, MM_PAGE_ARCH_1, MM_PAGE_ARCH_1), 0);
	/* Nothing there: one look. Nothing to look at: none. */
	begin = sim_now();
	ck_assert_int_eq(walk(w, 6000, 7000, true), 0);
	ck_assert_int_eq(walk(w, 10, 10, true), 0);
	ck_assert_uint_eq(sim_now() - begin, NS_WALK_BATCH * SIM_NS);
}

/* Holes of one page, and in every second page; slots that do not lie in order. */
MM_TEST(guest_walk_with_holes)
{
	struct gmap_space *gmap = gmap_create(w->mm, 64 * MIB);

	world_protect(w);
	world_import(w, 0, 20);
	world_import(w, 21, 10);
	for (uint64_t page = 40; page < 60; page += 2)
		world_import(w, page, 1);
	world_import(w, 255, 2);
	ck_assert_int_eq(walk(w, 5, 256, true), 0);
	/* Five below, and page 256. */
	ck_assert_uint_eq(world_secure(w), 6);
	/* The same pages as a guest sees them whose slots are swapped, with nothing below, between and behind. */
	ck_assert_int_eq(gmap_map_segment(gmap, USER_AT + MIB, MIB, MIB), 0);
	ck_assert_int_eq(gmap_map_segment(gmap, USER_AT, 16 * MIB, MIB), 0);
	ck_assert_int_eq(gmap_pv_destroy_range(gmap, 0, 64 * MIB / PAGE_BYTES, true), 0);
	ck_assert_uint_eq(world_secure(w), 0);
	gmap_remove(gmap);
}

/* What cannot be destroyed is exported, page by page. */
MM_TEST(guest_walk_exports)
{
	sim_time begin;

	world_protect(w);
	world_import(w, 0, 300);
	world_create_cpu(w);
	begin = sim_now();
	ck_assert_int_eq(walk(w, 0, 1000, true), 0);
	ck_assert_uint_eq(sim_now() - begin,
			  (NS_WALK_BATCH + 300 * EXPORTED_NS) * SIM_NS);
	ck_assert_uint_eq(world_count(w, DESTROY, UVC_CC_ERROR), 300);
	ck_assert_uint_eq(world_count(w, EXPORT, UVC_CC_OK), 300);
	ck_assert_uint_eq(world_secure(w), 0);
	ck_assert_uint_eq(world_pages(w, 0, 300, MM_PAGE_ARCH_1, MM_PAGE_ARCH_1), 0);
}

/* Comes to the page that the walk is at, or the one behind, in each of its steps. */
static void imports_what_is_exported(void *arg)
{
	struct world *w = arg;
	sim_time begin = sim_now() + NS_WALK_BATCH * SIM_NS;

	for (uint64_t i = 1; i <= 60; i++) {
		sim_sleep(begin + i * (30 * EXPORTED_NS + 37) * SIM_NS - sim_now(), false, "later");
		note("imports", gmap_convert_to_secure(w->gmap, (i * 30 + i % 3) * PAGE_BYTES, w->conf, 1));
	}
	note("secure", (long long)world_secure(w));
}

MM_TEST(guest_walk_exports_beside_imports)
{
	struct sim_thread *other;

	world_protect(w);
	world_import(w, 0, 3000);
	world_create_cpu(w);
	w->mm->world = mm_world_of(V(7, 0));
	other = spawn("other", imports_what_is_exported, w);
	note("walked", walk(w, 0, 3000, true));
	sim_join(other, false);
	ck_assert_uint_gt(world_count(w, IMPORT, UVC_CC_BUSY), 0);
	note("refused", (long long)world_count(w, DESTROY, UVC_CC_ERROR));
	note("exported", (long long)world_count(w, EXPORT, UVC_CC_OK));
	if (!sim_config_get()->exact_pages)
		ck_assert_uint_gt(sim_counters_get()->bulk_units, 4 * 2700);
}

/* Who is dead before it begins has one hold of the lock all the same. */
MM_TEST(guest_walk_of_the_dead)
{
	world_protect(w);
	world_import(w, 0, 300);
	sim_signal_send(sim_self(), 9, true);
	ck_assert_int_eq(walk(w, 0, 100, false), 0);
	ck_assert_uint_eq(world_secure(w), 200);
	ck_assert_int_eq(walk(w, 0, 200, true), -EINTR);
	ck_assert_uint_eq(world_secure(w), 100);
}

static void changes_tables(void *arg)
{
	struct world *w = arg;

	sim_sleep(delay, false, "later");
	sim_write_lock(&w->gmap->mmu_lock);
	note("changes tables, destroyed", (long long)world_count(w, DESTROY, UVC_CC_OK));
	sim_burn(SIM_US, SIM_KIND_KERNEL, "change");
	sim_write_unlock(&w->gmap->mmu_lock);
}

/* Walk @n plain pages from 1 s on with another thread beside. */
static void guest_walk_with(struct world *w, uint64_t n, void (*other)(void *world), sim_time after)
{
	struct sim_thread *thread;

	world_protect(w);
	world_fault_in(w, 0, n);
	sim_sleep(SIM_S - sim_now(), false, "start");
	delay = after;
	thread = spawn("other", other, w);
	sim_sleep(SIM_NS, false, "let it sleep");
	note("walked", walk(w, 0, n, true));
	sim_join(thread, false);
}

/* The lock is held until RCU has been patient for 100 ms, which is in the 169492nd page. */
MM_TEST(guest_walk_keeps_the_mmu_lock)
{
	guest_walk_with(w, 180000, changes_tables, SIM_MS);
	/* 1 s and 1 ns, 320 ns, 169492 x 590 ns; then 1 us of the other, 320 ns, 10508 x 590 ns. */
	note_expect("1100000601 other changes tables, destroyed 169492\n1106201641 main walked 0\n");
}

static void counts_exports(void *arg)
{
	struct world *w = arg;

	sim_sleep(SIM_MS, false, "later");
	sim_write_lock(&w->gmap->mmu_lock);
	ck_assert_uint_eq(world_count(w, EXPORT, UVC_CC_OK), (100000000 + EXPORTED_NS - 1) / EXPORTED_NS);
	sim_write_unlock(&w->gmap->mmu_lock);
}

/* So it is where each page takes longer. */
MM_TEST(guest_walk_keeps_the_mmu_lock_to_export)
{
	const uint64_t n = 100000000 / EXPORTED_NS + 1000;
	struct sim_thread *other;

	world_protect(w);
	world_import(w, 0, n);
	world_create_cpu(w);
	other = spawn("other", counts_exports, w);
	ck_assert_int_eq(walk(w, 0, n, true), 0);
	sim_join(other, false);
	ck_assert_uint_eq(world_count(w, EXPORT, UVC_CC_OK), n);
}

/* On one processor it is left, with its lock, at the end of the page in which another thread is to run. */
MM_TEST_TUNED(guest_walk_gives_way, one_processor)
{
	guest_walk_with(w, 10000, changes_tables, 1500 * SIM_US);
	/* 2542 pages end at 1001500101 ns; the other has waited for the processor, not for the lock. */
	note_expect("1001500101 other changes tables, destroyed 2542\n1005901641 main walked 0\n");
}

static void imports_ahead(void *arg)
{
	static const uint64_t pages[] = { 90, 500, 110, 900, 150 };
	struct world *w = arg;

	sim_sleep(delay, false, "later");
	for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++)
		note("imports", gmap_convert_to_secure(w->gmap, pages[i] * PAGE_BYTES, w->conf, 1));
	note("secure", (long long)world_secure(w));
}

/* Imports go on beside the walk, which takes no lock of theirs: those ahead of it are destroyed, one behind stays. */
MM_TEST(guest_walk_beside_imports)
{
	w->mm->world = mm_world_of(V(7, 0));
	guest_walk_with(w, 1000, imports_ahead, 58 * SIM_US);
	ck_assert_uint_eq(world_count(w, IMPORT, UVC_CC_OK), 5);
	ck_assert_uint_eq(world_secure(w), 1);
}

/* 7.0 waits for no lock when it imports: mmap lock, pte lock, page lock are tried. */
MM_TEST(import_of_7_0_only_tries)
{
	uint64_t frame;

	w->mm->world = mm_world_of(V(7, 0));
	world_protect(w);
	world_fault_in(w, 0, 1);
	frame = world_frame(w, 0);
	sim_rwsem_down_write(&w->mm->mmap_lock);
	ck_assert_int_eq(gmap_convert_from(w->gmap, 0, w->conf, 1, MAKE_SECURE_LOCK), -EAGAIN);
	sim_rwsem_up_write(&w->mm->mmap_lock);
	ptl_lock(w->mm, frame);
	ck_assert_int_eq(gmap_convert_from(w->gmap, 0, w->conf, 1, MAKE_SECURE_LOCK), -EAGAIN);
	ptl_unlock(w->mm, frame);
	ck_assert(folio_trylock(w->mm, frame));
	ck_assert_int_eq(gmap_convert_from(w->gmap, 0, w->conf, 1, MAKE_SECURE_LOCK), -EAGAIN);
	folio_unlock(w->mm, frame);
	ck_assert_int_eq(gmap_convert_from(w->gmap, 0, w->conf, 1, MAKE_SECURE_LOCK), 0);
	ck_assert_uint_eq(world_secure(w), 1);
	/* All are free again. */
	ck_assert_uint_eq(w->mm->mmap_lock.readers, 0);
	ck_assert(ptl_trylock(w->mm, frame));
	ptl_unlock(w->mm, frame);
	ck_assert(folio_trylock(w->mm, frame));
	folio_unlock(w->mm, frame);
}

Suite *suite_guest_walk(void)
{
	const TTest *const tests[] = {
		guest_walk,
		guest_walk_with_holes,
		guest_walk_exports,
		guest_walk_exports_beside_imports,
		guest_walk_of_the_dead,
		guest_walk_keeps_the_mmu_lock,
		guest_walk_keeps_the_mmu_lock_to_export,
		guest_walk_gives_way,
		guest_walk_beside_imports,
		import_of_7_0_only_tries,
	};

	return SUITE_OF("guest_walk", tests);
}
