/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The machine a conformance row runs on. Private to uv/conformance/.
 *
 * Storage begins at 0 and is real memory, allocated where touched. Home space is storage as it is,
 * but for pages that a row makes invalid. Guest n has 42 MiB at (1 GiB + n * 64 MiB).
 */
#ifndef UV_CONFORMANCE_RIG_H
#define UV_CONFORMANCE_RIG_H

#include "uv/conformance/conformance.h"
#include "uv/instruction.h"
#include "uv/sie.h"
#include "uv/uvcb_guest.h"

#define MIB ((uint64_t)1 << 20)
#define GIB ((uint64_t)1 << 30)
#define RIG_GUESTS 2
#define RIG_GUEST_LEN (42 * MIB)
#define RIG_INVALID_MAX 4

/** A UVC's outcome as a program sees it. */
struct answer {
	uint16_t program;
	int cc;
	uint16_t rc;
};

/** One instruction of a guest. A program ends with a diagnose it does not come back from. */
struct guest_op {
	enum { OP_GR, OP_DIAG, OP_SET_PREFIX, OP_SET_TIMER, OP_RUN, OP_CALL } op;
	uint64_t a, b;		/* OP_GR: number, value; OP_RUN: ps; else a: operand */
	void (*call)(struct rig *rig);	/* OP_CALL: UVCs of the guest */
};

struct vcpu {
	struct uv_sie_block sie;
	uint64_t asce;			/* in CR1 */
	const struct guest_op *program;
	size_t ops;			/* of it */
	uint64_t handler;		/* where the program-new PSW points */
};

struct rig {
	struct profile *profile;
	const struct machine *machine;
	struct storage *storage;
	struct uv *uv;
	uint8_t **page;			/* contents by frame number, NULL: zeroes */
	uint64_t ram;			/* end of storage */
	uint64_t next;			/* next free address for rig_alloc() */
	uint64_t block;			/* page where blocks are put; the next one is invalid */
	uint64_t invalid[RIG_INVALID_MAX];	/* page addresses */
	unsigned invalids;
	struct uv_space home;
	unsigned others;		/* other processors that run */
	bool stop_others;
	uint64_t base;			/* donated by INIT_UV */
	struct uv_cb_cgc cgc;		/* blocks with which STAGE_CONF and STAGE_CPU were made */
	struct uv_cb_csc csc;
	uint64_t conf, cpu;		/* their handles */
	uint32_t image_flags;		/* UV_SE_* that images have besides the key */
	uint64_t guest;			/* whose UVCs rig_guest_uvc() issues */
	struct uv_space guest_home;
	struct conformance_result *result;
	unsigned lie;
	bool watching;			/* observations count: the row itself runs */
	bool broken;			/* a preparation did not work */
};

/* --- the machine ------------------------------------------------------------------------------ */

void rig_create(struct rig *rig, struct profile *profile);
void rig_destroy(struct rig *rig);
void rig_load(struct rig *rig, uint64_t absolute, void *to, size_t bytes);
void rig_store(struct rig *rig, uint64_t absolute, const void *from, size_t bytes);
/** Fresh storage, 16 KiB aligned, up to the end of which nothing else lies. */
uint64_t rig_alloc(struct rig *rig, uint64_t bytes);
void rig_invalidate(struct rig *rig, uint64_t page);
/** The second processor runs @body(@arg) (NULL: idles) until rig_join(). */
void rig_other(struct rig *rig, void (*body)(void *arg), void *arg);
void rig_join(struct rig *rig);

/* --- what a row does -------------------------------------------------------------------------- */

/**
 * Issue the block, again while cc is 2 or 3. The answer is in the block, too. It ends where its page
 * ends: whoever fetches more than its length meets an invalid page.
 */
struct answer rig_uvc(struct rig *rig, void *block);
/** Once, with the block where the row wants it; @address, @i3 and @problem_state as given. */
struct answer rig_uvc_at(struct rig *rig, const void *block, size_t bytes, uint64_t address,
			 uint8_t i3, bool problem_state);
/** By the guest rig->guest, with the block in its page 4. */
struct answer rig_guest_uvc(struct rig *rig, void *block, bool problem_state);
/** A block of nothing but the header and a handle. */
struct answer rig_nodata(struct rig *rig, uint16_t cmd, uint64_t handle);
struct answer rig_import(struct rig *rig, uint64_t conf, uint64_t gaddr);
struct answer rig_export(struct rig *rig, uint64_t absolute);
struct answer rig_set_state(struct rig *rig, uint64_t cpu, uint8_t state);
/** Is bit @bit on in the list of installed calls, as the host or (@guest) rig->guest sees it? */
bool rig_listed(struct rig *rig, bool guest, unsigned bit);
/** Host access to each page of @bytes at @address: do read and write all meet @program? */
bool rig_access_all(struct rig *rig, uint64_t address, uint64_t bytes, uint16_t program);

/** A block that is right in all, with fresh storage; the configuration's guest is @guest. */
struct uv_cb_init rig_init_block(struct rig *rig);
struct uv_cb_cgc rig_cgc_block(struct rig *rig, unsigned guest);
struct uv_cb_csc rig_csc_block(struct rig *rig, uint64_t conf, uint16_t number);
uint64_t rig_guest_asce(unsigned guest);
uint64_t rig_guest_address(unsigned guest);

/** Bring the machine to @stage. False: rig->broken. */
bool rig_prepare(struct rig *rig, enum conformance_stage stage);
/**
 * A verified guest @guest whose only CPU is operating; @program is loaded, a reset starts at its
 * op @reset. Fills *@vcpu in. False: rig->broken.
 */
#define rig_boot(rig, vcpu, guest, program, reset) \
	rig_boot_ops(rig, vcpu, guest, program, sizeof(program) / sizeof((program)[0]), reset)
bool rig_boot_ops(struct rig *rig, struct vcpu *vcpu, unsigned guest,
		  const struct guest_op *program, size_t ops, uint64_t reset);
/** Enter SIE and let the guest run to its next interception: the code. */
uint8_t rig_sie(struct rig *rig, struct vcpu *vcpu);
/** Import every page of guest 0's boot image. */
bool rig_import_image(struct rig *rig);

/* --- what a row says -------------------------------------------------------------------------- */

/** One assertion: it holds if @good; the format tells what came. */
void expect(struct rig *rig, bool good, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/** cc and rc without program interruption. */
void expect_answer(struct rig *rig, struct answer answer, int cc, uint16_t rc);
void expect_rc(struct rig *rig, struct answer answer, uint16_t rc);
void expect_program(struct rig *rig, struct answer answer, uint16_t program);
/** A validity interception with reason 0x20xx. */
void expect_validity(struct rig *rig, const struct vcpu *vcpu);
/** A preparation that must work, else the row is broken. Returns @good. */
bool need(struct rig *rig, bool good, const char *what);
bool done(struct answer answer);

/* --- the commands that the suite tries, and the rows ------------------------------------------ */

struct host_command {
	uint16_t cmd, len;
	unsigned bit;
	const char *name;
};
/** 17 of them, INIT_UV first. */
extern const struct host_command host_commands[];
#define HOST_COMMANDS 17

extern const struct conformance_row rows_init[], rows_conf[], rows_cpu[], rows_reset[],
	rows_guest[], rows_attest[], rows_ipl[], rows_sie[], rows_diag[];

#endif
