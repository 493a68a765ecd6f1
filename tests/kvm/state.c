/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * KVM_S390_PV_COMMAND: which command is allowed when, what it calls in which order, and what it
 * answers.
 */
#include <errno.h>
#include <string.h>

#include "fake.h"

/* --- preconditions ---------------------------------------------------------------------------- */

static void plain_vm_refuses(void)
{
	struct kvm_vm *vm = make_vm(&fake_6_12, 1);
	struct kvm_s390_pv_sec_parm parms = { "x", 1 };
	struct kvm_s390_pv_unp unpack = { 0, PAGE_BYTES, 0 };
	struct kvm_s390_pv_dmp dump = { .subcmd = KVM_PV_DUMP_INIT };

	ck_assert_int_eq(command(vm, KVM_PV_DISABLE, NULL), -EINVAL);
	ck_assert_int_eq(command(vm, KVM_PV_SET_SEC_PARMS, &parms), -EINVAL);
	ck_assert_int_eq(command(vm, KVM_PV_UNPACK, &unpack), -EINVAL);
	ck_assert_int_eq(command(vm, KVM_PV_VERIFY, NULL), -EINVAL);
	ck_assert_int_eq(command(vm, KVM_PV_PREP_RESET, NULL), -EINVAL);
	ck_assert_int_eq(command(vm, KVM_PV_UNSHARE_ALL, NULL), -EINVAL);
	ck_assert_int_eq(command(vm, KVM_PV_DUMP, &dump), -EINVAL);
	ck_assert_int_eq(command(vm, KVM_PV_ASYNC_CLEANUP_PREPARE, NULL), -EINVAL);
	ck_assert_str_eq(fake.log, "");
	/* PERFORM needs no protected VM: the algorithm says whether something is aside. */
	fake.perform = -EINVAL;
	ck_assert_int_eq(command(vm, KVM_PV_ASYNC_CLEANUP_PERFORM, NULL), -EINVAL);
	ck_assert_str_eq(fake.log, "perform ");
}

START_TEST(test_plain_vm_refuses)
{
	in_world(plain_vm_refuses);
}
END_TEST

static void bad_commands(void)
{
	struct kvm_vm *vm = make_vm(&fake_6_12, 1);
	struct kvm_pv_cmd cmd = { .cmd = KVM_PV_ENABLE, .flags = 1 };

	ck_assert(!vm->user_cpu_state);
	ck_assert_int_eq(kvm_pv_command(vm, &cmd), -EINVAL);
	ck_assert_str_eq(fake.log, "");
	/* Even a refused call hands the CPU state to user space. */
	ck_assert(vm->user_cpu_state);
	ck_assert_int_eq(command(vm, KVM_PV_ASYNC_CLEANUP_PERFORM + 1, NULL), -ENOTTY);
	ck_assert_int_eq(command(vm, UINT32_MAX, NULL), -ENOTTY);
	ck_assert(!sim_mutex_held(&vm->lock));
}

START_TEST(test_bad_commands)
{
	in_world(bad_commands);
}
END_TEST

/* --- ENABLE ----------------------------------------------------------------------------------- */

static void enable_order(void)
{
	struct kvm_vm *vm = make_vm(&fake_6_12, 3);
	uint64_t sca = vm->sca;

	ck_assert_int_eq(command(vm, KVM_PV_ENABLE, NULL), 0);
	ck_assert_str_eq(fake.log, "init_vm create_cpu0 create_cpu1 create_cpu2 ");
	ck_assert_uint_eq(kvm_pv_handle(vm), 0x77);
	ck_assert_int_eq(kvm_protected_count(vm), 1);
	ck_assert(mm_is_protected(mm));
	ck_assert(vm->service_masked);
	/* A protected VM has the extended SCA, and pv.c sees the new one. */
	ck_assert(vm->use_esca);
	ck_assert_uint_ne(vm->sca, sca);
	ck_assert_ptr_eq(vm->kvm.arch.sca, (void *)vm->sca);
	ck_assert_int_eq(command(vm, KVM_PV_ENABLE, NULL), -EINVAL);
	ck_assert_str_eq(fake.log, "init_vm create_cpu0 create_cpu1 create_cpu2 ");
	/* Only once: the second life of the VM finds it there. */
	sca = vm->sca;
	ck_assert_int_eq(command(vm, KVM_PV_DISABLE, NULL), 0);
	ck_assert(!vm->service_masked);
	ck_assert(!mm_is_protected(mm));
	ck_assert_int_eq(command(vm, KVM_PV_ENABLE, NULL), 0);
	ck_assert_uint_eq(vm->sca, sca);
}

START_TEST(test_enable_order)
{
	in_world(enable_order);
}
END_TEST

static void enable_init_fails(void)
{
	struct kvm_vm *vm = make_vm(&fake_6_12, 2);

	fake.init_vm = -ENOMEM;
	ck_assert_int_eq(command(vm, KVM_PV_ENABLE, NULL), -ENOMEM);
	ck_assert_str_eq(fake.log, "init_vm ");
	ck_assert(!vm->service_masked);
}

START_TEST(test_enable_init_fails)
{
	in_world(enable_init_fails);
}
END_TEST

/*
 * The second CPU fails: both calls are undone, the answer is that of the failing CPU, the mask is
 * set all the same.
 */
static void enable_cpu_fails(void)
{
	struct kvm_vm *vm = make_vm(&fake_6_12, 3);

	fake.fail_cpu = 1;
	ck_assert_int_eq(command(vm, KVM_PV_ENABLE, NULL), -EIO);
	ck_assert_str_eq(fake.log, "init_vm create_cpu0 create_cpu1 destroy_cpu0 deinit_vm ");
	ck_assert_uint_eq(last_cmd.rc, 0x101);
	ck_assert_uint_eq(last_cmd.rrc, 5);
	ck_assert(vm->service_masked);
	ck_assert_uint_eq(kvm_pv_handle(vm), 0);
}

START_TEST(test_enable_cpu_fails)
{
	in_world(enable_cpu_fails);
}
END_TEST

static int fail_esca(void *ctx, const char *site, uint64_t bytes)
{
	(void)ctx;
	(void)bytes;
	return !strcmp(site, "esca");
}

static void enable_no_sca(void)
{
	struct kvm_vm *vm = make_vm(&fake_6_12, 1);

	host->should_fail = fail_esca;
	ck_assert_int_eq(command(vm, KVM_PV_ENABLE, NULL), -ENOMEM);
	ck_assert_str_eq(fake.log, "");
	ck_assert(!vm->use_esca);
	ck_assert_uint_ne(vm->sca, 0);
	host->should_fail = NULL;
	ck_assert_int_eq(command(vm, KVM_PV_ENABLE, NULL), 0);
}

START_TEST(test_enable_no_sca)
{
	in_world(enable_no_sca);
}
END_TEST

/* --- DISABLE, PREPARE, PERFORM ---------------------------------------------------------------- */

static void disable_paths(void)
{
	struct kvm_vm *vm = make_vm(&fake_6_12, 3);

	ck_assert_int_eq(command(vm, KVM_PV_ENABLE, NULL), 0);
	fake_clear_log();
	/*
	 * A CPU that cannot be destroyed stops it, but only after the others were tried; the first
	 * one's codes are told.
	 */
	fake.fail_destroy = 1;
	ck_assert_int_eq(command(vm, KVM_PV_DISABLE, NULL), -EIO);
	ck_assert_str_eq(fake.log, "destroy_cpu0 destroy_cpu1 destroy_cpu2 ");
	ck_assert_uint_eq(last_cmd.rc, 0x201);
	ck_assert_uint_eq(last_cmd.rrc, 1);
	ck_assert(vm->service_masked);
	ck_assert_uint_eq(kvm_pv_handle(vm), 0x77);
	/* Again: no CPU has a handle any more, so it goes on; the configuration resists once. */
	fake_clear_log();
	fake.deinit = -EIO;
	ck_assert_int_eq(command(vm, KVM_PV_DISABLE, NULL), -EIO);
	ck_assert_str_eq(fake.log, "cleanup_all ");
	ck_assert(!vm->service_masked);
	fake.deinit = 0;
	ck_assert_int_eq(command(vm, KVM_PV_DISABLE, NULL), 0);
	ck_assert_int_eq(command(vm, KVM_PV_DISABLE, NULL), -EINVAL);
}

START_TEST(test_disable_paths)
{
	in_world(disable_paths);
}
END_TEST

static void prepare_perform(void)
{
	struct kvm_vm *vm = make_vm(&fake_6_12, 2);

	ck_assert_int_eq(kvm_check_extension(vm, KVM_CAP_S390_PROTECTED_ASYNC_DISABLE), 1);
	ck_assert_int_eq(command(vm, KVM_PV_ENABLE, NULL), 0);
	fake_clear_log();
	fake.set_aside = -EINVAL;
	ck_assert_int_eq(command(vm, KVM_PV_ASYNC_CLEANUP_PREPARE, NULL), -EINVAL);
	ck_assert_str_eq(fake.log, "destroy_cpu0 destroy_cpu1 set_aside ");
	/* Half torn down: the handle is there, the CPUs are not, service interrupts come again. */
	ck_assert_uint_eq(kvm_pv_handle(vm), 0x77);
	ck_assert(!vm->service_masked);
	fake_clear_log();
	fake.set_aside = 0;
	ck_assert_int_eq(command(vm, KVM_PV_ASYNC_CLEANUP_PREPARE, NULL), 0);
	ck_assert_str_eq(fake.log, "set_aside ");
	ck_assert_uint_eq(last_cmd.rrc, 42);
	ck_assert_int_eq(command(vm, KVM_PV_ASYNC_CLEANUP_PERFORM, NULL), 0);
	ck_assert_uint_eq(last_cmd.rrc, 43);
	ck_assert_int_eq(command(vm, KVM_PV_ASYNC_CLEANUP_PREPARE, NULL), -EINVAL);
}

START_TEST(test_prepare_perform)
{
	in_world(prepare_perform);
}
END_TEST

static void prepare_cpu_fails(void)
{
	struct kvm_vm *vm = make_vm(&fake_6_12, 2);

	ck_assert_int_eq(command(vm, KVM_PV_ENABLE, NULL), 0);
	fake_clear_log();
	fake.fail_destroy = 0;
	ck_assert_int_eq(command(vm, KVM_PV_ASYNC_CLEANUP_PREPARE, NULL), -EIO);
	ck_assert_str_eq(fake.log, "destroy_cpu0 destroy_cpu1 ");
	ck_assert_uint_eq(last_cmd.rc, 0x200);
	ck_assert(vm->service_masked);
}

START_TEST(test_prepare_cpu_fails)
{
	in_world(prepare_cpu_fails);
}
END_TEST

static void async_off(void)
{
	struct kvm_vm *vm = make_vm(&fake_6_12, 1);

	kvm_set_async_destroy(false);
	ck_assert_int_eq(kvm_check_extension(vm, KVM_CAP_S390_PROTECTED_ASYNC_DISABLE), 0);
	ck_assert_int_eq(command(vm, KVM_PV_ENABLE, NULL), 0);
	fake_clear_log();
	ck_assert_int_eq(command(vm, KVM_PV_ASYNC_CLEANUP_PREPARE, NULL), -EINVAL);
	ck_assert_int_eq(command(vm, KVM_PV_ASYNC_CLEANUP_PERFORM, NULL), -EINVAL);
	ck_assert_str_eq(fake.log, "");
}

START_TEST(test_async_off)
{
	in_world(async_off);
}
END_TEST

/* While one thread performs, another may use the VM: the lock is not held. */
static struct kvm_vm *shared_vm;

static void performer(void *arg)
{
	(void)arg;
	ck_assert_int_eq(
		kvm_pv_command(shared_vm,
			       &(struct kvm_pv_cmd){ .cmd = KVM_PV_ASYNC_CLEANUP_PERFORM }),
		0);
}

static void perform_unlocked(void)
{
	struct sim_thread *thread;

	shared_vm = make_vm(&fake_6_12, 1);
	fake.perform_time = SIM_S;
	thread = sim_spawn("performer", performer, NULL, NULL);
	sim_sleep(SIM_MS, false, "let it begin");
	ck_assert_str_eq(fake.log, "perform ");
	ck_assert_int_eq(command(shared_vm, KVM_PV_ENABLE, NULL), 0);
	ck_assert_uint_lt(sim_now(), SIM_S);
	sim_join(thread, false);
}

START_TEST(test_perform_unlocked)
{
	in_world(perform_unlocked);
}
END_TEST

/* --- the other commands ----------------------------------------------------------------------- */

static void sec_parms(void)
{
	struct kvm_vm *vm = make_vm(&fake_6_12, 1);
	static const char header[] = "a header that is copied";
	static const char longest[2 * PAGE_BYTES];
	struct kvm_s390_pv_sec_parm parms = { header, sizeof(header) };
	uint64_t bytes, blocks;

	ck_assert_int_eq(command(vm, KVM_PV_ENABLE, NULL), 0);
	blocks = host_heap_left(host, &bytes);
	ck_assert_int_eq(command(vm, KVM_PV_SET_SEC_PARMS, &parms), 0);
	ck_assert_str_eq(fake.header, header);
	ck_assert_ptr_ne(fake.header_at, header);
	fake.set_sec_parms = -EINVAL;
	ck_assert_int_eq(command(vm, KVM_PV_SET_SEC_PARMS, &parms), -EINVAL);
	ck_assert_int_eq(command(vm, KVM_PV_SET_SEC_PARMS, NULL), -EFAULT);
	fake_clear_log();
	parms.length = 0;
	ck_assert_int_eq(command(vm, KVM_PV_SET_SEC_PARMS, &parms), -ENOMEM);
	parms.length = 2 * PAGE_BYTES + 1;
	ck_assert_int_eq(command(vm, KVM_PV_SET_SEC_PARMS, &parms), -EINVAL);
	parms = (struct kvm_s390_pv_sec_parm){ longest, sizeof(longest) };
	fake.set_sec_parms = 0;
	ck_assert_int_eq(command(vm, KVM_PV_SET_SEC_PARMS, &parms), 0);
	fake_clear_log();
	parms = (struct kvm_s390_pv_sec_parm){ NULL, 8 };
	ck_assert_int_eq(command(vm, KVM_PV_SET_SEC_PARMS, &parms), -EFAULT);
	ck_assert_str_eq(fake.log, "");
	ck_assert_uint_eq(host_heap_left(host, &bytes), blocks);
}

START_TEST(test_sec_parms)
{
	in_world(sec_parms);
}
END_TEST

static uint64_t asked(uint16_t cmd)
{
	const struct uv_call_count *count;
	uint64_t n = 0;

	for (count = uv_call_counts(host->uv); count; count = count->next)
		n += count->cmd == cmd ? count->count : 0;
	return n;
}

/* Commands that are one call, with the handle of the configuration (which this Ultravisor does not know). */
static void one_call_each(void)
{
	static const struct {
		uint32_t command;
		uint16_t call;
	} each[] = {
		{ KVM_PV_VERIFY, UVC_CMD_VERIFY_IMG },
		{ KVM_PV_PREP_RESET, UVC_CMD_PREPARE_RESET },
		{ KVM_PV_UNSHARE_ALL, UVC_CMD_SET_UNSHARE_ALL },
	};
	struct kvm_vm *vm = make_vm(&fake_6_12, 1);

	ck_assert_int_eq(command(vm, KVM_PV_ENABLE, NULL), 0);
	for (size_t i = 0; i < sizeof(each) / sizeof(each[0]); i++) {
		ck_assert_int_eq(command(vm, each[i].command, NULL), -EINVAL);
		ck_assert_uint_eq(last_cmd.rc, UVC_RC_INV_GHANDLE);
		for (size_t j = 0; j < sizeof(each) / sizeof(each[0]); j++)
			ck_assert_uint_eq(asked(each[j].call), j <= i);
	}
}

START_TEST(test_one_call_each)
{
	in_world(one_call_each);
}
END_TEST

static void unpack_verify(void)
{
	struct kvm_vm *vm = make_vm(&fake_6_12, 1);
	struct kvm_s390_pv_unp unpack = { .addr = 0x10000, .size = 0x3000, .tweak = 9 };

	ck_assert_int_eq(command(vm, KVM_PV_ENABLE, NULL), 0);
	ck_assert_int_eq(command(vm, KVM_PV_UNPACK, &unpack), 0);
	ck_assert_uint_eq(fake.unpack_addr, 0x10000);
	ck_assert_uint_eq(fake.unpack_size, 0x3000);
	ck_assert_uint_eq(fake.unpack_tweak, 9);
	ck_assert_int_eq(command(vm, KVM_PV_UNPACK, NULL), -EFAULT);
	/* UNPACK needs a protected mm as well as a handle. */
	vm->mm_face.context.protected_count.counter = 0;
	ck_assert_int_eq(command(vm, KVM_PV_UNPACK, &unpack), -EINVAL);
	/* These issue their UVC themselves; the Ultravisor does not know the handle. */
	ck_assert_int_eq(command(vm, KVM_PV_VERIFY, NULL), -EINVAL);
	ck_assert_uint_eq(last_cmd.rc, UVC_RC_INV_GHANDLE);
	ck_assert_int_eq(command(vm, KVM_PV_PREP_RESET, NULL), -EINVAL);
	ck_assert_int_eq(command(vm, KVM_PV_UNSHARE_ALL, NULL), -EINVAL);
}

START_TEST(test_unpack_verify)
{
	in_world(unpack_verify);
}
END_TEST

static void info_works_plain(void)
{
	struct kvm_vm *vm = make_vm(&fake_6_12, 1);
	struct kvm_s390_pv_info info = { .header = { .id = KVM_PV_INFO_VM,
						     .len_max = sizeof(info) } };

	ck_assert_int_eq(command(vm, KVM_PV_INFO, &info), 0);
	ck_assert_uint_eq(info.vm.max_cpus, 248);
	ck_assert_uint_eq(info.vm.max_guests, 100);
	ck_assert_uint_eq(info.header.len_written, sizeof(info.header) + sizeof(info.vm));
	info.header.id = KVM_PV_INFO_DUMP;
	ck_assert_int_eq(command(vm, KVM_PV_INFO, &info), 0);
	ck_assert_uint_eq(info.dump.dump_cpu_buffer_len, 64 << 10);
	info.header.len_max = sizeof(info.header);
	ck_assert_int_eq(command(vm, KVM_PV_INFO, &info), -EINVAL);
	info.header = (typeof(info.header)){ .id = 7, .len_max = 1000 };
	ck_assert_int_eq(command(vm, KVM_PV_INFO, &info), -EINVAL);
	ck_assert_int_eq(command(vm, KVM_PV_INFO, NULL), -EFAULT);
}

START_TEST(test_info_works_plain)
{
	in_world(info_works_plain);
}
END_TEST

static void dump(void)
{
	struct kvm_vm *vm = make_vm(&fake_6_12, 2);
	char buffer[4096];
	struct kvm_s390_pv_dmp dmp = { .buff_addr = buffer, .buff_len = sizeof(buffer) };

	ck_assert_int_eq(command(vm, KVM_PV_ENABLE, NULL), 0);
	fake_clear_log();
	dmp.subcmd = KVM_PV_DUMP_CONFIG_STOR_STATE;
	ck_assert_int_eq(command(vm, KVM_PV_DUMP, &dmp), -EINVAL);
	dmp.subcmd = KVM_PV_DUMP_COMPLETE;
	ck_assert_int_eq(command(vm, KVM_PV_DUMP, &dmp), -EINVAL);
	/*
	 * INIT is refused by the Ultravisor, which knows no such handle: SIE entry is allowed
	 * again.
	 */
	dmp.subcmd = KVM_PV_DUMP_INIT;
	ck_assert_int_eq(command(vm, KVM_PV_DUMP, &dmp), -EINVAL);
	ck_assert_uint_eq(vm->vcpus->sie_block->prog20, 0);
	ck_assert_str_eq(fake.log, "");
	vm->kvm.arch.pv.dumping = true;
	kvm_s390_vcpu_block_all(&vm->kvm);
	ck_assert_uint_eq(vm->last_vcpu->sie_block->prog20, PROG_BLOCK_SIE);
	ck_assert_int_eq(command(vm, KVM_PV_DUMP, &dmp), -EINVAL);
	ck_assert_uint_eq(vm->last_vcpu->sie_block->prog20, PROG_BLOCK_SIE);
	dmp.subcmd = KVM_PV_DUMP_CONFIG_STOR_STATE;
	ck_assert_int_eq(command(vm, KVM_PV_DUMP, &dmp), 0);
	ck_assert_uint_eq(dmp.gaddr, 0);
	dmp.subcmd = KVM_PV_DUMP_COMPLETE;
	dmp.buff_len = 8;
	ck_assert_int_eq(command(vm, KVM_PV_DUMP, &dmp), -EINVAL);
	dmp.buff_len = sizeof(buffer);
	ck_assert_int_eq(command(vm, KVM_PV_DUMP, &dmp), 0);
	ck_assert_str_eq(fake.log, "dump_stor_state dump_complete ");
	ck_assert_uint_eq(vm->last_vcpu->sie_block->prog20, 0);
	dmp.subcmd = 99;
	ck_assert_int_eq(command(vm, KVM_PV_DUMP, &dmp), -ENOTTY);
}

START_TEST(test_dump)
{
	in_world(dump);
}
END_TEST

Suite *state_suite(void)
{
	Suite *suite = suite_create("pv state machine");

	suite_test(suite, "preconditions", test_plain_vm_refuses, test_bad_commands);
	suite_test(suite, "enable", test_enable_order, test_enable_init_fails,
		   test_enable_cpu_fails, test_enable_no_sca);
	suite_test(suite, "teardown", test_disable_paths, test_prepare_perform,
		   test_prepare_cpu_fails, test_async_off, test_perform_unlocked);
	suite_test(suite, "others", test_sec_parms, test_one_call_each, test_unpack_verify, test_info_works_plain,
		   test_dump);
	return suite;
}
