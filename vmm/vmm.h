/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The VMM: a QEMU-like process per VM (main thread, vCPU threads, cleanup threads) that boots a
 * guest into PV, runs its program, reboots by diag 308, shuts down, is killed; and the records it
 * leaves for the result.
 *
 * Source of behaviour: QEMU hw/s390x/{ipl.c,pv.c,s390-virtio-ccw.c},
 * target/s390x/{diag.c,kvm/pv.c}.
 */
#ifndef VMM_VMM_H
#define VMM_VMM_H

#include <stdbool.h>
#include <stdint.h>

#include "kvm/kvm.h"
#include "scenario/scenario.h"
#include "sim/histogram.h"
#include "vmm/life.h"

/** A named stretch of a boot or reboot: all phases of one follow each other without gap. */
struct vmm_phase {
	/* "create" or "stop", "prepare", "disable", "reset", "load", "plain", "enable", ... */
	const char *name;
	sim_time begin, end;
	/* span of this phase in the main thread's account */
	const struct sim_account *account;
	struct vmm_phase *next;
};

/** One time that the guest was gone: from the diag 308 (or power-on) until it ran again. */
struct vmm_boot {
	bool reboot;			/* false: first boot */
	const char *teardown;		/* "sync", "async", "none" */
	/* the guest asked for it: last instruction of the old guest */
	sim_time begin;
	sim_time plain_back;		/* first instruction of the plain loader */
	/* first instruction as a protected guest; SIM_FOREVER if never */
	sim_time protected_back;
	int prepare_errno;		/* of KVM_PV_ASYNC_CLEANUP_PREPARE: 0, or -EINVAL ... */
	struct vmm_phase *phases;
	struct vmm_boot *next;
};

/** One PERFORM by a cleanup thread. */
struct vmm_cleanup {
	sim_time begin, end;		/* SIM_FOREVER while running */
	sim_time cpu;			/* processor time of the thread */
	int error;			/* 0 or -errno */
	uint16_t rc, rrc;
	const struct sim_account *account;
	struct vmm_cleanup *next;
};

/** The end of the helper process of async_teardown. */
struct vmm_helper {
	sim_time noticed;		/* that QEMU is gone, or its own signal; SIM_FOREVER: not yet */
	sim_time ended;
	sim_time cpu;			/* processor time of its whole life */
	bool killed;			/* before QEMU was gone, or with it */
	const struct sim_account *account;	/* of its exit */
};

struct vmm {
	const struct vm_spec *spec;
	char *name;
	struct mm *mm;
	struct kvm_vm *kvm;
	struct vmm_boot *boots;		/* in order */
	struct vmm_cleanup *cleanups;
	/* latency of first touches after the first boot, ps */
	struct sim_histogram touch_first;
	struct sim_histogram touch_again;	/* after each reboot: the new guest on old pages */
	uint64_t pages_touched;
	unsigned dumps;			/* tried */
	int dump_error;			/* of the last one: 0 or -errno */
	const char *outcome;		/* "running", "shut down", "killed", "failed: ..." */
	struct vmm_helper *helper;	/* NULL: none */
	sim_time ended;			/* it began to exit, by itself or by a signal; SIM_FOREVER: it has not */
	/* exited: its last thread is gone, and with it the VM, unless a helper keeps that */
	sim_time started, exited;
	struct vmm_life life;
	struct vmm *next;
};

/**
 * Start the process of @spec's instance @index on @host: spawns its main thread, which begins at
 * the instance's start time. Owned by the simulation.
 */
struct vmm *vmm_start(struct host *host, const struct pv_algorithm *algorithm,
		      const struct vm_spec *spec, unsigned index);

/**
 * @signal comes to the process of @vmm: to the running thread if it is one of its own, else to the main thread; a
 * @fatal one ends them all. Any thread, or none. Nothing happens once the process is gone.
 */
void vmm_signal(struct vmm *vmm, int signal, bool fatal);

#endif
