/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs the suites of mm/.
 */
#include "suites.h"

int main(void)
{
	Suite *(*const suites[])(void) = {
		suite_host, suite_fault, suite_destroy, suite_secure, suite_gmap, suite_exit,
		suite_aside, suite_gfp, suite_pressure, suite_memcg, suite_oom, suite_versions, suite_guest_walk,
		suite_convoy, suite_low_water, suite_looked, suite_held,
	};

	return RUN_SUITES(suites);
}
