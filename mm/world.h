/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What differs between kernel versions in memory management around protected VMs, in one place.
 *
 * A version's world is chosen once for an address space, when a VM is made in it. Which walk tears
 * a VM down is no part of it: that is the function which its pv.c calls (mm_reset_acc(),
 * mm_destroy_range(), gmap_pv_destroy_range()).
 *
 * Source: arch/s390/mm/{gmap,fault}.c, arch/s390/kernel/uv.c, arch/s390/include/asm/pgtable.h of
 * 5.10, 6.1, 6.12 and 7.3.
 */
#ifndef MM_WORLD_H
#define MM_WORLD_H

#include <stdbool.h>

#include "mm/gfp.h"

/** What becomes of a guest's access that ends in a secure-storage exception or violation. */
enum world_access {
	WORLD_DESTROY,		/* the page is destroyed, or exported if that fails */
	WORLD_ACCESSIBLE,	/* pinned or exported */
	WORLD_FATAL,		/* SIGSEGV */
};

struct mm_world {
	unsigned version;		/* the first one it is the world of */
	/* exit_mmap() exports page by page; later ones destroy, since no secure CPU is left */
	bool exit_exports;
	/* an import takes the page lock (asleep) before the pte lock, and spins while the UVC is busy */
	bool import_sleeps;
	/* an import with several protected configurations in the mm exports first ... */
	bool export_before_import;
	/* ... unless the machine has the MISC feature */
	bool misc_saves_export;
	enum world_access secure_access, violation;	/* exceptions 3d and 3f in SIE */
	/*
	 * The guest's tables are KVM's own, under its MMU lock; pv.c imports under one mutex per VM
	 * and only tries the locks below.
	 */
	bool guest_tables;
	/* what KVM and gmap allocate for a VM is charged to its memory cgroup (from 5.11 on) */
	bool accounts;
};

/** ALLOC_* flags of what KVM and gmap allocate for a VM. */
static inline unsigned mm_world_alloc(const struct mm_world *world)
{
	return world->accounts ? ALLOC_KERNEL_ACCOUNT : ALLOC_KERNEL;
}

/** The world of kernel @version, as KERNEL_VERSION() computes it. Static storage, never NULL. */
const struct mm_world *mm_world_of(unsigned version);

#endif
