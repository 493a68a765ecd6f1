/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tests of kvm/: the ioctl state machine, lifetimes, slots, vCPUs, KVM_RUN, against an algorithm
 * that only records.
 */
#include "fake.h"
#include "tests/suite.h"

int main(void)
{
	Suite *(*const suites[])(void) = { state_suite, version_suite, lifetime_suite, memslot_suite,
					     vcpu_suite, run_suite };

	return RUN_SUITES(suites);
}
