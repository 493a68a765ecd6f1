/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A background process: one thread that allocates, holds, touches and frees ordinary memory.
 *
 * Its memory is one anonymous mapping; what it has is the first part of it. An allocation at a rate is made in pieces,
 * a hundred a second or one page each, and never makes up for a delay faster than the machine can. Left out: what it
 * computes, files, threads; a failed allocation without an OOM killer ends it, where a real process gets SIGBUS.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "mm/memcg.h"
#include "mm/mm.h"
#include "sim/engine.h"
#include "sim/thread.h"
#include "uv/cost.h"
#include "vmm/neighbour.h"
#include "vmm/process.h"

#define MEMORY_AT ((uint64_t)1 << 40)
#define PIECES_PER_SECOND 100

/* The process from the inside. */
struct process {
	struct neighbour neighbour;	/* must be the first member */
	struct host *host;
	struct sim_thread *thread;
	struct sim_timer *kill_timer;
};

static void set_outcome(struct neighbour *neighbour, const char *outcome)
{
	if (!strcmp(neighbour->outcome, "running"))
		neighbour->outcome = sim_intern(outcome);
}

static void kill_by(struct process *process, const char *outcome)
{
	if (process->neighbour.exited != SIM_FOREVER)
		return;
	set_outcome(&process->neighbour, outcome);
	sim_signal_send(process->thread, SIGKILL_NUMBER, true);
}

static void kill_now(void *ctx)
{
	kill_by(ctx, "killed");
}

static void oom_killed(void *ctx)
{
	kill_by(ctx, "killed: out of memory");
}

static bool dying(void)
{
	return sim_fatal_signal_pending(sim_self());
}

/* --- steps ---------------------------------------------------------------------------------------------------- */

/* Touch pages [@page, @page + @n). False when the process ends. */
static bool touch(struct neighbour *neighbour, uint64_t page, uint64_t n, const char *what)
{
	int result = mm_user_touch(neighbour->mm, MEMORY_AT + (page << PAGE_SHIFT), n, what, COST_GUEST_TOUCH);
	const char *name;
	char text[64];

	if (result && !dying()) {
		name = strerrorname_np(-result);
		snprintf(text, sizeof(text), "failed: %s: %s", what, name ? name : "unknown error");
		set_outcome(neighbour, text);
	}
	if (!result)
		neighbour->touched += n;
	return !result && !dying();
}

/* When the first @n pages of an allocation that began at @begin are due to be there. */
static sim_time due(const struct deed *deed, sim_time begin, uint64_t n)
{
	unsigned __int128 work = (unsigned __int128)n * PAGE_BYTES * SIM_S;

	return begin + (sim_time)(work / deed->rate);
}

static void note_most(struct neighbour *neighbour, uint64_t pages)
{
	if (pages > neighbour->most)
		neighbour->most = pages;
}

/* Killed in the middle of a piece: what it has got of it counts. */
static void note_torn(struct neighbour *neighbour)
{
	sim_domain_settle(&neighbour->mm->domain);
	note_most(neighbour, neighbour->mm->rss + neighbour->mm->swapped);
}

static bool allocate(struct neighbour *neighbour, const struct deed *deed)
{
	uint64_t all = neighbour->spec->memory >> PAGE_SHIFT, n = deed->bytes >> PAGE_SHIFT, done, piece;
	uint64_t each = deed->rate ? deed->rate / PIECES_PER_SECOND >> PAGE_SHIFT : all;
	sim_time begin = sim_now();

	if (!n || n > all - neighbour->pages)
		n = all - neighbour->pages;
	for (done = 0; done < n; done += piece) {
		piece = each ? each : 1;
		if (piece > n - done)
			piece = n - done;
		if (!touch(neighbour, neighbour->pages, piece, "allocate")) {
			note_torn(neighbour);
			return false;
		}
		neighbour->pages += piece;
		note_most(neighbour, neighbour->pages);
		if (deed->rate && due(deed, begin, done + piece) > sim_now())
			sim_sleep(due(deed, begin, done + piece) - sim_now(), true, "allocate at its rate");
		if (dying())
			return false;
	}
	return true;
}

static bool use_again(struct neighbour *neighbour, const struct deed *deed)
{
	uint64_t n = deed->bytes >> PAGE_SHIFT;
	sim_time begin = sim_now();
	unsigned i;

	if (!n || n > neighbour->pages)
		n = neighbour->pages;
	for (i = 1; i <= deed->times; i++) {
		if (n && !touch(neighbour, 0, n, "use"))
			return false;
		if (begin + i * deed->time > sim_now())
			sim_sleep(begin + i * deed->time - sim_now(), true, "until the next round");
		if (dying())
			return false;
	}
	return true;
}

static void give_back(struct neighbour *neighbour, const struct deed *deed)
{
	uint64_t n = deed->bytes >> PAGE_SHIFT;

	if (!n || n > neighbour->pages)
		n = neighbour->pages;
	if (!n)
		return;
	neighbour->pages -= n;
	mm_discard(neighbour->mm, MEMORY_AT + (neighbour->pages << PAGE_SHIFT), n);
}

/* False when the process ends. */
static bool perform_deed(struct neighbour *neighbour, const struct deed *deed)
{
	switch (deed->kind) {
	case DEED_ALLOCATE:
		return allocate(neighbour, deed);
	case DEED_HOLD:
		sim_sleep(deed->time, true, "hold");
		break;
	case DEED_USE:
		return use_again(neighbour, deed);
	case DEED_FREE:
		give_back(neighbour, deed);
		break;
	}
	return !dying();
}

/* --- life ----------------------------------------------------------------------------------------------------- */

static void run_program(struct process *process)
{
	struct neighbour *neighbour = &process->neighbour;
	const struct process_spec *spec = neighbour->spec;
	size_t i;

	neighbour->started = sim_now();
	neighbour->mm = mm_create(process->host, neighbour->name);
	neighbour->mm->memcg = memcg_current();
	neighbour->mm->kill = oom_killed;
	neighbour->mm->kill_ctx = process;
	neighbour->mm->oom_score_adj = spec->oom_score_adj;
	if (mm_mmap(neighbour->mm, MEMORY_AT, spec->memory)) {
		set_outcome(neighbour, "failed: mmap: EINVAL");
		return;
	}
	for (i = 0; i < spec->program_count; i++) {
		if (!perform_deed(neighbour, &spec->program[i]))
			return;
		neighbour->deed_end[i] = sim_now();
	}
	set_outcome(neighbour, "ended");
}

static void thread_body(void *arg)
{
	struct process *process = arg;
	struct neighbour *neighbour = &process->neighbour;

	if (neighbour->spec->cgroup.text)
		memcg_join(memcg_find(process->host, neighbour->spec->cgroup.text));
	life_await_start(&neighbour->life);
	if (!dying())
		run_program(process);
	sim_span_push("exit");
	if (neighbour->mm)
		mm_put(neighbour->mm);
	sim_span_pop();
	neighbour->exited = sim_now();
	life_end(&neighbour->life);
}

struct neighbour *neighbour_start(struct host *host, const struct process_spec *spec, unsigned index)
{
	struct process *process = sim_alloc(sizeof(*process));
	struct neighbour *neighbour = &process->neighbour;
	struct sim_thread_attr attr = { .nice = spec->nice };
	size_t i;

	process->host = host;
	neighbour->spec = spec;
	neighbour->name = instance_name(spec->name, spec->count, index);
	neighbour->outcome = "running";
	neighbour->started = SIM_FOREVER;
	neighbour->exited = SIM_FOREVER;
	neighbour->deed_end = sim_alloc((spec->program_count + 1) * sizeof(*neighbour->deed_end));
	for (i = 0; i < spec->program_count; i++)
		neighbour->deed_end[i] = SIM_FOREVER;
	life_init(&neighbour->life, spec->name, neighbour->name, spec->start_after,
		  (spec->start_after ? spec->start_delay : spec->start) + index * spec->stagger);
	attr.group = neighbour->name;
	process->thread = sim_spawn(neighbour->name, thread_body, process, &attr);
	if (spec->kill_at != SIM_FOREVER) {
		process->kill_timer = sim_timer_create(neighbour->name, kill_now, process);
		sim_timer_start(process->kill_timer, spec->kill_at);
	}
	return neighbour;
}
