/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * gmap_make_secure() and gmap_destroy_page(): under which locks, after what, and what they answer when
 * somebody else holds the page.
 */
#include <errno.h>

#include "suites.h"
#include "uv/fault.h"
#include "world.h"

static int convert(struct world *w, uint64_t gpage)
{
	return gmap_convert_to_secure(w->gmap, gpage * PAGE_BYTES, w->conf, w->protected_count);
}

MM_TEST(import_of_a_present_page)
{
	sim_time begin;

	world_protect(w);
	world_fault_in(w, 7, 1);
	begin = sim_now();
	ck_assert_int_eq(convert(w, 7), 0);
	ck_assert_uint_eq(sim_now() - begin, (NS_MAKE_SECURE + NS_IMPORT) * SIM_NS);
	ck_assert_uint_eq(vma_flags(world_vma(w), 7, 1, NULL), MM_PAGE_PRESENT | MM_PAGE_ARCH_1);
	ck_assert_uint_eq(uv_conf_pages(w->host->uv, w->conf), 1);
}

/* Absent: it is faulted in, and the caller has to come again. */
MM_TEST(import_of_an_absent_page)
{
	sim_time begin;

	world_protect(w);
	begin = sim_now();
	ck_assert_int_eq(convert(w, 7), -EAGAIN);
	ck_assert_uint_eq(sim_now() - begin,
			  (NS_MAKE_SECURE + NS_FAULT + NS_ALLOC + NS_CLEAR + NS_LINK) * SIM_NS);
	ck_assert_uint_eq(vma_flags(world_vma(w), 7, 1, NULL), MM_PAGE_PRESENT);
	ck_assert_int_eq(convert(w, 7), 0);
	ck_assert_int_eq(gmap_convert_to_secure(w->gmap, GUEST_BYTES, w->conf, 1), -EFAULT);
}

MM_TEST(import_for_nobody)
{
	world_protect(w);
	world_fault_in(w, 7, 1);
	ck_assert_int_eq(gmap_convert_to_secure(w->gmap, 7 * PAGE_BYTES, w->conf ^ 1, 1), -EINVAL);
	/* PG_arch_1 says "may be": it has been set all the same. */
	ck_assert_uint_eq(vma_flags(world_vma(w), 7, 1, NULL), MM_PAGE_PRESENT | MM_PAGE_ARCH_1);
}

static void without_misc(struct world *w)
{
	w->misc = false;
}

/* Without MISC and with two configurations in the address space an import is preceded by an export. */
MM_TEST_TUNED(export_before_import, without_misc)
{
	sim_time begin;

	world_protect(w);
	world_fault_in(w, 0, 3);
	ck_assert_int_eq(convert(w, 0), 0);
	ck_assert_uint_eq(world_count(w, EXPORT, UVC_CC_OK), 0);
	w->protected_count = 2;
	begin = sim_now();
	ck_assert_int_eq(convert(w, 1), 0);
	ck_assert_uint_eq(sim_now() - begin, (NS_MAKE_SECURE + NS_EXPORT_PLAIN + NS_IMPORT) * SIM_NS);
	ck_assert_uint_eq(world_count(w, EXPORT, UVC_CC_OK), 1);
	ck_assert(should_export_before_import(w->mm->world, IMPORT, 2));
	ck_assert(!should_export_before_import(w->mm->world, IMPORT, 1));
	ck_assert(!should_export_before_import(w->mm->world, UVC_CMD_UNPIN_PAGE_SHARED, 2));
}

MM_TEST(no_export_with_misc)
{
	ck_assert(!should_export_before_import(w->mm->world, IMPORT, 2));
}

/* --- a walk that holds references --- */

static void walks(void *arg)
{
	struct world *w = arg;

	ck_assert_int_eq(mm_destroy_range(w->mm, USER_AT, USER_AT + GUEST_BYTES, true), 0);
}

/*
 * 32 plain pages are gathered by a walk, which then takes 18.6 us to destroy them. An import of the last one
 * meets the walk's
 * reference: drain here, once more, drain everywhere, try again later.
 */
MM_TEST(import_of_a_gathered_page)
{
	struct sim_thread *walker;
	sim_time begin;

	world_protect(w);
	world_fault_in(w, 0, 64);
	walker = spawn("walker", walks, w);
	sim_sleep(3 * SIM_US, false, "later");
	begin = sim_now();
	ck_assert_int_eq(convert(w, 31), -EAGAIN);
	ck_assert_uint_eq(sim_now() - begin, (2 * NS_MAKE_SECURE + NS_DRAIN + NS_DRAIN_ALL) * SIM_NS);
	ck_assert_uint_eq(world_count(w, IMPORT, UVC_CC_OK), 0);
	/* That took longer than the walk: now it goes. */
	ck_assert(sim_thread_ended(walker));
	ck_assert_int_eq(convert(w, 31), 0);
}

/* A page of the batch that the walk has done with is free; one of the next batch has not been gathered yet. */
MM_TEST(import_of_a_page_beside_the_walk)
{
	struct sim_thread *walker;

	world_protect(w);
	world_fault_in(w, 0, 64);
	walker = spawn("walker", walks, w);
	sim_sleep(3 * SIM_US, false, "later");
	ck_assert_int_eq(convert(w, 0), 0);
	ck_assert_int_eq(convert(w, 40), 0);
	sim_join(walker, false);
	/* The walk came by page 40 later: it is destroyed; page 0 lay behind it. */
	ck_assert_uint_eq(uv_conf_pages(w->host->uv, w->conf), 1);
	ck_assert_uint_eq(vma_flags(world_vma(w), 0, 1, NULL), MM_PAGE_PRESENT | MM_PAGE_ARCH_1);
	ck_assert_uint_eq(vma_flags(world_vma(w), 40, 1, NULL), MM_PAGE_PRESENT);
}

/* The very page whose destroy is under way: the UVC answers busy, the walk goes on, the import comes again. */
MM_TEST(import_of_the_page_under_the_walk)
{
	struct sim_thread *walker;
	unsigned tries = 0;
	int result;

	world_protect(w);
	world_import(w, 0, 40);
	walker = spawn("walker", walks, w);
	sim_sleep((NS_WALK_BATCH + 32 * NS_WALK_PTE + 10 * (NS_DESTROY + NS_STEP) + 300) * SIM_NS, false, "later");
	do {
		result = convert(w, 10);
		tries++;
	} while (result == -EAGAIN);
	ck_assert_int_eq(result, 0);
	note("tries", tries);
	sim_join(walker, false);
	ck_assert_uint_eq(uv_conf_pages(w->host->uv, w->conf), 1);
}

/* --- two imports of one page --- */

static int results[2];

static void imports(void *arg)
{
	struct world *w = arg;
	unsigned me = sim_thread_name(sim_self())[0] - 'a';

	results[me] = convert(w, 0);
	note("imported", results[me]);
}

/* The second one spins for the page table's lock, and then finds the page where it wants it. */
MM_TEST(two_imports_of_one_page)
{
	struct sim_thread *a, *b;

	world_protect(w);
	world_fault_in(w, 0, 1);
	a = spawn("a", imports, w);
	b = spawn("b", imports, w);
	sim_join(a, false);
	sim_join(b, false);
	ck_assert_int_eq(results[0], 0);
	ck_assert_int_eq(results[1], 0);
	ck_assert_uint_eq(uv_conf_pages(w->host->uv, w->conf), 1);
	ck_assert_uint_eq(world_count(w, IMPORT, UVC_CC_OK), 2);
}

/* --- gmap_destroy_page() --- */

MM_TEST(destroy_one_page)
{
	world_protect(w);
	world_import(w, 5, 1);
	ck_assert_int_eq(gmap_destroy_page(w->gmap, 5 * PAGE_BYTES), 0);
	ck_assert_uint_eq(uv_conf_pages(w->host->uv, w->conf), 0);
	ck_assert_uint_eq(vma_flags(world_vma(w), 5, 1, NULL), MM_PAGE_PRESENT);
	/* Absent: nothing to do. Outside: no such page. */
	ck_assert_int_eq(gmap_destroy_page(w->gmap, 6 * PAGE_BYTES), 0);
	ck_assert_int_eq(gmap_destroy_page(w->gmap, GUEST_BYTES), -EFAULT);
	ck_assert_uint_eq(world_count(w, DESTROY, UVC_CC_OK), 1);
}

/* While the configuration has CPUs a destroy is refused; then the page is exported. */
MM_TEST(destroy_that_is_refused)
{
	world_protect(w);
	world_import(w, 5, 1);
	world_create_cpu(w);
	ck_assert_int_eq(gmap_destroy_page(w->gmap, 5 * PAGE_BYTES), 0);
	ck_assert_uint_eq(world_count(w, DESTROY, UVC_CC_ERROR), 1);
	ck_assert_uint_eq(world_count(w, EXPORT, UVC_CC_OK), 1);
	ck_assert_uint_eq(vma_flags(world_vma(w), 5, 1, NULL), MM_PAGE_PRESENT);
}

/* No import of a page that is being written, whoever holds references to it; nor of one with others than expected. */
MM_TEST(no_import_of_what_is_written)
{
	struct uv_cb_cts block = { .header = { .len = sizeof(block), .cmd = IMPORT } };

	world_protect(w);
	world_fault_in(w, 0, 1);
	block.guest_handle = w->conf;
	vma_set_flags(world_vma(w), 0, 1, MM_PAGE_PRESENT | MM_PAGE_WRITEBACK);
	ck_assert_int_eq(make_folio_secure(w->mm, world_frame(w, 0), 0, &block), -EAGAIN);
	ck_assert_int_eq(make_folio_secure(w->mm, world_frame(w, 0), 1, &block), -EAGAIN);
	vma_set_flags(world_vma(w), 0, 1, MM_PAGE_PRESENT);
	ck_assert_int_eq(make_folio_secure(w->mm, world_frame(w, 0), 1, &block), -EBUSY);
	folio_hold(w->mm, world_frame(w, 0), 1);
	ck_assert_int_eq(make_folio_secure(w->mm, world_frame(w, 0), 0, &block), -EBUSY);
	ck_assert_int_eq(make_folio_secure(w->mm, world_frame(w, 0), 1, &block), 0);
	ck_assert(folio_drop(w->host, w->mm, world_frame(w, 0), 1));
}

/* ENABLE's part in the address space: the lock, for as long as taking it takes. */
MM_TEST(no_sharing_takes_the_lock)
{
	sim_time begin = sim_now();

	w->profile.cost[COST_HOST_LOCK].value = 40 * SIM_NS;
	ck_assert_int_eq(mm_disable_cow_sharing(w->mm), 0);
	ck_assert_uint_eq(sim_now() - begin, 40 * SIM_NS);
}

/* Storage that was donated is nobody's to touch. */
MM_TEST(donated_storage_is_guarded)
{
	struct uv_cb_csc create = {
		.header = { .len = sizeof(create), .cmd = UVC_CMD_CREATE_SEC_CPU },
		.stor_origin = host_alloc_pages(w->host, 0, true, USE_KERNEL, "cpu"),
		.state_origin = host_alloc_pages(w->host, 0, true, USE_KERNEL, "state"),
	};
	volatile char *storage = (char *)create.stor_origin;

	world_protect(w);
	create.guest_handle = w->conf;
	ck_assert_int_eq(*storage, 0);
	ck_assert_int_eq(uvc(w->host->uv, &create), UVC_CC_OK);
	ck_assert_uint_eq(world_violations(w, "host-access"), 0);
	ck_assert_int_eq(*storage, 0);
	ck_assert_uint_eq(world_violations(w, "host-access"), 1);
}

static bool as_old_firmware(void *ctx, const struct uv_fault_call *call, struct uv_fault_answer *answer)
{
	(void)ctx;
	(void)call;
	*answer = (struct uv_fault_answer){
		.cc = UVC_CC_ERROR, .rc = UVC_RC_DESTROY_PLAIN, .rrc = UVC_RRC_DESTROY_PLAIN,
	};
	return true;
}

static void given(void *ctx, const struct uv_fault_call *call, const struct uv_fault_answer *answer)
{
	(void)ctx;
	(void)call;
	(void)answer;
}

/* That there was nothing to destroy: both codes say so, and to a destroy only. */
MM_TEST(old_firmware_means_both_codes)
{
	const struct uv_faults faults = { .asked = as_old_firmware, .given = given };

	ck_assert(uv_destroy_rc_ok(UVC_RC_DESTROY_PLAIN, UVC_RRC_DESTROY_PLAIN));
	ck_assert(!uv_destroy_rc_ok(UVC_RC_DESTROY_PLAIN, 0));
	ck_assert(!uv_destroy_rc_ok(UVC_RC_EXECUTED, UVC_RRC_DESTROY_PLAIN));
	world_protect(w);
	world_import(w, 0, 2);
	uvc_faults(w->host->uv, &faults);
	ck_assert_int_eq(uv_convert_from_secure_folio(w->mm, world_frame(w, 0)), -EINVAL);
	ck_assert_uint_eq(world_pages(w, 0, 1, MM_PAGE_ARCH_1, MM_PAGE_ARCH_1), 1);
	ck_assert_int_eq(uv_destroy_folio(w->mm, world_frame(w, 1)), 0);
	ck_assert_uint_eq(world_pages(w, 1, 1, MM_PAGE_ARCH_1, MM_PAGE_ARCH_1), 0);
}

/* Nobody is asked about a page without a mark, and one with it is exported or pinned. */
MM_TEST(only_marked_pages_are_made_accessible)
{
	world_protect(w);
	world_fault_in(w, 0, 1);
	world_import(w, 1, 1);
	ck_assert_int_eq(mm_make_accessible(w->mm, USER_AT), 0);
	ck_assert_uint_eq(world_count(w, EXPORT, UVC_CC_OK), 0);
	ck_assert_uint_eq(world_count(w, UVC_CMD_PIN_PAGE_SHARED, UVC_CC_ERROR), 0);
	ck_assert_int_eq(mm_make_accessible(w->mm, USER_AT + PAGE_BYTES), 0);
	ck_assert_uint_eq(world_count(w, EXPORT, UVC_CC_OK), 1);
	ck_assert_uint_eq(world_pages(w, 0, 2, MM_PAGE_ARCH_1, MM_PAGE_ARCH_1), 0);
}

Suite *suite_secure(void)
{
	const TTest *const tests[] = {
		no_import_of_what_is_written, no_sharing_takes_the_lock, donated_storage_is_guarded,
		old_firmware_means_both_codes, only_marked_pages_are_made_accessible,
		import_of_a_present_page,
		import_of_an_absent_page,
		import_for_nobody,
		export_before_import,
		no_export_with_misc,
		import_of_a_gathered_page,
		import_of_a_page_beside_the_walk,
		import_of_the_page_under_the_walk,
		two_imports_of_one_page,
		destroy_one_page,
		destroy_that_is_refused,
	};

	return SUITE_OF("secure", tests);
}
