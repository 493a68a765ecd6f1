/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The first touches of a protected guest, in bulk and page by page, while another thread looks: it must see the same,
 * and everything must take as long.
 */
#include "suites.h"

#include <stdio.h>
#include <string.h>

#include "kvm/algorithms/builtin.h"
#include "kvm/algorithms/common.h"
#include "mm/internal.h"
#include "uv/uvcb.h"

#define PAGES 200u
#define MIDST 100u	/* the page that others want */
#define FEW 10u
#define THINK (300 * SIM_NS)
#define LARGE_AT (USER_AT + ((uint64_t)1 << 36))
#define LARGE_BYTES (3 * COST_CHUNK_PAGES * PAGE_BYTES)
#define PERIOD_NS 1600	/* about as long as a touch is */

enum look { LOOK_NOT, LOOK_CONF, LOOK_SPACE, LOOK_TABLE, LOOK_WALK, LOOK_COUNT };

/* One run: what is asked for, and what came of it. */
static struct {
	enum look look;
	sim_time delay;		/* of the other thread, from the start of the guest */
	struct kvm_vm *vm;
	struct mm_vma *vma;
	uint64_t first;		/* page */
	uint64_t done;
	sim_time latency;	/* of all touches */
	char log[512];
} run;

static void note(const char *what, long long number)
{
	size_t used = strlen(run.log);

	snprintf(run.log + used, sizeof(run.log) - used, "%llu %s %lld\n", (unsigned long long)sim_now(), what, number);
}

static void guest_next(void *ctx, struct guest_next *next)
{
	(void)ctx;
	*next = (struct guest_next){
		.action = run.done < PAGES ? GUEST_TOUCH : GUEST_DIAG308,
		.gpage = run.first + run.done, .pages = PAGES - run.done, .think = THINK,
	};
}

static void guest_touched(void *ctx, uint64_t gpage, uint64_t pages, sim_time latency)
{
	(void)ctx;
	ck_assert_uint_eq(gpage, run.first + run.done);
	run.done += pages;
	run.latency += pages * latency;
}

static const struct guest_ops ops = { .next = guest_next, .touched = guest_touched };

static void run_guest(void *arg)
{
	struct guest_next next;

	ck_assert_int_eq(kvm_run(arg, &next), KVM_EXIT_GUEST);
	note("guest is through", (long long)run.latency);
}

static uint64_t wanted_frame(void)
{
	return vma_frame(run.vma, run.first + MIDST);
}

/* What the other thread does: asks something about the configuration, or takes what the guest will want. */
static void look(void *arg)
{
	struct uv_cb_nodata block = {
		.header = { .len = sizeof(block), .cmd = UVC_CMD_SET_UNSHARE_ALL }, .handle = kvm_pv_handle(run.vm),
	};

	(void)arg;
	sim_sleep(run.delay, false, "later");
	switch (run.look) {
	case LOOK_NOT:
		break;
	case LOOK_CONF:
		note("condition code", uvc(host->uv, &block));
		break;
	case LOOK_WALK:
		/* The guest comes from the page before: a walk that begins with nothing there, and sees it come up. */
		mm_destroy_range(mm, LARGE_AT + ((run.first + FEW) << PAGE_SHIFT), LARGE_AT + LARGE_BYTES, false);
		note("has walked, present", (long long)mm->rss);
		break;
	case LOOK_COUNT:
		/* Another configuration has pages here from now on. */
		algo_count(kvm_face(run.vm)->mm, 1);
		note("counts", kvm_protected_count(run.vm));
		break;
	case LOOK_SPACE:
		sim_rwsem_down_write(&mm->mmap_lock);
		note("has the mmap lock, present", (long long)mm->rss);
		sim_burn(SIM_US, SIM_KIND_KERNEL, "look");
		sim_rwsem_up_write(&mm->mmap_lock);
		break;
	case LOOK_TABLE:
		ptl_lock(mm, wanted_frame());
		note("has the pte lock, present", (long long)mm->rss);
		sim_burn(300 * SIM_US, SIM_KIND_KERNEL, "look");
		ptl_unlock(mm, wanted_frame());
		break;
	}
}

/* A VM whose image, of no page, has been verified; its vCPU is operating. */
static struct kvm_vcpu_sim *ready(void)
{
	struct uv_se_header header = {
		.magic = UV_SE_MAGIC, .version = UV_SE_VERSION, .length = sizeof(header), .flags = UV_SE_KEY_MATCHES,
	};
	struct kvm_s390_pv_sec_parm parms = { &header, sizeof(header) };
	struct kvm_vcpu_sim *vcpu;

	/* Its pages 0 on lie around the end of a chunk of costs. */
	ck_assert_int_eq(mm_mmap(mm, LARGE_AT, LARGE_BYTES), 0);
	for (run.vma = mm->vmas; run.vma->start != LARGE_AT; run.vma = run.vma->next)
		;
	run.first = COST_CHUNK_PAGES - vma_frame(run.vma, 0) % COST_CHUNK_PAGES + COST_CHUNK_PAGES - MIDST;
	run.vm = kvm_create_vm(mm, &builtin_async, (uint64_t)4 << 30, "vm");
	ck_assert_int_eq(kvm_set_user_memory_region(run.vm, 0, 0, LARGE_BYTES, LARGE_AT), 0);
	vcpu = kvm_create_vcpu(run.vm, 0, &ops, NULL);
	ck_assert_int_eq(command(run.vm, KVM_PV_ENABLE, NULL), 0);
	ck_assert_int_eq(command(run.vm, KVM_PV_SET_SEC_PARMS, &parms), 0);
	ck_assert_int_eq(command(run.vm, KVM_PV_VERIFY, NULL), 0);
	ck_assert_int_eq(kvm_vcpu_set_state(vcpu, PV_CPU_STATE_OPR_LOAD), 0);
	ck_assert_int_eq(kvm_vcpu_set_state(vcpu, PV_CPU_STATE_OPR), 0);
	return vcpu;
}

/* What has been charged so far, and how often. */
static void note_costs(void)
{
	uint64_t times = 0, time = 0;

	for (unsigned id = 0; id < COST_COUNT; id++) {
		times = times * 31 + profile.cost[id].charged;
		time = time * 31 + profile.cost[id].total;
	}
	note("times charged", (long long)times);
	note("time charged", (long long)time);
}

static void body(void)
{
	struct kvm_vcpu_sim *vcpu = ready();
	struct sim_thread *guest, *other;

	sim_sleep(100 * SIM_MS - sim_now(), false, "start");
	other = sim_spawn("other", look, NULL, NULL);
	guest = sim_spawn("guest", run_guest, vcpu, NULL);
	sim_join(guest, false);
	sim_join(other, false);
	ck_assert_uint_eq(uv_conf_pages(host->uv, kvm_pv_handle(run.vm)), PAGES);
	note_costs();
	for (uint64_t page = run.first; page < run.first + PAGES; page++)
		ck_assert_uint_ne(vma_flags(run.vma, page, 1, NULL) & MM_PAGE_ARCH_1, 0);
	kvm_put_vm(run.vm);
}

static void run_once(enum look look_for, sim_time delay, bool exact, void (*what)(void))
{
	memset(&run, 0, sizeof(run));
	run.look = look_for;
	run.delay = delay;
	in_world_of(&(struct sim_config){ .processors = 2, .exact_pages = exact }, what);
}

static void both_ways(enum look look_for, sim_time delay, void (*what)(void))
{
	char exact[sizeof(run.log)];

	run_once(look_for, delay, true, what);
	strcpy(exact, run.log);
	run_once(look_for, delay, false, what);
	ck_assert_msg(strcmp(run.log, exact) == 0, "after %llu ns in bulk:\n%s page by page:\n%s",
		      (unsigned long long)(delay / SIM_NS), run.log, exact);
}

/* At each point of a touch: who asks for the configuration finds it busy exactly while its page is imported. */
START_TEST(busy_while_it_imports)
{
	unsigned busy = 0;

	for (unsigned ns = 20050; ns < 20050 + PERIOD_NS; ns += 50) {
		both_ways(LOOK_CONF, ns * SIM_NS, body);
		busy += strstr(run.log, "condition code 2") != NULL;
	}
	ck_assert_uint_ge(busy, 1);
	ck_assert_uint_le(busy, 4);
}
END_TEST

/* A writer stops it at each of its steps: touches seem no longer or shorter for it. */
START_TEST(stopped_by_a_writer)
{
	for (unsigned ns = 20050; ns < 20050 + PERIOD_NS; ns += 50)
		both_ways(LOOK_SPACE, ns * SIM_NS, body);
}
END_TEST

/* A walk over pages that come up meanwhile asks about the same ones. */
START_TEST(walked_meanwhile)
{
	for (unsigned ns = FEW * PERIOD_NS - PERIOD_NS; ns < (FEW + 2) * PERIOD_NS; ns += 50)
		both_ways(LOOK_WALK, ns * SIM_NS, body);
	/* Refused in bulk, too, since the guest has a CPU: the marks stay. */
	both_ways(LOOK_WALK, MIDST * PERIOD_NS * SIM_NS, body);
}
END_TEST

/* What others hold is not run over, be it taken before the guest comes there or before it begins. */
START_TEST(waits_for_what_others_hold)
{
	static const sim_time delays[] = { 0, 100 * SIM_NS, 20 * SIM_US };

	for (size_t i = 0; i < sizeof(delays) / sizeof(delays[0]); i++)
		both_ways(LOOK_TABLE, delays[i], body);
}
END_TEST

static void without_misc_body(void)
{
	profile.machine.misc = false;
	body();
	ck_assert_uint_gt(calls(UVC_CMD_CONV_FROM_SEC_STOR), 0);
	ck_assert_uint_le(calls(UVC_CMD_CONV_FROM_SEC_STOR), PAGES);
	note("exports", (long long)calls(UVC_CMD_CONV_FROM_SEC_STOR));
}

/* Where the machine does not take over, imports are preceded by exports once there are two configurations. */
START_TEST(exports_before_from_then_on)
{
	static const sim_time delays[] = { 0, 20 * SIM_US, 20300 * SIM_NS, 60 * SIM_US, 100 * SIM_US };

	for (size_t i = 0; i < sizeof(delays) / sizeof(delays[0]); i++)
		both_ways(LOOK_COUNT, delays[i], without_misc_body);
}
END_TEST

static void drawn_body(void)
{
	for (unsigned id = COST_UVC_IMPORT_NEW; id <= COST_UVC_DESTROY_PLAIN; id++)
		profile.cost[id] = (struct cost_entry){ .dist = COST_UNIFORM, .low = 50 * SIM_NS, .high = 5 * SIM_US };
	body();
}

/* Costs that are drawn anew for every so many pages. */
START_TEST(costs_are_drawn)
{
	both_ways(LOOK_NOT, 0, drawn_body);
}
END_TEST

Suite *touch_suite(void)
{
	Suite *suite = suite_create("touches of a protected guest");

	suite_test(suite, "touches", busy_while_it_imports, stopped_by_a_writer, walked_meanwhile,
		   waits_for_what_others_hold, exports_before_from_then_on, costs_are_drawn);
	return suite;
}
