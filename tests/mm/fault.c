/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Page faults: two threads on one page, the mmap lock, and host user space that meets a secure page.
 */
#include "suites.h"
#include "world.h"

#define FAULT_NS (NS_FAULT + NS_ALLOC + NS_CLEAR)

MM_TEST(a_fault_takes_its_steps)
{
	sim_time begin = sim_now();
	uint64_t free = w->host->free;

	ck_assert_int_eq(mm_fault_in(w->mm, USER_AT + 5 * PAGE_BYTES + 17), 0);
	ck_assert_uint_eq(sim_now() - begin, FAULT_NS * SIM_NS);
	ck_assert_uint_eq(world_pages(w, 0, 100, MM_PAGE_PRESENT, MM_PAGE_PRESENT), 1);
	ck_assert_uint_eq(vma_flags(world_vma(w), 5, 1, NULL), MM_PAGE_PRESENT);
	/* Present already: found out after the first step. */
	begin = sim_now();
	ck_assert_int_eq(mm_fault_in(w->mm, USER_AT + 5 * PAGE_BYTES), 0);
	ck_assert_uint_eq(sim_now() - begin, NS_FAULT * SIM_NS);
	ck_assert_uint_eq(w->host->free, free - 1);
	ck_assert_uint_eq(w->mm->rss, 1);
	ck_assert_int_eq(mm_fault_in(w->mm, USER_AT - 1), -14);
	ck_assert_int_eq(mm_fault_in(w->mm, USER_AT + GUEST_BYTES), -14);
}

static unsigned present_seen;

static void faults(void *arg)
{
	struct world *w = arg;

	ck_assert_int_eq(mm_fault_in(w->mm, USER_AT), 0);
	present_seen += vma_flags(world_vma(w), 0, 1, NULL) & MM_PAGE_PRESENT;
	note("faulted", (long long)w->host->free);
}

/* Both allocate; who comes second gives his page back. */
MM_TEST(two_faults_on_one_page)
{
	struct sim_thread *a, *b;
	uint64_t free = w->host->free;

	present_seen = 0;
	a = spawn("a", faults, w);
	b = spawn("b", faults, w);
	sim_join(a, false);
	sim_join(b, false);
	ck_assert_uint_eq(present_seen, 2);
	ck_assert_uint_eq(w->host->free, free - 1);
	ck_assert_uint_eq(w->host->lowest_free, free - 2);
	ck_assert_uint_eq(w->mm->rss, 1);
}

static void faults_later(void *arg)
{
	sim_sleep((NS_FAULT + NS_ALLOC) * SIM_NS, false, "later");
	faults(arg);
}

/* The second one comes while the first clears its page: he looks before it is present, and gives his back, too. */
MM_TEST(a_fault_behind_another)
{
	struct sim_thread *a, *b;
	uint64_t free = w->host->free;

	present_seen = 0;
	a = spawn("a", faults, w);
	b = spawn("b", faults_later, w);
	sim_join(a, false);
	sim_join(b, false);
	ck_assert_uint_eq(w->host->free, free - 1);
	ck_assert_uint_eq(w->host->lowest_free, free - 1);
}

static void writes(void *arg)
{
	struct world *w = arg;

	sim_sleep(100 * SIM_NS, false, "later");
	sim_rwsem_down_write(&w->mm->mmap_lock);
	note("writes", 0);
	sim_burn(1000 * SIM_NS, SIM_KIND_KERNEL, "write");
	sim_rwsem_up_write(&w->mm->mmap_lock);
}

/* Faults run side by side; a writer waits for the one under way, and holds the next one off. */
MM_TEST(faults_and_a_writer)
{
	struct sim_thread *writer = spawn("writer", writes, w);
	sim_time begin = sim_now();

	world_fault_in(w, 0, 2);
	ck_assert_uint_eq(sim_now() - begin, (2 * FAULT_NS + 1000) * SIM_NS);
	sim_join(writer, false);
}

/* Host user space writes to a page that is secure: exception, pin refused, export. */
MM_TEST(user_access_exports)
{
	sim_time begin;

	world_protect(w);
	world_import(w, 3, 1);
	ck_assert_uint_eq(world_pages(w, 0, 10, MM_PAGE_ARCH_1, MM_PAGE_ARCH_1), 1);
	begin = sim_now();
	ck_assert_int_eq(mm_user_access(w->mm, USER_AT + 3 * PAGE_BYTES, 1, "write", COST_VMM_LOAD_PAGE), 0);
	ck_assert_uint_eq(world_count(w, UVC_CMD_PIN_PAGE_SHARED, UVC_CC_ERROR), 1);
	ck_assert_uint_eq(world_count(w, UVC_CMD_CONV_FROM_SEC_STOR, UVC_CC_OK), 1);
	ck_assert_uint_eq(world_pages(w, 0, 10, MM_PAGE_ARCH_1, MM_PAGE_ARCH_1), 0);
	ck_assert_uint_eq(sim_now() - begin, (NS_SECURE_FAULT + NS_MISC + NS_EXPORT + 10) * SIM_NS);
	/* The second time nothing is in the way. */
	begin = sim_now();
	ck_assert_int_eq(mm_user_access(w->mm, USER_AT + 3 * PAGE_BYTES, 1, "write", COST_VMM_LOAD_PAGE), 0);
	ck_assert_uint_eq(sim_now() - begin, 10 * SIM_NS);
	ck_assert_int_eq(mm_user_access(w->mm, USER_AT + GUEST_BYTES, 1, "write", COST_VMM_LOAD_PAGE), -14);
}

Suite *suite_fault(void)
{
	const TTest *const tests[] = {
		a_fault_takes_its_steps, two_faults_on_one_page, a_fault_behind_another,
		faults_and_a_writer,     user_access_exports,
	};

	return SUITE_OF("fault", tests);
}
