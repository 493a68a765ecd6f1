/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A small teardown algorithm on real UVCs, enough to carry a guest through its life, that fails
 * where it is told to and writes down the order in which it is called. It knows no fast destroy;
 * its leftovers are one descriptor each.
 */
#ifndef TESTS_VMM_MINI_H
#define TESTS_VMM_MINI_H

#include "kvm/kvm_host.h"

struct mini {
	char log[4096];		/* "init_vm set_aside perform ..." */
	/* errno to answer, 0: work */
	int fail_init, fail_set_aside, fail_deinit, fail_perform, fail_parms;
	unsigned perform_cut;	/* PERFORMs left early for a fatal signal */
};

extern struct mini mini;
extern const struct pv_algorithm mini_algorithm, mini_old;

#endif
