/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Mappings, entries of tables above those of pages (shim_pte.c), and pages of an address space as pv.c may look at
 * them.
 *
 * Pages are kept as ranges, so an entry is made up when it is asked for. It has one address for the whole run, as in a
 * real table; but the next one in storage is none. A segment's entry is there when any page of its page table has been;
 * those above it when a mapping reaches into them.
 *
 * Source of behaviour: Linux 6.12 mm/gup.c, mm/memory.c, arch/s390/include/asm/pgtable.h (bits).
 */
#include <errno.h>

#include "kvm/kvm_host.h"
#include "kvm/linux/kernel.h"
#include "kvm/linux/shim.h"
#include "mm/internal.h"

#define BUCKETS 1024

/* Bytes that an entry of level 1 to 4 stands for, as a shift. */
static const unsigned level_shift[] = { 12, 20, 31, 42, 53 };

struct shim_tables {
	struct uvsim_entry *upper[BUCKETS];
};

static struct mm *mm_of(const struct mm_struct *face)
{
	return face->sim;
}

static struct vm_area_struct *face_of(struct mm_struct *mm, struct mm_vma *vma)
{
	struct vm_area_struct *face = vma->face;

	if (!face) {
		face = vma->face = sim_alloc(sizeof(*face));
		face->vm_start = vma->start;
		face->vm_end = vma->end;
		face->vm_flags = 0x73;	/* read, write, may read, may write, may execute */
		face->vm_pgoff = vma->start >> PAGE_SHIFT;
		face->sim = vma;
	}
	face->vm_mm = mm;
	return face;
}

static struct vm_area_struct *vma_from(struct mm_struct *face, unsigned long address)
{
	struct mm_vma *vma = mm_of(face)->vmas;

	while (vma && vma->end <= address)
		vma = vma->next;
	return vma ? face_of(face, vma) : NULL;
}

/* --- entries ---------------------------------------------------------------------------------- */

/* Has any page of the table at @address ever been there, as far as can be told? */
static bool has_table(struct mm *mm, struct mm_vma *vma, uint64_t address)
{
	uint64_t page = (address - vma->start) >> PAGE_SHIFT, first = page - page % MM_TABLE_PAGES, run;

	if (vma->tables)
		return vma->tables[page / MM_TABLE_PAGES];
	sim_domain_settle(&mm->domain);
	return vma_flags(vma, first, MM_TABLE_PAGES, &run) || run < MM_TABLE_PAGES;
}

static bool reaches(struct mm *mm, uint64_t from, uint64_t bytes)
{
	const struct mm_vma *vma;

	for (vma = mm->vmas; vma; vma = vma->next)
		if (vma->start < from + bytes && vma->end > from)
			return true;
	return false;
}

static void entry_update(struct uvsim_entry *entry)
{
	struct mm *mm = mm_of(entry->mm);
	uint64_t bytes = (uint64_t)1 << level_shift[entry->level], start = entry->address & ~(bytes - 1);
	struct mm_vma *vma = mm_vma_find(mm, entry->address);

	if (entry->level == 1 ? vma && has_table(mm, vma, entry->address) : reaches(mm, start, bytes))
		entry->val = start | (unsigned long)(entry->level - 1) << 2 | 3;
	else
		entry->val = UVSIM_TABLE_INVALID | (unsigned long)(entry->level - 1) << 2;
}

static struct shim_tables *tables(void)
{
	struct kernel_state *state = kernel_state();

	if (!state->tables)
		state->tables = sim_alloc(sizeof(*state->tables));
	return state->tables;
}

static struct uvsim_entry *entry_at(struct mm_struct *mm, unsigned long address, int level)
{
	uint64_t start = address >> level_shift[level] << level_shift[level];
	uint64_t hash = (address >> level_shift[level]) * 5 + (unsigned)level;
	struct uvsim_entry **bucket = &tables()->upper[hash % BUCKETS], *entry = *bucket;

	while (entry && (entry->mm != mm || entry->level != level ||
			 entry->address >> level_shift[level] << level_shift[level] != start))
		entry = entry->next;
	if (!entry) {
		entry = sim_alloc(sizeof(*entry));
		entry->next = *bucket;
		*bucket = entry;
	}
	entry->mm = mm;
	entry->level = level;
	entry->address = address;
	entry_update(entry);
	return entry;
}

/* The lock of the first page table below. */
static void *entry_lock(struct uvsim_entry *entry)
{
	struct mm *mm = mm_of(entry->mm);
	const struct mm_vma *vma = mm_vma_find(mm, entry->address);
	uint64_t frame = vma ? vma_frame(vma, (entry->address - vma->start) >> PAGE_SHIFT) : 0;

	if (!frame)
		return NULL;
	ptl_lock(mm, frame);
	entry_update(entry);
	return ptl_of(mm, frame);
}

static void walked(unsigned long entries)
{
	kernel_steps(COST_HOST_WALK_PTE, entries);
}

/* --- pages ------------------------------------------------------------------------------------ */

static int page_at(struct mm_struct *face, unsigned long address, int fault, int pin, struct page **result)
{
	struct mm *mm = mm_of(face);
	struct mm_vma *vma = mm_vma_find(mm, address);
	uint64_t page, frame;
	int error;

	if (!vma)
		return -EFAULT;
	page = (address - vma->start) >> PAGE_SHIFT;
	frame = vma_frame(vma, page);
	for (;;) {
		sim_domain_touch(&mm->domain, frame, 1);
		if (vma_flags(vma, page, 1, NULL) & MM_PAGE_PRESENT && !folio_frozen(mm, frame))
			break;
		error = fault ? fault_locked(mm, vma, page, FAULT_BEGIN) : -EFAULT;
		if (error)
			return error;
	}
	*result = (struct page *)(frame << PAGE_SHIFT);
	kernel_memory()->folio_try_hold(*result, 1);
	if (pin && arch_make_folio_accessible(mm, frame)) {
		kernel_memory()->folio_drop(*result, 1);
		return -EFAULT;
	}
	mm_fresh_clear(mm, sim_self());
	return 0;
}

static void zap(struct mm_struct *face, unsigned long address, unsigned long bytes)
{
	struct mm *mm = mm_of(face);
	struct mm_vma *vma = mm_vma_find(mm, address);

	if (vma && bytes)
		mm_zap(mm, address, (bytes < vma->end - address ? bytes : vma->end - address) >> PAGE_SHIFT);
}

static int mmap_lock(struct mm_struct *face, int write, int try)
{
	struct sim_rwsem *sem = &mm_of(face)->mmap_lock;

	if (try)
		return write ? sim_rwsem_down_write_trylock(sem) : sim_rwsem_down_read_trylock(sem);
	return sim_rwsem_down(sem, write != 0, SIM_WAIT_KILLABLE);
}

static int mmap_locked(struct mm_struct *mm, int write)
{
	return sim_rwsem_held(&mm_of(mm)->mmap_lock, write != 0);
}

static unsigned long mm_flags(struct mm_struct *face)
{
	const struct mm *mm = mm_of(face);

	return (unsigned long)mm->oom_skip << 21 | (unsigned long)(mm->oom && mm->oom_skip) << 22;
}

/* get_mm_rss(): all but what is on swap. */
static unsigned long mm_pages(struct mm_struct *face)
{
	struct mm *mm = mm_of(face);
	int64_t pages = 0;
	unsigned member;

	sim_domain_settle(&mm->domain);
	for (member = 0; member < MM_COUNTERS; member++)
		if (member != MM_COUNTER_SWAP)
			pages += mm_counter_read(mm, member);
	return pages > 0 ? (unsigned long)pages : 0;
}

static long mm_counter(struct mm_struct *face, int member, long add)
{
	struct mm *mm = mm_of(face);

	sim_domain_settle(&mm->domain);
	if (member < 0 || member >= MM_COUNTERS)
		return 0;
	if (add)
		mm_counter_add(mm, (unsigned)member, add);
	return mm_counter_read(mm, (unsigned)member);
}

void kernel_memory_tables(struct uvsim_memory *memory)
{
	memory->vma_from = vma_from;
	memory->entry = entry_at;
	memory->entry_update = entry_update;
	memory->entry_lock = entry_lock;
	memory->walked = walked;
	memory->page_at = page_at;
	memory->zap = zap;
	memory->mmap_lock = mmap_lock;
	memory->mmap_locked = mmap_locked;
	memory->mm_flags = mm_flags;
	memory->mm_pages = mm_pages;
	memory->mm_counter = mm_counter;
}
