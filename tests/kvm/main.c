/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tests of kvm/ but KVM_RUN: the ioctl state machine, lifetimes, slots, vCPUs, against an algorithm
 * that only records.
 */
#include <stdlib.h>

#include "fake.h"

#if defined(__SANITIZE_ADDRESS__)
#define WITH_LEAK_CHECKER 1
#elif defined(__has_feature)
#define WITH_LEAK_CHECKER __has_feature(address_sanitizer)
#else
#define WITH_LEAK_CHECKER 0
#endif

int main(void)
{
	Suite *(*const suites[])(void) = { state_suite, version_suite, lifetime_suite, memslot_suite,
					     vcpu_suite };
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
