/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The cost table of a machine: what each UVC and each host step that matters costs in simulated
 * time.
 *
 * The numbers come from a profile (profiles/NAME.yaml, loaded by scenario/profile); the list of
 * keys is uv/costs.def. Every number bears its source and its confidence. The table also counts
 * what was charged by key, so that a result can say which numbers it hangs on most.
 */
#ifndef UV_COST_H
#define UV_COST_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/time.h"

enum cost_id {
#define COST(id, key, what) COST_##id,
#include "uv/costs.def"
#undef COST
	COST_COUNT,
};

enum cost_dist { COST_FIXED, COST_UNIFORM };

struct cost_entry {
	sim_time value;		/* fixed value, ps */
	enum cost_dist dist;
	sim_time low, high;	/* COST_UNIFORM: drawn in [low, high], ps */
	char confidence;	/* 'A', 'B', 'C' (published, see docs/costs.md) or 'E' (estimate) */
	char *source;		/* owned */
	/* the running count, for "which numbers does this result hang on" */
	uint64_t charged;	/* times charged */
	sim_time total;		/* time charged, ps */
	uint64_t bulk_charged;	/* of it, by bulks that took effect */
	sim_time bulk_total;
};

/** Sizes and features that the machine answers to QUI, and behaviours that differ by firmware. */
#define MACHINE_QUERY_LEN_MIN 0xa8	/* the shortest query that is answered */
#define MACHINE_QUERY_LEN 0x120		/* the longest known */
#define MACHINE_SECRETS_MAX 128		/* our choice */

struct machine {
	uint64_t uv_base_stor_len;
	uint64_t conf_base_phys_stor_len;
	uint64_t conf_base_virt_stor_len;
	uint64_t conf_virt_var_stor_len;	/* bytes per MiB of guest storage */
	uint64_t cpu_stor_len;
	uint64_t max_guest_stor_addr;
	uint32_t max_num_sec_conf;
	uint16_t max_guest_cpu_id;
	uint64_t conf_dump_storage_state_len;
	uint64_t conf_dump_finalize_len;
	bool destroy_fast;	/* UVC 0x0102 installed */
	bool misc;		/* feature bit 0 */
	bool aiv;		/* feature bit 1 */
	bool ap, ap_intr;	/* feature bits 4, 5 */
	bool dump;		/* UVCs 0x0400..0x0403 installed */
	bool old_destroy_rc;	/* destroying a non-secure page answers 0x107/0xd */
	bool old_cpu_handle_rc;	/* DESTROY_SEC_CPU of a bad handle answers 0x20, not 0x21 */
	uint16_t query_len;	/* a query block this long gets all; 0: MACHINE_QUERY_LEN */
	uint16_t max_retr_secrets;	/* 0: no RETR_SECRET */
	sim_time partial_budget;	/* a long UVC answers cc 3 after this time, ps */
};

struct profile {
	char *name;
	char *path;		/* as given; "" for a built-in one */
	char hash[65];		/* SHA-256 of the file, hex */
	struct cost_entry cost[COST_COUNT];
	struct machine machine;
};

/**
 * Key of @id as written in profiles ("uvc.destroy_page.secure") and a one-line description. Static
 * storage.
 */
const char *cost_key(enum cost_id id);
const char *cost_what(enum cost_id id);

/** Id of @key, or COST_COUNT. */
enum cost_id cost_find(const char *key);

/**
 * Set the table that the running simulation uses (not owned) and zero its counts. NULL takes it
 * away.
 */
void cost_use(struct profile *profile);
struct profile *cost_profile(void);

/**
 * What one step of @id costs now, ps; counted as charged once. Draws from stream "cost/KEY/THREAD"
 * if the entry has a distribution.
 */
sim_time cost(enum cost_id id);

/** As cost(), but not counted: for a step that is counted by cost_charge() once it is over. */
sim_time cost_next(enum cost_id id);

/**
 * As cost() for a step on page number @page: with a distribution one draw serves a whole chunk of
 * COST_CHUNK_PAGES pages (by thread), the same in bulk and page by page. Not counted: see
 * cost_charge().
 */
sim_time cost_page(enum cost_id id, uint64_t page);

/** How many pages from @page on share its draw (UINT64_MAX for a fixed cost). */
uint64_t cost_page_run(enum cost_id id, uint64_t page);

struct sim_look_words;
/**
 * What has been counted grows by the same in each period of a convoy (sim/convoy.h). @bulks: so does the part of it
 * that bulks have counted; else that part is others'.
 */
void cost_tally(struct sim_look_words *words, bool bulks);

/** Count @n charges of @id of @each ps (bulk and per-page steps). */
void cost_charge(enum cost_id id, uint64_t n, sim_time each);

#define COST_CHUNK_PAGES 16384

#endif
