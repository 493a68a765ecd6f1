/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * UV calls and accesses of a row, each an observation; and blocks that are right in all.
 */
#include <string.h>

#include "uv/conformance/rig.h"

#define GUEST_BLOCK 0x4000u	/* guest address of the guest's own control blocks */

const struct host_command host_commands[HOST_COMMANDS] = {
	{ UVC_CMD_INIT_UV, sizeof(struct uv_cb_init), 1, "INIT_UV" },
	{ UVC_CMD_CREATE_SEC_CONF, sizeof(struct uv_cb_cgc), 2, "CREATE_SEC_CONF" },
	{ UVC_CMD_DESTROY_SEC_CONF, sizeof(struct uv_cb_nodata), 3, "DESTROY_SEC_CONF" },
	{ UVC_CMD_CREATE_SEC_CPU, sizeof(struct uv_cb_csc), 4, "CREATE_SEC_CPU" },
	{ UVC_CMD_DESTROY_SEC_CPU, sizeof(struct uv_cb_nodata), 5, "DESTROY_SEC_CPU" },
	{ UVC_CMD_CONV_TO_SEC_STOR, sizeof(struct uv_cb_cts), 6, "CONV_TO_SEC_STOR" },
	{ UVC_CMD_CONV_FROM_SEC_STOR, sizeof(struct uv_cb_cfs), 7, "CONV_FROM_SEC_STOR" },
	{ UVC_CMD_SET_SEC_CONF_PARAMS, sizeof(struct uv_cb_ssc), 11, "SET_SEC_CONF_PARAMS" },
	{ UVC_CMD_UNPACK_IMG, sizeof(struct uv_cb_unp), 13, "UNPACK_IMG" },
	{ UVC_CMD_VERIFY_IMG, sizeof(struct uv_cb_nodata), 14, "VERIFY_IMG" },
	{ UVC_CMD_CPU_RESET, sizeof(struct uv_cb_nodata), 15, "CPU_RESET" },
	{ UVC_CMD_CPU_RESET_INITIAL, sizeof(struct uv_cb_nodata), 16, "CPU_RESET_INITIAL" },
	{ UVC_CMD_PREPARE_RESET, sizeof(struct uv_cb_nodata), 18, "PREPARE_RESET" },
	{ UVC_CMD_CPU_RESET_CLEAR, sizeof(struct uv_cb_nodata), 19, "CPU_RESET_CLEAR" },
	{ UVC_CMD_CPU_SET_STATE, sizeof(struct uv_cb_cpu_set_state), 17, "CPU_SET_STATE" },
	{ UVC_CMD_PIN_PAGE_SHARED, sizeof(struct uv_cb_cfs), 21, "PIN_PAGE_SHARED" },
	{ UVC_CMD_UNPIN_PAGE_SHARED, sizeof(struct uv_cb_cts), 22, "UNPIN_PAGE_SHARED" },
};

/* Is this the observation that the row is lied to about? */
static bool lie(struct rig *rig)
{
	return rig->watching && ++rig->result->observations == rig->lie;
}

static struct answer observe(struct rig *rig, struct uvc_outcome outcome,
			     const struct uv_cb_header *header)
{
	struct answer answer = { outcome.program, 0, 0 };

	if (outcome.program == 0) {
		answer.cc = outcome.cc;
		answer.rc = header->rc;
	}
	if (!lie(rig))
		return answer;
	if (answer.program != 0)
		return (struct answer){ .program = 0x77 };
	return (struct answer){ .cc = answer.cc ^ 1, .rc = 0x7f };
}

struct answer rig_uvc_at(struct rig *rig, const void *block, size_t bytes, uint64_t address,
			 uint8_t i3, bool problem_state)
{
	struct uvc_insn insn = {
		.i3 = i3, .problem_state = problem_state, .address = address, .home = &rig->home,
	};
	struct uv_cb_header header = { 0 };
	struct uvc_outcome outcome;
	size_t first = FRAME_SIZE - address % FRAME_SIZE;

	if (first > bytes)
		first = bytes;
	rig_store(rig, address, block, first);
	if (first < bytes)
		rig_store(rig, address + first, (const char *)block + first, bytes - first);
	outcome = uvc_instruction(rig->uv, &insn);
	rig_load(rig, address, &header, sizeof(header));
	return observe(rig, outcome, &header);
}

struct answer rig_uvc(struct rig *rig, void *block)
{
	struct uv_cb_header *header = block;
	uint64_t address = rig->block + FRAME_SIZE - (header->len + 7u) / 8 * 8;
	struct uvc_insn insn = { .address = address, .home = &rig->home };
	struct uvc_outcome outcome;

	header->rc = header->rrc = 0;
	rig_store(rig, address, block, header->len);
	do {
		outcome = uvc_instruction(rig->uv, &insn);
	} while (outcome.program == 0 && outcome.cc > UVC_CC_ERROR);
	rig_load(rig, address, block, header->len);
	return observe(rig, outcome, header);
}

struct answer rig_guest_uvc(struct rig *rig, void *block, bool problem_state)
{
	struct uv_cb_header *header = block;
	uint64_t absolute = rig_guest_address(0) + GUEST_BLOCK;
	struct uvc_insn insn = {
		.problem_state = problem_state, .address = GUEST_BLOCK, .home = &rig->guest_home,
		.guest = rig->guest,
	};
	struct uvc_outcome outcome;

	header->rc = header->rrc = 0;
	rig_store(rig, absolute, block, header->len);
	do {
		outcome = uvc_instruction(rig->uv, &insn);
	} while (outcome.program == 0 && outcome.cc > UVC_CC_ERROR);
	rig_load(rig, absolute, block, header->len);
	return observe(rig, outcome, header);
}

struct answer rig_nodata(struct rig *rig, uint16_t cmd, uint64_t handle)
{
	struct uv_cb_nodata block = {
		.header = { .len = sizeof(block), .cmd = cmd }, .handle = handle,
	};

	return rig_uvc(rig, &block);
}

struct answer rig_import(struct rig *rig, uint64_t conf, uint64_t gaddr)
{
	struct uv_cb_cts block = {
		.header = { .len = sizeof(block), .cmd = UVC_CMD_CONV_TO_SEC_STOR },
		.guest_handle = conf,
		.gaddr = gaddr,
	};

	return rig_uvc(rig, &block);
}

struct answer rig_export(struct rig *rig, uint64_t absolute)
{
	struct uv_cb_cfs block = {
		.header = { .len = sizeof(block), .cmd = UVC_CMD_CONV_FROM_SEC_STOR },
		.paddr = absolute,
	};

	return rig_uvc(rig, &block);
}

struct answer rig_set_state(struct rig *rig, uint64_t cpu, uint8_t state)
{
	struct uv_cb_cpu_set_state block = {
		.header = { .len = sizeof(block), .cmd = UVC_CMD_CPU_SET_STATE },
		.cpu_handle = cpu,
		.state = state,
	};

	return rig_uvc(rig, &block);
}

bool rig_listed(struct rig *rig, bool guest, unsigned bit)
{
	struct uv_cb_qui block = { .header = { .len = sizeof(block), .cmd = UVC_CMD_QUI } };
	bool watching = rig->watching, on;
	struct answer answer;

	/* The bit is what is observed, not the answer to the query. */
	rig->watching = false;
	answer = guest ? rig_guest_uvc(rig, &block, false) : rig_uvc(rig, &block);
	rig->watching = watching;
	on = block.inst_calls_list[bit / 64] >> (63 - bit % 64) & 1;
	need(rig, answer.program == 0 && (answer.rc == UVC_RC_EXECUTED ||
					  answer.rc == UVC_RC_MORE_DATA), "query");
	return lie(rig) ? !on : on;
}

/* A write leaves what is there. */
static uint16_t access_page(struct rig *rig, uint64_t address, bool write)
{
	uint64_t word = 0, failing;
	uint16_t program;

	rig_load(rig, address, &word, sizeof(word));
	program = uv_space_access(rig->uv, &rig->home, 0, address, write ? NULL : &word,
				  write ? &word : NULL, sizeof(word), &failing);

	return lie(rig) ? 0x77 : program;
}

bool rig_access_all(struct rig *rig, uint64_t address, uint64_t bytes, uint16_t program)
{
	uint64_t end = address + bytes;

	for (; address < end; address += FRAME_SIZE)
		if (access_page(rig, address, false) != program ||
		    access_page(rig, address, true) != program)
			return false;
	return true;
}

struct uv_cb_init rig_init_block(struct rig *rig)
{
	return (struct uv_cb_init){
		.header = { .len = sizeof(struct uv_cb_init), .cmd = UVC_CMD_INIT_UV },
		.stor_origin = rig->base,
		.stor_len = rig->machine->uv_base_stor_len,
	};
}

struct uv_cb_cgc rig_cgc_block(struct rig *rig, unsigned guest)
{
	const struct machine *m = rig->machine;
	uint64_t variable = m->conf_base_virt_stor_len +
			    m->conf_virt_var_stor_len * (RIG_GUEST_LEN / MIB);

	return (struct uv_cb_cgc){
		.header = { .len = sizeof(struct uv_cb_cgc), .cmd = UVC_CMD_CREATE_SEC_CONF },
		.conf_base_stor_origin = rig_alloc(rig, m->conf_base_phys_stor_len),
		.conf_virt_stor_origin = rig_alloc(rig, variable + FRAME_SIZE),
		.guest_stor_len = RIG_GUEST_LEN,
		.guest_sca = rig_alloc(rig, FRAME_SIZE),
		.guest_asce = rig_guest_asce(guest),
	};
}

struct uv_cb_csc rig_csc_block(struct rig *rig, uint64_t conf, uint16_t number)
{
	return (struct uv_cb_csc){
		.header = { .len = sizeof(struct uv_cb_csc), .cmd = UVC_CMD_CREATE_SEC_CPU },
		.guest_handle = conf,
		.stor_origin = rig_alloc(rig, rig->machine->cpu_stor_len),
		.num = number,
		.state_origin = rig_alloc(rig, FRAME_SIZE),
	};
}

bool done(struct answer answer)
{
	return answer.program == 0 && answer.cc == UVC_CC_OK && answer.rc == UVC_RC_EXECUTED;
}

bool rig_prepare(struct rig *rig, enum conformance_stage stage)
{
	struct uv_cb_init init = rig_init_block(rig);

	if (stage >= STAGE_INIT)
		need(rig, done(rig_uvc(rig, &init)), "INIT_UV");
	if (stage >= STAGE_CONF) {
		rig->cgc = rig_cgc_block(rig, 0);
		need(rig, done(rig_uvc(rig, &rig->cgc)), "CREATE_SEC_CONF");
		rig->conf = rig->cgc.guest_handle;
	}
	if (stage >= STAGE_CPU) {
		rig->csc = rig_csc_block(rig, rig->conf, 0);
		need(rig, done(rig_uvc(rig, &rig->csc)), "CREATE_SEC_CPU");
		rig->cpu = rig->csc.cpu_handle;
	}
	return !rig->broken;
}
