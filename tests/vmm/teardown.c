/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The helper of async-teardown, and what starts when another has exited. That nothing is left behind is checked by
 * world_run().
 */
#include <string.h>

#include "world.h"

static struct world world;

static void big_guest(void)
{
	world_defaults(&world);
	world.spec.memory = 256 * MIB;
	world.spec.async_teardown = true;
	world_step(&world, STEP_TOUCH)->bytes = 200 * MIB;
}

static void check_tail(const char *tail)
{
	ck_assert_uint_ge(strlen(mini.log), strlen(tail));
	ck_assert_str_eq(mini.log + strlen(mini.log) - strlen(tail), tail);
}

/* QEMU is gone at once; within a second the helper sees it, and pays. */
START_TEST(test_helper_pays)
{
	const struct vmm_helper *helper;
	sim_time asked;

	big_guest();
	world_step(&world, STEP_IDLE)->time = SIM_MS;
	world_run(&world);
	helper = world.vmm[0]->helper;
	ck_assert_ptr_nonnull(helper);
	ck_assert_str_eq(world.vmm[0]->outcome, "shut down");
	ck_assert(!helper->killed);
	asked = boot_at(world.vmm[0], 0)->protected_back;
	ck_assert_uint_lt(world.vmm[0]->exited, asked + SIM_S);
	ck_assert_uint_ge(helper->noticed, world.vmm[0]->exited);
	ck_assert_uint_le(helper->noticed, world.vmm[0]->exited + SIM_S + SIM_MS);
	/* 200 MiB: 51200 pages, each a UVC of 200 ns and 20 ns of unmapping. */
	ck_assert_uint_ge(helper->ended - helper->noticed, 51200 * 220 * SIM_NS);
	ck_assert_uint_ge(helper->cpu, 51200 * 220 * SIM_NS);
	/* The VM outlives QEMU: its notifier runs with the helper's exit, its end comes after that. */
	check_tail("release cleanup_all ");
	world_end(&world);
}
END_TEST

/* Without it QEMU itself pays. */
START_TEST(test_no_helper)
{
	big_guest();
	world.spec.async_teardown = false;
	world_run(&world);
	ck_assert_ptr_null(world.vmm[0]->helper);
	ck_assert_uint_ge(world.vmm[0]->exited,
			  boot_at(world.vmm[0], 0)->protected_back + 51200 * 220 * SIM_NS);
	world_end(&world);
}
END_TEST

/* Killed alone, QEMU leaves the work to the helper, which sees it later; killed with it, the work begins at once. */
START_TEST(test_kill)
{
	const struct vmm_helper *helper;
	bool all = _i;

	big_guest();
	world_step(&world, STEP_COMPUTE)->time = 10 * SIM_S;
	world.spec.kill = KILL_AT;
	world.spec.kill_at = SIM_S;
	world.spec.kill_all = all;
	world_run(&world);
	helper = world.vmm[0]->helper;
	ck_assert_str_eq(world.vmm[0]->outcome, "killed");
	ck_assert_int_eq(helper->killed, all);
	if (all) {
		ck_assert_uint_le(helper->noticed, SIM_S + SIM_MS);
		/* Whoever is the last to leave. */
		ck_assert_uint_ge(world.vmm[0]->exited > helper->ended ? world.vmm[0]->exited : helper->ended,
				  SIM_S + 51200 * 220 * SIM_NS);
		ck_assert_uint_le(helper->ended, SIM_S + 51200 * 220 * SIM_NS + 10 * SIM_MS);
	} else {
		ck_assert_uint_le(world.vmm[0]->exited, SIM_S + SIM_MS);
		ck_assert_uint_ge(helper->ended, SIM_S + 51200 * 220 * SIM_NS);
	}
	check_tail("release cleanup_all ");
	world_end(&world);
}
END_TEST

static const char *const phases[] = {
	"boot",   "create", "reset", "load", "plain",   "enable",  "parms",   "unpack",
	"verify", "start",  "run",   "stop", "prepare", "disable", "perform",
};

#define PHASES (sizeof(phases) / sizeof(phases[0]))

/* SIGKILL in every phase, with QEMU alone and with the helper, soon and later. */
START_TEST(test_kill_in_phase)
{
	static const sim_time after[] = { 0, 150 * SIM_NS, 12 * SIM_US, 500 * SIM_US };
	unsigned i, all;

	for (all = 0; all < 2; all++) {
		for (i = 0; i < sizeof(after) / sizeof(after[0]); i++) {
			world_defaults(&world);
			world.spec.async_teardown = true;
			world.spec.memory = 2 * GIB + MIB;
			world.spec.kill = KILL_IN_PHASE;
			world.spec.kill_phase = (char *)phases[_i];
			world.spec.kill_after = after[i];
			world.spec.kill_all = all;
			world_step(&world, STEP_TOUCH)->bytes = 8 * MIB;
			world_step(&world, STEP_REBOOT);
			world_step(&world, STEP_TOUCH)->bytes = 8 * MIB;
			world_step(&world, STEP_IDLE)->time = 10 * SIM_MS;
			world_run(&world);
			ck_assert_str_eq(world.vmm[0]->outcome,
					 strcmp(phases[_i], "disable") ? "killed" : "shut down");
			if (world.vmm[0]->helper)
				ck_assert_uint_ne(world.vmm[0]->helper->ended, SIM_FOREVER);
			world_end(&world);
		}
	}
}
END_TEST

/* --- start_after ------------------------------------------------------------------------------ */

static struct vm_spec second_vm(const char *after, sim_time delay)
{
	struct vm_spec spec = world.spec;

	spec.name = (char *)"next";
	spec.count = 1;
	spec.async_teardown = false;
	spec.kill = KILL_NEVER;
	spec.start_after = (char *)after;
	spec.start_delay = delay;
	spec.program = world.program;
	return spec;
}

START_TEST(test_after_exit)
{
	struct vm_spec next;

	big_guest();
	next = second_vm("vm", 3 * SIM_MS);
	world.others = &next;
	world.other_count = 1;
	world_run(&world);
	ck_assert_uint_ge(world.vmm[1]->started, world.vmm[0]->exited + 3 * SIM_MS);
	ck_assert_uint_le(world.vmm[1]->started, world.vmm[0]->exited + 3 * SIM_MS + 10 * SIM_US);
	/* Exited, but not gone. */
	ck_assert_uint_lt(world.vmm[1]->started, world.vmm[0]->helper->ended);
	ck_assert_str_eq(world.vmm[1]->outcome, "shut down");
	world_end(&world);
}
END_TEST

/* The name of an entry with count: the last of all; that of an instance: this one. */
START_TEST(test_after_fleet)
{
	struct vm_spec next[2];

	world_defaults(&world);
	world.spec.count = 3;
	world.spec.stagger = 50 * SIM_MS;
	next[0] = second_vm("vm", 0);
	next[1] = second_vm("vm1", 0);
	next[1].name = (char *)"other";
	next[0].stagger = next[1].stagger = 0;
	world.others = next;
	world.other_count = 2;
	world_run(&world);
	ck_assert_uint_gt(world.vmm[2]->exited, world.vmm[1]->exited + 40 * SIM_MS);
	ck_assert_uint_ge(world.vmm[3]->started, world.vmm[2]->exited);
	ck_assert_uint_ge(world.vmm[4]->started, world.vmm[1]->exited);
	ck_assert_uint_lt(world.vmm[4]->started, world.vmm[1]->exited + SIM_MS);
	world_end(&world);
}
END_TEST

/* A kill ends the wait, too, and a start that waits for one that was killed comes. */
START_TEST(test_killed_while_waiting)
{
	struct vm_spec next[2];

	big_guest();
	next[0] = second_vm("vm", 0);
	next[0].kill = KILL_AT;
	next[0].kill_at = SIM_MS;
	next[1] = second_vm("next", SIM_MS);
	next[1].name = (char *)"third";
	world.others = next;
	world.other_count = 2;
	world_run(&world);
	ck_assert_str_eq(world.vmm[1]->outcome, "killed");
	ck_assert_uint_le(world.vmm[1]->exited, SIM_MS + 10 * SIM_US);
	ck_assert_uint_ge(world.vmm[2]->started, 2 * SIM_MS);
	ck_assert_uint_lt(world.vmm[2]->started, 3 * SIM_MS);
	world_end(&world);
}
END_TEST

Suite *teardown_suite(void)
{
	Suite *suite = suite_create("teardown");
	TCase *tcase = tcase_create("teardown");

	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, test_helper_pays);
	tcase_add_test(tcase, test_no_helper);
	tcase_add_loop_test(tcase, test_kill, 0, 2);
	tcase_add_loop_test(tcase, test_kill_in_phase, 0, PHASES);
	tcase_add_test(tcase, test_after_exit);
	tcase_add_test(tcase, test_after_fleet);
	tcase_add_test(tcase, test_killed_while_waiting);
	suite_add_tcase(suite, tcase);
	return suite;
}
