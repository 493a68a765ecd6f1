/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Orders: conditions, counting, the record.
 */
#include "fault/order.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static bool is(const char *wanted, const char *name)
{
	return !wanted || (name && strcmp(wanted, name) == 0);
}

bool order_sees(const struct fault_order *order, const struct sim_thread *thread)
{
	const struct fault_spec *spec = &order->spec;

	if (sim_now() < spec->from || sim_now() >= spec->until)
		return false;
	if (!spec->vm && !spec->thread && !spec->in)
		return true;
	return thread && is(spec->vm, sim_thread_group(thread)) && is(spec->thread, sim_thread_name(thread)) &&
	       (!spec->in || sim_thread_inside(thread, spec->in));
}

/* One in N: anything from 1 to 2N - 1, which is N on the average. */
uint64_t order_next(const struct fault_order *order, struct fault_count *count, uint64_t now)
{
	const struct fault_spec *spec = &order->spec;

	if (!spec->one_in)
		return now + spec->every;
	return now + 1 + sim_choose(count->stream, 2 * spec->one_in - 1);
}

struct fault_count *order_count(struct fault_order *order, const struct sim_thread *thread)
{
	struct fault_count *count;
	char name[160];

	if (!order->spec.per_thread)
		thread = NULL;
	for (count = order->counts; count; count = count->next)
		if (count->thread == thread)
			return count;
	count = sim_alloc(sizeof(*count));
	count->thread = thread;
	if (order->spec.one_in) {
		snprintf(name, sizeof(name), "fault/%s/%s", order->place, thread ? sim_thread_name(thread) : "all");
		count->stream = sim_stream(name);
	}
	count->next_hit = order->spec.one_in ? order_next(order, count, 0) : order->spec.nth;
	count->next = order->counts;
	order->counts = count;
	return count;
}

bool order_over(struct fault_order *order, const struct sim_thread *thread)
{
	const struct fault_count *count = order_count(order, thread);

	return count->hits >= order->spec.times && sim_now() >= count->hot_until;
}

uint64_t order_clear(struct fault_order *order, const struct sim_thread *thread, uint64_t n)
{
	const struct fault_count *count;

	if (order_over(order, thread))
		return n;
	count = order_count(order, thread);
	if (sim_now() < count->hot_until || !(order->spec.per_thread || order->spec.thread))
		return 0;
	if (count->next_hit <= count->seen + 1)
		return 0;
	return n < count->next_hit - count->seen - 1 ? n : count->next_hit - count->seen - 1;
}

bool order_hits(struct fault_order *order, const struct sim_thread *thread)
{
	struct fault_count *count = order_count(order, thread);

	order->seen++;
	count->seen++;
	if (sim_now() < count->hot_until)
		return true;
	if (count->hits >= order->spec.times || count->seen < count->next_hit)
		return false;
	count->hits++;
	count->next_hit = order_next(order, count, count->seen);
	if (order->spec.lasts)
		count->hot_until = sim_now() + order->spec.lasts;
	return true;
}

void order_applied(struct fault_order *order, const char *what, const char *format, ...)
{
	struct faults *faults = order->faults;
	struct sim_thread *thread = sim_self();
	struct fault_applied *applied;
	char detail[128];
	va_list list;

	order->applied++;
	faults->applied++;
	if (faults->listed == FAULTS_LISTED)
		return;
	va_start(list, format);
	vsnprintf(detail, sizeof(detail), format, list);
	va_end(list);
	applied = sim_alloc(sizeof(*applied));
	applied->time = sim_now();
	applied->thread = thread ? sim_thread_name(thread) : "host";
	applied->what = sim_intern(what);
	applied->detail = (char *)sim_intern(detail);
	for (applied->order = 0; faults->order[applied->order] != order; applied->order++)
		;
	*faults->list_end = applied;
	faults->list_end = &applied->next;
	faults->listed++;
	if (thread)
		sim_step("fault", applied->order, faults->applied);
}

const char *signal_name(int number)
{
	static const struct {
		int number;
		const char *name;
	} names[] = {
		{ 1, "HUP" }, { 2, "INT" }, { 9, "KILL" }, { 10, "USR1" }, { 11, "SEGV" }, { 12, "USR2" },
		{ 15, "TERM" }, { 17, "CHLD" }, { 29, "IO" },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (names[i].number == number)
			return names[i].name;
	return "?";
}

/* A thread of the host has no process that a signal could end. */
void order_signal(struct fault_order *order, const struct sim_thread *thread, const char *what)
{
	const char *vm = thread ? sim_thread_group(thread) : order->spec.vm;
	int number = order->spec.signal;
	bool fatal = order->spec.fatal;
	struct vmm *vmm;

	for (vmm = order->faults->vmms; vmm; vmm = vmm->next)
		if (vm && strcmp(vmm->name, vm) == 0)
			break;
	if (!vmm || vmm->exited != SIM_FOREVER)
		return;
	if (order->chosen) {
		fatal = sim_choose(order->stream, 8) == 0;
		number = fatal ? 9 : 10;
	}
	order_applied(order, what, "signal %s", signal_name(number));
	vmm_signal(vmm, number, fatal);
}

/* --- making them ---------------------------------------------------------------------------------------------- */

static const char *describe(const struct fault_spec *spec, bool chosen)
{
	static const char *const kinds[] = { "uvc", "alloc", "lock", "enter", "step", "at", "swap", "sie",
					     "clock", "user", "random" };
	static const char *const swaps[] = { "read", "write", "both" };
	static const char *const answers[] = { "error", "busy", "partial" };
	static const char *const clocks[] = { "forward", "back" };
	static const char *const defects[] = { "none", "nothing", "keeps_content", "unchecked" };
	static const char *const returned[] = { "right", "damaged", "old", "other" };
	static const char *const users[] = { "copy", "copy_from", "copy_to", "page" };
	const char *name = spec->kind == FAULT_SWAP    ? swaps[spec->swap]
			   : spec->kind == FAULT_CLOCK ? clocks[spec->clock]
			   : spec->kind == FAULT_USER  ? users[spec->user]
			   : spec->name		       ? spec->name
						       : "any";
	char text[256], number[32];
	int n;

	if (spec->kind == FAULT_STEP)
		snprintf(number, sizeof(number), "%" PRIu64, spec->nth);
	if (spec->kind == FAULT_STEP)
		name = number;
	n = snprintf(text, sizeof(text), spec->kind == FAULT_AT ? "%s" : "%s %s", kinds[spec->kind], name);
	if (chosen)
		snprintf(text + n, sizeof(text) - (size_t)n, ": chosen");
	else if (spec->defect)
		snprintf(text + n, sizeof(text) - (size_t)n, ": defect %s", defects[spec->defect]);
	else if (spec->returns)
		snprintf(text + n, sizeof(text) - (size_t)n, ": returns %s", returned[spec->returns]);
	else if (spec->signal)
		snprintf(text + n, sizeof(text) - (size_t)n, ": signal %s", signal_name(spec->signal));
	else if (spec->kind == FAULT_UVC && spec->answer == FAULT_ERROR && spec->rc)
		snprintf(text + n, sizeof(text) - (size_t)n, ": rc 0x%04x rrc 0x%04x", spec->rc, spec->rrc);
	else if (spec->kind == FAULT_UVC)
		snprintf(text + n, sizeof(text) - (size_t)n, ": %s", answers[spec->answer]);
	return sim_intern(text);
}

static char *interned(const char *text)
{
	return text ? (char *)sim_intern(text) : NULL;
}

struct fault_order *order_add(struct faults *faults, const struct fault_spec *spec, bool chosen)
{
	struct fault_order *order = sim_alloc(sizeof(*order));
	struct fault_order **grown = sim_alloc((faults->orders + 1) * sizeof(*grown));
	char name[32];

	order->spec = *spec;
	order->spec.name = interned(spec->name);
	order->spec.in = interned(spec->in);
	order->faults = faults;
	order->chosen = chosen;
	order->text = describe(spec, chosen);
	snprintf(name, sizeof(name), "%u", faults->orders);
	order->place = sim_intern(name);
	snprintf(name, sizeof(name), "fault/%u", faults->orders);
	order->stream = sim_stream(name);
	if (faults->orders)
		memcpy(grown, faults->order, faults->orders * sizeof(*grown));
	grown[faults->orders++] = order;
	faults->order = grown;
	return order;
}

void faults_stop_bulks(struct faults *faults)
{
	struct mm *mm;

	for (mm = faults->host->mms; mm; mm = mm->next)
		sim_domain_expose(&mm->domain);
}

struct faults *faults_begin(const struct scenario *scenario, struct host *host)
{
	struct faults *faults;

	if (!scenario->fault_count)
		return NULL;
	faults = sim_alloc(sizeof(*faults));
	faults->host = host;
	faults->list_end = &faults->list;
	for (size_t i = 0; i < scenario->fault_count; i++) {
		if (scenario->fault[i].kind == FAULT_RANDOM)
			random_expand(faults, &scenario->fault[i]);
		else
			order_add(faults, &scenario->fault[i], false);
	}
	uvc_faults_begin(faults);
	kernel_faults_begin(faults);
	thread_faults_begin(faults);
	return faults;
}
