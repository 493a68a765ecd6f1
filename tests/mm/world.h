/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A host with one address space for the tests of mm/: run twice, in bulk and page by page; what is noted, and
 * what is left, must be the same.
 */
#ifndef TESTS_MM_WORLD_H
#define TESTS_MM_WORLD_H

#include <check.h>

#include "mm/gmap.h"
#include "mm/internal.h"
#include "mm/pressure.h"
#include "sim/engine.h"
#include "sim/thread.h"
#include "uv/uvcb.h"

#define MIB ((uint64_t)1 << 20)
#define USER_AT ((uint64_t)1 << 40)		/* user address of guest page 0 */
#define GUEST_BYTES ((uint64_t)3 << 30)
#define HOST_BYTES ((uint64_t)1 << 30)

#define DESTROY UVC_CMD_DESTR_SEC_STOR
#define EXPORT UVC_CMD_CONV_FROM_SEC_STOR
#define IMPORT UVC_CMD_CONV_TO_SEC_STOR

/* A kernel version. */
#define V(a, b) (((unsigned)(a) << 16) + ((unsigned)(b) << 8))

/* Costs, in ns, chosen so that sums are easy. */
#define NS_FAULT 300
#define NS_ALLOC 100
#define NS_CLEAR 200
#define NS_FREE 50
#define NS_LINK 400
#define NS_WALK_BATCH 320
#define NS_WALK_PTE 10
#define NS_STEP 80
#define NS_DESTROY 1000
#define NS_DESTROY_PLAIN 500
#define NS_IMPORT 1500
#define NS_EXPORT 2000
#define NS_EXPORT_PLAIN 700
#define NS_MAKE_SECURE 600
#define NS_UNMAP 110
#define NS_DRAIN 2500
#define NS_DRAIN_ALL 90000
#define NS_COPY_TABLE 900
#define NS_SECURE_FAULT 1300
#define NS_MISC 70
/* A page of a walk that has no batches. */
#define SECURE_NS (NS_WALK_PTE + NS_DESTROY + NS_STEP)
#define PLAIN_NS (NS_WALK_PTE + NS_DESTROY_PLAIN + NS_STEP)

struct world {
	struct profile profile;
	struct host *host;
	struct mm *mm;
	struct gmap_space *gmap;
	uint64_t conf;			/* a verified configuration, 0: none */
	int protected_count;
	bool is_protected;
	unsigned processors;		/* of the host: set before the run, 4 if 0 */
	bool misc;			/* set before the run */
	struct pressure_config pressure; /* set before the run; no bandwidth: none */
	uint64_t expected_findings;	/* of conservation: set by the test */
	uint64_t host_bytes;		/* set before the run, HOST_BYTES if 0 */
};

/** Run @body in the thread "main" of a new world, twice. @tune (may be NULL) changes the world before it is made. */
void world_run(void (*tune)(struct world *w), void (*body)(struct world *w));

#define MM_TEST_TUNED(name, tune)                                                                  \
	static void name##_body(struct world *w);                                                  \
	START_TEST(name)                                                                           \
	{                                                                                          \
		world_run(tune, name##_body);                                                      \
	}                                                                                          \
	END_TEST                                                                                   \
	static void name##_body(struct world *w)
#define MM_TEST(name) MM_TEST_TUNED(name, NULL)

/** Note "TIME THREAD WHAT NUMBER", TIME in ns: compared between the two runs, and by note_expect(). */
void note(const char *what, long long number);
/** All notes so far, then none. */
void note_expect(const char *notes);

/** Start a thread of the world. */
struct sim_thread *spawn(const char *name, void (*body)(void *world), struct world *w);

/** A configuration that is ready for imports; protected_count becomes 1. */
void world_protect(struct world *w);
/** Guest pages [@first, @first + @n) become present; and the configuration's. */
void world_fault_in(struct world *w, uint64_t first, uint64_t n);
void world_import(struct world *w, uint64_t first, uint64_t n);

/** Its configuration gets a CPU: from now on the Ultravisor refuses to destroy its pages. */
void world_create_cpu(struct world *w);
/** Pages that its configuration has. */
uint64_t world_secure(const struct world *w);

struct mm_vma *world_vma(const struct world *w);
uint64_t world_frame(const struct world *w, uint64_t gpage);
/** Pages of guest pages [@first, @first + @n) whose flags under @mask are @flags. */
uint64_t world_pages(struct world *w, uint64_t first, uint64_t n, uint64_t mask, uint64_t flags);
/** Times that UVC @cmd was done with @cc. */
uint64_t world_count(const struct world *w, uint16_t cmd, int cc);
uint64_t world_violations(const struct world *w, const char *kind);

#endif
