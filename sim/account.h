/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The account: every picosecond of a simulated thread's life belongs to one path.
 *
 * A path is thread / span / span / ... / leaf. Spans are pushed and popped by the code that runs
 * (phases of the VMM, functions of the kernel, of pv.c through compiler hooks); the leaf names what
 * the time was spent on (a UVC, a lock waited for, a processor waited for) and bears a kind. The sum
 * over the nodes of a thread is its life, from spawn to exit.
 */
#ifndef SIM_ACCOUNT_H
#define SIM_ACCOUNT_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/time.h"

/** What a leaf's time was spent on. */
enum sim_kind {
	SIM_KIND_SPAN,		/* an inner node: no time of its own */
	SIM_KIND_KERNEL,	/* host kernel code, on a processor */
	SIM_KIND_UVC,		/* inside an Ultravisor call, on a processor */
	SIM_KIND_GUEST,		/* guest instructions in SIE, on a processor */
	SIM_KIND_USER,		/* host user space, on a processor */
	SIM_KIND_SPIN,		/* spinning for a lock, on a processor */
	SIM_KIND_SWITCH,	/* being switched in, on a processor */
	SIM_KIND_WAIT_CPU,	/* runnable, waiting for a processor */
	SIM_KIND_WAIT_LOCK,	/* blocked on a lock */
	SIM_KIND_SLEEP,		/* blocked on a timer, an event, another thread */
	SIM_KIND_COUNT,
};

/** Name of @kind as written to results ("kernel", "uvc", ...). Static storage. */
const char *sim_kind_name(enum sim_kind kind);

/** True for the kinds that hold a processor. */
bool sim_kind_on_cpu(enum sim_kind kind);

/**
 * One node of the account tree. Nodes live until the simulation is destroyed; children are kept in
 * the order in which they were first met.
 */
struct sim_account {
	const char *name;		/* interned */
	enum sim_kind kind;
	sim_time self;			/* time charged to this very node, ps */
	uint64_t count;			/* times entered (span) or charged (leaf) */
	struct sim_account *parent;
	struct sim_account *child;	/* first child */
	struct sim_account *last;	/* last child */
	struct sim_account *next;	/* next sibling */
	const char *seen;		/* the pointer under which the name came last */
};

/** An interned copy of @name: equal strings give equal pointers within one simulation. */
const char *sim_intern(const char *name);

/**
 * Let hooks of foreign code open no spans in the running thread, or let them again. What asks is
 * sim_span_muted(); sim_span_push() itself takes no notice.
 */
void sim_span_mute(bool on);
bool sim_span_muted(void);

/**
 * Enter span @name (interned here) on the running thread. Costs no simulated time. Each push is
 * matched by a sim_span_pop() on the same thread.
 */
void sim_span_push(const char *name);

/** Leave the innermost span. Asserts that there is one. */
void sim_span_pop(void);

/** The innermost span of the running thread: its node stays valid until the simulation is destroyed. */
const struct sim_account *sim_span_current(void);

/** Total time in the subtree of @node, ps. */
sim_time sim_account_total(const struct sim_account *node);

/** Time in the subtree of @node that is of @kind, ps. */
sim_time sim_account_total_kind(const struct sim_account *node, enum sim_kind kind);

#endif
