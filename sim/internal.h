/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of sim/ share and nobody else sees: the state of the one simulation, threads, processors,
 * the event queue.
 */
#ifndef SIM_INTERNAL_H
#define SIM_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/account.h"
#include "sim/bulk.h"
#include "sim/engine.h"
#include "sim/finding.h"
#include "sim/lock.h"
#include "sim/order.h"
#include "sim/thread.h"
#include "sim/trace.h"
#include "sim/watch.h"

struct coro;
struct sim_rhythm;
struct sim_rhythm_part;

/** An entry of the event queue, embedded in its owner. */
struct sim_event {
	struct sim_key key;
	size_t slot;			/* place in the heap + 1; 0: not queued */
};

struct sim_timer {
	struct sim_event event;
	const char *name;
	sim_timer_fn fn;
	void *ctx;
	uint32_t id;
	bool sleeper;			/* it ends a thread's sleep */
	struct sim_timer *next;
};

enum thread_state {
	THREAD_NEW,
	THREAD_READY,		/* in the run queue */
	THREAD_RUNNING,		/* holds a processor; its event, if queued, ends what it is doing */
	THREAD_SPINNING,	/* holds a processor, waits for a lock */
	THREAD_BLOCKED,
	THREAD_ENDED,
};

#define THREAD_LATELY 64

/** A lock that a thread holds, for the oracle. */
struct lock_held {
	const void *lock;
	const char *name;
	uint8_t use;			/* enum lock_use */
	bool slept;			/* something that may sleep has been told of under it */
	struct sim_site site;		/* taken by code of a module */
};

#define LOCK_HELD_MAX 16

struct sim_thread {
	struct sim_event event;
	const char *name, *group;
	bool daemon;
	uint32_t id;
	enum thread_state state;
	struct coro *coro;
	void (*body)(void *);
	void *arg;
	void *data[SIM_THREAD_SLOTS];

	/* account; leaves charged lately by the address of their name: look-up only */
	struct sim_account *root, *span;
	struct sim_account *lately[THREAD_LATELY];
	bool spans_muted;
	sim_time begin, end, charged_to;	/* charged_to: every ps before it has an owner */
	sim_time cpu_time;
	uint64_t hash;

	/* scheduling */
	struct processor *cpu;			/* while RUNNING or SPINNING */
	uint32_t weight;
	uint64_t vruntime;			/* weighted ps */
	sim_time exec_begin;			/* vruntime is up to date until here */
	sim_time placed;			/* when it got its processor */
	sim_time kernel_since;			/* last resched point */
	const char *stall_where;		/* span in which that became too long ago, NULL: it is not */
	const char *stall_place;		/* "at pv.c:1 function" there, if in code of a module */
	struct sim_thread *ready_next;

	/* what it is in the middle of */
	bool preemptible;			/* in sim_burn_user() */
	bool user_stopped;			/* ... and stopped early: user_done of it is done */
	sim_time user_since, user_done;
	enum sim_kind user_kind;
	const char *user_name;
	struct sim_bulk_run *bulk;
	struct sim_convoy *convoy;		/* it walks where there may be one */
	const struct sim_rhythm_part *rhythm;	/* it may take part in one */
	struct sim_place *places;
	const char *burn_name;			/* last, or present, sim_burn() */
	sim_time burn_time;
	struct sim_waiter *waiter;
	enum sim_wait_mode wait_mode;
	enum sim_kind wait_kind;
	const char *wait_name;
	struct sim_timer *timer;		/* ends a sleep */
	int wait_result;
	bool kicked;

	/* for the oracle */
	const void *stack_base, *parked;	/* frame addresses: of the body, of the last dispatch */
	unsigned in_code;			/* functions of a module on the stack */
	unsigned atomic;			/* spinning locks held */
	struct lock_held held[LOCK_HELD_MAX];
	unsigned held_count;
	const void *wants;			/* lock waited for */
	const char *wants_name;
	const struct sim_wait_list *wants_list;
	bool wants_write, wants_killable;
	uint64_t mark;				/* of a search */
	uint64_t steps, trap;			/* done; the one to stop at, 0: none */

	int signal;				/* pending, 0: none */
	bool signal_fatal;
	struct sim_waitqueue ended;		/* sim_join() */
	struct sim_thread *next;
};

struct processor {
	unsigned id;
	struct sim_thread *current;
	bool need_resched;
	struct sim_timer *slice;
};

struct sim_waiter {
	struct sim_thread *thread;
	struct sim_waiter *next, *prev;
	struct sim_wait_list *list;
	bool write;				/* rwsem */
	bool granted;
};

/** An entry of the ring of events. */
struct sim_event_entry {
	sim_time time;
	const struct sim_thread *thread;
	enum sim_event_kind kind;
	const char *name;
	uint64_t a, b;
};

struct arena_chunk;
struct lock_order;
struct intern_table;
struct stream_table;

/* Where a measure has been since progress number @since (sim/livelock.c). */
struct progress_level {
	uint64_t since, low, high;
};

struct simulation {
	struct sim_config config;
	sim_time now;
	struct sim_key frontier;
	sim_time kernel_now;			/* SystemC's clock, relative to the run */
	struct sim_event **heap;
	size_t heap_count, heap_size;

	struct sim_thread *threads, **threads_tail;
	unsigned thread_count, alive;
	struct sim_thread *self;
	struct sim_timer *timers, **timers_tail;
	uint32_t timer_count;

	struct processor *cpus;
	struct sim_thread *ready;
	unsigned ready_count;
	uint64_t min_vruntime;
	struct sim_stream *sched_stream;

	bool running, stopping, ended;
	enum sim_end end;
	struct sim_stall *stalls, **stalls_tail;
	struct sim_counters counters;
	struct sim_replay_error replay_error;
	uint64_t replay_line;		/* of the choice log, answered last */

	struct sim_finding *findings, **findings_tail;
	unsigned finding_count;
	uint64_t findings_more;
	struct sim_event_entry ring[SIM_EVENTS];
	uint64_t ring_end;			/* entries ever made */
	struct sim_code code;
	struct lock_order *lock_order;
	uint64_t mark;
	bool deadlocked, livelocked;
	void (*on_livelock)(void *ctx);		/* adds to the finding */
	void *on_livelock_ctx;
	sim_time fruitless;			/* kernel time since sim_progress() */
	uint64_t fruitless_sleeps;
	sim_time calls_at;			/* calls: since then */
	uint64_t calls;
	uint64_t progress, progress_to;		/* times that there was any: of either kind */
	struct progress_level level[SIM_LEVELS];
	const char *early;			/* why the run ended before its time */
	struct coro *coro;			/* on whose stack we are, during the run */
	uint64_t placements;			/* threads that got a processor */
	uint64_t alarms;			/* timers that went off, beside those that end a thread's sleep */
	struct sim_rhythm *rhythm;
	struct sim_thread *exposing;		/* whose bulk shows what it holds */
	sim_time look_at; 			/* SIM_FOREVER: nobody looks */
	sim_look_fn look;
	void *look_ctx;

	sim_trace_fn trace;
	void *trace_ctx;
	struct sim_watch watch;
	struct sim_thread *acting;		/* whose bulk takes effect right now, or NULL */

	void (*audit)(void *ctx);
	void *audit_ctx;

	struct arena_chunk *arena;
	struct intern_table *names;
	struct stream_table *streams;
};

extern struct simulation *sim;

/* engine.c */
void event_post(struct sim_event *event, struct sim_key key);
void event_cancel(struct sim_event *event);
/**
 * The running thread has nothing to do until its event (or a wake-up) comes: let the others go on. Returns
 * when it is its turn.
 */
void engine_dispatch(void);
/** Let the running thread's next step begin at @when: goes on inline if nothing else is due before. */
void engine_wait_until(sim_time when);
void engine_thread_finished(void);
void sim_fatal(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

/* processor.c */
void processors_init(void);
/** @thread becomes ready: it gets a processor or queues for one. */
void processor_enter(struct sim_thread *thread);
/** The running thread gives its processor up and is not ready. */
void processor_leave(void);
/** @thread, preempted in user code, goes back to the queue. */
void processor_put_back(struct sim_thread *thread);
/** Kernel code of @thread begins anew at @now: no stretch before it counts. */
void processor_stretch_begin(struct sim_thread *thread, sim_time now);
/** @thread has spent kernel time: note where it was if that made the stretch too long. */
void processor_stretch_grew(struct sim_thread *thread);
/** A point where the kernel could reschedule: reports a stall if the last one is too long ago. */
void processor_resched_point(struct sim_thread *thread);
/** The running thread lets another run that should have its processor; false: there is none. */
bool processor_yield(void);

/* thread.c */
void thread_charge(struct sim_thread *thread, sim_time time, enum sim_kind kind, const char *name);
/** @thread is blocked: make it ready with this result of thread_block(). */
void thread_wake(struct sim_thread *thread, int result);
/**
 * Block the running thread in @list (or none) until thread_wake(); -EINTR at once for a signal that @mode
 * lets through.
 */
int thread_block(struct sim_waiter *waiter, struct sim_wait_list *list, enum sim_wait_mode mode,
		 enum sim_kind kind, const char *name);
/** Preempt @thread, which is in user or guest code, now. */
void thread_preempt(struct sim_thread *thread);
/** Charge the running thread for waiting for a processor and being switched in. */
void thread_resumed(void);
/** Charge what is still open when the run ends. */
void threads_close_accounts(void);

/* livelock.c */
/** A number that grows with progress of any kind. */
uint64_t livelock_progress(void);
void livelock_burn(sim_time time);
void livelock_sleep(void);
void livelock_call(void);

/** The run ends here and now, in the middle of whatever runs; does not return. Only on a thread's stack. */
void engine_abandon(void) __attribute__((noreturn));

/* lockdep.c, deadlock.c */
const char *lock_held_text(const struct sim_thread *thread);
const char *lock_wait_text(const struct sim_thread *thread);

/* account.c */
struct sim_account *account_child(struct sim_account *parent, enum sim_kind kind, const char *name);
struct sim_account *account_root(const char *name);

/* bulk.c */
void bulk_resched(struct sim_bulk_run *run);		/* its processor is wanted */
void bulk_interrupt(struct sim_bulk_run *run);		/* signal or kick */
void bulk_settle(struct sim_bulk_run *run);
void bulk_trap(struct sim_bulk_run *run);		/* its thread is to be stopped at a step */

/* choice.c, intern in account.c */
void choice_init(void);
void choice_free(void);
void intern_init(void);
void intern_free(void);

/* wait lists */
void wait_list_add(struct sim_wait_list *list, struct sim_waiter *waiter);
void wait_list_remove(struct sim_waiter *waiter);

static inline uint64_t sim_mix(uint64_t hash, uint64_t value)
{
	hash = (hash ^ value) * 0x9e3779b97f4a7c15ULL;
	return hash ^ hash >> 29;
}

#endif
