/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The suites of report/, and what they share.
 */
#ifndef TESTS_REPORT_SUITES_H
#define TESTS_REPORT_SUITES_H

#include <jansson.h>
#include <stdbool.h>

#include "tests/suite.h"

Suite *suite_value(void);
Suite *suite_path(void);
Suite *suite_judge(void);
Suite *suite_output(void);
Suite *suite_draw(void);
Suite *suite_text(void);
Suite *suite_result(void);
Suite *suite_memory(void);

/** The sample document tests/golden/report_reboot.json: not judged yet. New reference. */
json_t *sample_reboot(void);

/** A host full of @count VMs, each like the sample's but with times of its own. New reference. */
json_t *sample_storm(unsigned count);

#endif
