/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * builtin:lazy: the kernel itself cleans behind the guest's back.
 *
 * DISABLE takes away what the active configuration has, as PREPARE of builtin:async does, and leaves
 * the rest to a kernel thread that holds a reference to the address space: no new command, no thread
 * of user space. The thread stops early when only such threads use the address space any more: its
 * end comes next, and cleans faster. (The series asked whether the thread was the only user, so that
 * two of them kept each other walking.) Wherever something cannot be had (memory, a second table
 * level, the module parameter) DISABLE cleans at once, as builtin:sync does.
 *
 * Source of behaviour: the lazy destroy series of May to August 2021, its reboot part. It is put on
 * top of 6.1; its module parameter is async_destroy here. There was no notifier of the end of an
 * address space yet, so a process that ends with secure CPUs has its pages exported one by one.
 * Left out, since nothing models memory pressure yet: the shutdown part (pages set aside while they
 * are unmapped, in a list that grows by atomic allocations) and the OOM notifier that waits for it.
 */
#include <errno.h>
#include <stdio.h>

#include "kvm/algorithms/builtin.h"
#include "kvm/algorithms/common.h"
#include "sim/engine.h"
#include "uv/uvcb.h"

#define STOP_SIGNAL 9	/* fatal, as a walk asks for */

/* A configuration that a kernel thread is to destroy. */
struct deferred {
	struct deferred *next;		/* those that walk, from mm->user_left_ctx on */
	struct mm_struct *mm;		/* counts configurations; outlives the VM */
	struct sim_thread *thread;
	uint64_t handle;
	uint64_t table;			/* its top-level table */
	struct algo_storage storage;
};

/* --- the kernel thread ------------------------------------------------------------------------ */

/* Does nobody else use the address space? Then walks are the slower way to its end. */
static void stop_walks(struct mm *mm)
{
	struct deferred *deferred;
	unsigned walks = 0;

	for (deferred = mm->user_left_ctx; deferred; deferred = deferred->next)
		walks++;
	if (mm->users > walks)
		return;
	for (deferred = mm->user_left_ctx; deferred; deferred = deferred->next)
		sim_signal_send(deferred->thread, STOP_SIGNAL, true);
}

static void walk(struct deferred *deferred)
{
	struct mm *mm = deferred->mm->sim;
	struct deferred **at = (struct deferred **)&mm->user_left_ctx;

	deferred->thread = sim_self();
	deferred->next = *at;
	*at = deferred;
	mm->user_left = stop_walks;
	stop_walks(mm);
	if (!sim_fatal_signal_pending(deferred->thread))
		mm_destroy_range(mm, 0, WHOLE_SPACE, true);
	while (*at != deferred)
		at = &(*at)->next;
	*at = deferred->next;
}

static void destroy_vm_thread(void *arg)
{
	struct deferred *deferred = arg;
	struct mm *mm = deferred->mm->sim;
	struct host *host = mm->host;
	uint16_t rc, rrc;

	sim_span_push("destroy_vm_thread");
	walk(deferred);
	mm_put(mm);
	/* When the call fails, everything the configuration holds is lost. */
	if (!uv_cmd_nodata(host->uv, deferred->handle, UVC_CMD_DESTROY_SEC_CONF, &rc, &rrc)) {
		algo_uncount(deferred->mm);
		host_free_pages(host, deferred->table, TOP_TABLE_ORDER);
		algo_storage_free(host, deferred->storage);
	}
	host_kfree(host, deferred);
	mm_drop(mm);
	sim_span_pop();
}

static void start_thread(const struct kvm_vm *vm, struct deferred *deferred)
{
	struct sim_thread_attr attr = { .group = vm->name };
	char name[192];

	snprintf(name, sizeof(name), BUILTIN_LAZY_THREAD "/%s-%llx", vm->name,
		 (unsigned long long)deferred->handle);
	sim_spawn(name, destroy_vm_thread, deferred, &attr);
}

/* --- DISABLE ---------------------------------------------------------------------------------- */

/* Move everything that the active configuration has to @deferred. 0, or an errno with nothing done. */
static int part(struct kvm *kvm, struct deferred *deferred)
{
	int error;

	algo_destroy_lower_2g(kvm);
	deferred->mm = kvm->mm;
	deferred->handle = kvm->arch.pv.handle;
	deferred->storage = algo_storage_of(kvm);
	deferred->table = (uint64_t)kvm->arch.gmap->table;
	error = algo_replace_table(kvm);
	if (error)
		return error;
	kvm->arch.gmap->guest_handle = 0;
	algo_forget(kvm);
	kvm->arch.pv.dumping = false;
	return 0;
}

/* 0: a thread does the rest. */
static int defer(struct kvm *kvm)
{
	struct kvm_vm *vm = to_kvm_vm(kvm);
	struct deferred *deferred;

	if (!kvm_async_destroy() || algo_single_level(kvm))
		return -EINVAL;
	deferred = host_kzalloc(vm->host, sizeof(*deferred), "deferred");
	if (!deferred)
		return -ENOMEM;
	if (mm_get_not_zero(vm->mm)) {
		mm_grab(vm->mm);
		if (part(kvm, deferred) == 0) {
			start_thread(vm, deferred);
			return 0;
		}
		mm_drop(vm->mm);
		mm_put(vm->mm);
	}
	host_kfree(vm->host, deferred);
	return -ENOMEM;
}

static int deinit_deferred(struct kvm *kvm, uint16_t *rc, uint16_t *rrc)
{
	int error = 0;

	if (!kvm->arch.pv.handle)
		return 0;
	sim_span_push("deinit_vm_deferred");
	if (defer(kvm) == 0) {
		*rc = UVC_RC_EXECUTED;
		*rrc = RRC_PUT_OFF;
	} else {
		error = builtin_sync.deinit_vm(kvm, rc, rrc);
	}
	sim_span_pop();
	return error;
}

static int lazy_init_vm(struct kvm *kvm, uint16_t *rc, uint16_t *rrc)
{
	int error;

	sim_span_push("init_vm");
	error = algo_create(kvm, 0, builtin_sync.deinit_vm, NULL, rc, rrc);
	sim_span_pop();
	return error;
}

static int lazy_deinit_vm(struct kvm *kvm, uint16_t *rc, uint16_t *rrc)
{
	return builtin_sync.deinit_vm(kvm, rc, rrc);
}

const struct pv_algorithm builtin_lazy = {
	.label = "builtin:lazy",
	.version = KVM_KERNEL_VERSION(6, 1, 0),
	.init_vm = lazy_init_vm,
	.deinit_vm = lazy_deinit_vm,
	.deinit_cleanup_all = deinit_deferred,
	ALGO_COMMON_MEMBERS,
};
