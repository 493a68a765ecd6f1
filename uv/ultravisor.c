/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The dispatcher: from a control block to a condition code.
 *
 * Order of the checks, as public tests fix it: command known for this role, Ultravisor initialised,
 * length, handle, interlock, then the command's own questions. Program interruptions for the block
 * itself (privilege, translation) come before: instruction.c. Kernel code calls uvc() with a good
 * block.
 */
#include "uv/ultravisor.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sim/convoy.h"
#include "sim/engine.h"
#include "sim/thread.h"
#include "sim/trace.h"
#include "uv/memory.h"
#include "uv/uvc.h"

const struct uvc_command *const uvc_families[] = {
	uvc_page_commands,  uvc_share_commands, uvc_conf_commands, uvc_destroy_commands,
	uvc_image_commands, uvc_reset_commands, uvc_dump_commands, uvc_query_commands,
	uvc_attest_commands, uvc_secret_commands, NULL,
};

/* Host commands are below this; their look-up is on every page's way. */
#define COMMANDS_DIRECT 0x0420

/* Position in the families of host command @cmd, which never changes: found once per command and process. */
static const struct uvc_command *direct[COMMANDS_DIRECT];

static const struct uvc_command *search(uint16_t cmd)
{
	for (unsigned family = 0; uvc_families[family] != NULL; family++)
		for (const struct uvc_command *c = uvc_families[family]; c->name != NULL; c++)
			if (c->cmd == cmd)
				return c;
	return NULL;
}

const struct uvc_command *uvc_command_find(uint16_t cmd)
{
	if (cmd >= COMMANDS_DIRECT)
		return search(cmd);
	if (direct[cmd] == NULL)
		direct[cmd] = search(cmd);
	return direct[cmd];
}

bool uvc_command_installed(const struct uvc_command *command, const struct machine *machine)
{
	return command->installed == NULL || command->installed(machine);
}

const char *uvc_name(uint16_t cmd)
{
	const struct uvc_command *command = uvc_command_find(cmd);

	return command != NULL ? command->name : NULL;
}

struct uv *uv_create(struct storage *storage, const struct profile *profile,
		     const struct uv_ops *ops)
{
	struct uv *uv = uv_alloc(sizeof(*uv));

	uv->storage = storage;
	uv->profile = profile;
	uv->machine = &profile->machine;
	uv->ops = *ops;
	storage_watch_remove(storage, conf_region_removed, uv);
	return uv;
}

void uv_destroy(struct uv *uv)
{
	storage_watch_remove(uv->storage, NULL, NULL);
	conf_free_all(uv);
	while (uv->held != NULL) {
		struct interlock *lock = uv->held;

		interlock_clear(lock);
		free(lock);
	}
	while (uv->counts != NULL) {
		struct uv_call_count *count = uv->counts;

		uv->counts = count->next;
		free(count);
	}
	free(uv);
}

struct storage *uv_storage(struct uv *uv)
{
	return uv->storage;
}

unsigned uv_conf_count(const struct uv *uv)
{
	return uv->live;
}

uint64_t uv_conf_pages(struct uv *uv, uint64_t handle)
{
	const struct conf *conf = conf_find(uv, handle);

	if (conf == NULL)
		return 0;
	if (conf->domain != NULL)
		sim_domain_settle(conf->domain);
	return conf_owned(conf);
}

uint64_t uv_donated_frames(const struct uv *uv)
{
	return uv->donated;
}

uint64_t uv_left_pages(const struct uv *uv, const struct sim_domain *domain, uint64_t active)
{
	uint64_t pages = 0;

	for (uint32_t slot = 1; slot < uv->slots; slot++) {
		const struct conf *conf = uv->conf[slot];

		if (conf == NULL || conf->domain != domain)
			continue;
		pages += conf->pages[FRAME_DISCARDED];
		if (conf->handle != active)
			pages += conf_owned(conf);
	}
	return pages;
}

void uvc_watch(struct uv *uv, uvc_watch_fn fn, void *ctx)
{
	uv->watch = fn;
	uv->watch_ctx = ctx;
}

const struct uv_call_count *uv_call_counts(const struct uv *uv)
{
	return uv->counts;
}

/* --- one call --------------------------------------------------------------------------------- */

static void spend(struct uvc_call *call)
{
	const char *name = call->command != NULL ? call->command->name : "unknown UVC";
	struct sim_place number = { .number = &call->number, .count = 1 };
	struct sim_place address = { .number = &call->address, .count = 1, .scale = FRAME_SHIFT };

	if (call->time == 0)
		return;
	sim_place_push(&number);
	sim_place_push(&address);
	sim_burn(call->time, SIM_KIND_UVC, name);
	sim_place_pop(&address);
	sim_place_pop(&number);
}

/* The answer: into the block, the counts, the trace. */
static int finish(struct uvc_call *call, int cc, uint16_t rc, uint16_t rrc)
{
	uint16_t cmd = call->header->cmd;

	if (cc == UVC_CC_OK || cc == UVC_CC_ERROR) {
		call->header->rc = rc;
		call->header->rrc = rrc;
	}
	uvc_account(call->uv, cmd, call->handle, call->address, 1, cc, rc, rrc, call->time);
	sim_step("uvc", (uint64_t)cmd << 32 | (uint64_t)cc << 16 | rc, call->address);
	if (sim_tracing())
		sim_trace_instant(call->command != NULL ? call->command->name : "unknown UVC",
				  call->address);
	oracle_note(call, cc, rc, rrc);
	return cc;
}

static int refuse(struct uvc_call *call, uint16_t rc)
{
	/* A destroy call that fails is what excuses a later leak. */
	if (call->conf != NULL && (call->header->cmd == UVC_CMD_DESTROY_SEC_CONF ||
				   call->header->cmd == UVC_CMD_DESTROY_SEC_CPU))
		call->conf->destroy_failed = true;
	if (rc == UVC_RC_INV_GHANDLE || rc == UVC_RC_INV_CHANDLE)
		oracle_dead_handle(call->uv, call->header->cmd, call->handle);
	if (!call->timed)
		call->time = cost(COST_UVC_MISC);
	spend(call);
	if (call->cost != COST_COUNT)
		cost_charge(call->cost, 1, call->time);
	return finish(call, UVC_CC_ERROR, rc, call->rrc);
}

static int busy(struct uvc_call *call)
{
	call->time = cost(COST_UVC_BUSY);
	spend(call);
	return finish(call, UVC_CC_BUSY, 0, 0);
}

static uint64_t block_word(const struct uvc_call *call, size_t at)
{
	uint64_t word;

	memcpy(&word, (const char *)call->block + at, sizeof(word));
	return word;
}

/* Does the handle name something that is live? */
static uint16_t check_handle(struct uvc_call *call)
{
	const struct uvc_command *command = call->command;

	if (command->handle == UVC_NO_HANDLE || command->handle == UVC_GUEST)
		return 0;
	call->handle = block_word(call, command->handle == UVC_CONF_AT_20 ? 0x20 : 0x18);
	if (command->handle == UVC_CPU_AT_18) {
		call->cpu = cpu_find(call->uv, call->handle);
		if (call->cpu == NULL)
			return command->cmd == UVC_CMD_DESTROY_SEC_CPU &&
					       call->uv->machine->old_cpu_handle_rc
				       ? UVC_RC_INV_GHANDLE
				       : UVC_RC_INV_CHANDLE;
		call->conf = call->cpu->conf;
	} else {
		call->conf = conf_find(call->uv, call->handle);
		if (call->conf == NULL)
			return UVC_RC_INV_GHANDLE;
	}
	return 0;
}

/* The checks that all commands share. */
static uint16_t check_common(struct uvc_call *call, bool guest)
{
	const struct uvc_command *command = call->command;
	uint16_t rc;

	if (command == NULL || !uvc_command_installed(command, call->uv->machine))
		return UVC_RC_INV_CMD;
	if (guest != (command->handle == UVC_GUEST) && command->cmd != UVC_CMD_QUI)
		return UVC_RC_INV_CMD;
	if (!call->uv->initialised && !command->any_state)
		return UVC_RC_INV_STATE;
	/* The query has a length of its own liking. */
	if (call->header->len != command->len && command->cmd != UVC_CMD_QUI)
		return UVC_RC_INV_LEN;
	rc = check_handle(call);
	if (rc != 0)
		return rc;
	if (call->conf == NULL)
		return 0;
	if (command->scope == UVC_SCOPE_CONF) {
		if (call->conf->domain != NULL)
			sim_domain_expose(call->conf->domain);
		if (conf_locked(call->conf) || call->conf->in_flight > 0)
			return UVC_DECODE_BUSY;
	}
	if (call->conf->state == CONF_DYING && !command->dying)
		return UVC_RC_SIM_DYING;
	return 0;
}

/* Spend the time with everything locked that others must not touch meanwhile. */
static void perform(struct uvc_call *call)
{
	struct interlock lock = {
		.number = call->number, .conf = call->conf, .owner = call->owner,
	};
	struct sim_place place = { .number = &lock.number, .count = 1 };

	switch (call->command->scope) {
	case UVC_SCOPE_PAGE:
		interlock_set(&call->uv->calls, &lock);
		sim_place_push(&place);
		spend(call);
		sim_place_pop(&place);
		interlock_clear(&lock);
		break;
	case UVC_SCOPE_CONF:
		call->conf->exclusive = true;
		spend(call);
		call->conf->exclusive = false;
		break;
	case UVC_SCOPE_MACHINE:
		spend(call);
		break;
	}
}

/* A configuration whose creation fails half-way: it exists all the same, or what was donated is given back. */
static void end_creation(struct uvc_call *call, uint16_t rc)
{
	struct conf *conf = call->conf;

	conf->work.active = false;
	if ((rc & UVC_RC_NEED_DESTROY) != 0) {
		conf_publish(call->uv, conf);
		((struct uv_cb_cgc *)call->block)->guest_handle = conf->handle;
		return;
	}
	frames_return(call->uv, conf->base, conf);
	frames_return(call->uv, conf->variable, conf);
	conf_retire(call->uv, conf);
	call->conf = NULL;
}

/* The answer that was put in, and for which the call has changed nothing itself. */
static int answer_fault(struct uvc_call *call, const struct uv_fault_answer *answer)
{
	call->timed = false;
	call->cost = COST_COUNT;
	call->rrc = answer->rrc;
	uvc_fault_given(call, answer);
	if (answer->cc == UVC_CC_ERROR)
		return refuse(call, answer->rc);
	call->time = cost(answer->cc == UVC_CC_OK ? COST_UVC_MISC : COST_UVC_BUSY);
	spend(call);
	return finish(call, answer->cc, answer->cc == UVC_CC_OK ? UVC_RC_EXECUTED : 0, 0);
}

/* A call in slices has come to where it is to fail. */
static int answer_doom(struct uvc_call *call)
{
	struct uv_fault_answer answer = call->conf->doom.answer;

	call->conf->doom.active = false;
	if (call->conf->state == CONF_CREATING)
		end_creation(call, answer.rc);
	return answer_fault(call, &answer);
}

/* The last answer of a call that is over, or was stopped once on purpose. */
static int conclude(struct uvc_call *call, bool doomed)
{
	struct conf_doom *doom = doomed ? &call->conf->doom : NULL;
	bool stopped = call->partial && doom != NULL && doom->answer.cc == UVC_CC_PARTIAL &&
		       conf_work_left(call->conf) <= doom->left;
	bool exists = !call->partial && doom != NULL &&
		      (doom->answer.rc & UVC_RC_NEED_DESTROY) != 0;

	if (stopped || exists) {
		doom->active = false;
		uvc_fault_given(call, &doom->answer);
	}
	if (call->partial)
		return finish(call, UVC_CC_PARTIAL, 0, 0);
	if (exists) {
		call->rc = doom->answer.rc;
		call->rrc = doom->answer.rrc;
	}
	return finish(call, call->rc == UVC_RC_EXECUTED ? UVC_CC_OK : UVC_CC_ERROR, call->rc,
		      call->rrc);
}

/* The call changes what it is about: @later, if not NULL, is the answer it is to get when some of it is done. */
static int carry_out(struct uvc_call *call, const struct uv_fault_answer *later)
{
	bool doomed;

	if (call->command->begin != NULL)
		call->command->begin(call);
	if (later != NULL) {
		conf_doom(call->conf, later);
		uvc_plan_slice(call);
	}
	if (!call->timed)
		call->time = cost(call->command->cost);
	perform(call);
	if (call->cost != COST_COUNT)
		cost_charge(call->cost, 1, call->time);
	doomed = uvc_has_slices(call->header->cmd) && call->conf->doom.active &&
		 (call->partial || call->conf->state == CONF_CREATING);
	call->command->commit(call);
	return conclude(call, doomed);
}

static int issue(struct uv *uv, struct conf *guest, const struct uv_space *home, void *block)
{
	struct uvc_call call = {
		.uv = uv, .block = block, .header = block, .home = home, .conf = guest,
		.cost = COST_COUNT,
		.handle = guest != NULL ? guest->handle : 0, .rc = UVC_RC_EXECUTED,
	};
	struct uv_fault_answer answer;
	uint16_t rc;

	call.command = uvc_command_find(call.header->cmd);
	rc = check_common(&call, guest != NULL);
	if (rc == 0 && call.command->decode != NULL)
		rc = call.command->decode(&call);
	if (rc == UVC_DECODE_BUSY)
		return busy(&call);
	if (rc != 0)
		return uvc_fault_taken(&call, rc) ? carry_out(&call, NULL) : refuse(&call, rc);
	if (uvc_has_slices(call.header->cmd) && call.conf != NULL && conf_doomed(call.conf))
		return answer_doom(&call);
	if (!uvc_fault_asked(&call, &answer))
		return carry_out(&call, NULL);
	if (answer.defect == UV_DEFECT_KEEPS) {
		uvc_fault_given(&call, &answer);
		call.keeps = true;
		return carry_out(&call, NULL);
	}
	/* What fails and exists all the same is done before it fails. */
	if (answer.permille == 0 && (answer.rc & UVC_RC_NEED_DESTROY) != 0 &&
	    call.header->cmd == UVC_CMD_CREATE_SEC_CONF)
		answer.permille = 1000;
	if (uvc_has_slices(call.header->cmd) && (answer.permille != 0 || answer.cc == UVC_CC_PARTIAL))
		return carry_out(&call, &answer);
	return answer_fault(&call, &answer);
}

int uv_boot_init(struct uv *uv, uint64_t origin, uint64_t bytes)
{
	struct uv_cb_init block = {
		.header = { .len = sizeof(block), .cmd = UVC_CMD_INIT_UV },
		.stor_origin = origin,
		.stor_len = bytes,
	};
	struct uvc_call call = { .uv = uv, .block = &block, .header = &block.header };

	call.command = uvc_command_find(UVC_CMD_INIT_UV);
	if (call.command->decode(&call) != 0)
		return -EINVAL;
	call.command->begin(&call);
	call.command->commit(&call);
	return 0;
}

int uvc_from(struct uv *uv, uint64_t guest, const struct uv_space *home, void *block)
{
	const struct uv_cb_header *header = block;
	struct conf *conf = NULL;

	if (guest != 0) {
		conf = conf_find(uv, guest);
		assert(conf != NULL);
		if (header->cmd == UVC_CMD_REMOVE_SHARED_ACCESS &&
		    uvc_unshare_intercepts(uv, conf, block))
			return UVC_GUEST_INTERCEPT;
	}
	return issue(uv, conf, home, block);
}

int uvc(struct uv *uv, void *uvcb)
{
	return uvc_from(uv, 0, NULL, uvcb);
}

int uvc_guest(struct uv *uv, uint64_t handle, void *uvcb)
{
	assert(handle != 0);
	return uvc_from(uv, handle, NULL, uvcb);
}
