/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Entries of absent pages: on the swap device or nothing. */
#ifndef UVSIM_LINUX_LEAFOPS_H
#define UVSIM_LINUX_LEAFOPS_H

#include <linux/mm.h>

typedef struct {
	unsigned long val;
} softleaf_t;
typedef softleaf_t swp_entry_t;

#define softleaf_from_pte(pte) ((softleaf_t){ pte_swap(pte) ? pte_val(pte) : 0 })
#define softleaf_is_swap(entry) ((entry).val != 0)
#define softleaf_is_none(entry) ((entry).val == 0)
#define softleaf_is_migration(entry) ((void)(entry), false)
#define pte_to_swp_entry(pte) softleaf_from_pte(pte)
#define non_swap_entry(entry) ((void)(entry), false)
#define is_migration_entry(entry) ((void)(entry), false)

#endif
