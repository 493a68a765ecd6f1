/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * first-difference A.steps B.steps: where two runs part. Exit status: 0 they do not, 1 they do, 2 a file
 * cannot be read or the arguments are wrong.
 */
#include <errno.h>
#include <string.h>

#include "tools/steps.h"

int main(int argc, char **argv)
{
	int result;

	if (argc != 3) {
		fprintf(stderr, "Usage: first-difference A.steps B.steps\n"
				"Step streams are written by \"uvsim run --steps FILE\".\n");
		return 2;
	}
	result = steps_compare(argv[1], argv[2], stdout);
	if (result < 0) {
		fprintf(stderr, "first-difference: cannot read %s or %s: %s\n", argv[1], argv[2], strerror(errno));
		return 2;
	}
	if (!result)
		printf("no difference\n");
	return result;
}
