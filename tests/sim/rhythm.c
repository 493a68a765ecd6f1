/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rhythms: a giver and those who wait for each thing that it gives, advanced by whole periods (sim/rhythm.h), as step
 * by step. Random times, numbers of takers and processors; some sleep for a while instead of waiting to be
 * woken, some stop after so many things; others give a thing now and then, from a thread or a timer; somebody may look.
 * And the ways to spoil a period: each must be noticed.
 */
#include <stdio.h>
#include <string.h>

#include "sim/rhythm.h"
#include "sim/watch.h"
#include "suites.h"
#include "trial.h"

#define TAKERS_MAX 5
#define THINGS 4000

/* What a thing that must not pass unseen does to a period. */
enum spoiler { NOTHING, DRAWS, SIGNALLED, UNKNOWN_SLEEP, FOREIGN_TIMER, SPOILERS };

struct taker {
	uint64_t *position;		/* on its stack */
	uint64_t limit, grown_wait;
	sim_time use, nap;		/* nap: it sleeps for so long when there is nothing */
	unsigned __int128 sum;
	uint8_t used[THINGS];
	struct sim_rhythm_part part;
};

static struct {
	struct sim_waitqueue queue;
	uint64_t there, given, total;
	unsigned takers, batch, processors;
	sim_time each, pause;
	struct taker taker[TAKERS_MAX];
	sim_time visit, alarm, look;	/* others come at these times; 0: nobody */
	struct sim_timer *timer;
	struct sim_stream *stream;
	enum spoiler spoiler;
	uint8_t made[THINGS];
} m;

static uint64_t rhythms;

/* --- the giver ---------------------------------------------------------------------------------------------------- */

static bool giver_state(void *ctx, struct sim_look_words *words)
{
	(void)ctx;
	sim_convoy_word(words, m.there);
	sim_convoy_tally(words, &m.given, NULL);
	return true;
}

static uint64_t giver_room(void *ctx)
{
	uint64_t each = sim_rhythm_grown(&m.given);

	(void)ctx;
	return (m.total - m.given) / each;
}

static void giver_advance(void *ctx, uint64_t n)
{
	(void)ctx;
	memset(m.made + m.given, 1, n * sim_rhythm_grown(&m.given));
}

static void give(void)
{
	m.there++;
	sim_wake(&m.queue, 0);
}

static void giver(void *arg)
{
	struct sim_rhythm_part part = { .state = giver_state, .room = giver_room, .advance = giver_advance };

	(void)arg;
	sim_rhythm_join(&part);
	while (m.given < m.total) {
		sim_burn(m.each, SIM_KIND_KERNEL, "make");
		m.made[m.given++] = 1;
		give();
		if (m.given % m.batch == 0) {
			sim_burn(m.pause, SIM_KIND_KERNEL, "pause");
			sim_rhythm_here();
			sim_burn(SIM_NS, SIM_KIND_KERNEL, "go on");
		}
		sim_cond_resched();
	}
	sim_rhythm_leave();
	/* Enough for all: they end. */
	m.there += TAKERS_MAX * THINGS;
	sim_wake(&m.queue, 0);
}

/* --- takers ------------------------------------------------------------------------------------------------------- */

static bool taker_state(void *ctx, struct sim_look_words *words)
{
	struct taker *taker = ctx;

	sim_rhythm_wide(words, &taker->sum);
	if (sim_rhythm_once(words, &m))
		sim_convoy_word(words, m.there);
	return true;
}

static uint64_t taker_room(void *ctx)
{
	struct taker *taker = ctx;
	uint64_t each = sim_rhythm_grown(taker->position), left = taker->limit - *taker->position;

	/* It waits for one that it may still take. */
	return each ? (left - 1) / each : UINT64_MAX;
}

static void taker_advance(void *ctx, uint64_t n)
{
	struct taker *taker = ctx;

	memset(taker->used + *taker->position, 1, n * sim_rhythm_grown(taker->position));
}

static void wait_for_one(struct taker *taker, uint64_t *position)
{
	sim_time begin = sim_now();
	struct sim_place place = { .number = position, .count = 1 };
	struct sim_place here = { .number = &begin, .count = 1, .kind = SIM_PLACE_TIME,
				  .waits = m.spoiler != UNKNOWN_SLEEP };

	sim_place_push(&place);
	sim_place_push(&here);
	if (taker->nap)
		sim_sleep(taker->nap, false, "nap");
	else
		sim_wait_until(&m.queue, SIM_WAIT_UNINTERRUPTIBLE, sim_now() + 100 * SIM_US);
	sim_place_pop(&here);
	sim_place_pop(&place);
	/* More than 64 bits of it. */
	taker->sum += (unsigned __int128)(sim_now() - begin) << 40;
}

static void take(void *arg)
{
	struct taker *taker = arg;
	uint64_t position = 0;

	taker->position = &position;
	sim_rhythm_join(&taker->part);
	while (position < taker->limit) {
		while (!m.there)
			wait_for_one(taker, &position);
		m.there--;
		if (m.spoiler == DRAWS)
			sim_choose(m.stream, 3);
		/* Progress, unlike what kernels do. */
		sim_burn_user(taker->use, SIM_KIND_USER, "use");
		taker->used[position++] = 1;
		sim_cond_resched();
	}
	sim_rhythm_leave();
	note_number("took", (long long)position);
	note_number("waited", (long long)(taker->sum >> 40));
	for (uint64_t i = 0; i < THINGS; i++)
		ck_assert_uint_eq(taker->used[i], i < position);
}

/* --- others ------------------------------------------------------------------------------------------------------- */

static void visitor(void *arg)
{
	(void)arg;
	for (unsigned i = 0; i < 3; i++) {
		sim_sleep(m.visit, false, "later");
		sim_burn(700 * SIM_PS, SIM_KIND_KERNEL, "visit");
		note_number("visitor sees", (long long)m.given);
		give();
	}
}

static void ring(void *ctx)
{
	(void)ctx;
	give();
	if (m.spoiler == FOREIGN_TIMER)
		sim_timer_start(m.timer, sim_now() + m.alarm);
	else
		note_number("timer sees", (long long)m.given);
}

static sim_time looked(void *ctx)
{
	(void)ctx;
	note_number("seen", (long long)m.given);
	return sim_now() + m.look;
}

static void signaller(void *arg)
{
	sim_sleep(m.visit, false, "later");
	sim_signal_send(arg, 9, false);
}

/* --- runs --------------------------------------------------------------------------------------------------------- */

static void draw(enum spoiler spoiler)
{
	unsigned i;

	memset(&m, 0, sizeof(m));
	m.spoiler = spoiler;
	m.total = 1500 + roll(THINGS - 1500);
	m.takers = 1 + (unsigned)roll(TAKERS_MAX);
	m.batch = 4 + (unsigned)roll(40);
	m.processors = roll(4) ? 8 : 2 + (unsigned)roll(4);
	m.each = 800 * SIM_PS + 50 * roll(4) * SIM_PS;
	m.pause = 20 * SIM_NS + roll(40) * SIM_NS;
	for (i = 0; i < m.takers; i++) {
		m.taker[i].use = 900 * SIM_PS + 100 * roll(60) * SIM_PS;
		m.taker[i].limit = roll(3) ? THINGS : 200 + roll(2000);
		m.taker[i].nap = roll(4) ? 0 : (50 + roll(400)) * SIM_NS;
		m.taker[i].part = (struct sim_rhythm_part){ .state = taker_state, .room = taker_room,
							    .advance = taker_advance, .ctx = &m.taker[i] };
	}
	if (spoiler == NOTHING) {
		m.visit = roll(3) ? 0 : (100 + roll(3000)) * SIM_NS;
		m.alarm = roll(3) ? 0 : (100 + roll(9000)) * SIM_NS;
		m.look = roll(3) ? 0 : (100 + roll(3000)) * SIM_NS;
	} else {
		m.visit = 500 * SIM_NS;
		m.alarm = spoiler == FOREIGN_TIMER ? m.each * m.batch : 0;
	}
}

static void run(bool exact, sim_time limit)
{
	/* A thread that sleeps falls back by a slice at most: short ones, for ranks that settle soon. */
	const struct sim_config config = { .processors = m.processors, .exact_pages = exact, .time_limit = limit,
					   .slice = 20 * SIM_NS };
	struct sim_thread *thread = NULL;
	char name[16];
	unsigned i;

	trial_begin_with(&config);
	sim_waitqueue_init(&m.queue, "things");
	m.stream = sim_stream("things");
	spawn("giver", giver, NULL);
	for (i = 0; i < m.takers; i++) {
		snprintf(name, sizeof(name), "taker%u", i);
		thread = spawn(name, take, &m.taker[i]);
	}
	if (m.visit && m.spoiler != SIGNALLED)
		spawn("visitor", visitor, NULL);
	if (m.spoiler == SIGNALLED)
		spawn("signaller", signaller, thread);
	if (m.alarm) {
		m.timer = sim_timer_create("ring", ring, NULL);
		sim_timer_start(m.timer, m.alarm);
	}
	if (m.look)
		sim_look(m.look, looked, NULL);
	note_number("end", trial_run());
	note_number("given", (long long)m.given);
	note_number("choices", (long long)sim_counters_get()->choices);
	for (thread = NULL; (thread = sim_thread_next(thread)) != NULL;)
		note_number(sim_thread_name(thread), (long long)sim_thread_cpu_time(thread));
	for (uint64_t thing = 0; thing < THINGS; thing++)
		ck_assert_uint_eq(m.made[thing], thing < m.given);
	if (!exact)
		rhythms += sim_counters_get()->convoys;
	trial_end();
}

/* Seed @seed step by step, then with rhythms. */
static void both(uint64_t seed, enum spoiler spoiler, sim_time limit)
{
	static char exact[1 << 16];

	roll_seed(seed);
	draw(spoiler);
	run(true, limit);
	snprintf(exact, sizeof(exact), "%s", trial_notes());
	roll_seed(seed);
	draw(spoiler);
	run(false, limit);
	ck_assert_msg(!strcmp(exact, trial_notes()), "seed %u:\n%s---\n%s", (unsigned)seed, exact, trial_notes());
}

START_TEST(as_single_steps)
{
	uint64_t seed;

	rhythms = 0;
	for (seed = 1; seed <= 40; seed++)
		both(seed, NOTHING, 0);
	ck_assert_uint_gt(rhythms, 12);
}
END_TEST

/* The run ends where it would have ended: not a period later. */
START_TEST(to_the_limit)
{
	uint64_t seed;

	rhythms = 0;
	for (seed = 1; seed <= 40; seed++)
		both(seed, NOTHING, SIM_US + roll(3000) * SIM_NS);
	ck_assert_uint_gt(rhythms, 8);
}
END_TEST

/* What does not repeat itself is not repeated. */
START_TEST(spoiled)
{
	uint64_t seed;

	for (seed = 1; seed <= 8; seed++)
		both(seed, (enum spoiler)_i, 0);
}
END_TEST

/* A sleep of which not all is known rules every period out. */
START_TEST(not_from_an_unknown_place)
{
	rhythms = 0;
	for (uint64_t seed = 1; seed <= 8; seed++)
		both(seed, UNKNOWN_SLEEP, 0);
	ck_assert_uint_eq(rhythms, 0);
}
END_TEST

Suite *suite_rhythm(void)
{
	Suite *suite = suite_create("rhythm");
	TCase *tcase = tcase_create("rhythm");

	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, as_single_steps);
	tcase_add_test(tcase, to_the_limit);
	tcase_add_loop_test(tcase, spoiled, DRAWS, SPOILERS);
	tcase_add_test(tcase, not_from_an_unknown_place);
	suite_add_tcase(suite, tcase);
	return suite;
}
