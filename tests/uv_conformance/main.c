/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs the suites of uv/conformance/.
 */
#include "bench.h"

int main(void)
{
	Suite *(*const suites[])(void) = { suite_table, suite_instruction, suite_requests,
					   suite_sie };

	return RUN_SUITES(suites);
}
