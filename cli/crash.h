/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * When simulated code, or the simulator, breaks in the middle of a run: the run ends there, and what is known is told.
 */
#ifndef CLI_CRASH_H
#define CLI_CRASH_H

#include <setjmp.h>
#include <stdbool.h>

/** Catch what would end the process, as long as it lives: SIGSEGV, SIGBUS, SIGFPE, SIGILL, failed assertions. */
void crash_watch(void);

/**
 * Outside the simulation a breakdown comes back here: `if (sigsetjmp(crash_return, 1) == 0) { crash_arm(true); ... }
 * crash_arm(false)`.
 */
extern sigjmp_buf crash_return;
void crash_arm(bool on);

/** Give back what was kept for the case that there is no memory any more. */
void crash_give_spare(void);

/** Look each second of processor time whether the run has got on; if not for @seconds, end it. 0: do not look. */
void watchdog_begin(unsigned seconds);
void watchdog_end(void);

/** Somebody wants the run to end now: a loop of pv.c is left after a second. Safe in a signal handler. */
void watchdog_hurry(void);

#endif
