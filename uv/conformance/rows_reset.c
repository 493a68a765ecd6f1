/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rows H53 and H54: the host's load reset with a live configuration and CPU.
 *
 * What is donated is written to before, so that zeroes afterwards are the reset's doing.
 */
#include <string.h>

#include "uv/conformance/rig.h"

static void stain(struct rig *rig, uint64_t address)
{
	uint64_t word = 0x5a5a5a5a5a5a5a5au;

	rig_store(rig, address, &word, sizeof(word));
}

/* INIT_UV, a configuration and a CPU on stained storage. */
static void donate(struct rig *rig)
{
	struct uv_cb_init init = rig_init_block(rig);

	stain(rig, rig->base);
	need(rig, done(rig_uvc(rig, &init)), "INIT_UV");
	rig->cgc = rig_cgc_block(rig, 0);
	stain(rig, rig->cgc.conf_base_stor_origin);
	need(rig, done(rig_uvc(rig, &rig->cgc)), "CREATE_SEC_CONF");
	rig->csc = rig_csc_block(rig, rig->cgc.guest_handle, 0);
	stain(rig, rig->csc.stor_origin);
	need(rig, done(rig_uvc(rig, &rig->csc)), "CREATE_SEC_CPU");
}

static void expect_cleared(struct rig *rig, uint64_t address)
{
	bool readable = rig_access_all(rig, address, 1, 0);
	uint64_t word = 0;

	rig_load(rig, address, &word, sizeof(word));
	expect(rig, readable && word == 0, "%s, %s", readable ? "readable" : "not readable",
	       word == 0 ? "zero" : "not zero");
}

static void h53(struct rig *rig)
{
	donate(rig);
	uv_load_reset(rig->uv);
	expect_cleared(rig, rig->base);
	expect_cleared(rig, rig->cgc.conf_base_stor_origin);
	/* Checked twice by the suite; the second one is labelled variable storage. */
	expect_cleared(rig, rig->cgc.conf_base_stor_origin);
	expect_cleared(rig, rig->csc.stor_origin);
}

static void h54(struct rig *rig)
{
	donate(rig);
	uv_load_reset(rig->uv);
	for (unsigned i = 1; i < HOST_COMMANDS; i++) {
		uint64_t block[0x20] = { 0 };
		struct uv_cb_header header = {
			.len = host_commands[i].len, .cmd = host_commands[i].cmd,
		};

		memcpy(block, &header, sizeof(header));
		expect_rc(rig, rig_uvc(rig, block), UVC_RC_INV_STATE);
	}
}

const struct conformance_row rows_reset[] = {
	{ "H53", "diag 308 sc 1", "of the host, with live configuration and CPU",
	  "readable, zero", 4, STAGE_BARE, h53, NULL },
	{ "H54", "16 host commands", "after that reset", "rc 0x0003", 16, STAGE_BARE, h54, NULL },
	{ .name = NULL },
};
