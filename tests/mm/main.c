/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs the suites of mm/.
 */
#include <check.h>
#include <stdlib.h>

#include "suites.h"

Suite *suite_of(const char *name, const TTest *const *tests, size_t count)
{
	Suite *suite = suite_create(name);
	TCase *tcase = tcase_create(name);

	tcase_set_timeout(tcase, 120);
	for (size_t i = 0; i < count; i++)
		tcase_add_test(tcase, tests[i]);
	suite_add_tcase(suite, tcase);
	return suite;
}

int main(void)
{
	Suite *(*const suites[])(void) = {
		suite_host, suite_fault, suite_destroy, suite_secure, suite_gmap, suite_exit, suite_gfp,
	};
	SRunner *runner = srunner_create(NULL);
	int failed;

	for (size_t i = 0; i < sizeof(suites) / sizeof(suites[0]); i++)
		srunner_add_suite(runner, suites[i]());
#ifdef __SANITIZE_ADDRESS__
	/* One process, so that leaks are looked for once, and not in children that still hold all of Check. */
	srunner_set_fork_status(runner, CK_NOFORK);
#endif
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
