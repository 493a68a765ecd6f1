/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The walker's side of bulk work: how far a run may go, its life in the engine, and what is left to do when it was
 * stopped in the midst of user or guest code.
 */
#include <assert.h>

#include "sim/bulk_internal.h"

/* How many rounds can be done before others' work; cuts those that would come here. 0: step by step. */
static uint64_t rounds_free(struct sim_domain *domain, const struct sim_bulk *bulk)
{
	uint64_t rounds = bulk->rounds, end = bulk->first + rounds * bulk->stride;
	struct sim_bulk_run *run;

	for (run = domain->runs; run; run = run->next) {
		bulk_settle(run);
		if (bulk_over(run))
			continue;
		if (run->bulk->whole || bulk->whole)
			return 0;
		if (bulk->first >= bulk_range_end(run) || end <= bulk_round_first(run))
			continue;
		if (bulk_grain_down(run, bulk->first) >= bulk_round_end(run))
			continue;	/* it will be cut */
		if (bulk->first >= bulk_round_first(run))
			return 0;
		rounds = (bulk_round_first(run) - bulk->first) / bulk->stride;
		end = bulk->first + rounds * bulk->stride;
	}
	if (rounds)
		for (run = domain->runs; run; run = run->next)
			bulk_keep_off(run, bulk->first, end);
	return rounds;
}

static void run_setup(struct sim_bulk_run *run)
{
	const struct sim_segment *segment = run->bulk->segment;
	unsigned i;

	for (i = 0; i < run->bulk->segments; i++) {
		assert(segment[i].time && segment[i].repeat);
		/* Steps mostly alternate: the leaf of the last but one is worth a look. */
		if (i >= 2 && segment[i].name == segment[i - 2].name && segment[i].kind == segment[i - 2].kind)
			run->leaf[i] = run->leaf[i - 2];
		else
			run->leaf[i] = account_child(run->thread->span, segment[i].kind, segment[i].name);
		run->before[i] = run->round_time;
		run->round_time += segment[i].time * segment[i].repeat;
	}
}

/*
 * Would a stretch between resched points be too long, were the round repeated for ever? The first one has
 * begun before.
 */
static bool stalls(const struct sim_bulk_run *run)
{
	sim_time stretch = run->start - run->thread->kernel_since;
	unsigned pass, i;

	/* Without any such point the stretch ends, and is reported, after the bulk. */
	if (stretch + 2 * run->round_time <= sim->config.stall_limit || !bulk_can_stop(run->bulk))
		return false;
	for (pass = 0; pass < 2; pass++) {
		for (i = 0; i < run->bulk->segments; i++) {
			const struct sim_segment *segment = &run->bulk->segment[i];

			if (!segment->preemptible)
				stretch += segment->resched ? segment->time : segment->time * segment->repeat;
			if (stretch > sim->config.stall_limit)
				return true;
			if (segment->resched || segment->preemptible)
				stretch = 0;
		}
	}
	return stretch > sim->config.stall_limit;
}

/* The time of the last resched point at or before @at. */
static void note_resched(struct sim_bulk_run *run, struct sim_position at)
{
	unsigned i;

	/* Look back through the round under way, then through the one before. */
	for (i = run->bulk->segments; i-- > 0;) {
		const struct sim_segment *segment = &run->bulk->segment[i];
		uint32_t reps = i < at.seg ? segment->repeat : i == at.seg ? at.rep : 0;

		if (reps && (segment->resched || segment->preemptible)) {
			processor_stretch_begin(run->thread, bulk_time_of(run, (struct sim_position){
				at.round, i, 0 }) + reps * segment->time);
			return;
		}
	}
	if (!at.round)
		return;
	for (i = run->bulk->segments; i-- > 0;) {
		const struct sim_segment *segment = &run->bulk->segment[i];

		if (segment->resched || segment->preemptible) {
			processor_stretch_begin(run->thread, bulk_time_of(run, (struct sim_position){
				at.round - 1, i, 0 }) + segment->repeat * segment->time);
			return;
		}
	}
}

static void leave_domain(struct sim_bulk_run *run)
{
	struct sim_bulk_run **at = &run->domain->runs;

	while (*at != run)
		at = &(*at)->next;
	*at = run->next;
	run->thread->bulk = NULL;
}

/* Rounds before the one in which the thread is to be stopped. */
static uint64_t rounds_to_trap(const struct sim_bulk_run *run)
{
	const struct sim_thread *thread = run->thread;
	uint64_t steps = 0;
	unsigned i;

	if (thread->trap <= thread->steps)
		return UINT64_MAX;
	for (i = 0; i < run->bulk->segments; i++)
		steps += run->bulk->segment[i].repeat;
	return (thread->trap - thread->steps - 1) / steps;
}

/* Does it pass without a guest or process that computes? */
static bool kernel_only(const struct sim_bulk *bulk)
{
	unsigned i;

	for (i = 0; i < bulk->segments; i++)
		if (bulk->segment[i].preemptible)
			return false;
	return true;
}

static uint64_t rounds_in(const struct sim_bulk_run *run, sim_time limit, sim_time passed)
{
	return passed < limit ? (limit - passed) / run->round_time : 0;
}

/*
 * Rounds before one in which a rule may be broken: a stretch becomes a stall, or kernel code has been at it for too
 * long to no effect. Step by step it shows where that is.
 */
static uint64_t rounds_to_finding(const struct sim_bulk_run *run)
{
	const struct sim_thread *thread = run->thread;
	uint64_t rounds = UINT64_MAX, more;

	if (!thread->stall_where && !bulk_can_stop(run->bulk))
		rounds = rounds_in(run, sim->config.stall_limit, run->start - thread->kernel_since);
	if (sim->config.no_oracle || !kernel_only(run->bulk))
		return rounds;
	more = rounds_in(run, sim->config.livelock_limit, sim->fruitless);
	return more < rounds ? more : rounds;
}

/* Finish the repetition that was stopped in its midst, as far as signals allow. */
static void do_tail(struct sim_bulk_run *run)
{
	const struct sim_segment *segment = &run->bulk->segment[run->settled.seg];
	sim_time left = segment->time - run->partial, spent;

	if (run->preempted)
		thread_resumed();
	/* It was no kernel code that was stopped. */
	processor_stretch_begin(run->thread, sim->now);
	spent = sim_burn_user(left, segment->kind, segment->name);
	if (spent < left) {
		run->partial += spent;
		run->stopped = true;
		run->end = run->settled;
		return;
	}
	bulk_take_effect(run, run->end);
	run->settled = run->end;
}

struct sim_position sim_bulk_run(struct sim_domain *domain, const struct sim_bulk *bulk, bool *exposed,
				 sim_time *partial)
{
	struct sim_thread *self = sim->self;
	struct sim_bulk_run run = { .thread = self, .domain = domain, .bulk = bulk, .start = sim->now };
	uint64_t before, progress;

	*exposed = false;
	*partial = SIM_FOREVER;
	assert(bulk->segments && bulk->segments <= SIM_BULK_SEGMENTS_MAX && bulk->stride);
	if (sim->config.exact_pages || !bulk->rounds || (self->cpu->need_resched && bulk_can_stop(bulk)))
		return run.settled;
	if ((self->signal || self->kicked) && bulk->segment[0].preemptible)
		return run.settled;
	run_setup(&run);
	if (stalls(&run))
		return run.settled;
	run.end.round = rounds_free(domain, bulk);
	if (run.end.round > (SIM_FOREVER - 1 - sim->now) / run.round_time)
		run.end.round = (SIM_FOREVER - 1 - sim->now) / run.round_time;
	if (run.end.round > rounds_to_trap(&run))
		run.end.round = rounds_to_trap(&run);
	if (run.end.round > rounds_to_finding(&run))
		run.end.round = rounds_to_finding(&run);
	if (!run.end.round)
		return run.settled;
	sim->counters.bulk_calls++;
	sim_step("bulk", bulk->first, run.end.round);
	run.next = domain->runs;
	domain->runs = &run;
	before = self->steps;
	progress = livelock_progress();
	self->bulk = &run;
	engine_wait_until(bulk_time_of(&run, run.end));
	if (run.tail)
		do_tail(&run);
	else
		bulk_settle_to(&run, run.end);
	leave_domain(&run);
	/* A trap set while the run was under way: its step was the last one. */
	if (!run.tail && self->trap > before && self->trap <= self->steps)
		sim->watch.trapped(sim->watch.ctx);
	if (!run.tail)
		note_resched(&run, run.settled);
	processor_stretch_grew(self);
	if (!kernel_only(bulk))
		sim_progress();
	else if (livelock_progress() == progress)
		livelock_burn(bulk_time_of(&run, run.settled) - run.start);
	sim_step("bulk end", run.settled.round, run.settled.seg);
	*exposed = run.exposed;
	if (run.stopped)
		*partial = run.partial;
	return run.settled;
}
