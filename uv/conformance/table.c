/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All rows as one table, in the order of the reference.
 */
#include "uv/conformance/rig.h"

#define ROWS_MAX 160

const struct conformance_row *conformance_rows(size_t *count)
{
	static struct conformance_row all[ROWS_MAX];
	static size_t rows;
	const struct conformance_row *const families[] = {
		rows_init, rows_conf, rows_cpu, rows_reset, rows_guest, rows_attest, rows_ipl,
		rows_sie, rows_diag,
	};

	if (rows == 0)
		for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++)
			for (size_t k = 0; families[i][k].name != NULL; k++)
				all[rows++] = families[i][k];
	*count = rows;
	return all;
}
