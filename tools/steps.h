/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two step streams (uvsim run --steps) side by side: where they part for the first time.
 */
#ifndef TOOLS_STEPS_H
#define TOOLS_STEPS_H

#include <stdio.h>

/**
 * Read the step streams in files @left and @right up to their first difference. If there is one, print to
 * @out the steps before it and both sides: time, thread, kind, operands. 0: no difference; 1: there is one;
 * -1: a file cannot be read, with errno set.
 */
int steps_compare(const char *left, const char *right, FILE *out);

#endif
