/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * UVCs that answer otherwise, or at which a signal arrives.
 *
 * The first order that is meant for a call gives the answer; those behind it do not see the call. Calls on pages may
 * be done in bulk as long as it is certain that no order is meant for one of them: then the count of an order goes up
 * by as many as were done. An order that counts the calls of several threads together has no such certainty, and where
 * it applies all goes page by page.
 */
#include <string.h>

#include "fault/order.h"
#include "uv/fault.h"

static bool fits(const struct fault_order *order, const struct uv_fault_call *call)
{
	const struct fault_spec *spec = &order->spec;

	return spec->kind == FAULT_UVC && spec->defect != UV_DEFECT_UNCHECKED &&
	       (!spec->cmd || spec->cmd == call->cmd) && (!spec->handle || spec->handle == call->handle);
}

static bool at_address(const struct fault_order *order, uint64_t address)
{
	const struct fault_spec *spec = &order->spec;

	if (!spec->address_given)
		return true;
	return address / PAGE_BYTES >= spec->address / PAGE_BYTES &&
	       address / PAGE_BYTES <= (spec->address + spec->bytes - 1) / PAGE_BYTES;
}

static void answer_of(struct fault_order *order, uint16_t cmd, struct uv_fault_answer *answer)
{
	const struct fault_spec *spec = &order->spec;

	*answer = (struct uv_fault_answer){ .cc = UVC_CC_ERROR, .rc = spec->rc, .rrc = spec->rrc };
	if (spec->defect) {
		*answer = (struct uv_fault_answer){ .cc = UVC_CC_OK, .defect = spec->defect };
		return;
	}
	if (order->chosen) {
		random_answer(order, cmd, answer);
		return;
	}
	if (spec->answer != FAULT_ERROR)
		answer->cc = spec->answer == FAULT_BUSY ? UVC_CC_BUSY : UVC_CC_PARTIAL;
	else if (!spec->rc)
		answer->rc = uvc_plausible(cmd, 0, &answer->rrc);
	answer->permille = uvc_has_slices(cmd) ? spec->done : 0;
}

static bool asked(void *ctx, const struct uv_fault_call *call, struct uv_fault_answer *answer)
{
	struct faults *faults = ctx;
	unsigned i;

	for (i = 0; i < faults->orders; i++) {
		struct fault_order *order = faults->order[i];

		if (!fits(order, call) || !at_address(order, call->address) || !order_sees(order, sim_self()) ||
		    !order_hits(order, sim_self()))
			continue;
		if (order->spec.signal) {
			order_signal(order, sim_self(), uvc_name(call->cmd));
			continue;
		}
		answer_of(order, call->cmd, answer);
		answer->token = i;
		return true;
	}
	return false;
}

static void given(void *ctx, const struct uv_fault_call *call, const struct uv_fault_answer *answer)
{
	struct faults *faults = ctx;
	struct fault_order *order = faults->order[answer->token];
	const char *name = uvc_name(call->cmd);

	if (answer->cc == UVC_CC_OK)
		order_applied(order, name, answer->defect == UV_DEFECT_NOTHING ? "executed, nothing done"
									       : "executed, contents kept");
	else if (answer->cc == UVC_CC_BUSY)
		order_applied(order, name, "busy");
	else if (answer->cc == UVC_CC_PARTIAL)
		order_applied(order, name, "partial");
	else
		order_applied(order, name, "rc 0x%04x rrc 0x%04x", answer->rc, answer->rrc);
}

/* Only calls that a right Ultravisor refuses are seen by orders to take them all the same. */
static bool taken(void *ctx, const struct uv_fault_call *call, uint16_t rc)
{
	struct faults *faults = ctx;
	unsigned i;

	for (i = 0; i < faults->orders; i++) {
		struct fault_order *order = faults->order[i];
		const struct fault_spec *spec = &order->spec;

		if (spec->kind != FAULT_UVC || spec->defect != UV_DEFECT_UNCHECKED || spec->cmd != call->cmd ||
		    (spec->handle && spec->handle != call->handle) || !at_address(order, call->address) ||
		    !order_sees(order, sim_self()) || !order_hits(order, sim_self()))
			continue;
		order_applied(order, uvc_name(call->cmd), "executed, instead of rc 0x%04x", rc);
		return true;
	}
	return false;
}

/* How many of @n calls come before the page of @order. */
static uint64_t before_address(const struct fault_order *order, uint64_t address, uint64_t n)
{
	const struct fault_spec *spec = &order->spec;
	uint64_t first = spec->address / PAGE_BYTES, last = (spec->address + spec->bytes - 1) / PAGE_BYTES;
	uint64_t page = address / PAGE_BYTES;

	if (page > last || first >= page + n)
		return n;
	return first > page ? first - page : 0;
}

static uint64_t clear_of(struct fault_order *order, const struct uv_fault_call *call, uint64_t n)
{
	const struct fault_spec *spec = &order->spec;
	const struct sim_thread *thread = sim_self();

	if (!fits(order, call))
		return n;
	/* One that begins later stops all bulks then; but a call under way then is not to be counted. */
	if (sim_now() < spec->from && !spec->address_given && (spec->nth > 1 || spec->one_in))
		return 0;
	if (!order_sees(order, thread) || order_over(order, thread))
		return n;
	if (spec->address_given)
		return before_address(order, call->address, n);
	return order_clear(order, thread, n);
}

static uint64_t clear(void *ctx, const struct uv_fault_call *call, uint64_t n)
{
	struct faults *faults = ctx;
	unsigned i;

	for (i = 0; i < faults->orders && n; i++)
		n = clear_of(faults->order[i], call, n);
	return n;
}

static void passed(void *ctx, const struct uv_fault_call *call, uint64_t n)
{
	struct faults *faults = ctx;
	unsigned i;

	for (i = 0; i < faults->orders; i++) {
		struct fault_order *order = faults->order[i];
		struct sim_thread *thread = sim_acting();

		if (!fits(order, call) || order->spec.address_given || !order_sees(order, thread))
			continue;
		order->seen += n;
		order_count(order, thread)->seen += n;
	}
}

static void window_begins(void *ctx)
{
	faults_stop_bulks(ctx);
}

void uvc_faults_begin(struct faults *faults)
{
	const struct uv_faults hooks = { asked, taken, given, clear, passed, faults };
	bool any = false;
	unsigned i;

	for (i = 0; i < faults->orders; i++) {
		const struct fault_spec *spec = &faults->order[i]->spec;

		if (spec->kind != FAULT_UVC)
			continue;
		any = true;
		if (spec->from && (!spec->cmd || uvc_is_paged(spec->cmd)))
			sim_timer_start(sim_timer_create("fault", window_begins, faults), spec->from);
	}
	if (any)
		uvc_faults(faults->host->uv, &hooks);
}
