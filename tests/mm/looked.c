/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is done in bulk, looked at by others at many instants: they see, and have to wait for, what they would if it
 * went step by step. Each world is run in both modes, and its notes are compared.
 */
#include <string.h>

#include "suites.h"
#include "uv/fault.h"
#include "world.h"

#define BATCH_NS (NS_WALK_BATCH + 32 * NS_WALK_PTE + 32 * (NS_DESTROY + NS_STEP))
#define START (100 * SIM_MS)

static sim_time delay;		/* of the other thread, from START on */
static uint64_t looked_at;	/* a frame */

static void one_processor(struct world *w)
{
	w->processors = 1;
}

static void two_processors(struct world *w)
{
	w->processors = 2;
}

static void begin(struct world *w, uint64_t first, uint64_t pages)
{
	world_protect(w);
	world_import(w, first, pages);
	sim_sleep(START - sim_now(), false, "start");
}

static void exporter(void *arg)
{
	struct world *w = arg;
	struct uv_cb_cfs block = {
		.header = { .len = sizeof(block), .cmd = EXPORT }, .paddr = looked_at << PAGE_SHIFT,
	};

	sim_sleep(delay, false, "later");
	host_frames_settle(w->host);
	note("free", (long long)w->host->free);
	note("condition code", uvc(w->host->uv, &block));
	note("rc", block.header.rc);
}

static sim_time woken;

static void wakes_up(void *arg)
{
	(void)arg;
	sim_sleep(delay, false, "later");
	woken = sim_now();
	note("runs", 0);
}

/* --- the end of an address space ---------------------------------------------------------------------- */

static uint64_t first_page;

static void exit_body(struct world *w)
{
	struct sim_thread *thread;

	begin(w, first_page, 700);
	looked_at = world_frame(w, first_page + 300);
	thread = spawn("other", exporter, w);
	mm_put(w->mm);
	sim_join(thread, false);
	ck_assert_ptr_null(uv_violations(w->host->uv));
}

/* Pages that begin with a page table, and pages that do not. */
START_TEST(exit_looked_at)
{
	for (first_page = 0; first_page <= 100; first_page += 100)
		for (delay = SIM_US / 2; delay < 700 * SIM_US; delay += 23 * SIM_US)
			world_run(NULL, exit_body);
	/* Exactly that page, and the one before it. */
	first_page = 0;
	for (delay = 327 * SIM_US; delay < 331 * SIM_US; delay += SIM_US / 4)
		world_run(NULL, exit_body);
	/* The last page of its table, after which it is unmapped. */
	for (delay = 539 * SIM_US; delay < 541 * SIM_US; delay += SIM_US / 4)
		world_run(NULL, exit_body);
}
END_TEST

static bool refuse_all(void *ctx, const struct uv_fault_call *call, struct uv_fault_answer *answer)
{
	(void)ctx;
	*answer = (struct uv_fault_answer){ .cc = UVC_CC_ERROR, .rc = UVC_RC_SIM_FAULT };
	return (call->cmd == DESTROY || call->cmd == EXPORT) && call->address == looked_at << PAGE_SHIFT;
}

static void given(void *ctx, const struct uv_fault_call *call, const struct uv_fault_answer *answer)
{
	(void)ctx;
	(void)call;
	(void)answer;
}

static uint64_t none_is_certain(void *ctx, const struct uv_fault_call *call, uint64_t n)
{
	(void)ctx;
	(void)call;
	(void)n;
	return 0;
}

/* A page that nobody could make the host's again is not given back in silence. */
MM_TEST(secure_pages_are_not_freed)
{
	const struct uv_faults faults = { .asked = refuse_all, .given = given, .clear = none_is_certain };

	begin(w, 0, 300);
	looked_at = world_frame(w, 7);
	uvc_faults(w->host->uv, &faults);
	mm_put(w->mm);
	ck_assert_uint_eq(world_violations(w, "free-secure"), 1);
}

/* --- a call in slices ------------------------------------------------------------------------------------ */

static int (*call)(struct uv *uv, void *uvcb);
static bool atomic;

static void slices_body(struct world *w)
{
	struct uv_cb_nodata block = {
		.header = { .len = sizeof(block), .cmd = UVC_CMD_DESTROY_SEC_CONF },
	};
	struct sim_spinlock lock;
	sim_time done;
	struct sim_thread *thread;

	w->profile.machine.partial_budget = 10 * SIM_US;
	w->profile.cost[COST_UVC_DESTROY_CONF_PAGE].value = SIM_US;
	sim_spin_init(&lock, "lock");
	begin(w, 0, 3000);
	block.handle = w->conf;
	looked_at = world_frame(w, 2990);
	thread = spawn("other", w->processors == 1 ? wakes_up : exporter, w);
	sim_sleep(SIM_NS, false, "let it sleep");
	if (atomic)
		sim_spin_lock(&lock);
	ck_assert_int_eq(call(w->host->uv, &block), 0);
	if (atomic)
		sim_spin_unlock(&lock);
	done = sim_now();
	note("destroyed", 0);
	sim_join(thread, false);
	if (w->processors == 1)
		ck_assert_int_eq(woken < done, call != uv_call && !atomic);
}

START_TEST(slices_looked_at)
{
	call = uv_call;
	atomic = false;
	for (delay = SIM_US / 2; delay < 4 * SIM_MS; delay += 791 * SIM_US)
		world_run(two_processors, slices_body);
}
END_TEST

/* On one processor: after each slice, or not at all; a preempted kernel not under a spinning lock. */
START_TEST(slices_give_way)
{
	int (*const calls[])(struct uv *uv, void *uvcb) = {
		uv_call, uv_call_sched, uv_call_preempted, uv_call_preempted,
	};

	for (delay = SIM_US / 2; delay < 3 * SIM_MS; delay += 791 * SIM_US) {
		for (unsigned i = 0; i < 4; i++) {
			call = calls[i];
			atomic = i == 3;
			world_run(one_processor, slices_body);
		}
	}
}
END_TEST

/* --- walks ----------------------------------------------------------------------------------------------- */

static void walk_body(struct world *w)
{
	struct sim_thread *thread;

	begin(w, 0, 96);
	looked_at = world_frame(w, 70);
	thread = spawn("other", exporter, w);
	ck_assert_int_eq(mm_destroy_range(w->mm, USER_AT, USER_AT + GUEST_BYTES, false), 0);
	note("walked", 0);
	sim_join(thread, false);
}

/* Busy while it is destroyed, another answer before and after. */
START_TEST(walk_looked_at)
{
	for (delay = (2 * BATCH_NS + 640 + 5 * 1080) * SIM_NS; delay < (2 * BATCH_NS + 640 + 8 * 1080) * SIM_NS;
	     delay += 130 * SIM_NS)
		world_run(NULL, walk_body);
}
END_TEST

/* Looks at the address space in the last step of a round; before and after it keeps its processor busy. */
static void hog(void *arg)
{
	struct world *w = arg;

	sim_burn(delay, SIM_KIND_KERNEL, "hog");
	sim_domain_expose(&w->mm->domain);
	sim_burn(SIM_MS, SIM_KIND_KERNEL, "hog");
}

static void waits(void *arg)
{
	(void)arg;
	sim_sleep(delay - 20 * SIM_NS, false, "later");
	note("runs", 0);
}

MM_TEST_TUNED(gives_way_after_a_round, two_processors)
{
	struct sim_thread *first, *second;

	begin(w, 0, 3000);
	delay = (43 * BATCH_NS - NS_STEP / 2) * SIM_NS;
	second = spawn("waits", waits, w);
	first = spawn("hog", hog, w);
	ck_assert_int_eq(mm_destroy_range(w->mm, USER_AT, USER_AT + GUEST_BYTES, false), 0);
	sim_join(first, false);
	sim_join(second, false);
	note_expect("101513600 waits runs 0\n");
}

/* --- memory for the kernel ------------------------------------------------------------------------------ */

static void populate_body(struct world *w)
{
	struct sim_thread *thread;

	sim_sleep(START - sim_now(), false, "start");
	thread = spawn("other", wakes_up, w);
	sim_sleep(SIM_NS, false, "let it sleep");
	ck_assert_ptr_nonnull(host_vzalloc(w->host, 30 * 512 * PAGE_BYTES, "large"));
	note("populated", 0);
	sim_join(thread, false);
}

/* On one processor: after each 512 frames. */
START_TEST(populating_gives_way)
{
	for (delay = 1540 * SIM_US; delay < 4 * SIM_MS; delay += 431 * SIM_US)
		world_run(one_processor, populate_body);
}
END_TEST

Suite *suite_looked(void)
{
	const TTest *const tests[] = {
		exit_looked_at, secure_pages_are_not_freed, slices_looked_at, slices_give_way,
		walk_looked_at, gives_way_after_a_round, populating_gives_way,
	};

	return SUITE_OF("looked", tests);
}
