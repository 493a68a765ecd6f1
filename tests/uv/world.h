/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A small machine for the tests of uv/: a kernel window with real memory, one user mapping that is
 * guest memory for up to four address spaces, and one function per UV call.
 */
#ifndef TESTS_UV_WORLD_H
#define TESTS_UV_WORLD_H

#include <check.h>
#include <stdbool.h>
#include <stdint.h>

#include "sim/engine.h"
#include "sim/thread.h"
#include "uv/ultravisor.h"

#define MIB ((uint64_t)1 << 20)
#define WORLD_KERNEL ((uint64_t)1 << 45)	/* of the window; free with sanitizers, too */
#define WORLD_KERNEL_BYTES (64 * MIB)
#define WORLD_ASCES 4
#define WORLD_GUEST_PAGES ((uint64_t)1 << 20)	/* 4 GiB, of each address space */

struct world {
	struct profile profile;
	struct storage *storage;
	struct uv *uv;
	struct sim_domain domain;
	struct storage_region *region;
	uint64_t user;		/* first frame of guest memory, GUEST_PAGES for each space */
	uint64_t absent;	/* this guest page is not mapped (UINT64_MAX: all are) */
	bool crossed;		/* all address spaces see the memory of the first */
	uint64_t next;		/* next free address in the window */
	uint64_t wiped;		/* frames that the Ultravisor has cleared */
	uint64_t wiped_last;	/* the first one of the last stretch */
	uint16_t rc, rrc;	/* of the last call */
	sim_time spent;		/* by the last call */
};

/** Run @body in a simulated thread of a fresh machine; the Ultravisor is initialised. */
void world_run(void (*body)(struct world *w));
/** The same before INIT_UV, after @tune has changed the profile (may be NULL). */
void world_run_raw(void (*tune)(struct profile *profile), void (*body)(struct world *w));
void world_run_tuned(void (*tune)(struct profile *profile), void (*body)(struct world *w));

/** Donate the base storage. */
void world_init_uv(struct world *w);
uint64_t world_alloc(struct world *w, uint64_t bytes);
uint64_t world_asce(unsigned space);
/** Frame behind page @gpage of address space @space. */
uint64_t world_frame(const struct world *w, unsigned space, uint64_t gpage);

/** Issue the block; rc, rrc and time are left in the world. Returns the condition code. */
int world_uvc(struct world *w, void *block);

struct uv_cb_cgc world_cgc(struct world *w, unsigned space);
uint64_t world_create_conf(struct world *w, unsigned space);
uint64_t world_create_cpu(struct world *w, uint64_t conf, uint16_t number);
/** A configuration whose image of @pages pages is unpacked (guest pages 0 on) and verified. */
uint64_t world_verified(struct world *w, unsigned space, uint64_t pages);

int world_nodata(struct world *w, uint16_t cmd, uint64_t handle);
int world_destroy_fast(struct world *w, uint64_t conf);
int world_import(struct world *w, uint64_t conf, uint64_t gpage);
int world_export(struct world *w, uint64_t frame);
int world_destroy(struct world *w, uint64_t frame);
int world_pin(struct world *w, uint64_t frame);
int world_unpin(struct world *w, uint64_t conf, uint64_t gpage);
int world_set_parms(struct world *w, uint64_t conf, uint64_t pages, uint32_t flags);
int world_unpack(struct world *w, uint64_t conf, uint64_t gpage);
int world_set_state(struct world *w, uint64_t cpu, uint8_t state);
int world_share(struct world *w, uint64_t conf, uint64_t gpage, uint16_t cmd);

enum frame_state world_state(struct world *w, uint64_t frame);
/** Times command @cmd was answered with @cc and @rc. */
uint64_t world_count(const struct world *w, uint16_t cmd, int cc, uint16_t rc);
unsigned world_violations(const struct world *w, const char *kind);

#define ck_answer(w, call, want_cc, want_rc)						\
	do {										\
		ck_assert_int_eq(call, want_cc);					\
		ck_assert_uint_eq((w)->rc, want_rc);					\
	} while (0)
#define ck_done(w, call) ck_answer(w, call, UVC_CC_OK, UVC_RC_EXECUTED)
#define ck_refused(w, call, want_rc) ck_answer(w, call, UVC_CC_ERROR, want_rc)

/* A test whose body runs inside the simulated machine w. */
#define SIM_TEST_TUNED(name, tune)					\
	static void name##_body(struct world *w);			\
	START_TEST(name)						\
	{								\
		world_run_tuned(tune, name##_body);			\
	}								\
	END_TEST							\
	static void name##_body(struct world *w)
#define SIM_TEST(name) SIM_TEST_TUNED(name, NULL)

#endif
