/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which basic blocks of a module ran, and the line coverage that follows from it.
 */
#ifndef KVM_LINUX_HITS_H
#define KVM_LINUX_HITS_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct symbols;

/**
 * A set of link-time addresses: an open table for look-ups, whose order is never used. Zeroed is
 * empty.
 */
struct hits {
	uint64_t *slot;		/* 0: free */
	size_t size;		/* power of two */
	size_t count;
};

void hits_add(struct hits *hits, uint64_t address);
void hits_free(struct hits *hits);

/**
 * Print the coverage of pv.c as pv_module_coverage() says. 0, or -ENOENT when @symbols has no lines
 * or no hook calls.
 */
int hits_print(const struct hits *hits, struct symbols *symbols, FILE *out);

#endif
