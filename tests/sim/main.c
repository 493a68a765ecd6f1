/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs the suites of sim/.
 */
#include "suites.h"

int main(void)
{
	Suite *(*const suites[])(void) = {
		suite_order, suite_schedule, suite_lock,   suite_wait,      suite_signal,  suite_ends,
		suite_bulk,  suite_model,    suite_choice, suite_histogram, suite_planted, suite_watch,
		suite_rhythm,
	};

	return RUN_SUITES(suites);
}
