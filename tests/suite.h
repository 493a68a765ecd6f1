/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the Check programs of all rooms share: a suite from a table of tests, and a main() from a table of suites.
 */
#ifndef TESTS_SUITE_H
#define TESTS_SUITE_H

#include <check.h>
#include <stddef.h>

/** A suite of one case with @count tests, each with time enough for a sanitized build. The runner owns it. */
Suite *suite_of(const char *name, const TTest *const *tests, size_t count);
#define SUITE_OF(name, tests) suite_of(name, tests, sizeof(tests) / sizeof((tests)[0]))

/**
 * Run all suites; each test in a process of its own, in sanitized builds all in one, so that leaks are looked for once
 * and not in children that still hold all of Check. The exit status of the program.
 */
int run_suites(Suite *(*const suites[])(void), size_t count);
#define RUN_SUITES(suites) run_suites(suites, sizeof(suites) / sizeof((suites)[0]))

/** As run_suites(), but always with a process for each test: for tests that change what a process has only once. */
int run_suites_forked(Suite *(*const suites[])(void), size_t count);
#define RUN_SUITES_FORKED(suites) run_suites_forked(suites, sizeof(suites) / sizeof((suites)[0]))

#endif
