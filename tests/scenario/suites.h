/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The suites of test_scenario, and what they share: loading a scenario or a profile from a text in
 * the test.
 */
#ifndef TESTS_SCENARIO_SUITES_H
#define TESTS_SCENARIO_SUITES_H

#include "scenario/scenario.h"
#include "tests/suite.h"

Suite *unit_suite(void);
Suite *node_suite(void);
Suite *diag_suite(void);
Suite *values_suite(void);
Suite *errors_suite(void);
Suite *set_suite(void);
Suite *expect_suite(void);
Suite *profile_suite(void);
Suite *processes_suite(void);
Suite *shipped_suite(void);
Suite *faults_suite(void);

/**
 * What came of loading a text. Messages have the file's path replaced by "F". Free with
 * loaded_free().
 */
struct loaded_text {
	struct scenario *scenario;
	struct profile *profile;
	struct messages messages;
};
struct loaded_text load_scenario(const char *text, size_t length, const char *const *sets,
				 size_t set_count);
struct loaded_text load_profile(const char *text);
void loaded_free(struct loaded_text *loaded);

/** Fails unless @loaded holds exactly the messages in @expected, one a line. */
void expect_messages(const struct loaded_text *loaded, const char *expected);

/**
 * A complete scenario with @host, @vm and @rest put in the places where a test varies it; NULL:
 * nothing unusual. Static storage.
 */
const char *scenario_text(const char *host, const char *vm, const char *rest);

#endif
