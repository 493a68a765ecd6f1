/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Calls that answer cc 3: time adds up, pages go from the lowest up, and n slices at once are n
 * slices.
 */
#include "suites.h"
#include "world.h"

#define PAGES 1000u
#define EACH (300 * SIM_NS)
#define BUDGET (10 * SIM_US)

static void sliced(struct profile *profile)
{
	profile->machine.partial_budget = BUDGET;
	profile->cost[COST_UVC_DESTROY_CONF_PAGE].value = EACH;
	profile->cost[COST_UVC_DESTROY_CONF].value = 25 * SIM_US;
	profile->cost[COST_UVC_CLEAR_DONATED].value = 700 * SIM_NS;
	profile->cost[COST_UVC_CREATE_CONF].value = 8 * SIM_US;
}

#define DONATED (16 + 17)

static uint64_t create(struct world *w, unsigned space)
{
	struct uv_cb_cgc block = world_cgc(w, space);
	int cc;

	while ((cc = world_uvc(w, &block)) == UVC_CC_PARTIAL)
		ck_assert_uint_eq(block.guest_handle, 0);
	ck_assert_int_eq(cc, UVC_CC_OK);
	return block.guest_handle;
}

/* Owned pages in two pieces, some exported ones among them. */
static uint64_t populate(struct world *w)
{
	uint64_t conf = create(w, 0);

	for (uint64_t i = 0; i < PAGES / 2; i++) {
		ck_done(w, world_import(w, conf, 5000 + i));
		ck_done(w, world_import(w, conf, 100 + 2 * i));
	}
	for (uint64_t i = 0; i < PAGES / 2; i += 7) {
		ck_done(w, world_export(w, world_frame(w, 0, 5000 + i)));
		ck_done(w, world_export(w, world_frame(w, 0, 100 + 2 * i)));
		ck_done(w, world_import(w, conf, 100 + 2 * i));
	}
	/* Beyond all that is owned. */
	ck_done(w, world_import(w, conf, 5900));
	ck_done(w, world_export(w, world_frame(w, 0, 5900)));
	return conf;
}

SIM_TEST_TUNED(create_in_slices, sliced)
{
	struct uv_cb_cgc block = world_cgc(w, 0);
	sim_time total = 8 * SIM_US + DONATED * 700 * SIM_NS, begin = sim_now();
	unsigned slices = 0;

	while (world_uvc(w, &block) == UVC_CC_PARTIAL) {
		ck_assert_uint_eq(w->spent, BUDGET);
		ck_assert_uint_eq(block.guest_handle, 0);
		ck_assert_int_eq(world_state(w, block.conf_base_stor_origin >> FRAME_SHIFT),
				 FRAME_DONATED);
		slices++;
	}
	ck_assert_uint_eq(w->rc, UVC_RC_EXECUTED);
	ck_assert_uint_ne(block.guest_handle, 0);
	ck_assert_uint_eq(sim_now() - begin, total);
	ck_assert_uint_eq(slices, (total - 1) / BUDGET);
	ck_assert_uint_eq(w->profile.cost[COST_UVC_CLEAR_DONATED].charged, DONATED);
	ck_assert_uint_eq(w->profile.cost[COST_UVC_CREATE_CONF].charged, 1);
}

SIM_TEST_TUNED(another_block_is_another_creation, sliced)
{
	struct uv_cb_cgc block = world_cgc(w, 0), other;

	ck_assert_int_eq(world_uvc(w, &block), UVC_CC_PARTIAL);
	other = block;
	other.conf_virt_stor_origin = world_alloc(w, 32 * FRAME_SIZE);
	ck_refused(w, world_uvc(w, &other), UVC_RC_CGC_ASCE_IN_USE);
	other = block;
	other.guest_stor_len -= MIB;
	ck_refused(w, world_uvc(w, &other), UVC_RC_CGC_ASCE_IN_USE);
	other = block;
	other.guest_sca = world_alloc(w, FRAME_SIZE);
	ck_refused(w, world_uvc(w, &other), UVC_RC_CGC_ASCE_IN_USE);
	ck_assert_int_eq(world_uvc(w, &block), UVC_CC_PARTIAL);
}

SIM_TEST_TUNED(pieces_go_in_order_of_guest_pages, sliced)
{
	uint64_t conf = create(w, 1);

	/* Two distances between guest page and frame, the higher guest pages first. */
	for (uint64_t i = 0; i < 100; i++) {
		w->crossed = i % 2 == 0;
		ck_done(w, world_import(w, conf, w->crossed ? 5000 + i : 100 + i));
	}
	for (unsigned i = 0; i < 4; i++)
		ck_assert_int_eq(world_nodata(w, UVC_CMD_DESTROY_SEC_CONF, conf), UVC_CC_PARTIAL);
	/* 40 us, less 25 us, are 50 pages. */
	ck_assert_uint_eq(uv_conf_pages(w->uv, conf), 50);
	for (uint64_t i = 0; i < 100; i += 2) {
		ck_assert_int_eq(world_state(w, world_frame(w, 0, 5000 + i)), FRAME_SECURE);
		ck_assert_int_eq(world_state(w, world_frame(w, 1, 101 + i)), FRAME_PLAIN);
	}
}

SIM_TEST_TUNED(the_mapping_may_go_in_between, sliced)
{
	uint64_t conf = populate(w);
	int cc;

	for (unsigned i = 0; i < 5; i++)
		ck_assert_int_eq(world_nodata(w, UVC_CMD_DESTROY_SEC_CONF, conf), UVC_CC_PARTIAL);
	storage_remove(w->storage, w->region);
	ck_assert_uint_eq(uv_conf_pages(w->uv, conf), 0);
	do
		cc = world_nodata(w, UVC_CMD_DESTROY_SEC_CONF, conf);
	while (cc == UVC_CC_PARTIAL);
	ck_assert_int_eq(cc, UVC_CC_OK);
}

static void destroy_by_slices(struct world *w)
{
	uint64_t conf = populate(w), owned = uv_conf_pages(w->uv, conf),
		 before = uv_donated_frames(w->uv), left;
	sim_time clear = w->profile.cost[COST_UVC_CLEAR_DONATED].value;
	sim_time total = 25 * SIM_US + owned * EACH + DONATED * clear, begin = sim_now();
	uint64_t slices = 0;

	while (world_nodata(w, UVC_CMD_DESTROY_SEC_CONF, conf) == UVC_CC_PARTIAL) {
		sim_time paid = ++slices * BUDGET;

		ck_assert_uint_eq(w->spent, BUDGET);
		left = paid < 25 * SIM_US ? owned : owned - (paid - 25 * SIM_US) / EACH;
		if (left > owned)
			left = 0;
		ck_assert_uint_eq(uv_conf_pages(w->uv, conf), left);
		ck_assert_uint_eq(uv_donated_frames(w->uv), before);
		if (slices == 10) {
			/* Lowest guest pages first. */
			ck_assert_int_eq(world_state(w, world_frame(w, 0, 100)), FRAME_PLAIN);
			ck_assert_int_eq(world_state(w, world_frame(w, 0, 5001)), FRAME_SECURE);
			/* Half destroyed, it is good for nothing else. */
			ck_refused(w, world_import(w, conf, 0), UVC_RC_SIM_DYING);
			ck_refused(w, world_destroy_fast(w, conf), UVC_RC_SIM_DYING);
			begin += w->spent * 2;
		}
	}
	ck_assert_uint_eq(w->rc, UVC_RC_EXECUTED);
	ck_assert_uint_eq(sim_now() - begin, total);
	ck_assert_uint_eq(slices, (total - 1) / BUDGET);
	ck_assert_uint_eq(uv_donated_frames(w->uv), before - DONATED);
	ck_assert_uint_eq(w->profile.cost[COST_UVC_DESTROY_CONF_PAGE].charged, owned);
	for (uint64_t gpage = 0; gpage < 6000; gpage++)
		ck_assert_int_eq(world_state(w, world_frame(w, 0, gpage)), FRAME_PLAIN);
	ck_assert_uint_eq(world_count(w, UVC_CMD_DESTROY_SEC_CONF, UVC_CC_PARTIAL, 0), slices);
}

SIM_TEST_TUNED(destroy_in_slices, sliced)
{
	destroy_by_slices(w);
}

/* What a slice has left when it cannot pay for a page serves for the next page, not for what is cheaper. */
static void sliced_cheap(struct profile *profile)
{
	sliced(profile);
	profile->cost[COST_UVC_CLEAR_DONATED].value = 7 * SIM_NS;
}

SIM_TEST_TUNED(pages_go_before_donated_storage, sliced_cheap)
{
	destroy_by_slices(w);
}

SIM_TEST_TUNED(others_may_destroy_pages_in_between, sliced)
{
	uint64_t conf = populate(w), owned = uv_conf_pages(w->uv, conf), destroyed = 0;
	int cc;

	for (unsigned i = 0; i < 20; i++)
		ck_assert_int_eq(world_nodata(w, UVC_CMD_DESTROY_SEC_CONF, conf), UVC_CC_PARTIAL);
	for (uint64_t gpage = 0; gpage < 6000; gpage++) {
		if (world_state(w, world_frame(w, 0, gpage)) == FRAME_SECURE) {
			ck_done(w, world_destroy(w, world_frame(w, 0, gpage)));
			destroyed++;
		}
	}
	ck_assert_uint_eq(destroyed, owned - (200 - 25) * SIM_US / EACH);
	do
		cc = world_nodata(w, UVC_CMD_DESTROY_SEC_CONF, conf);
	while (cc == UVC_CC_PARTIAL);
	ck_assert_int_eq(cc, UVC_CC_OK);
	ck_assert_uint_eq(w->profile.cost[COST_UVC_DESTROY_CONF_PAGE].charged, owned - destroyed);
	ck_assert_uint_eq(uv_conf_count(w->uv), 0);
}

/* What there is to see after @ahead slices, done one by one or by a plan. */
static uint64_t picture(struct world *w, uint64_t conf)
{
	uint64_t hash = uv_conf_pages(w->uv, conf);

	for (uint64_t gpage = 0; gpage < 6000; gpage++)
		hash = hash * 31 + world_state(w, world_frame(w, 0, gpage));
	for (const struct uv_call_count *c = uv_call_counts(w->uv); c != NULL; c = c->next)
		hash = (hash * 31 + c->cmd * 7 + c->cc) * 31 + c->count + c->time;
	for (unsigned id = 0; id < COST_COUNT; id++)
		hash = (hash * 31 + w->profile.cost[id].charged) * 31 + w->profile.cost[id].total;
	return hash;
}

static unsigned ahead;
static uint64_t pictures[2];

static void one_by_one(struct world *w)
{
	uint64_t conf = populate(w);

	for (unsigned i = 0; i < 1 + ahead; i++)
		ck_assert_int_eq(world_nodata(w, UVC_CMD_DESTROY_SEC_CONF, conf), UVC_CC_PARTIAL);
	pictures[0] = picture(w, conf);
	/* What was begun one by one may go on at once, and the other way round. */
	while (world_nodata(w, UVC_CMD_DESTROY_SEC_CONF, conf) == UVC_CC_PARTIAL)
		;
	pictures[0] += 3 * picture(w, 0);
}

static void all_at_once(struct world *w)
{
	struct uv_cb_nodata block = { .header = { .len = sizeof(block),
						  .cmd = UVC_CMD_DESTROY_SEC_CONF } };
	struct sim_domain *domain = NULL;
	sim_time time = 0;
	uint64_t n;

	block.handle = populate(w);
	ck_assert_uint_eq(uvc_partial_plan(w->uv, &block, &time, &domain), 0);
	ck_assert_int_eq(uvc(w->uv, &block), UVC_CC_PARTIAL);
	n = uvc_partial_plan(w->uv, &block, &time, &domain);
	ck_assert_uint_ge(n, ahead);
	ck_assert_uint_eq(time, BUDGET);
	ck_assert_ptr_eq(domain, &w->domain);
	if (ahead > 0)
		uvc_partial_commit(w->uv, &block, ahead, time);
	ck_assert_uint_eq(uvc_partial_plan(w->uv, &block, &time, &domain), n - ahead);
	pictures[1] = picture(w, block.handle);
	if (n > ahead)
		uvc_partial_commit(w->uv, &block, n - ahead, time);
	ck_assert_uint_eq(uvc_partial_plan(w->uv, &block, &time, &domain), 0);
	ck_assert_int_eq(uvc(w->uv, &block), UVC_CC_OK);
	pictures[1] += 3 * picture(w, 0);
}

START_TEST(at_once_is_one_by_one)
{
	static const unsigned steps[] = { 0, 1, 2, 3, 5, 17, 28, 29, 30, 31 };

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		ahead = steps[i];
		world_run_tuned(sliced, one_by_one);
		world_run_tuned(sliced, all_at_once);
		ck_assert_uint_eq(pictures[0], pictures[1]);
	}
}
END_TEST

SIM_TEST_TUNED(a_slice_under_way_is_an_interlock, sliced)
{
	struct uv_cb_nodata block = { .header = { .len = sizeof(block),
						  .cmd = UVC_CMD_DESTROY_SEC_CONF } };
	struct sim_domain *domain;
	sim_time time, other;
	uint64_t n;

	block.handle = populate(w);
	ck_assert_int_eq(uvc(w->uv, &block), UVC_CC_PARTIAL);
	/*
	 * Between two slices, too, pages are left to single calls: they look where the owner
	 * stands.
	 */
	ck_assert_uint_eq(uvc_bulk_plan(w->uv, UVC_CMD_DESTR_SEC_STOR, 0, 0,
					world_frame(w, 0, 5001), 5, &other), 0);
	n = uvc_partial_plan(w->uv, &block, &time, &domain);
	uvc_partial_interlock(w->uv, &block, true);
	ck_assert_uint_eq(uvc_partial_plan(w->uv, &block, &time, &domain), 0);
	ck_assert_uint_eq(uvc_bulk_plan(w->uv, UVC_CMD_DESTR_SEC_STOR, 0, 0,
					world_frame(w, 0, 5001), 5, &other), 0);
	ck_assert_int_eq(world_destroy(w, world_frame(w, 0, 5001)), UVC_CC_BUSY);
	ck_assert_int_eq(world_nodata(w, UVC_CMD_DESTROY_SEC_CONF, block.handle), UVC_CC_BUSY);
	ck_done(w, world_destroy(w, world_frame(w, 0, 9000)));
	uvc_partial_commit(w->uv, &block, 1, time);
	ck_assert_uint_eq(uvc_partial_plan(w->uv, &block, &time, &domain), n - 1);
	/* A page of its own is in another's hands. */
	uvc_bulk_interlock(w->uv, UVC_CMD_DESTR_SEC_STOR, 0, world_frame(w, 0, 5001), sim_self());
	ck_assert_uint_eq(uvc_partial_plan(w->uv, &block, &time, &domain), 0);
	uvc_bulk_commit(w->uv, UVC_CMD_DESTR_SEC_STOR, 0, 0, world_frame(w, 0, 5001), 1, 0);
	ck_assert_uint_gt(uvc_partial_plan(w->uv, &block, &time, &domain), 0);
	uvc_partial_interlock(w->uv, &block, true);
	uvc_partial_interlock(w->uv, &block, false);
	ck_done(w, world_destroy(w, world_frame(w, 0, 5002)));
}

static void unlimited(struct profile *profile)
{
	sliced(profile);
	profile->machine.partial_budget = 0;
	profile->cost[COST_UVC_DESTROY_CONF_PAGE].value = 0;
	profile->cost[COST_UVC_CLEAR_DONATED].value = 0;
}

SIM_TEST_TUNED(no_budget_and_no_cost, unlimited)
{
	uint64_t conf = populate(w), owned = uv_conf_pages(w->uv, conf);

	ck_done(w, world_nodata(w, UVC_CMD_DESTROY_SEC_CONF, conf));
	ck_assert_uint_eq(w->spent, 25 * SIM_US);
	ck_assert_uint_eq(w->profile.cost[COST_UVC_DESTROY_CONF_PAGE].charged, owned);
}

Suite *suite_slices(void)
{
	const TTest *tests[] = {
		create_in_slices,
		another_block_is_another_creation,
		pieces_go_in_order_of_guest_pages,
		the_mapping_may_go_in_between,
		destroy_in_slices,
		pages_go_before_donated_storage,
		others_may_destroy_pages_in_between,
		at_once_is_one_by_one,
		a_slice_under_way_is_an_interlock,
		no_budget_and_no_cost,
	};

	return SUITE_OF("slices", tests);
}
