/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs the suites of report/. The goldens are rewritten with UPDATE_GOLDEN=1; review the
 * difference.
 */
#include <locale.h>
#include <signal.h>
#include <stdlib.h>

#include "suites.h"

/*
 * Check's own lists are held by its stack frame alone. In a child that has run a simulation the
 * leak checker no longer sees that frame, since SystemC's coroutines have been there.
 */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:emalloc\n";
}

int main(void)
{
	Suite *(*const suites[])(void) = {
		suite_value, suite_path, suite_judge,  suite_output,
		suite_draw,  suite_text, suite_result,
	};
	SRunner *runner = srunner_create(NULL);
	int failed;

	/* Bars depend on the character set; each test that cares sets its own. */
	setlocale(LC_ALL, "C");
	signal(SIGXFSZ, SIG_IGN);
	for (size_t i = 0; i < sizeof(suites) / sizeof(suites[0]); i++)
		srunner_add_suite(runner, suites[i]());
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
