/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Signals around a run: a timer that tells how far it is, and Ctrl-C. The handlers do only what a
 * handler may: they read the simulated time, which is one word, and write() digits they made
 * themselves.
 */
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/crash.h"
#include "cli/progress.h"
#include "sim/engine.h"

/* Of the process, not of a run: handlers have no argument. */
static volatile sig_atomic_t interrupted;
static volatile sig_atomic_t told, line_feeds;

static void on_interrupt(int signal)
{
	interrupted = 1;
	if (sim_active())
		sim_end_early(signal == SIGINT ? "interrupted (SIGINT)" : "interrupted (SIGTERM)");
	if (sim_active())
		watchdog_hurry();
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

static void handle(int signal, void (*handler)(int), int flags)
{
	struct sigaction action = { .sa_handler = handler,
				    .sa_flags = SA_ONSTACK | SA_RESTART | flags };

	sigemptyset(&action.sa_mask);
	sigaction(signal, &action, NULL);
}

void interrupt_watch(void)
{
	handle(SIGINT, on_interrupt, (int)SA_RESETHAND);
	handle(SIGTERM, on_interrupt, (int)SA_RESETHAND);
	crash_watch();
}

bool interrupt_seen(void)
{
	return interrupted;
}

void progress_begin(bool line)
{
	struct itimerval second = { .it_interval.tv_sec = 1, .it_value.tv_sec = 1 };

	told = 0;
	line_feeds = line;
	handle(SIGALRM, on_tick, 0);
	setitimer(ITIMER_REAL, &second, NULL);
}

void progress_end(void)
{
	static const char clear[] = "\r\033[K";
	struct itimerval never = { 0 };

	setitimer(ITIMER_REAL, &never, NULL);
	handle(SIGALRM, SIG_IGN, 0);
	if (told && !line_feeds && write(STDERR_FILENO, clear, sizeof(clear) - 1) < 0)
		return;
	told = 0;
}
