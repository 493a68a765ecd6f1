/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Simulated threads and the processors they run on.
 *
 * A thread is a coroutine that runs ordinary C. Time passes for it only inside the functions below
 * marked "takes time"; between two of them it is atomic. It burns time only while it holds one of the
 * host's processors. Kernel code gives the processor up at sim_cond_resched(), when it blocks and when
 * it returns to user space; user and guest code anywhere.
 *
 * The scheduler is a small fair one: least virtual run time first, a slice under contention, wake-up
 * preemption. There is one run queue for all processors.
 */
#ifndef SIM_THREAD_H
#define SIM_THREAD_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/account.h"
#include "sim/time.h"

struct sim_thread;

/** How a thread is made. Zero-initialised is a plain thread of nice 0. */
struct sim_thread_attr {
	int nice;		/* -20..19; each step is a factor of about 1.25 in share */
	const char *group;	/* first component of the account path (a VM's name), or NULL */
	bool daemon;		/* the run does not wait for its end */
};

/**
 * Start a thread that runs @body(@arg) and ends when it returns. @name is copied and should be unique:
 * streams and step hashes are kept by it. May be called from a thread, a timer or before the run. The
 * thread is owned by the simulation.
 */
struct sim_thread *sim_spawn(const char *name, void (*body)(void *arg), void *arg,
			     const struct sim_thread_attr *attr);

/** The running thread, NULL in a timer callback or outside the run. */
struct sim_thread *sim_self(void);

const char *sim_thread_name(const struct sim_thread *thread);
/** The group it was spawned with, or NULL. */
const char *sim_thread_group(const struct sim_thread *thread);

/** A small number, unique in the run, in order of spawning from 1. */
unsigned sim_thread_id(const struct sim_thread *thread);

/** True once the body has returned. */
bool sim_thread_ended(const struct sim_thread *thread);

/** Root of the thread's account. */
const struct sim_account *sim_thread_account(const struct sim_thread *thread);

/** Born at, ended at (SIM_FOREVER while alive). */
sim_time sim_thread_begin(const struct sim_thread *thread);
sim_time sim_thread_end(const struct sim_thread *thread);

/** Time on a processor so far. */
sim_time sim_thread_cpu_time(const struct sim_thread *thread);

/** Rolling hash of the thread's own steps. */
uint64_t sim_thread_hash(const struct sim_thread *thread);

/** All threads in order of id: pass NULL to get the first. */
struct sim_thread *sim_thread_next(const struct sim_thread *thread);

/** Whether the run waits for its end from now on: a kernel thread without work is nobody's business. */
void sim_thread_set_daemon(struct sim_thread *thread, bool daemon);

/** Count one more (or one less) thing that the run must wait for though no thread stands for it: an armed timer. */
void sim_keep_alive(bool on);

/** Places for rooms above to hang data of their own, one for each that wants one. */
enum sim_thread_slot {
	SIM_THREAD_CHARGE,	/* mm/memcg.c: whom its allocations are charged to */
	SIM_THREAD_TASK,	/* kvm/linux/task.c: the task of pv.c */
	SIM_THREAD_SLOTS,
};

/** NULL until it is set. The data are the caller's. */
void sim_thread_set_data(struct sim_thread *thread, enum sim_thread_slot slot, void *data);
void *sim_thread_data(const struct sim_thread *thread, enum sim_thread_slot slot);

/**
 * Takes time: spend @time on the processor in kernel mode (or firmware, @kind says), not preemptible.
 * Charged to leaf (@kind, @name) under the current span. @name must be interned or a literal.
 */
void sim_burn(sim_time time, enum sim_kind kind, const char *name);

/**
 * Takes time: spend up to @time on the processor in user or guest mode, preemptible anywhere. Returns
 * the time really spent: less than @time only if a signal became pending or sim_kick() was called
 * (then the rest is not spent).
 */
sim_time sim_burn_user(sim_time time, enum sim_kind kind, const char *name);

/** A resched point of kernel code: gives the processor up if another thread should have it. Takes time then. */
void sim_cond_resched(void);

/** Kernel code that may not reschedule has looked, and nobody wants the processor: no stall until here. */
void sim_resched_seen(void);

/** Would sim_cond_resched() give the processor up now? */
bool sim_need_resched(void);

/** Takes time: sleep for @time. With @interruptible a signal ends it early with -EINTR; else 0. */
int sim_sleep(sim_time time, bool interruptible, const char *name);

/** Takes time: wait until @thread has ended. With @interruptible a signal gives -EINTR; else 0. */
int sim_join(struct sim_thread *thread, bool interruptible);

/** Let @thread leave sim_burn_user() (or the guest segment of a bulk) early, or its next one if it is in none. */
void sim_kick(struct sim_thread *thread);

/* --- signals ------------------------------------------------------------------------------------- */

/**
 * Send a signal. A pending signal ends interruptible sleeps and sim_burn_user(); a @fatal one ends killable
 * sleeps too. It stays pending until sim_signal_take().
 */
void sim_signal_send(struct sim_thread *thread, int signal, bool fatal);
bool sim_signal_pending(const struct sim_thread *thread);
bool sim_fatal_signal_pending(const struct sim_thread *thread);
/**
 * Consume the pending non-fatal signal; returns its number or 0. A fatal signal is never consumed: its number
 * is returned each time.
 */
int sim_signal_take(struct sim_thread *thread);

#endif
