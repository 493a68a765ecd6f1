/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * KVM_RUN from the inside: what vcpu_run.c (the loop), exception.c (what happens after an exit) and touch_bulk.c (many
 * first touches at once) share.
 */
#ifndef KVM_RUN_H
#define KVM_RUN_H

#include "kvm/kvm_host.h"

/** What one round of KVM_RUN's loop came to. */
enum run_step {
	RUN_GUEST,		/* in SIE: the guest goes on */
	RUN_LOOP,		/* out of SIE: back to the loop, which enters again */
	RUN_INTR,		/* out of SIE: leave KVM_RUN, a signal or kick */
	RUN_EXIT,		/* out of SIE: leave KVM_RUN, the guest wants user space */
	RUN_FAILED,		/* out of SIE: leave KVM_RUN, SIGSEGV or a validity */
};

/** Takes time: leave SIE for @reason. */
void sie_exit(struct kvm_vcpu_sim *vcpu, enum kvm_exit_reason reason);

/** Does a fault that was put in keep this CPU in SIE right now? */
bool vcpu_held_in_sie(const struct kvm_vcpu_sim *vcpu);

/** The vCPU is out of SIE, as the Ultravisor and others see it. */
void sie_left(struct kvm_vcpu_sim *vcpu);

/** The vCPU is back in SIE, if the Ultravisor lets it: RUN_GUEST, or RUN_FAILED for a validity interception. */
enum run_step sie_entered(struct kvm_vcpu_sim *vcpu);

/** SIGSEGV for the running thread: RUN_FAILED. */
enum run_step run_segv(void);

/** Takes time: repair what made the guest's access to page @gpage fail with @view. RUN_LOOP or RUN_FAILED. */
enum run_step handle_exception(struct kvm_vcpu_sim *vcpu, uint64_t gpage, enum guest_view view);

/**
 * Takes time, in SIE: the first touches of @next that are alike, in bulk. *@step is set if anything was done:
 * where the vCPU is now. False: nothing was done, go on step by step.
 */
bool touch_in_bulk(struct kvm_vcpu_sim *vcpu, const struct guest_next *next, enum guest_view view, uint64_t run,
		   enum run_step *step);

/** What this kernel does about a guest's access of another owner's page (exception @view). */
enum world_access access_of(const struct kvm_vm *vm, enum guest_view view);

/**
 * Takes time: the two repairs of handle_exception(), without what the exception itself costs. Functions of pv.c
 * that run here make no spans of their own: what they do is the same with and without bulk.
 */
enum run_step exception_convert(struct kvm_vm *vm, uint64_t gaddr);
enum run_step exception_destroy(struct kvm_vm *vm, uint64_t gaddr, enum world_access access);

/** The touch of @gpage succeeded: tell the guest. */
void touch_done(struct kvm_vcpu_sim *vcpu, uint64_t gpage);

/** The counter of exits that @view stands for. */
enum kvm_exit_reason exit_reason_of(enum guest_view view);

#endif
