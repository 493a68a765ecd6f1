/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The guest address space: segments, limits, and the life of top-level tables.
 */
#include <errno.h>
#include <string.h>

#include "suites.h"
#include "world.h"

MM_TEST(segments)
{
	struct gmap_space *gmap = gmap_create(w->mm, 64 * MIB);
	uint64_t address;

	ck_assert_int_eq(gmap_map_segment(gmap, USER_AT + 8 * MIB, 0, 4 * MIB), 0);
	ck_assert_int_eq(gmap_map_segment(gmap, USER_AT, 32 * MIB, 8 * MIB), 0);
	ck_assert_int_eq(gmap_translate(gmap, 5, &address), 0);
	ck_assert_uint_eq(address, USER_AT + 8 * MIB + 5);
	ck_assert_int_eq(gmap_translate(gmap, 4 * MIB - 1, &address), 0);
	ck_assert_int_eq(gmap_translate(gmap, 4 * MIB, &address), -EFAULT);
	ck_assert_int_eq(gmap_translate(gmap, 40 * MIB - 1, &address), 0);
	ck_assert_uint_eq(address, USER_AT + 8 * MIB - 1);
	ck_assert_int_eq(gmap_translate(gmap, 40 * MIB, &address), -EFAULT);
	/* Not aligned, empty, beyond the limit. */
	ck_assert_int_eq(gmap_map_segment(gmap, USER_AT + 1, 0, MIB), -EINVAL);
	ck_assert_int_eq(gmap_map_segment(gmap, USER_AT, 0, 0), -EINVAL);
	ck_assert_int_eq(gmap_map_segment(gmap, USER_AT, 63 * MIB, 2 * MIB), -EINVAL);
	ck_assert_int_eq(gmap_unmap_segment(gmap, 32 * MIB, 4 * MIB), -EINVAL);
	ck_assert_int_eq(gmap_unmap_segment(gmap, 32 * MIB, 8 * MIB), 0);
	ck_assert_int_eq(gmap_translate(gmap, 32 * MIB, &address), -EFAULT);
	gmap_remove(gmap);
}

/* The type of the top-level table follows the limit. */
MM_TEST(table_types)
{
	static const struct {
		uint64_t limit, type;
	} cases[] = {
		{ 64 * MIB, ASCE_TYPE_SEGMENT },
		{ (uint64_t)1 << 31, ASCE_TYPE_SEGMENT },
		{ ((uint64_t)1 << 31) + MIB, ASCE_TYPE_REGION3 },
		{ (uint64_t)1 << 42, ASCE_TYPE_REGION3 },
		{ ((uint64_t)1 << 42) + MIB, ASCE_TYPE_REGION2 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint64_t free = w->host->free;
		struct gmap_space *gmap = gmap_create(w->mm, cases[i].limit);

		ck_assert_uint_eq(gmap->asce & ASCE_TYPE_MASK, cases[i].type);
		ck_assert_uint_eq(w->host->free, free - 4);
		gmap_remove(gmap);
		ck_assert_uint_eq(w->host->free, free);
	}
}

/* The old table leaves the gmap: whoever replaced it must free it. The new one goes with the gmap. */
MM_TEST(replace)
{
	struct gmap_space *gmap = w->gmap;
	uint64_t old = gmap->table, asce = gmap->asce, free = w->host->free;
	sim_time begin = sim_now();

	ck_assert_int_eq(gmap_replace_asce(gmap), 0);
	ck_assert_uint_eq(sim_now() - begin, (NS_ALLOC + NS_COPY_TABLE) * SIM_NS);
	ck_assert_uint_ne(gmap->table, old);
	ck_assert_uint_eq(gmap->asce ^ asce, gmap->table ^ old);
	ck_assert(gmap->listed);
	ck_assert_uint_eq(w->host->free, free - 4);
	gmap_remove(gmap);
	ck_assert_uint_eq(w->host->free, free);
	host_free_pages(w->host, old, 2);
	ck_assert_uint_eq(w->host->free, free + 4);
	ck_assert_ptr_null(uv_violations(w->host->uv));
}

/* A segment table cannot be set aside; but it has left the list before that is found out. */
MM_TEST(replace_refused)
{
	struct gmap_space *gmap = gmap_create(w->mm, 64 * MIB);
	uint64_t old = gmap->table, free = w->host->free;

	ck_assert_int_eq(gmap_replace_asce(gmap), -EINVAL);
	ck_assert_uint_eq(gmap->table, old);
	ck_assert(!gmap->listed);
	gmap_remove(gmap);
	ck_assert_uint_eq(w->host->free, free);
	host_free_pages(w->host, old, 2);
	ck_assert_uint_eq(w->host->free, free + 4);
}

static int fail_replace(void *ctx, const char *site, uint64_t bytes)
{
	(void)ctx;
	(void)bytes;
	return strcmp(site, "s390_replace_asce") == 0;
}

MM_TEST(replace_without_memory)
{
	uint64_t old = w->gmap->table, asce = w->gmap->asce;

	w->host->should_fail = fail_replace;
	ck_assert_int_eq(gmap_replace_asce(w->gmap), -ENOMEM);
	ck_assert_uint_eq(w->gmap->table, old);
	ck_assert_uint_eq(w->gmap->asce, asce);
	ck_assert(!w->gmap->listed);
}

/* A configuration that knows the old ASCE goes on finding its pages; with the gmap gone it does not. */
MM_TEST(replaced_tables_still_lead_somewhere)
{
	world_protect(w);
	world_import(w, 0, 2);
	ck_assert_int_eq(gmap_replace_asce(w->gmap), 0);
	world_fault_in(w, 2, 1);
	ck_assert_int_eq(gmap_convert_to_secure(w->gmap, 2 * PAGE_BYTES, w->conf, 1), 0);
	ck_assert_uint_eq(uv_conf_pages(w->host->uv, w->conf), 3);
	gmap_remove(w->gmap);
	world_fault_in(w, 3, 1);
	/* NOT_MAPPED each time: faulted in, try again. */
	ck_assert_int_eq(gmap_convert_to_secure(w->gmap, 3 * PAGE_BYTES, w->conf, 1), -EAGAIN);
	ck_assert_uint_eq(uv_conf_pages(w->host->uv, w->conf), 3);
}

/* What a guest sees of pages in each state, and how far it is the same. */
MM_TEST(views)
{
	uint64_t run;

	world_protect(w);
	world_import(w, 0, 4);
	world_fault_in(w, 4, 6);
	ck_assert_int_eq(gmap_view(w->gmap, w->conf, 0, 100, &run), GUEST_OK);
	ck_assert_uint_eq(run, 4);
	ck_assert_int_eq(gmap_view(w->gmap, w->conf, 4, 100, &run), GUEST_NON_SECURE);
	ck_assert_uint_eq(run, 6);
	ck_assert_int_eq(gmap_view(w->gmap, w->conf, 10, 100, &run), GUEST_ABSENT);
	ck_assert_uint_eq(run, 100);
	/* As far as they are absent. */
	world_fault_in(w, 30, 1);
	ck_assert_int_eq(gmap_view(w->gmap, w->conf, 10, 100, &run), GUEST_ABSENT);
	ck_assert_uint_eq(run, 20);
	ck_assert_int_eq(gmap_view(w->gmap, 0, 0, 2, &run), GUEST_SECURE_ACCESS);
	ck_assert_uint_eq(run, 2);
	ck_assert_int_eq(gmap_view(w->gmap, 0, 4, 2, &run), GUEST_OK);
	ck_assert_int_eq(gmap_view(w->gmap, 0, GUEST_BYTES / PAGE_BYTES, 2, &run), GUEST_NO_SLOT);
}

/* The Ultravisor is told of present pages only. */
MM_TEST(absent_pages_are_not_mapped)
{
	struct uv_cb_cts block = { .header = { .len = sizeof(block), .cmd = UVC_CMD_CONV_TO_SEC_STOR } };

	world_protect(w);
	world_fault_in(w, 1, 1);
	block.guest_handle = w->conf;
	ck_assert_int_eq(uvc(w->host->uv, &block), UVC_CC_ERROR);
	ck_assert_uint_eq(block.header.rc, UVC_RC_NOT_MAPPED);
	block.gaddr = PAGE_BYTES;
	ck_assert_int_eq(uvc(w->host->uv, &block), UVC_CC_OK);
	ck_assert_uint_eq(uv_conf_pages(w->host->uv, w->conf), 1);
}

/* Alike pages end where the segment ends, and where the mapping behind it does. */
MM_TEST(runs_end_with_segment_and_mapping)
{
	struct gmap_space *gmap = gmap_create(w->mm, 64 * MIB);
	uint64_t page, run = 1000;

	ck_assert_int_eq(mm_mmap(w->mm, USER_AT + GUEST_BYTES, 2 * MIB), 0);
	ck_assert_int_eq(gmap_map_segment(gmap, USER_AT + GUEST_BYTES - MIB, 0, 3 * MIB), 0);
	ck_assert_ptr_nonnull(gmap_page(gmap, 6, &page, &run));
	ck_assert_uint_eq(page, GUEST_BYTES / PAGE_BYTES - 250);
	ck_assert_uint_eq(run, 250);
	run = 1000;
	ck_assert_ptr_nonnull(gmap_page(gmap, 256, &page, &run));
	ck_assert_uint_eq(page, 0);
	ck_assert_uint_eq(run, 512);
	ck_assert_int_eq(gmap_unmap_segment(gmap, 0, 3 * MIB), 0);
	ck_assert_int_eq(gmap_map_segment(gmap, USER_AT + GUEST_BYTES, 0, MIB), 0);
	run = 1000;
	ck_assert_ptr_nonnull(gmap_page(gmap, 6, &page, &run));
	ck_assert_uint_eq(run, 250);
	gmap_remove(gmap);
}

/* A fault that goes on where a bulk was stopped: what is over is not done again. */
MM_TEST(faults_from_the_middle)
{
	static const struct {
		enum gmap_fault_stage stage;
		unsigned ns;
		bool present;
	} cases[] = {
		{ GMAP_FAULT_CLEAR, NS_CLEAR + NS_LINK, true },
		{ GMAP_FAULT_SET, NS_LINK, true },
		{ GMAP_FAULT_LINK, NS_LINK, false },
		{ GMAP_FAULT_LINKED, 0, false },
	};

	for (uint64_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		sim_time begin = sim_now();

		/* What the bulk has done and holds. */
		sim_rwsem_down_read(&w->mm->mmap_lock);
		if (cases[i].present) {
			ck_assert(host_take(w->host, 1, USE_USER));
			w->host->pending++;
		}
		ck_assert_int_eq(gmap_fault_from(w->gmap, i * PAGE_BYTES, cases[i].stage), 0);
		ck_assert_uint_eq(sim_now() - begin, cases[i].ns * SIM_NS);
		ck_assert_uint_eq(world_pages(w, i, 1, MM_PAGE_PRESENT, MM_PAGE_PRESENT), cases[i].present);
		ck_assert_uint_eq(w->mm->mmap_lock.readers, 0);
	}
}

static void maps(void *arg)
{
	struct world *w = arg;

	sim_sleep(700 * SIM_NS, false, "later");
	sim_rwsem_down_write(&w->mm->mmap_lock);
	note("maps", 0);
	sim_rwsem_up_write(&w->mm->mmap_lock);
}

/* The mmap lock is held to the end of a fault, the link to the guest's table included. */
MM_TEST(a_fault_holds_the_mmap_lock)
{
	struct sim_thread *writer;

	sim_sleep(SIM_MS - sim_now(), false, "start");
	writer = spawn("writer", maps, w);
	ck_assert_int_eq(gmap_fault(w->gmap, 0), 0);
	sim_join(writer, false);
	note_expect("1001000 writer maps 0\n");
}

Suite *suite_gmap(void)
{
	const TTest *const tests[] = {
		segments, table_types, replace, replace_refused, replace_without_memory,
		replaced_tables_still_lead_somewhere, views,
		absent_pages_are_not_mapped, runs_end_with_segment_and_mapping, faults_from_the_middle,
		a_fault_holds_the_mmap_lock,
	};

	return SUITE_OF("gmap", tests);
}
