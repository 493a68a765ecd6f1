/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Counting the answers of calls, by command and answer, in the order in which results list them; and telling the
 * watcher.
 */
#include "sim/watch.h"
#include "uv/memory.h"
#include "uv/uvc.h"

static int64_t count_key(uint16_t cmd, int cc, uint16_t rc, uint16_t rrc)
{
	return (int64_t)((uint64_t)cmd << 34 | (uint64_t)cc << 32 | (uint64_t)rc << 16 | rrc);
}

static int64_t count_key_of(const struct uv_call_count *count)
{
	return count_key(count->cmd, count->cc, count->rc, count->rrc);
}

static struct uv_call_count *count_find(struct uv *uv, uint16_t cmd, int cc, uint16_t rc,
					uint16_t rrc)
{
	int64_t key = count_key(cmd, cc, rc, rrc);
	struct uv_call_count **at = &uv->counts, *count;

	if (uv->count_near != NULL && count_key_of(uv->count_near) == key)
		return uv->count_near;
	while (*at != NULL && count_key_of(*at) < key)
		at = &(*at)->next;
	if (*at == NULL || count_key_of(*at) != key) {
		count = uv_alloc(sizeof(*count));
		*count = (struct uv_call_count) {
			.cmd = cmd, .cc = (uint8_t)cc, .rc = rc, .rrc = rrc, .next = *at
		};
		*at = count;
	}
	uv->count_near = *at;
	return *at;
}

void uvc_progress(uint16_t cmd, uint64_t address, uint64_t n)
{
	unsigned level = SIM_LEVEL_CALL + cmd % (SIM_LEVELS - SIM_LEVEL_CALL);

	sim_progress_to(level, address);
	sim_progress_to(level, address + ((n - 1) << FRAME_SHIFT));
}

void uvc_account(struct uv *uv, uint16_t cmd, uint64_t handle, uint64_t address, uint64_t n, int cc,
		 uint16_t rc, uint16_t rrc, sim_time each)
{
	struct uv_call_count *count = count_find(uv, cmd, cc, rc, rrc);

	count->count += n;
	count->time += n * each;
	if (sim_settling()) {
		count->bulk_count += n;
		count->bulk_time += n * each;
	}
	if (cc == UVC_CC_OK || cc == UVC_CC_ERROR)
		uvc_progress(cmd, address, n);
	if (uv->watch != NULL)
		uv->watch(uv->watch_ctx, cmd, handle, address, n, cc, rc, rrc, each);
}
