/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The list "faults:" of a scenario, and the short form of it on the command line.
 */
#ifndef SCENARIO_FAULT_H
#define SCENARIO_FAULT_H

#include "scenario/scenario.h"

/**
 * Append what @text asks for, "NAME/N,...": of N requests one fails; NAME is a UVC, alloc, or all, uvc, signal, swap,
 * user for whatever is plausible, or defect. NULL, or what is wrong (static text). Memory is the scenario's.
 */
const char *scenario_add_faults(struct scenario *scenario, const char *text);

#endif
