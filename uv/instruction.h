/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The UVC instruction as a program issues it: operands, an address in home space, a condition code
 * or a program interruption.
 *
 * uvc() of ultravisor.h starts where this ends: with a good block at a host pointer. Kernel code
 * uses that; whoever wants to see what the machine does with a bad block, comes here.
 */
#ifndef UV_INSTRUCTION_H
#define UV_INSTRUCTION_H

#include "uv/ultravisor.h"

/* Program-interruption codes. */
#define UV_PGM_PRIVILEGED	0x0002
#define UV_PGM_ADDRESSING	0x0005
#define UV_PGM_SPECIFICATION	0x0006
#define UV_PGM_PAGE_TRANSLATION	0x0011
#define UV_PGM_OPERAND		0x0015
#define UV_PGM_SECURE_ACCESS	0x003d
#define UV_PGM_NON_SECURE	0x003e
#define UV_PGM_VIOLATION	0x003f

/** A home address space; filled in by whoever owns the translation tables. */
struct uv_space {
	/**
	 * Where the byte at @address lies, in *@real: host absolute for the host, guest absolute
	 * for a guest. 0 or a program-interruption code. All bytes of a page lie side by side.
	 */
	uint16_t (*translate)(void *ctx, uint64_t address, uint64_t *real);
	void *ctx;
};

/** One UVC: RRF format, opcode b9a4. */
struct uvc_insn {
	uint8_t i3, i4;			/* must be zero */
	bool problem_state;
	uint64_t address;		/* of the control block, in @home */
	const struct uv_space *home;
	uint64_t guest;			/* issued by the guest of this configuration; 0: the host */
};

/** What became of it. */
struct uvc_outcome {
	uint16_t program;	/* a program interruption, 0: none */
	uint64_t failing;	/* the address that could not be translated */
	int cc;			/* without program interruption: 0..3 or UVC_GUEST_INTERCEPT */
};

/**
 * Takes time: execute @insn. Checks, in this order: privilege, i3 and i4, alignment of the block
 * (our choice: specification exception unless doubleword), access to its header, to all of it. Only
 * then is the block looked at. An answer is stored with cc 0 and 1. Needs uv_ops.load and .store.
 */
struct uvc_outcome uvc_instruction(struct uv *uv, const struct uvc_insn *insn);

/**
 * Can the issuer @guest (0: the host) reach [@address, @address + @bytes) of @space? 0 or the
 * program-interruption code, with the failing address in *@failing. With @to or @from not NULL the
 * bytes are copied (all or, on an interruption, none).
 */
uint16_t uv_space_access(struct uv *uv, const struct uv_space *space, uint64_t guest,
			 uint64_t address, void *to, const void *from, size_t bytes,
			 uint64_t *failing);

#endif
