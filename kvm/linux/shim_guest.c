/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A guest's memory as the kernel reaches it: accesses by guest address, and the guest's own tables as 7.0 and later
 * walk them.
 *
 * Contents are not kept: an access faults the page in, makes it accessible if it is secure, and takes the time of
 * copying; a write changes what the page holds. A page of a guest is mapped in its tables exactly when the host has it.
 *
 * Source of behaviour: Linux 6.12 virt/kvm/kvm_main.c (kvm_read_guest, kvm_write_guest); 7.3
 * arch/s390/kvm/gmap/dat.c (_dat_walk_gfn_range).
 */
#include <errno.h>

#include "kvm/kvm_host.h"
#include "kvm/linux/kernel.h"
#include "kvm/linux/shim.h"
#include "mm/internal.h"

static int access_page(struct kvm_vm *vm, uint64_t gfn, bool write)
{
	struct mm *mm = vm->mm;
	uint64_t address = kvm_gfn_to_hva(&vm->kvm, gfn), page, run;
	struct mm_vma *vma = address == UINT64_MAX ? NULL : mm_vma_find(mm, address);

	if (!vma)
		return -EFAULT;
	page = (address - vma->start) >> PAGE_SHIFT;
	for (;;) {
		int error = 0;

		sim_domain_touch(&mm->domain, vma_frame(vma, page), 1);
		if (!(vma_flags(vma, page, 1, NULL) & MM_PAGE_PRESENT))
			error = mm_fault_in(mm, address);
		else if (uv_host_access(mm->host->uv, vma_frame(vma, page), 1, &run) == UV_OK)
			break;
		else
			error = mm_make_accessible(mm, address);
		if (error)
			return -EFAULT;
	}
	if (write)
		uv_host_writes(mm->host->uv, vma_frame(vma, page), 1);
	mm_fresh_clear(mm, sim_self());
	kernel_step(COST_HOST_COPY_PAGE);
	return 0;
}

static int guest_access(struct kvm *kvm, unsigned long long gpa, unsigned long bytes, int write)
{
	uint64_t gfn = gpa >> PAGE_SHIFT, last = (gpa + bytes - 1) >> PAGE_SHIFT;
	int error = 0;

	for (; bytes && !error && gfn <= last; gfn++)
		error = access_page(to_kvm_vm(kvm), gfn, write != 0);
	return error;
}

/* --- the guest's tables ----------------------------------------------------------------------- */

static struct gmap *gmap_of(unsigned long asce)
{
	const struct gmap_asce *entry = host_current()->asces;
	struct mm *mm;

	while (entry && (entry->asce != asce || entry->gmap->removed))
		entry = entry->next;
	mm = entry ? entry->gmap->mm : NULL;
	return mm && mm->ctx ? &((struct kvm_vm *)mm->ctx)->gmap_face : NULL;
}

/* Does any slot reach into the @pages from @first on? */
static bool region_used(struct gmap_space *gmap, uint64_t first, uint64_t pages)
{
	return gmap_next_gpage(gmap, first) < first + pages;
}

/* Has any page of the segment of @gpage ever been there? */
static bool segment_used(struct gmap_space *gmap, uint64_t gpage)
{
	uint64_t first = gpage - gpage % MM_TABLE_PAGES, pages = MM_TABLE_PAGES, page, run;
	struct mm_vma *vma = gmap_page(gmap, first, &page, &pages);

	if (!vma)
		return false;
	sim_domain_settle(&gmap->mm->domain);
	return vma_flags(vma, page, pages, &run) || run < pages;
}

/* 0 page, 1 segment, then regions: an entry with origin and bits, or just not 0; 0: nothing is mapped there. */
static unsigned long guest_entry(struct gmap *face, unsigned long long gfn, int level)
{
	struct gmap_space *gmap = face->sim;
	uint64_t page, pages = (uint64_t)1 << (level ? 8 + 11 * (level - 1) : 0);
	struct mm_vma *vma;

	if (level > 1)
		return region_used(gmap, gfn - gfn % pages, pages);
	if (level)
		return segment_used(gmap, gfn);
	vma = gmap_page(gmap, gfn, &page, NULL);
	if (!vma)
		return 0;
	sim_domain_touch(&gmap->mm->domain, vma_frame(vma, page), 1);
	if (!(vma_flags(vma, page, 1, NULL) & MM_PAGE_PRESENT))
		return 0;
	return vma_frame(vma, page) << PAGE_SHIFT | UVSIM_PTE_PRESENT | UVSIM_PTE_READ | UVSIM_PTE_WRITE |
	       UVSIM_PTE_DIRTY | UVSIM_PTE_YOUNG;
}

void kernel_memory_guest(struct uvsim_memory *memory)
{
	memory->guest_access = guest_access;
	memory->gmap_of = gmap_of;
	memory->guest_entry = guest_entry;
}

const struct uvsim_memory *kernel_memory(void)
{
	static struct uvsim_memory memory = { .size = sizeof(memory) };

	kernel_memory_folios(&memory);
	kernel_memory_tables(&memory);
	kernel_memory_ptes(&memory);
	kernel_memory_guest(&memory);
	kernel_memory_notifiers(&memory);
	kernel_memory_intervals(&memory);
	kernel_memory_later(&memory);
	return &memory;
}
