/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The dump of a protected VM, as algorithms of our own make it for KVM_PV_DUMP.
 */
#include "suites.h"

#include <errno.h>
#include <string.h>

#include "kvm/algorithms/builtin.h"
#include "uv/uvcb.h"

#define RECORDS 3u	/* one for each MiB */

static char area[RECORDS * PAGE_BYTES];

/* A guest that may be dumped, and whose dump has begun. */
static struct kvm_vm *dumped_vm(void)
{
	struct uv_se_header header = {
		.magic = UV_SE_MAGIC, .version = UV_SE_VERSION, .length = sizeof(header),
		.flags = UV_SE_KEY_MATCHES | UV_SE_DUMP_ALLOWED,
	};
	struct kvm_s390_pv_sec_parm parms = { &header, sizeof(header) };
	struct kvm_s390_pv_dmp init = { .subcmd = KVM_PV_DUMP_INIT };
	struct kvm_vm *vm = protected_vm(&builtin_async, 2, false);

	ck_assert_int_eq(command(vm, KVM_PV_SET_SEC_PARMS, &parms), 0);
	ck_assert_int_eq(command(vm, KVM_PV_VERIFY, NULL), 0);
	ck_assert_int_eq(command(vm, KVM_PV_DUMP, &init), 0);
	ck_assert(kvm_face(vm)->arch.pv.dumping);
	ck_assert_uint_eq(vm->vcpus->sie_block->prog20, PROG_BLOCK_SIE);
	return vm;
}

static int storage_state(struct kvm_vm *vm, unsigned long long *gaddr, uint64_t bytes)
{
	last_cmd.rc = last_cmd.rrc = 0xffff;
	return builtin_async.dump_stor_state(kvm_face(vm), area, gaddr, bytes, &last_cmd.rc, &last_cmd.rrc);
}

/* So many records as fit, and where the next one begins. */
static void storage_body(void)
{
	struct kvm_vm *vm = dumped_vm();
	unsigned long long at = MIB;
	uint64_t before;

	ck_assert_int_eq(storage_state(vm, &at, sizeof(area)), 0);
	ck_assert_int_eq(last_cmd.rc, UVC_RC_EXECUTED);
	ck_assert_uint_eq(at, (1 + RECORDS) * MIB);
	ck_assert_uint_eq(calls(UVC_CMD_DUMP_CONF_STOR_STATE), RECORDS);
	before = sim_now();
	/* Neither from the midst of a MiB nor half a record: the Ultravisor is not asked. */
	at = PAGE_BYTES;
	ck_assert_int_eq(storage_state(vm, &at, sizeof(area)), -EINVAL);
	ck_assert_int_eq(last_cmd.rc, 0);
	ck_assert_uint_eq(at, PAGE_BYTES);
	at = 0;
	ck_assert_int_eq(storage_state(vm, &at, PAGE_BYTES / 2), -EINVAL);
	ck_assert_int_eq(storage_state(vm, &at, 0), -EINVAL);
	ck_assert_int_eq(last_cmd.rc, 0);
	ck_assert_uint_eq(sim_now(), before);
	/* Beyond the guest it answers itself. */
	at = GUEST_BYTES;
	ck_assert_int_eq(storage_state(vm, &at, PAGE_BYTES), -EINVAL);
	ck_assert_int_gt(last_cmd.rc, UVC_RC_EXECUTED);
	ck_assert_uint_eq(at, GUEST_BYTES);
	close_clean(vm);
}

START_TEST(storage_state_by_mib)
{
	in_world(storage_body);
}
END_TEST

static void complete_body(void)
{
	struct kvm_s390_pv_dmp complete = {
		.subcmd = KVM_PV_DUMP_COMPLETE, .buff_addr = area, .buff_len = PAGE_BYTES,
	};
	struct kvm_vm *vm = dumped_vm();

	fail_next(UVC_CMD_DUMP_COMPLETE, 0, 1);
	ck_assert_int_eq(command(vm, KVM_PV_DUMP, &complete), -EINVAL);
	ck_assert_int_eq(last_cmd.rc, UVC_RC_SIM_FAULT);
	ck_assert(kvm_face(vm)->arch.pv.dumping);
	ck_assert_uint_eq(vm->vcpus->sie_block->prog20, PROG_BLOCK_SIE);
	ck_assert_int_eq(command(vm, KVM_PV_DUMP, &complete), 0);
	/* The guest may run again. */
	ck_assert(!kvm_face(vm)->arch.pv.dumping);
	ck_assert_uint_eq(vm->vcpus->sie_block->prog20, 0);
	ck_assert_uint_eq(vm->last_vcpu->sie_block->prog20, 0);
	close_clean(vm);
}

START_TEST(complete_ends_it)
{
	in_world(complete_body);
}
END_TEST

Suite *dump_suite(void)
{
	Suite *suite = suite_create("dumps by algorithms of our own");

	suite_test(suite, "dump", storage_state_by_mib, complete_ends_it);
	return suite;
}
