/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The random plan: "random: all" with "one_in: N" becomes an order for each thing that can go wrong, and what an order
 * does is chosen each time among what is plausible.
 *
 * Rates: one in N of the UVCs of a kind and of the allocations, one in N of the waits for locks. UVCs on pages are many
 * more: of those of a thread one in 256 N, as of pages that are brought in. A signal comes to a thread about each 500 N
 * steps; one in eight kills.
 */
#include "fault/order.h"
#include "uv/fault.h"

#define PAGED_RARER 256
#define STEPS_RARER 500

static struct fault_spec plain(const struct fault_spec *random, enum fault_kind kind)
{
	return (struct fault_spec){
		.mark = random->mark, .kind = kind, .nth = 1, .every = 1, .times = UINT64_MAX, .until = SIM_FOREVER,
		.at_most = UINT64_MAX, .one_in = random->one_in,
	};
}

static void add_uvcs(struct faults *faults, const struct fault_spec *random)
{
	for (uint16_t cmd = uvc_fault_command(0); cmd; cmd = uvc_fault_command(cmd)) {
		struct fault_spec spec = plain(random, FAULT_UVC);

		spec.cmd = cmd;
		spec.name = (char *)uvc_name(cmd);
		spec.per_thread = uvc_is_paged(cmd);
		if (spec.per_thread)
			spec.one_in *= PAGED_RARER;
		order_add(faults, &spec, true);
	}
}

static void add_signals(struct faults *faults, const struct fault_spec *random)
{
	struct fault_spec steps = plain(random, FAULT_STEP), locks = plain(random, FAULT_LOCK);

	steps.one_in *= STEPS_RARER;
	steps.per_thread = true;
	steps.signal = 10;
	locks.signal = 10;
	order_add(faults, &steps, true);
	order_add(faults, &locks, true);
}

/* Firmware that is wrong: not plausible, and so no part of "all". What may go on is as rare as an error is. */
static void add_defects(struct faults *faults, const struct fault_spec *random)
{
	for (uint16_t cmd = uvc_fault_command(0); cmd; cmd = uvc_fault_command(cmd)) {
		for (enum uv_defect defect = UV_DEFECT_NOTHING; defect <= UV_DEFECT_UNCHECKED; defect++) {
			struct fault_spec spec = plain(random, FAULT_UVC);

			if (!uvc_can_have(cmd, defect))
				continue;
			spec.cmd = cmd;
			spec.name = (char *)uvc_name(cmd);
			spec.defect = defect;
			spec.per_thread = uvc_is_paged(cmd);
			if (spec.per_thread && defect != UV_DEFECT_UNCHECKED)
				spec.one_in *= PAGED_RARER;
			order_add(faults, &spec, false);
		}
	}
}

void random_expand(struct faults *faults, const struct fault_spec *spec)
{
	bool all = spec->random == FAULT_RANDOM_ALL;
	struct fault_spec alloc = plain(spec, FAULT_ALLOC), swap = plain(spec, FAULT_SWAP);

	struct fault_spec copy = plain(spec, FAULT_USER), page = plain(spec, FAULT_USER);

	swap.swap = FAULT_SWAP_BOTH;
	copy.user = FAULT_COPY;
	page.user = FAULT_PAGE;
	page.one_in *= PAGED_RARER;
	page.per_thread = true;
	if (all || spec->random == FAULT_RANDOM_UVC)
		add_uvcs(faults, spec);
	if (spec->random == FAULT_RANDOM_DEFECT)
		add_defects(faults, spec);
	if (all || spec->random == FAULT_RANDOM_ALLOC)
		order_add(faults, &alloc, false);
	if (all || spec->random == FAULT_RANDOM_SIGNAL)
		add_signals(faults, spec);
	if (all || spec->random == FAULT_RANDOM_SWAP)
		order_add(faults, &swap, true);
	if (all || spec->random == FAULT_RANDOM_USER) {
		order_add(faults, &copy, false);
		order_add(faults, &page, false);
	}
}

static unsigned codes(uint16_t cmd)
{
	unsigned n = 0;
	uint16_t rrc;

	while (uvc_plausible(cmd, n, &rrc))
		n++;
	return n;
}

/* One in four is busy; of a call in slices one in four is stopped on its way, and one in four fails on its way. */
void random_answer(struct fault_order *order, uint16_t cmd, struct uv_fault_answer *answer)
{
	unsigned way = (unsigned)sim_choose(order->stream, 4);

	*answer = (struct uv_fault_answer){ .cc = UVC_CC_ERROR };
	if (way == 0) {
		answer->cc = UVC_CC_BUSY;
		return;
	}
	if (uvc_has_slices(cmd) && way <= 2) {
		answer->permille = 1 + (unsigned)sim_choose(order->stream, 990);
		if (way == 1) {
			answer->cc = UVC_CC_PARTIAL;
			return;
		}
	}
	answer->rc = uvc_plausible(cmd, (unsigned)sim_choose(order->stream, codes(cmd)), &answer->rrc);
}
