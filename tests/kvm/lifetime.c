/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Birth and end of VMs and vCPUs: the order in which things go away, and that nothing is left.
 */
#include <errno.h>
#include <string.h>

#include "fake.h"

static uint64_t blocks(void)
{
	uint64_t bytes;

	return host_heap_left(host, &bytes);
}

/*
 * At the time of the final deinit the vCPUs and the SCA are gone, the guest address space is not.
 */
static void destroy_order(void)
{
	uint64_t before = blocks(), free_before = host->free;
	struct kvm_vm *vm = make_vm(&fake_6_12, 2);
	unsigned count = mm->count;

	ck_assert_int_eq(command(vm, KVM_PV_ENABLE, NULL), 0);
	fake_clear_log();
	kvm_put_vm(vm);
	ck_assert_str_eq(fake.log, "destroy_cpu0 destroy_cpu1 cleanup_all ");
	ck_assert(!fake.sca_there);
	ck_assert(!fake.sie_there);
	ck_assert(fake.gmap_there);
	ck_assert(vm->destroyed);
	ck_assert_ptr_null(vm->gmap);
	ck_assert_uint_eq(mm->count, count - 1);
	ck_assert_uint_eq(blocks(), before);
	ck_assert_uint_eq(host->free, free_before);
}

START_TEST(test_destroy_order)
{
	in_world(destroy_order);
}
END_TEST

/*
 * A VM that was never protected has nothing to do with vCPU handles, but leftovers may be there:
 * cleanup_all always runs.
 */
static void destroy_plain(void)
{
	uint64_t before = blocks();
	struct kvm_vm *vm = make_vm(&fake_6_12, 2);

	kvm_put_vm(vm);
	ck_assert_str_eq(fake.log, "cleanup_all ");
	ck_assert_uint_eq(blocks(), before);
}

START_TEST(test_destroy_plain)
{
	in_world(destroy_plain);
}
END_TEST

static void destroy_6_1(void)
{
	struct kvm_vm *vm = make_vm(&fake_6_1, 1);

	kvm_put_vm(vm);
	ck_assert_str_eq(fake.log, "");
}

/* 6.1 has only deinit_vm(), which wants a handle. */
static void destroy_6_1_protected(void)
{
	struct kvm_vm *vm = make_vm(&fake_6_1, 1);

	ck_assert_int_eq(command(vm, KVM_PV_ENABLE, NULL), 0);
	fake_clear_log();
	kvm_put_vm(vm);
	ck_assert_str_eq(fake.log, "destroy_cpu0 deinit_vm ");
}

START_TEST(test_destroy_6_1)
{
	in_world(destroy_6_1_protected);
}
END_TEST

START_TEST(test_destroy_6_1_plain)
{
	in_world(destroy_6_1);
}
END_TEST

/* The SIE block is freed even if the Ultravisor still has the CPU. */
static void sie_block_freed_anyway(void)
{
	uint64_t before = blocks();
	struct kvm_vm *vm = make_vm(&fake_6_12, 2);

	ck_assert_int_eq(command(vm, KVM_PV_ENABLE, NULL), 0);
	fake.fail_destroy = 0;
	kvm_put_vm(vm);
	ck_assert_uint_eq(blocks(), before);
}

START_TEST(test_sie_block_freed_anyway)
{
	in_world(sie_block_freed_anyway);
}
END_TEST

static void references(void)
{
	struct kvm_vm *vm = make_vm(&fake_6_12, 1);

	vm->users++;
	kvm_put_vm(vm);
	ck_assert(!vm->destroyed);
	kvm_put_vm(vm);
	ck_assert(vm->destroyed);
}

START_TEST(test_references)
{
	in_world(references);
}
END_TEST

/* --- the mmu notifier ------------------------------------------------------------------------- */

static unsigned released;
static bool released_after_cleanup;

static void on_release(struct mm_notifier *notifier, struct mm *of)
{
	(void)notifier;
	ck_assert_ptr_eq(of, mm);
	released++;
	released_after_cleanup = strstr(fake.log, "cleanup_all") != NULL;
}

static const struct mmu_notifier_ops some_ops;

static void notifier_goes(void)
{
	struct kvm_vm *vm = make_vm(&fake_6_12, 1);
	struct mm_notifier *notifier = sim_alloc(sizeof(*notifier));
	unsigned count = mm->count;

	released = 0;
	notifier->release = on_release;
	ck_assert_int_eq(mm_notifier_register(mm, notifier), 0);
	vm->kvm.arch.pv.mmu_notifier.ops = &some_ops;
	vm->kvm.arch.pv.mmu_notifier.sim = notifier;
	kvm_put_vm(vm);
	ck_assert_uint_eq(released, 1);
	ck_assert(released_after_cleanup);
	ck_assert_uint_eq(mm->count, count - 1);
	ck_assert_uint_eq(violations("mm-count"), 0);
}

START_TEST(test_notifier_goes)
{
	in_world(notifier_goes);
}
END_TEST

/*
 * Registration had failed, its result was ignored: Linux would drop a count too many; here it is a
 * finding.
 */
static void notifier_never_registered(void)
{
	struct kvm_vm *vm = make_vm(&fake_6_12, 1);
	unsigned count = mm->count;

	vm->kvm.arch.pv.mmu_notifier.ops = &some_ops;
	kvm_put_vm(vm);
	ck_assert_uint_eq(mm->count, count - 1);
	ck_assert_uint_eq(violations("mm-count"), 1);
}

START_TEST(test_notifier_never_registered)
{
	in_world(notifier_never_registered);
}
END_TEST

/* The process dies first, its file last: the VM outlives the address space. */
static void mm_dies_first(void)
{
	struct kvm_vm *vm = make_vm(&fake_6_12, 1);

	ck_assert_int_eq(command(vm, KVM_PV_ENABLE, NULL), 0);
	mm_put(mm);
	ck_assert_uint_eq(mm->users, 0);
	ck_assert_uint_eq(mm->count, 1);
	kvm_put_vm(vm);
	ck_assert_uint_eq(mm->count, 0);
}

START_TEST(test_mm_dies_first)
{
	in_world(mm_dies_first);
}
END_TEST

/* --- failing births --------------------------------------------------------------------------- */

static int fail_site(void *ctx, const char *site, uint64_t bytes)
{
	(void)bytes;
	return !strcmp(site, ctx);
}

static void births_fail(void)
{
	uint64_t before = blocks();
	struct kvm_vm *vm;

	host->should_fail = fail_site;
	host->should_fail_ctx = (void *)"sca";
	ck_assert_ptr_null(kvm_create_vm(mm, &fake_6_12, GUEST_BYTES, "vm"));
	ck_assert_uint_eq(blocks(), before);
	ck_assert_uint_eq(mm->count, 1);
	host->should_fail = NULL;
	vm = make_vm(&fake_6_12, 0);
	before = blocks();
	host->should_fail = fail_site;
	host->should_fail_ctx = (void *)"sie_page";
	ck_assert_ptr_null(kvm_create_vcpu(vm, 0, NULL, NULL));
	ck_assert_uint_eq(blocks(), before);
	ck_assert_ptr_null(vm->vcpus);
	host->should_fail = NULL;
	ck_assert_ptr_null(kvm_create_vcpu(vm, 248, NULL, NULL));
}

START_TEST(test_births_fail)
{
	in_world(births_fail);
}
END_TEST

/* A vCPU added to a protected VM is born protected, or not at all. */
static void vcpu_born_protected(void)
{
	struct kvm_vm *vm = make_vm(&fake_6_12, 1);
	uint64_t before;

	ck_assert_int_eq(command(vm, KVM_PV_ENABLE, NULL), 0);
	fake_clear_log();
	ck_assert_ptr_nonnull(kvm_create_vcpu(vm, 1, NULL, NULL));
	ck_assert_str_eq(fake.log, "create_cpu1 ");
	ck_assert_int_eq(vm->last_vcpu->vcpu.vcpu_idx, 1);
	before = blocks();
	fake.fail_cpu = 2;
	ck_assert_ptr_null(kvm_create_vcpu(vm, 2, NULL, NULL));
	ck_assert_uint_eq(blocks(), before);
	ck_assert_int_eq(vm->last_vcpu->vcpu.vcpu_id, 1);
}

START_TEST(test_vcpu_born_protected)
{
	in_world(vcpu_born_protected);
}
END_TEST

Suite *lifetime_suite(void)
{
	Suite *suite = suite_create("lifetime");

	suite_test(suite, "end", test_destroy_order, test_destroy_plain, test_destroy_6_1,
		   test_destroy_6_1_plain, test_sie_block_freed_anyway, test_references,
		   test_mm_dies_first);
	suite_test(suite, "notifier", test_notifier_goes, test_notifier_never_registered);
	suite_test(suite, "birth", test_births_fail, test_vcpu_born_protected);
	return suite;
}
