/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A walk such as a patch to pv.c might bring along: present pages are gathered under the page table's lock, with a
 * reference each, and destroyed without any lock. Put into the real pv.c by tests/own.sh.
 */
#define OWN_BATCH 32

struct own_walk {
	unsigned long next;
	unsigned int count;
	struct folio *folio[OWN_BATCH];
};

static int own_pte(pte_t *ptep, unsigned long addr, unsigned long next, struct mm_walk *walk)
{
	struct own_walk *own = walk->private;
	pte_t pte = ptep_get(ptep);

	own->next = addr < next ? next : addr;
	if (!pte_present(pte))
		return 0;
	own->folio[own->count] = pfn_folio(pte_pfn(pte));
	folio_get(own->folio[own->count++]);
	return own->count == OWN_BATCH;
}

static const struct mm_walk_ops own_ops = { .pte_entry = own_pte, .walk_lock = PGWALK_RDLOCK };

static int own_destroy(struct mm_struct *mm, unsigned long start, unsigned long end, bool interruptible)
{
	struct own_walk own = { .next = start };
	int more = 1;

	while (more > 0) {
		own.count = 0;
		mmap_read_lock(mm);
		more = own.next < end ? walk_page_range(mm, own.next, end, &own_ops, &own) : 0;
		mmap_read_unlock(mm);
		cond_resched();
		for (unsigned int i = 0; i < own.count; i++) {
			if (uv_destroy_folio(own.folio[i]))
				uv_convert_from_secure_folio(own.folio[i]);
			folio_put(own.folio[i]);
		}
		if (interruptible && fatal_signal_pending(current))
			return -EINTR;
	}
	return 0;
}
