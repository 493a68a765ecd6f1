/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs the suites of uv/.
 */
#include <check.h>
#include <stdlib.h>

#include "suites.h"

int main(void)
{
	Suite *(*const suites[])(void) = {
		suite_page_map, suite_storage, suite_cost,   suite_query,  suite_conf, suite_page,
		suite_access,	suite_share,   suite_image,  suite_reset,  suite_dump, suite_busy,
		suite_slices,	suite_bulk,    suite_engine, suite_oracle,
	};
	SRunner *runner = srunner_create(NULL);
	int failed;

	for (size_t i = 0; i < sizeof(suites) / sizeof(suites[0]); i++)
		srunner_add_suite(runner, suites[i]());
#ifdef __SANITIZE_ADDRESS__
	/*
	 * One process, so that leaks are looked for once, and not in children that still hold all
	 * of Check.
	 */
	srunner_set_fork_status(runner, CK_NOFORK);
#endif
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
