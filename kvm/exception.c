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

/* pv.c does it itself from 6.14 on. The hooks of its functions do not speak here: see run.h. */
static int convert(struct kvm_vm *vm, uint64_t gaddr)
{
	const struct pv_algorithm *algorithm = vm->algorithm;
	struct guest_fault fault = { .gfn = gaddr >> PAGE_SHIFT, .write_attempt = true };
	int result, index;

	if (!algorithm->convert_to_secure)
		return gmap_convert_to_secure(vm->gmap, gaddr, vm->gmap_face.guest_handle,
					      vm->mm_face.context.protected_count.counter);
	index = sim_srcu_read_lock(&vm->srcu);
	sim_span_mute(true);
	result = algorithm->convert_to_secure(&vm->kvm, gaddr);
	sim_span_mute(false);
	if (result == -ENXIO && kvm_s390_faultin_gfn(vm, &fault) == -EFAULT)
		result = -EINVAL;
	sim_srcu_read_unlock(&vm->srcu, index);
	return result;
}

enum world_access access_of(const struct kvm_vm *vm, enum guest_view view)
{
	return view == GUEST_VIOLATION ? vm->mm->world->violation : vm->mm->world->secure_access;
}

enum run_step exception_convert(struct kvm_vm *vm, uint64_t gaddr)
{
	return convert(vm, gaddr) == -EINVAL ? run_segv() : RUN_LOOP;
}

enum run_step exception_destroy(struct kvm_vm *vm, uint64_t gaddr, enum world_access access)
{
	int result = -EFAULT;
	uint64_t address;

	switch (access) {
	case WORLD_FATAL:
		break;
	case WORLD_ACCESSIBLE:
		if (!gmap_translate(vm->gmap, gaddr, &address))
			result = mm_make_accessible(vm->mm, address);
		break;
	case WORLD_DESTROY:
		if (!vm->algorithm->destroy_page) {
			result = gmap_destroy_page(vm->gmap, gaddr);
			break;
		}
		sim_span_mute(true);
		result = vm->algorithm->destroy_page(&vm->kvm, gaddr);
		sim_span_mute(false);
		break;
	}
	return result ? run_segv() : RUN_LOOP;
}

enum run_step handle_exception(struct kvm_vcpu_sim *vcpu, uint64_t gpage, enum guest_view view)
{
	struct kvm_vm *vm = vcpu->vm;
	uint64_t gaddr = gpage << PAGE_SHIFT;

	switch (view) {
	case GUEST_NON_SECURE:
		/* Normal: a page that has not been imported yet. Only -EINVAL is final, the rest is tried again. */
		kernel_step(COST_HOST_SECURE_FAULT);
		return exception_convert(vm, gaddr);
	case GUEST_SECURE_ACCESS:
	case GUEST_VIOLATION:
		/* Normal after a reboot with asynchronous teardown: a page of the guest before. */
		kernel_step(COST_HOST_SECURE_FAULT);
		return exception_destroy(vm, gaddr, access_of(vm, view));
	case GUEST_ABSENT:
		return gmap_fault(vm->gmap, gaddr) ? run_segv() : RUN_LOOP;
	default:
		return run_segv();
	}
}
