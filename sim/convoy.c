/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Convoys: who is in one, and the search for its period. See the header.
 *
 * The search keeps one earlier look, the mark, and compares each new one with it; the mark is renewed after twice as
 * many looks as the one before it (Brent's way to find a cycle), and whenever somebody else's event came in between.
 * A period that was found once is kept: when a convoy stands again as it stood at its begin, it needs no second round.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sim/convoy_internal.h"

void sim_convoy_allow(struct sim_domain *domain, const struct sim_convoy_ops *ops, void *ctx)
{
	assert(!domain->convoy);
	domain->convoy = sim_alloc(sizeof(*domain->convoy));
	domain->convoy->ops = ops;
	domain->convoy->ctx = ctx;
}

void sim_convoy_join(struct sim_domain *domain, struct sim_convoy_member *member)
{
	struct sim_convoy *convoy = domain->convoy;

	if (!convoy || sim->config.exact_pages)
		return;
	assert(!sim->self->convoy);
	member->thread = sim->self;
	member->next = convoy->members;
	convoy->members = member;
	sim->self->convoy = convoy;
	convoy->patience = 0;
}

void sim_convoy_leave(struct sim_domain *domain, struct sim_convoy_member *member)
{
	struct sim_convoy_member **at;

	if (!sim->self->convoy)
		return;
	for (at = &domain->convoy->members; *at != member; at = &(*at)->next)
		continue;
	*at = member->next;
	assert(!sim->self->places);
	sim->self->convoy = NULL;
	domain->convoy->patience = 0;
}

/* --- places --------------------------------------------------------------------------------------------------- */

static bool may_move(void)
{
	return sim->self && (sim->self->convoy || sim->self->rhythm);
}

void sim_place_push(struct sim_place *place)
{
	if (!may_move())
		return;
	place->next = sim->self->places;
	sim->self->places = place;
}

void sim_place_pop(struct sim_place *place)
{
	if (!may_move())
		return;
	assert(sim->self->places == place);
	sim->self->places = place->next;
}

/* --- the period ------------------------------------------------------------------------------------------------ */

static bool alike(const uint64_t *a, unsigned a_words, const uint64_t *b, unsigned b_words)
{
	return a_words == b_words && !memcmp(a, b, a_words * sizeof(*a));
}

/* From the mark to this look all is as it was, further on, and nobody else did anything meanwhile; the units
 * between had been alike. */
static bool is_period(const struct sim_convoy *convoy)
{
	const struct sim_look_words *look = convoy->look, *mark = convoy->mark;

	return look->foreign == mark->foreign &&
	       !memcmp(look->until, mark->until, convoy->count * sizeof(look->until[0])) &&
	       look->base > mark->base && look->base - mark->base <= mark->room &&
	       look->time > mark->time &&
	       look->counters == mark->counters &&
	       !memcmp(look->counter, mark->counter, look->counters * sizeof(look->counter[0])) &&
	       alike(look->word, look->words, mark->word, mark->words);
}

static void keep_period(struct sim_convoy *convoy)
{
	const struct sim_look_words *look = convoy->look, *mark = convoy->mark;
	struct convoy_period *period = convoy->period;
	unsigned i;

	period->known = true;
	period->time = look->time - mark->time;
	period->units = look->base - mark->base;
	period->words = look->words;
	memcpy(period->word, look->word, look->words * sizeof(look->word[0]));
	period->counters = look->counters;
	for (i = 0; i < look->counters; i++)
		period->grown[i] = look->value[i] - mark->value[i];
}

static bool period_is_known(const struct sim_convoy *convoy)
{
	const struct convoy_period *period = convoy->period;

	return period->known && period->counters == convoy->look->counters &&
	       alike(period->word, period->words, convoy->look->word, convoy->look->words);
}

static void renew_mark(struct sim_domain *domain)
{
	struct sim_convoy *convoy = domain->convoy;
	struct sim_look_words *look = convoy->look;

	if (convoy->mark->foreign != look->foreign || !convoy->patience)
		convoy->patience = 1;
	else if (++convoy->looks < convoy->patience)
		return;
	else
		convoy->patience *= 2;
	convoy->looks = 0;
	look->room = convoy_room(domain);
	convoy->look = convoy->mark;
	convoy->mark = look;
}

/* At a grain: find the period, and do as many of it as there is time and room for. */
static void try_to_move(struct sim_domain *domain, uint64_t unit)
{
	struct sim_convoy *convoy = domain->convoy;
	const struct convoy_period *period;
	sim_time horizon;
	uint64_t room, n;

	if (!convoy->look) {
		convoy->look = sim_alloc(sizeof(*convoy->look));
		convoy->mark = sim_alloc(sizeof(*convoy->mark));
		convoy->period = sim_alloc(sizeof(*convoy->period));
	}
	period = convoy->period;
	if (!convoy_look(domain, unit)) {
		convoy->patience = 0;
		return;
	}
	if (convoy->patience && is_period(convoy))
		keep_period(convoy);
	if (!period_is_known(convoy)) {
		renew_mark(domain);
		return;
	}
	horizon = convoy_horizon(convoy);
	room = convoy_room(domain);
	n = horizon > sim->now ? (horizon - 1 - sim->now) / period->time : 0;
	if (n > room / period->units)
		n = room / period->units;
	if (n)
		convoy_move(domain, n);
	/* What comes next is another period, or none. */
	convoy->patience = 0;
}

/* Is somebody else near @unit who goes step by step? */
static bool in_company(const struct sim_convoy *convoy, const struct sim_convoy_member *member, uint64_t unit)
{
	const struct sim_convoy_member *other;

	for (other = convoy->members; other; other = other->next) {
		uint64_t first, end;

		if (other == member || !convoy_steps(other))
			continue;
		other->span(other->ctx, &first, &end);
		if (unit + SIM_CONVOY_NEAR >= first && unit < end + SIM_CONVOY_NEAR)
			return true;
	}
	return false;
}

bool sim_convoy_here(struct sim_domain *domain, struct sim_convoy_member *member, uint64_t unit)
{
	struct sim_convoy *convoy = domain->convoy;

	if (!sim->self->convoy || !convoy->members->next || !in_company(convoy, member, unit))
		return false;
	if (unit % member->stride == 0)
		try_to_move(domain, unit);
	return true;
}
