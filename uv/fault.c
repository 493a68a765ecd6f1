/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Answers put in on purpose: see the header. Where a call in slices is to fail half-way, the configuration remembers
 * how much of the work will be left then (conf->doom).
 */
#include "uv/fault.h"

#include <string.h>

#include "uv/uvc.h"

/* --- what is plausible ---------------------------------------------------------------------------------------- */

#define CODES_MAX 16

struct codes {
	uint16_t cmd;
	struct {
		uint16_t rc, rrc;
	} code[CODES_MAX];
};

#define REFUSED { UVC_RC_SIM_FAULT, 0 }

/* The first is the one that says most about what Linux does with it. */
static const struct codes plausible[] = {
	{ UVC_CMD_CREATE_SEC_CONF,
	  { REFUSED, { UVC_RC_SIM_FAULT | UVC_RC_NEED_DESTROY, 0 }, { UVC_RC_CGC_ORIGIN, 0 }, { UVC_RC_CGC_END, 0 },
	    { UVC_RC_CGC_ASCE, 0 }, { UVC_RC_CGC_ASCE | UVC_RC_NEED_DESTROY, 0 }, { UVC_RC_CGC_BASE, 0 },
	    { UVC_RC_CGC_BASE_LOWCORE, 0 }, { UVC_RC_CGC_VAR_LOWCORE, 0 }, { UVC_RC_CGC_SCA_ZERO, 0 },
	    { UVC_RC_CGC_SCA, 0 }, { UVC_RC_CGC_SCA | UVC_RC_NEED_DESTROY, 0 }, { UVC_RC_SIM_FULL, 0 } } },
	{ UVC_CMD_DESTROY_SEC_CONF,
	  { REFUSED, { UVC_RC_NO_RESUME, 0 }, { UVC_RC_SIM_HAS_CPUS, 0 } } },
	{ UVC_CMD_DESTROY_SEC_CONF_FAST, { { UVC_RC_FAST_AP_BOUND, 0 }, REFUSED, { UVC_RC_SIM_HAS_CPUS, 0 } } },
	{ UVC_CMD_CREATE_SEC_CPU,
	  { REFUSED, { UVC_RC_CSC_NUMBER, 0 }, { UVC_RC_CSC_NUMBER_IN_USE, 0 }, { UVC_RC_CSC_STOR, 0 },
	    { UVC_RC_CSC_STOR_LOWCORE, 0 }, { UVC_RC_CSC_SIE, 0 } } },
	{ UVC_CMD_DESTROY_SEC_CPU, { REFUSED, { UVC_RC_SIM_IN_SIE, 0 } } },
	{ UVC_CMD_CONV_TO_SEC_STOR,
	  { { UVC_RC_NOT_MAPPED, 0 }, { UVC_RC_SIM_OWNED, 0 }, { UVC_RC_SIM_INTEGRITY, 0 } } },
	{ UVC_CMD_CONV_FROM_SEC_STOR, { REFUSED } },
	{ UVC_CMD_DESTR_SEC_STOR, { { UVC_RC_SIM_HAS_CPUS, 0 }, REFUSED } },
	{ UVC_CMD_SET_SEC_CONF_PARAMS, { { UVC_RC_SSC_KEY, 0 }, { UVC_RC_SSC_HEADER, 0 } } },
	{ UVC_CMD_UNPACK_IMG, { REFUSED, { UVC_RC_NOT_MAPPED, 0 }, { UVC_RC_SIM_OWNED, 0 } } },
	{ UVC_CMD_VERIFY_IMG, { { UVC_RC_VERIFY_MISMATCH, UVC_RRC_VERIFY_HASH } } },
	{ UVC_CMD_CPU_RESET, { REFUSED } },
	{ UVC_CMD_CPU_RESET_INITIAL, { REFUSED } },
	{ UVC_CMD_PREPARE_RESET, { REFUSED } },
	{ UVC_CMD_CPU_RESET_CLEAR, { REFUSED } },
	{ UVC_CMD_CPU_SET_STATE, { REFUSED, { UVC_RC_SIM_CONF_STATE, 0 } } },
	{ UVC_CMD_SET_UNSHARE_ALL, { REFUSED } },
	{ UVC_CMD_PIN_PAGE_SHARED, { { UVC_RC_NOT_SHARED, 0 } } },
	{ UVC_CMD_UNPIN_PAGE_SHARED, { { UVC_RC_NOT_SHARED, 0 }, { UVC_RC_NOT_MAPPED, 0 } } },
	{ UVC_CMD_DUMP_INIT, { { UVC_RC_DUMP_NOT_ALLOWED, 0 }, REFUSED } },
	{ UVC_CMD_DUMP_CONF_STOR_STATE, { { UVC_RC_DUMP_GADDR, 0 }, { UVC_RC_DUMP_AREA, 0 }, REFUSED } },
	{ UVC_CMD_DUMP_CPU, { { UVC_RC_DUMP_AREA, 0 }, REFUSED } },
	{ UVC_CMD_DUMP_COMPLETE, { { UVC_RC_DUMP_AREA, 0 }, REFUSED } },
};

#define COMMANDS (sizeof(plausible) / sizeof(plausible[0]))

static const struct codes *codes_of(uint16_t cmd)
{
	for (unsigned i = 0; i < COMMANDS; i++)
		if (plausible[i].cmd == cmd)
			return &plausible[i];
	return NULL;
}

uint16_t uvc_plausible(uint16_t cmd, unsigned index, uint16_t *rrc)
{
	const struct codes *codes = codes_of(cmd);

	if (codes == NULL || index >= CODES_MAX)
		return 0;
	*rrc = codes->code[index].rrc;
	return codes->code[index].rc;
}

bool uvc_is_plausible(uint16_t cmd, uint16_t rc)
{
	uint16_t known, rrc;

	if (cmd == UVC_CMD_CREATE_SEC_CONF)
		rc &= (uint16_t)~UVC_RC_NEED_DESTROY;
	for (unsigned i = 0; (known = uvc_plausible(cmd, i, &rrc)) != 0; i++)
		if (known == rc)
			return true;
	return false;
}

uint16_t uvc_fault_command(uint16_t after)
{
	uint16_t next = 0;

	for (unsigned i = 0; i < COMMANDS; i++)
		if (plausible[i].cmd > after && (next == 0 || plausible[i].cmd < next))
			next = plausible[i].cmd;
	return next;
}

const char *uvc_fault_name(uint16_t cmd)
{
	return uvc_name(cmd);
}

uint16_t uvc_fault_find(const char *name)
{
	for (unsigned i = 0; i < COMMANDS; i++)
		if (strcmp(uvc_name(plausible[i].cmd), name) == 0)
			return plausible[i].cmd;
	return 0;
}

bool uvc_has_slices(uint16_t cmd)
{
	return cmd == UVC_CMD_CREATE_SEC_CONF || cmd == UVC_CMD_DESTROY_SEC_CONF;
}

bool uvc_is_paged(uint16_t cmd)
{
	return cmd == UVC_CMD_CONV_TO_SEC_STOR || cmd == UVC_CMD_CONV_FROM_SEC_STOR ||
	       cmd == UVC_CMD_DESTR_SEC_STOR;
}

bool uvc_can_have(uint16_t cmd, enum uv_defect defect)
{
	switch (defect) {
	case UV_DEFECT_KEEPS:
		return cmd == UVC_CMD_DESTR_SEC_STOR || cmd == UVC_CMD_CONV_FROM_SEC_STOR;
	case UV_DEFECT_UNCHECKED:
		return cmd == UVC_CMD_CONV_TO_SEC_STOR;
	default:
		return cmd != UVC_CMD_CREATE_SEC_CONF && cmd != UVC_CMD_CREATE_SEC_CPU;
	}
}

/* --- asking --------------------------------------------------------------------------------------------------- */

void uvc_faults(struct uv *uv, const struct uv_faults *faults)
{
	uv->faults = *faults;
}

static struct uv_fault_call fault_call(const struct uvc_call *call)
{
	return (struct uv_fault_call){ call->header->cmd, call->handle, call->address };
}

bool uvc_fault_asked(const struct uvc_call *call, struct uv_fault_answer *answer)
{
	const struct uv_faults *faults = &call->uv->faults;
	struct uv_fault_call about = fault_call(call);

	if (faults->asked == NULL || codes_of(about.cmd) == NULL)
		return false;
	if (call->conf != NULL && call->conf->work.active)
		return false;
	return faults->asked(faults->ctx, &about, answer);
}

void uvc_fault_given(const struct uvc_call *call, const struct uv_fault_answer *answer)
{
	struct uv_fault_call about = fault_call(call);

	call->uv->faults.given(call->uv->faults.ctx, &about, answer);
}

/* A page that is another's, or holds something else than it was exported with, becomes a secure page of this one. */
bool uvc_fault_taken(struct uvc_call *call, uint16_t rc)
{
	const struct uv_faults *faults = &call->uv->faults;
	struct uv_fault_call about = fault_call(call);
	int64_t delta = (int64_t)((call->address >> FRAME_SHIFT) - call->number);

	if (faults->taken == NULL || about.cmd != UVC_CMD_CONV_TO_SEC_STOR ||
	    (rc != UVC_RC_SIM_OWNED && rc != UVC_RC_SIM_INTEGRITY))
		return false;
	if (!faults->taken(faults->ctx, &about, rc))
		return false;
	call->to = (struct frame){ .state = FRAME_SECURE, .conf = call->conf->slot, .delta = delta };
	call->cost = COST_UVC_IMPORT_EXPORTED;
	call->time = cost_page(call->cost, call->number);
	return true;
}

uint64_t uvc_bulk_clear(struct uv *uv, uint16_t cmd, uint64_t handle, uint64_t page, uint64_t n)
{
	struct uv_fault_call about = { cmd, cmd == UVC_CMD_CONV_TO_SEC_STOR ? handle : 0, page << FRAME_SHIFT };

	if (uv->faults.clear == NULL || n == 0)
		return n;
	return uv->faults.clear(uv->faults.ctx, &about, n);
}

void uvc_bulk_passed(struct uv *uv, uint16_t cmd, uint64_t handle, uint64_t page, uint64_t n)
{
	struct uv_fault_call about = { cmd, cmd == UVC_CMD_CONV_TO_SEC_STOR ? handle : 0, page << FRAME_SHIFT };

	if (uv->faults.passed != NULL)
		uv->faults.passed(uv->faults.ctx, &about, n);
}

/* --- calls in slices ------------------------------------------------------------------------------------------ */

void conf_doom(struct conf *conf, const struct uv_fault_answer *answer)
{
	sim_time total = conf_work_left(conf);

	conf->doom = (struct conf_doom){
		.active = true,
		.left = total - (sim_time)((unsigned __int128)total * answer->permille / 1000),
		.answer = *answer,
	};
}

bool conf_doomed(const struct conf *conf)
{
	return conf->doom.active && conf->doom.answer.cc == UVC_CC_ERROR && conf->work.active &&
	       conf_work_left(conf) <= conf->doom.left;
}
