/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Texts with small damages, the same for the same seed.
 */
#ifndef TESTS_FUZZ_DAMAGE_H
#define TESTS_FUZZ_DAMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TEXT_MAX 65536

struct text {
	char bytes[TEXT_MAX];
	size_t length;
};

/** SplitMix64, for all of a program. */
void random_seed(uint64_t seed);
uint64_t random_next(void);
/** From 0 to @bound - 1; 0 if @bound is 0. */
size_t random_below(size_t bound);

/** One to four random damages; what grows beyond TEXT_MAX is cut off. */
void damage(struct text *text);

/** Another number where one is: what comes out is mostly well-formed. */
void damage_number(struct text *text);

/** The first TEXT_MAX bytes of file @path. False after a message. */
bool text_read(struct text *text, const char *path);
/** The whole file @path becomes @text. False after a message. */
bool text_write(const struct text *text, const char *path);

#endif
