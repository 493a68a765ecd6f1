/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Locks and waits of the simulated kernel. All of them may block the calling thread ("takes time")
 * unless the name says try; the time is charged to a wait-lock leaf with the lock's name. They are
 * fair: first come, first served, handed over by the releasing thread.
 */
#ifndef SIM_LOCK_H
#define SIM_LOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/thread.h"

struct sim_waiter;

/** Which signals end a wait: none, fatal ones, any. */
enum sim_wait_mode { SIM_WAIT_UNINTERRUPTIBLE, SIM_WAIT_KILLABLE, SIM_WAIT_INTERRUPTIBLE };

/** First in, first out; used by every lock below. Zeroed is empty. */
struct sim_wait_list {
	struct sim_waiter *head, *tail;
};

/* --- mutex: Linux struct mutex ---------------------------------------------------------------- */
struct sim_mutex {
	const char *name;
	struct sim_thread *owner;
	struct sim_wait_list waiters;
};
void sim_mutex_init(struct sim_mutex *mutex, const char *name);
void sim_mutex_lock(struct sim_mutex *mutex);
/** With @mode: 0, or -EINTR for a signal it lets through. */
int sim_mutex_lock_mode(struct sim_mutex *mutex, enum sim_wait_mode mode);
bool sim_mutex_trylock(struct sim_mutex *mutex);
/** Asserts that the running thread is the owner. */
void sim_mutex_unlock(struct sim_mutex *mutex);
/** As lockdep_is_held(): held by the running thread. */
bool sim_mutex_held(const struct sim_mutex *mutex);

/* --- rwsem: Linux struct rw_semaphore. A queued writer holds new readers off. ------------------- */
struct sim_domain;
struct sim_rwsem {
	const char *name;
	unsigned readers;
	struct sim_thread *writer;
	struct sim_wait_list waiters;
	struct sim_domain *domain;	/* bulks in here may hold it for read: shown before a writer looks; or NULL */
};
void sim_rwsem_init(struct sim_rwsem *sem, const char *name, struct sim_domain *domain);
void sim_rwsem_down_read(struct sim_rwsem *sem);
bool sim_rwsem_down_read_trylock(struct sim_rwsem *sem);
void sim_rwsem_up_read(struct sim_rwsem *sem);
void sim_rwsem_down_write(struct sim_rwsem *sem);
/** Killable: 0, or -EINTR when a fatal signal is pending. */
int sim_rwsem_down_write_killable(struct sim_rwsem *sem);
void sim_rwsem_up_write(struct sim_rwsem *sem);
/** Either way, with a mode: 0, or -EINTR for a signal it lets through. */
int sim_rwsem_down(struct sim_rwsem *sem, bool write, enum sim_wait_mode mode);
bool sim_rwsem_down_write_trylock(struct sim_rwsem *sem);
/** A reader's hold has no name: true if any thread has it for read; for write only by the running thread. */
bool sim_rwsem_held(const struct sim_rwsem *sem, bool write);
/** No writer holds it or waits for it: a bulk may take it for read without anybody noticing. */
bool sim_rwsem_quiet(const struct sim_rwsem *sem);
/** Count the running bulk's thread in as a reader, at once and without time (see sim/bulk.h, expose). */
void sim_rwsem_expose_read(struct sim_rwsem *sem);

/* --- spinlock: the waiting thread keeps its processor ------------------------------------------- */
struct sim_spinlock {
	const char *name;
	struct sim_thread *owner;
	struct sim_wait_list waiters;
};
void sim_spin_init(struct sim_spinlock *lock, const char *name);
void sim_spin_lock(struct sim_spinlock *lock);
bool sim_spin_trylock(struct sim_spinlock *lock);
void sim_spin_unlock(struct sim_spinlock *lock);
/** By the running thread. */
bool sim_spin_held(const struct sim_spinlock *lock);
/** Count @thread, whose bulk is shown (see sim/bulk.h, expose), in as the holder. Asserts that there is none. */
void sim_spin_expose(struct sim_spinlock *lock, struct sim_thread *thread);

/*
 * --- rwlock: as the spinlock, for several readers or one writer, first come, first served --------
 */
struct sim_rwlock {
	const char *name;
	unsigned readers;
	struct sim_thread *writer;
	struct sim_wait_list waiters;
};
void sim_rwlock_init(struct sim_rwlock *lock, const char *name);
void sim_read_lock(struct sim_rwlock *lock);
void sim_read_unlock(struct sim_rwlock *lock);
void sim_write_lock(struct sim_rwlock *lock);
void sim_write_unlock(struct sim_rwlock *lock);
/** Never wait: whether the lock was taken. Nobody overtakes those who wait already. */
bool sim_read_trylock(struct sim_rwlock *lock);
bool sim_write_trylock(struct sim_rwlock *lock);
/** By the running thread for write; or, for @write false, by anybody for read: readers have no names. */
bool sim_rwlock_held(const struct sim_rwlock *lock, bool write);

/* --- wait queue ----------------------------------------------------------------------------------- */
struct sim_waitqueue {
	const char *name;
	struct sim_wait_list waiters;
};
void sim_waitqueue_init(struct sim_waitqueue *queue, const char *name);
/** Block until woken. 0, or -EINTR for a signal the mode lets through. The caller re-tests its condition. */
int sim_wait(struct sim_waitqueue *queue, enum sim_wait_mode mode);
/** As sim_wait() with a deadline @until (ps): -ETIME when it passes first. */
int sim_wait_until(struct sim_waitqueue *queue, enum sim_wait_mode mode, sim_time until);
/** Wake the first @n waiters (0: all). */
void sim_wake(struct sim_waitqueue *queue, unsigned n);

/* --- completion ------------------------------------------------------------------------------------ */
struct sim_completion {
	unsigned done;
	struct sim_waitqueue queue;
};
void sim_completion_init(struct sim_completion *completion, const char *name);
void sim_complete(struct sim_completion *completion);
void sim_complete_all(struct sim_completion *completion);
int sim_wait_for_completion(struct sim_completion *completion, enum sim_wait_mode mode);

/* --- SRCU -------------------------------------------------------------------------------------------- */
struct sim_srcu {
	const char *name;
	unsigned index;
	unsigned readers[2];
	struct sim_mutex sync;
	struct sim_waitqueue drained;
};
void sim_srcu_init(struct sim_srcu *srcu, const char *name);
int sim_srcu_read_lock(struct sim_srcu *srcu);
void sim_srcu_read_unlock(struct sim_srcu *srcu, int index);
bool sim_srcu_held(const struct sim_srcu *srcu);
void sim_synchronize_srcu(struct sim_srcu *srcu);

/* --- RCU: read sections nest and may not sleep ------------------------------------------------------------ */
struct sim_rcu {
	uint64_t epoch;			/* of the sections that begin now */
	struct sim_rcu_reader *readers;	/* inside a section */
	struct sim_waitqueue drained;
};
/** One per thread that reads; zeroed is outside. */
struct sim_rcu_reader {
	unsigned depth;
	uint64_t epoch;
	struct sim_rcu_reader *next;
};
void sim_rcu_init(struct sim_rcu *rcu);
void sim_rcu_read_lock(struct sim_rcu *rcu, struct sim_rcu_reader *reader);
void sim_rcu_read_unlock(struct sim_rcu *rcu, struct sim_rcu_reader *reader);
/** Sleeps for @grace, and until every section that has begun before the call is over. */
void sim_synchronize_rcu(struct sim_rcu *rcu, sim_time grace);

/* --- atomic sections without a lock ---------------------------------------------------------------------- */

/** One per thread and reason; zeroed is outside. Nests. */
struct sim_atomic {
	unsigned depth;
};
/** From now on the running thread must not sleep. @name, for the oracle: "preempt_disable()". */
void sim_atomic_begin(struct sim_atomic *section, const char *name);
/** Reported if the running thread is in none. */
void sim_atomic_end(struct sim_atomic *section, const char *name);
/** Must the running thread not sleep, for whatever reason? False with --no-oracle. */
bool sim_is_atomic(void);

/* --- for the oracle ------------------------------------------------------------------------------------ */

/** What follows may sleep: reported if the running thread holds a spinning lock. @what: what asks. */
void sim_might_sleep(const char *what);
/** Does the running thread hold a spinning lock? */
bool sim_atomic(void);

/** What follows may take a lock called @name, whether or not it does this time: its order is noted. */
void sim_might_lock(const char *name);

/** Locks called so are always taken in this order; NULL-terminated. */
void sim_lock_order(const char *const *names);

/** The running thread is about to leave the kernel: reported if it holds a lock. @what: "KVM_PV_ENABLE returns". */
void sim_check_user_return(const char *what);

#endif
