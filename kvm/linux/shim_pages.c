/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What pv.c asks of memory management since it imports pages itself: pages and folios by address,
 * locks that are only tried, walks of the guest's tables.
 *
 * A folio is named by the address of its frame; frames are those of user mappings, so an address
 * names one page of one address space. All folios are small and anonymous: there is nothing to
 * split or to write back.
 *
 * Source: arch/s390/kvm/gmap, arch/s390/kernel/uv.c, arch/s390/mm/gmap_helpers.c of Linux 7.3.
 */
#include <errno.h>

#include "kvm/kvm_host.h"
#include "kvm/linux/kernel.h"
#include "kvm/linux/shim.h"
#include "mm/gmap.h"
#include "mm/internal.h"
#include "mm/kernel_heap.h"

static uint64_t frame_of(const void *folio)
{
	return (uint64_t)folio >> PAGE_SHIFT;
}

__attribute__((noreturn)) static void no_page(uint64_t address, const char *what)
{
	sim_find("wild-access", "%#llx is taken for %s", (unsigned long long)address, what);
	sim_abandon("wild-access");
}

/* A reference has kept it beyond its mapping. */
static bool is_kept(const void *folio)
{
	return kept_find(host_current(), frame_of(folio)) != NULL;
}

void shim_check_folio(const void *folio)
{
	if (!shim_owner(folio) && !is_kept(folio) &&
	    !heap_block_frames(host_current()->heap, (uint64_t)folio & ~(PAGE_BYTES - 1)))
		no_page((uint64_t)folio, "a page");
}

struct mm *shim_owner(const void *folio)
{
	struct mm *mm = host_current()->mms;

	while (mm != NULL && mm_vma_of_frame(mm, frame_of(folio)) == NULL)
		mm = mm->next;
	return mm;
}

static struct mm *mm_of(uint64_t frame)
{
	struct mm *mm = shim_owner((void *)(frame << PAGE_SHIFT));

	if (mm == NULL)
		no_page(frame << PAGE_SHIFT, "a page of a guest");
	return mm;
}

/* --- locks --- */

struct sim_rwlock *shim_rwlock(rwlock_t *lock, const char *name)
{
	if (lock->sim == NULL) {
		lock->sim = sim_alloc(sizeof(struct sim_rwlock));
		sim_rwlock_init(lock->sim, shim_lock_name(name));
	}
	return lock->sim;
}

static void shim_write_lock(rwlock_t *lock, const char *name)
{
	sim_write_lock(shim_rwlock(lock, name));
}

static void shim_write_unlock(rwlock_t *lock)
{
	sim_write_unlock(shim_rwlock(lock, "rwlock"));
}

static void shim_mmap_read_lock(struct mm_struct *mm)
{
	sim_rwsem_down_read(&((struct mm *)mm->sim)->mmap_lock);
}

static int shim_mmap_read_trylock(struct mm_struct *mm)
{
	return sim_rwsem_down_read_trylock(&((struct mm *)mm->sim)->mmap_lock);
}

static void shim_mmap_read_unlock(struct mm_struct *mm)
{
	sim_rwsem_up_read(&((struct mm *)mm->sim)->mmap_lock);
}

/* The caller's own reference is expected: one more than that is one too many, and so is none. */
static int shim_make_folio_secure(struct folio *folio, void *uvcb)
{
	return make_folio_secure(mm_of(frame_of(folio)), frame_of(folio), 1, uvcb);
}

static int shim_folio_trylock(struct folio *folio)
{
	struct mm *mm = shim_owner(folio);

	shim_check_folio(folio);
	if (mm == NULL)
		return 1;
	sim_domain_touch(&mm->domain, frame_of(folio), 1);
	return folio_trylock(mm, frame_of(folio));
}

static void shim_folio_unlock(struct folio *folio)
{
	struct mm *mm = shim_owner(folio);

	shim_check_folio(folio);
	if (mm != NULL && folio_is_locked(mm, frame_of(folio)))
		folio_unlock(mm, frame_of(folio));
	else if (mm != NULL)
		sim_find("unlock", "folio_unlock() of a page of %s that nobody has locked", mm->name);
}

/* --- pages --- */

static int shim_wiggle_split_folio(struct mm_struct *mm, struct folio *folio)
{
	(void)mm;
	(void)folio;
	kernel_step(COST_HOST_LRU_DRAIN_ALL);
	return 0;
}

static int shim_uv_destroy_folio(struct folio *folio)
{
	uint64_t frame = frame_of(folio);
	struct mm *mm;

	/* It has been destroyed or exported where it was unmapped. */
	if (!shim_owner(folio) && is_kept(folio))
		return 0;
	mm = mm_of(frame);
	sim_domain_touch(&mm->domain, frame, 1);
	return uv_destroy_folio(mm, frame);
}

static int shim_pv_destroy_page(struct page *page)
{
	uint64_t frame = frame_of(page);

	return shim_uv_destroy_folio((struct folio *)page) == 0 ? 0 :
		uv_convert_from_secure_folio(mm_of(frame), frame);
}

static int shim_faultin_gfn(struct kvm *kvm, struct guest_fault *fault)
{
	return kvm_s390_faultin_gfn(to_kvm_vm(kvm), fault);
}

static unsigned long shim_gfn_to_hva(struct kvm *kvm, unsigned long long gfn)
{
	return kvm_gfn_to_hva(kvm, gfn);
}

static struct page *shim_gfn_to_page(struct kvm *kvm, unsigned long long gfn)
{
	uint64_t frame = kvm_gfn_to_frame(to_kvm_vm(kvm), gfn);

	if (frame != 0)
		kernel_memory()->folio_try_hold((const void *)(frame << PAGE_SHIFT), 1);
	return (struct page *)(frame << PAGE_SHIFT);
}

/* --- guest tables --- */

static int shim_gmap_pv_destroy_range(struct gmap *face, unsigned long long start,
				      unsigned long long end, int interruptible)
{
	return gmap_pv_destroy_range(face->sim, start, end, interruptible != 0);
}

/* There are none. */
static void shim_gmap_split_huge_pages(struct gmap *face)
{
	struct gmap_space *gmap = face->sim;

	sim_read_lock(&gmap->mmu_lock);
	kernel_step(COST_HOST_WALK_BATCH);
	sim_read_unlock(&gmap->mmu_lock);
}

/* 6.14 to 6.19: the address space by user address. */
static int shim_make_hva_secure(struct mm_struct *face, unsigned long hva, void *uvcb)
{
	struct mm *mm = face->sim;
	struct gmap_asce *entry = mm->host->asces;
	struct gmap_segment *segment;

	while (entry != NULL && (entry->gmap->mm != mm || entry->gmap->removed))
		entry = entry->next;
	for (segment = entry != NULL ? entry->gmap->segments : NULL; segment != NULL; segment = segment->next) {
		if (hva >= segment->from && hva - segment->from < segment->bytes)
			return gmap_make_secure(entry->gmap, segment->to + (hva - segment->from), uvcb,
						face->context.protected_count.counter);
	}
	return -EFAULT;
}

void kernel_api_fill_pages(struct uvsim_kernel_api *api)
{
	api->write_lock = shim_write_lock;
	api->write_unlock = shim_write_unlock;
	api->mmap_read_lock = shim_mmap_read_lock;
	api->mmap_read_trylock = shim_mmap_read_trylock;
	api->mmap_read_unlock = shim_mmap_read_unlock;
	api->folio_trylock = shim_folio_trylock;
	api->folio_unlock = shim_folio_unlock;
	api->make_folio_secure = shim_make_folio_secure;
	api->wiggle_split_folio = shim_wiggle_split_folio;
	api->pv_destroy_page = shim_pv_destroy_page;
	api->uv_destroy_folio = shim_uv_destroy_folio;
	api->faultin_gfn = shim_faultin_gfn;
	api->gfn_to_hva = shim_gfn_to_hva;
	api->gfn_to_page = shim_gfn_to_page;
	api->gmap_pv_destroy_range = shim_gmap_pv_destroy_range;
	api->gmap_split_huge_pages = shim_gmap_split_huge_pages;
	api->make_hva_secure = shim_make_hva_secure;
}
