/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The suites of mm/, one for each file here.
 */
#ifndef TESTS_MM_SUITES_H
#define TESTS_MM_SUITES_H

#include <check.h>

Suite *suite_host(void);
Suite *suite_fault(void);
Suite *suite_destroy(void);
Suite *suite_secure(void);
Suite *suite_gmap(void);
Suite *suite_exit(void);
Suite *suite_gfp(void);

/** A suite called @name of @count tests. */
Suite *suite_of(const char *name, const TTest *const *tests, size_t count);
#define SUITE_OF(name, tests) suite_of(name, tests, sizeof(tests) / sizeof((tests)[0]))

#endif
