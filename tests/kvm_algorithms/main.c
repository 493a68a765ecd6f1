/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tests of kvm/algorithms/ in the world of tests/kvm: each algorithm of our own behind the pv ioctls,
 * with a real Ultravisor below, and with calls and allocations that fail.
 */
#include "suites.h"
#include "tests/suite.h"

int main(void)
{
	Suite *(*const suites[])(void) = {
		async_suite, sync_suite, lazy_suite, pages_suite, dump_suite, notifier_suite,
		touch_suite,
	};

	return RUN_SUITES(suites);
}
