/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * gmap_make_secure(), gmap_convert_to_secure(), gmap_destroy_page() of Linux 6.12, and s390_disable_cow_sharing().
 *
 * Locks in order: mmap lock (read), pte lock, folio lock (try). A page that a destroy walk still references
 * cannot be frozen: the LRU caches are drained and the caller tries again. One under writeback is refused, and waited
 * for. Left out: large folios.
 *
 * Source: arch/s390/kernel/uv.c (gmap_make_secure, make_folio_secure, should_export_before_import, gmap_destroy_page).
 */
#include <errno.h>

#include "mm/gmap.h"
#include "mm/internal.h"
#include "mm/pressure.h"
#include "uv/uvcb.h"

/* Without the MISC feature a page shared by another configuration of this mm would not be noticed. */
bool should_export_before_import(const struct mm_world *world, uint16_t cmd, int protected_count)
{
	if (!world->export_before_import || (world->misc_saves_export && cost_profile()->machine.misc))
		return false;
	if (cmd == UVC_CMD_UNPIN_PAGE_SHARED)
		return false;
	return protected_count > 1;
}

void mm_protected_count_changed(struct mm *mm)
{
	if (should_export_before_import(mm->world, UVC_CMD_CONV_TO_SEC_STOR, 2))
		sim_domain_expose(&mm->domain);
}

int make_folio_secure(struct mm *mm, uint64_t frame, unsigned refs, void *block)
{
	struct mm_vma *vma = mm_vma_of_frame(mm, frame);
	uint64_t page = frame - vma->first_frame, flags = vma_flags(vma, page, 1, NULL);
	struct uv_cb_header *uvcb = block;

	if (flags & MM_PAGE_WRITEBACK)
		return -EAGAIN;
	if (folio_extra_refs(mm, frame) != refs) {
		mm->host->refused = frame;
		return -EBUSY;
	}
	vma_set_flags(vma, page, 1, flags | MM_PAGE_ARCH_1);
	/* 5.10 repeats a busy call with all locks held, later versions give up. */
	switch (mm->world->import_sleeps ? uv_call(mm->host->uv, uvcb) : uvc(mm->host->uv, uvcb)) {
	case UVC_CC_OK:
		return 0;
	case UVC_CC_BUSY:
	case UVC_CC_PARTIAL:
		return -EAGAIN;
	}
	return uvcb->rc == UVC_RC_NOT_MAPPED ? -ENXIO : -EINVAL;
}

/* 5.10: the page lock first, asleep; then the entry must still be there. */
static int sleep_for_page(struct mm *mm, struct mm_vma *vma, uint64_t page, struct uv_cb_header *uvcb)
{
	uint64_t frame = vma_frame(vma, page);
	int result = -ENXIO;

	sim_domain_touch(&mm->domain, frame, 1);
	if (!(vma_flags(vma, page, 1, NULL) & MM_PAGE_PRESENT))
		return -ENXIO;
	folio_lock(mm, frame);
	ptl_lock(mm, frame);
	if (vma_flags(vma, page, 1, NULL) & MM_PAGE_PRESENT)
		result = make_folio_secure(mm, frame, 0, uvcb);
	ptl_unlock(mm, frame);
	folio_unlock(mm, frame);
	return result;
}

/* One try under the locks, from @stage on. */
static int try_make_secure(struct gmap_space *gmap, uint64_t gaddr, struct uv_cb_header *uvcb, int protected_count,
			   enum make_secure_stage stage)
{
	struct mm *mm = gmap->mm;
	struct mm_vma *vma;
	uint64_t page, frame;
	int result = -EFAULT;

	if (stage == MAKE_SECURE_BEGIN) {
		sim_rwsem_down_read(&mm->mmap_lock);
		kernel_step(COST_HOST_MAKE_SECURE);
	}
	/* 7.0 takes none of the locks before it has the page, and tries them all. */
	if (stage == MAKE_SECURE_LOCK && mm->world->guest_tables && !sim_rwsem_down_read_trylock(&mm->mmap_lock))
		return -EAGAIN;
	vma = gmap_page(gmap, gaddr >> PAGE_SHIFT, &page, NULL);
	if (vma && mm->world->import_sleeps && stage <= MAKE_SECURE_LOCK) {
		result = sleep_for_page(mm, vma, page, uvcb);
	} else if (vma && stage <= MAKE_SECURE_LOCK) {
		frame = vma_frame(vma, page);
		if (!mm->world->guest_tables)
			ptl_lock(mm, frame);
		else if (!ptl_trylock(mm, frame))
			goto busy;
		result = -ENXIO;
		if (vma_flags(vma, page, 1, NULL) & MM_PAGE_PRESENT) {
			result = -EAGAIN;
			if (folio_trylock(mm, frame)) {
				if (should_export_before_import(mm->world, uvcb->cmd, protected_count))
					uv_export_quietly(mm, frame);
				result = make_folio_secure(mm, frame, 0, uvcb);
				folio_unlock(mm, frame);
			}
		}
		ptl_unlock(mm, frame);
	} else if (vma) {
		frame = vma_frame(vma, page);
		result = stage == MAKE_SECURE_EXPORTED ? make_folio_secure(mm, frame, 0, uvcb) : 0;
		folio_unlock(mm, frame);
		ptl_unlock(mm, frame);
	}
	sim_rwsem_up_read(&mm->mmap_lock);
	return result;
busy:
	sim_rwsem_up_read(&mm->mmap_lock);
	return -EAGAIN;
}

/* folio_wait_writeback() on the page at @gaddr, if it is there. */
static void wait_writeback(struct gmap_space *gmap, uint64_t gaddr)
{
	struct mm_vma *vma;
	uint64_t page;

	vma = gmap_page(gmap, gaddr >> PAGE_SHIFT, &page, NULL);
	if (vma && gmap->mm->host->pressure)
		swap_wait_writeback(gmap->mm, vma, page);
}

static int make_secure(struct gmap_space *gmap, uint64_t gaddr, void *uvcb, int protected_count,
		       enum make_secure_stage stage)
{
	bool drained = false;

	for (;;) {
		int result = try_make_secure(gmap, gaddr, uvcb, protected_count, stage);

		stage = MAKE_SECURE_BEGIN;
		switch (result) {
		case -EBUSY:
			if (drained) {
				kernel_step(COST_HOST_LRU_DRAIN_ALL);
				return -EAGAIN;
			}
			kernel_step(COST_HOST_LRU_DRAIN);
			drained = true;
			break;
		case -ENXIO:
			return gmap_fault(gmap, gaddr) ? -EFAULT : -EAGAIN;
		case -EAGAIN:
			wait_writeback(gmap, gaddr);
			return -EAGAIN;
		default:
			return result;
		}
	}
}

int gmap_make_secure(struct gmap_space *gmap, uint64_t gaddr, void *uvcb, int protected_count)
{
	return make_secure(gmap, gaddr, uvcb, protected_count, MAKE_SECURE_BEGIN);
}

int gmap_convert_from(struct gmap_space *gmap, uint64_t gaddr, uint64_t handle, int protected_count,
		      enum make_secure_stage stage)
{
	struct uv_cb_cts uvcb = {
		.header.cmd = UVC_CMD_CONV_TO_SEC_STOR,
		.header.len = sizeof(uvcb),
		.guest_handle = handle,
		.gaddr = gaddr,
	};

	return make_secure(gmap, gaddr, &uvcb, protected_count, stage);
}

int gmap_convert_to_secure(struct gmap_space *gmap, uint64_t gaddr, uint64_t handle, int protected_count)
{
	return gmap_convert_from(gmap, gaddr, handle, protected_count, MAKE_SECURE_BEGIN);
}

int gmap_destroy_from(struct gmap_space *gmap, uint64_t gaddr, bool destroyed)
{
	struct mm *mm = gmap->mm;
	struct mm_vma *vma;
	uint64_t page, frame;
	int result = -EFAULT;

	if (!destroyed)
		sim_rwsem_down_read(&mm->mmap_lock);
	vma = gmap_page(gmap, gaddr >> PAGE_SHIFT, &page, NULL);
	if (vma) {
		result = 0;
		frame = vma_frame(vma, page);
		if (!destroyed) {
			ptl_lock(mm, frame);
			if (vma_flags(vma, page, 1, NULL) & MM_PAGE_PRESENT)
				result = uv_destroy_folio(mm, frame);
			/* Another CPU may have imported it meanwhile: then it must not be destroyed. */
			if (result)
				result = uv_convert_from_secure_folio(mm, frame);
		}
		if (!destroyed || !mm->world->guest_tables)
			ptl_unlock(mm, frame);
	}
	sim_rwsem_up_read(&mm->mmap_lock);
	return result;
}

int gmap_destroy_page(struct gmap_space *gmap, uint64_t gaddr)
{
	return gmap_destroy_from(gmap, gaddr, false);
}

int mm_disable_cow_sharing(struct mm *mm)
{
	sim_rwsem_down_write(&mm->mmap_lock);
	kernel_step(COST_HOST_LOCK);
	sim_rwsem_up_write(&mm->mmap_lock);
	return 0;
}
