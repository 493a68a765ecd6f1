/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The suites of mm/, one for each file here.
 */
#ifndef TESTS_MM_SUITES_H
#define TESTS_MM_SUITES_H

#include "tests/suite.h"

Suite *suite_host(void);
Suite *suite_fault(void);
Suite *suite_destroy(void);
Suite *suite_secure(void);
Suite *suite_gmap(void);
Suite *suite_exit(void);
Suite *suite_aside(void);
Suite *suite_gfp(void);
Suite *suite_pressure(void);
Suite *suite_memcg(void);
Suite *suite_oom(void);
Suite *suite_versions(void);
Suite *suite_guest_walk(void);
Suite *suite_held(void);
Suite *suite_convoy(void);
Suite *suite_low_water(void);
Suite *suite_looked(void);

#endif
