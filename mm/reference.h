/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * References that a pv.c takes and gives back: to address spaces, VMs, folios, modules, tasks.
 *
 * A count alone cannot tell whose reference is missing or too many; here those of pv.c are kept apart, with the place
 * that took them.
 */
#ifndef MM_REFERENCE_H
#define MM_REFERENCE_H

#include <stdbool.h>

struct host;

enum reference_kind {
	REFERENCE_USER,		/* of an address space */
	REFERENCE_MM,
	REFERENCE_VM,
	REFERENCE_FOLIO,
	REFERENCE_MODULE,
	REFERENCE_TASK,
};

/** pv.c has taken a reference to @object. Takes no simulated time. */
void reference_taken(struct host *host, enum reference_kind kind, const void *object);

/** Does pv.c hold one? */
bool reference_held(struct host *host, enum reference_kind kind, const void *object);

/**
 * pv.c gives one back. False if it has none: a finding, which says @what was called for @name. The caller leaves the
 * count alone then.
 */
bool reference_given(struct host *host, enum reference_kind kind, const void *object, const char *what,
		     const char *name);

/** All threads have ended: what is still held is a finding for each place that took it. */
void reference_check_end(struct host *host);

/** For sim_on_livelock() with the host as @ctx: references that have the import of a page tried again and again. */
void reference_check_livelock(void *ctx);

#endif
