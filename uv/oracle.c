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

unsigned uv_confs_in(const struct uv *uv, const struct sim_domain *domain, uint64_t *secure)
{
	unsigned alive = 0;

	*secure = 0;
	for (uint32_t slot = 1; slot < uv->slots; slot++) {
		const struct conf *conf = uv->conf[slot];

		if (conf == NULL || conf->domain != domain || conf->destroy_failed || conf->state == CONF_CREATING)
			continue;
		*secure += conf->pages[FRAME_SECURE] + conf->pages[FRAME_DISCARDED];
		alive += conf->state != CONF_DISCARDED;
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
