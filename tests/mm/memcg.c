/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory cgroups: who is charged for what and until when, and what happens at the limits.
 */
#include <errno.h>
#include <string.h>

#include "mm/memcg.h"
#include "suites.h"
#include "world.h"

#define NONE MEMCG_NO_LIMIT
#define PAGES(n) ((n) * PAGE_BYTES)

static void begin(struct world *w, uint64_t swap_pages)
{
	const struct pressure_config config = {
		.swap_bytes = PAGES(swap_pages), .bandwidth = 4096000000, .queue = 4, .min = PAGES(16),
		.low = PAGES(32), .high = PAGES(48),
	};

	pressure_begin(w->host, &config);
}

static struct memcg *group_of(struct world *w, uint64_t max, uint64_t high, uint64_t swap_max)
{
	const struct memcg_config config = {
		.name = "group", .max = max == NONE ? NONE : PAGES(max), .high = high == NONE ? NONE : PAGES(high),
		.swap_max = swap_max == NONE ? NONE : PAGES(swap_max),
	};

	return memcg_create(w->host, &config);
}

static struct mm *process(struct world *w, const char *name, struct memcg *group)
{
	struct mm *mm = mm_create(w->host, name);

	mm->memcg = group;
	ck_assert_int_eq(mm_mmap(mm, USER_AT, GUEST_BYTES), 0);
	return mm;
}

/* Pages [@first, @first + @n): the result of the first fault that fails, or 0. */
static int touch(struct mm *mm, uint64_t first, uint64_t n)
{
	int result = 0;

	for (; n && !result; first++, n--)
		result = mm_fault_in(mm, USER_AT + PAGES(first));
	return result;
}

/* A page is charged to the group of its address space, kernel memory to that of the thread, and only if it says so. */
MM_TEST(charges)
{
	struct memcg *group, *other;
	void *object[100], *large;
	struct mm *mm;
	uint64_t page;

	begin(w, 0);
	group = group_of(w, NONE, NONE, NONE);
	other = group_of(w, NONE, NONE, NONE);
	mm = process(w, "mm", group);
	memcg_join(other);
	ck_assert_int_eq(touch(mm, 0, 300), 0);
	ck_assert_int_eq(touch(mm, 0, 300), 0);
	ck_assert_uint_eq(group->usage, 300);
	ck_assert_uint_eq(other->usage, 0);
	page = host_get_pages(w->host, 2, ALLOC_KERNEL_ACCOUNT, USE_KERNEL, "block");
	large = host_get_mapping(w->host, PAGES(9) + 1, ALLOC_ATOMIC | ALLOC_ACCOUNT, "mapping");
	ck_assert_uint_eq(other->usage, 14);
	ck_assert_uint_eq(other->kernel, 14);
	host_free_pages(w->host, host_get_pages(w->host, 0, ALLOC_KERNEL, USE_KERNEL, "free"), 0);
	ck_assert_ptr_nonnull(host_get_mapping(w->host, PAGES(5), ALLOC_KERNEL, "nobody's"));
	ck_assert_uint_eq(other->usage, 14);
	/* Objects count by their bytes: 100 of 64 are two pages. */
	for (unsigned i = 0; i < 100; i++)
		object[i] = host_get_object(w->host, 40, ALLOC_KERNEL_ACCOUNT, "object");
	ck_assert_uint_eq(other->usage, 16);
	for (unsigned i = 0; i < 40; i++)
		host_kfree(w->host, object[i]);
	ck_assert_uint_eq(other->usage, 15);
	/* It stays with the group, whoever frees it. */
	memcg_join(group);
	for (unsigned i = 40; i < 100; i++)
		host_kfree(w->host, object[i]);
	host_free_pages(w->host, page, 2);
	host_vfree(w->host, large);
	ck_assert_uint_eq(other->usage, 0);
	ck_assert_uint_eq(other->kernel, 0);
	ck_assert_uint_eq(other->peak, 16);
	ck_assert_uint_eq(group->usage, 300);
	mm_put(mm);
	ck_assert_uint_eq(group->usage, 0);
	ck_assert_uint_eq(group->peak, 300);
}

/* What the Ultravisor does not give back is charged for ever. */
MM_TEST(lost_storage_stays_charged)
{
	struct uv_cb_csc create = { .header = { .len = sizeof(create), .cmd = UVC_CMD_CREATE_SEC_CPU } };
	struct memcg *group;

	begin(w, 0);
	group = group_of(w, NONE, NONE, NONE);
	memcg_join(group);
	world_protect(w);
	create.guest_handle = w->conf;
	create.stor_origin = host_get_pages(w->host, 0, ALLOC_KERNEL_ACCOUNT, USE_UV, "cpu");
	create.state_origin = host_alloc_pages(w->host, 0, true, USE_KERNEL, "state");
	ck_assert_int_eq(uvc(w->host->uv, &create), UVC_CC_OK);
	ck_assert_uint_eq(group->usage, 1);
	host_free_pages(w->host, create.stor_origin, 0);
	ck_assert_uint_eq(group->usage, 1);
	ck_assert_uint_eq(group->kernel, 1);
}

/* No swap and nobody to kill: max is the end, but for what cannot fail or is atomic. */
MM_TEST(max_is_the_end)
{
	struct memcg *group;
	struct mm *mm;
	uint64_t free;

	begin(w, 0);
	group = group_of(w, 20, NONE, NONE);
	memcg_join(group);
	mm = process(w, "mm", group);
	ck_assert_int_eq(touch(mm, 0, 20), 0);
	ck_assert_uint_eq(group->max_events, 0);
	free = w->host->free;
	ck_assert_int_eq(touch(mm, 20, 1), -ENOMEM);
	ck_assert_uint_eq(w->host->free, free);
	ck_assert_uint_eq(group->usage, 20);
	ck_assert_uint_eq(group->max_events, 1);
	ck_assert_uint_eq(group->oom_events, 1);
	ck_assert_uint_eq(group->oom_kills, 0);
	ck_assert_uint_eq(host_get_pages(w->host, 0, ALLOC_KERNEL_ACCOUNT, USE_KERNEL, "page"), 0);
	ck_assert_uint_eq(host_get_pages(w->host, 0, ALLOC_NOWAIT | ALLOC_ACCOUNT, USE_KERNEL, "page"), 0);
	ck_assert_ptr_null(host_get_object(w->host, 8, ALLOC_KERNEL_ACCOUNT | ALLOC_NORETRY, "object"));
	ck_assert_uint_eq(w->host->free, free);
	ck_assert_uint_eq(group->oom_events, 2);
	ck_assert_uint_ne(host_get_pages(w->host, 1, ALLOC_ATOMIC | ALLOC_ACCOUNT, USE_KERNEL, "atomic"), 0);
	ck_assert_uint_eq(group->usage, 22);
	ck_assert_uint_ne(host_get_pages(w->host, 0, ALLOC_KERNEL_ACCOUNT | ALLOC_NOFAIL, USE_KERNEL, "sure"), 0);
	ck_assert_uint_eq(group->usage, 23);
	ck_assert_uint_eq(group->peak, 23);
	mm_put(mm);
	ck_assert_uint_eq(group->usage, 3);
}

/*
 * 65 pages above a high of 1024: 65 * 2^20 / 1024 = 66560, squared, times 100 ticks, by 2^34: 25 ticks for 64 pages, as
 * many for 65. Time that a fault takes without that: 0.7 us.
 */
MM_TEST(above_high)
{
	const sim_time fault = (NS_FAULT + NS_ALLOC + NS_CLEAR) * SIM_NS;
	struct memcg *group;
	struct mm *mm;
	sim_time begun;

	begin(w, 0);
	group = group_of(w, NONE, 1024, NONE);
	memcg_join(group);
	mm = process(w, "mm", group);
	ck_assert_int_eq(touch(mm, 0, 1024), 0);
	begun = sim_now();
	ck_assert_int_eq(touch(mm, 1024, 64), 0);
	ck_assert_uint_eq(sim_now() - begun, 64 * fault);
	ck_assert_uint_eq(group->high_events, 0);
	begun = sim_now();
	ck_assert_int_eq(touch(mm, 1088, 1), 0);
	ck_assert_uint_eq(sim_now() - begun, fault + 250 * SIM_MS);
	ck_assert_uint_eq(group->high_events, 1);
	ck_assert_uint_eq(group->throttle_time, 250 * SIM_MS);
	/* The rest is paid on the way to user space: 10 pages of 1099 above, 3 ticks. */
	ck_assert_int_eq(touch(mm, 1089, 10), 0);
	begun = sim_now();
	memcg_user_mode();
	ck_assert_uint_eq(sim_now() - begun, 50 * SIM_MS);
	begun = sim_now();
	memcg_user_mode();
	ck_assert_uint_eq(sim_now(), begun);
	mm_put(mm);
}

/* Reclaim for a group takes pages of the group, at max as above high; swap is charged apart. */
MM_TEST(reclaim_within)
{
	struct memcg *group;
	struct mm *mm, *other;

	begin(w, 4096);
	group = group_of(w, 512, NONE, NONE);
	memcg_join(group);
	other = process(w, "other", NULL);
	mm = process(w, "mm", group);
	ck_assert_int_eq(touch(other, 0, 2000), 0);
	ck_assert_int_eq(touch(mm, 0, 512), 0);
	ck_assert_uint_eq(group->swap, 0);
	ck_assert_int_eq(touch(mm, 512, 1000), 0);
	ck_assert_uint_le(group->peak, 512);
	ck_assert_uint_eq(other->swapped, 0);
	ck_assert_uint_eq(other->rss, 2000);
	swap_wait_mm(mm);
	ck_assert_uint_eq(group->usage, mm->rss);
	ck_assert_uint_eq(group->swap, mm->swapped);
	ck_assert_uint_eq(mm->rss + mm->swapped, 1512);
	ck_assert_uint_eq(group->oom_events, 0);
	ck_assert_uint_gt(group->max_events, 0);
	mm_put(mm);
	ck_assert_uint_eq(group->swap, 0);
	ck_assert_uint_eq(group->usage, 0);
	mm_put(other);
}

/* The device has room, the group has not. */
MM_TEST(swap_limit)
{
	struct memcg *group;
	struct mm *mm;

	begin(w, 4096);
	group = group_of(w, 512, NONE, 100);
	memcg_join(group);
	mm = process(w, "mm", group);
	ck_assert_int_eq(touch(mm, 0, 612), 0);
	ck_assert_int_eq(touch(mm, 612, 1), -ENOMEM);
	ck_assert_uint_eq(group->swap, 100);
	ck_assert_uint_eq(group->swap_peak, 100);
	ck_assert_uint_gt(group->swap_fails, 0);
	ck_assert_uint_eq(group->usage, 512);
	mm_put(mm);
}

Suite *suite_memcg(void)
{
	const TTest *const tests[] = {
		charges, lost_storage_stays_charged, max_is_the_end, above_high, reclaim_within, swap_limit,
	};

	return SUITE_OF("memcg", tests);
}
