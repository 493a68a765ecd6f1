/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * uv_call(), uv_call_sched(), uv_cmd_nodata() of arch/s390/include/asm/uv.h (Linux 6.12; and 7.3, where the loops
 * have no resched points and need none).
 *
 * A call that destroys a large configuration answers cc 3 ("partial") very many times; uv_call_sched() does
 * those in bulk.
 */
#include <errno.h>

#include "mm/internal.h"
#include "uv/uvcb.h"

struct partial_walk {
	struct uv *uv;
	void *uvcb;
	sim_time time;
};

static void partial_settle(void *ctx, struct sim_position from, struct sim_position to)
{
	struct partial_walk *walk = ctx;

	uvc_partial_commit(walk->uv, walk->uvcb, to.round - from.round, walk->time);
}

static void partial_expose(void *ctx, struct sim_position at)
{
	struct partial_walk *walk = ctx;

	(void)at;
	uvc_partial_interlock(walk->uv, walk->uvcb, true);
}

static const struct sim_bulk_ops partial_ops = { .settle = partial_settle, .expose = partial_expose };

/* The partial answers that are certain to come. False when there are none, or none in bulk. */
static bool partial_in_bulk(struct uv *uv, void *uvcb, bool resched)
{
	struct partial_walk walk = { .uv = uv, .uvcb = uvcb };
	struct sim_segment segment = {
		.repeat = 1,
		.kind = SIM_KIND_UVC,
		.name = uvc_name(((const struct uv_cb_header *)uvcb)->cmd),
		.resched = resched,
	};
	struct sim_bulk bulk = {
		.segment = &segment, .segments = 1, .stride = 1, .whole = true, .ops = &partial_ops, .ctx = &walk,
	};
	struct sim_domain *domain;
	struct sim_position at;
	sim_time partial;
	bool exposed;

	bulk.rounds = uvc_partial_plan(uv, uvcb, &walk.time, &domain);
	if (bulk.rounds < 2 || !domain)
		return false;
	segment.time = walk.time;
	at = sim_bulk_run(domain, &bulk, &exposed, &partial);
	uvc_partial_interlock(uv, uvcb, false);
	return at.round > 0;
}

int uv_call(struct uv *uv, void *uvcb)
{
	int cc;

	do {
		cc = uvc(uv, uvcb);
		if (cc == UVC_CC_PARTIAL)
			partial_in_bulk(uv, uvcb, false);
	} while (cc > UVC_CC_ERROR);
	return cc;
}

int uv_call_sched(struct uv *uv, void *uvcb)
{
	int cc;

	do {
		cc = uvc(uv, uvcb);
		sim_cond_resched();
		/* One resched point after each slice: a second one might yield again. */
		if (cc == UVC_CC_PARTIAL && partial_in_bulk(uv, uvcb, true))
			sim_cond_resched();
	} while (cc > UVC_CC_ERROR);
	return cc;
}

int uv_call_preempted(struct uv *uv, void *uvcb)
{
	return sim_atomic() ? uv_call(uv, uvcb) : uv_call_sched(uv, uvcb);
}

int uv_cmd_nodata(struct uv *uv, uint64_t handle, uint16_t cmd, uint16_t *rc, uint16_t *rrc)
{
	struct uv_cb_nodata uvcb = {
		.header.cmd = cmd,
		.header.len = sizeof(uvcb),
		.handle = handle,
	};
	int cc = uv_call_sched(uv, &uvcb);

	*rc = uvcb.header.rc;
	*rrc = uvcb.header.rrc;
	return cc ? -EINVAL : 0;
}
