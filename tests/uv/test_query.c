/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Common checks, query, initialisation: rows H3 to H17 of the conformance table.
 */
#include <string.h>

#include "suites.h"
#include "world.h"

/* Host commands with the lengths Linux sends. */
static const struct {
	uint16_t cmd, len;
	int bit;
} commands[] = {
	{ UVC_CMD_CREATE_SEC_CONF, 0x80, 2 }, { UVC_CMD_DESTROY_SEC_CONF, 0x40, 3 },
	{ UVC_CMD_DESTROY_SEC_CONF_FAST, 0x48, 23 }, { UVC_CMD_CREATE_SEC_CPU, 0x60, 4 },
	{ UVC_CMD_DESTROY_SEC_CPU, 0x40, 5 }, { UVC_CMD_CONV_TO_SEC_STOR, 0x28, 6 },
	{ UVC_CMD_CONV_FROM_SEC_STOR, 0x20, 7 }, { UVC_CMD_DESTR_SEC_STOR, 0x20, -1 },
	{ UVC_CMD_SET_SEC_CONF_PARAMS, 0x50, 11 }, { UVC_CMD_UNPACK_IMG, 0x50, 13 },
	{ UVC_CMD_VERIFY_IMG, 0x40, 14 }, { UVC_CMD_CPU_RESET, 0x40, 15 },
	{ UVC_CMD_CPU_RESET_INITIAL, 0x40, 16 }, { UVC_CMD_CPU_SET_STATE, 0x50, 17 },
	{ UVC_CMD_PREPARE_RESET, 0x40, 18 }, { UVC_CMD_CPU_RESET_CLEAR, 0x40, 19 },
	{ UVC_CMD_SET_UNSHARE_ALL, 0x40, 20 }, { UVC_CMD_PIN_PAGE_SHARED, 0x20, 21 },
	{ UVC_CMD_UNPIN_PAGE_SHARED, 0x28, 22 }, { UVC_CMD_DUMP_INIT, 0x40, 24 },
	{ UVC_CMD_DUMP_CONF_STOR_STATE, 0x50, 25 }, { UVC_CMD_DUMP_CPU, 0x50, 26 },
	{ UVC_CMD_DUMP_COMPLETE, 0x50, 27 },
};
#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

static int issue(struct world *w, uint16_t cmd, uint16_t len)
{
	union {
		struct uv_cb_header header;
		uint64_t word[0x40];
	} block = { .header = { .len = len, .cmd = cmd } };

	return world_uvc(w, &block);
}

static void before_init(struct world *w)
{
	ck_refused(w, issue(w, 0x4242, 8), UVC_RC_INV_CMD);
	for (size_t i = 0; i < COMMANDS; i++) {
		ck_refused(w, issue(w, commands[i].cmd, commands[i].len), UVC_RC_INV_STATE);
		/* State comes before length. */
		ck_refused(w, issue(w, commands[i].cmd, 8), UVC_RC_INV_STATE);
	}
	ck_done(w, issue(w, UVC_CMD_QUI, 0x120));
}

START_TEST(state_comes_before_length)
{
	world_run_raw(NULL, before_init);
}
END_TEST

SIM_TEST(lengths_are_exact)
{
	for (size_t i = 0; i < COMMANDS; i++) {
		ck_refused(w, issue(w, commands[i].cmd, commands[i].len - 8), UVC_RC_INV_LEN);
		ck_refused(w, issue(w, commands[i].cmd, commands[i].len + 8), UVC_RC_INV_LEN);
		ck_assert_uint_eq(w->spent, w->profile.cost[COST_UVC_MISC].value);
		ck_assert_ptr_ne(uvc_name(commands[i].cmd), NULL);
	}
	ck_assert_str_eq(uvc_name(UVC_CMD_DESTR_SEC_STOR), "DESTR_SEC_STOR");
	ck_assert_ptr_eq(uvc_name(0x4242), NULL);
}

SIM_TEST(guest_commands_are_unknown_to_the_host)
{
	ck_refused(w, issue(w, UVC_CMD_SET_SHARED_ACCESS, 0x30), UVC_RC_INV_CMD);
	ck_refused(w, issue(w, UVC_CMD_REMOVE_SHARED_ACCESS, 0x30), UVC_RC_INV_CMD);
	ck_refused(w, issue(w, UVC_CMD_RETR_ATTEST, 0x188), UVC_RC_INV_CMD);
}

SIM_TEST(host_commands_are_unknown_to_the_guest)
{
	uint64_t conf = world_create_conf(w, 0);
	struct uv_cb_qui qui = { .header = { .len = sizeof(qui), .cmd = UVC_CMD_QUI } };

	for (size_t i = 0; i < COMMANDS; i++) {
		struct uv_cb_cgc block = { .header = { .len = commands[i].len,
						       .cmd = commands[i].cmd } };

		ck_assert_int_eq(uvc_guest(w->uv, conf, &block), UVC_CC_ERROR);
		ck_assert_uint_eq(block.header.rc, UVC_RC_INV_CMD);
	}
	ck_assert_int_eq(uvc_guest(w->uv, conf, &qui), UVC_CC_OK);
	ck_assert_uint_eq(qui.inst_calls_list[0],
			  (uint64_t)1 << 63 | (uint64_t)3 << 54 | (uint64_t)1 << 35);
}

SIM_TEST(bad_handles)
{
	uint64_t conf = world_create_conf(w, 0), cpu = world_create_cpu(w, conf, 0);

	for (size_t i = 0; i < COMMANDS; i++) {
		uint64_t block[0x20] = { 0 };
		struct uv_cb_header *header = (struct uv_cb_header *)block;
		bool at_20 = commands[i].cmd == UVC_CMD_CREATE_SEC_CPU, of_cpu = false;

		switch (commands[i].cmd) {
		case UVC_CMD_CREATE_SEC_CONF:
		case UVC_CMD_CONV_FROM_SEC_STOR:
		case UVC_CMD_DESTR_SEC_STOR:
		case UVC_CMD_PIN_PAGE_SHARED:
			continue;
		case UVC_CMD_DESTROY_SEC_CPU:
		case UVC_CMD_CPU_RESET:
		case UVC_CMD_CPU_RESET_INITIAL:
		case UVC_CMD_CPU_RESET_CLEAR: case UVC_CMD_CPU_SET_STATE: case UVC_CMD_DUMP_CPU:
			of_cpu = true;
		}
		header->cmd = commands[i].cmd;
		header->len = commands[i].len;
		for (unsigned bit = 0; bit < 64; bit++) {
			block[at_20 ? 4 : 3] = (of_cpu ? cpu : conf) ^ (uint64_t)1 << bit;
			ck_refused(w, world_uvc(w, block),
				   of_cpu ? UVC_RC_INV_CHANDLE : UVC_RC_INV_GHANDLE);
		}
		block[at_20 ? 4 : 3] = (of_cpu ? cpu : conf) + 1;
		ck_refused(w, world_uvc(w, block),
			   of_cpu ? UVC_RC_INV_CHANDLE : UVC_RC_INV_GHANDLE);
		block[at_20 ? 4 : 3] = of_cpu ? conf : cpu;
		ck_refused(w, world_uvc(w, block),
			   of_cpu ? UVC_RC_INV_CHANDLE : UVC_RC_INV_GHANDLE);
		block[at_20 ? 4 : 3] = 0;
		ck_refused(w, world_uvc(w, block),
			   of_cpu ? UVC_RC_INV_CHANDLE : UVC_RC_INV_GHANDLE);
	}
}

SIM_TEST(query_answers)
{
	struct uv_cb_qui block;
	uint64_t list = 0;

	ck_refused(w, issue(w, UVC_CMD_QUI, 0xa0), UVC_RC_INV_LEN);
	ck_refused(w, issue(w, UVC_CMD_QUI, 0xa8), UVC_RC_MORE_DATA);
	ck_refused(w, issue(w, UVC_CMD_QUI, 0x100), UVC_RC_MORE_DATA);
	memset(&block, 0xff, sizeof(block));
	block.header = (struct uv_cb_header){ .len = 0xa8, .cmd = UVC_CMD_QUI };
	ck_refused(w, world_uvc(w, &block), UVC_RC_MORE_DATA);
	ck_assert_uint_eq(block.max_guest_cpu_id, 256);
	ck_assert_uint_eq(block.reserveda8, UINT64_MAX);	/* nothing behind the length */
	block.header.len = sizeof(block);
	ck_done(w, world_uvc(w, &block));
	ck_assert_uint_eq(block.header.len, sizeof(block));
	ck_assert_uint_eq(block.header.cmd, UVC_CMD_QUI);
	for (size_t i = 0; i < COMMANDS; i++)
		if (commands[i].bit >= 0)
			list |= (uint64_t)1 << (63 - commands[i].bit);
	ck_assert_uint_eq(block.inst_calls_list[0], list | (uint64_t)3 << 62);
	ck_assert_uint_eq(block.inst_calls_list[1], 0);
	ck_assert_uint_eq(block.uv_base_stor_len, 2 * MIB);
	ck_assert_uint_eq(block.conf_virt_var_stor_len, 16);
	ck_assert_uint_eq(block.max_num_sec_conf, 1000);
	ck_assert_uint_eq(block.uv_feature_indications, (uint64_t)1 << 63);
	ck_assert_uint_eq(block.conf_dump_finalize_len, FRAME_SIZE);
}

static void old_machine(struct profile *profile)
{
	profile->machine.destroy_fast = false;
	profile->machine.dump = false;
	profile->machine.misc = false;
	profile->machine.ap = profile->machine.ap_intr = profile->machine.aiv = true;
}

SIM_TEST_TUNED(what_is_not_installed_is_unknown, old_machine)
{
	struct uv_cb_qui block = { .header = { .len = sizeof(block), .cmd = UVC_CMD_QUI } };

	ck_refused(w, issue(w, UVC_CMD_DESTROY_SEC_CONF_FAST, 0x48), UVC_RC_INV_CMD);
	ck_refused(w, issue(w, UVC_CMD_DUMP_INIT, 0x40), UVC_RC_INV_CMD);
	ck_done(w, world_uvc(w, &block));
	ck_assert_uint_eq(block.inst_calls_list[0] & (uint64_t)0x1f << 36, 0);
	ck_assert_uint_eq(block.uv_feature_indications, (uint64_t)0x4c << 56);
}

static void init_checks(struct world *w)
{
	uint64_t end = WORLD_KERNEL + WORLD_KERNEL_BYTES;
	struct uv_cb_init good = {
		.header = { .len = sizeof(good), .cmd = UVC_CMD_INIT_UV },
		.stor_origin = WORLD_KERNEL + 4 * MIB, .stor_len = 2 * MIB,
	}, block = good;

	block.header.len -= 8;
	ck_refused(w, world_uvc(w, &block), UVC_RC_INV_LEN);
	block = good;
	block.stor_len -= 8;
	ck_refused(w, world_uvc(w, &block), UVC_RC_INIT_LEN);
	block = good;
	block.stor_origin = end;
	/* The guest mapping begins here in this machine, so go past everything. */
	block.stor_origin = (uint64_t)1 << 60;
	ck_refused(w, world_uvc(w, &block), UVC_RC_INIT_ORIGIN);
	block.stor_origin = ((w->user + WORLD_ASCES * WORLD_GUEST_PAGES) << FRAME_SHIFT) - MIB;
	ck_refused(w, world_uvc(w, &block), UVC_RC_INIT_END);
	block.stor_origin = 1024 * MIB;
	ck_refused(w, world_uvc(w, &block), UVC_RC_INIT_BELOW_2G);
	block.stor_origin = good.stor_origin + FRAME_SIZE;
	ck_refused(w, world_uvc(w, &block), UVC_RC_INIT_ALIGN);
	ck_assert_uint_eq(uv_donated_frames(w->uv), 0);
	ck_done(w, world_uvc(w, &good));
	ck_assert_uint_eq(w->spent, w->profile.cost[COST_UVC_INIT].value);
	ck_assert_uint_eq(uv_donated_frames(w->uv), 2 * MIB >> FRAME_SHIFT);
	ck_assert_int_eq(world_state(w, good.stor_origin >> FRAME_SHIFT), FRAME_DONATED);
	ck_assert_int_eq(world_state(w, (good.stor_origin >> FRAME_SHIFT) + 512), FRAME_PLAIN);
	block = good;
	block.stor_origin += 8 * MIB;
	ck_refused(w, world_uvc(w, &block), UVC_RC_INIT_DONE);
}

START_TEST(initialisation)
{
	world_run_raw(NULL, init_checks);
}
END_TEST

static void boot_init(struct world *w)
{
	ck_assert_int_ne(uv_boot_init(w->uv, WORLD_KERNEL, MIB), 0);
	ck_assert_int_eq(uv_boot_init(w->uv, WORLD_KERNEL, 2 * MIB), 0);
	ck_assert_uint_eq(sim_now(), 0);
	ck_assert_uint_eq(uv_donated_frames(w->uv), 512);
	w->next += 2 * MIB;
	world_create_conf(w, 0);
}

START_TEST(initialisation_at_boot)
{
	world_run_raw(NULL, boot_init);
}
END_TEST

Suite *suite_query(void)
{
	const TTest *tests[] = {
		state_comes_before_length,
		lengths_are_exact,
		guest_commands_are_unknown_to_the_host,
		host_commands_are_unknown_to_the_guest,
		bad_handles,
		query_answers,
		what_is_not_installed_is_unknown,
		initialisation,
		initialisation_at_boot,
	};

	return SUITE_OF("query", tests);
}
