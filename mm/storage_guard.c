/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The guard on donated storage and on the heap: see the header.
 *
 * Page protection and a SIGSEGV handler. The signal is synchronous, raised by simulated code on its own
 * stack, so the handler may do what a function called there could. A fault anywhere else is none of ours: the
 * handler that was there before gets it.
 */
#include <signal.h>
#include <sys/mman.h>

#include "mm/kernel_heap.h"
#include "mm/mm.h"
#include "mm/storage_guard.h"
#include "sim/engine.h"
#include "sim/finding.h"

/* One simulation, one window: what the handler finds its way by. */
static struct {
	struct host *host;
	uint64_t start, bytes;
	struct sigaction before;
} guard;

/* What is wrong with touching @address. */
static void report(uint64_t address, enum heap_place place, const struct heap_info *info, const struct sim_site *site)
{
	unsigned long long at = address, offset = address - info->start;
	const char *where = sim_site_text(site);

	switch (place) {
	case HEAP_LIVE:
		sim_find_at(site, "host-access", "storage at %#llx is touched while the Ultravisor holds it: %s", at,
			    where);
		break;
	case HEAP_FREED:
		sim_find_at(site, "use-after-free", "byte %llu of %s is touched %s", offset,
			    heap_describe(place, info), where);
		break;
	case HEAP_BEYOND:
		sim_find_at(site, "out-of-bounds", "byte %llu of %s is touched %s", offset,
			    heap_describe(place, info), where);
		break;
	default:
		sim_find_at(site, "wild-access", "%#llx is touched, which was never allocated: %s", at, where);
		if (sim_may_abandon())
			sim_abandon("wild-access");
	}
}

static void on_fault(int signal, siginfo_t *fault, void *context)
{
	uint64_t address = (uint64_t)fault->si_addr;
	struct heap_info info = { .start = address };
	enum heap_place place;
	struct sim_site site;

	place = guard.host ? heap_find(guard.host->heap, address, &info) : HEAP_OUTSIDE;
	if (place == HEAP_OUTSIDE ||
	    mprotect((void *)(address & ~(PAGE_BYTES - 1)), PAGE_BYTES, PROT_READ | PROT_WRITE)) {
		sigaction(SIGSEGV, &guard.before, NULL);
		/* One that somebody sent does not come again by itself. */
		if (fault->si_code <= 0)
			raise(signal);
		return;
	}
	sim_site_signal(&site, context);
	report(address, place, &info, &site);
}

void storage_guard_begin(struct host *host, uint64_t start, uint64_t bytes)
{
	struct sigaction action = { .sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_NODEFER | SA_ONSTACK };

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
