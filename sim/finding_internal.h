/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files behind sim/finding.h share.
 */
#ifndef SIM_FINDING_INTERNAL_H
#define SIM_FINDING_INTERNAL_H

#include "sim/finding.h"
#include "sim/internal.h"

/** Formatted text in the simulation's memory. */
char *sim_text(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** The same for a limit: in the largest unit in which it is a whole number. */
const char *sim_time_text(sim_time time);

/** The stack of @thread as it is now; @fault (may be NULL): where a fault was, for the running thread. */
struct sim_stack *stack_of(struct sim_thread *thread, const struct sim_site *fault);

/** The ring as text, oldest first; how many in *@count. */
struct sim_event_text *events_text(unsigned *count);

#endif
