/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * builtin:async: aside, performed, interrupted, refused.
 */
#include "suites.h"

#include <errno.h>

#include "kvm/algorithms/builtin.h"
#include "kvm/algorithms/common.h"
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
	/* Nothing is imported for it any more. */
	ck_assert_uint_eq(kvm_face(vm)->arch.gmap->guest_handle, 0);
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

/* There is a leftover, but no other table: the old one is lost, as in Linux, and nothing else. */
static void no_table_body(void)
{
	struct kvm_vm *vm;
	uint64_t bytes;

	profile.machine.destroy_fast = false;
	vm = protected_vm(&builtin_async, 1, false);
	fail_next(0, 1, 1);
	ck_assert_int_eq(command(vm, PREPARE, NULL), -ENOMEM);
	ck_assert_ptr_null(kvm_face(vm)->arch.pv.set_aside);
	ck_assert_int_eq(command(vm, KVM_PV_DISABLE, NULL), 0);
	kvm_put_vm(vm);
	ck_assert_uint_eq(host_heap_left(host, &bytes), 1);
	ck_assert_uint_eq(bytes, PAGE_BYTES << TOP_TABLE_ORDER);
	ck_assert_ptr_null(uv_violations(host->uv));
}

START_TEST(no_memory_for_the_table)
{
	in_world(no_table_body);
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
	uint64_t asce = kvm_face(vm)->arch.gmap->asce;

	fail_next(UVC_CMD_DESTROY_SEC_CONF, 0, 1);
	ck_assert_int_eq(command(vm, KVM_PV_DISABLE, NULL), -EIO);
	ck_assert_uint_ne(kvm_pv_handle(vm), 0);
	ck_assert_int_eq(kvm_protected_count(vm), 1);
	/* The Ultravisor still knows the table. */
	ck_assert_uint_ne(kvm_face(vm)->arch.gmap->asce, asce);
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
	uint64_t before, bytes;

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
		uint64_t donated = host->used[USE_UV];

		before = host_heap_left(host, &bytes);
		fail_next(0, failing, 1);
		ck_assert_int_eq(command(vm, KVM_PV_ENABLE, NULL), -ENOMEM);
		ck_assert_uint_eq(kvm_pv_handle(vm), 0);
		ck_assert_int_eq(kvm_protected_count(vm), 0);
		ck_assert_uint_eq(host->used[USE_UV], donated);
		ck_assert_uint_eq(host_heap_left(host, &bytes), before);
	}
	/* Half of it has been done, and has to be undone by a call. */
	before = host_heap_left(host, &bytes);
	fail_next_with(UVC_CMD_CREATE_SEC_CONF, UVC_RC_SIM_FAULT | UVC_RC_NEED_DESTROY);
	ck_assert_int_eq(command(vm, KVM_PV_ENABLE, NULL), -EIO);
	ck_assert_int_eq(kvm_protected_count(vm), 0);
	ck_assert_uint_eq(uv_conf_count(host->uv), 0);
	ck_assert_uint_eq(host_heap_left(host, &bytes), before);
	kvm_put_vm(vm);
	ck_assert_ptr_null(uv_violations(host->uv));
}

START_TEST(enable_undoes_what_it_did)
{
	in_world(enable_undone_body);
}
END_TEST

/* One protected configuration beside a leftover: which of them fails is told, and the first that does. */
static void disable_of_two(unsigned failing_first, unsigned failing, int result)
{
	struct kvm_vm *vm;

	profile.machine.destroy_fast = false;
	vm = protected_vm(&builtin_async, 1, false);
	ck_assert_int_eq(command(vm, PREPARE, NULL), 0);
	ck_assert_int_eq(command(vm, KVM_PV_ENABLE, NULL), 0);
	fail_next(UVC_CMD_DESTROY_SEC_CONF, failing_first, failing);
	ck_assert_int_eq(command(vm, KVM_PV_DISABLE, NULL), result);
	ck_assert_int_eq(last_cmd.rc, failing ? UVC_RC_SIM_FAULT : UVC_RC_EXECUTED);
	ck_assert_int_eq(last_cmd.rrc, failing ? 1 : 0);
	ck_assert_uint_eq(uv_conf_count(host->uv), failing);
	ck_assert_int_eq(kvm_protected_count(vm), (int)failing);
	kvm_put_vm(vm);
	ck_assert_ptr_null(uv_violations(host->uv));
}

static void neither_fails_body(void)
{
	disable_of_two(0, 0, 0);
}

static void leftover_fails_body(void)
{
	disable_of_two(1, 1, -EIO);
}

static void both_fail_body(void)
{
	disable_of_two(0, 2, -EIO);
}

START_TEST(disable_tells_who_failed)
{
	in_world(neither_fails_body);
	in_world(leftover_fails_body);
	in_world(both_fail_body);
}
END_TEST

/* A CPU that cannot be destroyed keeps its storage, and is no secure CPU any more. */
static void cpu_refused_body(void)
{
	struct kvm_vm *vm = protected_vm(&builtin_async, 1, false);

	ck_assert_int_eq(vm->vcpus->sie_block->sdf, 2);
	ck_assert_int_eq(builtin_async.set_cpu_state(&vm->vcpus->vcpu, PV_CPU_STATE_STP), 0);
	fail_next(UVC_CMD_CPU_SET_STATE, 0, 1);
	ck_assert_int_eq(builtin_async.set_cpu_state(&vm->vcpus->vcpu, PV_CPU_STATE_STP), -EINVAL);
	fail_next(UVC_CMD_DESTROY_SEC_CPU, 0, 1);
	ck_assert_int_eq(command(vm, KVM_PV_DISABLE, NULL), -EIO);
	ck_assert_int_eq(vm->vcpus->sie_block->sdf, 0);
	ck_assert_uint_eq(uv_donated_frames(host->uv) << PAGE_SHIFT,
			  profile.machine.uv_base_stor_len + profile.machine.conf_base_phys_stor_len +
			  profile.machine.conf_base_virt_stor_len + GUEST_BYTES / MIB * PAGE_BYTES +
			  profile.machine.cpu_stor_len);
	ck_assert_ptr_null(uv_violations(host->uv));
	kvm_put_vm(vm);
	ck_assert_ptr_null(uv_violations(host->uv));
}

START_TEST(refused_cpu_keeps_its_storage)
{
	in_world(cpu_refused_body);
}
END_TEST

/* As large as the machine asks for, no larger; each kind of block is a power of two here. */
static void blocks_body(void)
{
	struct kvm_vm *vm = protected_vm(&builtin_async, 1, false);
	uint64_t blocks = profile.machine.conf_base_phys_stor_len + profile.machine.cpu_stor_len;

	ck_assert_uint_eq(host->used[USE_UV] << PAGE_SHIFT, profile.machine.uv_base_stor_len + blocks);
	ck_assert_int_eq(command(vm, KVM_PV_DISABLE, NULL), 0);
	fail_next(0, 100, 1);
	ck_assert_int_eq(command(vm, KVM_PV_ENABLE, NULL), 0);
	ck_assert_uint_eq(variable_bytes(), profile.machine.conf_base_virt_stor_len +
			  GUEST_BYTES / MIB * profile.machine.conf_virt_var_stor_len);
	close_clean(vm);
}

START_TEST(blocks_are_as_large_as_asked)
{
	in_world(blocks_body);
}
END_TEST

Suite *async_suite(void)
{
	Suite *suite = suite_create("builtin:async");

	suite_test(suite, "aside", prepare_and_perform, prepare_and_perform_fast, one_aside_at_a_time,
		   small_guests_are_refused, no_memory_for_the_leftover, no_memory_for_the_table);
	suite_test(suite, "trouble", fatal_signal_leaves_it_to_the_end, refused_destroy_is_lost_not_freed,
		   disable_can_be_repeated, enable_undoes_what_it_did,
		   disable_tells_who_failed, refused_cpu_keeps_its_storage, blocks_are_as_large_as_asked);
	return suite;
}
