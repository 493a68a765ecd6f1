/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The OOM killer: notifiers, choice of a victim, its end, the reaper, and the record of it.
 *
 * Source of behaviour: Linux 6.12 mm/oom_kill.c (out_of_memory, oom_badness, oom_kill_process, oom_reap_task).
 */
#ifndef MM_OOM_H
#define MM_OOM_H

#include <stdbool.h>
#include <stdint.h>

#include "mm/mm.h"

struct memcg;
struct pressure;

/** Somebody who may give memory up before a process is killed for it. Owned by who registers it. */
struct oom_notifier {
	/**
	 * Takes time, in the thread that found no memory: adds the frames it has given up to *@freed. True: nobody
	 * behind it is asked.
	 */
	bool (*call)(struct oom_notifier *notifier, uint64_t *freed);
	int priority;			/* higher ones are asked first, equal ones in order of registration */
	struct oom_notifier *next;
};

/** What became of a victim that the reaper was to look at. */
enum oom_reaped {
	OOM_NOT_REAPED,			/* it was gone before its time, or is in its exit */
	OOM_REAPED,
	OOM_UNREAPABLE,			/* its mmap lock could not be had */
};

/** One process killed for lack of memory. */
struct oom_event {
	sim_time time;
	const char *victim;		/* the address space */
	const char *asked;		/* the thread that found no memory */
	const char *group;		/* the cgroup that is full; NULL: the host is */
	int64_t points;			/* badness of the victim, in pages */
	uint64_t rss, swapped;		/* its pages in memory, on swap, ... */
	uint64_t tables;		/* ... and the bytes of its page tables */
	int adj;			/* its oom_score_adj */
	uint64_t wanted;		/* frames asked for */
	uint64_t free;			/* frames of the host at that time */
	uint64_t usage;			/* of the group, in frames */
	enum oom_reaped reaped;
	sim_time reaped_at;		/* SIM_FOREVER: never */
	uint64_t reaped_pages;
	sim_time back;			/* when its address space was gone; SIM_FOREVER: never */
	struct mm *mm;			/* NULL once it is gone */
	struct oom_event *next;
};

/** Of a host under pressure. */
struct oom {
	struct oom_notifier *notifiers;
	struct sim_rwsem chain;		/* held for read while they are called */
	bool asking;			/* somebody is calling them */
	uint64_t spared;		/* times that they had frames instead of a kill */
	uint64_t spared_frames;
	struct oom_event *events, **tail;
	struct sim_thread *reaper;
	struct sim_waitqueue kick;
	bool panic;			/* nobody was left to kill: the run ends */
	sim_time panic_time;
	const char *panic_thread;
};

void oom_begin(struct pressure *pressure);

/**
 * Take time: register_oom_notifier(), unregister_oom_notifier(). They wait while the chain is being called;
 * unregistered, @notifier is the caller's again. 0 or -ENOENT.
 */
int oom_notifier_register(struct host *host, struct oom_notifier *notifier);
int oom_notifier_unregister(struct host *host, struct oom_notifier *notifier);

/** What an allocation that found nothing can hope for. */
enum oom_outlook {
	OOM_NOTHING,			/* no process of the group can be killed */
	OOM_FREED,			/* a notifier has given up memory: look again */
	OOM_DYING,			/* somebody is dying, or others are asking: wait */
};

/**
 * Takes time: out_of_memory() for @wanted frames: on the host, or in @group. With nobody to kill on the host the run
 * ends, and this does not return.
 */
enum oom_outlook out_of_memory(struct pressure *pressure, struct memcg *group, uint64_t wanted);

/** Is a victim (of @group, NULL: any) still expected to give back memory? */
bool oom_victim_dying(const struct host *host, const struct memcg *group);

/** @mm leaves the list of the host: its memory is back. */
void oom_forget(struct mm *mm);

/** Bytes of page tables for what is mapped in @mm. */
uint64_t mm_table_bytes(const struct mm *mm);

/** The body of the reaper. */
void oom_reaper(void *arg);

#endif
