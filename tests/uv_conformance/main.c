/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs the suites of uv/conformance/.
 */
#include <stdlib.h>

#include "bench.h"

int main(void)
{
	Suite *(*const suites[])(void) = { suite_table, suite_instruction, suite_requests,
					   suite_sie };
	SRunner *runner = srunner_create(NULL);
	int failed;

	for (size_t i = 0; i < sizeof(suites) / sizeof(suites[0]); i++)
		srunner_add_suite(runner, suites[i]());
#ifdef __SANITIZE_ADDRESS__
	/* One process, so that leaks are looked for once. */
	srunner_set_fork_status(runner, CK_NOFORK);
#endif
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
