/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Boots and reboots: phases, teardown choices, fall-backs, failures that end the process.
 */
#include <errno.h>
#include <string.h>

#include "world.h"

#define REBOOT_TAIL "reset load plain enable parms unpack verify start "

static struct world world;

START_TEST(test_boot)
{
	const struct vmm_boot *boot;

	world_defaults(&world);
	world.spec.start = 3 * SIM_MS;
	world_run(&world);
	boot = boot_at(world.vmm[0], 0);
	ck_assert_uint_eq(boot_count(world.vmm[0]), 1);
	ck_assert_str_eq(phase_names(boot), FIRST_BOOT);
	ck_assert_str_eq(world.vmm[0]->outcome, "shut down");
	/* The process waits to be switched in. */
	ck_assert_uint_eq(world.vmm[0]->started, 3 * SIM_MS + SIM_US);
	ck_assert_uint_eq(boot->begin, world.vmm[0]->started);
	ck_assert(!boot->reboot);
	ck_assert_str_eq(boot->teardown, "none");
	ck_assert_str_eq(mini.log, "init_vm release cleanup_all ");
	world_end(&world);
}
END_TEST

/*
 * The parts of a boot cost what they must: a reset once, each page of the image loaded and
 * unpacked.
 */
START_TEST(test_boot_costs)
{
	struct profile *profile;

	world_defaults(&world);
	world_run(&world);
	profile = cost_profile();
	ck_assert_uint_eq(profile->cost[COST_VMM_RESET].charged, 1);
	ck_assert_uint_eq(profile->cost[COST_VMM_THREAD].charged, world.spec.vcpus);
	ck_assert_uint_eq(profile->cost[COST_VMM_LOAD_PAGE].charged, MIB / PAGE_BYTES);
	ck_assert_uint_eq(profile->cost[COST_UVC_UNPACK].charged, MIB / PAGE_BYTES);
	ck_assert_uint_eq(profile->cost[COST_UVC_CREATE_CPU].charged, world.spec.vcpus);
	/* The first CPU is put into the load state before it is started. */
	ck_assert_uint_eq(profile->cost[COST_UVC_CPU_STATE].charged, world.spec.vcpus + 1);
	world_end(&world);
}
END_TEST

START_TEST(test_reboot_sync)
{
	const struct vmm_boot *boot;

	world_defaults(&world);
	world_step(&world, STEP_REBOOT);
	world_run(&world);
	ck_assert_uint_eq(boot_count(world.vmm[0]), 2);
	boot = boot_at(world.vmm[0], 1);
	ck_assert_str_eq(phase_names(boot), "stop disable " REBOOT_TAIL);
	ck_assert(boot->reboot);
	ck_assert_str_eq(boot->teardown, "sync");
	ck_assert_int_eq(boot->prepare_errno, 0);
	ck_assert_str_eq(mini.log, "init_vm cleanup_all init_vm release cleanup_all ");
	ck_assert_ptr_null(world.vmm[0]->cleanups);
	world_end(&world);
}
END_TEST

static void big_guest(void)
{
	world_defaults(&world);
	world.spec.memory = 2 * GIB + MIB;
	world_step(&world, STEP_REBOOT);
}

START_TEST(test_reboot_async)
{
	const struct vmm_cleanup *cleanup;
	const struct vmm_boot *boot;

	big_guest();
	world_step(&world, STEP_WAIT_CLEANUP);
	world_run(&world);
	boot = boot_at(world.vmm[0], 1);
	ck_assert_str_eq(phase_names(boot), "stop prepare " REBOOT_TAIL);
	ck_assert_str_eq(boot->teardown, "async");
	cleanup = world.vmm[0]->cleanups;
	ck_assert_ptr_nonnull(cleanup);
	ck_assert_ptr_null(cleanup->next);
	ck_assert_int_eq(cleanup->error, 0);
	ck_assert_uint_eq(cleanup->rc, 1);
	ck_assert_uint_gt(cleanup->cpu, 0);
	ck_assert_uint_gt(cleanup->begin, boot->begin);
	ck_assert_uint_eq(mini.perform_cut, 0);
	ck_assert_ptr_nonnull(cleanup->account);
	world_end(&world);
}
END_TEST

/* Up to 2 GiB QEMU does not even try; where the kernel or the module parameter say no, neither. */
START_TEST(test_auto_does_not_try)
{
	big_guest();
	world.spec.memory = 2 * GIB;
	world_run(&world);
	ck_assert_str_eq(phase_names(boot_at(world.vmm[0], 1)), "stop disable " REBOOT_TAIL);
	world_end(&world);

	big_guest();
	kvm_set_async_destroy(false);
	world_run(&world);
	ck_assert_str_eq(phase_names(boot_at(world.vmm[0], 1)), "stop disable " REBOOT_TAIL);
	world_end(&world);

	big_guest();
	world.algorithm = &mini_old;
	world_run(&world);
	ck_assert_str_eq(phase_names(boot_at(world.vmm[0], 1)), "stop disable " REBOOT_TAIL);
	world_end(&world);
}
END_TEST

START_TEST(test_teardown_given)
{
	big_guest();
	world.spec.teardown = TEARDOWN_SYNC;
	world_run(&world);
	ck_assert_str_eq(boot_at(world.vmm[0], 1)->teardown, "sync");
	ck_assert_ptr_null(strstr(mini.log, "set_aside"));
	world_end(&world);
}
END_TEST

/* PREPARE refused: the reason is kept, DISABLE follows. A small guest has a segment-type ASCE. */
START_TEST(test_prepare_refused)
{
	const struct vmm_boot *boot;

	world_defaults(&world);
	world.spec.teardown = TEARDOWN_ASYNC;
	world_step(&world, STEP_REBOOT);
	world_run(&world);
	boot = boot_at(world.vmm[0], 1);
	ck_assert_str_eq(phase_names(boot), "stop prepare disable " REBOOT_TAIL);
	ck_assert_str_eq(boot->teardown, "sync");
	ck_assert_int_eq(boot->prepare_errno, -EINVAL);
	world_end(&world);

	world_defaults(&world);
	world.spec.teardown = TEARDOWN_ASYNC;
	world.algorithm = &mini_old;
	world_step(&world, STEP_REBOOT);
	world_run(&world);
	ck_assert_int_eq(boot_at(world.vmm[0], 1)->prepare_errno, -ENOTTY);
	world_end(&world);
}
END_TEST

/*
 * Several reboots with a pause, measured from the guest's return; each may leave a cleanup thread.
 */
START_TEST(test_reboot_often)
{
	struct step *step;
	unsigned i, n = 0;
	const struct vmm_cleanup *cleanup;

	world_defaults(&world);
	world.spec.memory = 2 * GIB + MIB;
	step = world_step(&world, STEP_REBOOT);
	step->times = 3;
	step->pause = 50 * SIM_MS;
	world_run(&world);
	ck_assert_uint_eq(boot_count(world.vmm[0]), 4);
	for (i = 2; i < 4; i++)
		ck_assert_uint_ge(boot_at(world.vmm[0], i)->begin,
				  boot_at(world.vmm[0], i - 1)->protected_back + step->pause);
	ck_assert_uint_lt(boot_at(world.vmm[0], 1)->begin,
			  boot_at(world.vmm[0], 0)->protected_back + step->pause);
	for (cleanup = world.vmm[0]->cleanups; cleanup; cleanup = cleanup->next)
		n++;
	ck_assert_uint_eq(n, 3);
	world_end(&world);
}
END_TEST

START_TEST(test_plain_guest)
{
	const struct vmm_boot *boot;
	struct step *step;

	world_defaults(&world);
	world.spec.protected = false;
	step = world_step(&world, STEP_TOUCH);
	step->bytes = 4 * MIB;
	world_step(&world, STEP_REBOOT);
	world_run(&world);
	ck_assert_str_eq(phase_names(boot_at(world.vmm[0], 0)), "create reset load plain ");
	boot = boot_at(world.vmm[0], 1);
	ck_assert_str_eq(phase_names(boot), "stop reset load plain ");
	ck_assert_str_eq(boot->teardown, "none");
	ck_assert_uint_eq(boot->protected_back, SIM_FOREVER);
	ck_assert_str_eq(mini.log, "cleanup_all ");
	ck_assert_uint_eq(world.vmm[0]->pages_touched, 4 * MIB / PAGE_BYTES);
	world_end(&world);
}
END_TEST

/*
 * The main thread's account of a boot: its phases hold all of its time between begin and the last
 * phase.
 */
START_TEST(test_phase_accounts)
{
	const struct vmm_phase *phase;

	world_defaults(&world);
	world_step(&world, STEP_REBOOT);
	world_run(&world);
	for (phase = boot_at(world.vmm[0], 1)->phases; phase; phase = phase->next) {
		sim_time spent = sim_account_total(phase->account);

		ck_assert_str_eq(phase->account->parent->name, "reboot 1");
		/*
		 * "stop" begins with the guest's last instruction, before the main thread is woken;
		 * "start" ends in the guest.
		 */
		if (strcmp(phase->name, "stop") != 0 && strcmp(phase->name, "start") != 0)
			ck_assert_uint_eq(spent, phase->end - phase->begin);
		else
			ck_assert_uint_lt(spent, phase->end - phase->begin);
	}
	world_end(&world);
}
END_TEST

/* --- failures --------------------------------------------------------------------------------- */

START_TEST(test_enable_fails)
{
	world_defaults(&world);
	mini.fail_init = -ENOMEM;
	world_run(&world);
	ck_assert_str_eq(world.vmm[0]->outcome, "failed: enable: ENOMEM");
	ck_assert_uint_eq(boot_at(world.vmm[0], 0)->protected_back, SIM_FOREVER);
	ck_assert_uint_ne(boot_at(world.vmm[0], 0)->plain_back, SIM_FOREVER);
	world_end(&world);
}
END_TEST

START_TEST(test_parms_fail)
{
	world_defaults(&world);
	mini.fail_parms = -EINVAL;
	world_run(&world);
	ck_assert_str_eq(world.vmm[0]->outcome, "failed: parms: EINVAL");
	world_end(&world);
}
END_TEST

/* PERFORM without anything aside (a DISABLE was faster) ends QEMU, as s390_pv_cmd_exit() does. */
START_TEST(test_perform_fails)
{
	big_guest();
	mini.fail_perform = -EIO;
	world_step(&world, STEP_IDLE)->time = SIM_S;
	world_run(&world);
	ck_assert_str_eq(world.vmm[0]->outcome, "failed: perform: EIO");
	ck_assert_int_eq(world.vmm[0]->cleanups->error, -EIO);
	world_end(&world);
}
END_TEST

/* The kernel runs out of memory where QEMU asks: the process ends, with nothing left. */
static const char *const sites[] = { "sca",      "sie_page", "esca", "stor_base",
				     "stor_var", "cpu_stor", "sida", "sec_parms" };

START_TEST(test_no_memory)
{
	world_defaults(&world);
	world.fail_site = sites[_i];
	world_run(&world);
	ck_assert_int_eq(strncmp(world.vmm[0]->outcome, "failed: ", 8), 0);
	world_end(&world);
}
END_TEST

/* --- several VMs ------------------------------------------------------------------------------ */

START_TEST(test_instances)
{
	unsigned i;

	world_defaults(&world);
	world.spec.count = 3;
	world.spec.start = SIM_MS;
	world.spec.stagger = 2 * SIM_MS;
	world.spec.memory = 4 * MIB;
	world_step(&world, STEP_REBOOT);
	world_run(&world);
	ck_assert_str_eq(world.vmm[0]->name, "vm0");
	ck_assert_str_eq(world.vmm[2]->name, "vm2");
	for (i = 0; i < 3; i++) {
		ck_assert_uint_eq(world.vmm[i]->started, SIM_MS + i * 2 * SIM_MS + SIM_US);
		ck_assert_uint_eq(boot_count(world.vmm[i]), 2);
	}
	world_end(&world);
}
END_TEST

Suite *boot_suite(void)
{
	Suite *suite = suite_create("boots");
	TCase *tcase = tcase_create("boots");

	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, test_boot);
	tcase_add_test(tcase, test_boot_costs);
	tcase_add_test(tcase, test_reboot_sync);
	tcase_add_test(tcase, test_reboot_async);
	tcase_add_test(tcase, test_auto_does_not_try);
	tcase_add_test(tcase, test_teardown_given);
	tcase_add_test(tcase, test_prepare_refused);
	tcase_add_test(tcase, test_reboot_often);
	tcase_add_test(tcase, test_plain_guest);
	tcase_add_test(tcase, test_phase_accounts);
	tcase_add_test(tcase, test_enable_fails);
	tcase_add_test(tcase, test_parms_fail);
	tcase_add_test(tcase, test_perform_fails);
	tcase_add_loop_test(tcase, test_no_memory, 0, sizeof(sites) / sizeof(sites[0]));
	tcase_add_test(tcase, test_instances);
	suite_add_tcase(suite, tcase);
	return suite;
}
