/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rhythms: who takes part, and the search for the period. See the header.
 *
 * The search is that of convoys: a mark is kept and compared with each new look, and renewed after twice as many looks
 * as the one before.
 */
#include <assert.h>
#include <string.h>

#include "sim/rhythm_internal.h"

void sim_rhythm_join(struct sim_rhythm_part *part)
{
	if (sim->config.exact_pages)
		return;
	assert(!sim->self->rhythm);
	sim->self->rhythm = part;
}

void sim_rhythm_leave(void)
{
	assert(!sim->self->rhythm || !sim->self->places);
	sim->self->rhythm = NULL;
}

static bool alike(const struct rhythm_look *look, const struct rhythm_look *mark)
{
	const struct sim_look_words *a = &look->words, *b = &mark->words;

	return a->time > b->time && a->words == b->words && a->counters == b->counters &&
	       look->wide_count == mark->wide_count && look->time_count == mark->time_count &&
	       !memcmp(a->word, b->word, a->words * sizeof(a->word[0])) &&
	       !memcmp(a->counter, b->counter, a->counters * sizeof(a->counter[0])) &&
	       !memcmp(look->wide, mark->wide, look->wide_count * sizeof(look->wide[0])) &&
	       !memcmp(look->times, mark->times, look->time_count * sizeof(look->times[0]));
}

static void renew_mark(struct sim_rhythm *rhythm)
{
	struct rhythm_look *look = rhythm->look;

	if (rhythm->patience && ++rhythm->looks < rhythm->patience)
		return;
	rhythm->patience = rhythm->patience ? rhythm->patience * 2 : 1;
	rhythm->looks = 0;
	rhythm->look = rhythm->mark;
	rhythm->mark = look;
}

uint64_t sim_rhythm_grown(const uint64_t *counter)
{
	const struct sim_look_words *look = &sim->rhythm->look->words, *mark = &sim->rhythm->mark->words;
	unsigned i;

	for (i = 0; i < look->counters; i++)
		if (look->counter[i] == counter)
			return look->value[i] - mark->value[i];
	return 0;
}

void sim_rhythm_here(void)
{
	struct sim_rhythm *rhythm = sim->rhythm;
	uint64_t n;

	if (!sim->self->rhythm)
		return;
	if (!rhythm) {
		rhythm = sim->rhythm = sim_alloc(sizeof(*rhythm));
		rhythm->look = sim_alloc(sizeof(*rhythm->look));
		rhythm->mark = sim_alloc(sizeof(*rhythm->mark));
	}
	if (!rhythm_look(rhythm->look))
		return;
	if (!rhythm->patience || !alike(rhythm->look, rhythm->mark)) {
		renew_mark(rhythm);
		return;
	}
	n = rhythm_room(rhythm->look, rhythm->mark);
	if (n)
		rhythm_move(rhythm->look, rhythm->mark, n);
	/* What comes next is another period, or none. */
	rhythm->patience = 0;
}
