/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bulk work: see the header for what it promises.
 *
 * A run is described by its start time, the lengths of its segments and where it ends. Where it stands at any
 * instant follows by division. Three things can shorten it: another thread touches its units or locks
 * (sim_domain_*), its processor is wanted (bulk_resched), a signal or kick arrives (bulk_interrupt).
 * Shortening moves the one event; the past is never changed.
 *
 * A repetition of user or guest code that is stopped half-way becomes the tail: the thread does the rest of
 * it by sim_burn_user(), and the run stands still for others until that is done.
 */
#include <assert.h>

#include "sim/internal.h"
#include "sim/position.h"

struct sim_bulk_run {
	struct sim_thread *thread;
	struct sim_domain *domain;
	const struct sim_bulk *bulk;
	sim_time start;
	sim_time round_time;
	sim_time before[SIM_BULK_SEGMENTS_MAX];	/* offset of each segment in the round */
	struct sim_account *leaf[SIM_BULK_SEGMENTS_MAX];
	struct sim_position settled;		/* effects up to here are done */
	struct sim_position end;		/* the run stops here */
	bool exposed;
	bool tail;				/* `settled` is under way by sim_burn_user() */
	bool preempted;				/* ... after being off the processor */
	bool stopped;				/* ended in the middle of a preemptible repetition */
	sim_time partial;			/* done of it */
	struct sim_bulk_run *next;
};

void sim_domain_init(struct sim_domain *domain, const char *name, uint64_t grain)
{
	assert(grain && !(grain & (grain - 1)));
	domain->name = name;
	domain->grain = grain;
	domain->runs = NULL;
}

/* --- positions ----------------------------------------------------------------------------------- */

/* When everything before @at is complete. */
static sim_time time_of(const struct sim_bulk_run *run, struct sim_position at)
{
	return run->start + at.round * run->round_time + run->before[at.seg] +
	       at.rep * run->bulk->segment[at.seg].time;
}

/* What is complete after @elapsed ps. */
static struct sim_position position_at(const struct sim_bulk_run *run, sim_time elapsed)
{
	struct sim_position at = { .round = elapsed / run->round_time };
	sim_time rest = elapsed % run->round_time;

	while (at.seg + 1 < run->bulk->segments && rest >= run->before[at.seg + 1])
		at.seg++;
	at.rep = (rest - run->before[at.seg]) / run->bulk->segment[at.seg].time;
	return at;
}

/*
 * Where @run stands for whoever runs now. A repetition that ends at this very instant is complete if the
 * event of its thread would have come up before the events seen so far.
 */
static struct sim_position standing(const struct sim_bulk_run *run)
{
	struct sim_key key = sim_key(sim->now, SIM_CLASS_THREAD, run->thread->id);
	sim_time elapsed = sim->now - run->start;
	struct sim_position at;

	if (run->tail)
		return run->settled;
	if (!sim_key_before(key, sim->frontier)) {
		if (!elapsed)
			return run->settled;
		elapsed--;
	}
	at = position_at(run, elapsed);
	return before(run->end, at) ? run->end : at;
}

/* Nothing is left of it. */
static bool over(const struct sim_bulk_run *run)
{
	return !before(run->settled, run->end);
}

/* --- taking effect --------------------------------------------------------------------------------- */

/* Repetitions of segment @seg before @at. */
static uint64_t repetitions(const struct sim_bulk *bulk, struct sim_position at, unsigned seg)
{
	uint64_t n = at.round * bulk->segment[seg].repeat;

	if (seg < at.seg)
		n += bulk->segment[seg].repeat;
	else if (seg == at.seg)
		n += at.rep;
	return n;
}

static void settle_to(struct sim_bulk_run *run, struct sim_position to)
{
	const struct sim_bulk *bulk = run->bulk;
	unsigned first = 0, last = bulk->segments - 1, seg;

	if (!before(run->settled, to))
		return;
	if (run->settled.round == to.round) {
		first = run->settled.seg;
		last = to.seg;
	}
	for (seg = first; seg <= last; seg++) {
		uint64_t n = repetitions(bulk, to, seg) - repetitions(bulk, run->settled, seg);
		sim_time time = n * bulk->segment[seg].time;

		run->leaf[seg]->self += time;
		run->leaf[seg]->count += n;
		run->thread->charged_to += time;
		if (sim_kind_on_cpu(run->leaf[seg]->kind))
			run->thread->cpu_time += time;
		sim->counters.bulk_units += n;
	}
	bulk->ops->settle(bulk->ctx, run->settled, to);
	run->settled = to;
}

static void settle(struct sim_bulk_run *run)
{
	settle_to(run, standing(run));
}

static void end_at(struct sim_bulk_run *run, struct sim_position end)
{
	if (!before(end, run->end))
		return;
	run->end = end;
	if (!run->tail)
		event_post(&run->thread->event,
			   sim_key(time_of(run, end), SIM_CLASS_THREAD, run->thread->id));
}

/* Show what the repetition under way holds, and stop after it. */
static void expose(struct sim_bulk_run *run)
{
	if (over(run))
		return;
	if (!run->exposed) {
		run->exposed = true;
		if (run->bulk->ops->expose)
			run->bulk->ops->expose(run->bulk->ctx, run->settled);
	}
	end_at(run, after(run->bulk, run->settled));
}

/*
 * What @run is about, in whole grains: the round under way is [first, round end), all that it will touch [first, end).
 */
static uint64_t grain_down(const struct sim_bulk_run *run, uint64_t unit)
{
	return unit & ~(run->domain->grain - 1);
}

static uint64_t grain_up(const struct sim_bulk_run *run, uint64_t unit)
{
	return grain_down(run, unit + run->domain->grain - 1);
}

static uint64_t unit_of(const struct sim_bulk_run *run, uint64_t round)
{
	return run->bulk->first + round * run->bulk->stride;
}

static uint64_t round_first(const struct sim_bulk_run *run)
{
	return grain_down(run, unit_of(run, run->settled.round));
}

static uint64_t round_end(const struct sim_bulk_run *run)
{
	return grain_up(run, unit_of(run, run->settled.round + 1));
}

static uint64_t range_end(const struct sim_bulk_run *run)
{
	return grain_up(run, unit_of(run, run->end.round + (run->end.seg || run->end.rep)));
}

/* --- what others do ---------------------------------------------------------------------------------- */

void sim_domain_settle(struct sim_domain *domain)
{
	struct sim_bulk_run *run;

	for (run = domain->runs; run; run = run->next)
		settle(run);
}

/* Keep @run away from units [@first, @end): cut later rounds, expose the one under way. */
static void keep_off(struct sim_bulk_run *run, uint64_t first, uint64_t end)
{
	if (over(run))
		return;
	if (run->bulk->whole) {
		expose(run);
		return;
	}
	if (end <= round_first(run) || first >= range_end(run))
		return;
	first = grain_down(run, first);
	if (first < round_end(run))
		expose(run);
	else
		end_at(run, (struct sim_position){ .round = (first - run->bulk->first) / run->bulk->stride });
}

void sim_domain_touch(struct sim_domain *domain, uint64_t first, uint64_t n)
{
	struct sim_bulk_run *run;

	for (run = domain->runs; run; run = run->next) {
		settle(run);
		keep_off(run, first, first + n);
	}
}

void sim_domain_expose(struct sim_domain *domain)
{
	struct sim_bulk_run *run;

	for (run = domain->runs; run; run = run->next) {
		settle(run);
		expose(run);
	}
}

/* Stop in the midst of a preemptible repetition: the rest of it becomes the tail. */
static void stop_here(struct sim_bulk_run *run)
{
	struct sim_account *leaf = run->leaf[run->settled.seg];
	sim_time done = sim->now - time_of(run, run->settled);

	run->partial = done;
	run->tail = true;
	run->end = after(run->bulk, run->settled);
	event_cancel(&run->thread->event);
	if (!done)
		return;
	leaf->self += done;
	leaf->count++;
	run->thread->charged_to += done;
	run->thread->cpu_time += done;
}

/* The next resched point: a marked one, or the way back to user or guest code. */
static struct sim_position boundary(const struct sim_bulk_run *run)
{
	struct sim_position at = run->settled;
	bool resched;

	if (!can_stop(run->bulk))
		return run->end;
	do {
		resched = run->bulk->segment[at.seg].resched;
		at = after(run->bulk, at);
	} while (!resched && !run->bulk->segment[at.seg].preemptible && before(at, run->end));
	return at;
}

void bulk_resched(struct sim_bulk_run *run)
{
	/* Placed again, but not yet going on: sim_burn_user() will look. */
	if (run->tail)
		return;
	settle(run);
	if (over(run))
		return;
	if (run->bulk->segment[run->settled.seg].preemptible) {
		stop_here(run);
		run->preempted = true;
		processor_put_back(run->thread);
		return;
	}
	end_at(run, boundary(run));
}

void bulk_interrupt(struct sim_bulk_run *run)
{
	struct sim_thread *thread = run->thread;

	if (run->tail)
		return;
	settle(run);
	if (over(run))
		return;
	if (!run->bulk->segment[run->settled.seg].preemptible) {
		end_at(run, boundary(run));
		return;
	}
	stop_here(run);
	event_post(&thread->event, sim_key(sim->now, SIM_CLASS_THREAD, thread->id));
}

void bulk_settle(struct sim_bulk_run *run)
{
	settle(run);
}

/* --- the walker's side ---------------------------------------------------------------------------------- */

/* How many rounds can be done before others' work; cuts those that would come here. 0: step by step. */
static uint64_t rounds_free(struct sim_domain *domain, const struct sim_bulk *bulk)
{
	uint64_t rounds = bulk->rounds, end = bulk->first + rounds * bulk->stride;
	struct sim_bulk_run *run;

	for (run = domain->runs; run; run = run->next) {
		settle(run);
		if (over(run))
			continue;
		if (run->bulk->whole || bulk->whole)
			return 0;
		if (bulk->first >= range_end(run) || end <= round_first(run))
			continue;
		if (grain_down(run, bulk->first) >= round_end(run))
			continue;	/* it will be cut */
		if (bulk->first >= round_first(run))
			return 0;
		rounds = (round_first(run) - bulk->first) / bulk->stride;
		end = bulk->first + rounds * bulk->stride;
	}
	if (rounds)
		for (run = domain->runs; run; run = run->next)
			keep_off(run, bulk->first, end);
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
	if (stretch + 2 * run->round_time <= sim->config.stall_limit || !can_stop(run->bulk))
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
			run->thread->kernel_since = time_of(run, (struct sim_position){
				at.round, i, 0 }) + reps * segment->time;
			return;
		}
	}
	if (!at.round)
		return;
	for (i = run->bulk->segments; i-- > 0;) {
		const struct sim_segment *segment = &run->bulk->segment[i];

		if (segment->resched || segment->preemptible) {
			run->thread->kernel_since = time_of(run, (struct sim_position){
				at.round - 1, i, 0 }) + segment->repeat * segment->time;
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

/* Finish the repetition that was stopped in its midst, as far as signals allow. */
static void do_tail(struct sim_bulk_run *run)
{
	const struct sim_segment *segment = &run->bulk->segment[run->settled.seg];
	sim_time left = segment->time - run->partial, spent;

	if (run->preempted)
		thread_resumed();
	/* It was no kernel code that was stopped. */
	run->thread->kernel_since = sim->now;
	spent = sim_burn_user(left, segment->kind, segment->name);
	if (spent < left) {
		run->partial += spent;
		run->stopped = true;
		run->end = run->settled;
		return;
	}
	run->bulk->ops->settle(run->bulk->ctx, run->settled, run->end);
	run->settled = run->end;
}

struct sim_position sim_bulk_run(struct sim_domain *domain, const struct sim_bulk *bulk, bool *exposed,
				 sim_time *partial)
{
	struct sim_thread *self = sim->self;
	struct sim_bulk_run run = { .thread = self, .domain = domain, .bulk = bulk, .start = sim->now };

	*exposed = false;
	*partial = SIM_FOREVER;
	assert(bulk->segments && bulk->segments <= SIM_BULK_SEGMENTS_MAX && bulk->stride);
	if (sim->config.exact_pages || !bulk->rounds || (self->cpu->need_resched && can_stop(bulk)))
		return run.settled;
	if ((self->signal || self->kicked) && bulk->segment[0].preemptible)
		return run.settled;
	run_setup(&run);
	if (stalls(&run))
		return run.settled;
	run.end.round = rounds_free(domain, bulk);
	if (run.end.round > (SIM_FOREVER - 1 - sim->now) / run.round_time)
		run.end.round = (SIM_FOREVER - 1 - sim->now) / run.round_time;
	if (!run.end.round)
		return run.settled;
	sim->counters.bulk_calls++;
	sim_step("bulk", bulk->first, run.end.round);
	run.next = domain->runs;
	domain->runs = &run;
	self->bulk = &run;
	engine_wait_until(time_of(&run, run.end));
	if (run.tail)
		do_tail(&run);
	else
		settle_to(&run, run.end);
	leave_domain(&run);
	if (!run.tail)
		note_resched(&run, run.settled);
	sim_step("bulk end", run.settled.round, run.settled.seg);
	*exposed = run.exposed;
	if (run.stopped)
		*partial = run.partial;
	return run.settled;
}
