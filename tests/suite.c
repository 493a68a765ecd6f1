/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Suites as data, and the runner of all Check programs. CK_RUN_SUITE and its like choose, as ever.
 */
#include <stdlib.h>

#include "tests/suite.h"

/* gcc's way to say it; tests/CMakeLists.txt says the same for clang. */
#ifdef __SANITIZE_ADDRESS__
#define SANITIZED 1
#else
#define SANITIZED 0
#endif

#define TIMEOUT_S 500

/*
 * After coroutines have run the leak checker sees only a part of the stack, and so takes Check's own objects, which
 * only the stack refers to, for lost.
 */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:emalloc\n";
}

Suite *suite_of(const char *name, const TTest *const *tests, size_t count)
{
	Suite *suite = suite_create(name);
	TCase *tcase = tcase_create(name);

	tcase_set_timeout(tcase, TIMEOUT_S);
	for (size_t i = 0; i < count; i++)
		tcase_add_test(tcase, tests[i]);
	suite_add_tcase(suite, tcase);
	return suite;
}

static int run(Suite *(*const suites[])(void), size_t count, enum fork_status fork_status)
{
	SRunner *runner = srunner_create(NULL);
	int failed;

	for (size_t i = 0; i < count; i++)
		srunner_add_suite(runner, suites[i]());
	srunner_set_fork_status(runner, fork_status);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

int run_suites(Suite *(*const suites[])(void), size_t count)
{
	return run(suites, count, SANITIZED ? CK_NOFORK : CK_FORK);
}

int run_suites_forked(Suite *(*const suites[])(void), size_t count)
{
	return run(suites, count, CK_FORK);
}
