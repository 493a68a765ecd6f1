/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The OOM notifier of builtin:lazy while its thread works off the list of a guest that was shut down: how long whoever
 * wants memory waits, and how many pages it is told of.
 */
#include "suites.h"

#include "kvm/algorithms/lazy.h"
#include "mm/aside.h"
#include "mm/pressure.h"

#define PAGES 1200u
#define ASIDE (PAGES - 3)	/* a page of the list holds 510 of them, and is one itself */

/* A guest under @options is gone, its thread has cleaned some of its pages. The notifier; NULL: none. */
static struct oom_notifier *cleaning(const char *options)
{
	const struct pressure_config pressure = { .bandwidth = 1 << 30, .queue = 1 };
	struct kvm_vm *vm;

	pressure_begin(host, &pressure);
	vm = protected_vm(lazy_variant_find(options), 1, false);
	for (uint64_t page = 0; page < PAGES; page++)
		ck_assert_int_eq(mm_fault_in(mm, USER_AT + page * PAGE_BYTES), 0);
	mm_put(mm);
	kvm_put_vm(vm);
	while (mm_aside_cleaned(mm) < 100)
		sim_sleep(SIM_US, false, "cleaning begins");
	ck_assert_uint_lt(mm_aside_cleaned(mm), ASIDE / 2);
	return host->pressure->oom.notifiers;
}

/* It is gone when there is nothing to wait for any more. */
static void cleaned(void)
{
	sim_sleep(SIM_S, false, "cleaning");
	ck_assert_uint_eq(mm->count, 0);
	ck_assert_ptr_null(host->pressure->oom.notifiers);
}

/* A fixed while, unless others have freed a lot already; tells of what was cleaned meanwhile. */
static void posted_body(void)
{
	struct oom_notifier *notifier = cleaning("oom_notifier=posted");
	uint64_t freed = 1025, before;
	sim_time begin = sim_now();

	ck_assert_ptr_nonnull(notifier);
	ck_assert_ptr_null(notifier->next);
	ck_assert(!notifier->call(notifier, &freed));
	ck_assert_uint_eq(freed, 1025);
	ck_assert_uint_eq(sim_now(), begin);
	freed = 1024;
	before = mm_aside_cleaned(mm);
	ck_assert(!notifier->call(notifier, &freed));
	ck_assert_uint_eq(sim_now(), begin + 20 * SIM_MS);
	ck_assert_uint_eq(freed, 1024 + ASIDE - before);
	cleaned();
}

static void hog(void *arg)
{
	(void)arg;
	sim_burn(100 * SIM_US, SIM_KIND_KERNEL, "hog");
}

/* Until 256 pages have been cleaned, and of no more: though the thread goes on before the one that waited is there. */
static void until_256_body(void)
{
	struct oom_notifier *notifier = cleaning("oom_notifier=256");
	uint64_t freed = 7, before = mm_aside_cleaned(mm);

	ck_assert_ptr_nonnull(notifier);
	sim_spawn("hog", hog, NULL, NULL);
	ck_assert(!notifier->call(notifier, &freed));
	ck_assert_uint_eq(freed, 7 + 256);
	ck_assert_uint_gt(mm_aside_cleaned(mm), before + 256);
	ck_assert_uint_lt(mm_aside_cleaned(mm), ASIDE);
	cleaned();
}

static void none_body(void)
{
	ck_assert_ptr_null(cleaning("oom_notifier=none"));
	cleaned();
}

START_TEST(posted)
{
	in_world(posted_body);
}
END_TEST

START_TEST(until_256)
{
	in_world(until_256_body);
}
END_TEST

START_TEST(none)
{
	in_world(none_body);
}
END_TEST

Suite *notifier_suite(void)
{
	Suite *suite = suite_create("OOM notifiers of builtin:lazy");

	suite_test(suite, "notifiers", posted, until_256, none);
	return suite;
}
