/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * builtin:sync and builtin:lazy, and the list of all.
 */
#include "suites.h"

#include <errno.h>

#include "kvm/algorithms/builtin.h"
#include "uv/uvcb.h"

static void sync_body(void)
{
	struct kvm_vm *vm = protected_vm(&builtin_sync, 2, false);

	ck_assert_int_eq(command(vm, KVM_PV_ASYNC_CLEANUP_PREPARE, NULL), -ENOTTY);
	ck_assert_int_eq(kvm_check_extension(vm, KVM_CAP_S390_PROTECTED_ASYNC_DISABLE), 0);
	ck_assert_int_eq(command(vm, KVM_PV_DISABLE, NULL), 0);
	ck_assert_int_eq(last_cmd.rrc, 0);
	ck_assert_int_eq(kvm_protected_count(vm), 0);
	ck_assert_uint_eq(calls(UVC_CMD_DESTROY_SEC_CONF), 1);
	ck_assert_uint_eq(calls(UVC_CMD_DESTROY_SEC_CONF_FAST), 0);
	close_clean(vm);
}

START_TEST(sync_disables_at_once)
{
	in_world(sync_body);
}
END_TEST

static const struct pv_algorithm *lazy(void)
{
	return builtin_algorithm("builtin:lazy");
}

static void lazy_body(void)
{
	struct kvm_vm *vm = protected_vm(lazy(), 1, false);

	ck_assert_int_eq(command(vm, KVM_PV_DISABLE, NULL), 0);
	ck_assert_int_eq(last_cmd.rc, 1);
	ck_assert_int_eq(last_cmd.rrc, 42);
	ck_assert_uint_eq(kvm_pv_handle(vm), 0);
	ck_assert_int_eq(kvm_protected_count(vm), 1);
	ck_assert_uint_eq(calls(UVC_CMD_DESTROY_SEC_CONF), 0);
	ck_assert_uint_eq(mm->users, 2);
	sim_sleep(SIM_S, false, "cleaning");
	ck_assert_uint_eq(calls(UVC_CMD_DESTROY_SEC_CONF), 1);
	ck_assert_int_eq(kvm_protected_count(vm), 0);
	ck_assert_uint_eq(mm->users, 1);
	close_clean(vm);
}

START_TEST(lazy_leaves_it_to_a_thread)
{
	in_world(lazy_body);
}
END_TEST

/* Nothing to defer with: at once, and nothing is held any more. */
static void at_once(struct kvm_vm *vm)
{
	unsigned long holders = mm->count;

	ck_assert_int_eq(command(vm, KVM_PV_DISABLE, NULL), 0);
	ck_assert_int_eq(last_cmd.rrc, 0);
	ck_assert_int_eq(kvm_protected_count(vm), 0);
	ck_assert_uint_eq(mm->users, 1);
	ck_assert_uint_eq(mm->count, holders);
	ck_assert_uint_eq(uv_conf_count(host->uv), 0);
}

static void lazy_fallback_body(void)
{
	struct kvm_vm *vm = protected_vm(lazy(), 1, false);

	fail_next(0, 0, 1);
	at_once(vm);
	/* No memory for another top-level table: the old one is still the guest's, and freed with it. */
	ck_assert_int_eq(command(vm, KVM_PV_ENABLE, NULL), 0);
	fail_next(0, 1, 1);
	at_once(vm);
	kvm_set_async_destroy(false);
	ck_assert_int_eq(command(vm, KVM_PV_ENABLE, NULL), 0);
	at_once(vm);
	close_clean(vm);
}

START_TEST(lazy_falls_back)
{
	in_world(lazy_fallback_body);
}
END_TEST

static void lazy_small_body(void)
{
	struct kvm_vm *vm = protected_vm(lazy(), 1, true);

	for (uint64_t gpage = 0; gpage < 5; gpage++)
		import_page(vm, gpage);
	at_once(vm);
	/* Asked about once: nothing was set aside in vain. */
	ck_assert_uint_eq(calls(UVC_CMD_DESTR_SEC_STOR), 5);
	close_clean(vm);
}

START_TEST(lazy_small_guest)
{
	in_world(lazy_small_body);
}
END_TEST

static void lazy_last_body(void)
{
	struct kvm_vm *vm = protected_vm(lazy(), 1, false);

	ck_assert_int_eq(command(vm, KVM_PV_DISABLE, NULL), 0);
	/* Process and VM go before the thread has begun: it is the last user. */
	mm_put(mm);
	ck_assert(!mm->exiting);
	kvm_put_vm(vm);
	sim_sleep(SIM_S, false, "cleaning");
	ck_assert(mm->exiting);
	ck_assert_uint_eq(uv_conf_count(host->uv), 0);
	ck_assert_int_eq(kvm_protected_count(vm), 0);
	ck_assert_ptr_null(uv_violations(host->uv));
}

START_TEST(lazy_outlives_its_vm)
{
	in_world(lazy_last_body);
}
END_TEST

START_TEST(names)
{
	ck_assert_ptr_eq(builtin_find("builtin:async")->algorithm, &builtin_async);
	ck_assert_ptr_eq(builtin_find("builtin:sync")->algorithm, &builtin_sync);
	ck_assert_ptr_eq(builtin_find("builtin:lazy")->algorithm, lazy());
	ck_assert_ptr_null(builtin_find("builtin:"));
	ck_assert_ptr_null(builtin_find("async"));
	ck_assert(builtin_is_spec("builtin:nothing"));
	ck_assert(!builtin_is_spec("builtin"));
	for (const struct builtin *builtin = builtins; builtin->name; builtin++) {
		ck_assert_str_eq(builtin->algorithm->label + 8, builtin->name);
		ck_assert_ptr_eq(builtin_find(builtin->algorithm->label), builtin);
	}
}
END_TEST

Suite *sync_suite(void)
{
	Suite *suite = suite_create("builtin:sync and builtin:lazy");

	suite_test(suite, "sync", sync_disables_at_once);
	suite_test(suite, "lazy", lazy_leaves_it_to_a_thread, lazy_falls_back, lazy_small_guest,
		   lazy_outlives_its_vm);
	suite_test(suite, "names", names);
	return suite;
}
