/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Small benchmarks of the engine and of the page map.
 *
 *	bench_engine			a table: nanoseconds a step, and how many steps of a plain loop that is
 *	bench_engine --counters		what was done, not how long it took: for exact comparison
 *
 * The plain loop, measured in the same process, makes figures of different machines comparable: one of
 * its steps is a multiplication and a read and write in a table of 512 KiB.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sim/engine.h"
#include "sim/lock.h"
#include "sim/thread.h"
#include "uv/page_map.h"

#define MESSAGES 1024
#define PROCESSES 256
#define PAGES (1u << 22)

struct bench {
	const char *name, *unit;
	uint64_t steps;
	/* Does @steps and returns a number that depends on all of them. */
	uint64_t (*run)(uint64_t steps);
};

/* Knuth's MMIX generator: good enough to spread, the same everywhere. */
static uint64_t next(uint64_t *state)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return *state >> 33;
}

static uint64_t plain_loop(uint64_t steps)
{
	static uint64_t table[1 << 16];
	uint64_t state = 1;

	memset(table, 0, sizeof(table));
	for (uint64_t i = 0; i < steps; i++)
		table[next(&state) & 0xffff] += state;
	return table[1];
}

static void simulation_begin(void)
{
	struct sim_config config = { .seed = 1, .processors = 4 };

	if (sim_create(&config) != 0) {
		fprintf(stderr, "bench_engine: out of memory\n");
		exit(3);
	}
}

/* A run is over when its threads are: one waits for the last timer. */
static struct sim_completion over;

static void keeper(void *arg)
{
	(void)arg;
	sim_wait_for_completion(&over, SIM_WAIT_UNINTERRUPTIBLE);
}

static void keep_running(void)
{
	sim_completion_init(&over, "last timer");
	sim_spawn("keeper", keeper, NULL, NULL);
}

static uint64_t simulation_end(void)
{
	uint64_t hash;

	sim_run();
	hash = sim_counters_get()->hash ^ sim_counters_get()->events ^ sim_now();
	sim_destroy();
	return hash;
}

/* --- timers: each posts its next expiry ------------------------------------------------------------ */

struct clockwork {
	struct sim_timer *timer;
	uint64_t left;
};

static void tick(void *ctx)
{
	struct clockwork *clockwork = ctx;

	if (--clockwork->left)
		sim_timer_start(clockwork->timer, sim_now() + 1000);
	else
		sim_complete_all(&over);
}

static uint64_t timers(uint64_t steps)
{
	static struct clockwork all[MESSAGES];

	simulation_begin();
	keep_running();
	for (unsigned i = 0; i < MESSAGES; i++) {
		all[i].left = steps / MESSAGES;
		all[i].timer = sim_timer_create("tick", tick, &all[i]);
		sim_timer_start(all[i].timer, i);
	}
	return simulation_end();
}

/* --- PHOLD: a message arrives at a process, which sends it on to another at random ----------------- */

struct phold {
	uint64_t state, left;
	uint64_t received[PROCESSES];
};

struct message {
	struct sim_timer *timer;
	struct phold *phold;
	unsigned to;
};

static void arrive(void *ctx)
{
	struct message *message = ctx;
	struct phold *phold = message->phold;

	phold->received[message->to]++;
	if (!phold->left) {
		sim_complete_all(&over);
		return;
	}
	phold->left--;
	message->to = next(&phold->state) % PROCESSES;
	sim_timer_start(message->timer, sim_now() + 1000 + next(&phold->state) % 100000);
}

static uint64_t phold(uint64_t steps)
{
	static struct message messages[MESSAGES];
	struct phold phold = { .state = 1, .left = steps - MESSAGES };
	uint64_t hash;

	simulation_begin();
	keep_running();
	for (unsigned i = 0; i < MESSAGES; i++) {
		messages[i] = (struct message){ .phold = &phold, .to = i % PROCESSES };
		messages[i].timer = sim_timer_create("message", arrive, &messages[i]);
		sim_timer_start(messages[i].timer, next(&phold.state) % 100000);
	}
	hash = simulation_end();
	for (unsigned i = 0; i < PROCESSES; i++)
		hash = hash * 31 + phold.received[i];
	return hash;
}

/* --- threads: PHOLD's waiting without messages, and two that wake each other ----------------------- */

static void sleeper(void *arg)
{
	uint64_t state = sim_thread_id(sim_self());

	for (uint64_t left = (uintptr_t)arg; left; left--)
		sim_sleep(1000 + next(&state) % 100000, false, "nap");
}

static uint64_t sleepers(uint64_t steps)
{
	char name[32];

	simulation_begin();
	for (unsigned i = 0; i < PROCESSES; i++) {
		snprintf(name, sizeof(name), "sleeper %u", i);
		sim_spawn(name, sleeper, (void *)(uintptr_t)(steps / PROCESSES), NULL);
	}
	return simulation_end();
}

struct table_tennis {
	struct sim_waitqueue turn[2];
	unsigned whose;
	uint64_t left;
};

static struct table_tennis tennis;

static void player(void *arg)
{
	unsigned me = (unsigned)(uintptr_t)arg;

	while (tennis.left) {
		while (tennis.left && tennis.whose != me)
			sim_wait(&tennis.turn[me], SIM_WAIT_UNINTERRUPTIBLE);
		if (tennis.left)
			tennis.left--;
		tennis.whose = !me;
		sim_wake(&tennis.turn[!me], 1);
	}
}

static uint64_t ping_pong(uint64_t steps)
{
	tennis = (struct table_tennis){ .left = steps };
	simulation_begin();
	sim_waitqueue_init(&tennis.turn[0], "ping");
	sim_waitqueue_init(&tennis.turn[1], "pong");
	sim_spawn("ping", player, (void *)0, NULL);
	sim_spawn("pong", player, (void *)1, NULL);
	return simulation_end();
}

static void burner(void *arg)
{
	for (uint64_t left = (uintptr_t)arg; left; left--)
		sim_burn(1000, SIM_KIND_KERNEL, "burn");
}

static uint64_t burns(uint64_t steps)
{
	simulation_begin();
	sim_spawn("burner", burner, (void *)(uintptr_t)steps, NULL);
	return simulation_end();
}

/* --- page map -------------------------------------------------------------------------------------- */

static uint64_t pages_set(uint64_t steps)
{
	struct page_map *map = page_map_create(PAGES, 0);
	uint64_t sum;

	for (uint64_t i = 0; i < steps; i++)
		page_map_set(map, i % PAGES, 1, i / 3);
	sum = page_map_nodes(map) + page_map_get(map, PAGES / 2);
	page_map_destroy(map);
	return sum;
}

static uint64_t pages_get(uint64_t steps)
{
	struct page_map *map = page_map_create(PAGES, 1);
	uint64_t sum = 0;

	/* Every other page, so that no stretch is uniform. */
	for (uint64_t i = 0; i < PAGES; i += 2)
		page_map_set(map, i, 1, i);
	for (uint64_t i = 0; i < steps; i++)
		sum = sum * 3 + page_map_get(map, i % PAGES);
	page_map_destroy(map);
	return sum;
}

/* --- all of them ----------------------------------------------------------------------------------- */

static const struct bench benches[] = {
	{ "plain_loop", "step of a plain loop", 1u << 26, plain_loop },
	{ "timers", "timer event, 1024 timers", 1u << 22, timers },
	{ "phold", "PHOLD message, 256 processes", 1u << 22, phold },
	{ "sleepers", "sleep of one of 256 threads", 1u << 21, sleepers },
	{ "ping_pong", "wake-up and switch of two threads", 1u << 21, ping_pong },
	{ "burns", "burn of a thread that is alone", 1u << 22, burns },
	{ "pages_set", "page set, one after the other", 1u << 24, pages_set },
	{ "pages_get", "page read, one after the other", 1u << 24, pages_get },
};

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Best of three: what disturbs a run only ever makes it longer. */
static double step_ns(const struct bench *bench)
{
	double best = 0;

	for (int i = 0; i < 3; i++) {
		double begin = seconds(), taken;

		bench->run(bench->steps);
		taken = (seconds() - begin) * 1e9 / (double)bench->steps;
		if (i == 0 || taken < best)
			best = taken;
	}
	return best;
}

int main(int argc, char **argv)
{
	bool counters = argc == 2 && strcmp(argv[1], "--counters") == 0;
	double plain = 0;

	if (argc > 1 && !counters) {
		fprintf(stderr, "usage: bench_engine [--counters]\n");
		return 2;
	}
	for (size_t i = 0; i < sizeof(benches) / sizeof(benches[0]); i++) {
		const struct bench *bench = &benches[i];

		if (counters) {
			uint64_t steps = bench->steps / 64;

			printf("%s steps %" PRIu64 " hash %016" PRIx64 "\n", bench->name, steps, bench->run(steps));
			continue;
		}

		double ns = step_ns(bench);

		if (i == 0)
			plain = ns;
		printf("%-34s %8.1f ns %7.1f x %7.1f M/s\n", bench->unit, ns, ns / plain, 1e3 / ns);
		fflush(stdout);
	}
	return 0;
}
