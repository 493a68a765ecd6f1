/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tests of kvm/algorithms/ in the world of tests/kvm: each algorithm of our own behind the pv ioctls,
 * with a real Ultravisor below, and with calls and allocations that fail.
 */
#include <stdlib.h>

#include "suites.h"

#if defined(__SANITIZE_ADDRESS__)
#define WITH_LEAK_CHECKER 1
#elif defined(__has_feature)
#define WITH_LEAK_CHECKER __has_feature(address_sanitizer)
#else
#define WITH_LEAK_CHECKER 0
#endif

int main(void)
{
	SRunner *runner = srunner_create(async_suite());
	int failed;

	srunner_add_suite(runner, sync_suite());
	/* In a child the leak checker would report the runner's own memory. */
	if (WITH_LEAK_CHECKER)
		srunner_set_fork_status(runner, CK_NOFORK);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
