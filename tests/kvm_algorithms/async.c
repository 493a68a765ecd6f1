/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * builtin:async: aside, performed, interrupted, refused.
 */
#include "suites.h"

#include <errno.h>

#include "kvm/algorithms/builtin.h"
#include "uv/uvcb.h"

#define PREPARE KVM_PV_ASYNC_CLEANUP_PREPARE
#define PERFORM KVM_PV_ASYNC_CLEANUP_PERFORM

static void aside_then_performed(bool fast)
{
	struct kvm_vm *vm;

	profile.machine.destroy_fast = fast;
	vm = protected_vm(&builtin_async, 2, false);
	ck_assert_int_eq(command(vm, PREPARE, NULL), 0);
	ck_assert_int_eq(last_cmd.rc, 1);
	ck_assert_int_eq(last_cmd.rrc, 42);
	ck_assert_uint_eq(kvm_pv_handle(vm), 0);
	ck_assert_ptr_nonnull(kvm_face(vm)->arch.pv.set_aside);
	/* It counts until its pages are clean, destroyed or not. */
	ck_assert_int_eq(kvm_protected_count(vm), 1);
	ck_assert_uint_eq(uv_conf_count(host->uv), fast ? 0 : 1);
	ck_assert_uint_eq(calls(UVC_CMD_DESTROY_SEC_CPU), 2);
	/* The VM may be protected again meanwhile. */
	ck_assert_int_eq(command(vm, KVM_PV_ENABLE, NULL), 0);
	ck_assert_int_eq(kvm_protected_count(vm), 2);
	ck_assert_int_eq(command(vm, PERFORM, NULL), 0);
	ck_assert_int_eq(kvm_protected_count(vm), 1);
	ck_assert_uint_eq(calls(UVC_CMD_DESTROY_SEC_CONF), fast ? 0 : 1);
	ck_assert_uint_eq(calls(UVC_CMD_DESTROY_SEC_CONF_FAST), fast ? 1 : 0);
	close_clean(vm);
}

static void slow_body(void)
{
	aside_then_performed(false);
}

static void fast_body(void)
{
	aside_then_performed(true);
}

START_TEST(prepare_and_perform)
{
	in_world(slow_body);
}
END_TEST

START_TEST(prepare_and_perform_fast)
{
	in_world(fast_body);
}
END_TEST

static void one_aside_body(void)
{
	struct kvm_vm *vm = protected_vm(&builtin_async, 1, false);

	ck_assert_int_eq(command(vm, PERFORM, NULL), -EINVAL);
	ck_assert_int_eq(command(vm, PREPARE, NULL), 0);
	ck_assert_int_eq(command(vm, PREPARE, NULL), -EINVAL);
	ck_assert_int_eq(command(vm, KVM_PV_ENABLE, NULL), 0);
	/* Refused, but the secure CPUs are gone: DISABLE is what is left. */
	ck_assert_int_eq(command(vm, PREPARE, NULL), -EINVAL);
	ck_assert_uint_ne(kvm_pv_handle(vm), 0);
	ck_assert_int_eq(command(vm, KVM_PV_DISABLE, NULL), 0);
	/* DISABLE worked off the one aside, too. */
	ck_assert_ptr_null(kvm_face(vm)->arch.pv.set_aside);
	ck_assert_int_eq(command(vm, PERFORM, NULL), -EINVAL);
	close_clean(vm);
}

START_TEST(one_aside_at_a_time)
{
	in_world(one_aside_body);
}
END_TEST

static void small_body(void)
{
	struct kvm_vm *vm = protected_vm(&builtin_async, 1, true);

	ck_assert_int_eq(command(vm, PREPARE, NULL), -EINVAL);
	ck_assert_uint_ne(kvm_pv_handle(vm), 0);
	ck_assert_int_eq(command(vm, KVM_PV_DISABLE, NULL), 0);
	close_clean(vm);
}

START_TEST(small_guests_are_refused)
{
	in_world(small_body);
}
END_TEST

static void no_memory_body(void)
{
	struct kvm_vm *vm;

	profile.machine.destroy_fast = false;
	vm = protected_vm(&builtin_async, 1, false);
	fail_next(0, 0, 1);
	ck_assert_int_eq(command(vm, PREPARE, NULL), -ENOMEM);
	ck_assert_uint_ne(kvm_pv_handle(vm), 0);
	ck_assert_ptr_null(kvm_face(vm)->arch.pv.set_aside);
	ck_assert_int_eq(command(vm, KVM_PV_DISABLE, NULL), 0);
	close_clean(vm);
}

START_TEST(no_memory_for_the_leftover)
{
	in_world(no_memory_body);
}
END_TEST

static void interrupted_body(void)
{
	struct kvm_vm *vm;

	profile.machine.destroy_fast = false;
	vm = protected_vm(&builtin_async, 1, false);
	ck_assert_int_eq(command(vm, PREPARE, NULL), 0);
	sim_signal_send(sim_self(), 9, true);
	ck_assert_int_eq(command(vm, PERFORM, NULL), 0);
	ck_assert_int_eq(last_cmd.rc, 1);
	ck_assert_int_eq(last_cmd.rrc, 42);
	ck_assert_uint_eq(calls(UVC_CMD_DESTROY_SEC_CONF), 0);
	ck_assert_ptr_null(kvm_face(vm)->arch.pv.set_aside);
	ck_assert_int_eq(kvm_protected_count(vm), 1);
	close_clean(vm);
	ck_assert_uint_eq(calls(UVC_CMD_DESTROY_SEC_CONF), 1);
}

START_TEST(fatal_signal_leaves_it_to_the_end)
{
	in_world(interrupted_body);
}
END_TEST

static void refused_body(void)
{
	struct kvm_vm *vm;

	profile.machine.destroy_fast = false;
	vm = protected_vm(&builtin_async, 1, false);
	ck_assert_int_eq(command(vm, PREPARE, NULL), 0);
	fail_next(UVC_CMD_DESTROY_SEC_CONF, 0, 1);
	ck_assert_int_eq(command(vm, PERFORM, NULL), -EIO);
	ck_assert_int_eq(last_cmd.rc, UVC_RC_SIM_FAULT);
	/* Lost on purpose: configuration, storage and count stay, and nothing is freed that is donated. */
	kvm_put_vm(vm);
	ck_assert_int_eq(kvm_protected_count(vm), 1);
	ck_assert_uint_eq(uv_conf_count(host->uv), 1);
	ck_assert_uint_gt(uv_donated_frames(host->uv), profile.machine.uv_base_stor_len >> PAGE_SHIFT);
	uv_check_end(host->uv);
	ck_assert_ptr_null(uv_violations(host->uv));
}

START_TEST(refused_destroy_is_lost_not_freed)
{
	in_world(refused_body);
}
END_TEST

static void disable_refused_body(void)
{
	struct kvm_vm *vm = protected_vm(&builtin_async, 1, false);

	fail_next(UVC_CMD_DESTROY_SEC_CONF, 0, 1);
	ck_assert_int_eq(command(vm, KVM_PV_DISABLE, NULL), -EIO);
	ck_assert_uint_ne(kvm_pv_handle(vm), 0);
	ck_assert_int_eq(kvm_protected_count(vm), 1);
	ck_assert_int_eq(command(vm, KVM_PV_DISABLE, NULL), 0);
	ck_assert_int_eq(kvm_protected_count(vm), 0);
	kvm_put_vm(vm);
	ck_assert_uint_eq(uv_conf_count(host->uv), 0);
	ck_assert_ptr_null(uv_violations(host->uv));
}

START_TEST(disable_can_be_repeated)
{
	in_world(disable_refused_body);
}
END_TEST

static void enable_undone_body(void)
{
	struct kvm_vm *vm = protected_vm(&builtin_async, 2, false);

	ck_assert_int_eq(command(vm, KVM_PV_DISABLE, NULL), 0);
	fail_next(UVC_CMD_CREATE_SEC_CPU, 1, 1);
	ck_assert_int_eq(command(vm, KVM_PV_ENABLE, NULL), -EIO);
	ck_assert_int_eq(last_cmd.rc, UVC_RC_SIM_FAULT);
	ck_assert_uint_eq(kvm_pv_handle(vm), 0);
	ck_assert_int_eq(kvm_protected_count(vm), 0);
	ck_assert_uint_eq(uv_conf_count(host->uv), 0);
	fail_next(UVC_CMD_CREATE_SEC_CONF, 0, 1);
	ck_assert_int_eq(command(vm, KVM_PV_ENABLE, NULL), -EIO);
	ck_assert_int_eq(kvm_protected_count(vm), 0);
	for (unsigned failing = 0; failing < 4; failing++) {
		fail_next(0, failing, 1);
		ck_assert_int_eq(command(vm, KVM_PV_ENABLE, NULL), -ENOMEM);
		ck_assert_uint_eq(kvm_pv_handle(vm), 0);
		ck_assert_int_eq(kvm_protected_count(vm), 0);
	}
	kvm_put_vm(vm);
	ck_assert_ptr_null(uv_violations(host->uv));
}

START_TEST(enable_undoes_what_it_did)
{
	in_world(enable_undone_body);
}
END_TEST

Suite *async_suite(void)
{
	Suite *suite = suite_create("builtin:async");

	suite_test(suite, "aside", prepare_and_perform, prepare_and_perform_fast, one_aside_at_a_time,
		   small_guests_are_refused, no_memory_for_the_leftover);
	suite_test(suite, "trouble", fatal_signal_leaves_it_to_the_end, refused_destroy_is_lost_not_freed,
		   disable_can_be_repeated, enable_undoes_what_it_did);
	return suite;
}
