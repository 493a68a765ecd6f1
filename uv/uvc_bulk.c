/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Many like calls at once: what uvc() would do for page after page, or slice after slice.
 *
 * Both ways go through uvc_page_step() and conf_work_advance(), so that they cannot part. Sequence
 * of use: plan, let the engine spend the time, commit as much as was done; an interlock in between
 * when somebody looks at a call under way.
 */
#include <assert.h>
#include <stdlib.h>

#include "uv/memory.h"
#include "uv/contents.h"

/* Guest pages from @gpage on that the configuration has. */
static uint64_t guest_pages_left(const struct conf *conf, uint64_t gpage)
{
	uint64_t first = conf->origin >> FRAME_SHIFT, end = first + (conf->length >> FRAME_SHIFT);

	return gpage >= first && gpage < end ? end - gpage : 0;
}

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* How many of the @n frames from @number on are as the first one, *@from, and in nobody's hands. */
static uint64_t like_frames(struct uv *uv, uint64_t number, uint64_t n, struct frame *from)
{
	struct storage_region *region = storage_find(uv->storage, number);
	struct conf *owner;

	if (!uv->initialised || region == NULL || n == 0)
		return 0;
	n = least(n, storage_region_first(region) + storage_region_frames(region) - number);
	*from = storage_get(uv->storage, number, n, &n);
	/* An export that was altered is refused. */
	if (from->state == FRAME_EXPORTED)
		contents_get(uv, number, n, &n);
	owner = conf_of(uv, *from);
	if (owner != NULL && (conf_locked(owner) || owner->state == CONF_DYING))
		return 0;
	return interlock_next(uv, number, n) - number;
}

/* The step that the next @n calls (at most) would all take: how many. 0 when that cannot be said. */
static uint64_t like_steps(struct uv *uv, uint16_t cmd, struct conf *conf, uint64_t gpage,
			   uint64_t number, uint64_t n, struct page_step *step)
{
	struct frame from;

	n = like_frames(uv, number, n, &from);
	if (n == 0)
		return 0;
	*step = uvc_page_step(uv, cmd, conf, gpage, number, from);
	return least(n, cost_page_run(step->cost, number));
}

uint64_t uvc_bulk_plan(struct uv *uv, uint16_t cmd, uint64_t handle, uint64_t gpage,
		       uint64_t number, uint64_t n, sim_time *time)
{
	struct conf *conf = NULL;
	struct page_step step;

	if (cmd == UVC_CMD_CONV_TO_SEC_STOR) {
		conf = conf_find(uv, handle);
		if (conf == NULL || conf->state == CONF_DYING || conf_locked(conf))
			return 0;
		n = least(n, guest_pages_left(conf, gpage));
	}
	n = like_steps(uv, cmd, conf, gpage, number, n, &step);
	if (n == 0 || step.rc != 0)
		return 0;
	n = uvc_bulk_clear(uv, cmd, handle, conf != NULL ? gpage : number, n);
	if (n == 0)
		return 0;
	*time = cost_page(step.cost, number);
	return n;
}

uint64_t uvc_bulk_plan_refused(struct uv *uv, uint64_t number, uint64_t n,
			       struct uvc_refusal *refusal)
{
	struct page_step step;

	n = like_steps(uv, UVC_CMD_DESTR_SEC_STOR, NULL, 0, number, n, &step);
	if (n == 0 || step.rc == 0)
		return 0;
	*refusal = (struct uvc_refusal){ step.rc, step.rrc, cost_page(step.cost, number) };
	return n;
}

void uvc_bulk_commit_refused(struct uv *uv, uint64_t number, uint64_t n,
			     const struct uvc_refusal *refusal)
{
	struct frame from = storage_get(uv->storage, number, 1, NULL);
	struct page_step step = uvc_page_step(uv, UVC_CMD_DESTR_SEC_STOR, NULL, 0, number, from);

	cost_charge(step.cost, n, refusal->time);
	uvc_account(uv, UVC_CMD_DESTR_SEC_STOR, 0, number << FRAME_SHIFT, n, UVC_CC_ERROR,
		    refusal->rc, refusal->rrc, refusal->time);
}

uint64_t uvc_bulk_plan_unpinned(struct uv *uv, uint64_t number, uint64_t n, sim_time *time)
{
	struct frame from;

	n = like_frames(uv, number, n, &from);
	if (n == 0 || from.state == FRAME_SHARED || from.state == FRAME_PINNED ||
	    cost_page_run(COST_UVC_MISC, 0) != UINT64_MAX)
		return 0;
	*time = cost_page(COST_UVC_MISC, 0);
	return uvc_bulk_clear(uv, UVC_CMD_PIN_PAGE_SHARED, 0, number, n);
}

void uvc_bulk_commit_unpinned(struct uv *uv, uint64_t number, uint64_t n, sim_time time)
{
	cost_charge(COST_UVC_MISC, n, time);
	uvc_account(uv, UVC_CMD_PIN_PAGE_SHARED, 0, number << FRAME_SHIFT, n, UVC_CC_ERROR, UVC_RC_NOT_SHARED, 0,
		    time);
}

/* Interlocks of exposed bulks on these frames are over. */
static void held_release(struct uv *uv, uint64_t number, uint64_t n)
{
	struct interlock *lock = uv->held;

	while (lock != NULL) {
		struct interlock *next = lock->next;

		if (lock->number - number < n) {
			interlock_clear(lock);
			free(lock);
		}
		lock = next;
	}
}

void uvc_bulk_commit(struct uv *uv, uint16_t cmd, uint64_t handle, uint64_t gpage, uint64_t number,
		     uint64_t n, sim_time time)
{
	bool import = cmd == UVC_CMD_CONV_TO_SEC_STOR;
	struct conf *conf = import ? conf_find(uv, handle) : NULL;
	uint64_t address = (import ? gpage : number) << FRAME_SHIFT, run;
	struct frame from = storage_get(uv->storage, number, n, &run);
	struct page_step step;

	assert(!import || conf != NULL);
	/* As planned: who changes one of the frames meanwhile cuts the bulk first. */
	assert(run == n);
	held_release(uv, number, n);
	step = uvc_page_step(uv, cmd, conf, gpage, number, from);
	assert(step.rc == 0);
	if (step.to.state != from.state || step.to.conf != from.conf || step.to.delta != from.delta)
		frames_record(uv, number, n, from, step.to);
	contents_page(uv, cmd, conf, gpage, number, n, from);
	cost_charge(step.cost, n, time);
	uvc_account(uv, cmd, import ? handle : 0, address, n, UVC_CC_OK, UVC_RC_EXECUTED, 0, time);
	uvc_bulk_passed(uv, cmd, handle, import ? gpage : number, n);
}

void uvc_bulk_interlock(struct uv *uv, uint16_t cmd, uint64_t handle, uint64_t number,
			struct sim_thread *thread)
{
	struct interlock *lock;

	(void)thread;
	lock = uv_alloc(sizeof(*lock));
	lock->number = number;
	lock->owner = conf_of(uv, storage_get(uv->storage, number, 1, NULL));
	lock->conf = cmd == UVC_CMD_CONV_TO_SEC_STOR ? conf_find(uv, handle) : NULL;
	interlock_set(&uv->held, lock);
}

/* The configuration that a call in slices with this block is about, once the first slice is done. */
static struct conf *half_done(struct uv *uv, const void *uvcb)
{
	const struct uv_cb_header *header = uvcb;
	const struct uv_cb_nodata *block = uvcb;
	struct conf *conf;

	if (header->cmd == UVC_CMD_CREATE_SEC_CONF && header->len == sizeof(struct uv_cb_cgc))
		return uvc_creation_under_way(uv, uvcb);
	if (header->cmd != UVC_CMD_DESTROY_SEC_CONF || header->len != sizeof(*block))
		return NULL;
	conf = conf_find(uv, block->handle);
	return conf != NULL && conf->state == CONF_DYING ? conf : NULL;
}

uint64_t uvc_partial_plan(struct uv *uv, const void *uvcb, sim_time *time,
			  struct sim_domain **domain)
{
	struct conf *conf = half_done(uv, uvcb);
	sim_time left;

	if (conf == NULL || conf_locked(conf) || conf->in_flight > 0)
		return 0;
	*domain = conf->state == CONF_CREATING ? &conf->creation : conf->domain;
	*time = uv->machine->partial_budget;
	left = conf_work_left(conf);
	if (conf->doom.active)
		left = left > conf->doom.left ? left - conf->doom.left : 0;
	return conf_work_slices(uv, left);
}

void uvc_partial_commit(struct uv *uv, void *uvcb, uint64_t n, sim_time time)
{
	const struct uv_cb_header *header = uvcb;
	struct conf *conf = half_done(uv, uvcb);
	bool create = header->cmd == UVC_CMD_CREATE_SEC_CONF;

	assert(conf != NULL);
	assert(time == uv->machine->partial_budget);
	conf->held = false;
	conf_work_advance(uv, conf, n * time);
	uvc_account(uv, header->cmd, create ? 0 : ((const struct uv_cb_nodata *)uvcb)->handle,
		    create ? ((const struct uv_cb_cgc *)uvcb)->conf_base_stor_origin : 0, n,
		    UVC_CC_PARTIAL, 0, 0, time);
}

void uvc_partial_interlock(struct uv *uv, void *uvcb, bool on)
{
	struct conf *conf = half_done(uv, uvcb);

	if (conf != NULL)
		conf->held = on;
}
