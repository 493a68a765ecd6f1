/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tests of kvm/ but KVM_RUN: the ioctl state machine, lifetimes, slots, vCPUs, against an algorithm that only records.
 */
#include <stdlib.h>

#include "fake.h"

int main(void)
{
	Suite *(*const suites[])(void) = { state_suite, lifetime_suite, memslot_suite, vcpu_suite };
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
