/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Configurations and CPUs come and go: rows H20 to H52, and what happens to donated storage.
 */
#include "suites.h"
#include "world.h"

#define OUTSIDE ((uint64_t)1 << 60)

/* The block is refused and changes nothing. */
static void refused(struct world *w, struct uv_cb_cgc block, uint16_t rc)
{
	uint64_t donated = uv_donated_frames(w->uv);
	unsigned confs = uv_conf_count(w->uv);

	ck_refused(w, world_uvc(w, &block), rc);
	ck_assert_uint_eq(w->spent, w->profile.cost[COST_UVC_MISC].value);
	ck_assert_uint_eq(block.guest_handle, 0);
	ck_assert_uint_eq(uv_donated_frames(w->uv), donated);
	ck_assert_uint_eq(uv_conf_count(w->uv), confs);
}

#define REFUSED(member, value, rc)			\
	do {						\
		struct uv_cb_cgc block = good;		\
		block.member = (value);			\
		refused(w, block, rc);			\
	} while (0)

SIM_TEST(create_asks_every_question)
{
	struct uv_cb_cgc good = world_cgc(w, 0);
	uint64_t max = w->profile.machine.max_guest_stor_addr;

	REFUSED(header.len, sizeof(good) - 8, UVC_RC_INV_LEN);
	REFUSED(guest_stor_origin, max + 2 * MIB + 1, UVC_RC_CGC_ORIGIN);
	REFUSED(guest_stor_origin, max - MIB, UVC_RC_CGC_END);
	REFUSED(guest_stor_len, UINT64_MAX, UVC_RC_CGC_END);
	REFUSED(guest_stor_len, 0, UVC_RC_CGC_LEN);
	REFUSED(guest_asce, good.guest_asce & ~(uint64_t)0x100, UVC_RC_CGC_ASCE);
	REFUSED(guest_asce, good.guest_asce | 0x20, UVC_RC_CGC_ASCE);
	REFUSED(conf_base_stor_origin, OUTSIDE + 8, UVC_RC_CGC_BASE);
	REFUSED(conf_base_stor_origin, 0x1000, UVC_RC_CGC_BASE_LOWCORE);
	REFUSED(conf_base_stor_origin, good.conf_base_stor_origin + 8, UVC_RC_CGC_BASE_ALIGN);
	REFUSED(conf_base_stor_origin, WORLD_KERNEL, UVC_RC_CGC_BASE_IN_USE);
	REFUSED(conf_virt_stor_origin, 0x1000, UVC_RC_CGC_VAR_LOWCORE);
	REFUSED(conf_virt_stor_origin, OUTSIDE, UVC_RC_CGC_VAR);
	REFUSED(conf_virt_stor_origin, WORLD_KERNEL, UVC_RC_CGC_VAR_IN_USE);
	REFUSED(conf_virt_stor_origin, good.conf_base_stor_origin + FRAME_SIZE,
		UVC_RC_CGC_VAR_IN_USE);
	REFUSED(guest_sca, 0, UVC_RC_CGC_SCA_ZERO);
	REFUSED(guest_sca, OUTSIDE, UVC_RC_CGC_SCA);
}

SIM_TEST(create_donates_and_takes_the_asce)
{
	struct uv_cb_cgc good = world_cgc(w, 0), fresh;
	uint64_t before = uv_donated_frames(w->uv), variable = 1 + (4096 * 16 >> FRAME_SHIFT);
	const struct cost_entry *cost = w->profile.cost;

	ck_done(w, world_uvc(w, &good));
	ck_assert_uint_eq(w->spent, cost[COST_UVC_CREATE_CONF].value +
			  (16 + variable) * cost[COST_UVC_CLEAR_DONATED].value);
	ck_assert_uint_eq(cost[COST_UVC_CLEAR_DONATED].charged, 16 + variable);
	ck_assert_uint_eq(uv_donated_frames(w->uv) - before, 16 + variable);
	for (unsigned i = 0; i < 16; i++)
		ck_assert_int_eq(world_state(w, (good.conf_base_stor_origin >> FRAME_SHIFT) + i),
				 FRAME_DONATED);
	for (unsigned i = 0; i < variable; i++)
		ck_assert_int_eq(world_state(w, (good.conf_virt_stor_origin >> FRAME_SHIFT) + i),
				 FRAME_DONATED);
	ck_assert_int_eq(world_state(w, (good.conf_virt_stor_origin >> FRAME_SHIFT) + variable),
			 FRAME_PLAIN);
	ck_assert_int_eq(world_state(w, good.guest_sca >> FRAME_SHIFT), FRAME_PLAIN);
	/* The same block, and the same ASCE with fresh storage. */
	good.guest_handle = 0;
	ck_assert_int_eq(world_uvc(w, &good), UVC_CC_ERROR);
	ck_assert_uint_ge(w->rc, 0x100);
	fresh = world_cgc(w, 0);
	ck_refused(w, world_uvc(w, &fresh), UVC_RC_CGC_ASCE_IN_USE);
	ck_assert_uint_eq(fresh.guest_handle, 0);
	/* Another ASCE with storage in use. */
	good.guest_asce = world_asce(1);
	ck_refused(w, world_uvc(w, &good), UVC_RC_CGC_BASE_IN_USE);
}

SIM_TEST(create_cpu_asks_every_question)
{
	uint64_t conf = world_create_conf(w, 0), before = uv_donated_frames(w->uv);
	struct uv_cb_csc good = {
		.header = { .len = sizeof(good), .cmd = UVC_CMD_CREATE_SEC_CPU },
		.guest_handle = conf, .num = 256,
		.stor_origin = world_alloc(w, FRAME_SIZE),
		.state_origin = world_alloc(w, FRAME_SIZE),
	}, block = good;

	block.num = 257;
	ck_refused(w, world_uvc(w, &block), UVC_RC_CSC_NUMBER);
	block = good;
	block.stor_origin = OUTSIDE;
	ck_refused(w, world_uvc(w, &block), UVC_RC_CSC_STOR);
	block.stor_origin = 0;
	ck_refused(w, world_uvc(w, &block), UVC_RC_CSC_STOR_LOWCORE);
	block.stor_origin = WORLD_KERNEL;
	ck_refused(w, world_uvc(w, &block), UVC_RC_CSC_STOR_IN_USE);
	block = good;
	block.state_origin = OUTSIDE;
	ck_refused(w, world_uvc(w, &block), UVC_RC_CSC_SIE);
	block.state_origin = 0;
	ck_refused(w, world_uvc(w, &block), UVC_RC_CSC_SIE_LOWCORE);
	ck_assert_uint_eq(block.cpu_handle, 0);
	ck_assert_uint_eq(uv_donated_frames(w->uv), before);
	ck_done(w, world_uvc(w, &good));
	ck_assert_uint_eq(w->spent, w->profile.cost[COST_UVC_CREATE_CPU].value);
	ck_assert_uint_ne(good.cpu_handle, 0);
	ck_assert_int_eq(world_state(w, good.stor_origin >> FRAME_SHIFT), FRAME_DONATED);
	ck_assert_int_eq(world_state(w, good.state_origin >> FRAME_SHIFT), FRAME_PLAIN);
	block = good;
	block.stor_origin = world_alloc(w, FRAME_SIZE);
	ck_refused(w, world_uvc(w, &block), UVC_RC_CSC_NUMBER_IN_USE);
	block.num = 0;
	ck_done(w, world_uvc(w, &block));
	ck_assert_uint_ne(block.cpu_handle, good.cpu_handle);
}

SIM_TEST(destroy_gives_everything_back)
{
	uint64_t before = uv_donated_frames(w->uv), conf, cpu, again;

	conf = world_create_conf(w, 0);
	cpu = world_create_cpu(w, conf, 3);
	ck_refused(w, world_nodata(w, UVC_CMD_DESTROY_SEC_CONF, conf), UVC_RC_SIM_HAS_CPUS);
	ck_refused(w, world_destroy_fast(w, conf), UVC_RC_SIM_HAS_CPUS);
	ck_refused(w, world_nodata(w, UVC_CMD_DESTROY_SEC_CPU, cpu + 1), UVC_RC_INV_CHANDLE);
	ck_done(w, world_nodata(w, UVC_CMD_DESTROY_SEC_CPU, cpu));
	ck_assert_uint_eq(w->spent, w->profile.cost[COST_UVC_DESTROY_CPU].value);
	ck_refused(w, world_nodata(w, UVC_CMD_DESTROY_SEC_CPU, cpu), UVC_RC_INV_CHANDLE);
	ck_assert_uint_eq(uv_conf_count(w->uv), 1);
	ck_done(w, world_nodata(w, UVC_CMD_DESTROY_SEC_CONF, conf));
	ck_assert_uint_eq(uv_conf_count(w->uv), 0);
	ck_assert_uint_eq(uv_donated_frames(w->uv), before);
	ck_refused(w, world_nodata(w, UVC_CMD_DESTROY_SEC_CONF, conf), UVC_RC_INV_GHANDLE);
	again = world_create_conf(w, 0);
	ck_assert_uint_ne(again, conf);
	ck_done(w, world_destroy_fast(w, again));
	ck_assert_uint_eq(w->spent, w->profile.cost[COST_UVC_DESTROY_CONF_FAST].value);
	ck_assert_uint_eq(uv_donated_frames(w->uv), before);
	ck_refused(w, world_destroy_fast(w, again), UVC_RC_INV_GHANDLE);
}

static void few(struct profile *profile)
{
	profile->machine.max_num_sec_conf = 2;
}

SIM_TEST_TUNED(only_so_many, few)
{
	uint64_t first = world_create_conf(w, 0);
	struct uv_cb_cgc third;

	world_create_conf(w, 1);
	third = world_cgc(w, 2);
	ck_refused(w, world_uvc(w, &third), UVC_RC_SIM_FULL);
	/* What is only the owner of discarded pages does not count. */
	ck_done(w, world_import(w, first, 5));
	ck_done(w, world_destroy_fast(w, first));
	ck_done(w, world_uvc(w, &third));
}

SIM_TEST(destroy_wipes_owned_pages_and_drops_records)
{
	uint64_t conf = world_create_conf(w, 0), charged;
	const struct cost_entry *cost = w->profile.cost;

	for (uint64_t gpage = 10; gpage < 20; gpage++)
		ck_done(w, world_import(w, conf, gpage));
	ck_done(w, world_import(w, conf, 1000));
	ck_done(w, world_export(w, world_frame(w, 0, 12)));
	ck_assert_uint_eq(uv_conf_pages(w->uv, conf), 10);
	charged = cost[COST_UVC_CLEAR_DONATED].charged;
	ck_done(w, world_nodata(w, UVC_CMD_DESTROY_SEC_CONF, conf));
	ck_assert_uint_eq(cost[COST_UVC_DESTROY_CONF_PAGE].charged, 10);
	ck_assert_uint_eq(w->spent, cost[COST_UVC_DESTROY_CONF].value +
					    10 * cost[COST_UVC_DESTROY_CONF_PAGE].value +
					    (cost[COST_UVC_CLEAR_DONATED].charged - charged) *
						    cost[COST_UVC_CLEAR_DONATED].value);
	for (uint64_t gpage = 9; gpage < 21; gpage++)
		ck_assert_int_eq(world_state(w, world_frame(w, 0, gpage)), FRAME_PLAIN);
	ck_assert_int_eq(world_state(w, world_frame(w, 0, 1000)), FRAME_PLAIN);
}

SIM_TEST(fast_destroy_discards_owned_pages)
{
	uint64_t conf = world_create_conf(w, 0), next;

	for (uint64_t gpage = 0; gpage < 4; gpage++)
		ck_done(w, world_import(w, conf, gpage));
	ck_done(w, world_export(w, world_frame(w, 0, 1)));
	ck_assert_int_eq(world_share(w, conf, 2, UVC_CMD_SET_SHARED_ACCESS), UVC_CC_OK);
	ck_done(w, world_destroy_fast(w, conf));
	ck_assert_int_eq(world_state(w, world_frame(w, 0, 0)), FRAME_DISCARDED);
	ck_assert_int_eq(world_state(w, world_frame(w, 0, 1)), FRAME_PLAIN);
	ck_assert_int_eq(world_state(w, world_frame(w, 0, 2)), FRAME_DISCARDED);
	/* The next configuration may have the ASCE but neither slot nor pages. */
	next = world_create_conf(w, 0);
	ck_refused(w, world_import(w, next, 0), UVC_RC_SIM_OWNED);
	for (uint64_t gpage = 0; gpage < 3; gpage++)
		ck_done(w, world_destroy(w, world_frame(w, 0, gpage)));
	ck_done(w, world_export(w, world_frame(w, 0, 3)));
	ck_assert_uint_eq(w->spent, w->profile.cost[COST_UVC_EXPORT_SECURE].value);
	ck_assert_int_eq(world_state(w, world_frame(w, 0, 3)), FRAME_PLAIN);
	ck_done(w, world_import(w, next, 0));
	ck_assert_uint_eq(uv_conf_pages(w->uv, next), 1);
	ck_assert_uint_eq(uv_conf_pages(w->uv, conf), 0);
	ck_done(w, world_destroy_fast(w, next));
}

SIM_TEST(slots_are_used_again)
{
	uint64_t last = 0;
	uint64_t memory = w->next;

	for (unsigned i = 0; i < 3000; i++) {
		uint64_t conf;

		w->next = memory;
		conf = world_create_conf(w, i % WORLD_ASCES);
		ck_assert_uint_ne(conf, last);
		ck_done(w, world_import(w, conf, i));
		ck_assert_uint_lt(
			storage_get(w->storage, world_frame(w, i % WORLD_ASCES, i), 1, NULL).conf,
			4);
		last = conf;
		if (i % 2 == 0) {
			ck_done(w, world_nodata(w, UVC_CMD_DESTROY_SEC_CONF, conf));
		} else {
			ck_done(w, world_destroy_fast(w, conf));
			ck_done(w, world_destroy(w, world_frame(w, i % WORLD_ASCES, i)));
		}
	}
	ck_assert_uint_eq(world_violations(w, NULL), 0);
}

/* Two guests with one distance between guest page and frame: each destroy takes what its own has. */
SIM_TEST(destroy_leaves_the_pages_of_others)
{
	uint64_t conf = world_create_conf(w, 0), other = world_create_conf(w, 1);

	w->crossed = true;
	for (uint64_t gpage = 0; gpage < 5; gpage++)
		ck_done(w, world_import(w, gpage % 2 ? other : conf, gpage));
	ck_done(w, world_nodata(w, UVC_CMD_DESTROY_SEC_CONF, conf));
	for (uint64_t gpage = 0; gpage < 5; gpage++)
		ck_assert_int_eq(world_state(w, world_frame(w, 0, gpage)), gpage % 2 ? FRAME_SECURE : FRAME_PLAIN);
	ck_assert_uint_eq(uv_conf_pages(w->uv, other), 2);
	ck_done(w, world_nodata(w, UVC_CMD_DESTROY_SEC_CONF, other));
	ck_assert_uint_eq(w->profile.cost[COST_UVC_DESTROY_CONF_PAGE].charged, 5);
}

static void large_cpus(struct profile *profile)
{
	profile->machine.cpu_stor_len = 3 * FRAME_SIZE;
}

SIM_TEST_TUNED(a_cpu_has_all_its_frames, large_cpus)
{
	uint64_t conf = world_create_conf(w, 0), before = uv_donated_frames(w->uv);
	uint64_t first = w->next >> FRAME_SHIFT, cpu = world_create_cpu(w, conf, 0);

	for (uint64_t frame = first; frame < first + 3; frame++)
		ck_assert_int_eq(world_state(w, frame), FRAME_DONATED);
	ck_assert_uint_eq(uv_donated_frames(w->uv), before + 3);
	ck_done(w, world_nodata(w, UVC_CMD_DESTROY_SEC_CPU, cpu));
	for (uint64_t frame = first; frame < first + 3; frame++)
		ck_assert_int_eq(world_state(w, frame), FRAME_PLAIN);
	ck_assert_uint_eq(uv_donated_frames(w->uv), before);
}

SIM_TEST(a_region_goes_with_its_records)
{
	uint64_t conf = world_create_conf(w, 0);

	for (uint64_t gpage = 0; gpage < 100; gpage++)
		ck_done(w, world_import(w, conf, gpage));
	ck_done(w, world_export(w, world_frame(w, 0, 50)));
	storage_remove(w->storage, w->region);
	ck_assert_uint_eq(uv_conf_pages(w->uv, conf), 0);
	/* The next mapping is another one. */
	w->user = storage_reserve(w->storage, 1000);
	w->region = storage_add(w->storage, w->user, 1000, &w->domain, "next");
	ck_done(w, world_import(w, conf, 50));
	ck_assert_uint_eq(uv_conf_pages(w->uv, conf), 1);
	ck_done(w, world_nodata(w, UVC_CMD_DESTROY_SEC_CONF, conf));
	ck_assert_uint_eq(w->profile.cost[COST_UVC_DESTROY_CONF_PAGE].charged, 1);
}

/* What is remembered of a mapping goes with it, so that another guest's memory in its place is not mistaken for it. */
SIM_TEST(a_mapping_after_a_mapping)
{
	uint64_t conf = world_create_conf(w, 0), other = world_create_conf(w, 1);

	ck_done(w, world_import(w, conf, 1));
	storage_remove(w->storage, w->region);
	w->user = storage_reserve(w->storage, 1000);
	w->region = storage_add(w->storage, w->user, 1000, &w->domain, "next");
	w->crossed = true;
	ck_done(w, world_import(w, other, 2));
	ck_done(w, world_import(w, conf, 3));
	ck_done(w, world_nodata(w, UVC_CMD_DESTROY_SEC_CONF, other));
	ck_assert_int_eq(world_state(w, world_frame(w, 0, 3)), FRAME_SECURE);
	ck_done(w, world_nodata(w, UVC_CMD_DESTROY_SEC_CONF, conf));
	ck_assert_int_eq(world_state(w, world_frame(w, 0, 3)), FRAME_PLAIN);
}

/* Two mappings side by side, at guest addresses side by side: the end of one is not the end of the other. */
SIM_TEST(a_region_goes_alone)
{
	uint64_t conf = world_create_conf(w, 0);
	struct storage_region *first;

	storage_remove(w->storage, w->region);
	w->user = storage_reserve(w->storage, 40);
	first = storage_add(w->storage, w->user, 20, &w->domain, "first");
	w->region = storage_add(w->storage, w->user + 20, 20, &w->domain, "second");
	ck_done(w, world_import(w, conf, 19));
	ck_done(w, world_import(w, conf, 20));
	storage_remove(w->storage, first);
	ck_assert_uint_eq(uv_conf_pages(w->uv, conf), 1);
	ck_done(w, world_nodata(w, UVC_CMD_DESTROY_SEC_CONF, conf));
	ck_assert_uint_eq(w->profile.cost[COST_UVC_DESTROY_CONF_PAGE].charged, 1);
	ck_assert_int_eq(world_state(w, world_frame(w, 0, 20)), FRAME_PLAIN);
}

/*
 * Whatever was secure or donated is wiped before it is the host's again; a page that was exported is the host's
 * already, with a ciphertext that nobody else has.
 */
SIM_TEST(what_is_wiped)
{
	uint64_t conf = world_create_conf(w, 0), donated = uv_donated_frames(w->uv), before;
	uint64_t frame = world_frame(w, 0, 0);

	for (uint64_t gpage = 0; gpage < 4; gpage++)
		ck_done(w, world_import(w, conf, gpage));
	ck_assert_uint_eq(w->wiped, 0);
	ck_done(w, world_export(w, frame));
	ck_done(w, world_export(w, frame + 1));
	ck_assert_uint_eq(w->wiped, 0);
	/* Forgotten, not touched. */
	ck_done(w, world_destroy(w, frame + 1));
	ck_assert_uint_eq(w->wiped, 0);
	ck_done(w, world_destroy(w, frame + 2));
	ck_assert_uint_eq(w->wiped, 1);
	ck_assert_uint_eq(w->wiped_last, frame + 2);
	/* Page 3, and what was donated for the configuration. */
	before = donated - uv_donated_frames(w->uv);
	ck_done(w, world_nodata(w, UVC_CMD_DESTROY_SEC_CONF, conf));
	before = donated - uv_donated_frames(w->uv) - before;
	ck_assert_uint_eq(w->wiped, 2 + before);
	ck_assert_int_eq(world_state(w, frame), FRAME_PLAIN);
}

Suite *suite_conf(void)
{
	const TTest *tests[] = {
		create_asks_every_question,
		create_donates_and_takes_the_asce,
		create_cpu_asks_every_question,
		destroy_gives_everything_back,
		only_so_many,
		destroy_wipes_owned_pages_and_drops_records,
		fast_destroy_discards_owned_pages,
		slots_are_used_again,
		destroy_leaves_the_pages_of_others,
		a_cpu_has_all_its_frames,
		a_region_goes_with_its_records,
		a_mapping_after_a_mapping,
		a_region_goes_alone,
		what_is_wiped,
	};

	return SUITE_OF("conf", tests);
}
