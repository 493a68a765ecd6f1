/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Page table entries under their lock. An entry is not looked into by pv.c: the pointer carries the
 * address it belongs to, and the lock is found by it.
 */
#ifndef UVSIM_ASM_GMAP_HELPERS_H
#define UVSIM_ASM_GMAP_HELPERS_H

#include <linux/err.h>
#include <asm/pgtable.h>
#include <linux/pagemap.h>

struct uvsim_pte {
	struct mm_struct *mm;
	unsigned long hva;
};

/* Never sleeps: a lock that is taken gives -EAGAIN. */
#define try_get_locked_pte(mm, hva, ptl) \
	uvsim_try_get_locked_pte(mm, hva, ptl, &(struct uvsim_pte){ mm, 0 })

UVSIM_STUB pte_t *uvsim_try_get_locked_pte(struct mm_struct *mm, unsigned long hva,
					   spinlock_t **ptl, struct uvsim_pte *entry)
{
	int error = uvsim_api->try_lock_pte(mm, hva);

	if (error)
		return error == -ENOENT ? NULL : ERR_PTR(error);
	entry->hva = hva;
	*ptl = NULL;
	return (pte_t *)entry;
}

UVSIM_STUB void pte_unmap_unlock(pte_t *ptep, spinlock_t *ptl)
{
	struct uvsim_pte *entry = (struct uvsim_pte *)ptep;

	(void)ptl;
	uvsim_api->unlock_pte(entry->mm, entry->hva);
}

#endif
