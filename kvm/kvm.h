/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * KVM as user space sees it: VMs, vCPUs, memslots, KVM_RUN and the KVM_S390_PV_COMMAND state machine.
 *
 * The objects that pv.c works on (struct kvm, struct kvm_vcpu, struct gmap, ...) are those of
 * kvm/linux/include/uvsim/objects.h, shared with the module; they are embedded in the objects here.
 *
 * Source of behaviour: Linux 6.12 arch/s390/kvm/kvm-s390.c.
 */
#ifndef KVM_KVM_H
#define KVM_KVM_H

#include <stdbool.h>
#include <stdint.h>

#include "kvm/algorithms/algorithm.h"
#include "mm/gmap.h"

/* KVM_S390_PV_COMMAND subcommands (include/uapi/linux/kvm.h) */
enum kvm_pv_subcommand {
	KVM_PV_ENABLE, KVM_PV_DISABLE, KVM_PV_SET_SEC_PARMS, KVM_PV_UNPACK, KVM_PV_VERIFY, KVM_PV_PREP_RESET,
	KVM_PV_UNSHARE_ALL, KVM_PV_INFO, KVM_PV_DUMP, KVM_PV_ASYNC_CLEANUP_PREPARE, KVM_PV_ASYNC_CLEANUP_PERFORM,
};

/** The ioctl's argument; data points to one of the payloads below. */
struct kvm_pv_cmd {
	uint32_t cmd;
	uint16_t rc, rrc;
	const void *data;
	uint32_t flags;
};
struct kvm_s390_pv_sec_parm { const void *origin; uint64_t length; };
struct kvm_s390_pv_unp { uint64_t addr, size, tweak; };
struct kvm_s390_pv_dmp { uint64_t subcmd; void *buff_addr; uint64_t buff_len, gaddr; };
enum kvm_pv_dump_subcommand { KVM_PV_DUMP_INIT, KVM_PV_DUMP_CONFIG_STOR_STATE, KVM_PV_DUMP_COMPLETE, KVM_PV_DUMP_CPU };

/** KVM_PV_INFO: what to ask for and how much room there is; the answer's length is stored. */
enum kvm_pv_info_id { KVM_PV_INFO_VM, KVM_PV_INFO_DUMP };
struct kvm_s390_pv_info {
	struct { uint32_t id, len_max, len_written, reserved; } header;
	union {
		struct { uint64_t dump_cpu_buffer_len, dump_config_mem_buffer_per_1m, dump_config_finalize_len; } dump;
		struct { uint64_t inst_calls_list[4], max_cpus, max_guests, max_guest_addr, feature_indication; } vm;
	};
};

enum kvm_cap {
	KVM_CAP_S390_PROTECTED = 180,
	KVM_CAP_S390_PROTECTED_DUMP = 217,
	KVM_CAP_S390_PROTECTED_ASYNC_DISABLE = 224,
};

/** Why KVM_RUN came back. */
enum kvm_exit {
	KVM_EXIT_INTR,
	KVM_EXIT_GUEST,		/* the guest asks for user space: guest_next.subcode */
	KVM_EXIT_FAILED,
};

struct kvm_vm;
struct kvm_vcpu_sim;

/* --- the guest's side of a vCPU, filled in by vmm/ ------------------------------------------------ */

enum guest_action { GUEST_TOUCH, GUEST_COMPUTE, GUEST_WAIT, GUEST_DIAG308 };

/** What the guest does next on one vCPU. */
struct guest_next {
	enum guest_action action;
	uint64_t gpage;		/* TOUCH: first page ... */
	uint64_t pages;		/* ... and how many in a row, one after the other */
	sim_time think;		/* TOUCH: guest time before each touch; COMPUTE: how long */
	sim_time until;		/* WAIT: enabled wait until this time */
	unsigned subcode;	/* DIAG308 */
};

struct sim_look_words;

struct guest_ops {
	/** What next? Asked again after a GUEST_TOUCH was only partly done. */
	void (*next)(void *guest, struct guest_next *next);
	/**
	 * The first @pages of the touch are done, each took @latency from the first try to success (0: it did
	 * not fault).
	 */
	void (*touched)(void *guest, uint64_t gpage, uint64_t pages, sim_time latency);
	/**
	 * For sim/rhythm.h: the guest touches pages in a row and nothing else; *@page is the next one, *@left how
	 * many there are with it. All that a touch counts is told to @words. False: it does not. May be NULL.
	 */
	bool (*row)(void *guest, struct sim_look_words *words, uint64_t **page, uint64_t **left);
	/** COMPUTE or WAIT is over after @spent. */
	void (*spent)(void *guest, sim_time spent);
};

/* --- VMs ---------------------------------------------------------------------------------------------- */

/**
 * KVM_CREATE_VM for the process that owns @mm. @algorithm serves its pv calls. The VM holds a reference;
 * limit: highest guest address + 1.
 */
struct kvm_vm *kvm_create_vm(struct mm *mm, const struct pv_algorithm *algorithm, uint64_t limit, const char *name);

/**
 * KVM_SET_USER_MEMORY_REGION: 0, -EEXIST (overlap) or -EINVAL (misaligned, past the limit, or a protected
 * VM). @bytes 0 deletes the slot.
 */
int kvm_set_user_memory_region(struct kvm_vm *vm, unsigned slot, uint64_t gpa, uint64_t bytes, uint64_t address);

/** KVM_CHECK_EXTENSION: 1 or 0. */
int kvm_check_extension(struct kvm_vm *vm, enum kvm_cap cap);

/** KVM_S390_PV_COMMAND: 0 or -errno; rc and rrc are stored. Takes time. */
int kvm_pv_command(struct kvm_vm *vm, struct kvm_pv_cmd *cmd);

/** Close the VM's file descriptor (the last one destroys it: kvm_arch_destroy_vm()). Takes time. */
void kvm_put_vm(struct kvm_vm *vm);

/** Whether the module parameter async_destroy is set; at load, for all VMs. */
void kvm_set_async_destroy(bool on);

/**
 * Whether vCPUs of a VM wait for its import_lock (Linux 7.x: one of them imports at a time); for all VMs made from now
 * on. Who waits sleeps at once, where Linux spins as long as the holder runs. With several vCPUs each import is then a
 * step of its own. Without it (as at load) they import side by side, in bulk.
 * Source: kvm_s390_pv_make_secure() in arch/s390/kvm/s390/pv.c of Linux 7.3.
 */
void kvm_set_import_lock(bool on);

struct kvm *kvm_face(struct kvm_vm *vm);
int kvm_protected_count(const struct kvm_vm *vm);
uint64_t kvm_pv_handle(const struct kvm_vm *vm);

/* --- vCPUs --------------------------------------------------------------------------------------------- */

struct kvm_vcpu_sim *kvm_create_vcpu(struct kvm_vm *vm, unsigned id, const struct guest_ops *ops, void *guest);
/**
 * KVM_RUN: takes time; returns on a signal or kick (INTR) or when the guest needs user space. @next is filled
 * for KVM_EXIT_GUEST.
 */
enum kvm_exit kvm_run(struct kvm_vcpu_sim *vcpu, struct guest_next *next);
/** Make @vcpu leave KVM_RUN soon (user space's kick by signal). @thread runs it. */
void kvm_kick_vcpu(struct kvm_vcpu_sim *vcpu);
/** KVM_S390_INITIAL_RESET and friends for a protected CPU: the UVC, if the VM is protected. 0 or -EINVAL. */
int kvm_vcpu_reset(struct kvm_vcpu_sim *vcpu, bool clear);
/**
 * KVM_SET_MP_STATE: PV_CPU_STATE_OPR, _STP or _OPR_LOAD. 0, -ENXIO (LOAD of a plain CPU, unknown state) or
 * -EINVAL (the UVC failed).
 */
int kvm_vcpu_set_state(struct kvm_vcpu_sim *vcpu, uint8_t state);
/** KVM_S390_PV_CPU_COMMAND: only KVM_PV_DUMP with KVM_PV_DUMP_CPU. 0 or -errno; rc and rrc are stored. Takes time. */
int kvm_pv_cpu_command(struct kvm_vcpu_sim *vcpu, struct kvm_pv_cmd *cmd);

#endif
