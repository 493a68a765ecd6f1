/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The campaign: random scenarios, each run in several ways that must come to the same result.
 */
#ifndef TOOLS_CAMPAIGN_H
#define TOOLS_CAMPAIGN_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/** SplitMix64; seeded with the number of a scenario, so that each can be made again alone. */
struct dice {
	uint64_t state;
};
uint64_t dice_roll(struct dice *dice, uint64_t bound);
/** True in one of @n cases. */
bool dice_one_in(struct dice *dice, unsigned n);
/**
 * Write random scenario @seed, which uses the profile file @profile, and that profile. @pressure: on a host that is
 * too small for it, with swap or without.
 */
void generate_scenario(FILE *out, uint64_t seed, const char *profile, bool pressure);
void generate_profile(FILE *out, uint64_t seed, bool pressure);

/** What scenario @seed has for --faults, in @text; NULL for every other one. */
const char *generate_faults(uint64_t seed, char *text, size_t size);

/**
 * Compare two result documents. 0: the same; else 1, and the first JSON path at which they part is printed.
 * @but: a path that may differ, or NULL.
 */
int compare_documents(const char *left, const char *right, const char *but);

/** Compare two files of text; where they part is printed. 0: the same, else 1. */
int compare_lines(const char *left, const char *right);

/**
 * Compare the documents of two algorithms that should be the same machine: all but run.pv, warnings of
 * kernel code, and the names of the functions that time was spent in; what it was spent on must agree.
 */
int compare_algorithms(const char *left, const char *right);

#endif
