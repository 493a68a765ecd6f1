/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tables of a profile file that have nothing to do with costs.
 */
#ifndef SCENARIO_MACHINE_H
#define SCENARIO_MACHINE_H

#include "scenario/table.h"

/**
 * "machine:", into struct machine. No row is required: a derived profile names only what differs.
 */
extern const struct sc_table machine_table;

/** Report every member that mapping @node leaves out. */
void machine_check_complete(struct sc_reader *reader, const struct sc_node *node);

#endif
