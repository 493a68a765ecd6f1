/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * KVM_RUN: the loop around SIE, and the guest inside it.
 *
 * Before each entry: signals and kicks, the resched point, blocked SIE. Inside SIE the guest does what its
 * program says: guest time, first touches of pages (which may end in an exception), waits, diagnoses. A
 * stretch of guest time that is cut short by a preemption or an exit is gone on with, not begun anew.
 *
 * Source: arch/s390/kvm/kvm-s390.c of Linux 6.12 (__vcpu_run, vcpu_pre_run, vcpu_post_run).
 */
#include <errno.h>

#include "kvm/rhythm.h"
#include "kvm/run.h"
#include "mm/memcg.h"
#include "mm/pressure.h"

enum kvm_exit_reason exit_reason_of(enum guest_view view)
{
	switch (view) {
	case GUEST_SECURE_ACCESS:
		return KVM_REASON_SECURE_ACCESS;
	case GUEST_NON_SECURE:
		return KVM_REASON_NON_SECURE;
	case GUEST_VIOLATION:
		return KVM_REASON_VIOLATION;
	default:
		return KVM_REASON_FAULT;
	}
}

void sie_left(struct kvm_vcpu_sim *vcpu)
{
	if (vcpu->vcpu.arch.pv.handle)
		uv_sie_exit(vcpu->vm->host->uv, vcpu->vcpu.arch.pv.handle);
	vcpu->sie_block->prog20 &= ~PROG_IN_SIE;
}

/* Firmware keeps the processor (put in on purpose): nothing gets through to it until then. */
static sim_time held_until(const struct kvm_vcpu_sim *vcpu)
{
	const struct host_faults *faults = &vcpu->vm->host->faults;

	if (!faults->held_in_sie)
		return 0;
	return faults->held_in_sie(faults->ctx, vcpu->vm->mm->name, (unsigned)vcpu->vcpu.vcpu_id);
}

bool vcpu_held_in_sie(const struct kvm_vcpu_sim *vcpu)
{
	return held_until(vcpu) > sim_now();
}

void sie_exit(struct kvm_vcpu_sim *vcpu, enum kvm_exit_reason reason)
{
	if (vcpu_held_in_sie(vcpu))
		sim_burn(held_until(vcpu) - sim_now(), SIM_KIND_GUEST, "held in SIE");
	kernel_step(COST_SIE_EXIT);
	sie_left(vcpu);
	vcpu->exits[reason]++;
}

enum run_step sie_entered(struct kvm_vcpu_sim *vcpu)
{
	const struct kvm_s390_sie_block *sie = vcpu->sie_block;

	if (sie->sdf == 2 && uv_sie_enter(vcpu->vm->host->uv, sie->pv_handle_config, sie->pv_handle_cpu,
					  vcpu->vm->gmap_face.asce)) {
		vcpu->exits[KVM_REASON_VALIDITY]++;
		return RUN_FAILED;
	}
	vcpu->sie_block->prog20 |= PROG_IN_SIE;
	return RUN_GUEST;
}

static enum run_step sie_enter(struct kvm_vcpu_sim *vcpu)
{
	kernel_step(COST_SIE_ENTER);
	return sie_entered(vcpu);
}

/* vcpu_pre_run(): RUN_GUEST when SIE may be entered. */
static enum run_step pre_run(struct kvm_vcpu_sim *vcpu)
{
	for (;;) {
		if (vcpu->kicked) {
			vcpu->kicked = false;
			return RUN_INTR;
		}
		if (sim_signal_pending(sim_self()))
			return RUN_INTR;
		sim_cond_resched();
		if (!(vcpu->sie_block->prog20 & PROG_BLOCK_SIE))
			return RUN_GUEST;
		sim_wait(&vcpu->wait, SIM_WAIT_INTERRUPTIBLE);
	}
}

/* --- inside SIE ------------------------------------------------------------------------------------------ */

void touch_done(struct kvm_vcpu_sim *vcpu, uint64_t gpage)
{
	sim_time latency = vcpu->fault_begin == SIM_FOREVER ? 0 : sim_now() - vcpu->fault_begin;

	struct mm_vma *vma;
	uint64_t page;

	if (vcpu->vm->host->pressure) {
		vma = gmap_page(vcpu->vm->gmap, gpage, &page, NULL);
		if (vma) {
			/* Reclaim looks at the mark. */
			sim_domain_touch(&vcpu->vm->mm->domain, vma_frame(vma, page), 1);
			pressure_touched(vma, page, 1);
		}
		mm_fresh_clear(vcpu->vm->mm, sim_self());
	}
	vcpu->think_done = 0;
	vcpu->fault_begin = SIM_FOREVER;
	vcpu->ops->touched(vcpu->guest, gpage, 1, latency);
}

/* One touch, or several alike at once. */
static enum run_step touch(struct kvm_vcpu_sim *vcpu, const struct guest_next *next)
{
	struct kvm_vm *vm = vcpu->vm;
	enum guest_view view;
	enum run_step step;
	uint64_t run;

	sim_domain_settle(&vm->mm->domain);
	if (!vcpu->think_done && vcpu->fault_begin == SIM_FOREVER && !sim_config_get()->exact_pages) {
		view = gmap_view(vm->gmap, vcpu->sie_block->pv_handle_config, next->gpage, next->pages, &run);
		if (touch_in_bulk(vcpu, next, view, run, &step))
			return step;
	}
	if (vcpu->think_done < next->think) {
		vcpu->think_done += sim_burn_user(next->think - vcpu->think_done, SIM_KIND_GUEST, "guest");
		if (vcpu->think_done < next->think) {
			sie_exit(vcpu, KVM_REASON_EXTERNAL);
			return RUN_LOOP;
		}
		sim_domain_settle(&vm->mm->domain);
	}
	view = gmap_view(vm->gmap, vcpu->sie_block->pv_handle_config, next->gpage, 1, &run);
	if (view == GUEST_OK) {
		touch_done(vcpu, next->gpage);
		return RUN_GUEST;
	}
	if (vcpu->fault_begin == SIM_FOREVER)
		vcpu->fault_begin = sim_now();
	sie_exit(vcpu, exit_reason_of(view));
	return handle_exception(vcpu, next->gpage, view);
}

static enum run_step compute(struct kvm_vcpu_sim *vcpu, const struct guest_next *next)
{
	sim_time spent = sim_burn_user(next->think, SIM_KIND_GUEST, "guest");

	vcpu->ops->spent(vcpu->guest, spent);
	if (spent == next->think)
		return RUN_GUEST;
	sie_exit(vcpu, KVM_REASON_EXTERNAL);
	return RUN_LOOP;
}

/* kvm_s390_handle_wait(): blocks until the time, an interrupt for the guest, a kick or a signal. */
static enum run_step enabled_wait(struct kvm_vcpu_sim *vcpu, const struct guest_next *next)
{
	sim_time begin;

	sie_exit(vcpu, KVM_REASON_WAIT);
	begin = sim_now();
	while (!vcpu->woken && !vcpu->kicked && !sim_signal_pending(sim_self()))
		if (sim_wait_until(&vcpu->wait, SIM_WAIT_INTERRUPTIBLE, next->until) == -ETIME)
			break;
	vcpu->woken = false;
	vcpu->ops->spent(vcpu->guest, sim_now() - begin);
	return RUN_LOOP;
}

static enum run_step guest_step(struct kvm_vcpu_sim *vcpu, struct guest_next *next)
{
	vcpu->ops->next(vcpu->guest, next);
	switch (next->action) {
	case GUEST_TOUCH:
		return touch(vcpu, next);
	case GUEST_COMPUTE:
		return compute(vcpu, next);
	case GUEST_WAIT:
		return enabled_wait(vcpu, next);
	case GUEST_DIAG308:
		break;
	}
	sie_exit(vcpu, KVM_REASON_DIAG308);
	return RUN_EXIT;
}

static enum run_step vcpu_run(struct kvm_vcpu_sim *vcpu, struct guest_next *next)
{
	enum run_step step = RUN_LOOP;
	int srcu;

	srcu = sim_srcu_read_lock(&vcpu->vm->srcu);
	while (step == RUN_LOOP) {
		step = pre_run(vcpu);
		if (step != RUN_GUEST)
			break;
		sim_srcu_read_unlock(&vcpu->vm->srcu, srcu);
		step = sie_enter(vcpu);
		while (step == RUN_GUEST)
			step = guest_step(vcpu, next);
		srcu = sim_srcu_read_lock(&vcpu->vm->srcu);
	}
	sim_srcu_read_unlock(&vcpu->vm->srcu, srcu);
	return step;
}

enum kvm_exit kvm_run(struct kvm_vcpu_sim *vcpu, struct guest_next *next)
{
	struct sim_rhythm_part part = vcpu_rhythm(vcpu);
	enum run_step step = RUN_FAILED;

	kernel_step(COST_HOST_SYSCALL);
	sim_mutex_lock(&vcpu->mutex);
	vcpu->thread = sim_self();
	if (!vcpu->vm->user_cpu_state)
		kvm_s390_vcpu_start(vcpu);
	sim_rhythm_join(&part);
	if (!vcpu->stopped && !vcpu->vm->kvm.arch.pv.dumping)
		step = vcpu_run(vcpu, next);
	sim_rhythm_leave();
	vcpu->thread = NULL;
	mm_fresh_clear(vcpu->vm->mm, sim_self());
	sim_mutex_unlock(&vcpu->mutex);
	memcg_user_mode();
	if (step == RUN_INTR)
		return KVM_EXIT_INTR;
	return step == RUN_EXIT ? KVM_EXIT_GUEST : KVM_EXIT_FAILED;
}
