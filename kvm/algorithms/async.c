/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * builtin:async: user space sets a configuration aside and cleans it when it likes.
 *
 * PREPARE (set_aside) takes away what the active configuration has: handle, storage, top-level
 * table. Only the pages below 2 GiB are destroyed at once; the guest boots again. PERFORM
 * (deinit_aside_vm), from a thread of user space, destroys the other pages and then the
 * configuration. A fatal signal stops it after a batch; what is left goes to a list that the end of
 * the VM, or a DISABLE, works off. Where the machine can destroy a configuration fast, PREPARE does
 * that, and only pages are left to clean.
 *
 * Meanwhile several configurations have pages in one address space: a counter there says how many,
 * and a page may have to be exported before it is imported (mm/make_secure.c).
 *
 * Source of behaviour: the patch series of 2021 to 2022 for asynchronous destroy, as merged: Linux
 * 6.12 arch/s390/kvm/pv.c. Left out: warnings, debug events.
 */
#include <assert.h>
#include <errno.h>

#include "kvm/algorithms/builtin.h"
#include "kvm/algorithms/common.h"
#include "uv/cost.h"
#include "uv/uvcb.h"

/* A configuration that no VM runs any more, but that still has to be destroyed. */
struct leftover {
	struct list_head link;		/* in pv.need_cleanup */
	uint64_t table;			/* its top-level table */
	uint64_t handle;		/* 0: it was destroyed fast, only its pages are left */
	struct algo_storage storage;
};

static void list_push(struct leftover *leftover, struct list_head *list)
{
	leftover->link = (struct list_head){ .next = list->next, .prev = list };
	list->next->prev = &leftover->link;
	list->next = &leftover->link;
}

static struct leftover *list_pop(struct list_head *list)
{
	struct list_head *first = list->next;

	if (first == list)
		return NULL;
	list->next = first->next;
	first->next->prev = list;
	return (struct leftover *)first;
}

/* --- ends ------------------------------------------------------------------------------------- */

/* The active configuration, without its pages. */
static int deinit_vm(struct kvm *kvm, uint16_t *rc, uint16_t *rrc)
{
	int error;

	sim_span_push("deinit_vm");
	error = algo_destroy_conf(kvm, rc, rrc);
	if (!error) {
		algo_uncount(kvm->mm);
		algo_storage_free(to_kvm_vm(kvm)->host, algo_storage_of(kvm));
		algo_forget(kvm);
	} else {
		algo_replace_table(kvm);
	}
	sim_span_pop();
	return error ? -EIO : 0;
}

/*
 * The active configuration goes at once, whatever pages it has. The counter stays: its pages are
 * still to be cleaned.
 */
static int deinit_vm_fast(struct kvm *kvm, uint16_t *rc, uint16_t *rrc)
{
	struct host *host = to_kvm_vm(kvm)->host;
	struct uv_cb_destroy_fast block = {
		.header = { .len = sizeof(block), .cmd = UVC_CMD_DESTROY_SEC_CONF_FAST },
		.handle = kvm->arch.pv.handle,
	};
	int error;

	sim_span_push("deinit_vm_fast");
	error = uv_call_sched(host->uv, &block);
	*rc = block.header.rc;
	*rrc = block.header.rrc;
	kvm->arch.gmap->guest_handle = 0;
	if (!error) {
		algo_storage_free(host, algo_storage_of(kvm));
		algo_forget(kvm);
	}
	sim_span_pop();
	return error ? -EIO : 0;
}

/*
 * @leftover's configuration goes; its pages have been, or will be, seen to. When the call fails,
 * everything it holds is lost.
 */
static int dispose(struct kvm *kvm, const struct leftover *leftover, uint16_t *rc, uint16_t *rrc)
{
	struct host *host = to_kvm_vm(kvm)->host;
	int error = 0;

	sim_span_push("dispose");
	if (leftover->handle)
		error = uv_cmd_nodata(host->uv, leftover->handle, UVC_CMD_DESTROY_SEC_CONF, rc, rrc);
	if (leftover->handle && !error) {
		algo_storage_free_base(host, leftover->storage);
		host_free_pages(host, leftover->table, TOP_TABLE_ORDER);
		host_vfree(host, leftover->storage.variable);
	}
	if (!error)
		algo_uncount(kvm->mm);
	sim_span_pop();
	return error;
}

/* --- PREPARE ---------------------------------------------------------------------------------- */

static bool can_destroy_fast(void)
{
	return cost_profile()->machine.destroy_fast;
}

/* Move everything that the active configuration has to @leftover. */
static int part(struct kvm *kvm, struct leftover *leftover)
{
	leftover->storage = algo_storage_of(kvm);
	leftover->handle = kvm->arch.pv.handle;
	leftover->table = (uint64_t)kvm->arch.gmap->table;
	kvm->arch.gmap->guest_handle = 0;
	return algo_replace_table(kvm) ? -ENOMEM : 0;
}

static int try_set_aside(struct kvm *kvm, uint16_t *rc, uint16_t *rrc)
{
	struct host *host = to_kvm_vm(kvm)->host;
	struct leftover *leftover;
	int error;

	if (kvm->arch.pv.set_aside || algo_single_level(kvm))
		return -EINVAL;
	leftover = host_kzalloc(host, sizeof(*leftover), "leftover");
	if (!leftover)
		return -ENOMEM;
	error = can_destroy_fast() ? deinit_vm_fast(kvm, rc, rrc) : part(kvm, leftover);
	if (error) {
		host_kfree(host, leftover);
		return error;
	}
	algo_destroy_lower_2g(kvm);
	algo_forget(kvm);
	kvm->arch.pv.set_aside = leftover;
	*rc = UVC_RC_EXECUTED;
	*rrc = RRC_PUT_OFF;
	return 0;
}

static int set_aside(struct kvm *kvm, uint16_t *rc, uint16_t *rrc)
{
	int error;

	assert(sim_mutex_held(&to_kvm_vm(kvm)->lock));
	sim_span_push("set_aside");
	error = try_set_aside(kvm, rc, rrc);
	sim_span_pop();
	return error;
}

/* --- PERFORM ---------------------------------------------------------------------------------- */

static struct leftover *take_aside(struct kvm *kvm)
{
	struct kvm_vm *vm = to_kvm_vm(kvm);
	struct leftover *leftover;

	sim_mutex_lock(&vm->lock);
	leftover = kvm->arch.pv.set_aside;
	kvm->arch.pv.set_aside = NULL;
	sim_mutex_unlock(&vm->lock);
	return leftover;
}

static int perform(struct kvm *kvm, struct leftover *leftover, uint16_t *rc, uint16_t *rrc)
{
	struct kvm_vm *vm = to_kvm_vm(kvm);
	int error;

	if (mm_destroy_range(vm->mm, 0, WHOLE_SPACE, true) == 0) {
		error = dispose(kvm, leftover, rc, rrc);
		host_kfree(vm->host, leftover);
		return error ? -EIO : 0;
	}
	/* Interrupted: whoever ends the VM goes on with it. */
	sim_mutex_lock(&vm->lock);
	list_push(leftover, &kvm->arch.pv.need_cleanup);
	sim_mutex_unlock(&vm->lock);
	*rc = UVC_RC_EXECUTED;
	*rrc = RRC_PUT_OFF;
	return 0;
}

static int deinit_aside_vm(struct kvm *kvm, uint16_t *rc, uint16_t *rrc)
{
	struct leftover *leftover;
	int error = -EINVAL;

	assert(!sim_mutex_held(&to_kvm_vm(kvm)->lock));
	sim_span_push("deinit_aside_vm");
	leftover = take_aside(kvm);
	if (leftover)
		error = perform(kvm, leftover, rc, rrc);
	sim_span_pop();
	return error;
}

/* --- DISABLE, and the end of the VM ----------------------------------------------------------- */

/*
 * Dispose of all leftovers. The answer of the first that fails is kept, unless the active
 * configuration had failed before (*@rc). Whether there was any in *@any.
 */
static int dispose_all(struct kvm *kvm, bool *any, uint16_t *rc, uint16_t *rrc)
{
	struct kvm_s390_pv *pv = &kvm->arch.pv;
	struct leftover *leftover;
	uint16_t one_rc = 0, one_rrc = 0;
	int error = 0;

	if (pv->set_aside)
		list_push(pv->set_aside, &pv->need_cleanup);
	pv->set_aside = NULL;
	while ((leftover = list_pop(&pv->need_cleanup))) {
		*any = true;
		if (dispose(kvm, leftover, &one_rc, &one_rrc)) {
			error = -EIO;
			if (*rc == UVC_RC_EXECUTED) {
				*rc = one_rc;
				*rrc = one_rrc;
			}
		}
		host_kfree(to_kvm_vm(kvm)->host, leftover);
	}
	return error;
}

static int deinit_cleanup_all(struct kvm *kvm, uint16_t *rc, uint16_t *rrc)
{
	int *count = &kvm->mm->context.protected_count.counter;
	bool any = kvm->arch.pv.handle != 0;
	int error = 0, more;

	if (*count == 0)
		return 0;
	sim_span_push("deinit_cleanup_all");
	/* One more, so that pages count as protected until they have been walked. */
	++*count;
	*rc = UVC_RC_EXECUTED;
	if (any)
		error = deinit_vm(kvm, rc, rrc);
	more = dispose_all(kvm, &any, rc, rrc);
	if (any)
		algo_destroy_all_pages(to_kvm_vm(kvm)->mm);
	--*count;
	sim_span_pop();
	return error ? error : more;
}

/* --- birth ------------------------------------------------------------------------------------ */

/* The address space goes: without secure CPUs its pages can be destroyed instead of exported. */
static void released(struct mmu_notifier *notifier, struct mm_struct *mm)
{
	struct kvm *kvm = algo_notified(notifier);
	uint16_t dummy;

	(void)mm;
	if (kvm_s390_cpus_from_pv(kvm, &dummy, &dummy) == 0 && can_destroy_fast() &&
	    kvm->arch.pv.handle)
		deinit_vm_fast(kvm, &dummy, &dummy);
}

static const struct mmu_notifier_ops notifier_ops = { .release = released };

static uint16_t ap_flags(const struct kvm *kvm)
{
	const struct kvm_s390_cpu_model *model = &kvm->arch.model;

	return (uint16_t)(model->uv_feat_guest.ap | model->uv_feat_guest.ap_intr << 1);
}

static int init_vm(struct kvm *kvm, uint16_t *rc, uint16_t *rrc)
{
	int error;

	sim_span_push("init_vm");
	error = algo_create(kvm, ap_flags(kvm), deinit_vm, &notifier_ops, rc, rrc);
	sim_span_pop();
	return error;
}

const struct pv_algorithm builtin_async = {
	.label = "builtin:async",
	.version = KVM_KERNEL_VERSION(6, 12, 0),
	.init_vm = init_vm,
	.deinit_vm = deinit_vm,
	.deinit_cleanup_all = deinit_cleanup_all,
	.set_aside = set_aside,
	.deinit_aside_vm = deinit_aside_vm,
	ALGO_COMMON_MEMBERS,
};
