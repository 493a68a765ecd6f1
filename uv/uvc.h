/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How a UV call is written: one struct uvc_command per command, in a list per family. Internal to
 * uv/.
 *
 * The dispatcher (ultravisor.c) makes the checks that all commands share, then asks decode() (every
 * question, no change), lets begin() take what nobody else may take meanwhile, sets the interlock,
 * spends the cost, drops the interlock and lets commit() act. begin() and commit() cannot fail.
 */
#ifndef UV_UVC_H
#define UV_UVC_H

#include "sim/engine.h"
#include "uv/configuration.h"
#include "uv/fault.h"
#include "uv/instruction.h"
#include "uv/ultravisor.h"

/** Answer of decode() when the call meets an interlock. */
#define UVC_DECODE_BUSY 0xffff

enum uvc_scope {
	UVC_SCOPE_MACHINE,
	UVC_SCOPE_CONF,		/* alone on its configuration */
	UVC_SCOPE_PAGE,		/* alone on its frame; decode() finds it with uvc_page_locate() */
};

enum uvc_handle_kind {
	UVC_NO_HANDLE,
	UVC_CONF_AT_18,
	UVC_CONF_AT_20,
	UVC_CPU_AT_18,
	UVC_GUEST,		/* issued by the guest itself: no handle in the block */
};

struct uvc_call {
	struct uv *uv;
	const struct uvc_command *command;
	void *block;
	struct uv_cb_header *header;
	const struct uv_space *home;	/* of the issuer; NULL: addresses are host pointers */
	uint64_t handle;		/* in the block, or of the issuing guest */
	uint64_t address;		/* what the call is about, for the watcher */
	struct conf *conf;
	struct secure_cpu *cpu;
	uint16_t rrc;			/* with a refusal */
	uint16_t rc;			/* commit() may answer other than "executed" */
	bool partial;			/* this is a slice: cc 3 */
	bool keeps;			/* contents stay as they are: UV_DEFECT_KEEPS */
	sim_time time;			/* what the call costs ... */
	bool timed;			/* ... if decode() or begin() has set it */
	/* page-level calls */
	uint64_t number;
	struct frame from, to;
	struct conf *owner;		/* whom the record of the frame names */
	enum cost_id cost;		/* COST_COUNT: already counted */
};

struct uvc_command {
	uint16_t cmd;
	uint16_t len;
	int bit;			/* in inst_calls_list, -1: none */
	enum uvc_scope scope;
	enum uvc_handle_kind handle;
	bool any_state;			/* also before INIT_UV */
	bool dying;			/* also while the configuration is half destroyed */
	enum cost_id cost;		/* unless the call is timed otherwise */
	const char *name;
	bool (*installed)(const struct machine *machine);	/* NULL: always */
	uint16_t (*decode)(struct uvc_call *call); /* 0 or the rc; NULL: no question left */
	void (*begin)(struct uvc_call *call);			/* or NULL */
	void (*commit)(struct uvc_call *call);
};

/* The families; each ends with a command of no name. */
extern const struct uvc_command uvc_page_commands[];
extern const struct uvc_command uvc_share_commands[];
extern const struct uvc_command uvc_query_commands[];
extern const struct uvc_command uvc_conf_commands[];
extern const struct uvc_command uvc_destroy_commands[];
extern const struct uvc_command uvc_image_commands[];
extern const struct uvc_command uvc_reset_commands[];
extern const struct uvc_command uvc_dump_commands[];
extern const struct uvc_command uvc_attest_commands[];
extern const struct uvc_command uvc_secret_commands[];

/** All families, ended by NULL. */
extern const struct uvc_command *const uvc_families[];
const struct uvc_command *uvc_command_find(uint16_t cmd);
bool uvc_command_installed(const struct uvc_command *command, const struct machine *machine);

/** A call on one frame under way. */
struct interlock {
	struct interlock *next, **at;
	uint64_t number;
	struct conf *conf, *owner;
};
void interlock_set(struct interlock **list, struct interlock *lock);
void interlock_clear(struct interlock *lock);
/** Lowest frame in [@number, @number + @n) that is interlocked, or @number + @n. */
uint64_t interlock_next(const struct uv *uv, uint64_t number, uint64_t n);

struct uv {
	struct storage *storage;
	const struct profile *profile;
	const struct machine *machine;
	struct uv_ops ops;
	bool initialised, initialising;
	bool tampered;			/* somebody alters what the host holds: contents are kept, oracle or not */
	struct stretch base;
	uint64_t donated;		/* frames */
	int64_t in_state[FRAME_STATES];	/* frames; plain ones: less those that there were at first */
	sim_time worked;		/* by calls in slices */
	struct conf **conf;		/* by slot; 0 unused */
	uint32_t slots;			/* entries of conf */
	unsigned live;			/* configurations */
	uint64_t *issued;		/* every handle ever given out, by serial number */
	uint32_t serials;
	struct interlock *calls;	/* of single calls, on their stacks */
	struct interlock *held;		/* of exposed bulks */
	struct uv_call_count *counts, *count_near;
	struct uv_faults faults;
	uvc_watch_fn watch;
	void *watch_ctx;
};

/**
 * First half of a page-level decode(): settle the frame's domain, read its record into call->from,
 * call->owner. 0, UVC_DECODE_BUSY, or UVC_RC_SIM_ADDRESS outside configured storage.
 */
uint16_t uvc_page_locate(struct uvc_call *call, uint64_t number);

/** Where guest absolute @gaddr of call->conf lies: 0 with *@number, or the rc. Settles. */
uint16_t uvc_guest_page(struct uvc_call *call, uint64_t gaddr, uint64_t *number);

/** What one import, export or destroy does to a frame. */
struct page_step {
	uint16_t rc, rrc;	/* rc 0: it succeeds */
	enum cost_id cost;
	struct frame to;
};
struct page_step uvc_page_step(struct uv *uv, uint16_t cmd, struct conf *conf, uint64_t gpage,
			       uint64_t number, struct frame from);

/** Does the guest's unshare of a page meet a pin, so that the host must act first? */
bool uvc_unshare_intercepts(struct uv *uv, struct conf *conf, const void *uvcb);

/** Commit of a call that only changes call->from into call->to. */
void uvc_page_commit(struct uvc_call *call);

/**
 * What @n calls were about, one frame after the other from @address on, is how far the caller has come
 * (sim/livelock.c), whatever the answer: one that walks past pages which are refused gets on, too.
 */
void uvc_progress(uint16_t cmd, uint64_t address, uint64_t n);

/** Take effect on counts, progress and watcher of @n like calls, for one frame after the other from @address on. */
void uvc_account(struct uv *uv, uint16_t cmd, uint64_t handle, uint64_t address, uint64_t n, int cc,
		 uint16_t rc, uint16_t rrc, sim_time each);

/**
 * begin() of a call in slices: call->conf->work says how long this try takes and whether it is the
 * last.
 */
void uvc_plan_slice(struct uvc_call *call);

/** The creation that an earlier cc 3 of the same block has begun, or NULL. */
struct conf *uvc_creation_under_way(struct uv *uv, const struct uv_cb_cgc *block);

/* fault.c */

/** Is this good call, which is about to begin, to be answered otherwise? */
bool uvc_fault_asked(const struct uvc_call *call, struct uv_fault_answer *answer);
/** It is answered so now. */
void uvc_fault_given(const struct uvc_call *call, const struct uv_fault_answer *answer);
/** Import @call would be refused with @rc: is it taken all the same? Then it is set up as a good one. */
bool uvc_fault_taken(struct uvc_call *call, uint16_t rc);
/** @n calls from @page on have been done in bulk. */
void uvc_bulk_passed(struct uv *uv, uint16_t cmd, uint64_t handle, uint64_t page, uint64_t n);
/** @conf has begun a call in slices that is to get @answer later. */
void conf_doom(struct conf *conf, const struct uv_fault_answer *answer);
/** Has the call come to where it fails? */
bool conf_doomed(const struct conf *conf);

/** Oracle: a destroy call named a handle that is not live. */
void oracle_dead_handle(struct uv *uv, uint16_t cmd, uint64_t handle);

/** oracle.c: the call ends so: an event for findings, unless a bulk may do many of its kind in one go. */
void oracle_note(const struct uvc_call *call, int cc, uint16_t rc, uint16_t rrc);

/** The dispatcher behind uvc(), uvc_guest() (@guest not 0) and the instruction. */
int uvc_from(struct uv *uv, uint64_t guest, const struct uv_space *home, void *block);

/**
 * Storage that a block names, in the issuer's home space. False if it cannot be reached; @to may be
 * NULL: only look. uvc_write() is for commit(), after decode() has looked.
 */
bool uvc_read(const struct uvc_call *call, uint64_t address, void *to, uint64_t bytes);
void uvc_write(const struct uvc_call *call, uint64_t address, const void *from, uint64_t bytes);

/** Why SIE may not be entered (0x20xx), 0 if it may. Looks only. */
int uv_sie_validity(struct uv *uv, uint64_t conf_handle, uint64_t cpu_handle, uint64_t asce);

/** Bits of the secret types that @machine knows, for the query. */
uint64_t uvc_secret_types(const struct machine *machine);

/** Are @bytes at host address @address configured storage that the host itself may access? */
bool uv_host_storage(struct uv *uv, uint64_t address, uint64_t bytes);

/** Addresses below are the host's lowcore, configured or not. */
#define UV_LOWCORE_END 0x2000u

/** Frames that hold @bytes from @address on. */
struct stretch stretch_of(uint64_t address, uint64_t bytes);

#endif
