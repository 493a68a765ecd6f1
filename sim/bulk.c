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

#include "sim/bulk_internal.h"

void sim_domain_init(struct sim_domain *domain, const char *name, uint64_t grain)
{
	assert(grain && !(grain & (grain - 1)));
	domain->name = name;
	domain->grain = grain;
	domain->runs = NULL;
	domain->convoy = NULL;
}

/* --- positions ----------------------------------------------------------------------------------- */

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
	return position_before(run->end, at) ? run->end : at;
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

void bulk_take_effect(struct sim_bulk_run *run, struct sim_position to)
{
	struct sim_thread *acting = sim->acting;

	sim->acting = run->thread;
	run->bulk->ops->settle(run->bulk->ctx, run->settled, to);
	sim->acting = acting;
}

void bulk_settle_to(struct sim_bulk_run *run, struct sim_position to)
{
	const struct sim_bulk *bulk = run->bulk;
	unsigned first = 0, last = bulk->segments - 1, seg;

	/* What takes effect may make others take effect, which may come back to this one. */
	if (run->settling || !position_before(run->settled, to))
		return;
	run->settling = true;
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
		run->thread->steps += n;
	}
	bulk_take_effect(run, to);
	run->settled = to;
	run->settling = false;
}

void bulk_settle(struct sim_bulk_run *run)
{
	bulk_settle_to(run, standing(run));
}

static void end_at(struct sim_bulk_run *run, struct sim_position end)
{
	if (!position_before(end, run->end))
		return;
	run->end = end;
	if (!run->tail)
		event_post(&run->thread->event,
			   sim_key(bulk_time_of(run, end), SIM_CLASS_THREAD, run->thread->id));
}

/* Show what the repetition under way holds, and stop after it. */
static void expose(struct sim_bulk_run *run)
{
	if (bulk_over(run))
		return;
	if (!run->exposed) {
		run->exposed = true;
		sim->exposing = run->thread;
		if (run->bulk->ops->expose)
			run->bulk->ops->expose(run->bulk->ctx, run->settled);
		sim->exposing = NULL;
	}
	end_at(run, position_after(run->bulk, run->settled));
}

/* --- what others do ---------------------------------------------------------------------------------- */

void sim_domain_settle(struct sim_domain *domain)
{
	struct sim_bulk_run *run;

	for (run = domain->runs; run; run = run->next)
		bulk_settle(run);
}

/* Keep @run away from units [@first, @end): cut later rounds, expose the one under way. */
void bulk_keep_off(struct sim_bulk_run *run, uint64_t first, uint64_t end)
{
	if (bulk_over(run))
		return;
	if (run->bulk->whole) {
		expose(run);
		return;
	}
	if (end <= bulk_round_first(run) || first >= bulk_range_end(run))
		return;
	first = bulk_grain_down(run, first);
	if (first < bulk_round_end(run))
		expose(run);
	else
		end_at(run, (struct sim_position){ .round = (first - run->bulk->first) / run->bulk->stride });
}

void sim_domain_touch(struct sim_domain *domain, uint64_t first, uint64_t n)
{
	struct sim_bulk_run *run;

	for (run = domain->runs; run; run = run->next) {
		bulk_settle(run);
		bulk_keep_off(run, first, first + n);
	}
}

void sim_domain_expose(struct sim_domain *domain)
{
	struct sim_bulk_run *run;

	for (run = domain->runs; run; run = run->next) {
		bulk_settle(run);
		expose(run);
	}
}

/* Stop in the midst of a preemptible repetition: the rest of it becomes the tail. */
static void stop_here(struct sim_bulk_run *run)
{
	struct sim_account *leaf = run->leaf[run->settled.seg];
	sim_time done = sim->now - bulk_time_of(run, run->settled);

	run->partial = done;
	run->tail = true;
	run->end = position_after(run->bulk, run->settled);
	event_cancel(&run->thread->event);
	if (!done)
		return;
	leaf->self += done;
	leaf->count++;
	run->thread->charged_to += done;
	run->thread->cpu_time += done;
}

void bulk_trap(struct sim_bulk_run *run)
{
	bulk_settle(run);
	expose(run);
}

/* The next resched point: a marked one, or the way back to user or guest code. */
static struct sim_position boundary(const struct sim_bulk_run *run)
{
	struct sim_position at = run->settled;
	bool resched;

	if (!bulk_can_stop(run->bulk))
		return run->end;
	do {
		resched = run->bulk->segment[at.seg].resched;
		at = position_after(run->bulk, at);
	} while (!resched && !run->bulk->segment[at.seg].preemptible && position_before(at, run->end));
	return at;
}

void bulk_resched(struct sim_bulk_run *run)
{
	/* Placed again, but not yet going on: sim_burn_user() will look. */
	if (run->tail)
		return;
	bulk_settle(run);
	if (bulk_over(run))
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
	bulk_settle(run);
	if (bulk_over(run))
		return;
	if (!run->bulk->segment[run->settled.seg].preemptible) {
		end_at(run, boundary(run));
		return;
	}
	stop_here(run);
	event_post(&thread->event, sim_key(sim->now, SIM_CLASS_THREAD, thread->id));
}

/* --- what a run has done, or will have -------------------------------------------------------------------- */

struct sim_key sim_frontier(void)
{
	return sim->frontier;
}

uint64_t sim_bulk_ahead(const struct sim_thread *thread, unsigned seg, struct sim_key when)
{
	const struct sim_bulk_run *run = thread->bulk;
	sim_time elapsed;
	struct sim_position at;
	uint64_t done, settled;

	if (!run || run->tail || when.time <= run->start)
		return 0;
	elapsed = when.time - run->start;
	if (!sim_key_before(sim_key(when.time, SIM_CLASS_THREAD, thread->id), when))
		elapsed--;
	at = position_at(run, elapsed);
	if (position_before(run->end, at))
		at = run->end;
	done = repetitions(run->bulk, at, seg);
	settled = repetitions(run->bulk, run->settled, seg);
	return done > settled ? done - settled : 0;
}

struct sim_key sim_bulk_when(const struct sim_thread *thread, unsigned seg, uint64_t n)
{
	const struct sim_bulk_run *run = thread->bulk;
	const struct sim_segment *segment = &run->bulk->segment[seg];
	uint64_t last = repetitions(run->bulk, run->settled, seg) + n - 1;
	struct sim_position begun = { last / segment->repeat, seg, (uint32_t)(last % segment->repeat) };

	return sim_key(bulk_time_of(run, begun) + segment->time, SIM_CLASS_THREAD, thread->id);
}
