/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The scenario: what is run, read from YAML, checked, defaults filled in. Each key of the file
 * lands in one member here.
 *
 * Times are picoseconds, sizes bytes, shares of something per mille.
 */
#ifndef SCENARIO_SCENARIO_H
#define SCENARIO_SCENARIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/time.h"
#include "uv/fault.h"

/**
 * Where a value stands in a file: for messages. Lines and columns count from 1; 0 when it came
 * from --set or a default.
 */
struct mark {
	const char *file;
	size_t line, column;
};

/** What a guest does on its way, in order (one list per VM, "program:"). */
enum step_kind {
	STEP_BOOT,	/* load the image, start plain, enter PV by diag 308 (if protected) */
	STEP_TOUCH,	/* vCPUs touch memory by a pattern */
	STEP_IDLE,	/* wait */
	STEP_COMPUTE,	/* burn guest CPU on all vCPUs */
	STEP_REBOOT,	/* diag 308 subcode 3, plain boot, subcode 10 into PV again */
	STEP_DUMP,	/* QEMU dumps the protected guest, which stands still meanwhile */
	STEP_WAIT_CLEANUP, /* user space waits until no cleanup thread of the VM is left */
	STEP_SHUTDOWN,	/* the guest powers off; QEMU exits */
};

enum pattern { PATTERN_SEQUENTIAL, PATTERN_RANDOM, PATTERN_WORKING_SET };

struct step {
	enum step_kind kind;
	struct mark mark;
	/* touch */
	enum pattern pattern;
	uint64_t bytes;			/* how much is touched in all; resolved from % */
	uint64_t offset;		/* sequential: where it begins */
	uint64_t set_bytes;		/* working_set: size of the set */
	unsigned set_permille;		/* working_set: touches that go into it */
	sim_time think;			/* guest time before each; 0: guest.touch of the profile */
	unsigned vcpus;			/* how many vCPUs share the work; 0: all */
	/* idle, compute */
	sim_time time;
	/* reboot */
	unsigned times;			/* repeat this many times (1) */
	sim_time pause;			/* between repetitions, measured from "protected again" */
};

enum teardown { TEARDOWN_AUTO /* as QEMU decides */, TEARDOWN_SYNC, TEARDOWN_ASYNC };

enum kill_when { KILL_NEVER, KILL_AT /* simulated time */, KILL_IN_PHASE /* `after` its begin */ };

/** Which memory cgroup a process belongs to. */
struct cgroup_name {
	char *text;			/* NULL: none */
	struct mark mark;
};

struct vm_spec {
	struct mark mark;
	char *name;			/* with count > 1: name0, name1, ... */
	unsigned count;			/* 1 */
	uint64_t memory;		/* bytes, multiple of 1 MiB */
	unsigned vcpus;			/* 1..248 (1) */
	bool protected;			/* true */
	uint64_t image;			/* bytes of boot image: loaded, unpacked (64 MiB) */
	sim_time start;			/* when QEMU starts (0) */
	sim_time stagger;		/* with count > 1: VM i starts i * stagger later */
	char *start_after;		/* instance or entry that must have exited first; NULL: none */
	sim_time start_delay;		/* and how long before */
	bool async_teardown;		/* QEMU -run-with async-teardown=on */
	enum teardown teardown;
	int nice;			/* of all QEMU threads */
	int oom_score_adj;		/* of QEMU */
	struct cgroup_name cgroup;	/* of QEMU */
	int cleanup_nice;		/* of the cleanup thread */
	sim_time cleanup_delay;		/* which waits this long before PERFORM */
	enum kill_when kill;
	sim_time kill_at;		/* KILL_AT */
	char *kill_phase;		/* boot, prepare, perform, disable, unpack, run */
	sim_time kill_after;
	unsigned kill_instance;		/* the how-manieth such phase (1) */
	bool kill_all;			/* its teardown helper, too */
	struct step *program;
	size_t program_count;
};

/** What a background process does, in order (one list per process, "program:"). */
enum deed_kind {
	DEED_ALLOCATE,	/* touch more of its memory */
	DEED_HOLD,	/* sleep */
	DEED_USE,	/* go through a part of what it has */
	DEED_FREE,	/* give back the last part of what it has */
};

struct deed {
	enum deed_kind kind;
	struct mark mark;
	uint64_t bytes;			/* allocate, free: how much; use: the first so many; 0: all there is */
	uint64_t rate;			/* allocate: bytes per second; 0: as fast as it can */
	sim_time time;			/* hold: how long; use: from one round to the next */
	unsigned times;			/* use: rounds */
};

/** A process of the host that is no VM. */
struct process_spec {
	struct mark mark;
	char *name;			/* with count > 1: name0, name1, ... */
	unsigned count;			/* 1 */
	uint64_t memory;		/* bytes of address space, multiple of 1 MiB */
	sim_time start, stagger;	/* as of a VM */
	char *start_after;
	sim_time start_delay;
	int nice, oom_score_adj;
	struct cgroup_name cgroup;
	sim_time kill_at;		/* SIGKILL; SIM_FOREVER: never */
	struct deed *program;
	size_t program_count;
};

/** Swap and what goes with it: reclaim and the OOM killer. */
struct swap_spec {
	bool given;			/* without it an allocation that finds no frame just fails */
	uint64_t size;			/* bytes; 0: no device */
	uint64_t bandwidth;		/* bytes per second */
	sim_time latency;
	unsigned queue;
};

/** A memory cgroup; sizes in bytes, UINT64_MAX: no limit. */
struct cgroup_spec {
	struct mark mark;
	char *name;
	uint64_t max, high, swap_max;
};

/** Watermarks of free memory in bytes; 0: as Linux computes them. */
struct watermark_spec {
	uint64_t min, low, high;
};

struct host_spec {
	unsigned processors;		/* 1..4096 (2) */
	uint64_t memory;		/* bytes */
	bool async_destroy;		/* kvm module parameter (true) */
	bool import_lock;		/* vCPUs wait for it (false) */
	int destroy_fast;		/* -1: as the profile says, 0, 1: override of the machine */
	int misc;			/* likewise for the MISC feature */
	int dump, old_destroy_rc, old_cpu_handle_rc;	/* likewise */
	sim_time slice;			/* 3 ms */
	sim_time stall_limit;		/* 20 s */
	sim_time livelock_limit;	/* 100 s */
	struct swap_spec swap;
	struct watermark_spec watermarks;
};

/** What a fault waits for, or is about. */
enum fault_kind {
	FAULT_UVC,	/* a UV call that could begin */
	FAULT_ALLOC,	/* an allocation of kernel memory */
	FAULT_LOCK,	/* a thread that is about to wait for a lock */
	FAULT_ENTER,	/* a function of pv.c, or another span, is entered */
	FAULT_STEP,	/* steps of a thread */
	FAULT_AT,	/* a time */
	FAULT_SWAP,	/* a request to the swap device */
	FAULT_SIE,	/* a vCPU that does not leave SIE */
	FAULT_CLOCK,	/* the host's wall clock and TOD jump */
	FAULT_USER,	/* the kernel uses memory of a process */
	FAULT_RANDOM,	/* whatever is plausible */
};

enum fault_flags { FAULT_ANY_FLAGS, FAULT_ATOMIC, FAULT_MAY_SLEEP };
enum fault_clock { FAULT_CLOCK_FORWARD, FAULT_CLOCK_BACK };
enum fault_answer { FAULT_ERROR, FAULT_BUSY, FAULT_PARTIAL };
enum fault_swap { FAULT_SWAP_READ, FAULT_SWAP_WRITE, FAULT_SWAP_BOTH };
enum fault_user { FAULT_COPY, FAULT_COPY_FROM, FAULT_COPY_TO, FAULT_PAGE };
/** What a swap device gives back. */
enum fault_returns { FAULT_RETURNS_IT, FAULT_RETURNS_DAMAGED, FAULT_RETURNS_OLD, FAULT_RETURNS_OTHER };
enum fault_random {
	FAULT_RANDOM_ALL,
	FAULT_RANDOM_UVC,
	FAULT_RANDOM_ALLOC,
	FAULT_RANDOM_SIGNAL,
	FAULT_RANDOM_SWAP,
	FAULT_RANDOM_USER,
	FAULT_RANDOM_DEFECT,
};

/** One entry of "faults:". */
struct fault_spec {
	struct mark mark;
	enum fault_kind kind;
	/* what must be so; NULL or 0: does not matter */
	char *name;			/* UVC, allocation's site, lock, span; NULL: any */
	uint16_t cmd;			/* FAULT_UVC; 0: any */
	enum fault_swap swap;
	enum fault_random random;
	enum fault_clock clock;
	enum fault_user user;
	char *vm, *thread, *in;
	uint64_t handle;
	bool address_given;
	uint64_t address, bytes;	/* a page in [address, address + bytes) */
	uint64_t at_least, at_most;	/* bytes of an allocation */
	enum fault_flags flags;		/* of an allocation */
	unsigned line;			/* of pv.c, which allocates */
	unsigned vcpu;			/* FAULT_SIE */
	bool vcpu_given;
	sim_time from, until;		/* until: SIM_FOREVER */
	/* which of these */
	uint64_t nth;			/* the first one that counts, from 1 on */
	uint64_t every;			/* then each @every-th ... */
	uint64_t times;			/* ... in all this often; UINT64_MAX: always */
	uint64_t one_in;		/* instead: one in so many, as a choice decides; 0: not so */
	bool per_thread;		/* each thread counts for itself */
	/* what happens then */
	enum fault_answer answer;
	uint16_t rc, rrc;
	bool implausible;
	unsigned done;			/* per mille of the work done when the answer comes; 0: at once */
	sim_time lasts;			/* "for": all that is like it in this time after it, too */
	sim_time by;			/* FAULT_CLOCK: how far it jumps */
	sim_time stall;			/* FAULT_SWAP: instead of an error */
	enum fault_returns returns;	/* FAULT_SWAP: likewise */
	enum uv_defect defect;	/* FAULT_UVC: instead of an answer */
	int signal;			/* 0: none */
	bool fatal;
};

/** What the result holds beyond what it always has. */
struct report_spec {
	bool memory;			/* memory over time */
	unsigned points;		/* at most so many */
};

/** One line of `expect:`: PATH OPERATOR VALUE over the result document. */
struct expect {
	struct mark mark;
	char *text;			/* as written */
	char *path;			/* dotted; * matches all; min(), max(), sum(), count() */
	char *op;			/* == != < <= > >= */
	char *value;			/* number with unit, string or true/false */
};

struct scenario {
	char *file;
	char hash[65];			/* SHA-256 of the file and of all --set in order */
	char *name, *description;
	char *profile;			/* name or path; "z16" */
	uint64_t seed;			/* 1 */
	sim_time time_limit;		/* simulated; SIM_FOREVER: none */
	struct host_spec host;
	struct cgroup_spec *cgroup;
	size_t cgroup_count;
	struct vm_spec *vm;
	size_t vm_count;
	struct fault_spec *fault;
	size_t fault_count;
	struct process_spec *process;
	size_t process_count;
	struct expect *expect;
	size_t expect_count;
	struct report_spec report;
};

/** A list of messages "file:line:column: error: text" as they should be printed. */
struct messages {
	char **text;
	size_t count;
};

/**
 * Load @file, or the scenario of that name that comes with the program, and apply @sets ("path=value",
 * in order). Returns a scenario, or NULL with at least one message. Warnings may be left in @messages
 * either way. The caller frees both.
 */
struct scenario *scenario_load(const char *file, const char *const *sets, size_t set_count,
			       struct messages *messages);
void scenario_free(struct scenario *scenario);
void messages_free(struct messages *messages);

struct profile;
/**
 * Load profile @name: a path, or NAME for profiles/NAME.yaml in the data directories. NULL with
 * messages on error.
 */
struct profile *profile_load(const char *name, struct messages *messages);
void profile_free(struct profile *profile);

#endif
