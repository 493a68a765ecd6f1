/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What accesses see: the host, guests in SIE, and SIE entry itself.
 *
 * Exceptions are by state of the frame: 3d for the host on secure storage, 3e for a guest on
 * storage that is not secure, 3f for a guest on somebody else's. A page another guest has shared or
 * pinned is not published; here the import decides: 3e where an import would take it over, else 3f.
 */
#include "uv/contents.h"

#include <assert.h>

/* Validity reasons of a refused SIE entry; public tests know only that the high byte is 0x20. */
enum {
	VALIDITY_CONF = 0x2001,
	VALIDITY_CPU,
	VALIDITY_OTHER_CONF,
	VALIDITY_ASCE,
	VALIDITY_IN_SIE,
	VALIDITY_CPU_STATE,
	VALIDITY_RESET,
	VALIDITY_CONF_STATE,
};

static enum uv_access host_view(struct frame frame)
{
	switch (frame.state) {
	case FRAME_SECURE:
	case FRAME_DISCARDED:
	case FRAME_DONATED:
		return UV_SECURE_ACCESS;
	default:
		return UV_OK;
	}
}

static enum uv_access guest_view(const struct uv *uv, const struct conf *conf, struct frame frame,
				 int64_t delta)
{
	bool own = frame.conf == conf->slot && frame.delta == delta;

	switch (frame.state) {
	case FRAME_PLAIN:
	case FRAME_EXPORTED:
		return UV_NON_SECURE_ACCESS;
	case FRAME_SHARED:
		if (frame.conf != conf->slot && uv->machine->misc)
			return UV_NON_SECURE_ACCESS;
		return own ? UV_OK : UV_VIOLATION;
	case FRAME_SECURE:
	case FRAME_PINNED:
		return own ? UV_OK : UV_VIOLATION;
	default:
		return UV_VIOLATION;
	}
}

/*
 * What @conf (NULL: the host or a plain guest) sees of [number, number + max), and how far it is
 * the same.
 */
static enum uv_access view(struct uv *uv, const struct conf *conf, int64_t delta, uint64_t number,
			   uint64_t max, uint64_t *run)
{
	enum uv_access first = UV_OK;
	uint64_t done = 0;

	while (done < max) {
		uint64_t here = 1;
		struct frame frame = storage_get(uv->storage, number + done, max - done, &here);
		enum uv_access access =
			conf != NULL ? guest_view(uv, conf, frame, delta) : host_view(frame);

		if (done == 0)
			first = access;
		else if (access != first)
			break;
		done += here;
		if (storage_find(uv->storage, number + done) == NULL)
			break;
	}
	*run = done;
	return first;
}

enum uv_access uv_host_access(struct uv *uv, uint64_t number, uint64_t max, uint64_t *run)
{
	enum uv_access access = view(uv, NULL, 0, number, max, run);

	if (access == UV_OK)
		uv_check_seen(uv, number, *run, "the host may look");
	return access;
}

enum uv_access uv_guest_access(struct uv *uv, uint64_t handle, uint64_t gpage, uint64_t number,
			       uint64_t max, uint64_t *run)
{
	const struct conf *conf = handle != 0 ? conf_find(uv, handle) : NULL;
	enum uv_access access;

	assert(handle == 0 || conf != NULL);
	access = view(uv, conf, (int64_t)(gpage - number), number, max, run);
	if (access == UV_OK && conf != NULL)
		contents_check_guest(uv, conf, (int64_t)(gpage - number), number, *run);
	else if (access == UV_OK)
		uv_check_seen(uv, number, *run, "a guest that is not protected may look");
	return access;
}

bool uv_host_storage(struct uv *uv, uint64_t address, uint64_t bytes)
{
	struct stretch stretch = stretch_of(address, bytes);
	uint64_t run;

	/* An address that wraps has no frames; lowcore is nobody's buffer. */
	if (address < UV_LOWCORE_END || !frames_exist(uv, stretch))
		return false;
	for (; stretch.frames > 0; stretch.first += run, stretch.frames -= run)
		if (uv_host_access(uv, stretch.first, stretch.frames, &run) != UV_OK)
			return false;
	return true;
}

int uv_sie_validity(struct uv *uv, uint64_t conf_handle, uint64_t cpu_handle, uint64_t asce)
{
	const struct conf *conf = conf_find(uv, conf_handle);
	const struct secure_cpu *cpu = cpu_find(uv, cpu_handle);

	if (conf == NULL)
		return VALIDITY_CONF;
	if (cpu == NULL)
		return VALIDITY_CPU;
	if (cpu->conf != conf)
		return VALIDITY_OTHER_CONF;
	if (asce != conf->asce)
		return VALIDITY_ASCE;
	if (cpu->in_sie)
		return VALIDITY_IN_SIE;
	if (conf->reset_due)
		return VALIDITY_RESET;
	if (cpu->state != PV_CPU_STATE_OPR && cpu->state != PV_CPU_STATE_OPR_LOAD)
		return VALIDITY_CPU_STATE;
	if (conf->state != CONF_VERIFIED)
		return VALIDITY_CONF_STATE;
	return 0;
}

int uv_sie_enter(struct uv *uv, uint64_t conf_handle, uint64_t cpu_handle, uint64_t asce)
{
	int reason = uv_sie_validity(uv, conf_handle, cpu_handle, asce);

	if (reason == 0)
		cpu_find(uv, cpu_handle)->in_sie = true;
	return reason;
}

void uv_sie_exit(struct uv *uv, uint64_t cpu_handle)
{
	struct secure_cpu *cpu = cpu_find(uv, cpu_handle);

	assert(cpu != NULL);
	assert(cpu->in_sie);
	cpu->in_sie = false;
}

void uv_sie_diag308(struct uv *uv, uint64_t cpu_handle)
{
	struct secure_cpu *cpu = cpu_find(uv, cpu_handle);
	struct conf *conf;

	assert(cpu != NULL);
	conf = cpu->conf;
	conf->reset_due = true;
	conf->unshared = false;
	conf->prepared = false;
	cpu->reset_due = true;
}
