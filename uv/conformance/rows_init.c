/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rows H1 to H19: the instruction, the query, initialisation.
 */
#include <string.h>

#include "sim/thread.h"
#include "uv/conformance/rig.h"

#define BLOCK_WORDS 0x40

static void fill(uint64_t *block, uint16_t cmd, uint16_t len)
{
	struct uv_cb_header header = { .len = len, .cmd = cmd };

	memset(block, 0, BLOCK_WORDS * sizeof(*block));
	memcpy(block, &header, sizeof(header));
}

static struct answer plain(struct rig *rig, uint16_t cmd, uint16_t len)
{
	uint64_t block[BLOCK_WORDS];

	fill(block, cmd, len);
	return rig_uvc(rig, block);
}

static void h1(struct rig *rig)
{
	struct uv_cb_init block = rig_init_block(rig);

	expect_program(rig, rig_uvc_at(rig, &block, sizeof(block), rig->block, 4, false),
		       UV_PGM_SPECIFICATION);
}

static void h2(struct rig *rig)
{
	uint64_t block[BLOCK_WORDS];

	for (unsigned i = 0; i < HOST_COMMANDS; i++) {
		fill(block, host_commands[i].cmd, host_commands[i].len);
		expect_program(rig, rig_uvc_at(rig, block, host_commands[i].len, rig->block, 0,
					       true), UV_PGM_PRIVILEGED);
	}
}

static void h3(struct rig *rig)
{
	expect_answer(rig, plain(rig, 0x4242, 8), UVC_CC_ERROR, UVC_RC_INV_CMD);
}

static void h4(struct rig *rig)
{
	static const struct {
		uint16_t cmd, len;
		unsigned bit;
	} calls[] = {
		{ UVC_CMD_SET_SHARED_ACCESS, sizeof(struct uv_cb_share), 8 },
		{ UVC_CMD_REMOVE_SHARED_ACCESS, sizeof(struct uv_cb_share), 9 },
		{ UVC_CMD_RETR_ATTEST, sizeof(struct uv_cb_attest), 28 },
	};

	for (unsigned i = 0; i < 3; i++) {
		struct answer answer = plain(rig, calls[i].cmd, calls[i].len);
		bool listed = rig_listed(rig, false, calls[i].bit);

		expect(rig, answer.program == 0 && answer.cc == UVC_CC_ERROR &&
		       answer.rc == UVC_RC_INV_CMD && !listed, "cc %d rc 0x%04x, bit %s", answer.cc,
		       answer.rc, listed ? "set" : "clear");
	}
}

static void h5(struct rig *rig)
{
	for (unsigned i = 1; i < HOST_COMMANDS; i++)
		expect_rc(rig, plain(rig, host_commands[i].cmd, host_commands[i].len),
			  UVC_RC_INV_STATE);
}

static void h6(struct rig *rig)
{
	expect_rc(rig, plain(rig, UVC_CMD_QUI, 0xa0), UVC_RC_INV_LEN);
}

static void h7(struct rig *rig)
{
	expect_rc(rig, plain(rig, UVC_CMD_QUI, 0xa8), UVC_RC_MORE_DATA);
}

static void h8(struct rig *rig)
{
	struct answer a = plain(rig, UVC_CMD_QUI, 0x100);
	bool all = a.cc == UVC_CC_OK && a.rc == UVC_RC_EXECUTED;
	bool more = a.cc == UVC_CC_ERROR && a.rc == UVC_RC_MORE_DATA;

	expect(rig, a.program == 0 && (all || more), "cc %d rc 0x%04x", a.cc, a.rc);
}

static void h9(struct rig *rig)
{
	for (unsigned i = 0; i < HOST_COMMANDS; i++) {
		bool listed = rig_listed(rig, false, host_commands[i].bit);

		expect(rig, listed, "bit %s", listed ? "set" : "clear");
	}
}

static void h10(struct rig *rig)
{
	struct uv_cb_init block = rig_init_block(rig);

	block.header.len -= 8;
	expect_answer(rig, rig_uvc(rig, &block), UVC_CC_ERROR, UVC_RC_INV_LEN);
}

static void h11(struct rig *rig)
{
	struct uv_cb_init block = rig_init_block(rig);

	block.stor_len -= 8;
	expect_answer(rig, rig_uvc(rig, &block), UVC_CC_ERROR, UVC_RC_INIT_LEN);
}

static void h12(struct rig *rig)
{
	struct uv_cb_init block = rig_init_block(rig);
	struct answer a;

	block.stor_origin = rig->ram;
	a = rig_uvc(rig, &block);
	expect(rig, a.program == 0 && a.cc == UVC_CC_ERROR &&
	       (a.rc == UVC_RC_INIT_ORIGIN || a.rc == UVC_RC_INIT_END), "cc %d rc 0x%04x", a.cc,
	       a.rc);
}

/* With less than 1 MiB no aligned origin lets the storage run past the end. */
static bool base_of_a_mib(const struct machine *machine)
{
	return machine->uv_base_stor_len > MIB;
}

static void h13(struct rig *rig)
{
	struct uv_cb_init block = rig_init_block(rig);

	block.stor_origin = rig->ram - MIB;
	expect_answer(rig, rig_uvc(rig, &block), UVC_CC_ERROR, UVC_RC_INIT_END);
}

static void h14(struct rig *rig)
{
	struct uv_cb_init block = rig_init_block(rig);

	block.stor_origin = GIB;
	expect_answer(rig, rig_uvc(rig, &block), UVC_CC_ERROR, UVC_RC_INIT_BELOW_2G);
}

static void h15(struct rig *rig)
{
	struct uv_cb_init block = rig_init_block(rig);

	rig_other(rig, NULL, NULL);
	expect_answer(rig, rig_uvc(rig, &block), UVC_CC_ERROR, UVC_RC_INIT_CPUS);
	rig_join(rig);
}

static void h16(struct rig *rig)
{
	struct uv_cb_init block = rig_init_block(rig);

	expect_answer(rig, rig_uvc(rig, &block), UVC_CC_OK, UVC_RC_EXECUTED);
}

static void h17(struct rig *rig)
{
	struct uv_cb_init block = rig_init_block(rig);

	block.stor_origin += (block.stor_len + MIB - 1) / MIB * MIB;
	expect_answer(rig, rig_uvc(rig, &block), UVC_CC_ERROR, UVC_RC_INIT_DONE);
}

/* All commands with the block at @address. */
static void on_invalid_page(struct rig *rig, uint64_t address)
{
	uint64_t block[BLOCK_WORDS];

	for (unsigned i = 0; i < HOST_COMMANDS; i++) {
		fill(block, host_commands[i].cmd, host_commands[i].len);
		expect_program(rig, rig_uvc_at(rig, block, host_commands[i].len, address, 0,
					       false), UV_PGM_PAGE_TRANSLATION);
	}
}

static void h18(struct rig *rig)
{
	on_invalid_page(rig, rig->block + FRAME_SIZE);
}

static void h19(struct rig *rig)
{
	on_invalid_page(rig, rig->block + FRAME_SIZE - sizeof(struct uv_cb_header));
}

const struct conformance_row rows_init[] = {
	{ "H1", "INIT_UV", "i3 field = 4", "specification exception 0x06", 1, STAGE_BARE, h1,
	  NULL },
	{ "H2", "all 17 host commands", "problem state", "privileged-operation exception 0x02", 17,
	  STAGE_BARE, h2, NULL },
	{ "H3", "0x4242, length 8", "unknown command, before INIT_UV", "cc 1 rc 0x0002", 1,
	  STAGE_BARE, h3, NULL },
	{ "H4", "share, unshare, attest", "guest commands issued by the host",
	  "cc 1 rc 0x0002, query bit clear", 3, STAGE_BARE, h4, NULL },
	{ "H5", "16 host commands", "not initialised", "rc 0x0003", 16, STAGE_BARE, h5, NULL },
	{ "H6", "QUI", "length 0xa0", "rc 0x0005", 1, STAGE_BARE, h6, NULL },
	{ "H7", "QUI", "length 0xa8, the least", "rc 0x0100", 1, STAGE_BARE, h7, NULL },
	{ "H8", "QUI", "length 0x100", "cc 0 rc 0x0001, or cc 1 rc 0x0100", 1, STAGE_BARE, h8,
	  NULL },
	{ "H9", "QUI", "bits of the 17 host commands", "bit set", 17, STAGE_BARE, h9, NULL },
	{ "H10", "INIT_UV", "length - 8", "cc 1 rc 0x0005", 1, STAGE_BARE, h10, NULL },
	{ "H11", "INIT_UV", "storage length - 8", "cc 1 rc 0x0103", 1, STAGE_BARE, h11, NULL },
	{ "H12", "INIT_UV", "origin at the end of storage", "cc 1 rc 0x0104 or 0x0105", 1,
	  STAGE_BARE, h12, NULL },
	{ "H13", "INIT_UV", "storage runs past the end", "cc 1 rc 0x0105", 1, STAGE_BARE, h13,
	  base_of_a_mib },
	{ "H14", "INIT_UV", "origin at 1 GiB", "cc 1 rc 0x0108", 1, STAGE_BARE, h14, NULL },
	{ "H15", "INIT_UV", "a second processor runs", "cc 1 rc 0x0102", 1, STAGE_BARE, h15, NULL },
	{ "H16", "INIT_UV", "all correct", "cc 0 rc 0x0001", 1, STAGE_BARE, h16, NULL },
	{ "H17", "INIT_UV", "again, with fresh storage", "cc 1 rc 0x0101", 1, STAGE_INIT, h17,
	  NULL },
	{ "H18", "all 17 host commands", "block on an invalid page",
	  "page-translation exception 0x11", 17, STAGE_INIT, h18, NULL },
	{ "H19", "all 17 host commands", "header on a valid page, body on an invalid one",
	  "page-translation exception 0x11", 17, STAGE_INIT, h19, NULL },
	{ .name = NULL },
};
