/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Findings: what the oracle has to say about a run, with all that is needed to understand it.
 *
 * Whoever sees a rule broken calls sim_find() at that instant. Kept are the kind, one line of text, the time, the
 * stacks of the threads (spans, and for code of a loaded module the line) and the last events. A finding does not
 * stop the run. The rules themselves are spread over the rooms that know them; docs/oracle.md lists all kinds.
 *
 * Whatever enters a finding is the same for bulk work and single steps: hence the ring of events holds no page-level
 * calls, and no spans of bulk segments.
 */
#ifndef SIM_FINDING_H
#define SIM_FINDING_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/time.h"

/** Frames of foreign code that are remembered of a stack. */
#define SIM_SITE_DEPTH 12

/** Where code of a loaded module called us: return addresses, innermost first. Zero-initialised is nowhere. */
struct sim_site {
	uintptr_t pc[SIM_SITE_DEPTH];
	unsigned depth;
	bool exact;			/* pc[0] is no return address: the machine stopped there */
	const char *span;		/* where the thread was; NULL: nowhere */
};

/** One level of a stack. */
struct sim_frame {
	const char *name;		/* span: a phase, an ioctl, a function */
	const char *place;		/* "pv.c:123", or NULL */
};

struct sim_stack {
	const char *thread;
	const char *state;		/* "running", "waits for kvm->lock, held by vm0-cleanup", ... */
	struct sim_frame *frame;	/* outermost first */
	unsigned depth;
	struct sim_stack *next;
};

/** One of the last events before a finding. */
struct sim_event_text {
	sim_time time;
	const char *thread;
	const char *text;
};

struct sim_finding {
	const char *kind;		/* one of sim/findings.def */
	const char *text;		/* one line */
	sim_time time;
	const char *thread;		/* "host": in no thread */
	uint64_t count;			/* times that it was found, with this very text */
	struct sim_stack *stacks;	/* that of the thread first; NULL for all but SIM_FINDINGS_FULL */
	struct sim_event_text *event;	/* oldest first */
	unsigned events;
	struct sim_finding *next;
};

/** What there is to be found: sim/findings.def, ended by NULL. */
struct sim_finding_kind {
	const char *kind, *rule;
};
extern const struct sim_finding_kind sim_finding_kinds[];

/** Findings that are kept with stacks and events; those kept at all (later ones are only counted). */
#define SIM_FINDINGS_FULL 16
#define SIM_FINDINGS_MAX 1000

/** Events in the ring. */
#define SIM_EVENTS 50

/**
 * A rule of kind @kind (see sim/findings.def) is broken now, in the running thread. The same kind and text again is
 * only counted. Takes no simulated time.
 */
void sim_find(const char *kind, const char *format, ...) __attribute__((format(printf, 2, 3)));
void sim_vfind(const char *kind, const char *format, va_list list) __attribute__((format(printf, 2, 0)));

/** As sim_find(), when the machine told us by a fault: @pc, which a call stack does not show, is innermost. */
void sim_find_at(const struct sim_site *fault, const char *kind, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/** Findings so far, in order of time. Valid until the simulation is destroyed. */
const struct sim_finding *sim_findings(void);
/** Findings beyond SIM_FINDINGS_MAX, which are not kept. */
uint64_t sim_findings_more(void);

/* --- code of a loaded module ------------------------------------------------------------------------------- */

/** How to name it: filled in by whoever loaded it. */
struct sim_code {
	uintptr_t begin, end;		/* its addresses */
	/** Function and "file:line" of @pc, a return address unless @exact. False if unknown. */
	bool (*place)(void *ctx, uintptr_t pc, bool exact, char *function, char *line, size_t bytes);
	void *ctx;
};

/** From now on stacks of the current simulation show @code; the struct is copied. */
void sim_code_set(const struct sim_code *code);

/** The running thread enters (@by 1) or leaves (-1) a function of the module. */
void sim_code_depth(int by);

/** Does @pc lie in the module? */
bool sim_code_holds(uintptr_t pc);

/** Where the running thread has called us from; cheap enough for every allocation. */
void sim_site_here(struct sim_site *site);

/** Where @frame, a frame address of the running thread, has been called from. */
void sim_site_from(struct sim_site *site, const void *frame);

/**
 * Where the running thread was when a signal came; @context: the handler's. A function that has no frame of its own
 * yet, or none at all (memset()), is told by who called it. Returns the address of the instruction, 0 if unknown.
 */
uintptr_t sim_site_signal(struct sim_site *site, const void *context);

/** Is the running thread in code of the module, or in what that has called? */
bool sim_in_code(void);

/** Is @address where the running thread's stack has no room left? */
bool sim_stack_full(uintptr_t address);

/** @site as text, "at pv.c:123 function", or "in SPAN" where no code of the module is. In the simulation's memory. */
const char *sim_site_text(const struct sim_site *site);

/* --- events ---------------------------------------------------------------------------------------------------- */

enum sim_event_kind {
	SIM_EVENT_ENTER,	/* of function @name */
	SIM_EVENT_LEAVE,
	SIM_EVENT_CALL,		/* both, with nothing in between; @a times */
	SIM_EVENT_WAIT,		/* for @name */
	SIM_EVENT_RESUME,	/* the wait for @name ended with @a */
	SIM_EVENT_SPAWN,	/* of thread @name */
	SIM_EVENT_END,
	SIM_EVENT_SIGNAL,	/* @a to thread @name, fatal if @b */
	SIM_EVENT_UVC,		/* @name of handle or address @a; @b: cc << 32 | rc << 16 | rrc */
	SIM_EVENT_ALLOC,	/* @a bytes by @name: @b, 0 if that failed */
	SIM_EVENT_FREE,		/* @a by @name */
	SIM_EVENT_LOCK,		/* @name */
	SIM_EVENT_UNLOCK,
	SIM_EVENT_RESULT,	/* @name returned @a, as int64_t */
	SIM_EVENT_FAULT,	/* put in on purpose: @name, @a */
};

/** Add an event of the running thread to the ring. @name: a literal or interned. */
void sim_event_note(enum sim_event_kind kind, const char *name, uint64_t a, uint64_t b);

#endif
