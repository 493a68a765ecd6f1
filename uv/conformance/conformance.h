/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The conformance table: what the public s390x test suite (kvm-unit-tests, s390x/uv-host, uv-guest,
 * pv-attest, pv-ipl, pv-icptcode, pv-diags) asserts about the Ultravisor, as rows that can be run.
 *
 * Each row gets a machine of its own: storage with contents, a home address space, two processors,
 * an Ultravisor that behaves as a profile says. All calls go through the UVC instruction, all
 * guests through SIE. No test code is taken over; a row states condition and expectation in our words.
 */
#ifndef UV_CONFORMANCE_CONFORMANCE_H
#define UV_CONFORMANCE_CONFORMANCE_H

#include <stdbool.h>
#include <stddef.h>

#include "uv/cost.h"

#define CONFORMANCE_GOT_MAX 240

struct rig;

/** How far the machine is set up before a row begins. */
enum conformance_stage {
	STAGE_BARE,	/* the Ultravisor is not initialised */
	STAGE_INIT,	/* it is */
	STAGE_CONF,	/* ... and there is a configuration of 42 MiB */
	STAGE_CPU,	/* ... with one CPU */
};

struct conformance_row {
	const char *name;		/* "H29", "A2/A3" */
	const char *command;		/* "CREATE_SEC_CONF", or what is done */
	const char *condition;
	const char *expected;
	unsigned assertions;
	enum conformance_stage stage;
	void (*run)(struct rig *rig);	/* NULL: cannot be tested, as the reference says */
	bool (*applies)(const struct machine *machine);	/* NULL: on every machine */
};

/** What became of a row. */
struct conformance_result {
	const struct conformance_row *row;
	bool applies;
	unsigned made, held;		/* assertions */
	bool ok;			/* all that the row stands for were made and held */
	unsigned observations;		/* answers, interceptions, accesses that it looked at */
	char got[CONFORMANCE_GOT_MAX];	/* what came, deviations first; "" if nothing was run */
};

/** Sums over rows; what does not apply counts nowhere. */
struct conformance_sum {
	unsigned rows, rows_ok, assertions, held;
};

/** All rows in the order of the reference; how many in *@count. Static storage. */
const struct conformance_row *conformance_rows(size_t *count);

/**
 * Run @row on a machine as @profile says. Creates and destroys a simulation; there may be none.
 * @lie: the number of the one observation (from 1 on) that is reported wrong to the row, 0: none.
 * That is for testing the tester: every row must notice.
 */
void conformance_run(struct profile *profile, const struct conformance_row *row, unsigned lie,
		     struct conformance_result *result);

void conformance_add(struct conformance_sum *sum, const struct conformance_result *result);

#endif
