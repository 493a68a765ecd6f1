/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tests of vmm/: boots and reboots, the guest's program, and the end of the process at every point.
 */
#include <stdlib.h>

#include "world.h"

#if defined(__SANITIZE_ADDRESS__)
#define WITH_LEAK_CHECKER 1
#elif defined(__has_feature)
#define WITH_LEAK_CHECKER __has_feature(address_sanitizer)
#else
#define WITH_LEAK_CHECKER 0
#endif

int main(void)
{
	Suite *(*const suites[])(void) = { boot_suite, program_suite, kill_suite, teardown_suite,
					  neighbour_suite };
	SRunner *runner = srunner_create(NULL);
	int failed;
	unsigned i;

	for (i = 0; i < sizeof(suites) / sizeof(suites[0]); i++)
		srunner_add_suite(runner, suites[i]());
	/* In a child the leak checker would report the runner's own memory. */
	if (WITH_LEAK_CHECKER)
		srunner_set_fork_status(runner, CK_NOFORK);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
