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
#include "cli/progress.h"
#include "sim/engine.h"

/* Of the process, not of a run: handlers have no argument. */
static volatile sig_atomic_t interrupted;
static volatile sig_atomic_t told, line_feeds;
/* Handlers have a stack of their own: those of simulated threads are small. */
static char handler_stack[1 << 16];

static void on_interrupt(int signal)
{
	(void)signal;
	interrupted = 1;
	if (sim_active())
		sim_stop();
}

/* A failed assertion is a failure of the simulator, with the exit status that says so. */
static void on_abort(int signal)
{
	static const char text[] = "uvsim: internal error; the command printed first repeats it\n";

	(void)signal;
	/* The exit status tells even where the text cannot. */
	ssize_t ignored = write(STDERR_FILENO, text, sizeof(text) - 1);

	(void)ignored;
	_exit(CLI_INTERNAL);
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

static void use_handler_stack(void)
{
	stack_t stack = { .ss_sp = handler_stack, .ss_size = sizeof(handler_stack) };

	sigaltstack(&stack, NULL);
}

void interrupt_watch(void)
{
	use_handler_stack();
	handle(SIGINT, on_interrupt, (int)SA_RESETHAND);
	handle(SIGTERM, on_interrupt, (int)SA_RESETHAND);
	handle(SIGABRT, on_abort, 0);
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
	use_handler_stack();
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
