/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * KVM_S390_PV_COMMAND of earlier kernel versions, where it differs.
 */
#include <errno.h>

#include "fake.h"
#include "kvm/run.h"
#include "mm/world.h"

static void version_6_1(void)
{
	struct kvm_vm *vm = make_vm(&fake_6_1, 2);
	struct kvm_s390_pv_info info = { .header = { .id = KVM_PV_INFO_VM,
						     .len_max = sizeof(info) } };

	ck_assert_int_eq(kvm_check_extension(vm, KVM_CAP_S390_PROTECTED), 1);
	ck_assert_int_eq(kvm_check_extension(vm, KVM_CAP_S390_PROTECTED_DUMP), 1);
	ck_assert_int_eq(kvm_check_extension(vm, KVM_CAP_S390_PROTECTED_ASYNC_DISABLE), 0);
	ck_assert_int_eq(command(vm, KVM_PV_INFO, &info), 0);
	ck_assert_int_eq(command(vm, KVM_PV_ENABLE, NULL), 0);
	fake_clear_log();
	ck_assert_int_eq(command(vm, KVM_PV_ASYNC_CLEANUP_PREPARE, NULL), -ENOTTY);
	ck_assert_int_eq(command(vm, KVM_PV_ASYNC_CLEANUP_PERFORM, NULL), -ENOTTY);
	ck_assert_str_eq(fake.log, "");
	ck_assert_int_eq(command(vm, KVM_PV_DISABLE, NULL), 0);
	ck_assert_str_eq(fake.log, "destroy_cpu0 destroy_cpu1 deinit_vm ");
	/* What a guest finds that is another's: 6.0 and 6.1 tell these two apart. */
	ck_assert_int_eq(access_of(vm, GUEST_SECURE_ACCESS), WORLD_ACCESSIBLE);
	ck_assert_int_eq(access_of(vm, GUEST_VIOLATION), WORLD_DESTROY);
}

START_TEST(test_version_6_1)
{
	in_world(version_6_1);
}
END_TEST

static void lock_holder(void *arg)
{
	struct kvm_vm *vm = arg;

	sim_mutex_lock(&vm->lock);
	sim_sleep(SIM_S, false, "holding kvm->lock");
	sim_mutex_unlock(&vm->lock);
}

/*
 * 6.1 takes the lock before it looks at the command, even one that it does not know; 6.12 not for
 * PERFORM.
 */
static void lock_around_all(void)
{
	struct kvm_vm *vm = make_vm(&fake_6_1, 1);

	sim_spawn("holder", lock_holder, vm, NULL);
	sim_sleep(SIM_MS, false, "let it begin");
	ck_assert_int_eq(command(vm, KVM_PV_ASYNC_CLEANUP_PERFORM, NULL), -ENOTTY);
	ck_assert_uint_ge(sim_now(), SIM_S);
}

START_TEST(test_lock_around_all)
{
	in_world(lock_around_all);
}
END_TEST

static void version_5_10(void)
{
	struct kvm_vm *vm = make_vm(&fake_5_10, 1);
	struct kvm_s390_pv_info info = { .header = { .id = KVM_PV_INFO_VM,
						     .len_max = sizeof(info) } };

	ck_assert_int_eq(kvm_check_extension(vm, KVM_CAP_S390_PROTECTED_DUMP), 0);
	ck_assert_int_eq(command(vm, KVM_PV_INFO, &info), -ENOTTY);
	ck_assert_int_eq(command(vm, KVM_PV_DUMP, &info), -ENOTTY);
	/* There the mm is protected by a flag. */
	vm->mm_face.context.is_protected.counter = 1;
	ck_assert(mm_is_protected(mm));
}

START_TEST(test_version_5_10)
{
	in_world(version_5_10);
}
END_TEST

static int answer;

static int converts(struct kvm *kvm, unsigned long gaddr)
{
	(void)kvm;
	ck_assert_uint_eq(gaddr, 5 * PAGE_BYTES);
	return answer;
}

/* From 6.14 on pv.c imports itself: only one of its errors ends the guest, after the others it tries again. */
static void import_by_pv(void)
{
	struct pv_algorithm algorithm = fake_6_12;
	static const int again[] = { 0, -EAGAIN, -EBUSY, -ENXIO };
	struct kvm_vm *vm;

	algorithm.convert_to_secure = converts;
	vm = make_vm(&algorithm, 1);
	for (size_t i = 0; i < sizeof(again) / sizeof(again[0]); i++) {
		answer = again[i];
		ck_assert_int_eq(exception_convert(vm, 5 * PAGE_BYTES), RUN_LOOP);
	}
	answer = -EINVAL;
	ck_assert_int_eq(exception_convert(vm, 5 * PAGE_BYTES), RUN_FAILED);
}

START_TEST(test_import_by_pv)
{
	in_world(import_by_pv);
}
END_TEST

/* Who faults a page in has a reference to it; who finds it mapped has none. */
static void faulted_in(void)
{
	struct kvm_vm *vm = make_vm(&fake_6_12, 1);
	struct guest_fault first = { .gfn = 7, .write_attempt = true }, second = first;
	struct guest_fault outside = { .gfn = GUEST_BYTES / PAGE_BYTES };

	ck_assert_int_eq(kvm_s390_faultin_gfn(vm, &first), 0);
	ck_assert_uint_ne(first.pfn, 0);
	ck_assert_uint_eq((uint64_t)first.page >> PAGE_SHIFT, first.pfn);
	ck_assert_int_eq(kvm_s390_faultin_gfn(vm, &second), 0);
	ck_assert_uint_eq(second.pfn, first.pfn);
	ck_assert_ptr_null(second.page);
	ck_assert_int_gt(kvm_s390_faultin_gfn(vm, &outside), 0);
}

START_TEST(test_faulted_in)
{
	in_world(faulted_in);
}
END_TEST

Suite *version_suite(void)
{
	Suite *suite = suite_create("pv versions");

	suite_test(suite, "versions", test_version_6_1, test_lock_around_all, test_version_5_10,
		   test_import_by_pv, test_faulted_in);
	return suite;
}
