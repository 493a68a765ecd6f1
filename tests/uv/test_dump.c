/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The dump calls: allowed or not, in order, into areas that can be written.
 */
#include <string.h>

#include "suites.h"
#include "world.h"

static int dump(struct world *w, uint16_t cmd, uint64_t handle, uint64_t area, uint64_t gaddr)
{
	struct uv_cb_dump_stor_state block = {
		.header = { .len = sizeof(block), .cmd = cmd },
		.config_handle = handle,
		.dump_area_origin = area,
		.gaddr = gaddr,
	};

	return world_uvc(w, &block);
}

SIM_TEST(a_whole_dump)
{
	uint64_t conf = world_verified(w, 0, 0), cpu = world_create_cpu(w, conf, 0);
	uint64_t area = world_alloc(w, 2 * FRAME_SIZE);
	unsigned char *bytes = (unsigned char *)area;

	memset(bytes, 0xee, 2 * FRAME_SIZE);
	ck_refused(w, dump(w, UVC_CMD_DUMP_CONF_STOR_STATE, conf, area, 0), UVC_RC_SIM_CONF_STATE);
	ck_refused(w, dump(w, UVC_CMD_DUMP_CPU, cpu, area, 0), UVC_RC_SIM_CONF_STATE);
	ck_refused(w, dump(w, UVC_CMD_DUMP_COMPLETE, conf, area, 0), UVC_RC_SIM_CONF_STATE);
	ck_done(w, world_nodata(w, UVC_CMD_DUMP_INIT, conf));
	ck_assert_uint_eq(w->spent, w->profile.cost[COST_UVC_DUMP].value);
	ck_refused(w, world_nodata(w, UVC_CMD_DUMP_INIT, conf), UVC_RC_SIM_CONF_STATE);
	ck_refused(w, dump(w, UVC_CMD_DUMP_CONF_STOR_STATE, conf, area, FRAME_SIZE),
		   UVC_RC_DUMP_ALIGN);
	ck_refused(
		w,
		dump(w, UVC_CMD_DUMP_CONF_STOR_STATE, conf, area, WORLD_GUEST_PAGES << FRAME_SHIFT),
		UVC_RC_DUMP_GADDR);
	ck_refused(w, dump(w, UVC_CMD_DUMP_CONF_STOR_STATE, conf, (uint64_t)1 << 60, 0),
		   UVC_RC_DUMP_AREA);
	ck_refused(w, dump(w, UVC_CMD_DUMP_CONF_STOR_STATE, conf, 0, 0), UVC_RC_DUMP_AREA);
	ck_refused(w, dump(w, UVC_CMD_DUMP_CPU, cpu, WORLD_KERNEL, 0), UVC_RC_DUMP_AREA);
	ck_assert_uint_eq(bytes[0], 0xee);
	ck_done(w, dump(w, UVC_CMD_DUMP_CONF_STOR_STATE, conf, area, MIB));
	ck_assert_uint_eq(bytes[0], 0);
	ck_assert_uint_eq(bytes[FRAME_SIZE - 1], 0);
	ck_assert_uint_eq(bytes[FRAME_SIZE], 0xee);
	ck_done(w, dump(w, UVC_CMD_DUMP_CPU, cpu, area + FRAME_SIZE, 0));
	ck_assert_uint_eq(bytes[FRAME_SIZE], 0);
	ck_done(w, dump(w, UVC_CMD_DUMP_COMPLETE, conf, area, 0));
	ck_refused(w, dump(w, UVC_CMD_DUMP_CPU, cpu, area, 0), UVC_RC_SIM_CONF_STATE);
	ck_done(w, world_nodata(w, UVC_CMD_DUMP_INIT, conf));
}

SIM_TEST(the_owner_may_forbid_it)
{
	uint64_t conf = world_create_conf(w, 0);

	ck_done(w, world_set_parms(w, conf, 0, UV_SE_KEY_MATCHES));
	ck_refused(w, world_nodata(w, UVC_CMD_DUMP_INIT, conf), UVC_RC_DUMP_NOT_ALLOWED);
}

Suite *suite_dump(void)
{
	const TTest *tests[] = { a_whole_dump, the_owner_may_forbid_it };

	return SUITE_OF("dump", tests);
}
