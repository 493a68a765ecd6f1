/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The guard on donated storage: see the header.
 *
 * Page protection and a SIGSEGV handler. The signal is synchronous, raised by simulated code on its own
 * stack, so the handler may do what a function called there could. A fault anywhere else is none of ours: the
 * handler that was there before gets it.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <ucontext.h>

#include "mm/mm.h"
#include "mm/storage_guard.h"

/* One simulation, one window: what the handler finds its way by. */
static struct {
	struct host *host;
	uint64_t start, bytes;
	struct sigaction before;
} guard;

/* Where the access is, and where a leaf function such as memset() was called from. */
static void faulting_code(const void *context, const char *code[2])
{
	code[0] = code[1] = NULL;
#if defined(__x86_64__)
	const greg_t *gregs = ((const ucontext_t *)context)->uc_mcontext.gregs;

	code[0] = (const char *)gregs[REG_RIP];
	code[1] = *(const char *const *)gregs[REG_RSP];
#elif defined(__aarch64__)
	code[0] = (const char *)((const ucontext_t *)context)->uc_mcontext.pc;
	code[1] = (const char *)((const ucontext_t *)context)->uc_mcontext.regs[30];
#else
	(void)context;
#endif
}

static void find_place(const struct host *host, const void *context, char *place, size_t bytes)
{
	const char *code[2];
	unsigned i;

	faulting_code(context, code);
	/* A return address is one past the call. */
	for (i = 0; i < 2 && host->code_place; i++)
		if (host->code_place(host->code_place_ctx, code[i] - i, place, bytes))
			return;
	snprintf(place, bytes, "in %s", sim_self() ? sim_span_current()->name : "the host");
}

static void on_fault(int signal, siginfo_t *info, void *context)
{
	uint64_t address = (uint64_t)info->si_addr, page = address & ~(PAGE_BYTES - 1);
	struct host *host = guard.host;
	char place[160];

	(void)signal;
	if (!host || address < guard.start || address - guard.start >= guard.bytes ||
	    mprotect((void *)page, PAGE_BYTES, PROT_READ | PROT_WRITE)) {
		sigaction(SIGSEGV, &guard.before, NULL);
		return;
	}
	find_place(host, context, place, sizeof(place));
	uv_report_violation(host->uv, "host-access",
			    "storage at %#llx is touched while the Ultravisor holds it: %s",
			    (unsigned long long)address, place);
}

void storage_guard_begin(struct host *host, uint64_t start, uint64_t bytes)
{
	struct sigaction action = { .sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_NODEFER };

	guard.host = host;
	guard.start = start;
	guard.bytes = bytes;
	sigemptyset(&action.sa_mask);
	sigaction(SIGSEGV, &action, &guard.before);
}

void storage_guard_end(void)
{
	if (!guard.host)
		return;
	sigaction(SIGSEGV, &guard.before, NULL);
	guard.host = NULL;
}

void storage_guard_set(uint64_t number, uint64_t n, bool taken)
{
	uint64_t address = number << PAGE_SHIFT, bytes = n << PAGE_SHIFT;

	if (!guard.host || address < guard.start || address - guard.start >= guard.bytes)
		return;
	if (!taken)
		madvise((void *)address, bytes, MADV_DONTNEED);
	mprotect((void *)address, bytes, taken ? PROT_NONE : PROT_READ | PROT_WRITE);
}
