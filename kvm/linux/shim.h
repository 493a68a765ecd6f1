/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The simulator's side of the kernel API: what a pv.c module calls, mapped to the rooms below.
 */
#ifndef KVM_LINUX_SHIM_H
#define KVM_LINUX_SHIM_H

#include "kvm/linux/module_abi.h"

/**
 * Fill @api with the simulated kernel, but for owner, function_enter, function_leave and edge,
 * which are the loader's. The functions act on the current simulation, its host and the cost
 * profile in use; marked T in the ABI: they may take time.
 */
void kernel_api_fill(struct uvsim_kernel_api *api);

/* --- locks of pv.c, made at first use; @name is the expression in the source --- */

struct sim_mutex;
struct sim_rwlock;
struct sim_srcu;

/** "&kvm->lock" is called "kvm->lock". */
const char *shim_lock_name(const char *expression);
struct sim_mutex *shim_mutex(struct mutex *lock, const char *name);
struct sim_srcu *shim_srcu(struct srcu_struct *srcu, const char *name);
struct sim_rwlock *shim_rwlock(rwlock_t *lock, const char *name);

/* --- shim.c: memory --- */

/** Takes time: kfree() of an object or of pages. NULL: nothing. */
void shim_kfree(const void *object);

/* --- shim_notify.c ------------------------------------------------------------------- */

struct sim_rwsem;

/** Takes time: 0, -EINTR or -ENOMEM. */
int shim_notifier_register(struct mmu_notifier *face, struct mm_struct *mm);
void shim_notifier_unregister(struct mmu_notifier *face, struct mm_struct *mm);

/* --- shim_pages.c: pages, folios and their locks --- */

struct mm;

/** Which address space @folio, an address of a frame, is a page of; NULL: none. */
struct mm *shim_owner(const void *folio);

/** The run ends if @folio is neither a page of a process nor one that pv.c has allocated. */
void shim_check_folio(const void *folio);

/** Set what only 7.0 and later ask for. */
void kernel_api_fill_pages(struct uvsim_kernel_api *api);

/** Set copy_to_user(), of shim_user.c. */
void kernel_api_fill_user(struct uvsim_kernel_api *api);

/* --- shim_log.c: what kernel code says --- */

/** Set the three report functions of @api. */
void kernel_api_fill_log(struct uvsim_kernel_api *api);

/**
 * Warnings and failed lock assertions since the last reset, each site once, in order;
 * NULL-terminated, valid until the next one.
 */
const char *const *kernel_warns(void);

/** Forget all of them: to be called before each run. */
void kernel_log_reset(void);

#endif
