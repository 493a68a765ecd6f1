/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * gmap: segments, top-level table, faults, and the answers the Ultravisor needs about guest addresses.
 *
 * Only the top-level table is an allocation of its own; the lower ones are shared by old and new top level
 * (s390_replace_asce()) and not modelled. An address space that replaced its top level still answers for the
 * old one: the configuration set aside knows no other.
 *
 * Source: arch/s390/mm/gmap.c of Linux 6.12 (gmap_alloc, gmap_map_segment, gmap_fault, s390_unlist_old_asce,
 * s390_replace_asce).
 */
#include <assert.h>
#include <errno.h>
#include <string.h>

#include "mm/gmap.h"
#include "mm/internal.h"
#include "mm/storage_guard.h"
#include "uv/uvcb.h"

#define CRST_ALLOC_ORDER 2
#define ASCE_ORIGIN (~(uint64_t)0xfff)
#define ASCE_TABLE_LENGTH 0x03u

static uint64_t asce_type(uint64_t limit)
{
	if (limit <= (uint64_t)1 << 31)
		return ASCE_TYPE_SEGMENT;
	return limit <= (uint64_t)1 << 42 ? ASCE_TYPE_REGION3 : ASCE_TYPE_REGION2;
}

/* Remember that @asce leads here: looked up by the Ultravisor for as long as a configuration may know it. */
static void note_asce(struct gmap_space *gmap)
{
	struct gmap_asce *entry = sim_alloc(sizeof(*entry));

	entry->asce = gmap->asce;
	entry->gmap = gmap;
	entry->next = gmap->mm->host->asces;
	gmap->mm->host->asces = entry;
}

struct gmap_space *gmap_create(struct mm *mm, uint64_t limit)
{
	struct gmap_space *gmap = sim_alloc(sizeof(*gmap));

	gmap->mm = mm;
	sim_rwlock_init(&gmap->mmu_lock, "kvm->mmu_lock");
	gmap->limit = limit;
	gmap->table = host_get_pages(mm->host, CRST_ALLOC_ORDER, mm_world_alloc(mm->world) | ALLOC_ZERO, USE_TABLE,
				     "gmap_alloc");
	if (!gmap->table)
		return NULL;
	gmap->asce = gmap->table | asce_type(limit) | ASCE_PRIVATE | ASCE_TABLE_LENGTH;
	gmap->listed = true;
	note_asce(gmap);
	return gmap;
}

void gmap_remove(struct gmap_space *gmap)
{
	if (gmap->listed)
		host_free_pages(gmap->mm->host, gmap->table, CRST_ALLOC_ORDER);
	gmap->listed = false;
	gmap->removed = true;
}

/* --- segments -------------------------------------------------------------------------------------------- */

int gmap_map_segment(struct gmap_space *gmap, uint64_t from, uint64_t to, uint64_t bytes)
{
	struct gmap_segment *segment;

	if ((from | to | bytes) & ((1 << 20) - 1) || !bytes || to + bytes > gmap->limit)
		return -EINVAL;
	segment = sim_alloc(sizeof(*segment));
	*segment = (struct gmap_segment){ gmap->segments, from, to, bytes };
	gmap->segments = segment;
	return 0;
}

int gmap_unmap_segment(struct gmap_space *gmap, uint64_t to, uint64_t bytes)
{
	struct gmap_segment **at = &gmap->segments;

	while (*at && ((*at)->to != to || (*at)->bytes != bytes))
		at = &(*at)->next;
	if (!*at)
		return -EINVAL;
	*at = (*at)->next;
	return 0;
}

static const struct gmap_segment *segment_of(const struct gmap_space *gmap, uint64_t gaddr)
{
	const struct gmap_segment *segment = gmap->segments;

	while (segment && (gaddr < segment->to || gaddr - segment->to >= segment->bytes))
		segment = segment->next;
	return segment;
}

int gmap_translate(struct gmap_space *gmap, uint64_t gaddr, uint64_t *address)
{
	const struct gmap_segment *segment = segment_of(gmap, gaddr);

	if (!segment)
		return -EFAULT;
	*address = segment->from + (gaddr - segment->to);
	return 0;
}

uint64_t gmap_next_gpage(struct gmap_space *gmap, uint64_t gpage)
{
	const struct gmap_segment *segment;
	uint64_t least = UINT64_MAX;

	for (segment = gmap->segments; segment; segment = segment->next) {
		uint64_t first = segment->to >> PAGE_SHIFT, end = first + (segment->bytes >> PAGE_SHIFT);

		if (gpage >= end)
			continue;
		if (gpage > first)
			first = gpage;
		if (first < least)
			least = first;
	}
	return least;
}

struct mm_vma *gmap_page(struct gmap_space *gmap, uint64_t gpage, uint64_t *page, uint64_t *run)
{
	const struct gmap_segment *segment = segment_of(gmap, gpage << PAGE_SHIFT);
	struct mm_vma *vma;
	uint64_t address, pages;

	if (!segment)
		return NULL;
	address = segment->from + ((gpage << PAGE_SHIFT) - segment->to);
	vma = mm_vma_find(gmap->mm, address);
	if (!vma)
		return NULL;
	*page = (address - vma->start) >> PAGE_SHIFT;
	if (run) {
		pages = (segment->to + segment->bytes - (gpage << PAGE_SHIFT)) >> PAGE_SHIFT;
		if (*run > pages)
			*run = pages;
		pages = ((vma->end - vma->start) >> PAGE_SHIFT) - *page;
		if (*run > pages)
			*run = pages;
	}
	return vma;
}

/* --- the top-level table ------------------------------------------------------------------------------------ */

void gmap_unlist(struct gmap_space *gmap)
{
	gmap->listed = false;
}

void gmap_list(struct gmap_space *gmap)
{
	gmap->listed = true;
}

int gmap_replace_asce(struct gmap_space *gmap)
{
	uint64_t table;

	/* The old table leaves the list whatever comes of it: its owner is now the caller. 7.0 keeps no list. */
	if (!gmap->mm->world->guest_tables)
		gmap->listed = false;
	if ((gmap->asce & ASCE_TYPE_MASK) == ASCE_TYPE_SEGMENT)
		return -EINVAL;
	table = host_get_pages(gmap->mm->host, CRST_ALLOC_ORDER, mm_world_alloc(gmap->mm->world), USE_TABLE,
			       "s390_replace_asce");
	if (!table)
		return -ENOMEM;
	kernel_step(COST_HOST_COPY_CRST);
	gmap->table = table;
	gmap->listed = true;
	gmap->asce = table | (gmap->asce & ~ASCE_ORIGIN);
	note_asce(gmap);
	return 0;
}

/* --- faults ---------------------------------------------------------------------------------------------------- */

int gmap_fault_from(struct gmap_space *gmap, uint64_t gaddr, enum gmap_fault_stage stage)
{
	struct mm *mm = gmap->mm;
	struct mm_vma *vma;
	uint64_t page;
	int result = -EFAULT;

	if (stage == GMAP_FAULT_BEGIN)
		sim_rwsem_down_read(&mm->mmap_lock);
	vma = gmap_page(gmap, gaddr >> PAGE_SHIFT, &page, NULL);
	if (vma) {
		result = stage >= GMAP_FAULT_LINK ? 0 : fault_locked(mm, vma, page, (enum fault_stage)stage);
		if (!result && stage != GMAP_FAULT_LINKED)
			kernel_step(COST_HOST_GMAP_LINK);
	}
	sim_rwsem_up_read(&mm->mmap_lock);
	return result;
}

int gmap_fault(struct gmap_space *gmap, uint64_t gaddr)
{
	return gmap_fault_from(gmap, gaddr, GMAP_FAULT_BEGIN);
}

enum guest_view gmap_view(struct gmap_space *gmap, uint64_t handle, uint64_t gpage, uint64_t max, uint64_t *run)
{
	struct mm_vma *vma;
	uint64_t page, part;
	enum guest_view view;

	*run = max;
	vma = gmap_page(gmap, gpage, &page, run);
	if (!vma) {
		*run = 1;
		return GUEST_NO_SLOT;
	}
	if (!(vma_flags(vma, page, *run, &part) & MM_PAGE_PRESENT)) {
		*run = part;
		return GUEST_ABSENT;
	}
	part = vma_present_run(vma, page, *run);
	switch (uv_guest_access(gmap->mm->host->uv, handle, gpage, vma_frame(vma, page), part, run)) {
	case UV_SECURE_ACCESS:
		view = GUEST_SECURE_ACCESS;
		break;
	case UV_NON_SECURE_ACCESS:
		view = GUEST_NON_SECURE;
		break;
	case UV_VIOLATION:
		view = GUEST_VIOLATION;
		break;
	default:
		view = GUEST_OK;
	}
	return view;
}

/*
 * --- for the Ultravisor
 * --------------------------------------------------------------------------------------------
 */

static struct gmap_space *gmap_of_asce(const struct host *host, uint64_t asce)
{
	const struct gmap_asce *entry = host->asces;

	while (entry && (entry->asce != asce || entry->gmap->removed))
		entry = entry->next;
	return entry ? entry->gmap : NULL;
}

static int uv_translate(void *ctx, uint64_t asce, uint64_t gaddr, uint64_t *number)
{
	struct gmap_space *gmap = gmap_of_asce(ctx, asce);
	struct mm_vma *vma;
	uint64_t page;

	if (!gmap)
		return -EFAULT;
	vma = gmap_page(gmap, gaddr >> PAGE_SHIFT, &page, NULL);
	if (!vma || !(vma_flags(vma, page, 1, NULL) & MM_PAGE_PRESENT))
		return -EFAULT;
	*number = vma_frame(vma, page);
	return 0;
}

static struct sim_domain *uv_domain(void *ctx, uint64_t asce)
{
	struct gmap_space *gmap = gmap_of_asce(ctx, asce);

	return gmap ? &gmap->mm->domain : NULL;
}

static void uv_donated(void *ctx, uint64_t number, uint64_t n, bool taken)
{
	(void)ctx;
	storage_guard_set(number, n, taken);
}

void gmap_setup_uv_ops(struct host *host)
{
	host->uv_ops = (struct uv_ops){
		.translate = uv_translate, .domain = uv_domain, .donated = uv_donated, .ctx = host,
	};
}
