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
	const char *options;			/* that may follow the name, for messages; "": none */
	const struct pv_algorithm *(*variant)(const char *options);	/* with these, or NULL */
};

/** All of them, in order of history; the last has no name. */
extern const struct builtin builtins[];

/** The one that "builtin:NAME" or "builtin:NAME,OPTION..." is about; NULL if there is none. */
const struct builtin *builtin_find(const char *spec);

/** What "builtin:NAME,OPTION..." means; NULL if there is no such name or option. */
const struct pv_algorithm *builtin_algorithm(const char *spec);

/** Whether @spec begins with BUILTIN_PREFIX: a name of ours, known or not. */
bool builtin_is_spec(const char *spec);

extern const struct pv_algorithm builtin_sync, builtin_async;

#endif
