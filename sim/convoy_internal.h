/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the two halves of convoys share: convoy.c, which looks for a period, and convoy_state.c, which takes a look
 * and moves a convoy on.
 */
#ifndef SIM_CONVOY_INTERNAL_H
#define SIM_CONVOY_INTERNAL_H

#include "sim/convoy.h"
#include "sim/bulk_internal.h"

#define CONVOY_MEMBERS 64
#define CONVOY_WORDS 4096
#define CONVOY_COUNTERS 4096

/** One look at a convoy. */
struct sim_look_words {
	sim_time time;
	uint64_t base;			/* unit that positions are relative to */
	sim_time until[CONVOY_MEMBERS];	/* when each member does something else */
	uint64_t foreign;		/* events of others before it */
	uint64_t room;			/* units ahead that are like those around them; of a mark only */
	uint64_t word[CONVOY_WORDS];	/* alike: the same goes on */
	unsigned words;
	uint64_t *counter[CONVOY_COUNTERS], value[CONVOY_COUNTERS];
	unsigned counters;
	bool overflow;
};

/** What repeats: from a look like this on, after @time, @units further on, with this added to each counter. */
struct convoy_period {
	bool known;
	sim_time time;
	uint64_t units;
	uint64_t word[CONVOY_WORDS];
	unsigned words;
	uint64_t grown[CONVOY_COUNTERS];
	unsigned counters;
};

struct sim_convoy {
	const struct sim_convoy_ops *ops;
	void *ctx;
	struct sim_convoy_member *members;
	uint64_t events;		/* of members that went step by step */

	/* at this look: those that go step by step */
	struct sim_convoy_member *present[CONVOY_MEMBERS];
	unsigned count;
	uint64_t stride;		/* the largest of them */
	uint64_t first, end;		/* units they are at work on, and one more, whole strides */

	struct sim_look_words *look, *mark;
	uint64_t patience, looks;	/* a mark is kept for so many looks */
	struct convoy_period *period;
};

/** @member's thread goes step by step, and its next step depends on nothing but the convoy. */
static inline bool convoy_steps(const struct sim_convoy_member *member)
{
	return !member->thread->bulk && (member->thread->state == THREAD_RUNNING ||
					 member->thread->state == THREAD_SPINNING);
}

/** Time and count of an account, and of all below it, are tallies. */
void convoy_tally_account(struct sim_look_words *words, struct sim_account *node);

/** Take a look into convoy->look; false: nothing can be said, or moved. */
bool convoy_look(struct sim_domain *domain, uint64_t base);

/** When the first event of anybody else comes, or somebody looks. */
sim_time convoy_horizon(const struct sim_convoy *convoy);

/** When the first thing happens that is not @own: an event of others, a look from outside, the end of the run. */
sim_time look_horizon(bool (*own)(const void *ctx, const struct sim_event *event), const void *ctx);

/** Units that all of them may be moved on by. */
uint64_t convoy_room(struct sim_domain *domain);

/** Do the period @n more times. */
void convoy_move(struct sim_domain *domain, uint64_t n);

#endif
