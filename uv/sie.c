/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Entry to and exit from SIE with a format-4 state description.
 *
 * The CPU timer: between exit and entry it may have gone down by the time that has passed, no more,
 * and never up. An interruption may be injected only into an instruction that was intercepted for
 * the host to carry out. Both, and interception codes, registers and texts of the diagnoses, are
 * what public tests assert. Results that the host returns in registers are not taken over.
 */
#include "uv/sie.h"

#include <assert.h>

#include "sim/engine.h"
#include "uv/uvc.h"

#define TIMER_UNITS_PER_US 4096u

/* As the reasons of access.c, which end below: any number with the high byte 0x20. */
#define VALIDITY_TIMER	0x2010
#define VALIDITY_INJECT 0x2011

/* The diagnoses that leave SIE, and the registers each shows besides the code in register 5. */
static const struct {
	uint16_t code;
	uint8_t icptcode;
	uint16_t registers;	/* bit i: general register i */
} diagnoses[] = {
	{ 0x44, UV_ICPT_NOTIFICATION, 0 },
	{ 0x9c, UV_ICPT_NOTIFICATION, 0x0001 },
	{ 0x288, UV_ICPT_INSTRUCTION, 0x0007 },
	{ 0x308, UV_ICPT_INSTRUCTION, 0x0007 },
	{ 0x500, UV_ICPT_INSTRUCTION, 0x001e },
};

static uint64_t timer_units(sim_time time)
{
	return time / SIM_US * TIMER_UNITS_PER_US + time % SIM_US * TIMER_UNITS_PER_US / SIM_US;
}

static bool timer_fits(const struct secure_cpu *cpu, const struct uv_sie_block *block)
{
	uint64_t passed = timer_units(sim_now() - cpu->left_at);

	return cpu->left_with == 0 || cpu->guest.cpu_timer - block->cpu_timer <= passed;
}

static bool injection_fits(const struct secure_cpu *cpu, const struct uv_sie_block *block)
{
	if (block->iictl == 0)
		return true;
	if (cpu->left_with != UV_ICPT_INSTRUCTION)
		return false;
	return block->iictl == UV_INJECT_SPECIFICATION || block->iictl == UV_INJECT_OPERAND;
}

/* Both pages of the prefix area must be the guest's: secure, shared or pinned. */
static bool prefix_accessible(struct uv *uv, const struct secure_cpu *cpu)
{
	const struct conf *conf = cpu->conf;
	uint64_t number, run;

	for (unsigned page = 0; page < 2; page++) {
		uint64_t gaddr = conf->origin + cpu->guest.prefix + page * FRAME_SIZE;

		if (uv->ops.translate(uv->ops.ctx, conf->asce, gaddr, &number) != 0)
			return false;
		if (uv_guest_access(uv, conf->handle, gaddr >> FRAME_SHIFT, number, 1, &run) !=
		    UV_OK)
			return false;
	}
	return true;
}

static bool refused(struct uv_sie_block *block, uint8_t icptcode, int reason)
{
	block->icptcode = icptcode;
	block->ipa = 0;
	block->ipb = (uint32_t)reason << 16;
	return false;
}

bool uv_sie(struct uv *uv, struct uv_sie_block *block, uint64_t asce)
{
	int reason = uv_sie_validity(uv, block->handle_config, block->handle_cpu, asce);
	struct secure_cpu *cpu;

	if (reason != 0)
		return refused(block, UV_ICPT_VALIDITY, reason);
	cpu = cpu_find(uv, block->handle_cpu);
	if (!timer_fits(cpu, block))
		return refused(block, UV_ICPT_VALIDITY, VALIDITY_TIMER);
	if (!injection_fits(cpu, block))
		return refused(block, UV_ICPT_VALIDITY, VALIDITY_INJECT);
	if (!prefix_accessible(uv, cpu))
		return refused(block, UV_ICPT_PREFIX, 0);
	if (block->iictl != 0)
		cpu->guest.program = block->iictl == UV_INJECT_OPERAND ? UV_PGM_OPERAND
								       : UV_PGM_SPECIFICATION;
	block->iictl = 0;
	cpu->in_sie = true;
	uv_sie_set_timer(&cpu->guest, block->cpu_timer);
	return true;
}

struct uv_guest_state *uv_sie_guest(struct uv *uv, uint64_t handle_cpu)
{
	struct secure_cpu *cpu = cpu_find(uv, handle_cpu);

	assert(cpu != NULL);
	return &cpu->guest;
}

void uv_sie_set_timer(struct uv_guest_state *guest, uint64_t timer)
{
	guest->cpu_timer = timer;
	guest->timer_at = sim_now();
}

/* Out of SIE: of the guest's state, @block gets what @registers names. */
static void leave(struct uv *uv, struct uv_sie_block *block, uint8_t icptcode, uint16_t ipa,
		  uint32_t ipb, uint16_t registers)
{
	struct secure_cpu *cpu = cpu_find(uv, block->handle_cpu);
	struct uv_guest_state *guest = &cpu->guest;

	uv_sie_set_timer(guest, guest->cpu_timer - timer_units(sim_now() - guest->timer_at));
	cpu->left_with = icptcode;
	cpu->left_at = sim_now();
	block->cpu_timer = guest->cpu_timer;
	block->icptcode = icptcode;
	block->ipa = ipa;
	block->ipb = ipb;
	for (unsigned i = 0; i < 16; i++)
		block->gr[i] = (registers >> i & 1) != 0 ? guest->gr[i] : 0;
	uv_sie_exit(uv, block->handle_cpu);
}

bool uv_sie_diag(struct uv *uv, struct uv_sie_block *block, uint16_t code)
{
	for (size_t i = 0; i < sizeof(diagnoses) / sizeof(diagnoses[0]); i++) {
		if (diagnoses[i].code != code)
			continue;
		if (code == 0x308)
			uv_sie_diag308(uv, block->handle_cpu);
		leave(uv, block, diagnoses[i].icptcode, UV_IPA_DIAG, UV_IPB_DIAG,
		      diagnoses[i].registers);
		block->gr[5] = code;
		return true;
	}
	uv_sie_guest(uv, block->handle_cpu)->program = UV_PGM_SPECIFICATION;
	return false;
}

void uv_sie_set_prefix(struct uv *uv, struct uv_sie_block *block, uint32_t prefix)
{
	uv_sie_guest(uv, block->handle_cpu)->prefix = prefix;
	leave(uv, block, UV_ICPT_NOTIFICATION, UV_IPA_SPX, 0, 0);
	block->prefix = prefix;
}

void uv_sie_uvc(struct uv *uv, struct uv_sie_block *block)
{
	leave(uv, block, UV_ICPT_NOTIFICATION, UV_IPA_UVC, 0, 0);
}
