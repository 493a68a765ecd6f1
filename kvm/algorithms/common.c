/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The life of a configuration as all algorithms of our own share it: storage, creation, the pieces
 * of its end, the image.
 *
 * A block donated to the Ultravisor is freed only once a call that gives it back has succeeded;
 * when that call fails, the block is lost on purpose.
 *
 * Source of behaviour: Linux arch/s390/kvm/pv.c, 6.1 and 6.12. Left out: debug events and warnings.
 */
#include "kvm/algorithms/common.h"

#include <errno.h>
#include <stddef.h>

#include "kvm/pv.h"
#include "sim/engine.h"
#include "uv/cost.h"
#include "uv/uvcb.h"

#define SEGMENT_BYTES ((uint64_t)1 << 20)
#define LOWER_2G_PAGES (((uint64_t)2 << 30) >> PAGE_SHIFT)

unsigned algo_order(uint64_t bytes)
{
	unsigned order = 0;

	while (PAGE_BYTES << order < bytes)
		order++;
	return order;
}

void algo_forget(struct kvm *kvm)
{
	struct kvm_s390_pv *pv = &kvm->arch.pv;

	pv->handle = 0;
	pv->guest_len = 0;
	pv->stor_base = 0;
	pv->stor_var = NULL;
}

void algo_count(struct mm_struct *mm, int change)
{
	mm->context.protected_count.counter += change;
	mm_protected_count_changed(mm->sim);
	pv_check_count(mm->sim, mm->context.protected_count.counter);
}

void algo_uncount(struct mm_struct *mm)
{
	algo_count(mm, -1);
}

bool algo_single_level(const struct kvm *kvm)
{
	return (kvm->arch.gmap->asce & ASCE_TYPE_MASK) == ASCE_TYPE_SEGMENT;
}

/* --- storage ---------------------------------------------------------------------------------- */

struct algo_storage algo_storage_of(const struct kvm *kvm)
{
	return (struct algo_storage){ kvm->arch.pv.stor_base, kvm->arch.pv.stor_var };
}

void algo_storage_free_base(struct host *host, struct algo_storage storage)
{
	if (storage.base)
		host_free_pages(host, storage.base,
				algo_order(cost_profile()->machine.conf_base_phys_stor_len));
}

void algo_storage_free(struct host *host, struct algo_storage storage)
{
	host_vfree(host, storage.variable);
	algo_storage_free_base(host, storage);
}

/* Variable storage grows with the guest: so much for each MiB of it. */
static uint64_t variable_bytes(uint64_t guest_bytes)
{
	const struct machine *machine = &cost_profile()->machine;
	uint64_t bytes = machine->conf_virt_var_stor_len * (guest_bytes / SEGMENT_BYTES);

	bytes = (bytes + PAGE_BYTES - 1) & ~(PAGE_BYTES - 1);
	return bytes + machine->conf_base_virt_stor_len;
}

static int allocate(struct kvm_vm *vm)
{
	struct kvm_s390_pv *pv = &vm->kvm.arch.pv;
	unsigned order = algo_order(cost_profile()->machine.conf_base_phys_stor_len);

	pv->stor_var = NULL;
	pv->stor_base = host_get_pages(vm->host, order, ALLOC_KERNEL_ACCOUNT, USE_UV, "base storage");
	if (!pv->stor_base)
		return -ENOMEM;
	sim_mutex_lock(&vm->slots_lock);
	pv->guest_len = kvm_s390_get_gfn_end(&vm->kvm) << PAGE_SHIFT;
	sim_mutex_unlock(&vm->slots_lock);
	pv->stor_var = host_vzalloc(vm->host, variable_bytes(pv->guest_len), "variable storage");
	if (pv->stor_var)
		return 0;
	algo_storage_free(vm->host, algo_storage_of(&vm->kvm));
	algo_forget(&vm->kvm);
	return -ENOMEM;
}

/* --- creation --------------------------------------------------------------------------------- */

/* What the address space calls when it goes; mmu_notifier.sim points here. */
struct end_notifier {
	struct mm_notifier notifier;	/* first */
	struct mmu_notifier *face;
};

static void space_ends(struct mm_notifier *notifier, struct mm *mm)
{
	struct mmu_notifier *face = ((struct end_notifier *)notifier)->face;
	struct kvm *kvm = algo_notified(face);

	(void)mm;
	face->ops->release(face, kvm->mm);
}

struct kvm *algo_notified(struct mmu_notifier *notifier)
{
	return (struct kvm *)((char *)notifier - offsetof(struct kvm, arch.pv.mmu_notifier));
}

/* Once per VM, whatever comes of it: without a notifier the end of the VM has more to do. */
static void watch_end(struct kvm_vm *vm, const struct mmu_notifier_ops *released)
{
	struct mmu_notifier *face = &vm->kvm.arch.pv.mmu_notifier;
	struct end_notifier *end;

	if (!released || face->ops == released)
		return;
	face->ops = released;
	end = sim_alloc(sizeof(*end));
	end->notifier.release = space_ends;
	end->face = face;
	face->sim = mm_notifier_register(vm->mm, &end->notifier) ? NULL : &end->notifier;
}

/* The call failed: what it has done, if anything, must be undone by a destroy. */
static int create_failed(struct kvm *kvm, uint16_t rc, algo_end_fn end)
{
	uint16_t dummy;

	if (rc & UVC_RC_NEED_DESTROY) {
		end(kvm, &dummy, &dummy);
		return -EIO;
	}
	algo_uncount(kvm->mm);
	algo_storage_free(to_kvm_vm(kvm)->host, algo_storage_of(kvm));
	algo_forget(kvm);
	return -EIO;
}

int algo_create(struct kvm *kvm, uint16_t flags, algo_end_fn end, const struct mmu_notifier_ops *released,
		uint16_t *rc, uint16_t *rrc)
{
	struct kvm_vm *vm = to_kvm_vm(kvm);
	struct uv_cb_cgc block = {
		.header = { .len = sizeof(block), .cmd = UVC_CMD_CREATE_SEC_CONF },
		.flags = flags,
		.guest_asce = kvm->arch.gmap->asce,
		.guest_sca = (uint64_t)kvm->arch.sca,
	};
	int error = allocate(vm);

	if (error)
		return error;
	block.guest_stor_len = kvm->arch.pv.guest_len;
	block.conf_base_stor_origin = kvm->arch.pv.stor_base;
	block.conf_virt_stor_origin = (uint64_t)kvm->arch.pv.stor_var;
	error = uv_call_sched(vm->host->uv, &block);
	*rc = block.header.rc;
	*rrc = block.header.rrc;
	kvm->arch.pv.handle = block.guest_handle;
	algo_count(kvm->mm, 1);
	if (error)
		return create_failed(kvm, block.header.rc, end);
	kvm->arch.gmap->guest_handle = block.guest_handle;
	watch_end(vm, released);
	return 0;
}

/* --- the end ---------------------------------------------------------------------------------- */

int algo_destroy_conf(struct kvm *kvm, uint16_t *rc, uint16_t *rrc)
{
	int error = uv_cmd_nodata(to_kvm_vm(kvm)->host->uv, kvm->arch.pv.handle,
				  UVC_CMD_DESTROY_SEC_CONF, rc, rrc);

	kvm->arch.gmap->guest_handle = 0;
	return error;
}

int algo_replace_table(struct kvm *kvm)
{
	struct kvm_vm *vm = to_kvm_vm(kvm);
	int error = gmap_replace_asce(vm->gmap);

	if (!error)
		kvm_gmap_sync(vm);
	return error;
}

void algo_destroy_lower_2g(struct kvm *kvm)
{
	struct kvm_vm *vm = to_kvm_vm(kvm);
	struct kvm_memory_slot *slot;
	int index = sim_srcu_read_lock(&vm->srcu);
	uint64_t gfn = 0, pages;

	/* Slot after slot from address 0 on; a gap ends it. */
	while (gfn < LOWER_2G_PAGES && (slot = gfn_to_memslot(kvm, gfn))) {
		pages = LOWER_2G_PAGES - slot->base_gfn;
		if (pages > slot->npages)
			pages = slot->npages;
		mm_destroy_range(vm->mm, slot->userspace_addr,
				 slot->userspace_addr + (pages << PAGE_SHIFT), false);
		gfn = slot->base_gfn + slot->npages;
	}
	sim_srcu_read_unlock(&vm->srcu, index);
}

void algo_destroy_all_pages(struct mm *mm)
{
	if (!mm_get_not_zero(mm))
		return;
	mm_destroy_range(mm, 0, WHOLE_SPACE, false);
	mm_put(mm);
}

/* --- the image -------------------------------------------------------------------------------- */

int algo_set_sec_parms(struct kvm *kvm, void *header, uint64_t length, uint16_t *rc, uint16_t *rrc)
{
	struct uv_cb_ssc block = {
		.header = { .len = sizeof(block), .cmd = UVC_CMD_SET_SEC_CONF_PARAMS },
		.guest_handle = kvm->arch.pv.handle,
		.sec_header_origin = (uint64_t)header,
		.sec_header_len = (uint32_t)length,
	};
	int error = uv_call(to_kvm_vm(kvm)->host->uv, &block);

	*rc = block.header.rc;
	*rrc = block.header.rrc;
	return error ? -EINVAL : 0;
}

static int unpack_page(struct kvm *kvm, uint64_t address, uint64_t tweak, uint64_t offset,
		       uint16_t *rc, uint16_t *rrc)
{
	struct uv_cb_unp block = {
		.header = { .len = sizeof(block), .cmd = UVC_CMD_UNPACK_IMG },
		.guest_handle = kvm->arch.pv.handle,
		.gaddr = address,
		.tweak = { tweak, offset },
	};
	int error = gmap_make_secure(to_kvm_vm(kvm)->gmap, address, &block,
				     kvm->mm->context.protected_count.counter);

	*rc = block.header.rc;
	*rrc = block.header.rrc;
	return error;
}

int algo_unpack(struct kvm *kvm, unsigned long address, unsigned long size, unsigned long tweak,
		uint16_t *rc, uint16_t *rrc)
{
	uint64_t offset = 0;
	int error;

	if (address % PAGE_BYTES || !size || size % PAGE_BYTES)
		return -EINVAL;
	do {
		error = unpack_page(kvm, address + offset, tweak, offset, rc, rrc);
		if (!error) {
			offset += PAGE_BYTES;
		} else if (error == -EAGAIN) {
			sim_cond_resched();
			if (sim_fatal_signal_pending(sim_self()))
				return error;
		}
	} while (offset < size && (!error || error == -EAGAIN));
	return error;
}
