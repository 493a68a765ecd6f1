/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The search for the smallest value of one place in a scenario with which a condition holds: what find.c and
 * find_probe.c share.
 */
#ifndef CLI_FIND_H
#define CLI_FIND_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "cli/run.h"

/** What kind of number is looked for. */
enum find_kind { FIND_SIZE, FIND_TIME, FIND_COUNT };

enum find_answer {
	FIND_HOLDS,
	FIND_FAILS,
	FIND_REFUSED,	/* the scenario is not possible with it */
};

struct find_probe {
	uint64_t value;
	enum find_answer answer;
	json_t *conditions;	/* as judged; NULL if refused */
	char *why;		/* the first message; NULL unless refused */
};

struct find {
	const struct run_options *options;
	const char *file, *address;
	char *expect;		/* the conditions as a --set of the scenario's expectations */
	enum find_kind kind;
	uint64_t low, high, step;
	bool open;		/* the upper end was not given: it may be raised */
	struct find_probe *probe;	/* in the order in which they were made */
	size_t count;
};

/**
 * The --set that puts @until, conditions joined by &&, in the place of the expectations; short names are written out.
 * NULL with a message on stderr.
 */
char *find_conditions(const char *until);

/**
 * Run the scenario with @value, unless that was done before. Returns the probe, valid until the next call, or NULL with
 * *@status when the search cannot go on; a message is on stderr.
 */
const struct find_probe *find_try(struct find *find, uint64_t value, int *status);

/** "4GiB", "3ms", "12", as a --set takes it. The caller frees it. */
char *find_value_text(const struct find *find, uint64_t value);

#endif
