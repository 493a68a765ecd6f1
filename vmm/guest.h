/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The guest's program: turns the steps of a scenario into what each vCPU does next.
 *
 * vCPU 0 conducts: it begins a step, shares the work out to the vCPUs, does its own part, waits
 * until the last one is done and goes on. The others wait in the guest between two pieces of work,
 * as idle Linux CPUs do, and are woken by an interrupt.
 */
#ifndef VMM_GUEST_H
#define VMM_GUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "kvm/kvm.h"
#include "scenario/scenario.h"
#include "sim/choice.h"
#include "sim/histogram.h"

/*
 * diag 308 subcodes (QEMU target/s390x/diag.c). POWER_OFF stands for the stop of all CPUs, by which
 * a Linux guest ends.
 */
#define DIAG308_LOAD_CLEAR 3
#define DIAG308_PV_START 10
#define DIAG308_POWER_OFF 0x100

/* The plain loader runs in the first pages of storage; the image lies behind. */
#define GUEST_LOADER_PAGES 16

enum guest_mode {
	GUEST_MODE_LOADER,	/* plain: vCPU 0 runs the loader */
	GUEST_MODE_PROGRAM,	/* the steps of the scenario */
};

/**
 * What the guest lets its VMM know as it happens. Called in the context of a vCPU's thread; may not
 * take time.
 */
struct guest_events {
	void (*loader)(void *ctx);		/* first instruction of the plain loader */
	void (*program)(void *ctx);		/* first instruction of the program after a boot */
	/* STEP_WAIT_CLEANUP: answer with guest_go_on() */
	void (*wait_cleanup)(void *ctx);
	void (*dump)(void *ctx);		/* STEP_DUMP: answer with guest_go_on() */
};

struct guest;

/** One vCPU's part of the work in hand. */
struct guest_cpu {
	struct guest *guest;
	unsigned id;
	struct kvm_vcpu_sim *vcpu;	/* set by the VMM: whom to wake */
	struct sim_stream *stream;	/* random pages; made at first use */
	bool busy;			/* has a part of the current step that is not done */
	uint64_t page, run;		/* touch @run pages from @page on ... */
	uint64_t wrapped;		/* ... then this many from page 0 on, round and round ... */
	uint64_t draws;			/* ... then this many single ones, drawn */
	sim_time compute;		/* guest time left to burn */
	bool computing;			/* some of it has been handed out */
};

struct guest {
	const struct vm_spec *spec;
	const char *name;
	uint64_t pages;			/* size of the guest */
	unsigned cpus;
	struct guest_cpu *cpu;
	const struct guest_events *events;
	void *ctx;

	enum guest_mode mode;
	bool started;			/* first instruction of this mode has been seen */
	bool rebooted;			/* a reboot lies behind: touches count as "again" */
	unsigned subcode;		/* diag 308 that vCPU 0 has asked for, 0: none */
	sim_time asked;			/* when it did */

	size_t step;			/* of the program */
	bool begun;			/* the step's beginning is done */
	unsigned busy;			/* vCPUs with work left */
	sim_time think;
	sim_time until;			/* idle, or pause between reboots */
	unsigned reboots;		/* of this step, asked for so far */
	bool waiting;			/* for the VMM */

	struct sim_histogram *touch_first, *touch_again;
	uint64_t *touched;
};

extern const struct guest_ops guest_ops;

/**
 * Prepare the zeroed @guest to run the program of @spec. The caller sets touch_first, touch_again
 * and touched, where what it sees is counted, and each cpu[].vcpu. @events is called with @ctx.
 */
void guest_init(struct guest *guest, const struct vm_spec *spec, const char *name,
		const struct guest_events *events, void *ctx);

/**
 * The VMM has (re)started the guest in @mode: what was asked for is granted. All vCPUs are out of
 * KVM_RUN.
 */
void guest_enter(struct guest *guest, enum guest_mode mode);

/** What the program waited for is over: it goes on. */
void guest_go_on(struct guest *guest);

#endif
