/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Small guests: a boot image of 16 pages, a program of a few instructions, and SIE around it.
 *
 * The program is not in the guest's storage: an instruction address is an index into it. What is in
 * storage is what the Ultravisor looks at: the prefix pages, the PSW at 0, control blocks.
 */
#include "sim/thread.h"
#include "uv/conformance/rig.h"

#define IMAGE_PAGES 16

static bool set_parms(struct rig *rig, uint64_t conf)
{
	uint64_t at = rig_alloc(rig, FRAME_SIZE);
	struct uv_se_header header = {
		.magic = UV_SE_MAGIC,
		.version = UV_SE_VERSION,
		.length = sizeof(header),
		.image_pages = IMAGE_PAGES,
		.flags = UV_SE_KEY_MATCHES | rig->image_flags,
	};
	struct uv_cb_ssc block = {
		.header = { .len = sizeof(block), .cmd = UVC_CMD_SET_SEC_CONF_PARAMS },
		.guest_handle = conf,
		.sec_header_origin = at,
		.sec_header_len = sizeof(header),
	};

	rig_store(rig, at, &header, sizeof(header));
	return need(rig, done(rig_uvc(rig, &block)), "SET_SEC_CONF_PARAMS");
}

static bool unpack(struct rig *rig, uint64_t conf)
{
	bool good = true;

	for (unsigned page = 0; page < IMAGE_PAGES; page++) {
		struct uv_cb_unp block = {
			.header = { .len = sizeof(block), .cmd = UVC_CMD_UNPACK_IMG },
			.guest_handle = conf,
			.gaddr = page * FRAME_SIZE,
		};

		good = need(rig, done(rig_uvc(rig, &block)), "UNPACK_IMG") && good;
	}
	return good;
}

/* The configuration and its CPU: those of the stage for guest 0, new ones for others. */
static bool create(struct rig *rig, unsigned guest, uint64_t *conf, uint64_t *cpu)
{
	struct uv_cb_cgc cgc;
	struct uv_cb_csc csc;

	*conf = rig->conf;
	*cpu = rig->cpu;
	if (guest == 0)
		return true;
	cgc = rig_cgc_block(rig, guest);
	if (!need(rig, done(rig_uvc(rig, &cgc)), "CREATE_SEC_CONF"))
		return false;
	csc = rig_csc_block(rig, cgc.guest_handle, 0);
	*conf = cgc.guest_handle;
	if (!need(rig, done(rig_uvc(rig, &csc)), "CREATE_SEC_CPU"))
		return false;
	*cpu = csc.cpu_handle;
	return true;
}

bool rig_boot_ops(struct rig *rig, struct vcpu *vcpu, unsigned guest,
		  const struct guest_op *program, size_t ops, uint64_t reset)
{
	uint64_t conf, cpu, psw = 0x0008000080000000u | reset;

	*vcpu = (struct vcpu){
		.asce = rig_guest_asce(guest), .program = program, .ops = ops,
	};
	if (rig->broken || !create(rig, guest, &conf, &cpu))
		return false;
	vcpu->sie.handle_config = conf;
	vcpu->sie.handle_cpu = cpu;
	rig_store(rig, rig_guest_address(guest), &psw, sizeof(psw));
	return set_parms(rig, conf) && unpack(rig, conf) &&
	       need(rig, done(rig_nodata(rig, UVC_CMD_VERIFY_IMG, conf)), "VERIFY_IMG") &&
	       need(rig, done(rig_set_state(rig, cpu, PV_CPU_STATE_OPR_LOAD)), "CPU_SET_STATE");
}

bool rig_import_image(struct rig *rig)
{
	bool good = true;

	for (unsigned page = 0; page < IMAGE_PAGES; page++)
		good = done(rig_import(rig, rig->conf, page * FRAME_SIZE)) && good;
	return good;
}

/* One instruction. False: the guest has left. */
static bool step(struct rig *rig, struct vcpu *vcpu, struct uv_guest_state *guest)
{
	const struct guest_op *op;

	if (guest->program != 0) {
		guest->gr[0] = guest->program;
		guest->program = 0;
		guest->psw = vcpu->handler;
	}
	if (!need(rig, guest->psw < vcpu->ops, "the guest stays in its program"))
		return !uv_sie_diag(rig->uv, &vcpu->sie, 0x44);
	op = &vcpu->program[guest->psw++];
	sim_burn(SIM_NS, SIM_KIND_GUEST, "guest");
	switch (op->op) {
	case OP_GR:
		guest->gr[op->a] = op->b;
		return true;
	case OP_DIAG:
		return !uv_sie_diag(rig->uv, &vcpu->sie, (uint16_t)op->a);
	case OP_SET_PREFIX:
		uv_sie_set_prefix(rig->uv, &vcpu->sie, (uint32_t)op->a);
		return false;
	case OP_SET_TIMER:
		uv_sie_set_timer(guest, op->a);
		return true;
	case OP_RUN:
		sim_burn(op->a, SIM_KIND_GUEST, "guest");
		return true;
	case OP_CALL:
		rig->guest = vcpu->sie.handle_config;
		op->call(rig);
		return true;
	}
	return false;
}

static void run(struct rig *rig, struct vcpu *vcpu)
{
	struct uv_guest_state *guest = uv_sie_guest(rig->uv, vcpu->sie.handle_cpu);

	while (step(rig, vcpu, guest))
		;
}

uint8_t rig_sie(struct rig *rig, struct vcpu *vcpu)
{
	if (uv_sie(rig->uv, &vcpu->sie, vcpu->asce))
		run(rig, vcpu);
	if (rig->watching && ++rig->result->observations == rig->lie) {
		vcpu->sie.icptcode ^= 0x80;
		vcpu->sie.ipb ^= 0x01000000;
		vcpu->sie.gr[0] ^= 1;
	}
	return vcpu->sie.icptcode;
}
