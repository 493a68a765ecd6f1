/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Frames by count, kernel blocks, and misuse of the heap.
 */
#include <string.h>

#include "suites.h"
#include "world.h"

static uint64_t used(const struct host *host)
{
	return host->frames - host->free;
}

MM_TEST(blocks_are_counted)
{
	uint64_t before = used(w->host), blocks, bytes, left;
	uint64_t one = host_alloc_pages(w->host, 0, true, USE_KERNEL, "one");
	uint64_t eight = host_alloc_pages(w->host, 3, false, USE_TABLE, "eight");
	void *large = host_vzalloc(w->host, 1000 * PAGE_BYTES + 1, "large");

	ck_assert(one && eight && large);
	ck_assert_uint_eq(eight % (8 * PAGE_BYTES), 0);
	ck_assert_uint_eq(used(w->host), before + 1 + 8 + 1001);
	blocks = host_heap_left(w->host, &bytes);
	ck_assert_uint_ge(blocks, 3);
	ck_assert_uint_ge(bytes, 1010 * PAGE_BYTES);
	/* It is real memory, and it is zeroed where that was asked for. */
	ck_assert_int_eq(((char *)one)[4095], 0);
	ck_assert_int_eq(((char *)large)[1000 * PAGE_BYTES], 0);
	memset(large, 0xff, 1001 * PAGE_BYTES);
	left = w->host->lowest_free;
	host_vfree(w->host, large);
	host_free_pages(w->host, eight, 3);
	host_free_pages(w->host, one, 0);
	host_free_pages(w->host, 0, 0);
	host_vfree(w->host, NULL);
	ck_assert_uint_eq(used(w->host), before);
	ck_assert_uint_eq(w->host->lowest_free, left);
	ck_assert_uint_eq(host_heap_left(w->host, &bytes), blocks - 3);
	large = host_vzalloc(w->host, 1001 * PAGE_BYTES, "large again");
	for (uint64_t i = 0; i < 1001 * PAGE_BYTES; i += 511)
		ck_assert_int_eq(((char *)large)[i], 0);
	host_vfree(w->host, large);
}

MM_TEST(objects_share_frames)
{
	uint64_t before = used(w->host);
	char *object[100];

	for (unsigned i = 0; i < 100; i++) {
		object[i] = host_kzalloc(w->host, 40, "object");
		ck_assert_ptr_nonnull(object[i]);
		ck_assert_int_eq(object[i][39], 0);
		memset(object[i], (int)i, 40);
	}
	ck_assert_uint_le(used(w->host), before + 3);
	for (unsigned i = 0; i < 100; i++) {
		ck_assert_int_eq(object[i][0], (char)i);
		host_kfree(w->host, object[i]);
	}
	host_kfree(w->host, NULL);
	ck_assert_uint_eq(world_violations(w, "double-free"), 0);
}

/* Time of a large block: once for the call, then page by page. */
MM_TEST(time_of_allocations)
{
	sim_time begin = sim_now();
	void *large = host_vzalloc(w->host, 2000 * PAGE_BYTES, "large");

	ck_assert_uint_eq(sim_now() - begin, (NS_ALLOC + 2000 * (NS_ALLOC + NS_CLEAR)) * SIM_NS);
	begin = sim_now();
	host_vfree(w->host, large);
	ck_assert_uint_eq(sim_now() - begin, NS_FREE * SIM_NS);
}

static void little_memory(struct world *w)
{
	w->host_bytes = 16 * MIB;
}

MM_TEST_TUNED(memory_runs_out, little_memory)
{
	uint64_t *last = NULL, *page, left = w->host->free;

	/* Each page leads to the one before. */
	while ((page = (uint64_t *)host_alloc_pages(w->host, 0, false, USE_KERNEL, "page")) != NULL) {
		*page = (uint64_t)last;
		last = page;
	}
	ck_assert_uint_eq(w->host->free, 0);
	ck_assert_uint_eq(w->host->lowest_free, 0);
	ck_assert_int_eq(mm_fault_in(w->mm, USER_AT), -12);
	for (; last; last = page) {
		page = (uint64_t *)*last;
		host_free_pages(w->host, (uint64_t)last, 0);
	}
	ck_assert_int_eq(mm_fault_in(w->mm, USER_AT), 0);
	ck_assert_uint_eq(w->host->free, left - 1);
	ck_assert_ptr_null(host_vzalloc(w->host, left * PAGE_BYTES, "too much"));
	ck_assert_uint_eq(w->host->free, left - 1);
}

static int fail_tables(void *ctx, const char *site, uint64_t bytes)
{
	(void)bytes;
	(*(unsigned *)ctx)++;
	return strcmp(site, "table") == 0;
}

/* Failures can be planted by site; they cost no frame. */
MM_TEST(planted_failures)
{
	uint64_t before = used(w->host), page;
	unsigned asked = 0;

	w->host->should_fail = fail_tables;
	w->host->should_fail_ctx = &asked;
	ck_assert_uint_eq(host_alloc_pages(w->host, 2, true, USE_TABLE, "table"), 0);
	ck_assert_ptr_null(host_vzalloc(w->host, PAGE_BYTES, "table"));
	ck_assert_ptr_null(host_kzalloc(w->host, 8, "table"));
	ck_assert_uint_eq(used(w->host), before);
	page = host_alloc_pages(w->host, 0, true, USE_KERNEL, "page");
	ck_assert_uint_ne(page, 0);
	host_free_pages(w->host, page, 0);
	ck_assert_uint_eq(asked, 4);
}

/* --- misuse --- */

MM_TEST(freed_twice)
{
	uint64_t page = host_alloc_pages(w->host, 1, true, USE_KERNEL, "page"), free;
	void *large = host_vzalloc(w->host, 10 * PAGE_BYTES, "large");
	void *object = host_kzalloc(w->host, 100, "object");

	host_free_pages(w->host, page, 1);
	host_vfree(w->host, large);
	host_kfree(w->host, object);
	ck_assert_uint_eq(world_violations(w, "double-free"), 0);
	free = w->host->free;
	host_free_pages(w->host, page, 1);
	ck_assert_uint_eq(world_violations(w, "double-free"), 1);
	host_vfree(w->host, large);
	ck_assert_uint_eq(world_violations(w, "double-free"), 2);
	host_kfree(w->host, object);
	ck_assert_uint_eq(world_violations(w, "double-free"), 3);
	ck_assert_uint_eq(w->host->free, free);
}

MM_TEST(freed_with_another_size)
{
	uint64_t page = host_alloc_pages(w->host, 2, true, USE_KERNEL, "page"), free = w->host->free;

	host_free_pages(w->host, page, 0);
	ck_assert_uint_eq(world_violations(w, "free-size"), 1);
	ck_assert_uint_eq(w->host->free, free);
	/* In the midst of a block there is none. */
	host_free_pages(w->host, page + PAGE_BYTES, 0);
	ck_assert_uint_eq(world_violations(w, "bad-free"), 1);
	host_free_pages(w->host, page, 2);
	ck_assert_uint_eq(w->host->free, free + 4);
}

/* Donated storage that is freed is a violation, and is never handed out again. */
MM_TEST(freed_while_donated)
{
	uint64_t page = host_alloc_pages(w->host, 0, true, USE_KERNEL, "cpu"), state, free;
	struct uv_cb_csc create = {
		.header = { .len = sizeof(create), .cmd = UVC_CMD_CREATE_SEC_CPU }, .stor_origin = page,
	};

	world_protect(w);
	state = host_alloc_pages(w->host, 0, true, USE_KERNEL, "state");
	create.guest_handle = w->conf;
	create.state_origin = state;
	ck_assert_int_eq(uvc(w->host->uv, &create), UVC_CC_OK);
	free = w->host->free;
	host_free_pages(w->host, page, 0);
	ck_assert_uint_eq(w->host->free, free);
	ck_assert_ptr_nonnull(uv_violations(w->host->uv));
	for (unsigned i = 0; i < 50; i++)
		ck_assert_uint_ne(host_alloc_pages(w->host, 0, false, USE_KERNEL, "other"), page);
}

Suite *suite_host(void)
{
	const TTest *const tests[] = {
		blocks_are_counted, objects_share_frames, time_of_allocations,     memory_runs_out,
		planted_failures,   freed_twice,          freed_with_another_size, freed_while_donated,
	};

	return SUITE_OF("host", tests);
}
