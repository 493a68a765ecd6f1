/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The secret store of a configuration: add, list, lock, retrieve.
 *
 * Response codes are those that s390-tools and Linux name. Installed where the machine can bind
 * crypto adapters to a guest (AP), which is what association secrets are for; retrievable secrets
 * came later. Secrets live as long as the configuration; a reset keeps them.
 */
#include <stdlib.h>
#include <string.h>

#include "uv/memory.h"
#include "uv/uvc.h"
#include "uv/uvcb_guest.h"

struct secret {
	uint16_t type, length;
	uint8_t id[32];
	uint8_t content[256];
};

#define ASSOCIATION_LEN 32

static bool secrets_installed(const struct machine *machine)
{
	return machine->ap;
}

static bool retrieve_installed(const struct machine *machine)
{
	return machine->ap && machine->max_retr_secrets != 0;
}

uint64_t uvc_secret_types(const struct machine *machine)
{
	uint64_t bits = (uint64_t)1 << (63 - UV_SECRET_NULL) |
			(uint64_t)1 << (63 - UV_SECRET_ASSOCIATION);

	return retrieve_installed(machine) ? bits | (uint64_t)1 << (63 - UV_SECRET_RETRIEVABLE)
					   : bits;
}

/* Is there a secret called @id, and how many are of @type? */
static bool look_through(const struct conf *conf, const uint8_t *id, uint16_t type,
			 unsigned *of_type)
{
	bool found = false;

	*of_type = 0;
	for (unsigned i = 0; i < conf->secret_count; i++) {
		*of_type += conf->secrets[i].type == type;
		found = found || memcmp(conf->secrets[i].id, id, sizeof(conf->secrets[i].id)) == 0;
	}
	return found;
}

static uint16_t check_secret(const struct uvc_call *call, const struct uv_secret_request *request)
{
	const struct machine *machine = call->uv->machine;
	uint16_t length = request->secret_len;
	unsigned of_type;
	bool taken;

	if (request->type >= 64 || (uvc_secret_types(machine) >> (63 - request->type) & 1) == 0)
		return UVC_RC_SECRET_TYPE;
	if ((request->type == UV_SECRET_NULL && length != 0) ||
	    (request->type == UV_SECRET_ASSOCIATION && length != ASSOCIATION_LEN) ||
	    (request->type == UV_SECRET_RETRIEVABLE &&
	     (length == 0 || length > sizeof(request->secret))))
		return UVC_RC_SECRET_LEN;
	taken = look_through(call->conf, request->id, request->type, &of_type);
	if (call->conf->secret_count == MACHINE_SECRETS_MAX ||
	    (request->type == UV_SECRET_RETRIEVABLE && of_type >= machine->max_retr_secrets))
		return UVC_RC_SECRET_FULL;
	return taken ? UVC_RC_SECRET_CANNOT : 0;
}

static uint16_t decode_add(struct uvc_call *call)
{
	const struct uv_cb_secret *block = call->block;
	struct uv_secret_request request;

	call->address = block->addr;
	if (!call->conf->secrets_allowed)
		return UVC_RC_SECRET_NOT_ALLOWED;
	if (call->conf->secrets_locked)
		return UVC_RC_SECRET_LOCKED;
	if (call->conf->dumping)
		return UVC_RC_SECRET_DUMPING;
	if (!uvc_read(call, block->addr, &request, sizeof(request)))
		return UVC_RC_SECRET_ACCESS;
	if (request.version != UV_SECRET_VERSION)
		return UVC_RC_SECRET_VERSION;
	if (request.length != sizeof(request))
		return UVC_RC_SECRET_SIZE;
	if (request.key_slots == 0)
		return UVC_RC_SECRET_SLOTS;
	if (request.flags != 0)
		return UVC_RC_SECRET_FLAGS;
	if (request.magic != UV_SECRET_MAGIC)
		return UVC_RC_SECRET_UNSEAL;
	return check_secret(call, &request);
}

/* The request was good when the call began; it is taken over then. */
static void begin_add(struct uvc_call *call)
{
	const struct uv_cb_secret *block = call->block;
	struct conf *conf = call->conf;
	struct uv_secret_request request = { .magic = 0 };
	struct secret *secret;

	(void)uvc_read(call, block->addr, &request, sizeof(request));
	conf->secrets = uv_realloc(conf->secrets,
				   ((size_t)conf->secret_count + 1) * sizeof(*conf->secrets));
	secret = &conf->secrets[conf->secret_count++];
	*secret = (struct secret){ .type = request.type, .length = request.secret_len };
	memcpy(secret->id, request.id, sizeof(secret->id));
	memcpy(secret->content, request.secret, secret->length);
}

static void commit_nothing(struct uvc_call *call)
{
	(void)call;
}

static uint16_t decode_list(struct uvc_call *call)
{
	const struct uv_cb_secret *block = call->block;

	call->address = block->addr;
	if (block->addr % sizeof(struct uv_secret_list) != 0 ||
	    !uvc_read(call, block->addr, NULL, sizeof(struct uv_secret_list)))
		return UVC_RC_LIST_AREA;
	return 0;
}

static void commit_list(struct uvc_call *call)
{
	const struct uv_cb_secret *block = call->block;
	const struct conf *conf = call->conf;
	struct uv_secret_list *list = uv_alloc(sizeof(*list));
	unsigned index = block->start;

	list->total = conf->secret_count;
	for (; index < conf->secret_count && list->count < 85; index++, list->count++) {
		const struct secret *secret = &conf->secrets[index];

		list->entry[list->count].index = (uint16_t)index;
		list->entry[list->count].type = secret->type;
		list->entry[list->count].length = secret->length;
		memcpy(list->entry[list->count].id, secret->id, sizeof(secret->id));
	}
	if (index < conf->secret_count) {
		list->next = (uint16_t)index;
		call->rc = UVC_RC_MORE_DATA;
	}
	uvc_write(call, block->addr, list, sizeof(*list));
	free(list);
}

static uint16_t decode_lock(struct uvc_call *call)
{
	if (!call->conf->secrets_allowed)
		return UVC_RC_SECRET_NOT_ALLOWED;
	return call->conf->secrets_locked ? UVC_RC_SECRET_LOCKED : 0;
}

static void commit_lock(struct uvc_call *call)
{
	call->conf->secrets_locked = true;
}

static uint16_t decode_retrieve(struct uvc_call *call)
{
	const struct uv_cb_retr_secret *block = call->block;
	const struct conf *conf = call->conf;

	call->address = block->buf_addr;
	if (conf->secret_count == 0)
		return UVC_RC_RETR_EMPTY;
	if (block->index >= conf->secret_count)
		return UVC_RC_RETR_INDEX;
	if (conf->secrets[block->index].type != UV_SECRET_RETRIEVABLE)
		return UVC_RC_RETR_TYPE;
	if (block->buf_size < conf->secrets[block->index].length)
		return UVC_RC_RETR_SIZE;
	if (!uvc_read(call, block->buf_addr, NULL, block->buf_size))
		return UVC_RC_RETR_AREA;
	return 0;
}

static void commit_retrieve(struct uvc_call *call)
{
	const struct uv_cb_retr_secret *block = call->block;
	const struct secret *secret = &call->conf->secrets[block->index];

	uvc_write(call, block->buf_addr, secret->content, secret->length);
}

#define SECRET(command, type, nr, text, is_installed)						\
	.cmd = command, .len = sizeof(struct type), .bit = nr, .scope = UVC_SCOPE_CONF,		\
	.handle = UVC_GUEST, .cost = COST_UVC_MISC, .name = text, .installed = is_installed

const struct uvc_command uvc_secret_commands[] = {
	{ SECRET(UVC_CMD_ADD_SECRET, uv_cb_secret, BIT_UVC_CMD_ADD_SECRET, "ADD_SECRET",
		 secrets_installed),
	  .decode = decode_add, .begin = begin_add, .commit = commit_nothing },
	{ SECRET(UVC_CMD_LIST_SECRETS, uv_cb_secret, BIT_UVC_CMD_LIST_SECRETS, "LIST_SECRETS",
		 secrets_installed),
	  .decode = decode_list, .commit = commit_list },
	{ SECRET(UVC_CMD_LOCK_SECRETS, uv_cb_nodata, BIT_UVC_CMD_LOCK_SECRETS, "LOCK_SECRETS",
		 secrets_installed),
	  .decode = decode_lock, .commit = commit_lock },
	{ SECRET(UVC_CMD_RETR_SECRET, uv_cb_retr_secret, BIT_UVC_CMD_RETR_SECRET, "RETR_SECRET",
		 retrieve_installed),
	  .decode = decode_retrieve, .commit = commit_retrieve },
	{ .name = NULL },
};
