/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SIE for a protected CPU: entry with a format-4 state description, and what the host gets to see
 * when the guest leaves.
 *
 * uv_sie_enter() of ultravisor.h is the bare entry that the simulated KVM uses: handles, ASCE and
 * states. uv_sie() adds what only a host that does wrong would meet: prefix pages that are not
 * secure, a CPU timer that does not fit, an injection that was not asked for. Who runs the guest's
 * instructions is the caller's affair.
 */
#ifndef UV_SIE_H
#define UV_SIE_H

#include <stdbool.h>
#include <stdint.h>

struct uv;

/* Interception codes of a protected CPU. */
#define UV_ICPT_VALIDITY	0x04	/* ipb: reason in the high halfword */
#define UV_ICPT_INSTRUCTION	104	/* the host is to carry it out */
#define UV_ICPT_NOTIFICATION	108	/* has been carried out, the host is told */
#define UV_ICPT_PREFIX		112	/* a prefix page is not the guest's */

/* Interruption to inject at entry (iictl). */
#define UV_INJECT_SPECIFICATION	0x10
#define UV_INJECT_OPERAND	0x11

/* Instructions that leave, as ipa shows them. */
#define UV_IPA_DIAG	0x8302		/* registers 0 and 2 whatever the guest wrote */
#define UV_IPA_SPX	0xb210
#define UV_IPA_UVC	0xb9a4
#define UV_IPB_DIAG	0x50000000u	/* function code in register 5 */

/** The part of a format-4 state description through which host and Ultravisor talk. */
struct uv_sie_block {
	uint64_t handle_config, handle_cpu;
	uint64_t cpu_timer;	/* signed, 2^-12 us */
	uint32_t prefix;
	uint8_t icptcode;
	uint8_t iictl;
	uint16_t ipa;
	uint32_t ipb;
	uint64_t gr[16];	/* only those that the intercepted instruction shows; else 0 */
};

/** What the Ultravisor keeps of a CPU while the host runs. */
struct uv_guest_state {
	uint64_t psw;		/* instruction address */
	uint64_t gr[16];
	uint32_t prefix;
	uint16_t program;	/* program interruption to be taken before the next instruction */
	uint64_t cpu_timer;	/* at time timer_at, in 2^-12 us */
	uint64_t timer_at;	/* ps */
};

/**
 * SIE with state description @block; CR1 holds @asce. True: the guest runs, until one of the calls
 * below. False: intercepted at once (validity or prefix), @block says why.
 */
bool uv_sie(struct uv *uv, struct uv_sie_block *block, uint64_t asce);

/** Registers of CPU @handle_cpu, for whoever executes the guest's instructions. */
struct uv_guest_state *uv_sie_guest(struct uv *uv, uint64_t handle_cpu);

/** The guest sets its CPU timer. */
void uv_sie_set_timer(struct uv_guest_state *guest, uint64_t timer);

/**
 * The guest executes diagnose @code. True: it left SIE with an interception. False: it stays, with
 * a specification exception.
 */
bool uv_sie_diag(struct uv *uv, struct uv_sie_block *block, uint16_t code);

/** The guest sets its prefix: done, and the host is told. */
void uv_sie_set_prefix(struct uv *uv, struct uv_sie_block *block, uint32_t prefix);

/** The guest's UVC met a page the host has pinned (UVC_GUEST_INTERCEPT): the host is told. */
void uv_sie_uvc(struct uv *uv, struct uv_sie_block *block);

#endif
