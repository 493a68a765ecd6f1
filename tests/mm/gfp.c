/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What an allocation may do to get its memory: how far below the watermarks it may go, by its flags.
 */
#include <string.h>

#include "mm/pressure.h"
#include "suites.h"
#include "world.h"

#define MIN 800		/* frames */

static void small_host(struct world *w)
{
	w->host_bytes = 64 * MIB;
}

/* No device, nobody to kill: an allocation gets what the watermarks leave it, at once or never. */
static void begin(struct world *w)
{
	const struct pressure_config config = {
		.bandwidth = 1, .queue = 1, .min = MIN * PAGE_BYTES, .low = (MIN + 100) * PAGE_BYTES,
		.high = (MIN + 200) * PAGE_BYTES,
	};

	pressure_begin(w->host, &config);
}

/* How many frames allocations of one page with @flags leave free. */
static uint64_t left_by(struct world *w, unsigned flags)
{
	uint64_t *last = NULL, *page, left;
	void *most = host_get_mapping(w->host, (w->host->free - 2000) * PAGE_BYTES, ALLOC_NOWAIT, "most");

	/* One block for most of it: there is a list of all that is allocated. */
	ck_assert_ptr_nonnull(most);
	while ((page = (uint64_t *)host_get_pages(w->host, 0, flags, USE_KERNEL, "page")) != NULL) {
		*page = (uint64_t)last;
		last = page;
	}
	left = w->host->free;
	for (; last; last = page) {
		page = (uint64_t *)*last;
		host_free_pages(w->host, (uint64_t)last, 0);
	}
	host_vfree(w->host, most);
	return left;
}

/* Those that do not sleep: nothing of min, half of it, five eighths, all. */
MM_TEST_TUNED(reserves, small_host)
{
	begin(w);
	ck_assert_uint_eq(left_by(w, ALLOC_NOWAIT), MIN);
	ck_assert_uint_eq(left_by(w, 0), MIN);
	ck_assert_uint_eq(left_by(w, ALLOC_ATOMIC), 300);
	ck_assert_uint_eq(left_by(w, ALLOC_ATOMIC | ALLOC_NOMEMALLOC), 400);
	ck_assert_uint_eq(left_by(w, ALLOC_NOWAIT | ALLOC_MEMALLOC), 0);
	ck_assert_uint_eq(left_by(w, ALLOC_ATOMIC | ALLOC_MEMALLOC | ALLOC_NOMEMALLOC), 400);
}

/* They never wait, whatever they find. */
MM_TEST_TUNED(atomic_takes_no_time, small_host)
{
	uint64_t frames = w->host->free, stalls;
	sim_time begun;

	begin(w);
	stalls = w->host->pressure->stalls;
	begun = sim_now();
	ck_assert_ptr_null(host_get_mapping(w->host, frames * PAGE_BYTES, ALLOC_ATOMIC, "all"));
	ck_assert_uint_eq(sim_now() - begun, NS_ALLOC * SIM_NS);
	ck_assert_uint_eq(w->host->pressure->stalls, stalls);
}

/* One that may sleep but not kill fails when nothing can be reclaimed; its order counts against the watermark, too. */
MM_TEST_TUNED(no_retry, small_host)
{
	uint64_t address;

	begin(w);
	ck_assert_uint_eq(left_by(w, ALLOC_KERNEL | ALLOC_NORETRY), MIN);
	ck_assert_uint_eq(left_by(w, ALLOC_KERNEL | ALLOC_RETRY_MAYFAIL), MIN);
	ck_assert_uint_eq(left_by(w, ALLOC_KERNEL | ALLOC_HIGH | ALLOC_NORETRY), MIN / 2);
	ck_assert_ptr_nonnull(host_get_mapping(w->host, (w->host->free - MIN - 3) * PAGE_BYTES, ALLOC_NOWAIT, "most"));
	ck_assert_uint_eq(host_get_pages(w->host, 2, ALLOC_NOWAIT, USE_TABLE, "table"), 0);
	address = host_get_pages(w->host, 1, ALLOC_NOWAIT, USE_TABLE, "table");
	ck_assert_uint_ne(address, 0);
	ck_assert_uint_eq(w->host->free, MIN + 1);
	/* Beyond the costly order nobody is killed: without this the test would end here. */
	ck_assert_uint_eq(host_get_pages(w->host, 4, ALLOC_KERNEL, USE_TABLE, "costly"), 0);
}

static int always_fail(void *ctx, const char *site, uint64_t bytes)
{
	(void)ctx;
	(void)site;
	(void)bytes;
	return 1;
}

static void free_later(void *world)
{
	struct world *w = world;

	sim_sleep(35 * SIM_MS, false, "later");
	host_vfree(w->host, (void *)w->conf);
	w->conf = 0;
}

/* What cannot fail is not failed on purpose either, takes the last frame, and waits for one that is not there. */
MM_TEST_TUNED(no_fail, small_host)
{
	uint64_t frames, before;

	begin(w);
	w->host->should_fail = always_fail;
	ck_assert_uint_eq(host_get_pages(w->host, 0, ALLOC_KERNEL, USE_KERNEL, "page"), 0);
	ck_assert_uint_ne(host_get_pages(w->host, 0, ALLOC_KERNEL | ALLOC_NOFAIL, USE_KERNEL, "page"), 0);
	w->host->should_fail = NULL;
	/* The last ones lie apart. */
	frames = w->host->free - 2000;
	w->conf = (uint64_t)host_get_mapping(w->host, frames * PAGE_BYTES, ALLOC_MEMALLOC, "most");
	ck_assert_uint_ne(w->conf, 0);
	while (host_get_pages(w->host, 0, ALLOC_MEMALLOC, USE_KERNEL, "rest"))
		;
	ck_assert_uint_eq(w->host->free, 0);
	spawn("later", free_later, w);
	before = sim_now();
	ck_assert_uint_ne(host_get_pages(w->host, 0, ALLOC_KERNEL | ALLOC_RETRY_MAYFAIL | ALLOC_NOFAIL, USE_KERNEL,
					 "page"), 0);
	ck_assert_uint_ge(sim_now() - before, 35 * SIM_MS);
	ck_assert_uint_eq(w->conf, 0);
}

/* Failures are told of by place, size and flags; not where the flags say so. */
MM_TEST_TUNED(failures_are_told, small_host)
{
	const struct alloc_failure *failure;
	uint64_t most = w->host->free * PAGE_BYTES;
	sim_time begun = sim_now();

	begin(w);
	for (unsigned i = 0; i < 3; i++)
		ck_assert_ptr_null(host_get_mapping(w->host, most, ALLOC_ATOMIC, "one"));
	ck_assert_ptr_null(host_get_mapping(w->host, most, ALLOC_NOWAIT, "silent"));
	ck_assert_ptr_null(host_get_mapping(w->host, most, ALLOC_KSWAPD, "two"));
	failure = w->host->failures;
	ck_assert_str_eq(failure->site, "one");
	ck_assert_uint_eq(failure->count, 3);
	ck_assert_uint_eq(failure->flags, ALLOC_ATOMIC);
	ck_assert_uint_eq(failure->first, begun + NS_ALLOC * SIM_NS);
	failure = failure->next;
	ck_assert_str_eq(failure->site, "two");
	ck_assert_ptr_null(failure->next);
}

Suite *suite_gfp(void)
{
	const TTest *const tests[] = {
		reserves, atomic_takes_no_time, no_retry, no_fail, failures_are_told,
	};

	return SUITE_OF("gfp", tests);
}
