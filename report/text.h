/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The parts of the report that a person reads; each draws one section of the result document.
 * Private to report/.
 */
#ifndef REPORT_TEXT_H
#define REPORT_TEXT_H

#include <jansson.h>

#include "report/draw.h"

#define TEXT_NUMBER 32 /* room for a number with its unit */

/** Member @key of @object as a number; @absent if it is null or missing. */
uint64_t text_number(const json_t *object, const char *key, uint64_t absent);

/** Member @key of @object as a text, "" if it is null or missing. */
const char *text_string(const json_t *object, const char *key);

/** Time in member @key: "1.23 s", or "never" for null. Returns @buffer of TEXT_NUMBER bytes. */
const char *text_time(const json_t *object, const char *key, char *buffer);

/** The virtual machines: each in full, or a table and the worst in full when there are many. */
void text_vms(const struct page *page, const json_t *document);

/** One virtual machine @name in full. */
void text_vm(const struct page *page, const char *name, const json_t *vm);

/** The findings of the oracle: what, where, what came before, and the command that shows them again. */
void text_findings(const struct page *page, const json_t *findings);

/** Table of the UVCs issued, with the answers that were not plain success. */
void text_uvcs(const struct page *page, const json_t *uvc);

/** Memory that ran short on @host: cgroups, failed allocations, OOM kills. Nothing if there was none. */
void text_oom(const struct page *page, const json_t *host);

/** What was put in on purpose. @faults may be NULL: nothing. */
void text_faults(const struct page *page, const json_t *faults);

/** The processes that are no VMs: one line each. */
void text_processes(const struct page *page, const json_t *processes);

/** Memory over time, if @document has it, as small charts. */
void text_memory(const struct page *page, const json_t *document);

#endif
