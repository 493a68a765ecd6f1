/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The suites of uv/, one for each file here.
 */
#ifndef TESTS_UV_SUITES_H
#define TESTS_UV_SUITES_H

#include "tests/suite.h"

Suite *suite_page_map(void);
Suite *suite_storage(void);
Suite *suite_cost(void);
Suite *suite_query(void);
Suite *suite_conf(void);
Suite *suite_page(void);
Suite *suite_access(void);
Suite *suite_share(void);
Suite *suite_image(void);
Suite *suite_reset(void);
Suite *suite_dump(void);
Suite *suite_busy(void);
Suite *suite_slices(void);
Suite *suite_bulk(void);
Suite *suite_engine(void);
Suite *suite_oracle(void);
Suite *suite_contents(void);
Suite *suite_fault(void);
Suite *suite_looks(void);

#endif
