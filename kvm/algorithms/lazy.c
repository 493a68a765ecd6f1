/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * builtin:lazy: the kernel itself cleans behind the guest's back.
 *
 * Reboot: DISABLE takes away what the active configuration has, as PREPARE of builtin:async does, and leaves
 * the rest to a kernel thread that holds a reference to the address space: no new command, no thread of user space.
 *
 * Shutdown: when the address space ends before KVM hears of it, its pages are set aside while they are unmapped, and
 * the end of the VM starts the same thread to clean them. A process that the OOM killer has chosen gives its pages
 * back at once.
 *
 * Wherever something cannot be had (memory, a second table level) or the module parameter lazy_destroy is off, all is
 * cleaned at once, as builtin:sync does. lazy_thread.c has the thread and its OOM notifier.
 *
 * Source of behaviour: the lazy destroy series of May to August 2021, put on top of 6.1. There was no notifier of the
 * end of an address space yet, and destroys are refused while there are CPUs, so pages that are not set aside are
 * exported one by one. Ours: what is on the list is cleaned also when there is no memory for a thread to do it, or
 * when the last configuration is one that could not be destroyed; the series lost these pages, and the top-level table
 * when there was no memory for another. The parameter of that
 * name, and async_destroy of the scenario, which it later became, both turn it off.
 */
#include "kvm/algorithms/lazy.h"

#include <errno.h>
#include <string.h>

#include "kvm/algorithms/builtin.h"
#include "mm/aside.h"
#include "uv/uvcb.h"

#define ARRAY_LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static const struct lazy_variant *variant(const struct kvm *kvm)
{
	return (const struct lazy_variant *)to_kvm_vm((struct kvm *)kvm)->algorithm;
}

static bool is_on(const struct kvm *kvm)
{
	return variant(kvm)->on && kvm_async_destroy();
}

/* Move everything that the active configuration has to @deferred. 0, or an errno with nothing done. */
static int part(struct kvm *kvm, struct deferred *deferred)
{
	int error = 0;

	if (deferred->has_mm)
		algo_destroy_lower_2g(kvm);
	deferred->mm = kvm->mm;
	deferred->handle = kvm->arch.pv.handle;
	deferred->storage = algo_storage_of(kvm);
	deferred->table = (uint64_t)kvm->arch.gmap->table;
	if (deferred->has_mm)
		error = algo_replace_table(kvm);
	else
		gmap_unlist(to_kvm_vm(kvm)->gmap);
	if (error) {
		gmap_list(to_kvm_vm(kvm)->gmap);
		return error;
	}
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

	if (vm->mm->users ? algo_single_level(kvm) || !is_on(kvm) : !mm_aside_held(vm->mm))
		return -EINVAL;
	deferred = host_kzalloc(vm->host, sizeof(*deferred), "deferred");
	if (!deferred)
		return -ENOMEM;
	deferred->notifier = variant(kvm)->notifier;
	deferred->has_mm = mm_get_not_zero(vm->mm);
	mm_grab(vm->mm);
	if (part(kvm, deferred) == 0) {
		lazy_start_thread(vm, deferred);
		return 0;
	}
	mm_drop(vm->mm);
	mm_put(vm->mm);
	host_kfree(vm->host, deferred);
	return -ENOMEM;
}

/* Nobody will come for the pages that were set aside. */
static void clean_now(struct kvm_vm *vm)
{
	if (!vm->mm->users)
		lazy_clean_list(vm->mm);
}

static int deinit_deferred(struct kvm *kvm, uint16_t *rc, uint16_t *rrc)
{
	int error = 0;

	if (!kvm->arch.pv.handle) {
		clean_now(to_kvm_vm(kvm));
		return 0;
	}
	sim_span_push("deinit_vm_deferred");
	if (defer(kvm) == 0) {
		*rc = UVC_RC_EXECUTED;
		*rrc = RRC_PUT_OFF;
	} else {
		error = builtin_sync.deinit_vm(kvm, rc, rrc);
		clean_now(to_kvm_vm(kvm));
	}
	sim_span_pop();
	return error;
}

static int lazy_init_vm(struct kvm *kvm, uint16_t *rc, uint16_t *rrc)
{
	struct mm *mm = to_kvm_vm(kvm)->mm;
	int error;

	sim_span_push("init_vm");
	mm_aside_begin(mm);
	mm->aside->off = !is_on(kvm);
	error = algo_create(kvm, 0, builtin_sync.deinit_vm, NULL, rc, rrc);
	sim_span_pop();
	return error;
}

static int lazy_deinit_vm(struct kvm *kvm, uint16_t *rc, uint16_t *rrc)
{
	return builtin_sync.deinit_vm(kvm, rc, rrc);
}

#define LAZY(options, notifier_, on_)                             \
	{                                                         \
		.algorithm = {                                    \
			.label = "builtin:lazy" options,          \
			.version = KVM_KERNEL_VERSION(6, 1, 0),   \
			.init_vm = lazy_init_vm,                  \
			.deinit_vm = lazy_deinit_vm,              \
			.deinit_cleanup_all = deinit_deferred,    \
			ALGO_COMMON_MEMBERS,                      \
		},                                                \
		.notifier = notifier_,                            \
		.on = on_,                                        \
	}

/* By notifier, then on and off. The first one is what the series was. */
const struct lazy_variant builtin_lazy[LAZY_NOTIFIERS][2] = {
	{ LAZY("", LAZY_NOTIFIER_POSTED, true), LAZY(",lazy_destroy=0", LAZY_NOTIFIER_POSTED, false) },
	{ LAZY(",oom_notifier=256", LAZY_NOTIFIER_256, true),
	  LAZY(",oom_notifier=256,lazy_destroy=0", LAZY_NOTIFIER_256, false) },
	{ LAZY(",oom_notifier=none", LAZY_NOTIFIER_NONE, true),
	  LAZY(",oom_notifier=none,lazy_destroy=0", LAZY_NOTIFIER_NONE, false) },
};

const struct pv_algorithm *lazy_variant_find(const char *options)
{
	static const char *const words[] = { "oom_notifier=posted", "oom_notifier=256", "oom_notifier=none",
					     "lazy_destroy=1", "lazy_destroy=0" };
	unsigned notifier = LAZY_NOTIFIER_POSTED, off = 0, i;

	while (*options) {
		size_t length = strcspn(options, ",");

		for (i = 0; i < ARRAY_LENGTH(words); i++)
			if (strlen(words[i]) == length && strncmp(options, words[i], length) == 0)
				break;
		if (i == ARRAY_LENGTH(words))
			return NULL;
		if (i < LAZY_NOTIFIERS)
			notifier = i;
		else
			off = i - LAZY_NOTIFIERS;
		options += length;
		if (*options == ',' && *++options == '\0')
			return NULL;
	}
	return &builtin_lazy[notifier][off].algorithm;
}
