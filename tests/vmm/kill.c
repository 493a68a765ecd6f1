/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fatal signals: in every phase, at any time after its begin, all threads end and nothing is left.
 * world_run() checks the latter.
 */
#include <stdio.h>
#include <string.h>

#include "world.h"

static struct world world;

static const char *const phases[] = {
	"boot",   "create", "reset", "load", "plain",   "enable",  "parms",   "unpack",
	"verify", "start",  "run",   "stop", "prepare", "disable", "perform",
};

#define PHASES (sizeof(phases) / sizeof(phases[0]))

static const sim_time after[] = {
	0, 1 * SIM_NS, 150 * SIM_NS, 3 * SIM_US, 40 * SIM_US, 500 * SIM_US
};

/* Phase _i of a guest that is touched, rebooted and touched; as the first or second of its name. */
static void kill_in(const char *phase, sim_time time, unsigned instance, uint64_t memory)
{
	world_defaults(&world);
	world.spec.memory = memory;
	world.spec.kill = KILL_IN_PHASE;
	world.spec.kill_phase = (char *)phase;
	world.spec.kill_after = time;
	world.spec.kill_instance = instance;
	world_step(&world, STEP_TOUCH)->bytes = 8 * MIB;
	world_step(&world, STEP_REBOOT);
	world_step(&world, STEP_TOUCH)->bytes = 8 * MIB;
	world_step(&world, STEP_IDLE)->time = 10 * SIM_MS;
	world_run(&world);
}

static bool happens(const char *phase, unsigned instance, bool async)
{
	if (!strcmp(phase, "prepare") || !strcmp(phase, "perform"))
		return async && instance == 1;
	if (!strcmp(phase, "disable"))
		return !async && instance == 1;
	if (!strcmp(phase, "stop") || !strcmp(phase, "create"))
		return instance == 1;
	return true;
}

START_TEST(test_kill_in_phase)
{
	uint64_t memory[] = { 16 * MIB, 2 * GIB + MIB };
	unsigned i, instance, big;

	for (big = 0; big < 2; big++) {
		for (instance = 1; instance <= 2; instance++) {
			for (i = 0; i < sizeof(after) / sizeof(after[0]); i++) {
				const char *expect =
					happens(phases[_i], instance, big) ? "killed" : "shut down";

				kill_in(phases[_i], after[i], instance, memory[big]);
				ck_assert_str_eq(world.vmm[0]->outcome, expect);
				world_end(&world);
			}
		}
	}
}
END_TEST

/*
 * The signal arrives within the phase: that is where the boot ends. (UNPACK looks for signals only
 * when it must try again.)
 */
START_TEST(test_kill_is_exact)
{
	const struct vmm_phase *phase;

	kill_in("unpack", 10 * SIM_US, 2, 16 * MIB);
	ck_assert_uint_eq(boot_count(world.vmm[0]), 2);
	for (phase = boot_at(world.vmm[0], 1)->phases; phase->next; phase = phase->next)
		;
	ck_assert_str_eq(phase->name, "unpack");
	ck_assert_uint_ge(phase->end, phase->begin + 10 * SIM_US);
	ck_assert_uint_le(phase->end, phase->begin + 100 * SIM_US);
	ck_assert_uint_ge(world.vmm[0]->exited, phase->end);
	world_end(&world);
}
END_TEST

/* Counted from the begin of the phase. */
START_TEST(test_kill_after)
{
	const struct vmm_boot *boot;

	kill_in("run", 5 * SIM_MS, 2, 16 * MIB);
	boot = boot_at(world.vmm[0], 1);
	ck_assert_uint_ge(world.vmm[0]->exited, boot->protected_back + 5 * SIM_MS);
	ck_assert_uint_le(world.vmm[0]->exited, boot->protected_back + 8 * SIM_MS);
	world_end(&world);
}
END_TEST

/*
 * PERFORM is left early; what it had begun is finished when the VM is destroyed, after the address
 * space is gone.
 */
START_TEST(test_kill_in_perform)
{
	const char *tail = "release cleanup_all ";

	kill_in("perform", 40 * SIM_US, 1, 2 * GIB + MIB);
	ck_assert_uint_eq(mini.perform_cut, 1);
	ck_assert_int_eq(world.vmm[0]->cleanups->error, 0);
	ck_assert_str_eq(mini.log + strlen(mini.log) - strlen(tail), tail);
	world_end(&world);
}
END_TEST

/* At a fixed time: before the process exists, in the middle, after it has gone. */
START_TEST(test_kill_at)
{
	world_defaults(&world);
	world.spec.kill = KILL_AT;
	world.spec.kill_at = SIM_MS;
	world.spec.start = 5 * SIM_MS;
	world_run(&world);
	ck_assert_str_eq(world.vmm[0]->outcome, "killed");
	ck_assert_uint_eq(world.vmm[0]->exited, SIM_MS + SIM_US);
	ck_assert_uint_eq(boot_count(world.vmm[0]), 0);
	world_end(&world);

	world_defaults(&world);
	world.spec.kill = KILL_AT;
	world.spec.kill_at = 50 * SIM_MS;
	world_step(&world, STEP_COMPUTE)->time = SIM_S;
	world_run(&world);
	ck_assert_str_eq(world.vmm[0]->outcome, "killed");
	ck_assert_uint_ge(world.vmm[0]->exited, 50 * SIM_MS);
	ck_assert_uint_le(world.vmm[0]->exited, 60 * SIM_MS);
	world_end(&world);

	world_defaults(&world);
	world.spec.kill = KILL_AT;
	world.spec.kill_at = 100 * SIM_S;
	world_run(&world);
	ck_assert_str_eq(world.vmm[0]->outcome, "shut down");
	world_end(&world);
}
END_TEST

/* Random moments on one processor, where threads wait in the run queue, too. */
START_TEST(test_kill_any_time)
{
	sim_time end;
	unsigned i;

	world_defaults(&world);
	world.spec.memory = 2 * GIB + MIB;
	world.processors = 1;
	world.spec.vcpus = 3;
	world_step(&world, STEP_TOUCH)->bytes = 4 * MIB;
	world_step(&world, STEP_REBOOT)->times = 2;
	world_run(&world);
	end = world.vmm[0]->exited;
	world_end(&world);
	for (i = 0; i < 60; i++) {
		memset(&mini, 0, sizeof(mini));
		world.spec.kill = KILL_AT;
		world.spec.kill_at = end / 60 * i + i * 777;
		world_run(&world);
		/* In the midst of its own exit a process cannot be killed any more. */
		if (world.vmm[0]->exited != end)
			ck_assert_str_eq(world.vmm[0]->outcome, "killed");
		else
			ck_assert_uint_gt(world.spec.kill_at, end / 2);
		world_end(&world);
	}
}
END_TEST

Suite *kill_suite(void)
{
	Suite *suite = suite_create("kill");
	TCase *tcase = tcase_create("kill");

	tcase_set_timeout(tcase, 300);
	tcase_add_loop_test(tcase, test_kill_in_phase, 0, PHASES);
	tcase_add_test(tcase, test_kill_is_exact);
	tcase_add_test(tcase, test_kill_after);
	tcase_add_test(tcase, test_kill_in_perform);
	tcase_add_test(tcase, test_kill_at);
	tcase_add_test(tcase, test_kill_any_time);
	suite_add_tcase(suite, tcase);
	return suite;
}
