/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of builtin:lazy share: its parameters, and the configuration that its kernel thread is to destroy.
 */
#ifndef KVM_ALGORITHMS_LAZY_H
#define KVM_ALGORITHMS_LAZY_H

#include "kvm/algorithms/common.h"

/** What a thread that cleans pages set aside does when the machine runs out of memory meanwhile. */
enum lazy_notifier {
	LAZY_NOTIFIER_POSTED,	/* whoever wants memory sleeps 20 ms, and what was freed meanwhile counts */
	LAZY_NOTIFIER_256,	/* whoever wants memory waits until 256 more pages are free */
	LAZY_NOTIFIER_NONE,	/* nothing: the OOM killer kills */
	LAZY_NOTIFIERS,
};

/** builtin:lazy with its parameters. */
struct lazy_variant {
	struct pv_algorithm algorithm;	/* first: what the VM points to */
	enum lazy_notifier notifier;
	bool on;			/* module parameter lazy_destroy */
};

/** By notifier, then on and off; the first one is what the series was. */
extern const struct lazy_variant builtin_lazy[LAZY_NOTIFIERS][2];

/** The one with @options: "oom_notifier=256,lazy_destroy=0"; NULL if there is no such option. */
const struct pv_algorithm *lazy_variant_find(const char *options);

/** A configuration that a kernel thread is to destroy. */
struct deferred {
	struct deferred *next;		/* those that walk, from mm->user_left_ctx on */
	struct mm_struct *mm;		/* counts configurations; outlives the VM */
	bool has_mm;			/* a reboot: it has a use of the address space, and walks it */
	enum lazy_notifier notifier;
	struct sim_thread *thread;
	uint64_t handle;
	uint64_t table;			/* its top-level table */
	struct algo_storage storage;
};

/** Takes time: start the thread that takes care of @deferred, for @vm. */
void lazy_start_thread(const struct kvm_vm *vm, struct deferred *deferred);

/** Takes time: work off the list of pages set aside of @mm, whose users are gone. Nobody is told of the progress. */
void lazy_clean_list(struct mm *mm);

#endif
