/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Processors and the scheduler: one queue of ready threads, least virtual run time first.
 *
 * Modelled on the fair class of Linux as far as it decides who runs when: virtual run time weighted by nice
 * level, a slice after which a running thread is asked to reschedule if others are ready, wake-up preemption
 * beyond a granularity, sleepers that come back no further behind than one slice. Left out: run queues per
 * processor and their balancing, cache affinity, real-time classes, cgroups.
 */
#include <assert.h>
#include <stdlib.h>

#include "sim/choice.h"
#include "sim/finding_internal.h"
#include "sim/internal.h"

/* What the scheduler does is no step of the thread that happens to run: hashes of threads know nothing of others. */
static void nobodys_step(const char *kind, uint64_t a, uint64_t b)
{
	struct sim_thread *self = sim->self;

	sim->self = NULL;
	sim_step(kind, a, b);
	sim->self = self;
}

static uint64_t nobodys_choice(struct sim_stream *stream, uint64_t bound)
{
	struct sim_thread *self = sim->self;
	uint64_t choice;

	sim->self = NULL;
	choice = sim_choose(stream, bound);
	sim->self = self;
	return choice;
}

static uint64_t weighted(const struct sim_thread *thread, sim_time time)
{
	return (uint64_t)((unsigned __int128)time * 1024 / thread->weight);
}

static void update(struct sim_thread *thread)
{
	thread->vruntime += weighted(thread, sim->now - thread->exec_begin);
	thread->exec_begin = sim->now;
}

/* The floor of virtual run time: never goes back. */
static void update_floor(void)
{
	uint64_t least = UINT64_MAX;
	struct sim_thread *thread;
	unsigned i;

	for (i = 0; i < sim->config.processors; i++) {
		thread = sim->cpus[i].current;
		if (!thread)
			continue;
		update(thread);
		if (thread->vruntime < least)
			least = thread->vruntime;
	}
	for (thread = sim->ready; thread; thread = thread->ready_next)
		if (thread->vruntime < least)
			least = thread->vruntime;
	if (least != UINT64_MAX && least > sim->min_vruntime)
		sim->min_vruntime = least;
}

/* A slice begins when the thread has been switched in: else one shorter than the switch would let nobody get on. */
static void slice_arm(struct processor *cpu)
{
	sim_time end;

	if (!cpu->current || !sim->ready || cpu->slice->event.slot || cpu->need_resched)
		return;
	end = cpu->current->placed + sim->config.context_switch + sim->config.slice;
	sim_timer_start(cpu->slice, end > sim->now ? end : sim->now + sim->config.slice);
}

static void place(struct sim_thread *thread, struct processor *cpu)
{
	assert(!cpu->current);
	sim->placements++;
	cpu->current = thread;
	cpu->need_resched = false;
	thread->cpu = cpu;
	thread->state = THREAD_RUNNING;
	thread->placed = sim->now;
	thread->exec_begin = sim->now;
	nobodys_step("place", thread->id, cpu->id);
	event_post(&thread->event, sim_key(sim->now + sim->config.context_switch, SIM_CLASS_THREAD, thread->id));
	slice_arm(cpu);
}

static void unplace(struct sim_thread *thread)
{
	struct processor *cpu = thread->cpu;

	update(thread);
	cpu->current = NULL;
	cpu->need_resched = false;
	sim_timer_stop(cpu->slice);
	thread->cpu = NULL;
}

static void queue_add(struct sim_thread *thread)
{
	thread->state = THREAD_READY;
	thread->ready_next = sim->ready;
	sim->ready = thread;
	sim->ready_count++;
}

static void queue_remove(struct sim_thread *thread)
{
	struct sim_thread **at = &sim->ready;

	while (*at != thread)
		at = &(*at)->ready_next;
	*at = thread->ready_next;
	sim->ready_count--;
}

/* Least virtual run time in the queue; UINT64_MAX when it is empty. */
static uint64_t queue_least(void)
{
	uint64_t least = UINT64_MAX;
	const struct sim_thread *thread;

	for (thread = sim->ready; thread; thread = thread->ready_next)
		if (thread->vruntime < least)
			least = thread->vruntime;
	return least;
}

/* Take the thread that runs next from the queue. Equal ones are told apart by a choice, in order of id. */
static struct sim_thread *queue_take(void)
{
	uint64_t least = queue_least(), ties = 0, choice;
	struct sim_thread *thread, *best = NULL;
	uint32_t above = 0;

	if (!sim->ready)
		return NULL;
	for (thread = sim->ready; thread; thread = thread->ready_next)
		ties += thread->vruntime == least;
	choice = nobodys_choice(sim->sched_stream, ties);
	do {
		best = NULL;
		for (thread = sim->ready; thread; thread = thread->ready_next)
			if (thread->vruntime == least && thread->id > above && (!best || thread->id < best->id))
				best = thread;
		above = best->id;
	} while (choice--);
	queue_remove(best);
	return best;
}

static void fill(struct processor *cpu)
{
	struct sim_thread *next = queue_take();

	if (next)
		place(next, cpu);
}

static void resched(struct processor *cpu)
{
	struct sim_thread *thread = cpu->current;

	cpu->need_resched = true;
	sim_timer_stop(cpu->slice);
	if (thread->preemptible)
		thread_preempt(thread);
	else if (thread->bulk)
		bulk_resched(thread->bulk);
}

static void slice_over(void *ctx)
{
	struct processor *cpu = ctx;

	if (!cpu->current || !sim->ready)
		return;
	update(cpu->current);
	if (queue_least() > cpu->current->vruntime)
		slice_arm(cpu);
	else
		resched(cpu);
}

void processors_init(void)
{
	unsigned i;

	sim->cpus = sim_alloc(sim->config.processors * sizeof(*sim->cpus));
	for (i = 0; i < sim->config.processors; i++) {
		sim->cpus[i].id = i;
		sim->cpus[i].slice = sim_timer_create("slice", slice_over, &sim->cpus[i]);
	}
	sim->sched_stream = sim_stream("sched/next");
}

/* The processor whose thread is furthest ahead of @thread, if that is far enough to preempt it. */
static struct processor *preemption_victim(const struct sim_thread *thread)
{
	uint64_t lead = weighted(thread, sim->config.wakeup_granularity);
	struct processor *victim = NULL;
	unsigned i;

	for (i = 0; i < sim->config.processors; i++) {
		struct processor *cpu = &sim->cpus[i];

		if (cpu->need_resched || cpu->current->vruntime <= thread->vruntime + lead)
			continue;
		if (!victim || cpu->current->vruntime > victim->current->vruntime)
			victim = cpu;
	}
	return victim;
}

void processor_enter(struct sim_thread *thread)
{
	uint64_t floor;
	struct processor *victim;
	unsigned i;

	update_floor();
	floor = sim->min_vruntime > sim->config.slice ? sim->min_vruntime - sim->config.slice : 0;
	if (thread->state == THREAD_NEW)
		floor = sim->min_vruntime;
	if (thread->vruntime < floor)
		thread->vruntime = floor;
	for (i = 0; i < sim->config.processors; i++) {
		if (!sim->cpus[i].current) {
			place(thread, &sim->cpus[i]);
			return;
		}
	}
	queue_add(thread);
	victim = preemption_victim(thread);
	if (victim)
		resched(victim);
	for (i = 0; i < sim->config.processors; i++)
		slice_arm(&sim->cpus[i]);
}

void processor_leave(void)
{
	struct processor *cpu = sim->self->cpu;

	unplace(sim->self);
	fill(cpu);
}

void processor_put_back(struct sim_thread *thread)
{
	struct processor *cpu = thread->cpu;

	unplace(thread);
	fill(cpu);
	queue_add(thread);
	slice_arm(cpu);
}

bool processor_yield(void)
{
	struct sim_thread *self = sim->self;
	struct processor *cpu = self->cpu;

	cpu->need_resched = false;
	update(self);
	if (queue_least() > self->vruntime) {
		slice_arm(cpu);
		return false;
	}
	unplace(self);
	fill(cpu);
	queue_add(self);
	slice_arm(cpu);
	engine_dispatch();
	thread_resumed();
	return true;
}

void processor_stretch_begin(struct sim_thread *thread, sim_time now)
{
	thread->kernel_since = now;
	thread->stall_where = NULL;
	thread->stall_place = NULL;
}

void processor_stretch_grew(struct sim_thread *thread)
{
	struct sim_site site;

	if (thread->stall_where || sim->now - thread->kernel_since <= sim->config.stall_limit)
		return;
	thread->stall_where = thread->span->name;
	sim_site_here(&site);
	thread->stall_place = site.depth ? sim_site_text(&site) : NULL;
	sim_find("stall", "%s has not given up its processor for %s, %s", thread->name,
		 sim_time_text(sim->config.stall_limit), sim_site_text(&site));
}

void processor_resched_point(struct sim_thread *thread)
{
	sim_time length = sim->now - thread->kernel_since;

	if (length > sim->config.stall_limit) {
		struct sim_stall *stall = sim_alloc(sizeof(*stall));

		stall->thread = thread->name;
		stall->where = thread->stall_where ? thread->stall_where : thread->span->name;
		stall->place = thread->stall_place;
		stall->begin = thread->kernel_since;
		stall->length = length;
		*sim->stalls_tail = stall;
		sim->stalls_tail = &stall->next;
	}
	processor_stretch_begin(thread, sim->now);
}
