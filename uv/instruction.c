/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The UVC instruction: what happens before the Ultravisor looks at a control block, and access to
 * storage through a home address space.
 *
 * The block is fetched whole, worked on in a copy, and stored back with the answer. What the
 * architecture says about store ordering and about blocks that change meanwhile is not public and
 * not modelled; storage keys and protection are left out.
 */
#include "uv/instruction.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "uv/memory.h"
#include "uv/uvc.h"

static uint16_t exception_of(enum uv_access access)
{
	switch (access) {
	case UV_OK:
		return 0;
	case UV_SECURE_ACCESS:
		return UV_PGM_SECURE_ACCESS;
	case UV_NON_SECURE_ACCESS:
		return UV_PGM_NON_SECURE;
	default:
		return UV_PGM_VIOLATION;
	}
}

/* From guest absolute to host absolute, with what the guest itself may see there. */
static uint16_t guest_real(struct uv *uv, uint64_t guest, uint64_t gaddr, uint64_t *absolute)
{
	const struct conf *conf = conf_find(uv, guest);
	uint64_t number, run;

	assert(conf != NULL);
	if (gaddr < conf->origin || gaddr - conf->origin >= conf->length)
		return UV_PGM_ADDRESSING;
	if (uv->ops.translate(uv->ops.ctx, conf->asce, gaddr, &number) != 0)
		return UV_PGM_NON_SECURE;
	*absolute = number << FRAME_SHIFT | gaddr % FRAME_SIZE;
	return exception_of(
		uv_guest_access(uv, guest, gaddr >> FRAME_SHIFT, number, 1, &run));
}

static uint16_t locate(struct uv *uv, const struct uv_space *space, uint64_t guest,
		       uint64_t address, uint64_t *absolute)
{
	uint64_t real, run;
	uint16_t program = space->translate(space->ctx, address, &real);

	if (program != 0)
		return program;
	if (guest != 0)
		return guest_real(uv, guest, real, absolute);
	*absolute = real;
	if (storage_find(uv->storage, real >> FRAME_SHIFT) == NULL)
		return UV_PGM_ADDRESSING;
	return exception_of(uv_host_access(uv, real >> FRAME_SHIFT, 1, &run));
}

/* Bytes from @address to the end of its page, at most @bytes. */
static size_t piece_of(uint64_t address, size_t bytes)
{
	size_t left = FRAME_SIZE - address % FRAME_SIZE;

	return bytes < left ? bytes : left;
}

uint16_t uv_space_access(struct uv *uv, const struct uv_space *space, uint64_t guest,
			 uint64_t address, void *to, const void *from, size_t bytes,
			 uint64_t *failing)
{
	uint64_t absolute;

	for (size_t at = 0, piece; at < bytes; at += piece) {
		uint16_t program = locate(uv, space, guest, address + at, &absolute);

		piece = piece_of(address + at, bytes - at);
		if (program != 0) {
			*failing = address + at;
			return program;
		}
	}
	for (size_t at = 0, piece; at < bytes && (to != NULL || from != NULL); at += piece) {
		(void)locate(uv, space, guest, address + at, &absolute);
		piece = piece_of(address + at, bytes - at);
		if (to != NULL)
			uv->ops.load(uv->ops.ctx, absolute, (char *)to + at, piece);
		else
			uv->ops.store(uv->ops.ctx, absolute, (const char *)from + at, piece);
	}
	return 0;
}

static struct uvc_outcome interrupted(uint16_t program, uint64_t failing)
{
	return (struct uvc_outcome){ .program = program, .failing = failing };
}

struct uvc_outcome uvc_instruction(struct uv *uv, const struct uvc_insn *insn)
{
	struct uvc_outcome outcome = { .program = 0 };
	struct uv_cb_header header;
	void *block;
	size_t bytes;

	if (insn->problem_state)
		return interrupted(UV_PGM_PRIVILEGED, 0);
	if (insn->i3 != 0 || insn->i4 != 0 || insn->address % sizeof(header) != 0)
		return interrupted(UV_PGM_SPECIFICATION, 0);
	outcome.program = uv_space_access(uv, insn->home, insn->guest, insn->address, &header,
					  NULL, sizeof(header), &outcome.failing);
	if (outcome.program != 0)
		return outcome;
	bytes = header.len > sizeof(header) ? header.len : sizeof(header);
	block = uv_alloc(bytes);
	outcome.program = uv_space_access(uv, insn->home, insn->guest, insn->address, block, NULL,
					  bytes, &outcome.failing);
	if (outcome.program == 0) {
		outcome.cc = uvc_from(uv, insn->guest, insn->home, block);
		if (outcome.cc == UVC_CC_OK || outcome.cc == UVC_CC_ERROR)
			outcome.program = uv_space_access(uv, insn->home, insn->guest,
							  insn->address, NULL, block, bytes,
							  &outcome.failing);
	}
	free(block);
	return outcome;
}

bool uvc_read(const struct uvc_call *call, uint64_t address, void *to, uint64_t bytes)
{
	uint64_t guest = call->command->handle == UVC_GUEST ? call->handle : 0, failing;

	if (call->home != NULL)
		return uv_space_access(call->uv, call->home, guest, address, to, NULL, bytes,
				       &failing) == 0;
	if (guest != 0 || !uv_host_storage(call->uv, address, bytes))
		return false;
	if (to != NULL)
		memcpy(to, (const void *)(uintptr_t)address, bytes);
	return true;
}

void uvc_write(const struct uvc_call *call, uint64_t address, const void *from, uint64_t bytes)
{
	uint64_t guest = call->command->handle == UVC_GUEST ? call->handle : 0, failing;

	if (call->home != NULL)
		(void)uv_space_access(call->uv, call->home, guest, address, NULL, from, bytes,
				      &failing);
	else
		memcpy((void *)(uintptr_t)address, from, bytes);
}
