/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The end of an address space: notifiers, then every page, table by table, destroyed first if it is protected.
 */
#include <string.h>

#include "suites.h"
#include "world.h"

MM_TEST(plain_exit)
{
	uint64_t free = w->host->free;
	sim_time begin;

	world_fault_in(w, 0, 700);
	ck_assert_uint_eq(w->host->free, free - 700);
	begin = sim_now();
	mm_put(w->mm);
	ck_assert_uint_eq(sim_now() - begin, 700 * NS_UNMAP * SIM_NS);
	ck_assert_uint_eq(w->host->free, free);
	ck_assert_uint_eq(w->host->lowest_free, free - 700);
	ck_assert_uint_eq(world_count(w, DESTROY, UVC_CC_OK), 0);
	ck_assert_ptr_null(w->host->mms);
}

/* check_mm(): what pv.c has added to the counters comes to 0 when the last reference goes, or is told. */
MM_TEST(counters_that_pv_c_leaves)
{
	world_fault_in(w, 0, 20);
	mm_counter_add(w->mm, MM_COUNTER_ANON, -3);
	ck_assert_int_eq(mm_counter_read(w->mm, MM_COUNTER_ANON), 17);
	ck_assert_int_eq(mm_counter_read(w->mm, MM_COUNTER_SWAP), 0);
	mm_counter_add(w->mm, MM_COUNTER_SWAP, 5);
	ck_assert_int_eq(mm_counter_read(w->mm, MM_COUNTER_SWAP), 5);
	mm_counter_add(w->mm, MM_COUNTER_SWAP, -5);
	mm_grab(w->mm);
	mm_put(w->mm);
	ck_assert_uint_eq(world_violations(w, "conservation"), 0);
	mm_drop(w->mm);
	w->expected_findings = 1;
	ck_assert_uint_eq(world_violations(w, "conservation"), 1);
	ck_assert_ptr_nonnull(strstr(uv_violations(w->host->uv)->text, "ends with MM_ANONPAGES at -3"));
}

/* Secure or not, each page is destroyed: the kernel does not know better. */
MM_TEST(protected_exit)
{
	sim_time begin;

	world_protect(w);
	world_import(w, 100, 600);
	world_fault_in(w, 5000, 50);
	begin = sim_now();
	mm_put(w->mm);
	ck_assert_uint_eq(sim_now() - begin, (600 * NS_DESTROY + 50 * NS_DESTROY_PLAIN + 650 * NS_UNMAP) * SIM_NS);
	ck_assert_uint_eq(world_count(w, DESTROY, UVC_CC_OK), 650);
	ck_assert_uint_eq(uv_conf_pages(w->host->uv, w->conf), 0);
	ck_assert_ptr_null(uv_violations(w->host->uv));
}

/* While there are CPUs destroys are refused: then each page is exported. */
MM_TEST(exit_with_cpus)
{
	world_protect(w);
	world_import(w, 0, 300);
	world_create_cpu(w);
	mm_put(w->mm);
	ck_assert_uint_eq(world_count(w, DESTROY, UVC_CC_ERROR), 300);
	ck_assert_uint_eq(world_count(w, EXPORT, UVC_CC_OK), 300);
	ck_assert_ptr_null(uv_violations(w->host->uv));
}

/* --- references and notifiers --- */

struct watcher {
	struct mm_notifier notifier;	/* first */
	const char *name;
};

static void released(struct mm_notifier *notifier, struct mm *mm)
{
	note(((struct watcher *)notifier)->name, (long long)mm->rss);
}

/* Only the last user ends it; the notifier that came last runs first, and all before anything is unmapped. */
MM_TEST(notifiers)
{
	static struct watcher one, two, three;

	one = (struct watcher){ { .release = released }, "one" };
	two = (struct watcher){ { .release = released }, "two" };
	three = (struct watcher){ { .release = released }, "three" };
	ck_assert_int_eq(mm_notifier_register(w->mm, &one.notifier), 0);
	ck_assert_int_eq(mm_notifier_register(w->mm, &two.notifier), 0);
	ck_assert_int_eq(mm_notifier_register(w->mm, &three.notifier), 0);
	world_fault_in(w, 0, 2);
	sim_sleep(SIM_MS - sim_now(), false, "start");
	/* Unregistered while it lives: released once more, and then never again. */
	mm_notifier_unregister(w->mm, &two.notifier);
	ck_assert(mm_get_not_zero(w->mm));
	mm_put(w->mm);
	mm_put(w->mm);
	ck_assert(!mm_get_not_zero(w->mm));
	/* Unregistered after the end: nothing more. */
	mm_notifier_unregister(w->mm, &one.notifier);
	note_expect("1000000 main two 2\n1000000 main three 2\n1000000 main one 2\n");
}

/* Linux gives up registering for any pending signal. */
MM_TEST(notifier_and_a_signal)
{
	static struct watcher one;

	one = (struct watcher){ { .release = released }, "one" };
	sim_signal_send(sim_self(), 10, false);
	ck_assert_int_eq(mm_notifier_register(w->mm, &one.notifier), -4);
	ck_assert(sim_rwsem_quiet(&w->mm->mmap_lock));
	sim_signal_take(sim_self());
	ck_assert_int_eq(mm_notifier_register(w->mm, &one.notifier), 0);
	note_expect("");
}

/* --- others meanwhile --- */

static struct mm *second;

static void ends_the_second(void *arg)
{
	(void)arg;
	mm_put(second);
	note("gone", 0);
}

static void takes_frames(void *arg)
{
	struct world *w = arg;

	for (unsigned i = 0; i < 400; i++) {
		world_fault_in(w, i, 1);
		if (i % 50)
			continue;
		sim_domain_settle(&second->domain);
		note("free", (long long)w->host->free);
	}
}

/* Frames come back table by table while others are taken: how low the count got is the same in both modes. */
MM_TEST(low_water_mark)
{
	struct sim_thread *a, *b;
	uint64_t page;

	second = mm_create(w->host, "second");
	ck_assert_int_eq(mm_mmap(second, USER_AT, 64 * MIB), 0);
	for (page = 0; page < 3000; page++)
		ck_assert_int_eq(mm_fault_in(second, USER_AT + page * PAGE_BYTES), 0);
	w->host->lowest_free = w->host->free;
	a = spawn("a", ends_the_second, w);
	b = spawn("b", takes_frames, w);
	sim_join(a, false);
	sim_join(b, false);
	ck_assert_uint_lt(w->host->lowest_free, w->host->free);
}

static void little_memory(struct world *w)
{
	w->host_bytes = 64 * MIB;
}

static void takes_until_none(void *arg)
{
	struct world *w = arg;
	unsigned i = 0, failed = 0;

	while (failed < 20) {
		if (mm_fault_in(w->mm, USER_AT + (uint64_t)i * PAGE_BYTES)) {
			failed++;
			note("none, have", i);
			sim_sleep(17 * SIM_US, false, "wait");
		} else {
			i++;
		}
	}
	note("have", i);
}

/* Memory is full; frames that an exit gives back are seen at once, table by table. */
MM_TEST_TUNED(frames_that_come_back_are_seen, little_memory)
{
	struct sim_thread *a, *b;
	uint64_t page;

	second = mm_create(w->host, "second");
	ck_assert_int_eq(mm_mmap(second, USER_AT, 64 * MIB), 0);
	for (page = 0; w->host->free > 100; page++)
		ck_assert_int_eq(mm_fault_in(second, USER_AT + page * PAGE_BYTES), 0);
	a = spawn("a", ends_the_second, w);
	b = spawn("b", takes_until_none, w);
	sim_join(a, false);
	sim_join(b, false);
	ck_assert_uint_eq(w->host->free, 0);
}

static void one_processor(struct world *w)
{
	w->processors = 1;
}

static void wakes_up(void *arg)
{
	(void)arg;
	sim_sleep(1500 * SIM_US, false, "later");
	note("runs", 0);
}

/* A resched point per table: the one under way after 1.5 ms is the 54th, of 28160 ns each; the walk began 1 ns late. */
MM_TEST_TUNED(gives_way_after_each_table, one_processor)
{
	struct sim_thread *other;

	world_fault_in(w, 0, 100 * 256);
	sim_sleep(100 * SIM_MS - sim_now(), false, "start");
	other = spawn("other", wakes_up, w);
	sim_sleep(SIM_NS, false, "let it sleep");
	mm_put(w->mm);
	sim_join(other, false);
	note_expect("101520641 other runs 0\n");
}

Suite *suite_exit(void)
{
	const TTest *const tests[] = {
		plain_exit,
		counters_that_pv_c_leaves,
		protected_exit,
		exit_with_cpus,
		notifiers,
		notifier_and_a_signal,
		low_water_mark,
		frames_that_come_back_are_seen,
		gives_way_after_each_table,
	};

	return SUITE_OF("exit", tests);
}
