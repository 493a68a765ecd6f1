/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * builtin:sync: the protection ends when everything has been cleaned.
 *
 * DISABLE destroys the configuration and then every page of the address space before it returns:
 * the guest is gone meanwhile. Nothing is ever set aside. At the end of the process the address
 * space itself cleans its pages while it is unmapped.
 *
 * Source of behaviour: Linux 6.1 arch/s390/kvm/pv.c.
 */
#include <errno.h>

#include "kvm/algorithms/builtin.h"
#include "kvm/algorithms/common.h"

static int sync_deinit_vm(struct kvm *kvm, uint16_t *rc, uint16_t *rrc)
{
	struct kvm_vm *vm = to_kvm_vm(kvm);
	int error;

	sim_span_push("deinit_vm");
	error = algo_destroy_conf(kvm, rc, rrc);
	/* While the count is up, pages that are touched meanwhile are still exported as needed. */
	algo_destroy_all_pages(vm->mm);
	if (!error) {
		algo_uncount(kvm->mm);
		algo_storage_free(vm->host, algo_storage_of(kvm));
		algo_forget(kvm);
	} else {
		/* The Ultravisor still knows the table and the storage: both are lost. */
		algo_replace_table(kvm);
	}
	sim_span_pop();
	return error ? -EIO : 0;
}

/* The address space goes: pages can be destroyed only when no secure CPU is left. */
static void sync_released(struct mmu_notifier *notifier, struct mm_struct *mm)
{
	uint16_t dummy;

	(void)mm;
	kvm_s390_cpus_from_pv(algo_notified(notifier), &dummy, &dummy);
}

static const struct mmu_notifier_ops sync_notifier = { .release = sync_released };

static int sync_init_vm(struct kvm *kvm, uint16_t *rc, uint16_t *rrc)
{
	int error;

	sim_span_push("init_vm");
	error = algo_create(kvm, 0, sync_deinit_vm, &sync_notifier, rc, rrc);
	sim_span_pop();
	return error;
}

const struct pv_algorithm builtin_sync = {
	.label = "builtin:sync",
	.version = KVM_KERNEL_VERSION(6, 1, 0),
	.init_vm = sync_init_vm,
	.deinit_vm = sync_deinit_vm,
	ALGO_COMMON_MEMBERS,
};
