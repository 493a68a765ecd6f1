/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What KVM does when SIE was left by an exception of the guest: import, destroy, or an ordinary fault.
 *
 * Source: arch/s390/kvm/kvm-s390.c of Linux 6.12 (vcpu_post_run_handle_fault). An access outside all
 * memslots, which a real guest would see as an addressing exception, ends the vCPU here: no guest program
 * does it on purpose.
 */
#include <errno.h>

#include "kvm/run.h"
#include "mm/internal.h"

#define SIGSEGV_NUMBER 11

enum run_step run_segv(void)
{
	sim_signal_send(sim_self(), SIGSEGV_NUMBER, true);
	return RUN_FAILED;
}

enum run_step handle_exception(struct kvm_vcpu_sim *vcpu, uint64_t gpage, enum guest_view view)
{
	struct kvm_vm *vm = vcpu->vm;
	uint64_t gaddr = gpage << PAGE_SHIFT;

	switch (view) {
	case GUEST_NON_SECURE:
		/* Normal: a page that has not been imported yet. Only -EINVAL is final, the rest is tried again. */
		kernel_step(COST_HOST_SECURE_FAULT);
		if (gmap_convert_to_secure(vm->gmap, gaddr, vm->gmap_face.guest_handle,
					   vm->mm_face.context.protected_count.counter) == -EINVAL)
			return run_segv();
		return RUN_LOOP;
	case GUEST_SECURE_ACCESS:
	case GUEST_VIOLATION:
		/* Normal after a reboot with asynchronous teardown: a page of the guest before. */
		kernel_step(COST_HOST_SECURE_FAULT);
		return gmap_destroy_page(vm->gmap, gaddr) ? run_segv() : RUN_LOOP;
	case GUEST_ABSENT:
		return gmap_fault(vm->gmap, gaddr) ? run_segv() : RUN_LOOP;
	default:
		return run_segv();
	}
}
