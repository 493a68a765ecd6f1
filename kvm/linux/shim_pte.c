/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Page tables as pv.c may look at them: 256 entries beside each other, so that the next page's entry is the next one in
 * storage, as loops over a table have it.
 *
 * Pages are kept as ranges, so a table is made up when it is asked for, and lives until one of its entries is unmapped
 * (pte_unmap()). What an entry holds is read when the table is mapped or locked, and again by ptep_get(): under the
 * table's lock it cannot change. Which table an entry is in follows from where it lies.
 *
 * Source of behaviour: Linux 6.12 mm/pgtable-generic.c, arch/s390/include/asm/pgtable.h (bits).
 */
#include <stdint.h>

#include "kvm/kvm_host.h"
#include "kvm/linux/kernel.h"
#include "kvm/linux/shim.h"
#include "mm/internal.h"

#define PTES MM_TABLE_PAGES
#define ROOM 4096			/* a table lies in a room of its own, aligned to its size */
#define CHUNK 16			/* rooms that are made at once */

struct shim_ptes {
	unsigned long val[PTES];
	struct mm_struct *face;
	uint64_t start;			/* address of the first page */
	bool all;			/* every entry is read, not only the one that was asked for */
	struct shim_ptes *next;		/* of the free ones */
};

_Static_assert(sizeof(struct shim_ptes) <= ROOM, "a table and what is known of it fit into a room");

static struct mm *mm_of(const struct shim_ptes *table)
{
	return table->face->sim;
}

static struct shim_ptes *table_of(const unsigned long *pte)
{
	return (struct shim_ptes *)((uintptr_t)pte & ~(uintptr_t)(ROOM - 1));
}

static uint64_t address_of(const unsigned long *pte)
{
	const struct shim_ptes *table = table_of(pte);

	return table->start + ((uint64_t)(pte - table->val) << PAGE_SHIFT);
}

static struct shim_ptes *make(void)
{
	struct kernel_state *state = kernel_state();
	struct shim_ptes *table;

	if (!state->ptes) {
		uintptr_t room = ((uintptr_t)sim_alloc((CHUNK + 1) * ROOM) + ROOM - 1) & ~(uintptr_t)(ROOM - 1);

		for (unsigned i = 0; i < CHUNK; i++) {
			table = (struct shim_ptes *)(room + i * ROOM);
			table->next = state->ptes;
			state->ptes = table;
		}
	}
	table = state->ptes;
	state->ptes = table->next;
	return table;
}

/* What an entry holds for a page with @flags; @aged: its table's mark of age is gone. */
static unsigned long value(const struct mm_vma *vma, uint64_t page, uint64_t flags, bool aged)
{
	if (flags & MM_PAGE_PRESENT)
		return vma_frame(vma, page) << PAGE_SHIFT | UVSIM_PTE_PRESENT | UVSIM_PTE_READ | UVSIM_PTE_WRITE |
		       UVSIM_PTE_DIRTY | (aged ? UVSIM_PTE_INVALID : UVSIM_PTE_YOUNG);
	/* A swap entry: its offset is the page's number. */
	return flags ? page << PAGE_SHIFT | UVSIM_PTE_INVALID | UVSIM_PTE_PROTECT : UVSIM_PTE_INVALID;
}

/* Read @n entries from @pte on. */
static void read_entries(unsigned long *pte, uint64_t n)
{
	struct mm *mm = mm_of(table_of(pte));

	while (n > 0) {
		uint64_t address = address_of(pte), page, run = 1, flags;
		struct mm_vma *vma = mm_vma_find(mm, address);
		bool aged;

		if (!vma) {
			*pte++ = UVSIM_PTE_INVALID;
			n--;
			continue;
		}
		page = (address - vma->start) >> PAGE_SHIFT;
		aged = vma->young && vma->young[page / PTES] != 1;
		run = (vma->end - address) >> PAGE_SHIFT;
		run = run < n ? run : n;
		sim_domain_touch(&mm->domain, vma_frame(vma, page), run);
		flags = vma_flags(vma, page, run, &run);
		n -= run;
		for (; run > 0; run--)
			*pte++ = value(vma, page++, flags, aged);
	}
}

static void pte_update(unsigned long *pte)
{
	read_entries(pte, 1);
}

static unsigned long *pte_at(struct mm_struct *face, unsigned long address, int all)
{
	struct shim_ptes *table = make();
	unsigned long *pte = &table->val[(address >> PAGE_SHIFT) % PTES];

	table->face = face;
	table->start = address >> PAGE_SHIFT << PAGE_SHIFT;
	table->start -= (uint64_t)(pte - table->val) << PAGE_SHIFT;
	table->all = all;
	if (all)
		read_entries(table->val, PTES);
	else
		read_entries(pte, 1);
	return pte;
}

static void pte_done(unsigned long *pte)
{
	struct kernel_state *state = kernel_state();
	struct shim_ptes *table = table_of(pte);

	table->next = state->ptes;
	state->ptes = table;
}

/* Frame of the page that @pte is for; 0: there is no mapping. */
static uint64_t frame_of(const unsigned long *pte)
{
	uint64_t address = address_of(pte);
	const struct mm_vma *vma = mm_vma_find(mm_of(table_of(pte)), address);

	return vma ? vma_frame(vma, (address - vma->start) >> PAGE_SHIFT) : 0;
}

static void *pte_lock(unsigned long *pte, int try)
{
	struct shim_ptes *table = table_of(pte);
	struct mm *mm = mm_of(table);
	uint64_t frame = frame_of(pte);

	if (!frame || (try && !ptl_trylock(mm, frame)))
		return NULL;
	if (!try)
		ptl_lock(mm, frame);
	if (table->all)
		read_entries(table->val, PTES);
	else
		read_entries(pte, 1);
	return ptl_of(mm, frame);
}

/* A loop may have gone to the end of the table: any entry of it with a mapping will do. */
static void pte_unlock(unsigned long *pte)
{
	struct shim_ptes *table = table_of(pte);

	if (pte == table->val + PTES)
		pte--;
	ptl_unlock(mm_of(table), frame_of(pte));
}

static int pte_aged(unsigned long *pte)
{
	uint64_t address = address_of(pte);
	struct mm_vma *vma = mm_vma_find(mm_of(table_of(pte)), address);
	int was;

	pte_update(pte);
	was = *pte & UVSIM_PTE_PRESENT && *pte & UVSIM_PTE_YOUNG;
	if (!was || !vma->young)
		return was;
	vma->young[(address - vma->start) >> PAGE_SHIFT >> 8] = 0;
	pte_update(pte);
	return 1;
}

void kernel_memory_ptes(struct uvsim_memory *memory)
{
	memory->pte_at = pte_at;
	memory->pte_update = pte_update;
	memory->pte_done = pte_done;
	memory->pte_lock = pte_lock;
	memory->pte_unlock = pte_unlock;
	memory->pte_aged = pte_aged;
}
