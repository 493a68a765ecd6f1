/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The Ultravisor: the machine below the kernel, entered by UV calls.
 *
 * uvc() takes the address of a control block in home space and answers as the instruction does:
 * condition code, rc and rrc in the block. A handler first asks every question (decode), spends the
 * call's cost, then changes state in one function that cannot fail (commit). A page-level call
 * interlocks its frame, a configuration-level one its configuration; a call that meets an interlock
 * answers cc 2 and changes nothing. Long calls answer cc 3 after the profile's budget and go on
 * when re-issued.
 */
#ifndef UV_ULTRAVISOR_H
#define UV_ULTRAVISOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/account.h"
#include "sim/finding.h"
#include "uv/cost.h"
#include "uv/storage.h"
#include "uv/uvcb.h"

struct uv;
struct sim_thread;

#define UVC_CC_OK 0
#define UVC_CC_ERROR 1
#define UVC_CC_BUSY 2
#define UVC_CC_PARTIAL 3

/** What the Ultravisor needs from the host's address translation; filled in by mm/. */
struct uv_ops {
	/**
	 * Translate guest absolute @gaddr through the tables @asce designates: frame number in
	 * *@number, or -EFAULT if not mapped.
	 */
	int (*translate)(void *ctx, uint64_t asce, uint64_t gaddr, uint64_t *number);
	/** The domain of the address space behind @asce, NULL if unknown. */
	struct sim_domain *(*domain)(void *ctx, uint64_t asce);
	/**
	 * Contents of storage, within one frame, for a machine whose frames have contents; all three
	 * NULL otherwise. @clear: frames [number, number + n) are wiped.
	 */
	void (*load)(void *ctx, uint64_t absolute, void *to, size_t bytes);
	void (*store)(void *ctx, uint64_t absolute, const void *from, size_t bytes);
	void (*clear)(void *ctx, uint64_t number, uint64_t n);
	/** Other processors of the host that are not stopped; NULL: never any. Asked by INIT_UV. */
	unsigned (*others_running)(void *ctx);
	/**
	 * Frames [@number, @number + @n) become the Ultravisor's (@taken), or the host's again with
	 * zeroes in them. May be NULL.
	 */
	void (*donated)(void *ctx, uint64_t number, uint64_t n, bool taken);
	void *ctx;
};

/** Calls seen, by command and answer. */
struct uv_call_count {
	uint16_t cmd;
	uint8_t cc;
	uint16_t rc, rrc;
	uint64_t count;
	sim_time time;		/* simulated time spent in them, ps */
	uint64_t bulk_count;	/* of them, by bulks that took effect */
	sim_time bulk_time;
	struct uv_call_count *next;	/* in order of (cmd, cc, rc, rrc) */
};

/**
 * A machine with @storage that behaves as @profile says. Not initialised yet: INIT_UV does that.
 */
struct uv *uv_create(struct storage *storage, const struct profile *profile,
		     const struct uv_ops *ops);
void uv_destroy(struct uv *uv);
struct storage *uv_storage(struct uv *uv);

/** Name of command @cmd ("DESTR_SEC_STOR"), or NULL. Static storage. */
const char *uvc_name(uint16_t cmd);

/**
 * Takes time: issue the UVC whose block is at host pointer @uvcb. Returns the condition code 0..3.
 * Sends the call to the trace and step log.
 */
int uvc(struct uv *uv, void *uvcb);

/**
 * Takes time: the guest of configuration @handle issues the UVC at host pointer @uvcb (query, share,
 * unshare; what names storage of the guest needs uvc_instruction()). Answers as uvc(), or
 * UVC_GUEST_INTERCEPT when the host must unpin the page first and the guest then repeats the call
 * (nothing has changed).
 */
int uvc_guest(struct uv *uv, uint64_t handle, void *uvcb);
#define UVC_GUEST_INTERCEPT (-1)

/**
 * The first @n (at most) page-level calls @cmd (import 0x0200, export 0x0201, destroy 0x0202) on
 * frames @number, @number + 1, ... would all answer cc 0 and cost the same: how many, and their
 * cost in *@time. @handle and @gpage (guest page number of the first) matter for imports only. 0
 * when the first would not succeed or a frame is interlocked. Looks only.
 */
uint64_t uvc_bulk_plan(struct uv *uv, uint16_t cmd, uint64_t handle, uint64_t gpage,
		       uint64_t number, uint64_t n, sim_time *time);

/** How a stretch of like calls is refused. */
struct uvc_refusal {
	uint16_t rc, rrc;
	sim_time time;		/* of each call */
};

/**
 * As uvc_bulk_plan() for destroy calls that are all refused alike, for callers that do not mind:
 * pages of a configuration that has CPUs, or plain ones on old firmware. 0 when the first would
 * succeed.
 */
uint64_t uvc_bulk_plan_refused(struct uv *uv, uint64_t number, uint64_t n,
			       struct uvc_refusal *refusal);

/**
 * Of the next @n calls on pages that the running thread is going to make, from page @page on (guest page of an
 * import, else frame): how many may be done in bulk, since no fault is put into them. For callers that do not ask
 * uvc_bulk_plan(), which has asked this.
 */
uint64_t uvc_bulk_clear(struct uv *uv, uint16_t cmd, uint64_t handle, uint64_t page, uint64_t n);

/**
 * As uvc_bulk_plan() for attempts to pin pages that are all refused, since they are not shared: each takes *@time.
 * 0 when the first would succeed.
 */
uint64_t uvc_bulk_plan_unpinned(struct uv *uv, uint64_t number, uint64_t n, sim_time *time);
void uvc_bulk_commit_unpinned(struct uv *uv, uint64_t number, uint64_t n, sim_time time);

struct sim_look_words;

/**
 * Walks that destroy pages side by side are at frames [@first, @end): what their calls depend on there, relative to
 * frame @base, and what they count. False: single calls matter, or frame @end - 1 cannot simply be destroyed. Settle
 * before.
 */
bool uvc_walk_state(struct uv *uv, uint64_t first, uint64_t end, uint64_t base, struct sim_look_words *words);
/** The same for one who destroys frame @number next, with all that is counted, be it by bulks (sim/rhythm.h). */
bool uvc_rhythm_state(struct uv *uv, uint64_t number, struct sim_look_words *words);
/** Frames from @end on, at most @max, that are like the one before it and in nobody's hands. */
uint64_t uvc_walk_room(struct uv *uv, uint64_t end, uint64_t max);
/** Destroy calls on these frames take effect on what can be destroyed. Neither counted nor accounted. */
void uvc_walk_destroyed(struct uv *uv, uint64_t number, uint64_t n);

/** Count @n such calls. */
void uvc_bulk_commit_refused(struct uv *uv, uint64_t number, uint64_t n,
			     const struct uvc_refusal *refusal);

/**
 * Take effect of @n such calls of @time each, counted and accounted as uvc() would (but the engine
 * charges the time).
 */
void uvc_bulk_commit(struct uv *uv, uint16_t cmd, uint64_t handle, uint64_t gpage, uint64_t number,
		     uint64_t n, sim_time time);

/**
 * The running thread's call @cmd on frame @number is under way (a bulk was exposed in its midst).
 * Undone by uvc_bulk_commit() of that frame.
 */
void uvc_bulk_interlock(struct uv *uv, uint16_t cmd, uint64_t handle, uint64_t number,
			struct sim_thread *thread);

/**
 * DESTROY_SEC_CONF or CREATE_SEC_CONF that answers cc 3 many times: how many partial answers in a row the call with
 * this block would still give, each of the profile's budget in *@time, in *@domain what its pages
 * belong to; 0 when the next answer is final. Looks only.
 */
uint64_t uvc_partial_plan(struct uv *uv, const void *uvcb, sim_time *time,
			  struct sim_domain **domain);
/** Take effect of @n of them; the configuration is no longer interlocked. */
void uvc_partial_commit(struct uv *uv, void *uvcb, uint64_t n, sim_time time);
/**
 * A call with this block is under way (a bulk was exposed in its midst), or (@on false) is no
 * longer: the configuration's interlock.
 */
void uvc_partial_interlock(struct uv *uv, void *uvcb, bool on);

/**
 * INIT_UV as the kernel does it at boot, before any thread runs: takes no simulated time. 0 or
 * -EINVAL.
 */
int uv_boot_init(struct uv *uv, uint64_t origin, uint64_t bytes);

/**
 * The host's load reset (its own diagnose 308 subcode 0 or 1): every configuration and CPU is gone,
 * all storage the host's again and cleared where it was secure or donated, the Ultravisor not
 * initialised. Takes no simulated time. Nobody may be inside a UVC.
 */
void uv_load_reset(struct uv *uv);

/** What an access sees. Settling is the caller's duty. */
enum uv_access {
	UV_OK,
	UV_SECURE_ACCESS /* 3d */,
	UV_NON_SECURE_ACCESS /* 3e */,
	UV_VIOLATION /* 3f */
};

/** Host access to frame @number. *@run: how many from it on (at most @max) answer alike. */
enum uv_access uv_host_access(struct uv *uv, uint64_t number, uint64_t max, uint64_t *run);

/**
 * Access by the guest of configuration @handle (0: a guest that is not protected) to its page
 * @gpage, mapped to frame @number.
 */
enum uv_access uv_guest_access(struct uv *uv, uint64_t handle, uint64_t gpage, uint64_t number,
			       uint64_t max, uint64_t *run);

/**
 * SIE entry of a protected CPU: 0, or the validity reason 0x20xx when handles, state or ASCE are
 * not in order.
 */
int uv_sie_enter(struct uv *uv, uint64_t conf_handle, uint64_t cpu_handle, uint64_t asce);
/** The CPU has left SIE. */
void uv_sie_exit(struct uv *uv, uint64_t cpu_handle);

/**
 * The guest on this CPU has asked for a reset (diagnose 308 subcode 0 or 1): SIE entry is refused
 * until the host has stopped the CPUs, unshared all, prepared the reset, reset this CPU and set it
 * operating with load.
 */
void uv_sie_diag308(struct uv *uv, uint64_t cpu_handle);

/**
 * Frames [@number, @number + @n) go back to the allocator: reports those that are donated or secure
 * as violations. False if any.
 */
bool uv_check_free(struct uv *uv, uint64_t number, uint64_t n, const char *what);

/**
 * At the end of a run: configurations and donated frames that are left. Reports a violation for
 * each that no failed UVC explains.
 */
void uv_check_end(struct uv *uv);

/** The host writes to these frames: what they held is gone. */
void uv_host_writes(struct uv *uv, uint64_t number, uint64_t n);

/** What the host has read of a frame, to be written back there or elsewhere. Opaque. */
struct uv_copy {
	uint64_t content, frame, version;
};
/** The host copies frame @number; false if it may not look (3d). Takes no simulated time. */
bool uv_host_copies(struct uv *uv, uint64_t number, struct uv_copy *copy);
/** The host puts what it has copied into frame @number, which it may write. */
void uv_host_pastes(struct uv *uv, uint64_t number, const struct uv_copy *copy);
/** Contents of exported pages will be altered on purpose, so that they must be kept even without the oracle. */
void uv_tampered(struct uv *uv);
/** What a device may give back instead of what it was given. */
enum uv_other_content {
	UV_CONTENT_DAMAGED,	/* some of it changed */
	UV_CONTENT_OLD,		/* what the page held when it was written before; damaged if it never was */
	UV_CONTENT_OTHER,	/* that of another page; damaged if this one is not encrypted */
};
/** Frame @number, which the host may write, now holds that instead. Takes no simulated time. */
void uv_host_finds(struct uv *uv, uint64_t number, enum uv_other_content what);
/** Does @copy hold the zeroes that a destroy leaves? */
bool uv_copy_is_zero(const struct uv_copy *copy);

/** Contents of these frames are seen from outside, @by somebody: reported if they are nobody's business. */
void uv_check_seen(struct uv *uv, uint64_t number, uint64_t n, const char *by);

/** Is the table at absolute @address that of the ASCE of a configuration that still exists? */
bool uv_names_table(const struct uv *uv, uint64_t address);
/** Has a call of @cmd been refused (cc 1)? */
bool uv_refused(const struct uv *uv, uint16_t cmd);

/** A rule is broken: sim_find() for the rooms around the Ultravisor. */
void uv_report_violation(struct uv *uv, const char *kind, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/** All findings of the simulation so far. */
const struct sim_finding *uv_violations(const struct uv *uv);
const struct uv_call_count *uv_call_counts(const struct uv *uv);

/** Live configurations; pages a configuration owns; frames donated in all. */
unsigned uv_conf_count(const struct uv *uv);
/**
 * Live configurations of the address space that @domain stands for, without those that a failed destroy call leaves
 * for ever, and those that were just created and have no page yet (Linux counts them a moment later); and in *@secure
 * how many pages there the host cannot get at. Settling is the caller's duty.
 */
unsigned uv_confs_in(const struct uv *uv, const struct sim_domain *domain, uint64_t *secure);
uint64_t uv_conf_pages(struct uv *uv, uint64_t handle);
uint64_t uv_donated_frames(const struct uv *uv);
/**
 * Pages in @domain that still have to be cleaned: secure, shared or pinned ones of a configuration other than that
 * with handle @active (0: of any), and what a fast destroy left. Settle before.
 */
uint64_t uv_left_pages(const struct uv *uv, const struct sim_domain *domain, uint64_t active);

/** Watch every call as it ends (UVC trace); @fn may be NULL. */
typedef void (*uvc_watch_fn)(void *ctx, uint16_t cmd, uint64_t handle, uint64_t address, uint64_t n,
			     int cc, uint16_t rc, uint16_t rrc, sim_time time);
void uvc_watch(struct uv *uv, uvc_watch_fn fn, void *ctx);

#endif
