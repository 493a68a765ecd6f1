/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Breakdowns: see the header.
 *
 * A fault or a failed assertion on a simulated thread becomes a finding, and the run is left from inside the handler:
 * the thread never goes on, everything else does, so that the result is built and written as after any other run.
 * The handlers have a stack of their own, since the fault may be that the thread's has no room left. What breaks down
 * while the result is built (a second time, for want of memory, or because what the first one left is not sound) goes
 * back to who asked for that (crash_attempt()), who makes a small one. After that the process ends at once.
 */
#define _GNU_SOURCE
#include <assert.h>
#include <jansson.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/crash.h"
#include "report/output.h"
#include "sim/engine.h"
#include "sim/finding.h"

#define NEAR_NULL 0x100000
#define SPARE ((size_t)4 << 20)

/* Each attempt of a run may break down once; more than these is a circle. */
#define BREAKDOWNS 12

/* Room for reading debug information. */
static char handler_stack[1 << 18];
static volatile sig_atomic_t broken;
static bool armed;
static char last_text[256];
/* Given back when there was not enough memory for the result. */
static void *spare;
static sigjmp_buf crash_return;

static struct {
	unsigned limit, still;
	uint64_t seen;
} watchdog;

static void give_up(void)
{
	static const char text[] = "uvsim: internal error; the command printed first repeats it\n";
	ssize_t ignored = write(STDERR_FILENO, text, sizeof(text) - 1);

	(void)ignored;
	output_remove_temporaries();
	_exit(CLI_INTERNAL);
}

/*
 * The first one ends the run, one while the result is built leaves a small one; there is nothing to be done about one
 * that comes elsewhere.
 */
static void count_breakdown(void)
{
	if (broken++ && !armed)
		give_up();
	if (broken > BREAKDOWNS)
		give_up();
}

/* Only those near null are the same in every run. */
static const char *address_text(uintptr_t address)
{
	static char text[32];

	if (address >= NEAR_NULL)
		return "an address far from null";
	snprintf(text, sizeof(text), "address %#lx", (unsigned long)address);
	return text;
}

/*
 * What pv.c hands on may be as bad as what it touches itself: whose wrong it is, is for the reader to say. The
 * simulator itself goes nowhere but where pv.c has told it to.
 */
static void find_crash(const void *context, int signal, uintptr_t address)
{
	struct sim_site site;
	bool jump = sim_site_signal(&site, context) == address;
	bool module = site.depth || sim_in_code();
	const char *kind = module || jump ? "crash" : "internal-error", *where = sim_site_text(&site);

	if (sim_stack_full(address))
		sim_find_at(&site, kind, "the stack has no room left: %s", where);
	else if (jump)
		sim_find_at(&site, kind, "a jump to %s, where no code is: %s", address_text(address), where);
	else if (site.exact || !module)
		sim_find_at(&site, kind, "%s at %s: %s", strsignal(signal), address_text(address), where);
	else
		sim_find_at(&site, kind, "%s at %s, in the simulator: what it was given %s may be wrong",
			    strsignal(signal), address_text(address), where);
}

/* The process cannot go on where it is. Returns if there is no other place. */
static void leave(const char *reason)
{
	if (sim_may_abandon())
		sim_abandon(reason);
	if (armed)
		siglongjmp(crash_return, 1);
}

static void on_crash(int signal, siginfo_t *info, void *context)
{
	struct sim_site site;

	/* What an assertion of a library prints is not known here. */
	if (signal != SIGABRT)
		snprintf(last_text, sizeof(last_text), "%s", strsignal(signal));
	count_breakdown();
	if (sim_may_abandon() && signal == SIGABRT) {
		sim_site_signal(&site, context);
		sim_find_at(&site, "internal-error", "the simulator gives up on itself: see standard error");
	} else if (sim_may_abandon()) {
		find_crash(context, signal, (uintptr_t)info->si_addr);
	}
	leave(signal == SIGABRT ? "internal error" : "crash");
	give_up();
}

static void on_fatal(const char *text)
{
	snprintf(last_text, sizeof(last_text), "%s", text);
	count_breakdown();
	if (sim_may_abandon())
		sim_find("internal-error", "%s", text);
	leave("internal error");
	give_up();
}

/*
 * In the place of the C library's: its own ends in code without frame pointers, from which no way leads back to the
 * line of pv.c. Declared by assert.h.
 */
void __assert_fail(const char *assertion, const char *file, unsigned line, const char *function)
{
	const char *slash = strrchr(file, '/');
	char text[512];

	/* Compilers differ in what they call a function. */
	(void)function;
	snprintf(text, sizeof(text), "%s:%u: \"%s\" does not hold", slash ? slash + 1 : file, line, assertion);
	fprintf(stderr, "uvsim: internal error: %s\n", text);
	on_fatal(text);
	abort();
}

const char *crash_text(void)
{
	return last_text[0] ? last_text : NULL;
}

bool crash_attempt(bool (*step)(void *ctx), void *ctx)
{
	bool good;

	assert(!armed);
	if (sigsetjmp(crash_return, 1) != 0) {
		armed = false;
		free(spare);
		spare = NULL;
		return false;
	}
	armed = true;
	good = step(ctx);
	armed = false;
	return good;
}

/* A document of which a part is missing says less than a small one: jansson's callers do not look. */
static void *json_memory(size_t bytes)
{
	void *memory = malloc(bytes);

	if (!memory)
		sim_out_of_memory(bytes);
	return memory;
}

/* Which handlers may have had their stack given by somebody else: that of a sanitizer is as good. */
static void use_handler_stack(void)
{
	stack_t stack = { .ss_sp = handler_stack, .ss_size = sizeof(handler_stack) };

	sigaltstack(&stack, NULL);
}

static void handle(int signal, void (*handler)(int, siginfo_t *, void *))
{
	struct sigaction action = { .sa_sigaction = handler,
				    .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER | SA_RESTART };

	sigemptyset(&action.sa_mask);
	sigaction(signal, &action, NULL);
}

/* exit() in the midst of a run: by pv.c, which has no business with it, or by a library that gives up. */
static void on_exit_called(void)
{
	struct sim_site site;

	if (sim_may_abandon() && !broken++) {
		sim_site_here(&site);
		sim_find(site.depth ? "crash" : "internal-error", "exit() is called %s", sim_site_text(&site));
		sim_abandon(site.depth ? "crash" : "internal error");
	}
	output_remove_temporaries();
}

void crash_watch(void)
{
	static const int signals[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS, SIGABRT };

	use_handler_stack();
	spare = malloc(SPARE);
	json_set_alloc_funcs(json_memory, free);
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		handle(signals[i], on_crash);
	sim_fatal_hook(on_fatal);
	atexit(on_exit_called);
}

/*
 * Asked of the code of pv.c only: the simulator may be in the middle of anything, and gets out of it by itself.
 */
static void on_watchdog(int signal, siginfo_t *info, void *context)
{
	struct sim_site site;
	uint64_t now;

	(void)signal;
	(void)info;
	if (!sim_may_abandon())
		return;
	now = sim_counters_get()->events + sim_counters_get()->burns;
	if (now != watchdog.seen) {
		watchdog.seen = now;
		watchdog.still = 0;
		return;
	}
	if (++watchdog.still < watchdog.limit)
		return;
	sim_site_signal(&site, context);
	if (!site.exact || broken++)
		return;
	sim_find_at(&site, "hang", "no end to be seen of a loop without any call %s", sim_site_text(&site));
	sim_abandon("hang");
}

static void watchdog_timer(unsigned seconds)
{
	struct itimerval timer = { .it_interval.tv_sec = seconds, .it_value.tv_sec = seconds };

	setitimer(ITIMER_VIRTUAL, &timer, NULL);
}

void watchdog_begin(unsigned seconds)
{
	if (!seconds)
		return;
	watchdog.limit = seconds;
	watchdog.still = 0;
	handle(SIGVTALRM, on_watchdog);
	watchdog_timer(1);
}

void watchdog_hurry(void)
{
	watchdog_begin(1);
}

void watchdog_end(void)
{
	watchdog_timer(0);
}
