/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * When simulated code, or the simulator, breaks in the middle of a run: the run ends there, and what is known is told.
 */
#ifndef CLI_CRASH_H
#define CLI_CRASH_H

#include <stdbool.h>

/** Catch what would end the process, as long as it lives: SIGSEGV, SIGBUS, SIGFPE, SIGILL, failed assertions. */
void crash_watch(void);

/**
 * Run @step with @ctx: its answer, or false if it breaks down on the way, by a signal, a failed assertion, or for want
 * of memory, outside of a simulated thread. Then memory that was kept for that is given back. Not within another one.
 */
bool crash_attempt(bool (*step)(void *ctx), void *ctx);

/** What the last such breakdown was, as far as it said; NULL if it said nothing. Static storage. */
const char *crash_text(void);

/** Look each second of processor time whether the run has got on; if not for @seconds, end it. 0: do not look. */
void watchdog_begin(unsigned seconds);
void watchdog_end(void);

/** Somebody wants the run to end now: a loop of pv.c is left after a second. Safe in a signal handler. */
void watchdog_hurry(void);

#endif
