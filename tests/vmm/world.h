/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The world of the VMM tests: one host, VMs made from a spec, and what must hold after every run.
 */
#ifndef TESTS_VMM_WORLD_H
#define TESTS_VMM_WORLD_H

#include <check.h>

#include "mini.h"
#include "sim/engine.h"
#include "uv/cost.h"
#include "vmm/neighbour.h"

#define MIB ((uint64_t)1 << 20)
#define GIB ((uint64_t)1 << 30)
#define PROGRAM_MAX 8

/** What a test asks for; world_defaults() fills it in. */
struct world {
	struct vm_spec spec;
	struct step program[PROGRAM_MAX];
	struct vm_spec *others;		/* further VMs, which start after those of spec in order */
	unsigned other_count;
	struct process_spec *processes;
	unsigned process_count;
	const struct pv_algorithm *algorithm;
	uint64_t memory;		/* of the host */
	bool pressure;			/* watermarks and an OOM killer, no swap */
	unsigned processors;
	uint64_t seed;
	bool exact_pages;		/* every page its own step */
	const char *fail_site;		/* kernel allocations called so fail */

	/* after the run */
	struct host *host;
	struct vmm *vmm[9];		/* one per instance, then those of others */
	struct neighbour *neighbour[9];
	uint64_t hash;
	sim_time end;
};

/**
 * One protected VM "vm" of 16 MiB, 2 vCPUs, 1 MiB of image, whose program only boots; 4 processors.
 */
void world_defaults(struct world *world);

/** Append a step of @kind to the program and return it. */
struct step *world_step(struct world *world, enum step_kind kind);

/**
 * Run all instances to the end and check what must always hold; the simulation stays for a look
 * until world_end().
 */
void world_run(struct world *world);
void world_end(struct world *world);

/** "reset load plain ..." of @boot. */
const char *phase_names(const struct vmm_boot *boot);
/** The open-ended list of a VM's boots, counted and indexed. */
unsigned boot_count(const struct vmm *vmm);
const struct vmm_boot *boot_at(const struct vmm *vmm, unsigned index);

/** How many findings the Ultravisor's checks have. */
unsigned violation_count(const struct world *world);

#define FIRST_BOOT "create reset load plain enable parms unpack verify start "

Suite *boot_suite(void);
Suite *program_suite(void);
Suite *kill_suite(void);
Suite *teardown_suite(void);
Suite *neighbour_suite(void);

#endif
