/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What becomes of the pages: which are cleaned by whom and when, and what the end of the process does first.
 */
#include "suites.h"

#include <errno.h>

#include "kvm/algorithms/builtin.h"
#include "kvm/algorithms/lazy.h"
#include "mm/aside.h"
#include "mm/internal.h"
#include "uv/uvcb.h"

#define PREPARE KVM_PV_ASYNC_CLEANUP_PREPARE
#define PERFORM KVM_PV_ASYNC_CLEANUP_PERFORM
#define GIB ((uint64_t)1 << 30)
#define GIB_PAGES (GIB >> PAGE_SHIFT)
#define LARGE_AT (USER_AT + 64 * GIB)
#define FEW 5u

static const struct pv_algorithm *lazy(void)
{
	return builtin_algorithm("builtin:lazy");
}

static const unsigned user[] = { 0, 2, 1 };

/*
 * 3 GiB of guest memory in three slots; the one from 2 GiB on lies behind the first in the address space:
 *
 *	guest	0	1	2
 *	user	0	2	1
 */
static struct kvm_vm *large_vm(const struct pv_algorithm *algorithm)
{
	struct kvm_vm *vm = kvm_create_vm(mm, algorithm, 4 * GIB, "vm");

	ck_assert_int_eq(mm_mmap(mm, LARGE_AT, 3 * GIB), 0);
	for (unsigned i = 0; i < 3; i++)
		ck_assert_int_eq(kvm_set_user_memory_region(vm, i, i * GIB, GIB, LARGE_AT + user[i] * GIB), 0);
	ck_assert_int_eq(command(vm, KVM_PV_ENABLE, NULL), 0);
	return vm;
}

static const uint64_t low[] = { 0, GIB_PAGES - 1, GIB_PAGES, 2 * GIB_PAGES - 1 };
static const uint64_t high[] = { 2 * GIB_PAGES, 3 * GIB_PAGES - 1 };

static enum frame_state state_of(uint64_t user)
{
	const struct mm_vma *vma = mm->vmas;

	while (user - vma->start >= vma->end - vma->start)
		vma = vma->next;
	return storage_get(uv_storage(host->uv), vma_frame(vma, (user - vma->start) >> PAGE_SHIFT), 1, NULL).state;
}

/* Of the pages @gpage[0..@n) of the large VM: how many does a configuration own? */
static unsigned owned(const uint64_t *gpage, unsigned n)
{
	unsigned count = 0;

	for (unsigned i = 0; i < n; i++) {
		uint64_t at = user[gpage[i] / GIB_PAGES] * GIB + ((gpage[i] % GIB_PAGES) << PAGE_SHIFT);

		count += state_of(LARGE_AT + at) == FRAME_SECURE;
	}
	return count;
}

static void import_all(struct kvm_vm *vm)
{
	for (unsigned i = 0; i < 4; i++)
		import_page(vm, low[i]);
	for (unsigned i = 0; i < 2; i++)
		import_page(vm, high[i]);
	ck_assert_uint_eq(owned(low, 4), 4);
	ck_assert_uint_eq(owned(high, 2), 2);
}

/* Aside go all pages but those below 2 GiB, which the next guest needs at once: in all slots, and no others. */
static void lower_2g_body(void)
{
	struct kvm_vm *vm;

	profile.machine.destroy_fast = false;
	vm = large_vm(&builtin_async);
	import_all(vm);
	ck_assert_int_eq(command(vm, PREPARE, NULL), 0);
	ck_assert_uint_eq(owned(low, 4), 0);
	ck_assert_uint_eq(owned(high, 2), 2);
	ck_assert_int_eq(command(vm, PERFORM, NULL), 0);
	ck_assert_uint_eq(owned(high, 2), 0);
	kvm_put_vm(vm);
	ck_assert_ptr_null(uv_violations(host->uv));
}

START_TEST(prepare_cleans_the_lower_2g)
{
	in_world(lower_2g_body);
}
END_TEST

/* Destroyed fast, the configuration leaves all its pages to be cleaned: by the end of the VM, if by nobody else. */
static void fast_leftover_body(void)
{
	struct kvm_vm *vm = large_vm(&builtin_async);
	uint64_t before;

	import_all(vm);
	ck_assert_int_eq(command(vm, PREPARE, NULL), 0);
	ck_assert_uint_eq(uv_conf_count(host->uv), 0);
	ck_assert_uint_eq(uv_left_pages(host->uv, &mm->domain, 0), 2);
	before = calls(UVC_CMD_DESTR_SEC_STOR);
	kvm_put_vm(vm);
	/* Every page that is present is asked about. */
	ck_assert_uint_eq(calls(UVC_CMD_DESTR_SEC_STOR) - before, 6);
	ck_assert_uint_eq(uv_left_pages(host->uv, &mm->domain, 0), 0);
	ck_assert_ptr_null(uv_violations(host->uv));
}

START_TEST(end_cleans_what_is_aside)
{
	in_world(fast_leftover_body);
}
END_TEST

static void lazy_lower_2g_body(void)
{
	struct kvm_vm *vm = large_vm(lazy());

	import_all(vm);
	ck_assert_int_eq(command(vm, KVM_PV_DISABLE, NULL), 0);
	ck_assert_uint_eq(owned(low, 4), 0);
	ck_assert_uint_eq(owned(high, 2), 2);
	sim_sleep(SIM_S, false, "cleaning");
	ck_assert_uint_eq(owned(high, 2), 0);
	kvm_put_vm(vm);
	ck_assert_ptr_null(uv_violations(host->uv));
}

START_TEST(lazy_cleans_the_lower_2g_itself)
{
	in_world(lazy_lower_2g_body);
}
END_TEST

/* DISABLE asks about every page, so that the host has them all back without a mark. */
static void disable_walks(const struct pv_algorithm *algorithm)
{
	const uint64_t marks = MM_PAGE_PRESENT | MM_PAGE_ARCH_1;
	struct kvm_vm *vm = protected_vm(algorithm, 1, false);

	for (uint64_t gpage = 0; gpage < FEW; gpage++)
		import_page(vm, gpage);
	ck_assert_int_eq(command(vm, KVM_PV_DISABLE, NULL), 0);
	ck_assert_uint_eq(calls(UVC_CMD_DESTR_SEC_STOR), FEW);
	for (uint64_t page = 0; page < FEW; page++)
		ck_assert_uint_eq(vma_flags(mm->vmas, page, 1, NULL) & marks, MM_PAGE_PRESENT);
	close_clean(vm);
}

static void async_walks_body(void)
{
	disable_walks(&builtin_async);
}

static void sync_walks_body(void)
{
	disable_walks(&builtin_sync);
}

START_TEST(disable_walks_all_pages)
{
	in_world(async_walks_body);
	in_world(sync_walks_body);
}
END_TEST

/* A configuration that could not be destroyed keeps its table: builtin:sync, too, gives the guest another. */
static void sync_refused_body(void)
{
	struct kvm_vm *vm = protected_vm(&builtin_sync, 1, false);
	uint64_t asce = kvm_face(vm)->arch.gmap->asce;

	fail_next(UVC_CMD_DESTROY_SEC_CONF, 0, 1);
	ck_assert_int_eq(command(vm, KVM_PV_DISABLE, NULL), -EIO);
	ck_assert_uint_ne(kvm_face(vm)->arch.gmap->asce, asce);
	ck_assert_int_eq(kvm_protected_count(vm), 1);
	ck_assert_int_eq(command(vm, KVM_PV_DISABLE, NULL), 0);
	kvm_put_vm(vm);
	ck_assert_ptr_null(uv_violations(host->uv));
}

START_TEST(refused_destroy_replaces_the_table)
{
	in_world(sync_refused_body);
}
END_TEST

/* The address space ends before the VM: secure CPUs go first, the configuration, too, where it goes fast. */
static void process_ends(const struct pv_algorithm *algorithm, bool fast)
{
	struct kvm_vm *vm;
	unsigned notifiers = 0;

	profile.machine.destroy_fast = fast;
	vm = protected_vm(algorithm, 2, false);
	/* However often it has been protected, it is told once. */
	ck_assert_int_eq(command(vm, KVM_PV_DISABLE, NULL), 0);
	ck_assert_int_eq(command(vm, KVM_PV_ENABLE, NULL), 0);
	for (const struct mm_notifier *notifier = mm->notifiers; notifier; notifier = notifier->next)
		notifiers++;
	ck_assert_uint_eq(notifiers, 1);
	for (uint64_t gpage = 0; gpage < FEW; gpage++)
		import_page(vm, gpage);
	ck_assert_uint_eq(calls(UVC_CMD_DESTROY_SEC_CPU), 2);
	mm_put(mm);
	ck_assert_uint_eq(calls(UVC_CMD_DESTROY_SEC_CPU), 4);
	ck_assert_uint_eq(calls(UVC_CMD_DESTROY_SEC_CONF_FAST), fast && algorithm == &builtin_async);
	ck_assert_uint_eq(calls(UVC_CMD_CONV_FROM_SEC_STOR), 0);
	kvm_put_vm(vm);
	ck_assert_uint_eq(uv_conf_count(host->uv), 0);
	ck_assert_ptr_null(uv_violations(host->uv));
}

static void async_ends_body(void)
{
	process_ends(&builtin_async, false);
}

static void async_ends_fast_body(void)
{
	process_ends(&builtin_async, true);
}

static void sync_ends_body(void)
{
	process_ends(&builtin_sync, true);
}

START_TEST(the_process_ends_first)
{
	in_world(async_ends_body);
	in_world(async_ends_fast_body);
	in_world(sync_ends_body);
}
END_TEST

/* Two threads that walk one address space which nobody else uses: neither waits for the other. */
static void two_walks_body(void)
{
	struct kvm_vm *vm = large_vm(lazy());
	const uint64_t pages = 20000;

	for (uint64_t page = 0; page < pages; page++)
		ck_assert_int_eq(mm_fault_in(mm, LARGE_AT + user[2] * GIB + page * PAGE_BYTES), 0);
	ck_assert_int_eq(command(vm, KVM_PV_DISABLE, NULL), 0);
	ck_assert_int_eq(command(vm, KVM_PV_ENABLE, NULL), 0);
	ck_assert_int_eq(command(vm, KVM_PV_DISABLE, NULL), 0);
	mm_put(mm);
	kvm_put_vm(vm);
	ck_assert_uint_eq(mm->users, 2);
	sim_sleep(SIM_S, false, "cleaning");
	ck_assert(mm->exiting);
	/* And the last leaves nothing to be cleaned by somebody else. */
	ck_assert(!mm_aside_held(mm));
	ck_assert_uint_eq(host->used[USE_USER], 0);
	/* The first was on its way, the second had just begun. */
	ck_assert_uint_lt(calls(UVC_CMD_DESTR_SEC_STOR), pages + pages / 2);
	ck_assert_uint_eq(uv_conf_count(host->uv), 0);
	ck_assert_ptr_null(uv_violations(host->uv));
}

START_TEST(walks_do_not_keep_each_other)
{
	in_world(two_walks_body);
}
END_TEST

/* --- the image ------------------------------------------------------------------------------------- */

static int unpack(struct kvm_vm *vm, uint64_t address, uint64_t size)
{
	uint16_t rc, rrc;

	return builtin_async.unpack(kvm_face(vm), address, size, 0, &rc, &rrc);
}

/* Two configurations with pages in one address space, and a machine that cannot take over: exported before. */
static void unpack_body(void)
{
	struct kvm_vm *vm;

	profile.machine.destroy_fast = false;
	profile.machine.misc = false;
	vm = protected_vm(&builtin_async, 1, false);
	ck_assert_int_eq(command(vm, PREPARE, NULL), 0);
	ck_assert_int_eq(command(vm, KVM_PV_ENABLE, NULL), 0);
	ck_assert_int_eq(unpack(vm, 0, PAGE_BYTES / 2), -EINVAL);
	ck_assert_int_eq(unpack(vm, PAGE_BYTES / 2, PAGE_BYTES), -EINVAL);
	unpack(vm, 0, PAGE_BYTES);
	ck_assert_uint_eq(calls(UVC_CMD_CONV_FROM_SEC_STOR), 1);
	close_clean(vm);
}

START_TEST(unpack_exports_before)
{
	in_world(unpack_body);
}
END_TEST

/* A page that is not there yet is to be tried again, but not by one who is to die. */
static void unpack_killed_body(void)
{
	struct kvm_vm *vm = protected_vm(&builtin_async, 1, false);

	sim_signal_send(sim_self(), 9, true);
	ck_assert_int_eq(unpack(vm, 0, PAGE_BYTES), -EAGAIN);
	close_clean(vm);
}

START_TEST(unpack_ends_with_its_thread)
{
	in_world(unpack_killed_body);
}
END_TEST

Suite *pages_suite(void)
{
	Suite *suite = suite_create("pages under algorithms of our own");

	suite_test(suite, "cleaned", prepare_cleans_the_lower_2g, end_cleans_what_is_aside,
		   lazy_cleans_the_lower_2g_itself, disable_walks_all_pages, refused_destroy_replaces_the_table);
	suite_test(suite, "end of the process", the_process_ends_first, walks_do_not_keep_each_other);
	suite_test(suite, "image", unpack_exports_before, unpack_ends_with_its_thread);
	return suite;
}
