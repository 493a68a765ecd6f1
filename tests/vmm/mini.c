/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The small algorithm: see mini.h.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "mini.h"
#include "sim/engine.h"
#include "uv/cost.h"
#include "uv/uvcb.h"

struct mini mini;

/* What is left of a configuration that was set aside. */
struct leftover {
	uint64_t handle, base, table;
	void *var;
	struct leftover *next;
};

struct mini_notifier {
	struct mm_notifier notifier;
	struct kvm *kvm;
};

static void note(const char *what)
{
	size_t used = strlen(mini.log);

	snprintf(mini.log + used, sizeof(mini.log) - used, "%s ", what);
}

static struct host *kvm_host(struct kvm *kvm)
{
	return to_kvm_vm(kvm)->host;
}

static unsigned order_of(uint64_t bytes)
{
	unsigned order = 0;

	while ((PAGE_BYTES << order) < bytes)
		order++;
	return order;
}

static unsigned base_order(void)
{
	return order_of(cost_profile()->machine.conf_base_phys_stor_len);
}

static void free_storage(struct kvm *kvm, uint64_t base, void *var)
{
	host_vfree(kvm_host(kvm), var);
	host_free_pages(kvm_host(kvm), base, base_order());
}

static void forget(struct kvm *kvm)
{
	kvm->arch.pv.handle = 0;
	kvm->arch.pv.stor_base = 0;
	kvm->arch.pv.stor_var = NULL;
	kvm->arch.gmap->guest_handle = 0;
}

/* --- configuration ---------------------------------------------------------------------------- */

static void on_release(struct mm_notifier *notifier, struct mm *mm)
{
	struct kvm *kvm = ((struct mini_notifier *)notifier)->kvm;
	uint16_t rc, rrc;

	(void)mm;
	note("release");
	kvm_s390_cpus_from_pv(kvm, &rc, &rrc);
}

static const struct mmu_notifier_ops mini_notifier_ops;

static void add_notifier(struct kvm *kvm)
{
	struct mini_notifier *notifier = sim_alloc(sizeof(*notifier));

	if (kvm->arch.pv.mmu_notifier.ops)
		return;
	notifier->notifier.release = on_release;
	notifier->kvm = kvm;
	if (mm_notifier_register(kvm->mm->sim, &notifier->notifier))
		return;
	kvm->arch.pv.mmu_notifier.ops = &mini_notifier_ops;
	kvm->arch.pv.mmu_notifier.sim = notifier;
}

static int mini_init_vm(struct kvm *kvm, uint16_t *rc, uint16_t *rrc)
{
	const struct machine *machine = &cost_profile()->machine;
	uint64_t bytes = kvm_s390_get_gfn_end(kvm) << PAGE_SHIFT;
	struct uv_cb_cgc uvcb = { .header = { .len = sizeof(uvcb),
					      .cmd = UVC_CMD_CREATE_SEC_CONF } };
	int cc;

	note("init_vm");
	if (mini.fail_init)
		return mini.fail_init;
	kvm->arch.pv.stor_base =
		host_alloc_pages(kvm_host(kvm), base_order(), false, USE_KERNEL, "stor_base");
	kvm->arch.pv.stor_var = host_vzalloc(
		kvm_host(kvm),
		machine->conf_base_virt_stor_len + machine->conf_virt_var_stor_len * (bytes >> 20),
		"stor_var");
	if (!kvm->arch.pv.stor_base || !kvm->arch.pv.stor_var) {
		free_storage(kvm, kvm->arch.pv.stor_base, kvm->arch.pv.stor_var);
		return -ENOMEM;
	}
	uvcb.guest_stor_len = bytes;
	uvcb.guest_asce = kvm->arch.gmap->asce;
	uvcb.guest_sca = (uint64_t)kvm->arch.sca;
	uvcb.conf_base_stor_origin = kvm->arch.pv.stor_base;
	uvcb.conf_virt_stor_origin = (uint64_t)kvm->arch.pv.stor_var;
	cc = uv_call_sched(kvm_host(kvm)->uv, &uvcb);
	*rc = uvcb.header.rc;
	*rrc = uvcb.header.rrc;
	if (cc) {
		free_storage(kvm, kvm->arch.pv.stor_base, kvm->arch.pv.stor_var);
		return -EIO;
	}
	kvm->arch.pv.handle = uvcb.guest_handle;
	kvm->arch.gmap->guest_handle = uvcb.guest_handle;
	kvm->mm->context.protected_count.counter++;
	add_notifier(kvm);
	return 0;
}

static int mini_deinit_vm(struct kvm *kvm, uint16_t *rc, uint16_t *rrc)
{
	int cc = uv_cmd_nodata(kvm_host(kvm)->uv, kvm->arch.pv.handle, UVC_CMD_DESTROY_SEC_CONF, rc,
			       rrc);

	if (cc)
		return -EIO;
	free_storage(kvm, kvm->arch.pv.stor_base, kvm->arch.pv.stor_var);
	forget(kvm);
	kvm->mm->context.protected_count.counter--;
	return 0;
}

static int dispose(struct kvm *kvm, struct leftover *left, uint16_t *rc, uint16_t *rrc)
{
	if (uv_cmd_nodata(kvm_host(kvm)->uv, left->handle, UVC_CMD_DESTROY_SEC_CONF, rc, rrc))
		return -EIO;
	free_storage(kvm, left->base, left->var);
	host_free_pages(kvm_host(kvm), left->table, 2);
	kvm->mm->context.protected_count.counter--;
	return 0;
}

/* Leftovers that a signal has left over hang from the list head's next. */
static struct leftover **queue(struct kvm *kvm)
{
	if (kvm->arch.pv.need_cleanup.next == &kvm->arch.pv.need_cleanup)
		kvm->arch.pv.need_cleanup.next = NULL;
	return (struct leftover **)&kvm->arch.pv.need_cleanup.next;
}

static int mini_cleanup_all(struct kvm *kvm, uint16_t *rc, uint16_t *rrc)
{
	struct mm *mm = kvm->mm->sim;
	struct leftover *left = kvm->arch.pv.set_aside;
	bool zap = false;
	int result = 0;

	note("cleanup_all");
	if (mini.fail_deinit)
		return mini.fail_deinit;
	kvm->mm->context.protected_count.counter++;
	if (kvm->arch.pv.handle) {
		result = mini_deinit_vm(kvm, rc, rrc);
		zap = true;
	}
	if (left) {
		left->next = *queue(kvm);
		*queue(kvm) = left;
		kvm->arch.pv.set_aside = NULL;
	}
	for (left = *queue(kvm); left; left = left->next) {
		if (dispose(kvm, left, rc, rrc))
			result = -EIO;
		zap = true;
	}
	*queue(kvm) = NULL;
	if (zap && mm_get_not_zero(mm)) {
		mm_destroy_range(mm, 0, UINT64_MAX, false);
		mm_put(mm);
	}
	kvm->mm->context.protected_count.counter--;
	return result;
}

static int mini_set_aside(struct kvm *kvm, uint16_t *rc, uint16_t *rrc)
{
	struct kvm_vm *vm = to_kvm_vm(kvm);
	struct leftover *left;

	note("set_aside");
	if (mini.fail_set_aside)
		return mini.fail_set_aside;
	if (kvm->arch.pv.set_aside || (vm->gmap->asce & ASCE_TYPE_MASK) == ASCE_TYPE_SEGMENT)
		return -EINVAL;
	left = sim_alloc(sizeof(*left));
	*left = (struct leftover){ .handle = kvm->arch.pv.handle, .base = kvm->arch.pv.stor_base,
				   .table = vm->gmap->table, .var = kvm->arch.pv.stor_var };
	kvm->arch.gmap->guest_handle = 0;
	if (gmap_replace_asce(vm->gmap))
		return -ENOMEM;
	kvm_gmap_sync(vm);
	mm_destroy_range(vm->mm, vm->slots.memslots[0].userspace_addr,
			 vm->slots.memslots[0].userspace_addr + ((uint64_t)2 << 30), false);
	forget(kvm);
	kvm->arch.pv.set_aside = left;
	*rc = 1;
	*rrc = 42;
	return 0;
}

static int mini_perform(struct kvm *kvm, uint16_t *rc, uint16_t *rrc)
{
	struct kvm_vm *vm = to_kvm_vm(kvm);
	struct leftover *left;

	note("perform");
	sim_mutex_lock(&vm->lock);
	left = kvm->arch.pv.set_aside;
	kvm->arch.pv.set_aside = NULL;
	sim_mutex_unlock(&vm->lock);
	if (!left || mini.fail_perform) {
		kvm->arch.pv.set_aside = left;
		return left ? mini.fail_perform : -EINVAL;
	}
	if (!mm_destroy_range(vm->mm, 0, UINT64_MAX, true))
		return dispose(kvm, left, rc, rrc);
	mini.perform_cut++;
	sim_mutex_lock(&vm->lock);
	left->next = *queue(kvm);
	*queue(kvm) = left;
	sim_mutex_unlock(&vm->lock);
	return 0;
}

/* --- CPUs and image --------------------------------------------------------------------------- */

static int mini_create_cpu(struct kvm_vcpu *vcpu, uint16_t *rc, uint16_t *rrc)
{
	struct host *host = kvm_host(vcpu->kvm);
	uint64_t bytes = cost_profile()->machine.cpu_stor_len;
	struct uv_cb_csc uvcb = { .header = { .len = sizeof(uvcb),
					      .cmd = UVC_CMD_CREATE_SEC_CPU } };
	int cc;

	vcpu->arch.pv.stor_base =
		host_alloc_pages(host, order_of(bytes), false, USE_KERNEL, "cpu_stor");
	if (!vcpu->arch.pv.stor_base)
		return -ENOMEM;
	vcpu->arch.sie_block->sidad = host_alloc_pages(host, 0, true, USE_KERNEL, "sida");
	if (!vcpu->arch.sie_block->sidad) {
		host_free_pages(host, vcpu->arch.pv.stor_base, order_of(bytes));
		return -ENOMEM;
	}
	uvcb.guest_handle = vcpu->kvm->arch.pv.handle;
	uvcb.num = (uint16_t)vcpu->arch.sie_block->icpua;
	uvcb.state_origin = (uint64_t)vcpu->arch.sie_block;
	uvcb.stor_origin = vcpu->arch.pv.stor_base;
	cc = uv_call(host->uv, &uvcb);
	*rc = uvcb.header.rc;
	*rrc = uvcb.header.rrc;
	if (cc)
		return -EIO;
	vcpu->arch.pv.handle = uvcb.cpu_handle;
	vcpu->arch.sie_block->pv_handle_cpu = uvcb.cpu_handle;
	vcpu->arch.sie_block->pv_handle_config = vcpu->kvm->arch.pv.handle;
	vcpu->arch.sie_block->sdf = 2;
	return 0;
}

static int mini_destroy_cpu(struct kvm_vcpu *vcpu, uint16_t *rc, uint16_t *rrc)
{
	struct host *host = kvm_host(vcpu->kvm);
	int cc;

	if (!vcpu->arch.pv.handle)
		return 0;
	cc = uv_cmd_nodata(host->uv, vcpu->arch.pv.handle, UVC_CMD_DESTROY_SEC_CPU, rc, rrc);
	if (!cc)
		host_free_pages(host, vcpu->arch.pv.stor_base,
				order_of(cost_profile()->machine.cpu_stor_len));
	host_free_pages(host, vcpu->arch.sie_block->sidad, 0);
	vcpu->arch.pv = (struct kvm_s390_pv_vcpu){ 0 };
	vcpu->arch.sie_block->pv_handle_cpu = vcpu->arch.sie_block->pv_handle_config = 0;
	vcpu->arch.sie_block->sdf = 0;
	vcpu->arch.sie_block->gbea = 1;
	return cc ? EIO : 0;
}

static int mini_set_sec_parms(struct kvm *kvm, void *header, uint64_t length, uint16_t *rc,
			      uint16_t *rrc)
{
	struct uv_cb_ssc uvcb = {
		.header = { .len = sizeof(uvcb), .cmd = UVC_CMD_SET_SEC_CONF_PARAMS },
		.guest_handle = kvm->arch.pv.handle, .sec_header_origin = (uint64_t)header,
		.sec_header_len = (uint32_t)length,
	};
	int cc = uv_call(kvm_host(kvm)->uv, &uvcb);

	*rc = uvcb.header.rc;
	*rrc = uvcb.header.rrc;
	return cc ? -EINVAL : mini.fail_parms;
}

static int mini_unpack(struct kvm *kvm, unsigned long addr, unsigned long size, unsigned long tweak,
		       uint16_t *rc, uint16_t *rrc)
{
	unsigned long offset = 0;
	int result = 0;

	while (offset < size && !result) {
		struct uv_cb_unp uvcb = {
			.header = { .len = sizeof(uvcb), .cmd = UVC_CMD_UNPACK_IMG },
			.guest_handle = kvm->arch.pv.handle,
			.gaddr = addr + offset,
			.tweak = { tweak, offset },
		};

		result = gmap_make_secure(to_kvm_vm(kvm)->gmap, addr + offset, &uvcb,
					  kvm->mm->context.protected_count.counter);
		*rc = uvcb.header.rc;
		*rrc = uvcb.header.rrc;
		if (!result)
			offset += PAGE_BYTES;
		else if (result == -EAGAIN && !sim_fatal_signal_pending(sim_self()))
			result = 0;
		sim_cond_resched();
	}
	return result;
}

static int mini_set_cpu_state(struct kvm_vcpu *vcpu, uint8_t state)
{
	struct uv_cb_cpu_set_state uvcb = {
		.header = { .len = sizeof(uvcb), .cmd = UVC_CMD_CPU_SET_STATE },
		.cpu_handle = vcpu->arch.pv.handle, .state = state,
	};

	return uv_call(kvm_host(vcpu->kvm)->uv, &uvcb) ? -EINVAL : 0;
}

#define COMMON_OPS                                                             \
	.path = "", .init_vm = mini_init_vm, .deinit_vm = mini_deinit_vm,      \
	.deinit_cleanup_all = mini_cleanup_all, .create_cpu = mini_create_cpu, \
	.destroy_cpu = mini_destroy_cpu, .set_sec_parms = mini_set_sec_parms,  \
	.unpack = mini_unpack, .set_cpu_state = mini_set_cpu_state

const struct pv_algorithm mini_algorithm = {
	.label = "mini", .version = KVM_KERNEL_VERSION(6, 12, 0), COMMON_OPS,
	.set_aside = mini_set_aside, .deinit_aside_vm = mini_perform,
};
const struct pv_algorithm mini_old = { .label = "mini:old",
				       .version = KVM_KERNEL_VERSION(6, 1, 0),
				       COMMON_OPS };
