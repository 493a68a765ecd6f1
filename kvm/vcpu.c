/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vCPUs outside KVM_RUN: birth, reset, CPU state, requests, kicks, end.
 *
 * Models kvm_arch_vcpu_create(), kvm_arch_vcpu_destroy(), the reset and KVM_SET_MP_STATE ioctls,
 * kvm_s390_vcpu_block() and its opposite of Linux 6.12 arch/s390/kvm/kvm-s390.c. Left out:
 * registers, interrupts, timers, the IBS facility. vcpu->mutex is taken uninterruptibly here, where
 * Linux takes it killably in ioctls.
 */
#include <errno.h>
#include <stdio.h>

#include "kvm/kvm_host.h"
#include "sim/engine.h"
#include "uv/cost.h"

#define ESCA_CPU_SLOTS 248	/* vCPUs that an extended SCA has room for */

static const char *vcpu_name(const struct kvm_vm *vm, unsigned id)
{
	char name[128];

	snprintf(name, sizeof(name), "%s-cpu%u", vm->name, id);
	return sim_intern(name);
}

static struct kvm_vcpu_sim *vcpu_alloc(struct kvm_vm *vm, unsigned id, const struct guest_ops *ops,
				       void *guest)
{
	struct kvm_vcpu_sim *vcpu = sim_alloc(sizeof(*vcpu));

	vcpu->vm = vm;
	vcpu->name = vcpu_name(vm, id);
	vcpu->ops = ops;
	vcpu->guest = guest;
	vcpu->fault_begin = SIM_FOREVER;
	vcpu->stopped = true;
	sim_mutex_init(&vcpu->mutex, "vcpu->mutex");
	sim_waitqueue_init(&vcpu->wait, "guest wait");
	vcpu->vcpu.sim = vcpu;
	vcpu->vcpu.kvm = &vm->kvm;
	vcpu->vcpu.vcpu_id = (int)id;
	vcpu->vcpu.mutex.sim = &vcpu->mutex;
	vcpu->vcpu.arch.gmap = &vm->gmap_face;
	return vcpu;
}

static void vcpu_list(struct kvm_vm *vm, struct kvm_vcpu_sim *vcpu)
{
	vcpu->vcpu.vcpu_idx = vm->last_vcpu ? vm->last_vcpu->vcpu.vcpu_idx + 1 : 0;
	if (vm->last_vcpu)
		vm->last_vcpu->next = vcpu;
	else
		vm->vcpus = vcpu;
	vm->last_vcpu = vcpu;
}

/* kvm_s390_vcpu_setup(): a vCPU of a protected VM is born protected. */
static int vcpu_setup(struct kvm_vm *vm, struct kvm_vcpu_sim *vcpu)
{
	uint16_t rc, rrc;
	int result = 0;

	sim_mutex_lock(&vm->lock);
	if (vm->kvm.arch.pv.handle)
		result = vm->algorithm->create_cpu(&vcpu->vcpu, &rc, &rrc);
	sim_mutex_unlock(&vm->lock);
	return result;
}

struct kvm_vcpu_sim *kvm_create_vcpu(struct kvm_vm *vm, unsigned id, const struct guest_ops *ops,
				     void *guest)
{
	struct kvm_vcpu_sim *vcpu;
	uint64_t page;

	sim_burn(cost(COST_HOST_SYSCALL), SIM_KIND_KERNEL, "KVM_CREATE_VCPU");
	if (id >= ESCA_CPU_SLOTS)
		return NULL;
	page = host_get_pages(vm->host, 0, mm_world_alloc(vm->mm->world) | ALLOC_ZERO, USE_KERNEL, "sie_page");
	if (!page)
		return NULL;
	vcpu = vcpu_alloc(vm, id, ops, guest);
	vcpu->sie_block = (struct kvm_s390_sie_block *)page;
	vcpu->sie_block->icpua = (short)id;
	vcpu->sie_block->gbea = 1;
	vcpu->vcpu.arch.sie_block = vcpu->sie_block;
	if (vcpu_setup(vm, vcpu)) {
		host_free_pages(vm->host, page, 0);
		return NULL;
	}
	/*
	 * Only now do the loops over all vCPUs see it: in a second section under the lock, as up to
	 * 6.12.
	 */
	sim_mutex_lock(&vm->lock);
	vcpu_list(vm, vcpu);
	sim_mutex_unlock(&vm->lock);
	return vcpu;
}

void kvm_vcpu_destroy(struct kvm_vcpu_sim *vcpu)
{
	struct kvm_vm *vm = vcpu->vm;
	uint16_t rc, rrc;

	if (vcpu->vcpu.arch.pv.handle)
		vm->algorithm->destroy_cpu(&vcpu->vcpu, &rc, &rrc);
	host_free_pages(vm->host, (uint64_t)vcpu->sie_block, 0);
	vcpu->sie_block = NULL;
	vcpu->vcpu.arch.sie_block = NULL;
}

void kvm_make_request(int req, struct kvm_vcpu *vcpu)
{
	vcpu->requests |= 1ULL << req;
}

/* --- in and out of SIE ------------------------------------------------------------------------ */

void kvm_s390_vcpu_block_all(struct kvm *kvm)
{
	struct kvm_vcpu_sim *vcpu;

	for (vcpu = to_kvm_vm(kvm)->vcpus; vcpu; vcpu = vcpu->next) {
		vcpu->sie_block->prog20 |= PROG_BLOCK_SIE;
		if (vcpu->sie_block->prog20 & PROG_IN_SIE)
			sim_kick(vcpu->thread);
	}
}

void kvm_s390_vcpu_unblock_all(struct kvm *kvm)
{
	struct kvm_vcpu_sim *vcpu;

	for (vcpu = to_kvm_vm(kvm)->vcpus; vcpu; vcpu = vcpu->next) {
		vcpu->sie_block->prog20 &= ~PROG_BLOCK_SIE;
		sim_wake(&vcpu->wait, 0);
	}
}

void kvm_kick_vcpu(struct kvm_vcpu_sim *vcpu)
{
	vcpu->kicked = true;
	if (vcpu->thread)
		sim_kick(vcpu->thread);
	sim_wake(&vcpu->wait, 0);
}

void kvm_vcpu_wakeup(struct kvm_vcpu_sim *vcpu)
{
	vcpu->woken = true;
	sim_wake(&vcpu->wait, 0);
}

/* --- reset and CPU state ---------------------------------------------------------------------- */

/* As is_protected() of pv_ioctl.c, with vcpu->mutex. */
static bool cpu_is_protected(struct kvm_vcpu_sim *vcpu)
{
	const struct pv_algorithm *algorithm = vcpu->vm->algorithm;
	bool result;

	if (!algorithm->cpu_is_protected)
		return vcpu->vcpu.arch.pv.handle != 0;
	sim_span_mute(true);
	result = algorithm->cpu_is_protected(&vcpu->vcpu);
	sim_span_mute(false);
	return result;
}

int kvm_vcpu_reset(struct kvm_vcpu_sim *vcpu, bool clear)
{
	const char *name = clear ? "KVM_S390_CLEAR_RESET" : "KVM_S390_INITIAL_RESET";
	uint16_t rc, rrc;
	int result = 0;

	sim_burn(cost(COST_HOST_SYSCALL), SIM_KIND_KERNEL, name);
	sim_mutex_lock(&vcpu->mutex);
	if (cpu_is_protected(vcpu))
		result = uv_cmd_nodata(vcpu->vm->host->uv, vcpu->vcpu.arch.pv.handle,
				       clear ? UVC_CMD_CPU_RESET_CLEAR : UVC_CMD_CPU_RESET_INITIAL,
				       &rc, &rrc);
	else
		vcpu->sie_block->gbea = 1;
	sim_mutex_unlock(&vcpu->mutex);
	return result;
}

/* kvm_s390_vcpu_start() and _stop(): the Ultravisor is told first and may refuse. */
static int vcpu_set_stopped(struct kvm_vcpu_sim *vcpu, bool stopped)
{
	int result;

	if (vcpu->stopped == stopped)
		return 0;
	if (vcpu->vcpu.arch.pv.handle) {
		result = vcpu->vm->algorithm->set_cpu_state(
			&vcpu->vcpu, stopped ? PV_CPU_STATE_STP : PV_CPU_STATE_OPR);
		if (result)
			return result;
	}
	vcpu->stopped = stopped;
	if (!stopped)
		kvm_make_request(KVM_REQ_TLB_FLUSH, &vcpu->vcpu);
	return 0;
}

int kvm_s390_vcpu_start(struct kvm_vcpu_sim *vcpu)
{
	return vcpu_set_stopped(vcpu, false);
}

int kvm_vcpu_set_state(struct kvm_vcpu_sim *vcpu, uint8_t state)
{
	int result = -ENXIO;

	sim_burn(cost(COST_HOST_SYSCALL), SIM_KIND_KERNEL, "KVM_SET_MP_STATE");
	sim_mutex_lock(&vcpu->mutex);
	vcpu->vm->user_cpu_state = true;
	switch (state) {
	case PV_CPU_STATE_OPR:
		result = vcpu_set_stopped(vcpu, false);
		break;
	case PV_CPU_STATE_STP:
		result = vcpu_set_stopped(vcpu, true);
		break;
	case PV_CPU_STATE_OPR_LOAD:
		if (cpu_is_protected(vcpu))
			result = vcpu->vm->algorithm->set_cpu_state(&vcpu->vcpu, state);
		break;
	}
	sim_mutex_unlock(&vcpu->mutex);
	return result;
}
