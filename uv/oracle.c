/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The oracle: the Ultravisor knows who owns each frame, and says so when the host breaks a rule.
 *
 * Rules: no donated or secure frame goes back to the allocator; no handle is destroyed twice;
 * nothing is left at the end unless a failed destroy call forces the host to leak it. The sim does
 * not stop at a violation.
 */
#include <inttypes.h>
#include <stdarg.h>

#include "uv/uvc.h"

void uv_report_violation(struct uv *uv, const char *kind, const char *format, ...)
{
	va_list list;

	(void)uv;
	va_start(list, format);
	sim_vfind(kind, format, list);
	va_end(list);
}

const struct sim_finding *uv_violations(const struct uv *uv)
{
	(void)uv;
	return sim_findings();
}

/* Not what a bulk may do in one go, nor a loop's thousand pages: findings show few events. */
static bool is_event(const struct uvc_call *call, int cc)
{
	switch (call->header->cmd) {
	case UVC_CMD_CONV_TO_SEC_STOR:
	case UVC_CMD_CONV_FROM_SEC_STOR:
	case UVC_CMD_DESTR_SEC_STOR:
	case UVC_CMD_PIN_PAGE_SHARED:
	case UVC_CMD_UNPIN_PAGE_SHARED:
		return false;
	case UVC_CMD_UNPACK_IMG:
		return cc == UVC_CC_ERROR;
	}
	return cc == UVC_CC_OK || cc == UVC_CC_ERROR;
}

void oracle_note(const struct uvc_call *call, int cc, uint16_t rc, uint16_t rrc)
{
	if (is_event(call, cc))
		sim_event_note(SIM_EVENT_UVC, call->command != NULL ? call->command->name : "unknown UVC",
			       call->handle != 0 ? call->handle : call->address,
			       (uint64_t)cc << 32 | (uint64_t)rc << 16 | rrc);
}

void oracle_dead_handle(struct uv *uv, uint16_t cmd, uint64_t handle)
{
	if (cmd != UVC_CMD_DESTROY_SEC_CONF && cmd != UVC_CMD_DESTROY_SEC_CONF_FAST &&
	    cmd != UVC_CMD_DESTROY_SEC_CPU)
		return;
	if (handle_issued(uv, handle))
		uv_report_violation(uv, "double-destroy",
				    "%s of handle 0x%" PRIx64 ", which is gone already",
				    uvc_name(cmd), handle);
}

bool uv_check_free(struct uv *uv, uint64_t number, uint64_t n, const char *what)
{
	uint64_t run;
	bool good = true;

	for (; n > 0; number += run, n -= run) {
		struct frame frame = storage_get(uv->storage, number, n, &run);

		if (frame.state == FRAME_PLAIN || frame.state == FRAME_EXPORTED)
			continue;
		uv_report_violation(
			uv, frame.state == FRAME_DONATED ? "free-donated" : "free-secure",
			"%s: %" PRIu64 " frames from 0x%" PRIx64 " on are freed while %s", what,
			run, number, frame_state_name(frame.state));
		good = false;
	}
	return good;
}

static bool exists(const struct conf *conf)
{
	return conf != NULL && conf->state != CONF_DISCARDED && conf->state != CONF_CREATING;
}

bool uv_names_table(const struct uv *uv, uint64_t address)
{
	for (uint32_t slot = 1; slot < uv->slots; slot++) {
		if (exists(uv->conf[slot]) && (uv->conf[slot]->asce & ~(FRAME_SIZE - 1)) == address)
			return true;
	}
	return false;
}

bool uv_refused(const struct uv *uv, uint16_t cmd)
{
	const struct uv_call_count *count = uv->counts;

	while (count != NULL && (count->cmd != cmd || count->cc != UVC_CC_ERROR))
		count = count->next;
	return count != NULL;
}

unsigned uv_confs_in(const struct uv *uv, const struct sim_domain *domain, uint64_t *secure)
{
	unsigned alive = 0;
	uint64_t pages;

	*secure = 0;
	for (uint32_t slot = 1; slot < uv->slots; slot++) {
		const struct conf *conf = uv->conf[slot];

		if (conf == NULL || conf->domain != domain || conf->destroy_failed || conf->state == CONF_CREATING)
			continue;
		pages = conf->pages[FRAME_SECURE] + conf->pages[FRAME_DISCARDED];
		*secure += pages;
		alive += conf->state != CONF_DISCARDED && (conf->state != CONF_CREATED || pages);
	}
	return alive;
}

void uv_check_end(struct uv *uv)
{
	for (uint32_t slot = 1; slot < uv->slots; slot++) {
		const struct conf *conf = uv->conf[slot];

		if (conf == NULL || conf->state == CONF_DISCARDED || conf->destroy_failed)
			continue;
		uv_report_violation(uv, "leak",
				    "configuration 0x%" PRIx64 " is left with %u CPUs, %" PRIu64
				    " pages and %" PRIu64 " donated frames",
				    conf->handle, conf->cpus, conf_owned(conf),
				    conf->pages[FRAME_DONATED]);
	}
}
