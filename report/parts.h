/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of report/ that build the result document share. Private to this room.
 *
 * Every function returns a new reference. Objects keep the order in which their keys were set,
 * which is the order in the file.
 */
#ifndef REPORT_PARTS_H
#define REPORT_PARTS_H

#include <jansson.h>

#include "report/memory.h"
#include "report/result.h"

/** A JSON string of @text; bytes that are not UTF-8 become '?'. NULL gives null. */
json_t *part_text(const char *text);

/** @time as an integer; null for SIM_FOREVER. */
json_t *part_time(sim_time time);

/** @end - @begin; null when @end is SIM_FOREVER or before @begin (it never came). */
json_t *part_span(sim_time begin, sim_time end);

/** Name of error number @error (either sign): "EINVAL"; null for 0. */
json_t *part_errno(int error);

/**
 * Time in the subtree of @account by owner ("uvc DESTR_SEC_STOR", "wait-cpu"), longest first.
 * @account may be NULL: empty.
 */
json_t *part_spent(const struct sim_account *account);

/** All threads with their accounts, in order of their ids. */
json_t *part_threads(void);

/**
 * A list of texts: what the scenario asks for and the algorithm of @run cannot express. Empty: it can express all.
 */
json_t *part_limits(const struct run *run);

/** All findings of the oracle; @replay (may be NULL): the command that shows them again. */
json_t *part_findings(const char *replay);

/** All virtual machines of the list that begins with @vmms, by name, in order. */
json_t *part_vms(const struct vmm *vmms);

/** What memory pressure did to @host, which has some. */
json_t *part_pressure(const struct host *host);

/** The memory cgroups of @host, in the order of the scenario. */
json_t *part_cgroups(const struct host *host);

/** What was ordered to go wrong, and what did. */
json_t *part_faults(const struct faults *faults);

/** All other processes of the list, by name, in order. */
json_t *part_processes(const struct neighbour *neighbours);

/** Memory over time. */
json_t *part_memory(const struct memory_record *record);

#endif
