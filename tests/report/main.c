/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs the suites of report/. The goldens are rewritten with UPDATE_GOLDEN=1; review the
 * difference.
 */
#include <locale.h>
#include <signal.h>

#include "suites.h"

int main(void)
{
	Suite *(*const suites[])(void) = {
		suite_value, suite_path, suite_judge,  suite_output,
		suite_draw,  suite_text, suite_result, suite_memory,
	};

	/* Bars depend on the character set; each test that cares sets its own. */
	setlocale(LC_ALL, "C");
	signal(SIGXFSZ, SIG_IGN);
	return RUN_SUITES_FORKED(suites);
}
