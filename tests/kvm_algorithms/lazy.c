/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * builtin:lazy at the end of a process: the address space goes first, then the VM, then a kernel thread does the rest.
 */
#include "suites.h"

#include "kvm/algorithms/builtin.h"
#include "kvm/algorithms/lazy.h"
#include "mm/aside.h"
#include "mm/oom.h"
#include "uv/uvcb.h"

#define PAGES 1200

static const struct pv_algorithm *lazy(void)
{
	return lazy_variant_find("");
}

/* A protected VM with one vCPU and PAGES pages, whose process is gone. */
static struct kvm_vm *after_exit(const struct pv_algorithm *algorithm, bool small)
{
	struct kvm_vm *vm = protected_vm(algorithm, 1, small);

	for (uint64_t page = 0; page < PAGES; page++)
		ck_assert_int_eq(mm_fault_in(mm, USER_AT + page * PAGE_BYTES), 0);
	mm_put(mm);
	ck_assert_uint_eq(mm->users, 0);
	return vm;
}

static void all_gone(const struct kvm_vm *vm)
{
	ck_assert(!mm_aside_held(mm));
	ck_assert_uint_eq(mm->count, 0);
	ck_assert_uint_eq(host->used[USE_USER], 0);
	ck_assert_uint_eq(uv_conf_count(host->uv), 0);
	ck_assert_int_eq(kvm_protected_count(vm), 0);
	ck_assert_ptr_null(uv_violations(host->uv));
}

static void shutdown_of(bool small)
{
	struct kvm_vm *vm = after_exit(lazy(), small);

	ck_assert_uint_eq(mm->aside->pages, PAGES - 3);
	ck_assert_uint_eq(calls(UVC_CMD_DESTR_SEC_STOR), 0);
	kvm_put_vm(vm);
	/* The VM is gone, its configuration and its pages are not. */
	ck_assert(vm->destroyed);
	ck_assert_uint_eq(uv_conf_count(host->uv), 1);
	ck_assert_uint_eq(mm->aside->pages, PAGES - 3);
	sim_sleep(SIM_S, false, "cleaning");
	ck_assert_uint_eq(calls(UVC_CMD_DESTR_SEC_STOR), PAGES - 3);
	ck_assert_uint_eq(calls(UVC_CMD_DESTROY_SEC_CONF), 1);
	all_gone(vm);
}

static void large_body(void)
{
	shutdown_of(false);
}

/* A single table level does not matter here: the table is not replaced. */
static void small_body(void)
{
	shutdown_of(true);
}

/* No memory for the thread's own bookkeeping: the end of the VM cleans the list itself. */
static void no_thread_body(void)
{
	struct kvm_vm *vm = after_exit(lazy(), false);

	fail_next(0, 0, 1);
	kvm_put_vm(vm);
	ck_assert_uint_eq(calls(UVC_CMD_DESTR_SEC_STOR), PAGES - 3);
	all_gone(vm);
}

/* The configuration cannot be destroyed: what it holds is lost, the top-level table with it; the pages are not. */
static void destroy_fails_body(void)
{
	struct kvm_vm *vm = after_exit(lazy(), false);

	fail_next(UVC_CMD_DESTROY_SEC_CONF, 0, 1);
	kvm_put_vm(vm);
	sim_sleep(SIM_S, false, "cleaning");
	ck_assert_uint_eq(host->used[USE_USER], 0);
	ck_assert_uint_eq(host->used[USE_TABLE], 1u << TOP_TABLE_ORDER);
	ck_assert_int_eq(kvm_protected_count(vm), 1);
	ck_assert_uint_eq(uv_conf_count(host->uv), 1);
	ck_assert_ptr_null(uv_violations(host->uv));
}

/*
 * A reboot whose configuration could not be destroyed leaves the address space protected for good: its pages are set
 * aside at its end, though no configuration is left to wait for.
 */
static void nobody_comes_body(void)
{
	struct kvm_vm *vm = protected_vm(lazy(), 1, false);

	for (uint64_t page = 0; page < PAGES; page++)
		ck_assert_int_eq(mm_fault_in(mm, USER_AT + page * PAGE_BYTES), 0);
	fail_next(UVC_CMD_DESTROY_SEC_CONF, 0, 1);
	ck_assert_int_eq(command(vm, KVM_PV_DISABLE, NULL), 0);
	sim_sleep(SIM_S, false, "cleaning");
	ck_assert_int_eq(kvm_protected_count(vm), 1);
	mm_put(mm);
	ck_assert_uint_eq(mm->aside->pages, PAGES - 3);
	kvm_put_vm(vm);
	ck_assert_uint_eq(host->used[USE_USER], 0);
	ck_assert(!mm_aside_held(mm));
}

/* Chosen by the OOM killer, a process gives its pages back at once. */
static void victim_body(void)
{
	struct oom_event victim_event = { .mm = NULL };
	struct kvm_vm *vm = protected_vm(lazy(), 1, false);

	for (uint64_t page = 0; page < PAGES; page++)
		ck_assert_int_eq(mm_fault_in(mm, USER_AT + page * PAGE_BYTES), 0);
	mm->oom = &victim_event;
	mm_put(mm);
	ck_assert(!mm_aside_held(mm));
	ck_assert_uint_eq(calls(UVC_CMD_CONV_FROM_SEC_STOR), PAGES);
	kvm_put_vm(vm);
	all_gone(vm);
}

/* Off, by its own parameter or by the later one: exported on the way out. */
static void off_body(void)
{
	struct kvm_vm *vm = after_exit(lazy_variant_find("lazy_destroy=0"), false);

	ck_assert(!mm_aside_held(mm));
	ck_assert_uint_eq(calls(UVC_CMD_CONV_FROM_SEC_STOR), PAGES);
	kvm_put_vm(vm);
	all_gone(vm);
}

static void later_parameter_body(void)
{
	struct kvm_vm *vm;

	kvm_set_async_destroy(false);
	vm = after_exit(lazy(), false);
	kvm_set_async_destroy(true);
	ck_assert(!mm_aside_held(mm));
	kvm_put_vm(vm);
	all_gone(vm);
}

#define LAZY_TEST(name)               \
	START_TEST(name)              \
	{                             \
		in_world(name##_body); \
	}                             \
	END_TEST

LAZY_TEST(large)
LAZY_TEST(small)
LAZY_TEST(no_thread)
LAZY_TEST(destroy_fails)
LAZY_TEST(nobody_comes)
LAZY_TEST(victim)
LAZY_TEST(off)
LAZY_TEST(later_parameter)

START_TEST(options)
{
	const struct { const char *options, *label; } good[] = {
		{ "", "builtin:lazy" },
		{ "oom_notifier=posted", "builtin:lazy" },
		{ "oom_notifier=256", "builtin:lazy,oom_notifier=256" },
		{ "oom_notifier=none", "builtin:lazy,oom_notifier=none" },
		{ "lazy_destroy=1", "builtin:lazy" },
		{ "lazy_destroy=0", "builtin:lazy,lazy_destroy=0" },
		{ "lazy_destroy=0,oom_notifier=256", "builtin:lazy,oom_notifier=256,lazy_destroy=0" },
	};
	const char *const bad[] = { ",", "oom_notifier", "oom_notifier=", "oom_notifier=25", "oom_notifier=2566",
				    "lazy_destroy=2", "oom_notifier=256,", "lazy_destroy=0,,oom_notifier=256" };

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		ck_assert_ptr_nonnull(lazy_variant_find(good[i].options));
		ck_assert_str_eq(lazy_variant_find(good[i].options)->label, good[i].label);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ck_assert_msg(!lazy_variant_find(bad[i]), "\"%s\" was taken", bad[i]);
	/* A label is a spec that means the same. */
	for (unsigned notifier = 0; notifier < LAZY_NOTIFIERS; notifier++)
		for (unsigned on = 0; on < 2; on++)
			ck_assert_ptr_eq(builtin_algorithm(builtin_lazy[notifier][on].algorithm.label),
					 &builtin_lazy[notifier][on].algorithm);
	ck_assert_ptr_null(builtin_algorithm("builtin:sync,lazy_destroy=0"));
}
END_TEST

Suite *lazy_suite(void)
{
	Suite *suite = suite_create("builtin:lazy at the end of a process");

	suite_test(suite, "shutdown", large, small, no_thread, destroy_fails, nobody_comes, victim, off,
		   later_parameter);
	suite_test(suite, "options", options);
	return suite;
}
