/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Absolute storage and the security state of every frame in it.
 *
 * Storage is a set of regions: the host kernel's own, and one for each user mapping that may hold
 * guest pages. User frames have stable identities (page i of a mapping is frame base + i for as
 * long as the mapping lives); capacity is counted by mm/, identity is not scarce. So a frame's
 * state is a function of its number, and a walk over a mapping is a walk over consecutive frames.
 *
 * The states are those of the page-state machine of the Ultravisor as the public tests and Linux
 * describe it.
 */
#ifndef UV_STORAGE_H
#define UV_STORAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/bulk.h"

#define FRAME_SHIFT 12
#define FRAME_SIZE ((uint64_t)1 << FRAME_SHIFT)

enum frame_state {
	FRAME_PLAIN,		/* N: host-accessible, no record in the Ultravisor */
	FRAME_SECURE,		/* S(o): owned by a configuration */
	FRAME_SHARED,		/* H(o): owned, shared with the host by the guest */
	FRAME_PINNED,		/* P(o): shared and pinned by the host */
	FRAME_EXPORTED,		/* X(o): ciphertext; the Ultravisor keeps the integrity record */
	FRAME_DISCARDED,	/* Z(o): owner destroyed fast, content still locked */
	FRAME_DONATED,		/* U: given to the Ultravisor */
	FRAME_STATES,
};

/** One-letter name of the reference (N S H P X Z U) and a word ("secure"). Static storage. */
char frame_state_letter(enum frame_state state);
const char *frame_state_name(enum frame_state state);

/** What is known of a frame; packed into a page_map value. */
struct frame {
	enum frame_state state;
	uint32_t conf;		/* slot of the owning configuration, 0 if none; below FRAME_CONFS */
	int64_t delta;		/* guest page number minus frame number, for S H P X Z */
};

/** Slot numbers of configurations that a record can hold: 1 .. FRAME_CONFS - 1. */
#define FRAME_CONFS ((uint32_t)1 << 20)

/** Can a record hold this distance? storage_set() asserts it; who makes a record asks first. */
bool frame_delta_fits(int64_t delta);

struct storage;
struct storage_region;

struct storage *storage_create(void);
void storage_destroy(struct storage *storage);

/**
 * Add @frames frames from frame number @first, all FRAME_PLAIN. @domain is what must be settled
 * before the frames are looked at (NULL for kernel storage). Regions may not overlap.
 */
struct storage_region *storage_add(struct storage *storage, uint64_t first, uint64_t frames,
				   struct sim_domain *domain, const char *name);
void storage_remove(struct storage *storage, struct storage_region *region);

/**
 * A free stretch of @frames frame numbers above all regions so far; for mappings. 1 MiB aligned.
 */
uint64_t storage_reserve(struct storage *storage, uint64_t frames);

/** The region that holds frame @number, or NULL: outside configured storage. */
struct storage_region *storage_find(struct storage *storage, uint64_t number);
struct sim_domain *storage_region_domain(const struct storage_region *region);
/** First frame of @region, and how many. */
uint64_t storage_region_first(const struct storage_region *region);
uint64_t storage_region_frames(const struct storage_region *region);

/** Call @fn(@ctx, region) whenever a region is about to be removed (one watcher; NULL: none). */
void storage_watch_remove(struct storage *storage,
			  void (*fn)(void *ctx, struct storage_region *region), void *ctx);

/**
 * State of frame @number (must exist), and in *@run (may be NULL) how many from it on, at most
 * @max, are alike. Does not settle.
 */
struct frame storage_get(struct storage *storage, uint64_t number, uint64_t max, uint64_t *run);
void storage_set(struct storage *storage, uint64_t number, uint64_t n, struct frame frame);

/**
 * What is known of the contents of frames (uv/contents.c): a value each, 0 at first. As storage_get() and
 * storage_set().
 */
uint64_t storage_content_get(struct storage *storage, uint64_t number, uint64_t max, uint64_t *run);
void storage_content_set(struct storage *storage, uint64_t number, uint64_t n, uint64_t value);

/** How often the Ultravisor has encrypted frames since their region was added. As storage_get(); and once more. */
uint64_t storage_version_get(struct storage *storage, uint64_t number, uint64_t max, uint64_t *run);
void storage_version_raise(struct storage *storage, uint64_t number, uint64_t n);

#endif
