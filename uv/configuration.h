/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Secure configurations and secure CPUs: what the Ultravisor remembers of a guest. Internal to uv/.
 *
 * A configuration has a slot (small number, kept in the records of its frames) and a handle. It is
 * live from CREATE_SEC_CONF to a successful destroy call. A slot is used again only when no frame
 * record names it: after DESTROY_SEC_CONF_FAST the structure stays as the dead owner of the
 * discarded frames.
 */
#ifndef UV_CONFIGURATION_H
#define UV_CONFIGURATION_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/time.h"
#include "uv/fault.h"
#include "uv/sie.h"
#include "uv/storage.h"

struct uv;
struct secret;

enum conf_state {
	CONF_CREATING,		/* CREATE_SEC_CONF has answered cc 3: no handle yet */
	CONF_CREATED,
	CONF_PARAMS,		/* SET_SEC_CONF_PARAMS done */
	CONF_UNPACKING,
	CONF_VERIFIED,
	CONF_DYING,		/* DESTROY_SEC_CONF has answered cc 3 */
	CONF_DISCARDED,		/* not live: owner of what DESTROY_SEC_CONF_FAST left */
};

/** Consecutive frames, given by a donation. */
struct stretch {
	uint64_t first, frames;
};

/**
 * Guest pages [low, high) at one distance from frames of one region; all frames of the
 * configuration lie in a piece.
 */
struct conf_piece {
	struct conf_piece *next;
	struct storage_region *region;
	int64_t delta;
	uint64_t low, high;
};

/** A place in the walk over a configuration's frames. */
struct conf_walk {
	struct conf_piece *piece;	/* NULL: at the end */
	uint64_t gpage;
};

/**
 * A long call in slices: what is still to pay for, and time spent that no whole step has used up
 * yet. All in ps.
 */
struct conf_work {
	bool active;
	sim_time fixed;		/* part that does not depend on pages, still unpaid */
	sim_time page;		/* for each owned page */
	sim_time clear;		/* for each donated frame */
	uint64_t donated;	/* frames still to clear */
	sim_time credit;
	struct conf_walk walk;	/* DESTROY_SEC_CONF: everything before it is gone */
};

/** An answer put in on purpose that a call in slices is still to get. */
struct conf_doom {
	bool active;
	sim_time left;		/* when this much of the work is left */
	struct uv_fault_answer answer;
};

struct secure_cpu {
	uint64_t handle;
	struct conf *conf;
	uint16_t number;
	uint8_t state;		/* PV_CPU_STATE_* */
	bool in_sie;
	bool reset_due;		/* a CPU reset must come before it may operate */
	struct stretch storage;
	struct uv_guest_state guest;
	uint8_t left_with;	/* interception code of the last SIE exit, 0: none since a reset */
	sim_time left_at;	/* time of it */
};

struct conf {
	uint32_t slot;
	uint64_t handle;	/* 0 while there is none */
	enum conf_state state;
	uint64_t asce, origin, length, sca;
	struct sim_domain creation;	/* of CREATE_SEC_CONF in slices: it meets nobody's pages */
	struct sim_domain *domain;
	struct stretch base, variable;
	struct secure_cpu **cpu;	/* by number */
	unsigned cpus;
	uint64_t pages[FRAME_STATES];	/* frames that name this configuration, by state */
	struct conf_piece *pieces;
	struct conf_piece *piece_near;
	struct conf_work work;
	struct conf_doom doom;
	uint64_t image_pages, unpacked;
	bool dump_allowed, dumping;
	bool loaded;		/* a CPU has been set operating with load: the next one is a reset */
	bool secrets_allowed, secrets_locked;
	struct secret *secrets;	/* by index */
	uint16_t secret_count;
	bool unshared, prepared;	/* reset: SET_UNSHARE_ALL done, PREPARE_RESET done */
	bool reset_due;			/* the guest asked for one: no SIE until complete */
	bool exclusive;			/* a configuration-level call is under way */
	bool held;			/* so is one slice of an exposed bulk */
	unsigned in_flight;		/* page-level calls under way */
	bool destroy_failed;		/* explains a leak */
};

/** Is there room for one more? */
bool conf_room(const struct uv *uv);
/** A new configuration of no pages in state CONF_CREATING. Asserts that there is room. */
struct conf *conf_create(struct uv *uv);
/** Give it a handle: from now on conf_find() knows it. */
void conf_publish(struct uv *uv, struct conf *conf);
/** It is live no longer. Freed at once if no frame names it, else with its last frame. */
void conf_retire(struct uv *uv, struct conf *conf);

struct conf *conf_find(struct uv *uv, uint64_t handle);
/** Live configuration that holds @asce, or NULL. */
struct conf *conf_find_asce(struct uv *uv, uint64_t asce);
/** The configuration a record names, or NULL. */
struct conf *conf_of(struct uv *uv, struct frame frame);
struct secure_cpu *cpu_find(struct uv *uv, uint64_t handle);
/** Was @handle once given out? Says nothing about whether it is still live. */
bool handle_issued(const struct uv *uv, uint64_t handle);

struct secure_cpu *cpu_create(struct uv *uv, struct conf *conf, uint16_t number,
			      struct stretch storage);
void cpu_free(struct uv *uv, struct secure_cpu *cpu);

/** Is a configuration-level call under way? */
bool conf_locked(const struct conf *conf);

/** Pages that are secure, shared or pinned. */
uint64_t conf_owned(const struct conf *conf);

/**
 * The one place where a frame's state changes: [@number, @number + @n) go from @from (all alike) to
 * @to. Keeps all counts. May free a discarded owner.
 */
void frames_change(struct uv *uv, uint64_t number, uint64_t n, struct frame from, struct frame to);
/** The same without a word about contents, for page-level calls, which tell themselves. */
void frames_record(struct uv *uv, uint64_t number, uint64_t n, struct frame from, struct frame to);
/** Are all of them configured and plain? The first question of every donation. */
bool frames_exist(struct uv *uv, struct stretch stretch);
bool frames_plain(struct uv *uv, struct stretch stretch);
void frames_donate(struct uv *uv, struct stretch stretch, struct conf *conf);
void frames_return(struct uv *uv, struct stretch stretch, struct conf *conf);

/** Begin a walk: pieces in order of their lowest guest page. */
void conf_walk_begin(struct conf *conf, struct conf_walk *walk);
/**
 * Next frames of @conf that are alike: at most @max, *@run of them, from *@number on. False at the
 * end. The caller may change them.
 */
bool conf_walk_next(struct uv *uv, struct conf *conf, struct conf_walk *walk, uint64_t max,
		    uint64_t *number, uint64_t *run, struct frame *frame);

/** Time that a call in slices still needs, ps. */
sim_time conf_work_left(const struct conf *conf);
/** How many slices of the budget come before the last one of a call that needs @left? */
uint64_t conf_work_slices(const struct uv *uv, sim_time left);
/** Spend @time on it: whole steps take effect, the rest is kept. */
void conf_work_advance(struct uv *uv, struct conf *conf, sim_time time);

/** Storage watcher: the region goes, its records with it. */
void conf_region_removed(void *uv, struct storage_region *region);
/** Free everything. */
void conf_free_all(struct uv *uv);

#endif
