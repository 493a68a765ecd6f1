/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rhythms: taking a look, and moving on. See the header.
 *
 * What is compared of a thread that takes part is what it would go on from: where it sleeps (its chain of return
 * addresses), for how long, what its places say, its rank with the scheduler. Of any other thread it is that it has not
 * run: then nothing that it did can have mattered.
 */
#include <assert.h>

#include "sim/rhythm_internal.h"

static struct rhythm_look *look_of(struct sim_look_words *words)
{
	return (struct rhythm_look *)words;
}

bool sim_rhythm_once(struct sim_look_words *words, const void *object)
{
	struct rhythm_look *look = look_of(words);
	unsigned i;

	for (i = 0; i < look->object_count; i++)
		if (look->object[i] == object)
			return false;
	if (look->object_count == RHYTHM_OBJECTS)
		words->overflow = true;
	else
		look->object[look->object_count++] = object;
	return true;
}

void sim_rhythm_time(struct sim_look_words *words, sim_time *time)
{
	struct rhythm_look *look = look_of(words);

	sim_convoy_word(words, *time == SIM_FOREVER ? SIM_FOREVER : sim->now - *time);
	if (*time == SIM_FOREVER)
		return;
	if (look->time_count == RHYTHM_TIMES)
		words->overflow = true;
	else
		look->times[look->time_count++] = time;
}

void sim_rhythm_wide(struct sim_look_words *words, unsigned __int128 *number)
{
	struct rhythm_look *look = look_of(words);

	if (look->wide_count == RHYTHM_WIDE) {
		words->overflow = true;
		return;
	}
	look->wide[look->wide_count] = number;
	look->wide_value[look->wide_count++] = *number;
}

/* --- a look at threads ------------------------------------------------------------------------------------------ */

#if defined(__x86_64__) || defined(__aarch64__)
/* How it came to where it sleeps: false where that cannot be followed. */
__attribute__((no_sanitize("address"))) static bool look_at_chain(const struct sim_thread *thread,
								   struct sim_look_words *words)
{
	const uintptr_t *at = thread->parked, *base = thread->stack_base;

	while (at < base) {
		const uintptr_t *next = (const uintptr_t *)at[0];

		sim_convoy_word(words, (uintptr_t)at);
		sim_convoy_word(words, at[1]);
		if (next <= at || (uintptr_t)next % sizeof(*next))
			return false;
		at = next;
	}
	return at == base;
}
#else
static bool look_at_chain(const struct sim_thread *thread, struct sim_look_words *words)
{
	(void)thread;
	(void)words;
	return false;
}
#endif

static void look_at_places(const struct sim_thread *thread, struct sim_look_words *words)
{
	const struct sim_place *place;
	unsigned i;

	for (place = thread->places; place; place = place->next) {
		for (i = 0; i < place->count; i++) {
			if (place->kind == SIM_PLACE_TIME)
				sim_rhythm_time(words, &place->number[i]);
			else if (place->kind == SIM_PLACE_SAME)
				sim_convoy_word(words, place->number[i]);
			else
				sim_convoy_tally(words, &place->number[i], NULL);
		}
	}
}

/* What the scheduler and the account know of a thread that takes part. */
static void look_at_life(struct sim_thread *thread, struct sim_look_words *words)
{
	sim_convoy_word(words, thread->id);
	sim_convoy_word(words, thread->state);
	sim_rhythm_time(words, &thread->charged_to);
	sim_rhythm_time(words, &thread->kernel_since);
	sim_convoy_word(words, thread->vruntime - sim->min_vruntime);
	sim_convoy_word(words, (uintptr_t)thread->span);
	sim_convoy_word(words, thread->held_count);
	sim_convoy_word(words, thread->atomic);
	sim_convoy_tally(words, &thread->cpu_time, NULL);
	sim_convoy_tally(words, &thread->steps, NULL);
	convoy_tally_account(words, thread->root);
}

static bool undisturbed(const struct sim_thread *thread)
{
	return !thread->signal && !thread->kicked && !thread->stall_where && thread->trap <= thread->steps;
}

static bool look_at_leader(struct sim_thread *self, struct sim_look_words *words)
{
	if (!undisturbed(self) || self->places || self->cpu->need_resched || self->cpu->slice->event.slot)
		return false;
	look_at_life(self, words);
	sim_rhythm_time(words, &self->exec_begin);
	/* It has not left its processor. */
	sim_convoy_word(words, self->placed);
	return self->rhythm->state(self->rhythm->ctx, words);
}

static bool look_at_sleeper(struct sim_thread *thread, struct sim_look_words *words)
{
	if (!thread->places || !thread->places->waits || !undisturbed(thread))
		return false;
	look_at_life(thread, words);
	sim_convoy_word(words, (uintptr_t)thread->wait_name);
	sim_convoy_word(words, thread->wait_mode);
	sim_convoy_word(words, thread->timer->event.slot ? thread->timer->event.key.time - sim->now : SIM_FOREVER);
	look_at_places(thread, words);
	return look_at_chain(thread, words) && thread->rhythm->state(thread->rhythm->ctx, words);
}

/* It may not run: if it has, at any time since, this tells. */
static void look_at_bystander(const struct sim_thread *thread, struct sim_look_words *words)
{
	sim_convoy_word(words, thread->id);
	sim_convoy_word(words, thread->state);
	sim_convoy_word(words, thread->charged_to);
	sim_convoy_word(words, thread->timer->event.slot ? thread->timer->event.key.time : SIM_FOREVER);
}

static void join_in(struct rhythm_look *look, struct sim_thread *thread)
{
	if (look->threads == CONVOY_MEMBERS)
		look->words.overflow = true;
	else
		look->thread[look->threads++] = thread;
}

static void look_at_thread(struct rhythm_look *look, struct sim_thread *thread)
{
	unsigned word = look->words.words, counters = look->words.counters, times = look->time_count,
		 wide = look->wide_count, objects = look->object_count;

	if (thread->rhythm && look_at_sleeper(thread, &look->words)) {
		join_in(look, thread);
		return;
	}
	look->words.words = word;
	look->words.counters = counters;
	look->time_count = times;
	look->wide_count = wide;
	look->object_count = objects;
	look_at_bystander(thread, &look->words);
}

static bool all_asleep(void)
{
	const struct sim_thread *thread;

	if (sim->ready || sim->watch.waits)
		return false;
	for (thread = sim->threads; thread; thread = thread->next)
		if (thread != sim->self && thread->state != THREAD_BLOCKED && thread->state != THREAD_ENDED)
			return false;
	return true;
}

/* What else the engine keeps. */
static void look_at_engine(struct sim_look_words *words)
{
	sim_convoy_word(words, sim->thread_count);
	sim_convoy_word(words, sim->alarms);
	sim_convoy_word(words, sim->counters.choices);
	sim_convoy_word(words, sim->ring_end);
	sim_convoy_word(words, sim->finding_count);
	sim_convoy_word(words, (uintptr_t)sim->stalls_tail);
	sim_convoy_word(words, sim->fruitless);
	sim_convoy_word(words, sim->fruitless_sleeps);
	sim_convoy_tally(words, &sim->placements, NULL);
}

bool rhythm_look(struct rhythm_look *look)
{
	struct sim_look_words *words = &look->words;
	struct sim_thread *thread;

	if (!all_asleep())
		return false;
	words->words = words->counters = 0;
	words->overflow = false;
	words->time = sim->now;
	look->time_count = look->wide_count = look->object_count = look->threads = 0;
	look->min_vruntime = sim->min_vruntime;
	look_at_engine(words);
	if (!look_at_leader(sim->self, words))
		return false;
	join_in(look, sim->self);
	for (thread = sim->threads; thread; thread = thread->next)
		if (thread != sim->self && thread->state != THREAD_ENDED)
			look_at_thread(look, thread);
	return look->threads > 1 && !words->overflow;
}

/* --- how far ----------------------------------------------------------------------------------------------------- */

static bool takes_part(const void *ctx, const struct sim_event *event)
{
	const struct rhythm_look *look = ctx;
	unsigned i;

	for (i = 0; i < look->threads; i++)
		if (&look->thread[i]->timer->event == event)
			return true;
	return false;
}

uint64_t rhythm_room(const struct rhythm_look *look, const struct rhythm_look *mark)
{
	sim_time end = look_horizon(takes_part, look), period = look->words.time - mark->words.time;
	uint64_t room = end > sim->now ? (end - 1 - sim->now) / period : 0;
	unsigned i;

	for (i = 0; i < look->threads && room; i++) {
		const struct sim_rhythm_part *part = look->thread[i]->rhythm;
		uint64_t more = part->room(part->ctx);

		if (more < room)
			room = more;
	}
	return room;
}

/* --- moving on ---------------------------------------------------------------------------------------------------- */

static void move_clocks(const struct rhythm_look *look, sim_time time, uint64_t vruntime)
{
	unsigned i;

	sim->now += time;
	sim->frontier.time = sim->now;
	sim->min_vruntime += vruntime;
	for (i = 0; i < look->time_count; i++)
		*look->times[i] += time;
	for (i = 0; i < look->threads; i++) {
		struct sim_timer *timer = look->thread[i]->timer;

		look->thread[i]->vruntime += vruntime;
		if (timer->event.slot)
			sim_timer_start(timer, timer->event.key.time + time);
	}
}

void rhythm_move(const struct rhythm_look *look, const struct rhythm_look *mark, uint64_t n)
{
	const struct sim_look_words *words = &look->words;
	sim_time fruitless = sim->fruitless;
	uint64_t sleeps = sim->fruitless_sleeps;
	unsigned i;

	for (i = 0; i < look->threads; i++) {
		const struct sim_rhythm_part *part = look->thread[i]->rhythm;

		sim->counters.bulk_units -= look->thread[i]->steps;
		part->advance(part->ctx, n);
	}
	/* As at the end of a period, not as after some progress. */
	sim->fruitless = fruitless;
	sim->fruitless_sleeps = sleeps;
	for (i = 0; i < words->counters; i++)
		*words->counter[i] += n * (words->value[i] - mark->words.value[i]);
	for (i = 0; i < look->wide_count; i++)
		*look->wide[i] += n * (look->wide_value[i] - mark->wide_value[i]);
	for (i = 0; i < look->threads; i++)
		sim->counters.bulk_units += look->thread[i]->steps;
	move_clocks(look, n * (words->time - mark->words.time), n * (look->min_vruntime - mark->min_vruntime));
	sim->counters.convoys++;
	sim_step("rhythm", n, words->time - mark->words.time);
}
