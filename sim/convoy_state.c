/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Convoys: taking a look, and moving on. See the header.
 *
 * A thread that goes step by step is between two steps, in one, or spins for a lock. What it does next follows from
 * what it is in (the name and length of the step, what is left of it), from its places, and from what its walk says
 * of itself. Times are compared as distances from now; those of a thread are moved with it.
 */
#include <assert.h>

#include "sim/convoy_internal.h"

void sim_convoy_word(struct sim_look_words *words, uint64_t word)
{
	if (words->words == CONVOY_WORDS)
		words->overflow = true;
	else
		words->word[words->words++] = word;
}

void sim_convoy_spinlock(struct sim_look_words *words, const struct sim_spinlock *lock)
{
	const struct sim_waiter *waiter;
	unsigned n = 0;

	for (waiter = lock->waiters.head; waiter; waiter = waiter->next)
		n++;
	sim_convoy_word(words, lock->owner ? lock->owner->id : 0);
	sim_convoy_word(words, n);
	for (waiter = lock->waiters.head; waiter; waiter = waiter->next)
		sim_convoy_word(words, waiter->thread->id);
}

void sim_convoy_tally(struct sim_look_words *words, uint64_t *counter, const uint64_t *others)
{
	if (words->counters == CONVOY_COUNTERS) {
		words->overflow = true;
		return;
	}
	words->counter[words->counters] = counter;
	words->value[words->counters++] = *counter - (others ? *others : 0);
}

void convoy_tally_account(struct sim_look_words *words, struct sim_account *node)
{
	struct sim_account *child;

	sim_convoy_tally(words, &node->self, NULL);
	sim_convoy_tally(words, &node->count, NULL);
	for (child = node->child; child; child = child->next)
		convoy_tally_account(words, child);
}

/* --- a look ---------------------------------------------------------------------------------------------------- */

/* False: there are others than those of a walk. */
static bool look_at_places(const struct sim_thread *thread, uint64_t base, struct sim_look_words *words)
{
	const struct sim_place *place;
	unsigned i;

	for (place = thread->places; place; place = place->next) {
		if (place->kind != SIM_PLACE_UNIT)
			return false;
		sim_convoy_word(words, place->scale);
		for (i = 0; i < place->count; i++)
			sim_convoy_word(words, place->number[i] ? place->number[i] - (base << place->scale) : 0);
	}
	return true;
}

/* False: something may come that is not the convoy's. */
static bool look_at_thread(struct sim_thread *thread, uint64_t base, struct sim_look_words *words)
{
	if (thread->signal || thread->kicked || thread->preemptible || thread->stall_where ||
	    thread->cpu->need_resched || thread->trap > thread->steps)
		return false;
	sim_convoy_word(words, thread->id);
	sim_convoy_word(words, thread->state);
	sim_convoy_word(words, thread == sim->self);
	sim_convoy_word(words, thread->event.slot ? thread->event.key.time - sim->now : SIM_FOREVER);
	sim_convoy_word(words, sim->now - thread->charged_to);
	sim_convoy_word(words, sim->now - thread->kernel_since);
	sim_convoy_word(words, (uintptr_t)thread->span);
	sim_convoy_word(words, (uintptr_t)thread->burn_name);
	sim_convoy_word(words, thread->burn_time);
	sim_convoy_word(words, thread->held_count);
	sim_convoy_word(words, thread->atomic);
	if (!look_at_places(thread, base, words))
		return false;
	sim_convoy_tally(words, &thread->cpu_time, NULL);
	sim_convoy_tally(words, &thread->steps, NULL);
	convoy_tally_account(words, thread->root);
	return true;
}

/* Who goes step by step, and where they are. */
static bool gather(struct sim_convoy *convoy)
{
	struct sim_convoy_member *member;

	convoy->count = 0;
	convoy->first = UINT64_MAX;
	convoy->end = 0;
	convoy->stride = 1;
	for (member = convoy->members; member; member = member->next) {
		uint64_t first, end;

		if (!convoy_steps(member))
			continue;
		if (convoy->count == CONVOY_MEMBERS)
			return false;
		convoy->present[convoy->count++] = member;
		if (member->stride > convoy->stride)
			convoy->stride = member->stride;
		member->span(member->ctx, &first, &end);
		if (first < convoy->first)
			convoy->first = first;
		if (end > convoy->end)
			convoy->end = end;
	}
	convoy->first &= ~(convoy->stride - 1);
	convoy->end = (convoy->end + convoy->stride) & ~(convoy->stride - 1);
	return convoy->count > 1 && convoy->end - convoy->first <= 4 * SIM_CONVOY_NEAR;
}

bool convoy_look(struct sim_domain *domain, uint64_t base)
{
	struct sim_convoy *convoy = domain->convoy;
	struct sim_look_words *look = convoy->look;
	unsigned i;

	/* Who counts waits wants to see each. */
	if (sim->watch.waits || !gather(convoy))
		return false;
	look->words = 0;
	look->counters = 0;
	look->overflow = false;
	look->time = sim->now;
	look->base = base;
	look->foreign = sim->counters.events - convoy->events + sim->counters.bulk_calls + sim->placements;
	sim_domain_settle(domain);
	sim_convoy_word(look, convoy->count);
	sim_convoy_word(look, convoy->first - base);
	sim_convoy_word(look, convoy->end - base);
	for (i = 0; i < convoy->count; i++) {
		const struct sim_convoy_member *member = convoy->present[i];

		if (!look_at_thread(member->thread, base, look))
			return false;
		member->state(member->ctx, base, look);
		look->until[i] = member->until ? member->until(member->ctx) : SIM_FOREVER;
	}
	return convoy->ops->state(convoy->ctx, convoy->first, convoy->end, base, convoy->stride, look) &&
	       !look->overflow;
}

/* --- how far ----------------------------------------------------------------------------------------------------- */

sim_time look_horizon(bool (*own)(const void *ctx, const struct sim_event *event), const void *ctx)
{
	sim_time horizon = sim->config.time_limit;
	size_t i;

	if (sim->look_at < horizon)
		horizon = sim->look_at;
	for (i = 0; i < sim->heap_count; i++)
		if (sim->heap[i]->key.time < horizon && !own(ctx, sim->heap[i]))
			horizon = sim->heap[i]->key.time;
	return horizon;
}

static bool is_present(const void *ctx, const struct sim_event *event)
{
	const struct sim_convoy *convoy = ctx;
	unsigned i;

	for (i = 0; i < convoy->count; i++)
		if (&convoy->present[i]->thread->event == event)
			return true;
	return false;
}

sim_time convoy_horizon(const struct sim_convoy *convoy)
{
	sim_time horizon = look_horizon(is_present, convoy);
	unsigned i;

	for (i = 0; i < convoy->count; i++)
		if (convoy->look->until[i] < horizon)
			horizon = convoy->look->until[i];
	return horizon;
}

uint64_t convoy_room(struct sim_domain *domain)
{
	struct sim_convoy *convoy = domain->convoy;
	struct sim_bulk_run *run;
	uint64_t room = UINT64_MAX - convoy->end;
	unsigned i;

	for (run = domain->runs; run; run = run->next) {
		uint64_t first;

		if (run->bulk->whole)
			return 0;
		first = bulk_round_first(run);
		if (bulk_over(run) || bulk_range_end(run) <= convoy->first)
			continue;
		if (first < convoy->end)
			return 0;
		if (first - convoy->end < room)
			room = first - convoy->end;
	}
	for (i = 0; i < convoy->count && room; i++)
		room = convoy->present[i]->room(convoy->present[i]->ctx, room);
	if (room)
		room = convoy->ops->room(convoy->ctx, convoy->first, convoy->end, room);
	return room;
}

/* --- moving on ---------------------------------------------------------------------------------------------------- */

static void move_thread(struct sim_thread *thread, sim_time time, uint64_t units)
{
	struct sim_place *place;
	unsigned i;

	for (place = thread->places; place; place = place->next)
		for (i = 0; i < place->count; i++)
			if (place->number[i])
				place->number[i] += units << place->scale;
	thread->charged_to += time;
	thread->kernel_since += time;
	if (thread->event.slot)
		event_post(&thread->event, sim_key(thread->event.key.time + time, SIM_CLASS_THREAD, thread->id));
}

void convoy_move(struct sim_domain *domain, uint64_t n)
{
	struct sim_convoy *convoy = domain->convoy;
	const struct convoy_period *period = convoy->period;
	const struct sim_look_words *look = convoy->look;
	uint64_t units = n * period->units;
	sim_time time = n * period->time;
	unsigned i;

	assert(units % convoy->stride == 0);
	convoy->ops->advance(convoy->ctx, convoy->first, convoy->end, units);
	sim->now += time;
	sim->frontier.time = sim->now;
	for (i = 0; i < convoy->count; i++) {
		struct sim_thread *thread = convoy->present[i]->thread;

		sim->counters.bulk_units -= thread->steps;
		move_thread(thread, time, units);
	}
	for (i = 0; i < look->counters; i++)
		*look->counter[i] += n * period->grown[i];
	for (i = 0; i < convoy->count; i++)
		sim->counters.bulk_units += convoy->present[i]->thread->steps;
	sim->counters.convoys++;
	sim_step("convoy", look->base, units);
}
