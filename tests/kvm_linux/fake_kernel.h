/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A kernel of a few lines that a module can be attached to outside any simulation: it records what
 * pv.c calls, answers as told, and holds no lock back. So pv.c itself and the stub headers are
 * tested without the rooms below.
 */
#ifndef TESTS_KVM_LINUX_FAKE_KERNEL_H
#define TESTS_KVM_LINUX_FAKE_KERNEL_H

#include "kvm/linux/loader.h"

#define BLOCKS 64

/** All that the fake knows; zeroed by fake_attach(). */
extern struct fake {
	/* to be set by a test */
	int fail_allocation;		/* this allocation (1: the first) fails */
	unsigned fail_cmd;		/* this UVC answers cc 1 ... */
	unsigned fail_rc, fail_rrc;	/* ... with these codes */
	int replace_error, range_error, secure_error, cpus_error, signal;
	int mm_gone;			/* mmget_not_zero() says no */
	struct kvm_memory_slot *slots[4];

	/* to be read by it */
	char log[16384];		/* "pages 2;uvc 0100;..." in order */
	unsigned char uvcb[512];	/* the last control block as it was given */
	unsigned uvcb_len;
	int allocations, left;		/* made; not yet freed */
	void *block[BLOCKS];		/* those not yet freed */
	int locks;			/* mutexes and SRCU sections held */
	char warn[512];			/* the last warning: "pv.c:12 function: text" */
	char lockdep[512];
	int warns;
	char functions[65536];		/* " >enter" and " <" in order */
	int depth;
	struct uvsim_uv_info info;
} fake;

/** Attach module @algorithm to a fresh fake kernel. */
void fake_attach(const struct pv_algorithm *algorithm);

/**
 * Build @version with compiler @i (0 gcc, 1 clang), load it, attach the fake. NULL if there is no
 * such compiler.
 */
const struct pv_algorithm *fake_load(const char *version, int i, bool coverage);

/**
 * A VM with one vCPU and one memslot of @pages at guest and user address 0 and 1 TiB, without
 * secure parts.
 */
struct fake_vm {
	struct kvm kvm;
	struct kvm_vcpu vcpu;
	struct mm_struct mm;
	struct gmap gmap;
	struct kvm_memslots slots;
	struct kvm_s390_sie_block sie __attribute__((aligned(4096)));
};
void fake_vm_init(struct fake_vm *vm, unsigned long pages);

/** Is @word in the log? */
int fake_logged(const char *word);

#endif
