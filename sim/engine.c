/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The event queue and the run: who goes on next, and when it is over.
 *
 * The queue is a 4-ary heap ordered by sim/order.h. There is no dispatcher process: the thread that has
 * nothing to do takes the next event itself and hands over to its owner, or goes on if the owner is itself. A
 * thread whose own next step is due before anything in the queue does not touch the queue at all.
 */
#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "sim/convoy_internal.h"
#include "sim/lockdep.h"
#include "sim/systemc_kernel.h"

struct simulation *sim;

struct arena_chunk {
	struct arena_chunk *next;
	size_t used, size;
	_Alignas(16) char bytes[];
};

#define ARENA_CHUNK ((size_t)1 << 18)

/* Kept to tell of it when there is no memory left; by the process, from its first simulation on. */
#define RESERVE ((size_t)16 << 20)

static void (*fatal_hook)(const char *text);
static void *reserve;

void sim_fatal_hook(void (*fn)(const char *text))
{
	fatal_hook = fn;
}

void sim_fatal(const char *format, ...)
{
	va_list args;
	char text[256];

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	fprintf(stderr, "uvsim: internal error: %s\n", text);
	free(reserve);
	reserve = NULL;
	if (fatal_hook)
		fatal_hook(text);
	exit(3);
}

void sim_out_of_memory(size_t bytes)
{
	if (bytes)
		sim_fatal("out of memory (%zu bytes)", bytes);
	sim_fatal("out of memory");
}

void *sim_alloc(size_t bytes)
{
	struct arena_chunk *chunk;
	void *memory;

	assert(sim);
	bytes = (bytes + 15) & ~(size_t)15;
	chunk = sim->arena;
	if (!chunk || chunk->size - chunk->used < bytes) {
		size_t size = bytes > ARENA_CHUNK ? bytes : ARENA_CHUNK;

		chunk = calloc(1, sizeof(*chunk) + size);
		if (!chunk)
			sim_out_of_memory(bytes);
		chunk->size = size;
		chunk->next = sim->arena;
		sim->arena = chunk;
	}
	memory = chunk->bytes + chunk->used;
	chunk->used += bytes;
	return memory;
}

/* --- the queue --------------------------------------------------------------------------------- */

static void heap_put(size_t slot, struct sim_event *event)
{
	sim->heap[slot] = event;
	event->slot = slot + 1;
}

static void heap_up(size_t slot, struct sim_event *event)
{
	while (slot) {
		size_t parent = (slot - 1) / 4;

		if (!sim_key_before(event->key, sim->heap[parent]->key))
			break;
		heap_put(slot, sim->heap[parent]);
		slot = parent;
	}
	heap_put(slot, event);
}

static void heap_down(size_t slot, struct sim_event *event)
{
	for (;;) {
		size_t child = slot * 4 + 1, best = child, end = child + 4;

		if (child >= sim->heap_count)
			break;
		if (end > sim->heap_count)
			end = sim->heap_count;
		for (child++; child < end; child++)
			if (sim_key_before(sim->heap[child]->key, sim->heap[best]->key))
				best = child;
		if (!sim_key_before(sim->heap[best]->key, event->key))
			break;
		heap_put(slot, sim->heap[best]);
		slot = best;
	}
	heap_put(slot, event);
}

void event_cancel(struct sim_event *event)
{
	size_t slot = event->slot;
	struct sim_event *last;

	if (!slot)
		return;
	slot--;
	event->slot = 0;
	last = sim->heap[--sim->heap_count];
	if (last == event)
		return;
	if (slot && sim_key_before(last->key, sim->heap[(slot - 1) / 4]->key))
		heap_up(slot, last);
	else
		heap_down(slot, last);
}

void event_post(struct sim_event *event, struct sim_key key)
{
	assert(key.time >= sim->now);
	event_cancel(event);
	event->key = key;
	if (sim->heap_count == sim->heap_size) {
		size_t size = sim->heap_size ? sim->heap_size * 2 : 64;
		struct sim_event **heap = realloc(sim->heap, size * sizeof(*heap));

		if (!heap)
			sim_out_of_memory(size * sizeof(*heap));
		sim->heap = heap;
		sim->heap_size = size;
	}
	sim->heap_count++;
	heap_up(sim->heap_count - 1, event);
}

/* --- going on ---------------------------------------------------------------------------------- */

/* Time goes on to @until: whoever wants to look before that sees the instant he asked for, none of its events yet. */
static void look(sim_time until)
{
	struct sim_key frontier = sim->frontier;

	while (sim->look_at <= until) {
		sim->now = sim->look_at;
		sim->frontier = sim_key(sim->now, SIM_CLASS_TIMER, 0);
		sim->look_at = sim->look(sim->look_ctx);
		assert(sim->look_at > sim->now);
	}
	sim->frontier = frontier;
}

/* @thread: whose event it is; NULL: of a timer. */
static void advance(struct sim_key key, struct sim_thread *thread)
{
	if (sim->audit)
		sim->audit(sim->audit_ctx);
	if (sim->look_at <= key.time)
		look(key.time);
	sim->now = key.time;
	if (sim_key_before(sim->frontier, key))
		sim->frontier = key;
	sim->counters.events++;
	if (thread && thread->convoy && !thread->bulk)
		thread->convoy->events++;
}

/*
 * Take events until one belongs to a thread, and return that thread; NULL when the run is over. Timer
 * callbacks run right here, in no thread's name.
 */
static struct sim_thread *next_thread(void)
{
	for (;;) {
		struct sim_event *event;

		if (sim->deadlocked) {
			sim->end = SIM_END_DEADLOCK;
			return NULL;
		}
		if (sim->stopping) {
			sim->end = SIM_END_STOPPED;
			return NULL;
		}
		if (!sim->alive) {
			sim->end = SIM_END_DONE;
			return NULL;
		}
		if (!sim->heap_count) {
			sim->end = SIM_END_DEADLOCK;
			return NULL;
		}
		event = sim->heap[0];
		if (event->key.time > sim->config.time_limit) {
			look(sim->config.time_limit);
			sim->now = sim->config.time_limit;
			sim->end = SIM_END_TIME;
			return NULL;
		}
		event_cancel(event);
		if (event->key.rank >> 32 == SIM_CLASS_THREAD) {
			struct sim_thread *thread =
				(struct sim_thread *)((char *)event - offsetof(struct sim_thread, event));

			advance(event->key, thread);
			return thread;
		}
		advance(event->key, NULL);
		struct sim_timer *timer =
			(struct sim_timer *)((char *)event - offsetof(struct sim_timer, event));

		sim->self = NULL;
		sim->alarms += !timer->sleeper;
		timer->fn(timer->ctx);
	}
}

static uint64_t kernel_delta(void)
{
	uint64_t delta = sim->now - sim->kernel_now;

	sim->kernel_now = sim->now;
	return delta;
}

void engine_dispatch(void)
{
	struct sim_thread *self = sim->self, *next;

	self->parked = __builtin_frame_address(0);
	next = next_thread();
	if (next != self) {
		sim->counters.switches++;
		if (next) {
			sim->self = next;
			sim->coro = next->coro;
			kernel_switch(self->coro, next->coro, kernel_delta());
			sim->coro = self->coro;
		} else {
			sim->ended = true;
			kernel_leave(self->coro);
		}
	}
	sim->self = self;
}

void engine_wait_until(sim_time when)
{
	struct sim_thread *self = sim->self;
	struct sim_key key = sim_key(when, SIM_CLASS_THREAD, self->id);

	if (!sim->stopping && when <= sim->config.time_limit &&
	    (!sim->heap_count || sim_key_before(key, sim->heap[0]->key))) {
		advance(key, self);
		return;
	}
	event_post(&self->event, key);
	engine_dispatch();
}

/* The last act of a thread: its coroutine may be used again as soon as the other goes on. */
void engine_thread_finished(void)
{
	struct sim_thread *self = sim->self, *next = next_thread();

	sim->counters.switches++;
	if (next) {
		sim->self = next;
		sim->coro = next->coro;
		kernel_finish(self->coro, next->coro, kernel_delta());
	} else {
		sim->ended = true;
		kernel_finish_leave(self->coro);
	}
}

/* --- life of a simulation ------------------------------------------------------------------------ */

int sim_create(const struct sim_config *config)
{
	assert(!sim);
	sim = calloc(1, sizeof(*sim));
	if (sim && !reserve)
		reserve = malloc(RESERVE);
	if (!sim || !reserve) {
		free(sim);
		sim = NULL;
		return -1;
	}
	sim->config = *config;
	if (!sim->config.processors)
		sim->config.processors = 1;
	if (!sim->config.slice)
		sim->config.slice = 3 * SIM_MS;
	if (!sim->config.wakeup_granularity)
		sim->config.wakeup_granularity = SIM_MS;
	if (!sim->config.stall_limit)
		sim->config.stall_limit = 20 * SIM_S;
	if (!sim->config.livelock_limit)
		sim->config.livelock_limit = 100 * SIM_S;
	if (!sim->config.time_limit)
		sim->config.time_limit = SIM_FOREVER - 1;
	sim->threads_tail = &sim->threads;
	sim->timers_tail = &sim->timers;
	sim->stalls_tail = &sim->stalls;
	sim->findings_tail = &sim->findings;
	sim->look_at = SIM_FOREVER;
	intern_init();
	choice_init();
	processors_init();
	return 0;
}

enum sim_end sim_run(void)
{
	struct sim_thread *first;

	assert(sim && !sim->running);
	sim->running = true;
	first = next_thread();
	if (first) {
		sim->self = first;
		sim->kernel_now = sim->now;
		sim->coro = first->coro;
		if (kernel_enter(first->coro))
			sim_fatal("the SystemC kernel failed");
		if (!sim->ended)
			sim_fatal("the SystemC kernel stopped in the middle of a run");
	}
	sim->self = NULL;
	sim->coro = NULL;
	if (sim->end == SIM_END_DEADLOCK)
		lockdep_stuck();
	threads_close_accounts();
	return sim->end;
}

void sim_audit(void (*audit)(void *ctx), void *ctx)
{
	sim->audit = audit;
	sim->audit_ctx = ctx;
}

void sim_stop(void)
{
	sim->stopping = true;
}

void sim_end_early(const char *reason)
{
	if (!sim->early)
		sim->early = reason;
	sim->stopping = true;
}

const char *sim_early_reason(void)
{
	return sim->early;
}

bool sim_may_abandon(void)
{
	return sim && sim->coro && !sim->ended;
}

void engine_abandon(void)
{
	sim->end = SIM_END_STOPPED;
	sim->ended = true;
	kernel_leave(sim->coro);
	abort();
}

void sim_abandon(const char *reason)
{
	sim_end_early(reason);
	engine_abandon();
}

void sim_destroy(void)
{
	struct arena_chunk *chunk, *next;

	assert(sim);
	choice_free();
	intern_free();
	free(sim->heap);
	for (chunk = sim->arena; chunk; chunk = next) {
		next = chunk->next;
		free(chunk);
	}
	free(sim);
	sim = NULL;
}

bool sim_active(void)
{
	return sim != NULL;
}

sim_time sim_now(void)
{
	return sim->now;
}

const struct sim_config *sim_config_get(void)
{
	return &sim->config;
}

const struct sim_stall *sim_stalls(void)
{
	return sim->stalls;
}

const struct sim_counters *sim_counters_get(void)
{
	return &sim->counters;
}

const struct sim_replay_error *sim_replay_error(void)
{
	return sim->replay_error.text ? &sim->replay_error : NULL;
}

uint64_t sim_replay_line(void)
{
	return sim->replay_line;
}

void sim_look(sim_time first, sim_look_fn fn, void *ctx)
{
	assert(sim->look_at == SIM_FOREVER && first > sim->now);
	sim->look_at = first;
	sim->look = fn;
	sim->look_ctx = ctx;
}

/* --- timers ------------------------------------------------------------------------------------------ */

struct sim_timer *sim_timer_create(const char *name, sim_timer_fn fn, void *ctx)
{
	struct sim_timer *timer = sim_alloc(sizeof(*timer));

	timer->name = sim_intern(name);
	timer->fn = fn;
	timer->ctx = ctx;
	timer->id = ++sim->timer_count;
	*sim->timers_tail = timer;
	sim->timers_tail = &timer->next;
	return timer;
}

void sim_timer_start(struct sim_timer *timer, sim_time when)
{
	event_post(&timer->event, sim_key(when, SIM_CLASS_TIMER, timer->id));
}

void sim_timer_stop(struct sim_timer *timer)
{
	event_cancel(&timer->event);
}
