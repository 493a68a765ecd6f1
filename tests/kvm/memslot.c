/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory slots: what is refused, how they are sorted and found, and that the guest address space
 * follows.
 */
#include <errno.h>

#include "fake.h"

#define SET(slot, gpa_mib, mib, at_mib) \
	kvm_set_user_memory_region(vm, slot, (gpa_mib) * MIB, (mib) * MIB, USER_AT + (at_mib) * MIB)

static struct kvm_vm *empty_vm(void)
{
	struct kvm_vm *vm = kvm_create_vm(mm, &fake_6_12, GUEST_BYTES, "vm");

	ck_assert_ptr_nonnull(vm);
	return vm;
}

static void sorted(void)
{
	struct kvm_vm *vm = empty_vm();
	struct kvm *kvm = &vm->kvm;
	uint64_t address;

	ck_assert_uint_eq(kvm_s390_get_gfn_end(kvm), 0);
	ck_assert_ptr_null(gfn_to_memslot(kvm, 0));
	ck_assert_int_eq(SET(5, 4, 2, 4), 0);
	ck_assert_int_eq(SET(1, 0, 4, 0), 0);
	ck_assert_int_eq(SET(3, 8, 1, 8), 0);
	/* Highest guest frame first, whatever the order of arrival. */
	ck_assert_int_eq(kvm->memslots->used_slots, 3);
	ck_assert_uint_eq(kvm->memslots->memslots[0].id, 3);
	ck_assert_uint_eq(kvm->memslots->memslots[1].id, 5);
	ck_assert_uint_eq(kvm->memslots->memslots[2].id, 1);
	ck_assert_uint_eq(kvm_s390_get_gfn_end(kvm), 9 * 256);
	ck_assert_uint_eq(gfn_to_memslot(kvm, 0)->id, 1);
	ck_assert_uint_eq(gfn_to_memslot(kvm, 1023)->id, 1);
	ck_assert_uint_eq(gfn_to_memslot(kvm, 1024)->id, 5);
	ck_assert_uint_eq(gfn_to_memslot(kvm, 6 * 256 - 1)->id, 5);
	ck_assert_ptr_null(gfn_to_memslot(kvm, 6 * 256));
	ck_assert_ptr_null(gfn_to_memslot(kvm, 9 * 256));
	ck_assert_int_eq(gmap_translate(vm->gmap, 5 * MIB + 0x2000, &address), 0);
	ck_assert_uint_eq(address, USER_AT + 5 * MIB + 0x2000);
	ck_assert_int_eq(gmap_translate(vm->gmap, 7 * MIB, &address), -EFAULT);
}

START_TEST(test_sorted)
{
	in_world(sorted);
}
END_TEST

static void refused(void)
{
	struct kvm_vm *vm = empty_vm();

	ck_assert_int_eq(SET(0, 0, 4, 0), 0);
	ck_assert_int_eq(SET(1, 3, 2, 4), -EEXIST);
	ck_assert_int_eq(SET(1, 4, 2, 4), 0);
	ck_assert_int_eq(SET(2, 15, 2, 4), -EINVAL);				/* past the limit */
	ck_assert_int_eq(SET(UVSIM_MEMSLOTS_MAX, 8, 1, 8), -EINVAL);
	ck_assert_int_eq(kvm_set_user_memory_region(vm, 2, 8 * MIB, MIB, USER_AT + 4096), -EINVAL);
	ck_assert_int_eq(kvm_set_user_memory_region(vm, 2, 8 * MIB, MIB + 4096, USER_AT), -EINVAL);
	ck_assert_int_eq(kvm_set_user_memory_region(vm, 2, 8 * MIB + 1, MIB, USER_AT), -EINVAL);
	ck_assert_int_eq(SET(1, 4, 3, 4), -EINVAL);				/* another size */
	/* other memory behind it */
	ck_assert_int_eq(SET(1, 4, 2, 8), -EINVAL);
	/* deleting what is not there */
	ck_assert_int_eq(SET(9, 0, 0, 0), -EINVAL);
	ck_assert_int_eq(vm->slots.used_slots, 2);
	ck_assert(!sim_mutex_held(&vm->slots_lock));
}

START_TEST(test_refused)
{
	in_world(refused);
}
END_TEST

static void delete_and_move(void)
{
	struct kvm_vm *vm = empty_vm();
	uint64_t address;

	ck_assert_int_eq(SET(0, 0, 4, 0), 0);
	ck_assert_int_eq(SET(1, 4, 2, 4), 0);
	ck_assert_int_eq(SET(1, 8, 2, 4), 0);
	ck_assert_int_eq(gmap_translate(vm->gmap, 4 * MIB, &address), -EFAULT);
	ck_assert_int_eq(gmap_translate(vm->gmap, 8 * MIB, &address), 0);
	ck_assert_uint_eq(address, USER_AT + 4 * MIB);
	ck_assert_int_eq(SET(0, 0, 0, 0), 0);
	ck_assert_ptr_null(gfn_to_memslot(&vm->kvm, 0));
	ck_assert_int_eq(gmap_translate(vm->gmap, 0, &address), -EFAULT);
	ck_assert_int_eq(vm->slots.used_slots, 1);
}

START_TEST(test_delete_and_move)
{
	in_world(delete_and_move);
}
END_TEST

/*
 * While a configuration exists, no slot may come, go or move; setting one to what it is changes
 * nothing.
 */
static void frozen_while_protected(void)
{
	struct kvm_vm *vm = empty_vm();

	ck_assert_int_eq(SET(0, 0, 4, 0), 0);
	ck_assert_int_eq(command(vm, KVM_PV_ENABLE, NULL), 0);
	ck_assert_int_eq(SET(1, 4, 2, 4), -EINVAL);
	ck_assert_int_eq(SET(0, 4, 4, 0), -EINVAL);
	ck_assert_int_eq(SET(0, 0, 0, 0), -EINVAL);
	ck_assert_int_eq(SET(0, 0, 4, 0), 0);
	ck_assert_int_eq(vm->slots.used_slots, 1);
	ck_assert_int_eq(command(vm, KVM_PV_DISABLE, NULL), 0);
	ck_assert_int_eq(SET(1, 4, 2, 4), 0);
}

START_TEST(test_frozen_while_protected)
{
	in_world(frozen_while_protected);
}
END_TEST

/* Deleting waits for those who read the slots. */
static void reader(void *arg)
{
	struct kvm_vm *vm = arg;
	int index = sim_srcu_read_lock(&vm->srcu);

	sim_sleep(SIM_S, false, "reading");
	sim_srcu_read_unlock(&vm->srcu, index);
}

static void delete_waits(void)
{
	struct kvm_vm *vm = empty_vm();

	ck_assert_int_eq(SET(0, 0, 4, 0), 0);
	sim_spawn("reader", reader, vm, NULL);
	sim_sleep(SIM_MS, false, "let it begin");
	ck_assert_int_eq(SET(0, 0, 0, 0), 0);
	ck_assert_uint_ge(sim_now(), SIM_S);
}

START_TEST(test_delete_waits)
{
	in_world(delete_waits);
}
END_TEST

Suite *memslot_suite(void)
{
	Suite *suite = suite_create("memslots");

	suite_test(suite, "slots", test_sorted, test_refused, test_delete_and_move,
		   test_frozen_while_protected, test_delete_waits);
	return suite;
}
