/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The suites of sim/, one for each file here.
 */
#ifndef TESTS_SIM_SUITES_H
#define TESTS_SIM_SUITES_H

#include "tests/suite.h"

Suite *suite_order(void);
Suite *suite_schedule(void);
Suite *suite_lock(void);
Suite *suite_wait(void);
Suite *suite_signal(void);
Suite *suite_ends(void);
Suite *suite_bulk(void);
Suite *suite_model(void);
Suite *suite_choice(void);
Suite *suite_histogram(void);
Suite *suite_planted(void);
Suite *suite_watch(void);
Suite *suite_rhythm(void);

#endif
