/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Stacks of simulated threads for findings: spans tell what a thread is doing, the chain of stack frames adds the
 * lines where the code of a loaded module stands.
 *
 * All code that can stand on such a stack is compiled with frame pointers: this program, and modules by their
 * builder. The chain is followed inside the thread's own stack only, upwards only. On a processor whose frames
 * are unlike those of x86-64 and arm64 the stacks have no lines.
 */
#define _GNU_SOURCE
#include <string.h>
#include <ucontext.h>

#include "sim/finding_internal.h"
#include "sim/systemc_kernel.h"

#define STACK_MAX 64
#define STACK_EDGE 16384	/* the guard below a stack, and what lies above its first frame */
#define WALK_MAX 128

void sim_code_set(const struct sim_code *code)
{
	sim->code = *code;
}

void sim_code_depth(int by)
{
	sim->self->in_code += (unsigned)by;
	if (by > 0)
		livelock_call();
}

/* What lies on top of the stack is the return address only if there is no frame yet; a sanitizer may guard it. */
__attribute__((no_sanitize("address"))) uintptr_t sim_site_signal(struct sim_site *site, const void *context)
{
	const void *frame = NULL;
	uintptr_t pc = 0;

	*site = (struct sim_site){ .depth = 0 };
#if defined(__x86_64__) || defined(__aarch64__)
	uintptr_t back;

#if defined(__x86_64__)
	const greg_t *gregs = ((const ucontext_t *)context)->uc_mcontext.gregs;

	pc = (uintptr_t)gregs[REG_RIP];
	back = sim_stack_full((uintptr_t)gregs[REG_RSP]) ? 0 : *(const uintptr_t *)gregs[REG_RSP];
	frame = (const void *)gregs[REG_RBP];
#else
	pc = ((const ucontext_t *)context)->uc_mcontext.pc;
	back = ((const ucontext_t *)context)->uc_mcontext.regs[30];
	frame = (const void *)((const ucontext_t *)context)->uc_mcontext.regs[29];
#endif
	site->exact = sim_code_holds(pc);
	if (site->exact)
		site->pc[site->depth++] = pc;
	else if (sim_code_holds(back))
		site->pc[site->depth++] = back;
#else
	(void)context;
#endif
	sim_site_from(site, frame);
	return pc;
}

bool sim_in_code(void)
{
	return sim->self && sim->self->in_code;
}

bool sim_stack_full(uintptr_t address)
{
	uintptr_t base = sim->self ? (uintptr_t)sim->self->stack_base : 0, end = base - kernel_stack_bytes;

	return base && address >= end - STACK_EDGE && address < end + STACK_EDGE;
}

bool sim_code_holds(uintptr_t pc)
{
	return pc >= sim->code.begin && pc < sim->code.end;
}

/* Append the module's return addresses from @frame upwards. */
__attribute__((no_sanitize("address"))) static void walk(struct sim_site *site, const void *frame,
							 const struct sim_thread *thread)
{
#if defined(__x86_64__) || defined(__aarch64__)
	const uintptr_t *at = frame, *base = thread->stack_base;
	unsigned steps;

	for (steps = 0; at && at < base && steps < WALK_MAX && site->depth < SIM_SITE_DEPTH; steps++) {
		const uintptr_t *next = (const uintptr_t *)at[0];

		if (sim_code_holds(at[1]))
			site->pc[site->depth++] = at[1];
		if (next <= at || (uintptr_t)next % sizeof(*next))
			break;
		at = next;
	}
#else
	(void)site;
	(void)frame;
	(void)thread;
#endif
}

void sim_site_from(struct sim_site *site, const void *frame)
{
	if (!sim->self)
		return;
	site->span = sim->self->span->name;
	if (sim->code.end)
		walk(site, frame, sim->self);
}

void sim_site_here(struct sim_site *site)
{
	site->depth = 0;
	site->exact = false;
	site->span = NULL;
	sim_site_from(site, __builtin_frame_address(0));
}

static bool place_of(uintptr_t pc, bool exact, char *function, char *line, size_t bytes)
{
	return sim->code.place && sim->code.place(sim->code.ctx, pc, exact, function, line, bytes);
}

const char *sim_site_text(const struct sim_site *site)
{
	char function[128], line[128];
	unsigned i;

	/* Functions of headers are the kernel's; who called them is told. */
	for (i = 0; i < site->depth; i++)
		if (place_of(site->pc[i], site->exact && !i, function, line, sizeof(line)) && !strstr(line, ".h:"))
			return sim_text("at %s %s", line, function);
	return sim_text("in %s", site->span ? site->span : "the host");
}

/* --- what a thread is doing ------------------------------------------------------------------------------- */

static const char *state_text(const struct sim_thread *thread)
{
	if (thread->wants)
		return lock_wait_text(thread);
	switch (thread->state) {
	case THREAD_NEW:
		return "not yet begun";
	case THREAD_READY:
		return "ready, waits for a processor";
	case THREAD_RUNNING:
		return thread == sim->self ? "running" : "on a processor";
	case THREAD_SPINNING:
	case THREAD_BLOCKED:
		return sim_text("sleeps: %s", thread->wait_name);
	case THREAD_ENDED:
		break;
	}
	return "ended";
}

/*
 * Spans of functions of the module bear the place where they stand: each frame of @site is put to the innermost
 * span of its name that has none yet. Frames whose function opened no span (its spans are muted) come last.
 */
static void add_places(struct sim_stack *stack, const struct sim_site *site)
{
	unsigned below = stack->depth, i;

	for (i = 0; i < site->depth; i++) {
		char function[128], line[128];
		unsigned at = below;

		if (!place_of(site->pc[i], site->exact && i == 0, function, line, sizeof(line)))
			continue;
		while (at && strcmp(stack->frame[at - 1].name, function))
			at--;
		if (!at)
			continue;
		below = at - 1;
		stack->frame[below].place = sim_intern(line);
	}
}

/* Spans that bulk work and single steps share: a bulk opens none of its own. */
static void add_spans(struct sim_stack *stack, const struct sim_thread *thread)
{
	const struct sim_account *span;
	unsigned depth = 0, i;

	for (span = thread->span; span->parent; span = span->parent)
		depth++;
	stack->depth = depth < STACK_MAX ? depth : STACK_MAX;
	stack->frame = sim_alloc((stack->depth + 1) * sizeof(*stack->frame));
	for (span = thread->span, i = depth; span->parent; span = span->parent)
		if (--i < STACK_MAX)
			stack->frame[i].name = span->name;
}

struct sim_stack *stack_of(struct sim_thread *thread, const struct sim_site *fault)
{
	struct sim_stack *stack = sim_alloc(sizeof(*stack));
	struct sim_site site = { .depth = 0 };

	stack->thread = thread->name;
	stack->state = state_text(thread);
	add_spans(stack, thread);
	if (fault)
		site = *fault;
	else if (thread == sim->self)
		walk(&site, __builtin_frame_address(0), thread);
	else if (thread->parked)
		walk(&site, thread->parked, thread);
	add_places(stack, &site);
	return stack;
}
