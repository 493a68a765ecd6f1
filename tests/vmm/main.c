/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tests of vmm/: boots and reboots, the guest's program, and the end of the process at every point.
 */
#include "world.h"
#include "tests/suite.h"

int main(void)
{
	Suite *(*const suites[])(void) = { boot_suite, program_suite, kill_suite, teardown_suite,
					  neighbour_suite };

	return RUN_SUITES(suites);
}
