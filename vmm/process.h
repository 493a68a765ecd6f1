/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The VMM from the inside: a process with its threads, the boot that is under way, and the QEMU
 * that runs in it.
 *
 * All objects are owned by the simulation.
 */
#ifndef VMM_PROCESS_H
#define VMM_PROCESS_H

#include <stdbool.h>
#include <stdint.h>

#include "mm/mm.h"
#include "sim/engine.h"
#include "sim/lock.h"
#include "sim/thread.h"
#include "vmm/guest.h"
#include "vmm/vmm.h"

#define SIGKILL_NUMBER 9

struct qemu;

/** A thread of the process: an address-space user and a user of its files. */
struct qemu_thread {
	struct qemu *qemu;
	struct sim_thread *thread;
	void (*body)(void *arg);
	void *arg;
	struct qemu_thread *next;
};

/** A vCPU and the thread that runs it. */
struct qemu_cpu {
	struct qemu *qemu;
	struct kvm_vcpu_sim *vcpu;
	bool stop;			/* the main loop wants it out of KVM_RUN */
	bool halted;			/* its CPU state is stopped: waits until it is started */
	bool parked;			/* the thread waits in user space */
	struct sim_waitqueue wake;
};

/** What the main loop is asked to do; one at a time. */
enum qemu_request {
	REQUEST_NONE,
	REQUEST_REBOOT,			/* diag 308 subcode 3 */
	REQUEST_PROTECT,		/* diag 308 subcode 10 */
	REQUEST_WAIT_CLEANUP,
	REQUEST_DUMP,
	REQUEST_SHUTDOWN,
};

struct qemu {
	struct vmm vmm;			/* what the result reads; must be the first member */
	struct host *host;
	struct memcg *memcg;		/* that its threads and its memory belong to, or NULL */
	const struct pv_algorithm *algorithm;
	unsigned index;			/* which instance of the spec */
	struct guest guest;
	struct qemu_cpu *cpu;
	struct sim_waitqueue event;	/* where the main loop waits */
	enum qemu_request request;
	bool protected;			/* QEMU's ms->pv */

	/* the process */
	struct qemu_thread *threads;
	unsigned files_users;		/* threads that have not closed their files */
	/* of the VM: the descriptors of all threads; the mapped pages of vCPUs, which end with the mm */
	unsigned vm_users;
	struct sim_thread *helper;	/* that of teardown.c; NULL: none */
	struct sim_waitqueue parent_death;
	bool main_ended;
	/* exit_group() or a fatal signal: back in user space, every thread ends */
	bool exiting;
	unsigned cleanups_running, cleanups_made;

	/* the boot under way */
	struct vmm_boot *boot;		/* the last one */
	struct vmm_phase *phase;	/* the open one of it, or NULL */
	unsigned spans;			/* that the main thread has pushed for it */

	/* kill: */
	struct sim_timer *kill_timer;
	unsigned kill_seen;		/* phases of that name so far */
};

/* --- process.c -------------------------------------------------------------------------------- */

/**
 * Start a thread of the process, sharing its address space and files; it ends through exit() when
 * @body returns.
 */
void process_thread(struct qemu *qemu, const char *name, int nice, void (*body)(void *arg),
		    void *arg);

/** The vCPUs' pages are mapped: the VM stays until nobody uses the address space any more, whoever is the last. */
void process_vcpus_mapped(struct qemu *qemu);

/**
 * exit_group() by the running thread (or none): all others get a fatal signal. @outcome is kept if
 * it is the first.
 */
void process_exit(struct qemu *qemu, const char *outcome);

/** As process_exit() for a failed @what with errno @error (negative). */
void process_fail(struct qemu *qemu, const char *what, int error);

/** Takes time: user-mode work of one step of @id. False when the process is exiting. */
bool process_work(struct qemu *qemu, enum cost_id id, const char *what);

/** The running thread is in user space: the handler of a signal that does not kill runs, in no time. */
void process_handle_signal(void);

/** Takes time: wait in user space; a signal ends it early, and is handled. */
void process_wait(struct sim_waitqueue *queue);

/** Takes time: sleep in user space until @until, or a fatal signal. */
void process_sleep(sim_time until, const char *what);

/** Phase @name begins now: arms the kill that waits for it. */
void process_kill_phase(struct qemu *qemu, const char *name);

/** Make the kill timer of the spec, and start it if it is due at a fixed time. */
void process_kill_setup(struct qemu *qemu);

/* --- phase.c ---------------------------------------------------------------------------------- */

/** A boot begins; it did so at @begin, where its first phase will begin, too. */
void boot_begin(struct qemu *qemu, bool reboot, sim_time begin);

/** The main thread enters phase @name; the one before ends now. */
void phase_begin(struct qemu *qemu, const char *name);

/** The open phase of the boot ends now. Any thread. */
void phase_end(struct qemu *qemu);

/** The main thread has done its part of the open phase, which may go on in the guest. */
void phase_leave(struct qemu *qemu);

/* --- protect.c -------------------------------------------------------------------------------- */

/** Takes time: KVM_S390_PV_COMMAND @cmd with @data. 0 or -errno. */
int qemu_pv(struct qemu *qemu, uint32_t cmd, const void *data);

/**
 * Takes time: make the guest protected, up to VERIFY (s390_machine_protect()). False when the
 * process ends.
 */
bool qemu_protect(struct qemu *qemu);

/**
 * Takes time: take the protection away, by the teardown of the spec (s390_machine_unprotect()).
 * False when the process ends.
 */
bool qemu_unprotect(struct qemu *qemu);

/** Bytes of the boot image that fit behind the loader. */
uint64_t qemu_image_bytes(const struct vm_spec *spec);

/* --- teardown.c ------------------------------------------------------------------------------- */

/** Takes time: clone the helper. False when the process ends. */
bool teardown_helper_start(struct qemu *qemu);

/** SIGKILL to the helper, if there is one that lives. */
void teardown_helper_kill(struct qemu *qemu);

/* --- dump.c ----------------------------------------------------------------------------------- */

/** Takes time, on the main thread, all vCPUs parked: dump the protected guest. 0 or -errno. */
int qemu_dump(struct qemu *qemu);

#endif
