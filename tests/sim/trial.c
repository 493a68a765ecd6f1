/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * See trial.h.
 */
#include "trial.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define NOTES_MAX ((size_t)1 << 20)

static char notes[NOTES_MAX];
static size_t notes_length;
static uint64_t hash, dice;

void trial_twice(void (*body)(void))
{
	static char first[NOTES_MAX];
	uint64_t first_hash;

	for (unsigned turn = 0; turn < 2; turn++) {
		notes[notes_length = 0] = '\0';
		hash = 0;
		roll_seed(1);
		body();
		ck_assert_msg(!sim_active(), "the trial has not been ended");
		if (turn == 0) {
			memcpy(first, notes, notes_length + 1);
			first_hash = hash;
		}
	}
	ck_assert_str_eq(first, notes);
	ck_assert_uint_eq(first_hash, hash);
}

void trial_begin_with(const struct sim_config *config)
{
	notes[notes_length = 0] = '\0';
	ck_assert_int_eq(sim_create(config), 0);
}

void trial_begin(unsigned processors)
{
	trial_begin_with(&(struct sim_config){ .processors = processors });
}

enum sim_end trial_run(void)
{
	const struct sim_thread *thread = NULL;
	enum sim_end end = sim_run();

	while ((thread = sim_thread_next(thread)) != NULL) {
		sim_time over = sim_thread_end(thread);

		if (over == SIM_FOREVER)
			over = sim_now();
		ck_assert_uint_eq(sim_account_total(sim_thread_account(thread)),
				  over - sim_thread_begin(thread));
	}
	return end;
}

void trial_end(void)
{
	hash = hash * 31 + sim_counters_get()->hash;
	sim_destroy();
}

void trial_expect(const char *expected)
{
	ck_assert_int_eq(trial_run(), SIM_END_DONE);
	ck_assert_str_eq(notes, expected);
	trial_end();
}

void note(const char *what)
{
	sim_time now = sim_now();
	const char *name = sim_self() ? sim_thread_name(sim_self()) : "-";

	notes_length += (size_t)snprintf(notes + notes_length, NOTES_MAX - notes_length,
					 "%" PRIu64 "%s %s %s\n", now % 1000 ? now : now / 1000,
					 now % 1000 ? "p" : "", name, what);
	ck_assert(notes_length < NOTES_MAX);
}

void note_number(const char *what, long long number)
{
	char text[128];

	snprintf(text, sizeof(text), "%s %lld", what, number);
	note(text);
}

const char *trial_notes(void)
{
	return notes;
}

uint64_t trial_hash(void)
{
	return hash;
}

struct sim_thread *spawn(const char *name, void (*body)(void *arg), void *arg)
{
	return sim_spawn(name, body, arg, NULL);
}

struct sim_thread *spawn_nice(const char *name, int nice, void (*body)(void *arg), void *arg)
{
	return sim_spawn(name, body, arg, &(struct sim_thread_attr){ .nice = nice });
}

struct sim_thread *thread_called(const char *name)
{
	struct sim_thread *thread = sim_thread_next(NULL);

	while (thread && strcmp(sim_thread_name(thread), name) != 0)
		thread = sim_thread_next(thread);
	ck_assert_ptr_nonnull(thread);
	return thread;
}

void kernel(sim_time time)
{
	sim_burn(time, SIM_KIND_KERNEL, "kernel work");
}

sim_time user(sim_time time)
{
	return sim_burn_user(time, SIM_KIND_USER, "user work");
}

static sim_time charged_below(const struct sim_account *node, enum sim_kind kind, const char *name)
{
	bool here = node->kind == kind && strcmp(node->name, name) == 0;
	sim_time time = here ? node->self : 0;

	for (node = node->child; node; node = node->next)
		time += charged_below(node, kind, name);
	return time;
}

sim_time charged(const struct sim_thread *thread, enum sim_kind kind, const char *name)
{
	return charged_below(sim_thread_account(thread), kind, name);
}

void roll_seed(uint64_t seed)
{
	dice = seed;
}

uint64_t roll(uint64_t bound)
{
	uint64_t z = dice += 0x9e3779b97f4a7c15ULL;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
	return (z ^ z >> 31) % bound;
}
