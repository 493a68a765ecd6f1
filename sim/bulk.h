/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bulk work: many like units in one event, exactly.
 *
 * A walker over pages describes one round of its loop as a short list of segments (take the lock and
 * gather: 3 us; destroy one page: 0.8 us, 32 times, a resched point after each) and asks to repeat it
 * n times. The engine puts ONE event at the end of the last round. Whoever else is about to look at the
 * same pages or locks first calls sim_domain_settle(): whole segments done so far take effect through
 * settle(). Whoever wants a page that lies in a round that has begun, or a lock that a segment holds, makes the walker
 * show its hands (expose()) and stop at the end of the segment it is in; the walker goes on from there step
 * by step. So the simulation is the same as if every segment had been its own step, which is what
 * --exact-pages does.
 *
 * A domain is what walkers share: one address space with its frames. Units are numbered in it by an index (page
 * number); a bulk covers [first, first + rounds * stride). The ranges of two bulks in a domain never overlap:
 * a new one cuts the one it would meet, and is itself cut where another is already at work.
 */
#ifndef SIM_BULK_H
#define SIM_BULK_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/account.h"
#include "sim/order.h"
#include "sim/time.h"

#define SIM_BULK_SEGMENTS_MAX 72

struct sim_thread;

/** One kind of step within a round. */
struct sim_segment {
	sim_time time;		/* length of one repetition, > 0 ps */
	uint32_t repeat;	/* repetitions in a round, >= 1 */
	enum sim_kind kind;	/* charged to leaf (kind, name) under the span current at the call ... */
	const char *name;
	const char *span;	/* ... or under this sub-span of it, if not NULL */
	bool resched;		/* a resched point follows each repetition */
	bool preemptible;	/* user or guest code: may be preempted, kicked, signalled anywhere inside */
};

/** Where a walker stands: @rep repetitions of segment @seg of round @round are complete. */
struct sim_position {
	uint64_t round;
	uint32_t seg;
	uint32_t rep;
};

struct sim_bulk_ops {
	/**
	 * Take effect of all repetitions in [from, to). Called in order, without gaps. May run in any
	 * thread's context (or none): may not burn, block, nor settle. The account is charged by the engine.
	 */
	void (*settle)(void *ctx, struct sim_position from, struct sim_position to);
	/**
	 * The repetition at @at is under way and another thread looks: make visible what the walker holds in its
	 * midst (locks, interlocks, page references), as the step-by-step code would have. Called at most once, after
	 * settle() up to @at; the bulk then ends after this repetition. May be NULL.
	 */
	void (*expose)(void *ctx, struct sim_position at);
};

struct sim_bulk {
	const struct sim_segment *segment;	/* the round */
	unsigned segments;			/* 1..SIM_BULK_SEGMENTS_MAX */
	uint64_t rounds;			/* >= 1 */
	uint64_t first;				/* index of the first unit in the domain */
	uint64_t stride;			/* units per round, >= 1 */
	bool whole;				/* about everything in the domain: first and stride do not matter */
	const struct sim_bulk_ops *ops;
	void *ctx;
};

/** What bulks share and others look at through. Zero-initialised and named by sim_domain_init(). */
struct sim_domain {
	const char *name;
	uint64_t grain;			/* units that share a lock: those of one aligned group are touched together */
	struct sim_bulk_run *runs;	/* in flight */
	struct sim_convoy *convoy;	/* sim/convoy.h; NULL: none there */
};
/** @grain: a power of two; 1 when units share nothing. */
void sim_domain_init(struct sim_domain *domain, const char *name, uint64_t grain);

/**
 * Takes time: do up to @bulk->rounds rounds. Returns where the walker stands: {rounds, 0, 0} when all is
 * done, or an earlier position when it was stopped (a resched is due, a signal, another thread wants what
 * lies here, the range was cut). Effects up to there have been settled. If *@exposed is set, what expose()
 * showed is held and the caller's step-by-step code must release it. A preemptible repetition stopped
 * half-way by a signal or kick counts as not done; what it spent is charged and stored in *@partial, which is
 * SIM_FOREVER otherwise. Returns {0,0,0} at once with nothing done in exact mode or when the first round
 * would overlap another's range.
 */
struct sim_position sim_bulk_run(struct sim_domain *domain, const struct sim_bulk *bulk, bool *exposed,
				 sim_time *partial);

/** What has happened so far is what comes before this key. */
struct sim_key sim_frontier(void);

/**
 * Of the bulk that @thread is in, if any: how many repetitions of segment @seg that have not taken effect are over
 * before @when, which is not later than sim_frontier().
 */
uint64_t sim_bulk_ahead(const struct sim_thread *thread, unsigned seg, struct sim_key when);
/** When the @n-th of them is over: 1 is the first one. */
struct sim_key sim_bulk_when(const struct sim_thread *thread, unsigned seg, uint64_t n);

/** Let all whole repetitions done so far by bulks in @domain take effect. Call before reading its state. */
void sim_domain_settle(struct sim_domain *domain);

/**
 * Before touching units [@first, @first + @n): settle, cut bulks that would still come there, and expose the
 * one whose round in progress includes some of them. Afterwards the state there is as step-by-step code would
 * have left it, and the caller may change it.
 */
void sim_domain_touch(struct sim_domain *domain, uint64_t first, uint64_t n);

/** Before looking at a lock or at something all units share: settle, and expose every bulk in flight. */
void sim_domain_expose(struct sim_domain *domain);

#endif
