/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The teardown algorithms of our own, by name. docs/algorithms.md tells what each is.
 */
#ifndef KVM_ALGORITHMS_BUILTIN_H
#define KVM_ALGORITHMS_BUILTIN_H

#include <stdbool.h>

#include "kvm/algorithms/algorithm.h"

#define BUILTIN_PREFIX "builtin:"

/** Kernel threads of builtin:lazy are called so, with a slash and more behind. */
#define BUILTIN_LAZY_THREAD "kvm_s390_pv_destroy"

/** One of them. */
struct builtin {
	const char *name;			/* "async" */
	const char *description;		/* one line */
	const struct pv_algorithm *algorithm;	/* label "builtin:async" */
};

/** All of them, in order of history; the last has no name. */
extern const struct builtin builtins[];

/** The one that "builtin:NAME" means; NULL if there is none. */
const struct builtin *builtin_find(const char *spec);

/** Whether @spec begins with BUILTIN_PREFIX: a name of ours, known or not. */
bool builtin_is_spec(const char *spec);

extern const struct pv_algorithm builtin_sync, builtin_async, builtin_lazy;

#endif
