/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Faults in and below the kernel, other than UVCs: allocations that find nothing, a swap device that errs or stands
 * still, memory of processes that cannot be used, a processor that firmware keeps in SIE.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fault/order.h"
#include "mm/gfp.h"
#include "scenario/unit.h"
#include "sim/finding.h"

#define STALL_MAX_MS 20

/* --- allocations ---------------------------------------------------------------------------------------------- */

/* The line of pv.c that allocates, 0 if it is not known. */
static unsigned line_of(void)
{
	struct sim_site site;
	const char *colon;

	sim_site_here(&site);
	colon = site.depth ? strchr(sim_site_text(&site), ':') : NULL;
	return colon ? (unsigned)strtoul(colon + 1, NULL, 10) : 0;
}

static bool flags_fit(const struct fault_order *order)
{
	bool sleeps = order->faults->host->alloc_flags & ALLOC_DIRECT;

	return order->spec.flags == FAULT_ANY_FLAGS || (order->spec.flags == FAULT_MAY_SLEEP) == sleeps;
}

static bool allocates(const struct fault_order *order, const char *site, uint64_t bytes)
{
	const struct fault_spec *spec = &order->spec;

	return spec->kind == FAULT_ALLOC && (!spec->name || strcmp(spec->name, site) == 0) &&
	       bytes >= spec->at_least && bytes <= spec->at_most && flags_fit(order) &&
	       (!spec->line || spec->line == line_of());
}

static int allocation_fails(void *ctx, const char *site, uint64_t bytes)
{
	struct faults *faults = ctx;
	unsigned i;

	for (i = 0; i < faults->orders; i++) {
		struct fault_order *order = faults->order[i];

		if (!allocates(order, site, bytes) || !order_sees(order, sim_self()) ||
		    !order_hits(order, sim_self()))
			continue;
		if (order->spec.signal) {
			order_signal(order, sim_self(), site);
			continue;
		}
		order_applied(order, site, "%llu bytes: none", (unsigned long long)bytes);
		return 1;
	}
	return 0;
}

/* --- the swap device ------------------------------------------------------------------------------------------ */

static bool is_request(const struct fault_order *order, const char *vm, bool write)
{
	const struct fault_spec *spec = &order->spec;

	return spec->kind == FAULT_SWAP && (!spec->vm || strcmp(spec->vm, vm) == 0) &&
	       (spec->swap == FAULT_SWAP_BOTH || (spec->swap == FAULT_SWAP_WRITE) == write) &&
	       sim_now() >= spec->from && sim_now() < spec->until;
}

/* What becomes of a request that @order is meant for; more may follow of one that is only delayed. */
static enum swap_outcome request_outcome(struct fault_order *order, const char *vm, bool write, uint64_t pages,
					 sim_time *delay)
{
	static const char *const given_back[] = {
		[SWAP_DAMAGED] = "damaged", [SWAP_OLD] = "as it was before", [SWAP_OTHER] = "as another one",
	};
	enum fault_returns returns = order->spec.returns;
	enum swap_outcome outcome = returns ? SWAP_DAMAGED + (returns - FAULT_RETURNS_DAMAGED) : SWAP_DONE;
	const char *what = write ? "swap write" : "swap read";
	sim_time stall = order->spec.stall;

	/* Of the reads that are chosen one in four comes back wrong. */
	if (order->chosen && !write && sim_choose(order->stream, 4) == 0)
		outcome = SWAP_DAMAGED + (enum swap_outcome)sim_choose(order->stream, 3);
	else if (order->chosen)
		stall = sim_choose(order->stream, STALL_MAX_MS) * SIM_MS;
	if (stall) {
		*delay += stall;
		order_applied(order, what, "%s: %llu pages stall for %s", vm, (unsigned long long)pages,
			      unit_show_time(stall).text);
	} else if (outcome) {
		order_applied(order, what, "%s: the page comes back %s", vm, given_back[outcome]);
	} else {
		order_applied(order, what, "%s: %llu pages: error", vm, (unsigned long long)pages);
		outcome = SWAP_ERROR;
	}
	return outcome;
}

/* Requests of kswapd are about a VM, too: that of the pages. */
static enum swap_outcome request_ends(void *ctx, const char *vm, bool write, uint64_t pages, sim_time *delay)
{
	enum swap_outcome outcome = SWAP_DONE;
	struct faults *faults = ctx;
	unsigned i;

	for (i = 0; i < faults->orders && outcome == SWAP_DONE; i++) {
		struct fault_order *order = faults->order[i];

		if (is_request(order, vm, write) && order_hits(order, sim_self()))
			outcome = request_outcome(order, vm, write, pages, delay);
	}
	return outcome;
}

static void swap_faults_begin(struct host *host, const struct fault_spec *spec)
{
	host->faults.swap = request_ends;
	if (spec->returns || spec->one_in)
		uv_tampered(host->uv);
}

/* --- memory of processes ----------------------------------------------------------------------------------------- */

static bool is_access(const struct fault_order *order, enum user_access what)
{
	static const unsigned meant[] = {
		[FAULT_COPY] = 1u << USER_COPY_FROM | 1u << USER_COPY_TO, [FAULT_COPY_FROM] = 1u << USER_COPY_FROM,
		[FAULT_COPY_TO] = 1u << USER_COPY_TO, [FAULT_PAGE] = 1u << USER_PAGE,
	};

	return order->spec.kind == FAULT_USER && meant[order->spec.user] & 1u << what;
}

static bool access_fails(void *ctx, enum user_access what)
{
	static const char *const names[] = { "copy from user", "copy to user", "page of a user" };
	struct faults *faults = ctx;
	unsigned i;

	for (i = 0; i < faults->orders; i++) {
		struct fault_order *order = faults->order[i];

		if (!is_access(order, what) || !order_sees(order, sim_self()) || !order_hits(order, sim_self()))
			continue;
		if (order->spec.signal) {
			order_signal(order, sim_self(), names[what]);
			continue;
		}
		order_applied(order, names[what], "EFAULT");
		return true;
	}
	return false;
}

static uint64_t pages_good(void *ctx, uint64_t n)
{
	struct faults *faults = ctx;
	unsigned i;

	for (i = 0; i < faults->orders && n; i++)
		if (is_access(faults->order[i], USER_PAGE) && order_sees(faults->order[i], sim_self()))
			n = order_clear(faults->order[i], sim_self(), n);
	return n;
}

/* Before an order begins it counts nothing: what bulks did until then is settled when it begins. */
static void pages_passed(void *ctx, uint64_t n)
{
	struct faults *faults = ctx;
	struct sim_thread *thread = sim_acting();
	unsigned i;

	for (i = 0; i < faults->orders; i++) {
		struct fault_order *order = faults->order[i];

		if (!is_access(order, USER_PAGE) || (order->spec.from && !order->begun) || !order_sees(order, thread))
			continue;
		order->seen += n;
		order_count(order, thread)->seen += n;
	}
}

static void user_begins(void *ctx)
{
	struct fault_order *order = ctx;

	faults_stop_bulks(order->faults);
	order->begun = true;
}

static void user_faults_begin(struct faults *faults, struct fault_order *order)
{
	struct host_faults *hooks = &faults->host->faults;

	hooks->user = access_fails;
	if (order->spec.user != FAULT_PAGE)
		return;
	hooks->user_pages = pages_good;
	hooks->user_passed = pages_passed;
	if (order->spec.from)
		sim_timer_start(sim_timer_create("fault", user_begins, order), order->spec.from);
}

/* --- in SIE --------------------------------------------------------------------------------------------------- */

static bool holds(const struct fault_order *order, const char *vm, unsigned cpu)
{
	const struct fault_spec *spec = &order->spec;

	return spec->kind == FAULT_SIE && strcmp(spec->name, vm) == 0 && (!spec->vcpu_given || spec->vcpu == cpu) &&
	       sim_now() >= spec->from && sim_now() - spec->from < spec->lasts;
}

static sim_time held_until(void *ctx, const char *vm, unsigned cpu)
{
	struct faults *faults = ctx;
	sim_time until = 0;
	unsigned i;

	for (i = 0; i < faults->orders; i++) {
		const struct fault_spec *spec = &faults->order[i]->spec;

		if (holds(faults->order[i], vm, cpu) && spec->from + spec->lasts > until)
			until = spec->from + spec->lasts;
	}
	return until;
}

static void hold_begins(void *ctx)
{
	struct fault_order *order = ctx;

	faults_stop_bulks(order->faults);
	order_applied(order, order->spec.name, "in SIE for %s",
		      unit_show_time(order->spec.lasts).text);
}

/* --- the clock -------------------------------------------------------------------------------------------------- */

/* Whoever reads it next sees it; timers and waits go by the monotone clock. */
static void clock_jumps(void *ctx)
{
	struct fault_order *order = ctx;
	bool back = order->spec.clock == FAULT_CLOCK_BACK;

	order->faults->host->clock_ahead += back ? -(int64_t)order->spec.by : (int64_t)order->spec.by;
	order_applied(order, "clock", "%s by %s", back ? "back" : "forward", unit_show_time(order->spec.by).text);
}

void kernel_faults_begin(struct faults *faults)
{
	struct host *host = faults->host;
	unsigned i;

	host->faults.ctx = faults;
	for (i = 0; i < faults->orders; i++) {
		switch (faults->order[i]->spec.kind) {
		case FAULT_ALLOC:
			host->should_fail = allocation_fails;
			host->should_fail_ctx = faults;
			break;
		case FAULT_SWAP:
			swap_faults_begin(host, &faults->order[i]->spec);
			break;
		case FAULT_SIE:
			host->faults.held_in_sie = held_until;
			sim_timer_start(sim_timer_create("fault", hold_begins, faults->order[i]),
					faults->order[i]->spec.from);
			break;
		case FAULT_USER:
			user_faults_begin(faults, faults->order[i]);
			break;
		case FAULT_CLOCK:
			sim_timer_start(sim_timer_create("fault", clock_jumps, faults->order[i]),
					faults->order[i]->spec.from);
			break;
		default:
			break;
		}
	}
}
