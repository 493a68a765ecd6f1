/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Loading pv.c modules: from a shared object to a struct pv_algorithm.
 *
 * Several modules may be loaded at once, of the same or of different kernel versions. A module
 * serves one simulation after the other; it keeps nothing of a run.
 */
#ifndef KVM_LINUX_LOADER_H
#define KVM_LINUX_LOADER_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "kvm/algorithms/algorithm.h"
#include "kvm/linux/module_abi.h"

struct sim_code;

/**
 * Load the module in file @so_path. Returns its table, owned by the loader until
 * pv_module_unload(), or NULL with a message in
 * *@error (the caller frees it): not a shared object, no module, another ABI version, objects of
 * another size. The same file loaded again gives the same table; each load wants its own unload.
 */
const struct pv_algorithm *pv_module_load(const char *so_path, char **error);

/**
 * Give back one load of @algorithm. None of its functions may run, and no notifier of it may be
 * registered.
 */
void pv_module_unload(const struct pv_algorithm *algorithm);

/**
 * Put the static data of all loaded modules back to what they were when loaded, and so attached to the kernel that the
 * loader gave: to be called before each run.
 */
void pv_modules_reset(void);

/** What the module says about itself; NULL if @algorithm is not a loaded module. */
const struct uvsim_pv_module *pv_module_info(const struct pv_algorithm *algorithm);

/**
 * The kernel that the loader gave to the module; NULL if @algorithm is none. Who wants to stand in
 * between attaches a copy with some functions replaced (pv_module_info()->attach()), keeps it alive
 * as long as the module and attaches this one again.
 */
const struct uvsim_kernel_api *pv_module_api(const struct pv_algorithm *algorithm);

/**
 * Where @address in the module's code comes from: "pv.c:123 function" into @buf of @n bytes. 0, or
 * -ENOENT with "?" in @buf when @algorithm is no module or knows nothing of the address.
 */
int pv_module_source_line(const struct pv_algorithm *algorithm, uintptr_t address, char *buf,
			  size_t n);

/** How stacks name the code of @algorithm (sim_code_set()): into *@code, all zero if it is no module. */
void pv_module_code(const struct pv_algorithm *algorithm, struct sim_code *code);

/**
 * Print every executable line of pv.c as hit or missed ("hit   123", "miss  124") and a last line
 * with the totals and the percentage. The module must have been built with coverage hooks: -ENOTSUP
 * otherwise; -ENOENT without debug information.
 */
int pv_module_coverage(const struct pv_algorithm *algorithm, FILE *out);

#endif
