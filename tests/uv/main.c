/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs the suites of uv/.
 */
#include "suites.h"

int main(void)
{
	Suite *(*const suites[])(void) = {
		suite_page_map, suite_storage, suite_cost,   suite_query,  suite_conf, suite_page,
		suite_access,	suite_share,   suite_image,  suite_reset,  suite_dump, suite_busy,
		suite_slices,	suite_bulk,    suite_engine, suite_oracle, suite_fault,
		suite_contents, suite_looks,
	};

	return RUN_SUITES(suites);
}
