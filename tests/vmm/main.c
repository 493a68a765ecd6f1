/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tests of vmm/: boots and reboots, the guest's program, and the end of the process at every point.
 */
#include <stdlib.h>

#include "world.h"

int main(void)
{
	Suite *(*const suites[])(void) = { boot_suite, program_suite, kill_suite };
	SRunner *runner = srunner_create(NULL);
	int failed;
	unsigned i;

	for (i = 0; i < sizeof(suites) / sizeof(suites[0]); i++)
		srunner_add_suite(runner, suites[i]());
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
