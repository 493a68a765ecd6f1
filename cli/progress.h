/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What happens to a run from outside: a line on standard error every second, and Ctrl-C.
 */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include <stdbool.h>

/**
 * From now on SIGINT, SIGTERM, SIGHUP (unless it was ignored), SIGQUIT, SIGXCPU and SIGUSR1 and 2 stop the simulation
 * cleanly; a second one, not at the same time, ends the process at once. A failed assertion ends it with status 3.
 */
void interrupt_watch(void);

/** Whether one of them came; and why a run ends then, static storage, or NULL. */
bool interrupt_seen(void);
const char *interrupt_reason(void);

/**
 * Tell how far the simulation is, from one second after this call on, until progress_end(). @line:
 * end each with a line feed.
 */
void progress_begin(bool line);
void progress_end(void);

#endif
