/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Import, export, destroy of one page, and what they do by state of the frame.
 *
 * The table of transitions is that of the page-state machine in the public material (Linux
 * comments, mails, tests). Where nothing is said: ciphertext of a foreign configuration is plain
 * data to a new owner; a page that already is where an import wants it is a success without work; a
 * discarded page that is exported comes out cleared; destroying an exported page leaves its record.
 */
#include <assert.h>

#include "uv/contents.h"

uint16_t uvc_page_locate(struct uvc_call *call, uint64_t number)
{
	struct storage *storage = call->uv->storage;
	struct storage_region *region = storage_find(storage, number);

	call->number = number;
	if (region == NULL)
		return UVC_RC_SIM_ADDRESS;
	if (storage_region_domain(region) != NULL)
		sim_domain_touch(storage_region_domain(region), number, 1);
	call->from = storage_get(storage, number, 1, NULL);
	call->owner = conf_of(call->uv, call->from);
	if (call->owner != NULL && call->owner->state == CONF_DYING &&
	    call->owner->domain != NULL) {
		/* Its destroy may run as a bulk in a domain of its own: see where it stands. */
		sim_domain_expose(call->owner->domain);
		call->from = storage_get(storage, number, 1, NULL);
		call->owner = conf_of(call->uv, call->from);
	}
	if (interlock_next(call->uv, number, 1) == number)
		return UVC_DECODE_BUSY;
	if (call->owner != NULL && conf_locked(call->owner))
		return UVC_DECODE_BUSY;
	if (call->conf != NULL && conf_locked(call->conf))
		return UVC_DECODE_BUSY;
	return 0;
}

uint16_t uvc_guest_page(struct uvc_call *call, uint64_t gaddr, uint64_t *number)
{
	const struct uv_ops *ops = &call->uv->ops;
	const struct conf *conf = call->conf;

	call->address = gaddr;
	if (gaddr < conf->origin || gaddr - conf->origin >= conf->length)
		return UVC_RC_SIM_ADDRESS;
	if (conf->domain != NULL)
		sim_domain_settle(conf->domain);
	if (ops->translate(ops->ctx, conf->asce, gaddr, number) != 0)
		return UVC_RC_NOT_MAPPED;
	return 0;
}

void uvc_page_commit(struct uvc_call *call)
{
	const struct frame *from = &call->from, *to = &call->to;

	if (from->state != to->state || from->conf != to->conf || from->delta != to->delta)
		frames_record(call->uv, call->number, 1, *from, *to);
	switch (call->header->cmd) {
	case UVC_CMD_SET_SHARED_ACCESS:
	case UVC_CMD_REMOVE_SHARED_ACCESS:
		contents_share(call->uv, call->number, 1, call->header->cmd == UVC_CMD_SET_SHARED_ACCESS);
		break;
	case UVC_CMD_PIN_PAGE_SHARED:
	case UVC_CMD_UNPIN_PAGE_SHARED:
		break;
	default:
		if (!call->keeps)
			contents_page(call->uv, call->header->cmd, call->conf, call->number + (uint64_t)to->delta,
			      call->number, 1, *from);
	}
}

static struct page_step step_refused(uint16_t rc)
{
	return (struct page_step){ .rc = rc, .cost = COST_UVC_MISC };
}

static struct page_step step_to(enum cost_id cost, struct frame to)
{
	return (struct page_step){ .cost = cost, .to = to };
}

static struct page_step step_import(struct uv *uv, const struct conf *conf, uint64_t gpage,
				    uint64_t number, struct frame from)
{
	struct frame to = {
		.state = FRAME_SECURE, .conf = conf->slot, .delta = (int64_t)(gpage - number),
	};
	bool own = from.conf == conf->slot;

	if (!frame_delta_fits(to.delta))
		return step_refused(UVC_RC_SIM_FULL);
	switch (from.state) {
	case FRAME_PLAIN:
		return step_to(COST_UVC_IMPORT_NEW, to);
	case FRAME_EXPORTED:
		if (!own)
			return step_to(COST_UVC_IMPORT_NEW, to);
		if (from.delta != to.delta || !contents_intact(uv, conf, to.delta, number))
			return step_refused(UVC_RC_SIM_INTEGRITY);
		return step_to(COST_UVC_IMPORT_EXPORTED, to);
	case FRAME_SHARED:
		if (!own && uv->machine->misc)
			return step_to(COST_UVC_IMPORT_NEW, to);
		break;
	case FRAME_DONATED:
		return step_refused(UVC_RC_SIM_DONATED);
	default:
		break;
	}
	if (own && from.delta == to.delta)
		return step_to(COST_UVC_MISC, from);
	return step_refused(UVC_RC_SIM_OWNED);
}

static struct page_step step_export(struct frame from)
{
	struct frame to = from;

	switch (from.state) {
	case FRAME_SECURE:
	case FRAME_SHARED:
	case FRAME_PINNED:
		to.state = FRAME_EXPORTED;
		return step_to(COST_UVC_EXPORT_SECURE, to);
	case FRAME_DISCARDED:
		return step_to(COST_UVC_EXPORT_SECURE, (struct frame){ .state = FRAME_PLAIN });
	case FRAME_DONATED:
		return step_refused(UVC_RC_SIM_DONATED);
	default:
		return step_to(COST_UVC_EXPORT_PLAIN, from);
	}
}

static struct page_step step_destroy(struct uv *uv, struct frame from)
{
	struct page_step old = {
		.rc = UVC_RC_DESTROY_PLAIN,
		.rrc = UVC_RRC_DESTROY_PLAIN,
		.cost = COST_UVC_DESTROY_PLAIN,
	};

	switch (from.state) {
	case FRAME_SECURE:
	case FRAME_SHARED:
	case FRAME_PINNED:
		if (conf_of(uv, from)->cpus != 0)
			return step_refused(UVC_RC_SIM_HAS_CPUS);
		return step_to(COST_UVC_DESTROY_SECURE, (struct frame){ .state = FRAME_PLAIN });
	case FRAME_DISCARDED:
		return step_to(COST_UVC_DESTROY_SECURE, (struct frame){ .state = FRAME_PLAIN });
	case FRAME_DONATED:
		return step_refused(UVC_RC_SIM_DONATED);
	default:
		return uv->machine->old_destroy_rc ? old : step_to(COST_UVC_DESTROY_PLAIN, from);
	}
}

struct page_step uvc_page_step(struct uv *uv, uint16_t cmd, struct conf *conf, uint64_t gpage,
			       uint64_t number, struct frame from)
{
	if (cmd == UVC_CMD_CONV_TO_SEC_STOR)
		return step_import(uv, conf, gpage, number, from);
	if (cmd == UVC_CMD_CONV_FROM_SEC_STOR)
		return step_export(from);
	assert(cmd == UVC_CMD_DESTR_SEC_STOR);
	return step_destroy(uv, from);
}

static uint16_t decode_step(struct uvc_call *call, uint64_t gpage)
{
	struct page_step step = uvc_page_step(call->uv, call->header->cmd, call->conf, gpage,
					      call->number, call->from);

	call->to = step.to;
	call->cost = step.cost;
	call->rrc = step.rrc;
	call->time = cost_page(step.cost, call->number);
	call->timed = true;
	return step.rc;
}

static uint16_t decode_import(struct uvc_call *call)
{
	const struct uv_cb_cts *block = call->block;
	uint64_t number;
	uint16_t rc = uvc_guest_page(call, block->gaddr, &number);

	if (rc == 0)
		rc = uvc_page_locate(call, number);
	return rc != 0 ? rc : decode_step(call, block->gaddr >> FRAME_SHIFT);
}

static uint16_t decode_absolute(struct uvc_call *call)
{
	const struct uv_cb_cfs *block = call->block;
	uint16_t rc;

	call->address = block->paddr;
	rc = uvc_page_locate(call, block->paddr >> FRAME_SHIFT);
	return rc != 0 ? rc : decode_step(call, 0);
}

const struct uvc_command uvc_page_commands[] = {
	{
		.cmd = UVC_CMD_DESTR_SEC_STOR,
		.len = sizeof(struct uv_cb_cfs),
		.bit = -1,
		.scope = UVC_SCOPE_PAGE,
		.cost = COST_UVC_DESTROY_SECURE,
		.name = "DESTR_SEC_STOR",
		.decode = decode_absolute,
		.commit = uvc_page_commit,
	},
	{
		.cmd = UVC_CMD_CONV_TO_SEC_STOR,
		.len = sizeof(struct uv_cb_cts),
		.bit = BIT_UVC_CMD_CONV_TO_SEC_STOR,
		.scope = UVC_SCOPE_PAGE,
		.handle = UVC_CONF_AT_18,
		.cost = COST_UVC_IMPORT_NEW,
		.name = "CONV_TO_SEC_STOR",
		.decode = decode_import,
		.commit = uvc_page_commit,
	},
	{
		.cmd = UVC_CMD_CONV_FROM_SEC_STOR,
		.len = sizeof(struct uv_cb_cfs),
		.bit = BIT_UVC_CMD_CONV_FROM_SEC_STOR,
		.scope = UVC_SCOPE_PAGE,
		.cost = COST_UVC_EXPORT_SECURE,
		.name = "CONV_FROM_SEC_STOR",
		.decode = decode_absolute,
		.commit = uvc_page_commit,
	},
	{ .name = NULL },
};
