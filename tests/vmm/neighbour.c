/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Processes that are no VMs: their steps, rates and ends; in bulk and page by page.
 */
#include <string.h>

#include "mm/pressure.h"
#include "world.h"

static struct world world;
static struct process_spec spec;
static struct deed program[8];

/* One process of 64 MiB beside a guest that only boots. */
static void one_process(void)
{
	world_defaults(&world);
	memset(program, 0, sizeof(program));
	spec = (struct process_spec){ .name = (char *)"hog", .count = 1, .memory = 64 * MIB,
				      .kill_at = SIM_FOREVER, .program = program };
	world.processes = &spec;
	world.process_count = 1;
}

static struct deed *deed(enum deed_kind kind, uint64_t bytes)
{
	struct deed *deed = &program[spec.program_count++];

	deed->kind = kind;
	deed->bytes = bytes;
	deed->times = 1;
	return deed;
}

static sim_time deed_time(unsigned i)
{
	const struct neighbour *hog = world.neighbour[0];

	return hog->deed_end[i] - (i ? hog->deed_end[i - 1] : hog->started);
}

/* Of the test profile: a fault, an allocation, a page zeroed at 20 ns each, and a touch of 20 ns. */
#define PAGE_TIME (80 * SIM_NS)

START_TEST(test_steps)
{
	one_process();
	world.exact_pages = _i;
	deed(DEED_ALLOCATE, 16 * MIB);
	deed(DEED_HOLD, 0)->time = 7 * SIM_MS;
	deed(DEED_USE, 4 * MIB)->times = 3;
	deed(DEED_ALLOCATE, 0);
	deed(DEED_FREE, 8 * MIB);
	deed(DEED_ALLOCATE, 4 * MIB);
	deed(DEED_FREE, 0);
	world_run(&world);
	ck_assert_str_eq(world.neighbour[0]->outcome, "ended");
	ck_assert_uint_eq(world.neighbour[0]->most, 16384);
	ck_assert_uint_eq(world.neighbour[0]->pages, 0);
	ck_assert_uint_eq(world.neighbour[0]->touched, 4096 + 3 * 1024 + 12288 + 1024);
	ck_assert_uint_eq(deed_time(0), 4096 * PAGE_TIME);
	ck_assert_uint_eq(deed_time(1), 7 * SIM_MS + SIM_US);
	/* What is there costs the touch alone. */
	ck_assert_uint_eq(deed_time(2), 3 * 1024 * 20 * SIM_NS);
	ck_assert_uint_eq(deed_time(3), 12288 * PAGE_TIME);
	ck_assert_uint_eq(deed_time(4), 2048 * 20 * SIM_NS);
	/* What was given back is absent. */
	ck_assert_uint_eq(deed_time(5), 1024 * PAGE_TIME);
	ck_assert_uint_eq(deed_time(6), 15360 * 20 * SIM_NS);
	world_end(&world);
}
END_TEST

START_TEST(test_rate)
{
	one_process();
	/* 16 MiB at 160 MiB/s: 100 ms; then a rate that the machine cannot keep. */
	deed(DEED_ALLOCATE, 16 * MIB)->rate = 160 * MIB;
	deed(DEED_ALLOCATE, 16 * MIB)->rate = 1024 * GIB;
	deed(DEED_USE, 4 * MIB)->times = 5;
	program[2].time = 2 * SIM_MS;
	/* Slower than a page each piece. */
	deed(DEED_ALLOCATE, 8192)->rate = 4096;
	world_run(&world);
	ck_assert_uint_ge(deed_time(0), 100 * SIM_MS);
	ck_assert_uint_le(deed_time(0), 100 * SIM_MS + 10 * SIM_US);
	ck_assert_uint_eq(deed_time(1), 4096 * PAGE_TIME);
	ck_assert_uint_ge(deed_time(2), 10 * SIM_MS);
	ck_assert_uint_le(deed_time(2), 10 * SIM_MS + 10 * SIM_US);
	ck_assert_uint_ge(deed_time(3), 2 * SIM_S);
	ck_assert_uint_le(deed_time(3), 2 * SIM_S + 10 * SIM_US);
	world_end(&world);
}
END_TEST

/* At any moment, before its start and behind its end. */
START_TEST(test_kill)
{
	const sim_time at[] = { SIM_MS, 2 * SIM_MS + 100 * SIM_NS, 2 * SIM_MS + 123456789, 10 * SIM_MS, 12 * SIM_MS };
	unsigned i;

	for (i = 0; i < sizeof(at) / sizeof(at[0]); i++) {
		one_process();
		world.exact_pages = _i;
		spec.start = 2 * SIM_MS;
		spec.kill_at = at[i];
		deed(DEED_ALLOCATE, 0);
		deed(DEED_HOLD, 0)->time = 5 * SIM_MS;
		deed(DEED_FREE, 0);
		deed(DEED_HOLD, 0)->time = SIM_S;
		world_run(&world);
		ck_assert_str_eq(world.neighbour[0]->outcome, "killed");
		ck_assert_uint_le(world.neighbour[0]->exited, at[i] + 2 * SIM_MS);
		world_end(&world);
	}
}
END_TEST

/* No OOM killer: the allocation fails; with one: the hog is its victim, and what it had comes back. */
START_TEST(test_no_memory)
{
	one_process();
	world.memory = 256 * MIB;
	world.pressure = _i;
	spec.memory = 512 * MIB;
	deed(DEED_ALLOCATE, 0);
	world_run(&world);
	ck_assert_str_eq(world.neighbour[0]->outcome,
			 world.pressure ? "killed: out of memory" : "failed: allocate: ENOMEM");
	ck_assert_str_eq(world.vmm[0]->outcome, "shut down");
	if (world.pressure)
		ck_assert_str_eq(world.host->pressure->oom.events->victim, "hog");
	world_end(&world);
}
END_TEST

START_TEST(test_fleet)
{
	unsigned i;

	one_process();
	spec.count = 4;
	spec.start = SIM_MS;
	spec.stagger = SIM_MS;
	deed(DEED_ALLOCATE, MIB);
	world_run(&world);
	ck_assert_str_eq(world.neighbour[0]->name, "hog0");
	ck_assert_str_eq(world.neighbour[3]->name, "hog3");
	for (i = 0; i < 4; i++)
		ck_assert_uint_eq(world.neighbour[i]->started, (1 + i) * SIM_MS + SIM_US);
	world_end(&world);
}
END_TEST

START_TEST(test_after_vm)
{
	one_process();
	spec.start_after = (char *)"vm";
	spec.start_delay = SIM_MS;
	deed(DEED_ALLOCATE, MIB);
	world_run(&world);
	ck_assert_uint_eq(world.neighbour[0]->started, world.vmm[0]->exited + SIM_MS + SIM_US);
	world_end(&world);
}
END_TEST

Suite *neighbour_suite(void)
{
	Suite *suite = suite_create("neighbours");
	TCase *tcase = tcase_create("neighbours");

	tcase_set_timeout(tcase, 120);
	tcase_add_loop_test(tcase, test_steps, 0, 2);
	tcase_add_test(tcase, test_rate);
	tcase_add_loop_test(tcase, test_kill, 0, 2);
	tcase_add_loop_test(tcase, test_no_memory, 0, 2);
	tcase_add_test(tcase, test_fleet);
	tcase_add_test(tcase, test_after_vm);
	suite_add_tcase(suite, tcase);
	return suite;
}
