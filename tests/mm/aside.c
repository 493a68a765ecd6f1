/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pages set aside at the end of an address space: how the list grows and what that costs, what happens when it cannot
 * grow, how it is worked off, and who waits for that. In bulk and page by page.
 */
#include <string.h>

#include "mm/aside.h"
#include "mm/pressure.h"
#include "suites.h"
#include "world.h"

#define SITE "uv_destroy_page_lazy"

static void begin(struct world *w, uint64_t first, uint64_t n)
{
	world_protect(w);
	mm_aside_begin(w->mm);
	world_import(w, first, n);
}

/*
 * 2000 pages: 4 pages of the list, each paid for with a page exported, 1996 pages set aside; all of it is in use until
 * it is cleaned.
 */
MM_TEST(list_grows)
{
	uint64_t before = w->host->free, free, kernel;
	sim_time start;

	begin(w, 100, 2000);
	free = w->host->free;
	kernel = w->host->used[USE_KERNEL];
	w->host->lowest_free = free;
	start = sim_now();
	mm_put(w->mm);
	ck_assert_uint_eq(sim_now() - start, (2000 * NS_UNMAP + 4 * (NS_EXPORT + NS_ALLOC)) * SIM_NS);
	ck_assert(mm_aside_held(w->mm));
	ck_assert_uint_eq(w->mm->aside->pages, 1996);
	ck_assert_uint_eq(w->mm->aside->list_pages, 4);
	ck_assert_uint_eq(w->mm->aside->exported, 4);
	ck_assert_uint_eq(w->mm->rss, 0);
	ck_assert_uint_eq(w->host->free, free);
	ck_assert_uint_eq(w->host->lowest_free, free);
	ck_assert_uint_eq(w->host->used[USE_USER], 1996);
	ck_assert_uint_eq(w->host->used[USE_KERNEL], kernel + 4);
	ck_assert_ptr_nonnull(w->host->mms);
	start = sim_now();
	mm_aside_clean(w->mm);
	ck_assert_uint_eq(sim_now() - start, (1996 * (NS_DESTROY + NS_STEP) + 4 * NS_FREE) * SIM_NS);
	ck_assert_uint_eq(world_count(w, DESTROY, UVC_CC_OK), 1996);
	ck_assert_uint_eq(world_count(w, EXPORT, UVC_CC_OK), 4);
	ck_assert_uint_eq(uv_conf_pages(w->host->uv, w->conf), 0);
	ck_assert_uint_eq(w->host->free, free + 2000);
	ck_assert_uint_le(w->host->free, before);
	ck_assert_uint_eq(w->mm->finished, sim_now());
	ck_assert_ptr_null(w->host->mms);
	ck_assert_ptr_null(uv_violations(w->host->uv));
}

/* Exactly one page of the list is full; one page more is exported, and the list grows for nobody. */
MM_TEST(last_page_exported)
{
	begin(w, 0, 511);
	mm_put(w->mm);
	ck_assert_uint_eq(w->mm->aside->pages, 509);
	ck_assert_uint_eq(w->mm->aside->exported, 2);
	ck_assert_uint_eq(w->mm->aside->list_pages, 2);
	mm_aside_clean(w->mm);
	ck_assert_uint_eq(w->mm->aside->list_pages, 0);
	ck_assert_uint_eq(w->mm->aside->cleaned, 509);
	ck_assert_uint_eq(w->host->used[USE_USER], 0);
}

/* Holes, pages that are not secure, several stretches: every page is either exported or destroyed, once. */
MM_TEST(stretches)
{
	begin(w, 7, 700);
	world_import(w, 1500, 3);
	world_fault_in(w, 2000, 600);
	mm_put(w->mm);
	ck_assert_uint_eq(w->mm->aside->pages + w->mm->aside->exported, 1303);
	ck_assert_uint_eq(w->mm->aside->list_pages, 3);
	mm_aside_clean(w->mm);
	ck_assert_uint_eq(world_count(w, DESTROY, UVC_CC_OK) + world_count(w, EXPORT, UVC_CC_OK), 1303);
	ck_assert_ptr_null(uv_violations(w->host->uv));
	ck_assert_uint_eq(w->host->used[USE_USER], 0);
}

static bool second_is_protected(void *ctx)
{
	(void)ctx;
	return true;
}

/* --- when the list cannot grow --- */

static unsigned refusals, asked;

static int refuse(void *ctx, const char *site, uint64_t bytes)
{
	(void)ctx;
	(void)bytes;
	if (strcmp(site, SITE) != 0)
		return 0;
	asked++;
	return refusals && refusals--;
}

/* Each page is exported and free at once until one page of the list can be had: memory never gets less. */
MM_TEST(no_memory_for_the_list)
{
	uint64_t free;

	begin(w, 0, 2000);
	free = w->host->free;
	w->host->lowest_free = free;
	refusals = 300;
	asked = 0;
	w->host->should_fail = refuse;
	mm_put(w->mm);
	ck_assert_uint_eq(w->mm->aside->refused, 300);
	/* 300 pages, then one for each of 1700 / 510. */
	ck_assert_uint_eq(asked, 304);
	ck_assert_uint_eq(w->mm->aside->exported, 304);
	ck_assert_uint_eq(w->mm->aside->pages, 1696);
	ck_assert_uint_eq(w->host->free, free + 300);
	ck_assert_uint_eq(w->host->lowest_free, free);
	mm_aside_clean(w->mm);
	ck_assert_uint_eq(w->host->free, free + 2000);
	ck_assert_ptr_null(uv_violations(w->host->uv));
}

/* Never: then there is no list, and the address space is gone with its last page. */
MM_TEST(never_memory_for_the_list)
{
	begin(w, 0, 600);
	refusals = 10000;
	w->host->should_fail = refuse;
	mm_put(w->mm);
	ck_assert(!mm_aside_held(w->mm));
	ck_assert_uint_eq(world_count(w, EXPORT, UVC_CC_OK), 600);
	ck_assert_ptr_null(w->host->mms);
	ck_assert_uint_eq(w->host->used[USE_USER], 0);
}

static void all_kept(struct world *w)
{
	struct pressure_config config = { .bandwidth = MIB, .queue = 1, .min = HOST_BYTES / 2 };

	pressure_begin(w->host, &config);
}

/* Half of what the min watermark keeps is not for the list; on the page. */
MM_TEST(leaves_the_reserve)
{
	all_kept(w);
	begin(w, 0, 40);
	w->host->pressure->min = 2 * w->host->free + 2;
	mm_put(w->mm);
	/* One page short; then the page just exported is free. */
	ck_assert_uint_eq(w->mm->aside->refused, 1);
	ck_assert_uint_eq(w->mm->aside->exported, 2);
	ck_assert_uint_eq(w->mm->aside->pages, 38);
	mm_aside_clean(w->mm);
}

/* What is set aside is beyond the reach of reclaim, however much room there is on swap. */
static void with_swap(struct world *w)
{
	struct pressure_config config = { .swap_bytes = 64 * MIB, .bandwidth = PAGE_BYTES * 1000000, .queue = 8,
					  .min = MIB };

	pressure_begin(w->host, &config);
}

MM_TEST(cannot_be_swapped)
{
	/* Mappings of before know no age. */
	with_swap(w);
	w->mm = mm_create(w->host, "swapped");
	ck_assert_int_eq(mm_mmap(w->mm, USER_AT, 16 * MIB), 0);
	for (uint64_t page = 0; page < 1024; page++)
		ck_assert_int_eq(mm_fault_in(w->mm, USER_AT + page * PAGE_BYTES), 0);
	ck_assert_uint_eq(reclaim_batch(w->host->pressure, NULL, MM_TABLE_PAGES), 256);
	swap_wait_mm(w->mm);
	ck_assert_uint_eq(w->mm->swapped, 256);
	world_protect(w);
	w->mm->is_protected = second_is_protected;
	mm_aside_begin(w->mm);
	mm_put(w->mm);
	ck_assert_uint_eq(w->mm->aside->pages, 768 - 2);
	ck_assert_uint_eq(reclaim_batch(w->host->pressure, NULL, MM_TABLE_PAGES), 0);
	ck_assert_uint_eq(w->host->used[USE_USER], 768 - 2);
	mm_aside_clean(w->mm);
	ck_assert_uint_eq(w->host->used[USE_USER], 0);
}

/* --- when nothing is set aside --- */

MM_TEST(switched_off)
{
	sim_time start;

	begin(w, 0, 600);
	w->mm->aside->off = true;
	start = sim_now();
	mm_put(w->mm);
	ck_assert_uint_eq(sim_now() - start, 600 * (NS_EXPORT + NS_UNMAP) * SIM_NS);
	ck_assert(!mm_aside_held(w->mm));
	ck_assert_uint_eq(world_count(w, DESTROY, UVC_CC_OK), 0);
}

MM_TEST(plain_address_space)
{
	mm_aside_begin(w->mm);
	world_fault_in(w, 0, 600);
	mm_put(w->mm);
	ck_assert(!mm_aside_held(w->mm));
	ck_assert_uint_eq(world_count(w, EXPORT, UVC_CC_OK), 0);
	ck_assert_uint_eq(w->host->used[USE_USER], 0);
}

/* --- others meanwhile --- */

static void cleans(void *arg)
{
	struct world *w = arg;

	mm_aside_clean(w->mm);
	note("cleaned", (long long)w->mm->aside->cleaned);
}

/* Progress is told to the page: the 256th page is over 256 destroys after the start, and the software comes later. */
MM_TEST(waits_for_256)
{
	struct sim_thread *cleaner;
	sim_time start;

	begin(w, 0, 4000);
	mm_put(w->mm);
	cleaner = spawn("cleaner", cleans, w);
	start = sim_now();
	sim_sleep(100 * SIM_NS, false, "let it begin");
	ck_assert(mm_aside_wait(w->mm, 256));
	ck_assert_uint_eq(mm_aside_cleaned(w->mm), 256);
	ck_assert_uint_lt(sim_now() - start, 257 * NS_DESTROY * SIM_NS);
	ck_assert_uint_ge(sim_now() - start, 256 * NS_DESTROY * SIM_NS);
	note("256", (long long)w->host->free);
	ck_assert(mm_aside_wait(w->mm, 1000));
	ck_assert_uint_eq(mm_aside_cleaned(w->mm), 1256);
	note("1256", (long long)w->host->free);
	/* More than there are: until the end. */
	ck_assert(mm_aside_wait(w->mm, 1000000));
	note("end", (long long)w->mm->aside->pages);
	sim_join(cleaner, false);
	ck_assert_uint_eq(w->mm->aside->cleaned, 4000 - 8);
}

static void looks(void *arg)
{
	struct world *w = arg;

	for (unsigned i = 0; i < 60; i++) {
		sim_sleep((i * 7919 % 97 + 1) * 1000 * SIM_NS, false, "look");
		sim_domain_settle(&w->mm->domain);
		note("free", (long long)w->host->free);
		note("aside", (long long)w->mm->aside->pages);
		note("list", (long long)w->mm->aside->list_pages);
		if (i % 7 == 0)
			sim_domain_expose(&w->mm->domain);
	}
}

/* Whoever looks sees the same in bulk and page by page, while the list grows and while it shrinks. */
MM_TEST(looked_at)
{
	struct sim_thread *other;

	begin(w, 3, 9000);
	other = spawn("looks", looks, w);
	mm_put(w->mm);
	note("set aside", 0);
	mm_aside_clean(w->mm);
	note("cleaned", 0);
	sim_join(other, false);
}

Suite *suite_aside(void)
{
	const TTest *const tests[] = {
		list_grows, last_page_exported, stretches, no_memory_for_the_list, never_memory_for_the_list,
		leaves_the_reserve, cannot_be_swapped, switched_off, plain_address_space, waits_for_256, looked_at,
	};

	return SUITE_OF("aside", tests);
}
