/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the locks of sim/lock.c tell the oracle. Private to sim/.
 *
 * Modelled on lockdep of Linux (kernel/locking/lockdep.c): locks of one name are one class; "B was taken while A
 * was held" is an edge from A to B; an edge that closes a circle is reported, even if nobody got stuck this time.
 * A try makes no edge to the lock it gets. Left out: interrupt contexts, and nesting of one class in itself (two
 * guests' locks of one name are told apart as locks, not as classes).
 */
#ifndef SIM_LOCKDEP_H
#define SIM_LOCKDEP_H

#include "sim/internal.h"

enum lock_use {
	LOCK_READ = 1,		/* others may read, too */
	LOCK_SPINS = 2,		/* holding it is atomic: no sleep */
	LOCK_SECTION = 4,	/* entering never waits: an SRCU read section */
};

/** The running thread is about to wait for or take @lock, called @name. */
void lockdep_before(const void *lock, const char *name, unsigned use);
/** @thread has it now. */
void lockdep_taken(struct sim_thread *thread, const void *lock, const char *name, unsigned use);
/** The running thread gives it up. */
void lockdep_released(const void *lock, const char *name);
/** The running thread begins to wait for @lock in @list, on which its waiter is next. Looks for a circle. */
void lockdep_wait(const void *lock, const char *name, const struct sim_wait_list *list, bool write, bool killable);
void lockdep_wait_over(void);
/** The run is over since nothing can ever run. */
void lockdep_stuck(void);

#endif
