/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Line coverage of pv.c from the compiler's trace-pc hooks.
 *
 * Every basic block begins with a call of the hook; the kept relocations tell where these calls
 * are. The code from one call to the next is one block, so a line is hit when one of its statements
 * lies in a block whose hook was called. Code before the first call of a function is part of that
 * function's first block.
 */
#include "kvm/linux/hits.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

#include "kvm/linux/symbols.h"
#include "sim/engine.h"

#define HOOK "__sanitizer_cov_trace_pc"

static size_t find(const struct hits *hits, uint64_t address)
{
	size_t i = (size_t)(address * 0x9e3779b97f4a7c15ul >> 32) & (hits->size - 1);

	while (hits->slot[i] != 0 && hits->slot[i] != address)
		i = (i + 1) & (hits->size - 1);
	return i;
}

static void grow(struct hits *hits)
{
	struct hits bigger = { .size = hits->size == 0 ? 1024 : hits->size * 2,
			       .count = hits->count };

	bigger.slot = calloc(bigger.size, sizeof(*bigger.slot));
	if (bigger.slot == NULL)
		sim_out_of_memory(bigger.size * sizeof(*bigger.slot));
	for (size_t i = 0; i < hits->size; i++) {
		if (hits->slot[i] != 0)
			bigger.slot[find(&bigger, hits->slot[i])] = hits->slot[i];
	}
	free(hits->slot);
	*hits = bigger;
}

void hits_add(struct hits *hits, uint64_t address)
{
	size_t i;

	if (hits->count * 2 >= hits->size)
		grow(hits);
	i = find(hits, address);
	hits->count += hits->slot[i] == 0;
	hits->slot[i] = address;
}

void hits_free(struct hits *hits)
{
	free(hits->slot);
	*hits = (struct hits){ 0 };
}

static bool hits_contain(const struct hits *hits, uint64_t address)
{
	return hits->size != 0 && hits->slot[find(hits, address)] != 0;
}

/* Length of the instruction that calls the hook. */
#if defined(__x86_64__)
#define CALL_BYTES 5
#elif defined(__s390x__)
#define CALL_BYTES 6
#else
#define CALL_BYTES 4
#endif

/*
 * The block that holds @address begins at the last hook call not above it; a function's head goes
 * with its first block.
 */
static uint64_t block_of(struct symbols *symbols, const uint64_t *returns, size_t count,
			 uint64_t address)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (returns[middle] - CALL_BYTES <= address)
			low = middle + 1;
		else
			high = middle;
	}
	if (low < count &&
	    (low == 0 || returns[low - 1] < symbols_function_start(symbols, address)))
		return returns[low];
	return low == 0 ? 0 : returns[low - 1];
}

enum { NO_CODE, MISSED, HIT };

int hits_print(const struct hits *hits, struct symbols *symbols, FILE *out)
{
	size_t rows_count, returns_count;
	struct symbols_row *rows = symbols_rows(symbols, &rows_count);
	uint64_t *returns = symbols_returns(symbols, HOOK, &returns_count);
	unsigned total = 0, hit = 0;
	unsigned char *state;
	int last = 0;

	for (size_t i = 0; i < rows_count; i++)
		last = rows[i].line > last ? rows[i].line : last;
	state = calloc((size_t)last + 1, 1);
	if (rows == NULL || returns == NULL || state == NULL) {
		free(rows);
		free(returns);
		free(state);
		return -ENOENT;
	}
	for (size_t i = 0; i < rows_count; i++) {
		uint64_t block = block_of(symbols, returns, returns_count, rows[i].address);

		if (state[rows[i].line] != HIT)
			state[rows[i].line] = hits_contain(hits, block) ? HIT : MISSED;
	}
	for (int line = 1; line <= last; line++) {
		if (state[line] == NO_CODE)
			continue;
		total++;
		hit += state[line] == HIT;
		fprintf(out, "%s %d\n", state[line] == HIT ? "hit " : "miss", line);
	}
	fprintf(out, "total %u of %u lines, %u.%u %%\n", hit, total, hit * 100 / total,
		hit * 1000 / total % 10);
	free(rows);
	free(returns);
	free(state);
	return 0;
}
