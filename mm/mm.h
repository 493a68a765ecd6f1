/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Host memory and user address spaces, as the host kernel keeps them: frames by count, mm with its mmap lock,
 * mappings, present pages by range, reference counts, notifiers, teardown.
 *
 * A user mapping owns a stretch of frame numbers (see uv/storage.h): page i of the mapping is frame
 * first_frame + i whenever it is present. The domain's index is the frame number. What a page is to the host
 * (present, PG_arch_1) lives in the mapping's page_map; what it is to the Ultravisor lives in uv/storage.
 *
 * Source of behaviour: Linux 6.12 arch/s390/mm/gmap.c, arch/s390/kernel/uv.c, arch/s390/include/asm/pgtable.h.
 */
#ifndef MM_MM_H
#define MM_MM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/bulk.h"
#include "sim/lock.h"
#include "mm/world.h"
#include "uv/page_map.h"
#include "uv/ultravisor.h"

#define PAGE_SHIFT 12
#define PAGE_BYTES ((uint64_t)1 << PAGE_SHIFT)

/* --- host memory ------------------------------------------------------------------------------- */

/** What a frame in use is used for. */
enum frame_use { USE_KERNEL, USE_USER, USE_TABLE, USE_UV, USE_COUNT };

/** Allocations that failed at one place in the same way. */
struct alloc_failure {
	const char *site;
	uint64_t bytes, count;
	unsigned flags;			/* ALLOC_* */
	sim_time first;
	struct alloc_failure *next;
};

/** How the kernel uses memory of a process: copies, or a page of it that is brought in. */
enum user_access { USER_COPY_FROM, USER_COPY_TO, USER_PAGE };

/** How a request to the swap device ends: as it should, with an error, or (a read) with other contents. */
enum swap_outcome { SWAP_DONE, SWAP_ERROR, SWAP_DAMAGED, SWAP_OLD, SWAP_OTHER };

/** Faults put in on purpose; a function that is NULL is not asked. */
struct host_faults {
	/** Until when virtual CPU @cpu of @vm does not leave SIE, whatever happens; not later than now: it does. */
	sim_time (*held_in_sie)(void *ctx, const char *vm, unsigned cpu);
	/** What becomes of a request to the swap device for @pages of @mm? It may be delayed by *@delay, 0 before. */
	enum swap_outcome (*swap)(void *ctx, const char *mm, bool write, uint64_t pages, sim_time *delay);
	/** The kernel is about to use memory of a process: does that fail? */
	bool (*user)(void *ctx, enum user_access what);
	/** Of the next @n pages that the running thread brings in: how many are certain not to fail, for a bulk? */
	uint64_t (*user_pages)(void *ctx, uint64_t n);
	/** A bulk of sim_acting() has brought in so many. */
	void (*user_passed)(void *ctx, uint64_t n);
	void *ctx;
};

/**
 * The host's frames. Kernel memory has real backing at a fixed window of addresses, so that pv.c may touch it
 * and virtual == physical.
 */
struct host {
	struct uv *uv;
	uint64_t frames;		/* installed */
	uint64_t free;
	uint64_t used[USE_COUNT];
	uint64_t promised;		/* to bulks in flight, still counted as free */
	uint64_t pending;		/* used for user pages that are not present yet */
	struct frame_promise *promises;
	unsigned givers;		/* bulks in flight that give back frames */
	unsigned timed_givers;		/* of them, those that can be asked when they gave: */
	struct frame_giver *timed;	/* mm/low_water.c */
	struct sim_key low_water_at;	/* lowest_free counts all that bulks did before */
	uint64_t lowest_free;		/* low-water mark of free */
	uint64_t lost;			/* user frames that nobody may ever have again */
	struct mm *mms;			/* all address spaces that have mappings */
	struct mm *all_mms;		/* all there ever were, latest first */
	struct kernel_heap *heap;
	struct storage *storage;
	struct uv_ops uv_ops;
	struct gmap_asce *asces;	/* guest address spaces by top-level table */
	int (*should_fail)(void *ctx, const char *site, uint64_t bytes);	/* fault injection; may be NULL */
	void *should_fail_ctx;
	unsigned alloc_flags;		/* ALLOC_* of the allocation that it is asked about */
	struct kept_page *kept;		/* pages that are unmapped and still referred to */
	uint64_t kept_pages;
	struct mm_shrinker *shrinkers;	/* mm/shrinker.h */
	void (*to_user)(void);		/* what a thread does on its way out of a PV command; may be NULL */
	struct memcg *memcgs;		/* memory cgroups, in order of creation: mm/memcg.h */
	unsigned memcg_waiters;		/* threads that wait for room in one */
	struct alloc_failure *failures;	/* without those that did not want to be told of */
	struct host_faults faults;	/* others, put in on purpose */
	int64_t clock_ahead;		/* the wall clock and TOD have jumped by so much, ps */
	struct pressure *pressure;	/* reclaim, swap, OOM killer: mm/pressure.h; NULL: an allocation just fails */
	void *kernel;			/* struct kernel_state of kvm/linux/kernel.h: tasks, work, timers; or NULL */
	const void *booted;		/* algorithm whose boot() has been called */
	struct mm_reference *references, *spare_references;	/* of pv.c: mm/reference.h */
	unsigned references_held;
	uint64_t references_beyond;	/* so many more, of which nobody knows to what */
	uint64_t refused;		/* frame whose import was refused last for a reference to it; 0: none */
	bool unbalanced;		/* frames were lost or found, and it has been reported */
	uint64_t looks, looked_at;	/* of conservation_watch() */
};

/** Is @what, which is about to be done, to fail on purpose (-EFAULT)? Takes no simulated time. */
static inline bool host_user_fails(const struct host *host, enum user_access what)
{
	return host->faults.user && host->faults.user(host->faults.ctx, what);
}

/** How many of the next @n pages of user memory may a bulk of the running thread bring in? */
static inline uint64_t host_user_pages_good(const struct host *host, uint64_t n)
{
	return host->faults.user_pages ? host->faults.user_pages(host->faults.ctx, n) : n;
}

/** The host of the current simulation: for kernel functions that are called without any object. */
struct host *host_current(void);

/**
 * Make the host with @memory bytes; sets up kernel window, storage and Ultravisor of @profile, and donates
 * the Ultravisor's base storage.
 */
struct host *host_create(uint64_t memory, const struct profile *profile);
void host_destroy(struct host *host);

/** Let every event be followed by a check that each frame is in exactly one place. For test builds: it costs time. */
void conservation_watch(struct host *host);
/**
 * The same check at the end of a run, and whether counts and maps agree; @done: all processes have ended, so
 * nothing is left.
 */
void conservation_check(struct host *host, bool done);

/**
 * Kernel allocations. Addresses are real, backed, below the window's end, deterministic. Each takes time
 * (HOST_ALLOC_PAGE, once). All return 0/NULL on failure. Freeing a donated block is a violation and the block
 * is then leaked.
 */
uint64_t host_alloc_pages(struct host *host, unsigned order, bool zero, enum frame_use use, const char *site);
void host_free_pages(struct host *host, uint64_t address, unsigned order);
void *host_vzalloc(struct host *host, uint64_t bytes, const char *site);
void host_vfree(struct host *host, void *address);
void *host_kzalloc(struct host *host, uint64_t bytes, const char *site);
void host_kfree(struct host *host, void *object);
/**
 * The same with ALLOC_* flags (mm/gfp.h); those above are ALLOC_KERNEL. A mapping and an object are always zeroed;
 * a page block is with ALLOC_ZERO.
 */
uint64_t host_get_pages(struct host *host, unsigned order, unsigned flags, enum frame_use use, const char *site);
void *host_get_mapping(struct host *host, uint64_t bytes, unsigned flags, const char *site);
void *host_get_object(struct host *host, uint64_t bytes, unsigned flags, const char *site);
/** Report what should be gone when a run is over: kernel memory, references. */
void host_check_end(struct host *host);
/** Kernel blocks still allocated at the end: count and bytes. */
uint64_t host_heap_left(const struct host *host, uint64_t *bytes);

/* --- address spaces ------------------------------------------------------------------------------ */

struct mm_vma {
	struct mm_vma *next;		/* by address */
	uint64_t start, end;		/* user virtual addresses */
	uint64_t first_frame;
	struct page_map *pages;		/* MM_PAGE_* flags by page */
	struct storage_region *region;
	uint8_t *young;			/* by page table: touched since reclaim looked, or BARE; NULL without reclaim */
	uint8_t *tables;		/* by page table: it exists; likewise */
	uint8_t *segments;		/* by 2 GiB of it: their segment table exists */
	struct page_map *refs;		/* references that pv.c took, by page: folio_hold(); NULL: none ever */
	void *face;			/* struct vm_area_struct, once pv.c has asked for it */
};

/** What vma->young says of a page table of which no page is present. */
#define MM_TABLE_BARE 2

#define MM_PAGE_PRESENT 1u
#define MM_PAGE_ARCH_1 2u	/* PG_arch_1: may be secure */
#define MM_PAGE_WRITEBACK 4u	/* being written to swap; present again if it was wanted back meanwhile */
#define MM_PAGE_SWAPPED 8u	/* on the swap device only */

struct mm;
struct mm_aside;

/** What is about to happen to a range (enum mmu_notifier_event): pages are unmapped; the address space ends. */
enum mm_event { MM_EVENT_UNMAP, MM_EVENT_CLEAR, MM_EVENT_RELEASE = 5 };

/** A part of an address space, user virtual addresses, of which pages are unmapped. */
struct mm_range {
	uint64_t start, end;
	enum mm_event event;
	bool may_block;
};

/** Linux mmu_notifier. A function that is NULL is not wanted. */
struct mm_notifier {
	void (*release)(struct mm_notifier *notifier, struct mm *mm);
	/** Takes time: before and after. The first fails with -EAGAIN, only when it may not block. */
	int (*begin)(struct mm_notifier *notifier, struct mm *mm, const struct mm_range *range);
	void (*end)(struct mm_notifier *notifier, struct mm *mm, const struct mm_range *range);
	/** Takes time: was any of it used lately? The marks are cleared. */
	bool (*young)(struct mm_notifier *notifier, struct mm *mm, uint64_t start, uint64_t end);
	struct mm_notifier *next;
};

/** GATHER_GET_PAGES of Linux 6.1 and 6.12. */
#define MM_GATHER_PAGES 32

/** Pages that a destroy walk has gathered and still holds references to. */
struct mm_gather {
	struct mm_gather *next;
	uint64_t frame[MM_GATHER_PAGES];
	unsigned count, done;
};

/** Pages whose entries share one page table, and so one pte lock: 256 on s390. */
#define MM_TABLE_PAGES 256

/** What a page table and a segment table (2048 entries, 2 GiB) count as. */
#define MM_PTE_TABLE_BYTES 2048
#define MM_CRST_TABLE_BYTES 16384
#define MM_SEGMENT_TABLES 2048

/** A pte lock that somebody holds or waits for; others need no object. */
struct mm_ptl {
	struct mm_ptl *next;
	uint64_t table;			/* frame number / MM_TABLE_PAGES */
	struct sim_spinlock lock;
};

/** A page that a thread has faulted in and not used yet. */
struct mm_fresh_page {
	const struct sim_thread *thread;
	uint64_t frame;			/* UINT64_MAX: none */
	struct mm_fresh_page *next;
};

/** A place in pv.c that takes a use of an address space, and how often. */
struct mm_got {
	struct sim_site site;
	unsigned count;
};
#define MM_GOT 4

/** Counters of an address space, as MM_FILEPAGES to MM_SHMEMPAGES of include/linux/mm_types_task.h number them. */
#define MM_COUNTERS 4
#define MM_COUNTER_ANON 1
#define MM_COUNTER_SWAP 2

struct mm {
	const char *name;
	const struct mm_world *world;	/* that of 6.12 until a VM is made in it */
	struct host *host;
	struct memcg *memcg;		/* that its pages are charged to; NULL: none */
	unsigned users, count;		/* mm_users, mm_count */
	struct sim_rwsem mmap_lock;
	struct sim_domain domain;
	struct mm_vma *vmas;
	struct mm_notifier *notifiers;	/* newest first */
	unsigned notifying;		/* calls of them under way, other than release */
	struct sim_waitqueue notified;	/* the last of those is over */
	uint64_t held;			/* references in vma->refs, all together */
	struct mm_gather *gathers;
	struct mm_fresh_page *fresh;	/* one for each thread that ever faulted */
	struct mm_ptl *ptls, *free_ptls;
	uint64_t *locked_folios;	/* frames whose folio lock is held */
	unsigned locked_count, locked_room;
	struct sim_waitqueue folio_wait;	/* for one of them */
	/** context.protected_count != 0; NULL: never protected. */
	bool (*is_protected)(void *ctx);
	void *ctx;
	uint64_t rss;			/* present pages; settle before reading */
	uint64_t swapped;		/* pages on the swap device only */
	unsigned io;			/* batches that reclaim is at work on or writing: exit waits for them */
	void (*kill)(void *ctx);	/* a fatal signal to the whole process, by the OOM killer; NULL: no victim */
	void *kill_ctx;
	int oom_score_adj;		/* -1000: never; each point is a thousandth of all memory */
	struct oom_event *oom;		/* it was killed for lack of memory: mm/oom.h */
	bool oom_skip;			/* and nothing more is expected from it (MMF_OOM_SKIP) */
	uint64_t pte_tables, crst_tables;	/* page tables, counted under pressure only; settle before reading */
	/** Called when a user has gone and others are left; may be NULL. */
	void (*user_left)(struct mm *mm);
	void *user_left_ctx;
	/** Called by whoever was the last user, when all is unmapped, for mapped files; may be NULL. */
	void (*unmapped)(void *ctx);
	void *unmapped_ctx;
	bool exiting;
	sim_time finished;		/* the last page was given back; SIM_FOREVER: not yet */
	struct mm_aside *aside;		/* mm/aside.h; NULL: pages are cleaned while they are unmapped */
	struct mm *next, *older;
	struct mm_got got[MM_GOT];	/* where pv.c took uses of it */
	int64_t counted[MM_COUNTERS];	/* what pv.c has added to its counters, all together */
	struct sim_site counted_at[MM_COUNTERS];	/* the last time */
};

struct mm *mm_create(struct host *host, const char *name);
/** Map @bytes of anonymous memory at @start (both multiples of 1 MiB). 0 or -EINVAL when it overlaps. */
int mm_mmap(struct mm *mm, uint64_t start, uint64_t bytes);
struct mm_vma *mm_vma_find(struct mm *mm, uint64_t address);
bool mm_is_protected(const struct mm *mm);

bool mm_get_not_zero(struct mm *mm);	/* mmget_not_zero() */
/** Takes time. mmput(): the last user runs the notifiers and exit_mmap() in its own thread, then drops the count. */
void mm_put(struct mm *mm);
void mm_grab(struct mm *mm);
void mm_drop(struct mm *mm);

/** Takes time: mmap write lock. 0 or -EINTR (signal pending). */
int mm_notifier_register(struct mm *mm, struct mm_notifier *notifier);
/** Takes time: the same with that lock held. */
int mm_notifier_register_locked(struct mm *mm, struct mm_notifier *notifier);
/**
 * Takes time: runs release() if the mm still has users (as Linux does), waits for calls under way, drops the
 * reference.
 */
void mm_notifier_unregister(struct mm *mm, struct mm_notifier *notifier);

/**
 * Takes time: host page fault at @address: makes it present. 0, -EFAULT (no mapping) or -ENOMEM. Takes the
 * mmap lock for read.
 */
int mm_fault_in(struct mm *mm, uint64_t address);

/**
 * Takes time: host user space writes (or reads) @n pages from @address on; faults in, makes secure pages
 * accessible (pin or export). 0 or -EFAULT.
 */
int mm_user_access(struct mm *mm, uint64_t address, uint64_t n, const char *what, enum cost_id each);

/**
 * Takes time: host user space of an mm that was never protected goes through @n pages of one mapping from @address
 * on, and spends @each on every one. 0, -EFAULT (not all mapped), -ENOMEM or -EINTR (fatal signal).
 */
int mm_user_touch(struct mm *mm, uint64_t address, uint64_t n, const char *what, enum cost_id each);

/** Takes time: madvise(MADV_DONTNEED) on @n such pages, all of one mapping: present or swapped ones are gone. */
void mm_discard(struct mm *mm, uint64_t address, uint64_t n);
/** Takes time: the same with the mmap lock held for read; secure pages are exported first (zap_page_range_single()). */
void mm_zap(struct mm *mm, uint64_t address, uint64_t n);

/** Takes time: exception 3d: pin or export the page at @address, if it is there. 0 or -EFAULT. */
int mm_make_accessible(struct mm *mm, uint64_t address);

/** Takes time: __s390_uv_destroy_range() of 6.1/6.12. 0 or -EINTR. */
int mm_destroy_range(struct mm *mm, uint64_t start, uint64_t end, bool interruptible);

/** Takes time: s390_reset_acc() of 5.10: destroy every present page, in one walk without a resched point. */
void mm_reset_acc(struct mm *mm);

/** Takes time: s390_disable_cow_sharing(). */
int mm_disable_cow_sharing(struct mm *mm);

/**
 * add_mm_counter() by pv.c on counter @member; and what it stands at, which may be below 0. Settle before. What pv.c
 * has added must come to 0: that is looked at when the last reference goes, as check_mm() does.
 */
void mm_counter_add(struct mm *mm, unsigned member, int64_t add);
int64_t mm_counter_read(const struct mm *mm, unsigned member);

/* --- uv_call() of the kernel (asm/uv.h) ---------------------------------------------------------- */

/** Takes time: repeat while cc > 1, no resched. */
int uv_call(struct uv *uv, void *uvcb);
/** Takes time: repeat while cc > 1, resched after every try. */
int uv_call_sched(struct uv *uv, void *uvcb);
/**
 * Takes time: uv_call() in a kernel that is preempted wherever no spinning lock is held (s390 from 7.0 on): then as
 * uv_call_sched().
 */
int uv_call_preempted(struct uv *uv, void *uvcb);
/** Takes time: command with only a handle. 0 or -EINVAL. */
int uv_cmd_nodata(struct uv *uv, uint64_t handle, uint16_t cmd, uint16_t *rc, uint16_t *rrc);

#endif
