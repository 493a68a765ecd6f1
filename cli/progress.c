/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Signals around a run: a timer that tells how far it is, and Ctrl-C. The handlers do only what a
 * handler may: they read the simulated time, which is one word, and write() digits they made
 * themselves.
 */
#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/crash.h"
#include "cli/progress.h"
#include "report/output.h"
#include "sim/engine.h"

/* Of the process, not of a run: handlers have no argument. */
static volatile sig_atomic_t interrupted;	/* the first signal, or 0 */
static volatile uint64_t first_at;
static volatile sig_atomic_t told, line_feeds;

/* Two within this time are one: timeout(1) and terminals send a signal to a process and to its group. */
#define ONE_SIGNAL_MS 500

static const struct {
	int signal;
	const char *reason;
} interrupts[] = {
	{ SIGINT, "interrupted (SIGINT)" },	{ SIGTERM, "interrupted (SIGTERM)" },
	{ SIGHUP, "interrupted (SIGHUP)" },	{ SIGQUIT, "interrupted (SIGQUIT)" },
	{ SIGXCPU, "interrupted (SIGXCPU)" },	{ SIGUSR1, "interrupted (SIGUSR1)" },
	{ SIGUSR2, "interrupted (SIGUSR2)" },
};

#define INTERRUPTS (sizeof(interrupts) / sizeof(interrupts[0]))

static uint64_t milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* Somebody has lost patience: nothing of this run is kept. (The limit of processor time says so each second.) */
static void once_more(int signal)
{
	if (signal == SIGXCPU || milliseconds() - first_at < ONE_SIGNAL_MS)
		return;
	output_remove_temporaries();
	_exit(CLI_INTERRUPTED);
}

static void on_interrupt(int signal)
{
	int error = errno;

	if (interrupted) {
		once_more(signal);
	} else {
		interrupted = signal;
		first_at = milliseconds();
		if (sim_active()) {
			sim_end_early(interrupt_reason());
			watchdog_hurry();
		}
	}
	errno = error;
}

/* Digits of @number, at least @width of them, before @end. Returns where they begin. */
static char *digits_before(char *end, uint64_t number, int width)
{
	do {
		*--end = (char)('0' + number % 10);
		number /= 10;
		width--;
	} while (number || width > 0);
	return end;
}

static void on_tick(int signal)
{
	static const char before[] = "uvsim: at ", after[] = " s of simulated time";
	char text[96], *end = text + sizeof(text), *s = end;
	uint64_t ms;

	(void)signal;
	if (!sim_active())
		return;
	ms = sim_now() / SIM_MS;
	*--s = line_feeds ? '\n' : '\r';
	s -= sizeof(after) - 1;
	memcpy(s, after, sizeof(after) - 1);
	s = digits_before(s, ms % 1000, 3);
	*--s = '.';
	s = digits_before(s, ms / 1000, 1);
	s -= sizeof(before) - 1;
	memcpy(s, before, sizeof(before) - 1);
	/* Nothing can be done about a progress line that cannot be written. */
	if (write(STDERR_FILENO, s, (size_t)(end - s)) > 0)
		told = 1;
}

/* One at a time: an interrupt in the middle of the first would find half of what that one notes. */
static void handle(int signal, void (*handler)(int))
{
	struct sigaction action = { .sa_handler = handler, .sa_flags = SA_ONSTACK | SA_RESTART };

	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < INTERRUPTS; i++)
		sigaddset(&action.sa_mask, interrupts[i].signal);
	sigaction(signal, &action, NULL);
}

/* What nohup(1) has asked for stays so. */
static bool is_ignored(int signal)
{
	struct sigaction action;

	return sigaction(signal, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

void interrupt_watch(void)
{
	for (size_t i = 0; i < INTERRUPTS; i++)
		if (interrupts[i].signal != SIGHUP || !is_ignored(SIGHUP))
			handle(interrupts[i].signal, on_interrupt);
	crash_watch();
}

const char *interrupt_reason(void)
{
	for (size_t i = 0; i < INTERRUPTS; i++)
		if (interrupts[i].signal == interrupted)
			return interrupts[i].reason;
	return NULL;
}

bool interrupt_seen(void)
{
	return interrupted != 0;
}

void progress_begin(bool line)
{
	struct itimerval second = { .it_interval.tv_sec = 1, .it_value.tv_sec = 1 };

	told = 0;
	line_feeds = line;
	handle(SIGALRM, on_tick);
	setitimer(ITIMER_REAL, &second, NULL);
}

void progress_end(void)
{
	static const char clear[] = "\r\033[K";
	struct itimerval never = { 0 };

	setitimer(ITIMER_REAL, &never, NULL);
	handle(SIGALRM, SIG_IGN);
	if (told && !line_feeds && write(STDERR_FILENO, clear, sizeof(clear) - 1) < 0)
		return;
	told = 0;
}
