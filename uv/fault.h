/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Faults put into a run on purpose: good calls that are answered otherwise, and what a machine could plausibly say.
 *
 * Who puts them in (fault/) is asked about each call that has passed all checks and is about to begin. A call that goes
 * on after cc 3 is not asked about: it is part of the one that began.
 */
#ifndef UV_FAULT_H
#define UV_FAULT_H

#include <stdbool.h>
#include <stdint.h>

struct uv;

/** A call that is about to begin. */
struct uv_fault_call {
	uint16_t cmd;
	uint64_t handle;	/* in the block, or of the issuing guest; 0: none */
	uint64_t address;	/* guest absolute for an import, unpack or dump; else host absolute */
};

/** What a wrong Ultravisor does: a defect of firmware, put in on purpose. */
enum uv_defect {
	UV_DEFECT_NONE,
	UV_DEFECT_NOTHING,	/* it answers that the call was executed, and has done nothing */
	UV_DEFECT_KEEPS,	/* the page is destroyed, or exported, and keeps its contents */
	UV_DEFECT_UNCHECKED,	/* an import takes what it should have refused */
};

/** What it is to answer instead. */
struct uv_fault_answer {
	/*
	 * 1: error @rc, @rrc. 2: busy, nothing changed. 3: partial once, at @permille of its work, if the call has
	 * slices; else nothing done.
	 */
	uint8_t cc;
	uint16_t rc, rrc;
	/*
	 * Error after cc 3, when this much of the work is done (a call with slices only); 0: at once.
	 * CREATE_SEC_CONF with rc 0x8000 in it leaves a configuration, and its handle in the block, in either case.
	 */
	unsigned permille;
	/* Nothing or keeps: cc 0, and this is what is wrong with it. */
	enum uv_defect defect;
	unsigned token;		/* for given() */
};

struct uv_faults {
	/** Is @call to be answered otherwise? Then *@answer says how. */
	bool (*asked)(void *ctx, const struct uv_fault_call *call, struct uv_fault_answer *answer);
	/**
	 * Import @call is about to be refused with @rc, because of whose the page is or what is in it. Is it to be
	 * taken all the same? That is noted.
	 */
	bool (*taken)(void *ctx, const struct uv_fault_call *call, uint16_t rc);
	/** The answer with @token is given now, by the running thread. */
	void (*given)(void *ctx, const struct uv_fault_call *call, const struct uv_fault_answer *answer);
	/**
	 * Of the next @n calls on pages (@call: the first), which the running thread is going to make: how many are
	 * certain to get no other answer, so that they may be done in bulk.
	 */
	uint64_t (*clear)(void *ctx, const struct uv_fault_call *call, uint64_t n);
	/** @n such calls of sim_acting() have been done in bulk. */
	void (*passed)(void *ctx, const struct uv_fault_call *call, uint64_t n);
	void *ctx;
};

/** Ask @faults from now on. */
void uvc_faults(struct uv *uv, const struct uv_faults *faults);

/** Commands that may be faulted: the first (@after 0) or the one after @after, in order of their numbers; 0: none. */
uint16_t uvc_fault_command(uint16_t after);

/** Its name. Static storage. */
const char *uvc_fault_name(uint16_t cmd);

/** The command called @name, 0 if there is none that may be faulted. */
uint16_t uvc_fault_find(const char *name);

/** Does @cmd come back with cc 3 when it takes long? */
bool uvc_has_slices(uint16_t cmd);

/** Can @cmd have @defect? One that hands something out in its block cannot do nothing. */
bool uvc_can_have(uint16_t cmd, enum uv_defect defect);

/** Is @cmd one that is done for many pages in bulk? */
bool uvc_is_paged(uint16_t cmd);

/** Could @cmd plausibly answer @rc? Any of CREATE_SEC_CONF also with 0x8000 in it. */
bool uvc_is_plausible(uint16_t cmd, uint16_t rc);

/**
 * What @cmd could plausibly answer to a good call: response code @rc at position @index from 0 on, and rrc in *@rrc; 0
 * behind the last. The first one is the one to take when none is asked for. Sources: the public test suite and Linux
 * (uv/uvcb.h has the names); where nothing is published the model's own codes.
 */
uint16_t uvc_plausible(uint16_t cmd, unsigned index, uint16_t *rrc);

#endif
