/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The real pv.c through the stub headers: what it puts into control blocks, what it asks of the
 * kernel and in which order, its error paths, its account. Each test that can be wrong by compiler
 * runs with every compiler there is.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kvm/linux/files.h"
#include "tests/kvm_linux/fake_kernel.h"
#include "tests/kvm_linux/suites.h"

static unsigned short rc, rrc;

static unsigned long long field(unsigned offset, unsigned bytes)
{
	unsigned long long value = 0;

	memcpy(&value, fake.uvcb + offset, bytes);
	return value;
}

static void hold(struct mutex *lock)
{
	lock->sim = lock;
}

/* Control block of CREATE_SEC_CONF, sizes of what is donated, what is stored afterwards. */
START_TEST(creates_a_configuration)
{
	const struct pv_algorithm *pv = fake_load(_i < 2 ? "6.12" : "6.1", _i % 2, false);
	struct fake_vm vm;

	if (pv == NULL)
		return;
	fake_vm_init(&vm, 1 << 20);
	hold(&vm.kvm.lock);
	vm.kvm.arch.model.uv_feat_guest.ap_intr = 1;
	ck_assert_int_eq(pv->init_vm(&vm.kvm, &rc, &rrc), 0);
	ck_assert_uint_eq(fake.uvcb_len, 0x80);
	ck_assert_uint_eq(field(0x20, 8), vm.kvm.arch.pv.stor_base);
	ck_assert_uint_eq(field(0x28, 8), (unsigned long)vm.kvm.arch.pv.stor_var);
	ck_assert_uint_eq(field(0x36, 2), _i < 2 ? 2 : 0);
	ck_assert_uint_eq(field(0x38, 8), 0);
	ck_assert_uint_eq(field(0x40, 8), 1ull << 32);
	ck_assert_uint_eq(field(0x48, 8), 0x123000);
	ck_assert_uint_eq(field(0x50, 8), 0x10004);
	ck_assert_uint_eq(vm.kvm.arch.pv.handle, 0xc0ffee);
	ck_assert_uint_eq(vm.gmap.guest_handle, 0xc0ffee);
	ck_assert_int_eq(vm.mm.context.protected_count.counter, 1);
	ck_assert_str_eq(fake.log, "pages 2 kvm_s390_pv_alloc_vm;lock &kvm->slots_lock;"
			 "vzalloc 143360 kvm_s390_pv_alloc_vm;uvc sched 0100;notifier;");
	ck_assert_int_eq(fake.locks, 0);
	if (_i < 2) {
		vm.kvm.arch.model.uv_feat_guest.ap = 1;
		vm.kvm.arch.model.uv_feat_guest.ap_intr = 0;
		ck_assert_int_eq(pv->init_vm(&vm.kvm, &rc, &rrc), 0);
		ck_assert_uint_eq(field(0x36, 2), 1);
	}
}
END_TEST

/* The account sees the functions of pv.c, all of them and no other, and each is left again. */
START_TEST(enters_and_leaves_its_functions)
{
	const struct pv_algorithm *pv = fake_load("6.12", _i, false);
	struct fake_vm vm;

	if (pv == NULL)
		return;
	fake_vm_init(&vm, 1024);
	hold(&vm.kvm.lock);
	ck_assert_int_eq(pv->init_vm(&vm.kvm, &rc, &rrc), 0);
	ck_assert_str_eq(fake.functions, " >kvm_s390_pv_init_vm >kvm_s390_pv_alloc_vm < <");
	fake.functions[0] = '\0';
	ck_assert_int_eq(pv->set_aside(&vm.kvm, &rc, &rrc), 0);
	ck_assert_str_eq(fake.functions, " >kvm_s390_pv_set_aside >is_destroy_fast_available < "
			 ">kvm_s390_destroy_lower_2g < >kvm_s390_clear_pv_state < <");
	ck_assert_int_eq(fake.depth, 0);
}
END_TEST

START_TEST(creates_and_destroys_a_cpu)
{
	const struct pv_algorithm *pv = fake_load(_i < 2 ? "6.12" : "6.1", _i % 2, false);
	struct fake_vm vm;

	if (pv == NULL)
		return;
	fake_vm_init(&vm, 1024);
	vm.kvm.arch.pv.handle = 0xc0ffee;
	vm.sie.icpua = 5;
	ck_assert_int_eq(pv->create_cpu(&vm.vcpu, &rc, &rrc), 0);
	ck_assert_str_eq(
		fake.log,
		"pages 2 kvm_s390_pv_create_cpu;pages 0 zero kvm_s390_pv_create_cpu;uvc 0120;");
	ck_assert_uint_eq(fake.uvcb_len, 0x60);
	ck_assert_uint_eq(field(0x20, 8), 0xc0ffee);
	ck_assert_uint_eq(field(0x28, 8), vm.vcpu.arch.pv.stor_base);
	ck_assert_uint_eq(field(0x36, 2), 5);
	ck_assert_uint_eq(field(0x38, 8), (unsigned long)&vm.sie);
	ck_assert_uint_eq(vm.sie.sdf, 2);
	ck_assert_uint_eq(vm.sie.pv_handle_cpu, 0xcb0);
	ck_assert_uint_eq(vm.sie.pv_handle_config, 0xc0ffee);
	ck_assert_uint_eq(vm.vcpu.requests, 1);
	ck_assert_int_eq(pv->create_cpu(&vm.vcpu, &rc, &rrc), -EINVAL);
	fake.log[0] = '\0';
	ck_assert_int_eq(pv->destroy_cpu(&vm.vcpu, &rc, &rrc), 0);
	ck_assert_str_eq(fake.log, "uvc nodata 0121 cb0;free 2;free 0;");
	ck_assert_int_eq(fake.left, 0);
	ck_assert_uint_eq(vm.sie.gbea, 1);
	ck_assert_int_eq(pv->destroy_cpu(&vm.vcpu, &rc, &rrc), 0);
}
END_TEST

/*
 * WARN_ONCE: every hit is reported, with the line it stands on; the storage that the Ultravisor
 * keeps is leaked.
 */
START_TEST(warns_each_time)
{
	const struct pv_algorithm *pv = fake_load("6.12", _i, false);
	char *text, *line;
	unsigned number = 1;
	struct fake_vm vm;

	if (pv == NULL)
		return;
	text = file_read(pristine("6.12"), NULL);
	line = strstr(text, "\tWARN_ONCE(cc, \"protvirt destroy cpu failed");
	for (char *p = text; p < line; p++)
		number += *p == '\n';
	free(text);
	text = text_format(
		"pv.c:%u kvm_s390_pv_destroy_cpu: protvirt destroy cpu failed rc 3 rrc 1f", number);
	fake_vm_init(&vm, 1024);
	for (int i = 1; i <= 2; i++) {
		fake.fail_cmd = 0;
		ck_assert_int_eq(pv->create_cpu(&vm.vcpu, &rc, &rrc), 0);
		fake.fail_cmd = 0x121;
		fake.fail_rc = 3;
		fake.fail_rrc = 0x1f;
		ck_assert_int_eq(pv->destroy_cpu(&vm.vcpu, &rc, &rrc), EIO);
		ck_assert_uint_eq(rc, 3);
		ck_assert_uint_eq(rrc, 0x1f);
		ck_assert_int_eq(fake.warns, i);
		ck_assert_int_eq(fake.left, i);
	}
	ck_assert_str_eq(fake.warn, text);
	free(text);
}
END_TEST

/*
 * Bit 23 of the installed calls counts from the left; the fast call has a block of its own length.
 */
START_TEST(takes_the_fast_way_if_there_is_one)
{
	const struct pv_algorithm *pv = fake_load("6.12", _i % 2, false);
	struct fake_vm vm;

	if (pv == NULL)
		return;
	fake.info.inst_calls_list[0] = _i < 2 ? 1ul << 40 : 1ul << 23;
	fake_vm_init(&vm, 1024);
	hold(&vm.kvm.lock);
	ck_assert_int_eq(pv->init_vm(&vm.kvm, &rc, &rrc), 0);
	ck_assert_int_eq(pv->set_aside(&vm.kvm, &rc, &rrc), 0);
	ck_assert_int_eq(fake_logged("uvc sched 0102"), _i < 2);
	ck_assert_int_eq(fake_logged("replace"), _i >= 2);
	if (_i < 2) {
		ck_assert_uint_eq(fake.uvcb_len, 0x48);
		ck_assert_uint_eq(field(0x18, 8), 0xc0ffee);
		ck_assert_int_eq(fake.left, 1);	/* the descriptor */
	}
	ck_assert_ptr_nonnull(vm.kvm.arch.pv.set_aside);
	ck_assert_uint_eq(vm.kvm.arch.pv.handle, 0);
	ck_assert_uint_eq(vm.gmap.guest_handle, 0);
	ck_assert_uint_eq(rc, 1);
	ck_assert_uint_eq(rrc, 42);
	ck_assert_int_eq(pv->set_aside(&vm.kvm, &rc, &rrc), -EINVAL);
	ck_assert_str_eq(fake.lockdep, "");
}
END_TEST

/* The part below 2 GiB is destroyed slot by slot, under SRCU, up to the first gap. */
START_TEST(destroys_the_lower_2g)
{
	const struct pv_algorithm *pv = fake_load("6.12", _i, false);
	struct kvm_memory_slot second = { .base_gfn = 0x40000,
					  .npages = 0x80000,
					  .userspace_addr = 0x5000000000 };
	struct kvm_memory_slot beyond = { .base_gfn = 0xd0000,
					  .npages = 16,
					  .userspace_addr = 0x6000000000 };
	struct fake_vm vm;

	if (pv == NULL)
		return;
	fake_vm_init(&vm, 0x40000);
	fake.slots[1] = &second;
	fake.slots[2] = &beyond;
	vm.kvm.arch.pv.handle = 1;
	hold(&vm.kvm.lock);
	ck_assert_int_eq(pv->set_aside(&vm.kvm, &rc, &rrc), 0);
	ck_assert_ptr_nonnull(strstr(fake.log,
				     "replace;srcu &kvm->srcu;range 10000000000 10040000000 0;"
				     "range 5000000000 5040000000 0;"));
	ck_assert(!fake_logged("range 6"));
	ck_assert_int_eq(fake.locks, 0);
}
END_TEST

/* Refusals of set_aside, each without a trace. */
START_TEST(refuses_to_set_aside)
{
	const struct pv_algorithm *pv = fake_load("6.12", _i, false);
	struct fake_vm vm;

	if (pv == NULL)
		return;
	fake_vm_init(&vm, 1024);
	vm.kvm.arch.pv.handle = 1;
	vm.gmap.asce = 0x10000;	/* segment type */
	ck_assert_int_eq(pv->set_aside(&vm.kvm, &rc, &rrc), -EINVAL);
	ck_assert_ptr_nonnull(
		strstr(fake.lockdep, " kvm_s390_pv_set_aside: &kvm->lock is not held"));
	vm.gmap.asce = 0x10004;
	fake.fail_allocation = 1;
	ck_assert_int_eq(pv->set_aside(&vm.kvm, &rc, &rrc), -ENOMEM);
	fake.replace_error = -ENOMEM;
	ck_assert_int_eq(pv->set_aside(&vm.kvm, &rc, &rrc), -ENOMEM);
	ck_assert_int_eq(fake.left, 0);
	ck_assert_ptr_null(vm.kvm.arch.pv.set_aside);
	ck_assert_uint_eq(vm.kvm.arch.pv.handle, 1);
}
END_TEST

/*
 * Interrupted by a fatal signal, a leftover is listed and disposed of later; the counter follows.
 */
START_TEST(keeps_an_interrupted_leftover)
{
	const struct pv_algorithm *pv = fake_load("6.12", _i, false);
	struct list_head *head;
	struct fake_vm vm;

	if (pv == NULL)
		return;
	fake_vm_init(&vm, 1024);
	head = &vm.kvm.arch.pv.need_cleanup;
	hold(&vm.kvm.lock);
	ck_assert_int_eq(pv->init_vm(&vm.kvm, &rc, &rrc), 0);
	vm.gmap.table = aligned_alloc(4096, 16384);
	ck_assert_int_eq(pv->set_aside(&vm.kvm, &rc, &rrc), 0);
	vm.kvm.lock.sim = NULL;
	fake.range_error = -EINTR;
	ck_assert_int_eq(pv->deinit_aside_vm(&vm.kvm, &rc, &rrc), 0);
	ck_assert(fake_logged("range 0 fffffffffffff000 1"));
	ck_assert(!fake_logged("uvc nodata 0101"));
	ck_assert_ptr_ne(head->next, head);
	ck_assert_ptr_eq(head->next->next, head);
	ck_assert_ptr_eq(head->next->prev, head);
	ck_assert_int_eq(pv->deinit_aside_vm(&vm.kvm, &rc, &rrc), -EINVAL);
	ck_assert_int_eq(vm.mm.context.protected_count.counter, 1);
	ck_assert_int_eq(pv->deinit_cleanup_all(&vm.kvm, &rc, &rrc), 0);
	ck_assert(fake_logged("uvc nodata 0101 c0ffee;free 2;free 2;vfree;kfree;range 0 "
			      "fffffffffffff000 0;mmput;"));
	ck_assert_ptr_eq(head->next, head);
	ck_assert_int_eq(vm.mm.context.protected_count.counter, 0);
	ck_assert_int_eq(fake.left, -1);	/* the table was the test's own */
	ck_assert_int_eq(fake.locks, 0);
}
END_TEST

/* Every allocation of init_vm and create_cpu fails once: -ENOMEM and nothing left. */
START_TEST(survives_failing_allocations)
{
	const struct pv_algorithm *pv = fake_load(_i < 2 ? "6.12" : "6.1", _i % 2, false);
	struct fake_vm vm;

	if (pv == NULL)
		return;
	for (int nth = 1; nth <= 2; nth++) {
		fake_attach(pv);
		fake_vm_init(&vm, 1024);
		fake.fail_allocation = nth;
		ck_assert_int_eq(pv->init_vm(&vm.kvm, &rc, &rrc), -ENOMEM);
		ck_assert_int_eq(vm.mm.context.protected_count.counter, 0);
		fake.allocations = 0;
		ck_assert_int_eq(pv->create_cpu(&vm.vcpu, &rc, &rrc), -ENOMEM);
		ck_assert_int_eq(fake.left, 0);
		ck_assert(!fake_logged("uvc"));
	}
}
END_TEST

/* The mm notifier finds its VM, and without a fast call leaves the configuration alone. */
START_TEST(releases_with_the_mm)
{
	const struct pv_algorithm *pv = fake_load("6.12", _i, false);
	struct mmu_notifier *notifier;
	struct fake_vm vm;

	if (pv == NULL)
		return;
	fake_vm_init(&vm, 1024);
	ck_assert_int_eq(pv->init_vm(&vm.kvm, &rc, &rrc), 0);
	notifier = &vm.kvm.arch.pv.mmu_notifier;
	fake.log[0] = '\0';
	notifier->ops->release(notifier, &vm.mm);
	ck_assert_str_eq(fake.log, "cpus_from_pv;");
	fake.info.inst_calls_list[0] = 1ul << 40;
	fake.cpus_error = -EIO;
	notifier->ops->release(notifier, &vm.mm);
	ck_assert_str_eq(fake.log, "cpus_from_pv;cpus_from_pv;");
	fake.cpus_error = 0;
	notifier->ops->release(notifier, &vm.mm);
	ck_assert_str_eq(fake.log,
			 "cpus_from_pv;cpus_from_pv;cpus_from_pv;uvc sched 0102;vfree;free 2;");
}
END_TEST

/* Unpacking repeats a page while told to, with a resched point, until a fatal signal. */
START_TEST(unpacks)
{
	const struct pv_algorithm *pv = fake_load("6.12", _i, false);
	struct fake_vm vm;

	if (pv == NULL)
		return;
	fake_vm_init(&vm, 1024);
	fake.secure_error = -EAGAIN;
	ck_assert_int_eq(pv->unpack(&vm.kvm, 0x3000, 0x2000, 0x77, &rc, &rrc), 0);
	ck_assert_str_eq(fake.log,
			 "secure 3000;uvc 0301;resched;secure 3000;uvc 0301;secure 4000;uvc 0301;");
	ck_assert_uint_eq(fake.uvcb_len, 0x50);
	ck_assert_uint_eq(field(0x20, 8), 0x4000);
	ck_assert_uint_eq(field(0x28, 8), 0x77);
	ck_assert_uint_eq(field(0x30, 8), 0x1000);
	fake.secure_error = -EAGAIN;
	fake.signal = 1;
	ck_assert_int_eq(pv->unpack(&vm.kvm, 0x3000, 0x2000, 0x77, &rc, &rrc), -EAGAIN);
	ck_assert_int_eq(pv->unpack(&vm.kvm, 0x3001, 0x2000, 0x77, &rc, &rrc), -EINVAL);
}
END_TEST

/* Arguments that pass the wrappers of module.c arrive whole. */
START_TEST(passes_wide_arguments)
{
	const struct pv_algorithm *pv = fake_load("6.12", _i, false);
	unsigned long long gaddr = 5ull << 32;
	char buffer[0x4000];
	struct fake_vm vm;

	if (pv == NULL)
		return;
	fake_vm_init(&vm, 1024);
	ck_assert_int_eq(pv->set_sec_parms(&vm.kvm, buffer, 0x1234, &rc, &rrc), 0);
	ck_assert_uint_eq(fake.uvcb_len, 0x50);
	ck_assert_uint_eq(field(0x20, 8), (unsigned long)buffer);
	ck_assert_uint_eq(field(0x28, 4), 0x1234);
	ck_assert_int_eq(pv->dump_stor_state(&vm.kvm, buffer, &gaddr, sizeof(buffer), &rc, &rrc),
			 0);
	ck_assert_uint_eq(gaddr, (5ull << 32) + 0x200000);
	ck_assert(fake_logged("uvc sched 0401;uvc sched 0401;copy 16384;"));
	ck_assert_int_eq(pv->dump_stor_state(&vm.kvm, NULL, &gaddr, sizeof(buffer), &rc, &rrc),
			 -EFAULT);
	ck_assert_int_eq(pv->dump_complete(&vm.kvm, buffer, &rc, &rrc), 0);
	ck_assert(fake_logged("unblock;copy 4096"));
	ck_assert_int_eq(pv->set_cpu_state(&vm.vcpu, 3), 0);
	ck_assert_uint_eq(field(0x27, 1), 3);
	ck_assert_int_eq(pv->dump_cpu(&vm.vcpu, buffer, &rc, &rrc), 0);
	ck_assert_int_eq(fake.left, 0);
}
END_TEST

/* Before 6.2 the walk is part of deinit_vm, and only while the mm is alive. */
START_TEST(deinit_of_6_1_walks)
{
	const struct pv_algorithm *pv = fake_load("6.1", _i, false);
	struct fake_vm vm;

	if (pv == NULL)
		return;
	for (int gone = 0; gone < 2; gone++) {
		fake_attach(pv);
		fake_vm_init(&vm, 1024);
		ck_assert_int_eq(pv->init_vm(&vm.kvm, &rc, &rrc), 0);
		fake.log[0] = '\0';
		fake.mm_gone = gone;
		ck_assert_int_eq(pv->deinit_vm(&vm.kvm, &rc, &rrc), 0);
		ck_assert_str_eq(fake.log, gone ? "uvc nodata 0101 c0ffee;vfree;free 2;"
						: "uvc nodata 0101 c0ffee;range 0 fffffffffffff000 "
						  "0;mmput;vfree;free 2;");
		ck_assert_int_eq(vm.mm.context.protected_count.counter, 0);
		ck_assert_int_eq(fake.left, 0);
	}
}
END_TEST

Suite *pv_suite(void)
{
	const struct {
		const char *name;
		const TTest *test;
		int count;
	} tests[] = {
		{ "create configuration", creates_a_configuration, 4 },
		{ "hooks", enters_and_leaves_its_functions, 2 },
		{ "cpu", creates_and_destroys_a_cpu, 4 },
		{ "warnings", warns_each_time, 2 },
		{ "fast", takes_the_fast_way_if_there_is_one, 4 },
		{ "lower 2g", destroys_the_lower_2g, 2 },
		{ "refusals", refuses_to_set_aside, 2 },
		{ "leftover", keeps_an_interrupted_leftover, 2 },
		{ "allocations", survives_failing_allocations, 4 },
		{ "release", releases_with_the_mm, 2 },
		{ "unpack", unpacks, 2 },
		{ "arguments", passes_wide_arguments, 2 },
		{ "6.1", deinit_of_6_1_walks, 2 },
	};
	Suite *suite = suite_create("pv.c");

	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		TCase *tc = tcase_create(tests[i].name);

		tcase_set_timeout(tc, 120);
		tcase_add_loop_test(tc, tests[i].test, 0, tests[i].count);
		suite_add_tcase(suite, tc);
	}
	return suite;
}
