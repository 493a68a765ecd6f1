/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * KVM_RUN: what a guest's program takes, step by step and in bulk, and what stops it: kicks, signals, blocked SIE,
 * another thread that wants the processor. Every cost is 100 ns.
 */
#include <stdio.h>
#include <string.h>

#include "fake.h"

#define NS 100			/* each step */
#define FAULT_NS (6 * NS)	/* exit, fault, allocate, clear, link, enter */
#define PAGES_MAX (GUEST_BYTES / PAGE_BYTES)

/* The guest: steps one after the other; the last one is DIAG308. */
static struct {
	const struct guest_next *step;
	uint64_t done;		/* pages of a touch */
	sim_time spent;		/* of a compute or wait */
	sim_time latency;	/* of the last touch */
} guest;

static void guest_next(void *ctx, struct guest_next *next)
{
	(void)ctx;
	*next = *guest.step;
	next->gpage += guest.done;
	next->pages -= guest.done;
	if (next->action == GUEST_COMPUTE)
		next->think -= guest.spent;
}

static void next_step(void)
{
	guest.step++;
	guest.done = guest.spent = 0;
}

static void guest_touched(void *ctx, uint64_t gpage, uint64_t pages, sim_time latency)
{
	(void)ctx;
	ck_assert_uint_eq(gpage, guest.step->gpage + guest.done);
	guest.latency = latency;
	guest.done += pages;
	if (guest.done == guest.step->pages)
		next_step();
}

static void guest_spent(void *ctx, sim_time spent)
{
	(void)ctx;
	guest.spent += spent;
	if (guest.step->action == GUEST_WAIT || guest.spent == guest.step->think)
		next_step();
}

static const struct guest_ops ops = { .next = guest_next, .touched = guest_touched, .spent = guest_spent };

static struct kvm_vm *vm;
static struct kvm_vcpu_sim *vcpu;
static sim_time begun, over;
static unsigned runs;
static enum kvm_exit last;

/* KVM_RUN until something else than a signal ends it. */
static void run_guest(void *arg)
{
	struct guest_next next;

	(void)arg;
	begun = sim_now();
	do {
		last = kvm_run(vcpu, &next);
		runs++;
	} while (last == KVM_EXIT_INTR);
	over = sim_now();
}

static struct sim_thread *start(const struct guest_next *program)
{
	memset(&guest, 0, sizeof(guest));
	guest.step = program;
	runs = 0;
	vm = make_vm(&fake_6_12, 0);
	vcpu = kvm_create_vcpu(vm, 0, &ops, NULL);
	ck_assert_ptr_nonnull(vcpu);
	return sim_spawn("vcpu", run_guest, NULL, NULL);
}

/* Page by page and in bulk; on one processor if @processors says so. */
static void both_ways(unsigned processors, void (*body)(void))
{
	in_world_of(&(struct sim_config){ .processors = processors }, body);
	in_world_of(&(struct sim_config){ .processors = processors, .exact_pages = true }, body);
}

#define RUN_TEST(name, processors)		\
	static void name(void);			\
	START_TEST(test_##name)			\
	{					\
		both_ways(processors, name);	\
	}					\
	END_TEST				\
	static void name(void)

/* A touch is think time, then six steps; once the page is there, think time alone. */
RUN_TEST(touches, 2)
{
	static const struct guest_next program[] = {
		{ .action = GUEST_TOUCH, .gpage = 10, .pages = 500, .think = SIM_US },
		{ .action = GUEST_TOUCH, .gpage = 10, .pages = 300, .think = 2 * SIM_US },
		{ .action = GUEST_DIAG308 },
	};

	sim_join(start(program), false);
	ck_assert_int_eq(last, KVM_EXIT_GUEST);
	ck_assert_uint_eq(runs, 1);
	/* System call and entry; the exit for the diagnose. Placed on a processor at once. */
	ck_assert_uint_eq(over - begun, (2 * NS + 500 * (1000 + FAULT_NS) + 300 * 2000 + NS) * SIM_NS);
	ck_assert_uint_eq(vcpu->exits[KVM_REASON_FAULT], 500);
	ck_assert_uint_eq(vcpu->exits[KVM_REASON_DIAG308], 1);
	ck_assert_uint_eq(guest.latency, 0);
	ck_assert_uint_eq(mm->rss, 500);
}

RUN_TEST(latency_of_a_touch, 2)
{
	static const struct guest_next program[] = {
		{ .action = GUEST_TOUCH, .pages = 7, .think = SIM_US }, { .action = GUEST_DIAG308 },
	};

	sim_join(start(program), false);
	ck_assert_uint_eq(guest.latency, FAULT_NS * SIM_NS);
}

/* Kicked twice in the midst of the guest time before one touch, and once in a fault: nothing is done twice. */
RUN_TEST(kicks, 2)
{
	static const struct guest_next program[] = {
		{ .action = GUEST_TOUCH, .pages = 50, .think = 10 * SIM_US },
		{ .action = GUEST_COMPUTE, .think = SIM_MS },
		{ .action = GUEST_DIAG308 },
	};
	struct sim_thread *thread = start(program);

	sim_sleep(3 * SIM_US, false, "later");
	kvm_kick_vcpu(vcpu);
	sim_sleep(3 * SIM_US, false, "later");
	kvm_kick_vcpu(vcpu);
	/* In the first fault: seen on the way back into SIE. */
	sim_sleep(4900 * SIM_NS, false, "later");
	kvm_kick_vcpu(vcpu);
	sim_sleep(700 * SIM_US, false, "later");
	kvm_kick_vcpu(vcpu);
	sim_join(thread, false);
	ck_assert_int_eq(last, KVM_EXIT_GUEST);
	ck_assert_uint_eq(runs, 5);
	ck_assert(!vcpu->kicked);
	/* Each kick is a system call and an entry more, and an exit unless the guest was out already. */
	ck_assert_uint_eq(over - begun, (2 * NS + 4 * 2 * NS + vcpu->exits[KVM_REASON_EXTERNAL] * NS +
					 50 * (10000 + FAULT_NS) + 1000000 + NS) * SIM_NS -
					(4 - vcpu->exits[KVM_REASON_EXTERNAL]) * NS * SIM_NS);
	ck_assert_uint_eq(vcpu->exits[KVM_REASON_FAULT], 50);
	ck_assert_uint_eq(mm->rss, 50);
}

/* Blocked: pushed out of SIE, and back in only when that is over. */
RUN_TEST(blocked, 2)
{
	static const struct guest_next program[] = {
		{ .action = GUEST_COMPUTE, .think = 100 * SIM_US }, { .action = GUEST_DIAG308 },
	};
	struct sim_thread *thread = start(program);

	sim_sleep(20 * SIM_US, false, "later");
	ck_assert(vcpu->sie_block->prog20 & PROG_IN_SIE);
	kvm_s390_vcpu_block_all(&vm->kvm);
	sim_sleep(300 * SIM_US, false, "later");
	ck_assert(!(vcpu->sie_block->prog20 & PROG_IN_SIE));
	ck_assert(!sim_thread_ended(thread));
	kvm_s390_vcpu_unblock_all(&vm->kvm);
	sim_join(thread, false);
	/* Nobody left KVM_RUN. */
	ck_assert_uint_eq(runs, 1);
	ck_assert_uint_ge(over - begun, 400 * SIM_US);
	ck_assert_uint_lt(over - begun, 401 * SIM_US);
	ck_assert_uint_eq(vcpu->exits[KVM_REASON_EXTERNAL], 1);
}

/* Waits: one to its end, one that is woken, and the next to its end again. */
RUN_TEST(waits, 2)
{
	static struct guest_next program[] = {
		{ .action = GUEST_WAIT, .until = SIM_MS }, { .action = GUEST_WAIT, .until = 3 * SIM_MS },
		{ .action = GUEST_WAIT, .until = 5 * SIM_MS }, { .action = GUEST_DIAG308 },
	};
	struct sim_thread *thread = start(program);

	sim_sleep(2 * SIM_MS - sim_now(), false, "later");
	ck_assert_ptr_eq(guest.step, &program[1]);
	kvm_vcpu_wakeup(vcpu);
	sim_sleep(SIM_MS / 2, false, "later");
	ck_assert_ptr_eq(guest.step, &program[2]);
	ck_assert(!vcpu->woken);
	sim_join(thread, false);
	ck_assert_uint_ge(over, 5 * SIM_MS);
	ck_assert_uint_eq(vcpu->exits[KVM_REASON_WAIT], 3);
}

/* A CPU that user space keeps stopped, and one of a VM that is dumped, do not run. */
RUN_TEST(not_allowed, 2)
{
	static const struct guest_next program[] = { { .action = GUEST_DIAG308 } };

	vm = NULL;
	sim_join(start(program), false);
	ck_assert_int_eq(last, KVM_EXIT_GUEST);
	ck_assert(!vcpu->stopped);
	vm->user_cpu_state = true;
	vcpu->stopped = true;
	run_guest(NULL);
	ck_assert_int_eq(last, KVM_EXIT_FAILED);
	ck_assert(vcpu->stopped);
	vcpu->stopped = false;
	vm->kvm.arch.pv.dumping = true;
	run_guest(NULL);
	ck_assert_int_eq(last, KVM_EXIT_FAILED);
	vm->kvm.arch.pv.dumping = false;
	run_guest(NULL);
	ck_assert_int_eq(last, KVM_EXIT_GUEST);
	/* A state description that the Ultravisor does not know. */
	vcpu->sie_block->sdf = 2;
	vcpu->sie_block->pv_handle_config = 4711;
	run_guest(NULL);
	ck_assert_int_eq(last, KVM_EXIT_FAILED);
	ck_assert_uint_eq(vcpu->exits[KVM_REASON_VALIDITY], 1);
	ck_assert(!(vcpu->sie_block->prog20 & PROG_IN_SIE));
	ck_assert(!vcpu->thread && !sim_mutex_held(&vcpu->mutex));
}

static sim_time ran;

static void wants_the_processor(void *arg)
{
	(void)arg;
	sim_sleep(1500 * SIM_US, false, "later");
	ran = sim_now();
}

/* On one processor another thread gets on between two exceptions: there is a resched point before each entry. */
RUN_TEST(gives_way, 1)
{
	static const struct guest_next program[] = {
		{ .action = GUEST_TOUCH, .pages = PAGES_MAX }, { .action = GUEST_DIAG308 },
	};
	struct sim_thread *thread, *other;

	thread = start(program);
	other = sim_spawn("other", wants_the_processor, NULL, NULL);
	sim_join(other, false);
	sim_join(thread, false);
	ck_assert_uint_gt(over - begun, PAGES_MAX * FAULT_NS * SIM_NS);
	ck_assert_uint_lt(ran, begun + 1500 * SIM_US + 2 * FAULT_NS * SIM_NS);
}

/* Discards the third page at @when after the start: how often it had to be faulted in, beside 20 first touches. */
static uint64_t lost_page(const struct guest_next *program, sim_time when)
{
	struct sim_thread *thread = start(program);

	sim_sleep(when, false, "later");
	mm_discard(mm, USER_AT + 2 * PAGE_BYTES, 1);
	sim_join(thread, false);
	ck_assert_int_eq(last, KVM_EXIT_GUEST);
	ck_assert_uint_eq(mm->rss, 20);
	return vcpu->exits[KVM_REASON_FAULT] - 20;
}

/* What was there when the guest began to think need not be there when it touches it. */
RUN_TEST(lost_while_it_thinks, 2)
{
	static const struct guest_next program[] = {
		{ .action = GUEST_TOUCH, .pages = 20 },
		{ .action = GUEST_TOUCH, .pages = 20, .think = 10 * SIM_US },
		{ .action = GUEST_DIAG308 },
	};

	ck_assert_uint_eq(lost_page(program, (2 * NS + 20 * FAULT_NS) * SIM_NS + 25 * SIM_US), 1);
	ck_assert_uint_eq(over - begun, (2 * NS + 21 * FAULT_NS + NS) * SIM_NS + 200 * SIM_US);
}

/* Nor what it was let back into SIE for. */
RUN_TEST(lost_on_the_way_back, 2)
{
	static const struct guest_next program[] = {
		{ .action = GUEST_TOUCH, .pages = 20 },
		{ .action = GUEST_DIAG308 },
	};
	const sim_time fault = (FAULT_NS - NS) * SIM_NS + 10 * SIM_US;

	profile.cost[COST_SIE_ENTER].value = 10 * SIM_US;
	ck_assert_uint_eq(lost_page(program, NS * SIM_NS + 10 * SIM_US + 2 * fault + fault - 5 * SIM_US), 1);
	ck_assert_uint_eq(over - begun, 2 * NS * SIM_NS + 10 * SIM_US + 21 * fault);
}

static enum cost_id gratis;

static void free_step(void)
{
	static const struct guest_next program[] = {
		{ .action = GUEST_TOUCH, .pages = 100, .think = SIM_US }, { .action = GUEST_DIAG308 },
	};
	struct sim_thread *thread = start(program);
	uint64_t left = host->free;

	profile.cost[gratis].value = 0;
	sim_join(thread, false);
	ck_assert_uint_eq(mm->rss, 100);
	ck_assert_uint_eq(host->free, left - 100);
	ck_assert_uint_eq(vcpu->exits[KVM_REASON_FAULT], 100);
}

/* A step that takes no time has its effect all the same. */
START_TEST(test_free_steps)
{
	static const enum cost_id steps[] = {
		COST_SIE_EXIT, COST_HOST_FAULT, COST_HOST_ALLOC_PAGE, COST_HOST_CLEAR_PAGE, COST_HOST_GMAP_LINK,
		COST_SIE_ENTER,
	};

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		gratis = steps[i];
		both_ways(2, free_step);
	}
}
END_TEST

Suite *run_suite(void)
{
	Suite *suite = suite_create("run");

	suite_test(suite, "program", test_touches, test_latency_of_a_touch, test_waits, test_not_allowed,
		   test_free_steps);
	suite_test(suite, "stops", test_kicks, test_blocked, test_gives_way,
		   test_lost_while_it_thinks, test_lost_on_the_way_back);
	return suite;
}
