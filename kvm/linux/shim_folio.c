/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Folios and pages as pv.c handles them by itself: references, locks, what they are, and the Ultravisor's calls for
 * one page.
 *
 * Three kinds: pages of address spaces; such as have been unmapped and are only kept by references; and blocks of the
 * kernel's own, whose last reference frees them. A page of the kernel can be locked by anybody at any time: nobody
 * else knows it.
 *
 * Source of behaviour: Linux 6.12 include/linux/page_ref.h, include/linux/mm.h, mm/filemap.c (__folio_lock),
 * arch/s390/kernel/uv.c.
 */
#include <errno.h>

#include "kvm/linux/kernel.h"
#include "kvm/linux/shim.h"
#include "mm/internal.h"
#include "mm/kernel_heap.h"
#include "mm/pressure.h"
#include "mm/reference.h"
#include "uv/uvcb.h"

/* References to a block of the kernel beyond that of its allocation. */
struct shim_pages {
	uint64_t address;
	unsigned refs;
	struct shim_pages *next;
};

static uint64_t frame_of(const void *folio)
{
	return (uint64_t)folio >> PAGE_SHIFT;
}

static uint64_t flags_of(struct mm *mm, uint64_t frame)
{
	struct mm_vma *vma = mm_vma_of_frame(mm, frame);

	sim_domain_touch(&mm->domain, frame, 1);
	return vma_flags(vma, frame - vma->first_frame, 1, NULL);
}

static unsigned folio_state(const void *folio)
{
	struct mm *mm = shim_owner(folio);
	uint64_t flags;

	if (!mm)
		return kept_find(host_current(), frame_of(folio)) ? UVSIM_FOLIO_USER : 0;
	flags = flags_of(mm, frame_of(folio));
	return UVSIM_FOLIO_USER | (flags & MM_PAGE_PRESENT ? UVSIM_FOLIO_MAPPED : 0) |
	       (flags & MM_PAGE_WRITEBACK ? UVSIM_FOLIO_WRITEBACK : 0) |
	       (flags & MM_PAGE_ARCH_1 ? UVSIM_FOLIO_SECURE : 0) |
	       (folio_is_locked(mm, frame_of(folio)) ? UVSIM_FOLIO_LOCKED : 0);
}

/* --- references ------------------------------------------------------------------------------- */

/* Of a block of the kernel; NULL: none were taken. */
static struct shim_pages *extra_of(const void *page)
{
	struct shim_pages *extra = kernel_state()->pages;

	while (extra && extra->address != (uint64_t)page)
		extra = extra->next;
	return extra;
}

static int folio_refs(const void *folio)
{
	uint64_t frame = frame_of(folio);
	struct kept_page *kept = kept_find(host_current(), frame);
	struct mm *mm = shim_owner(folio);
	struct shim_pages *extra = extra_of(folio);
	uint64_t flags;

	if (kept)
		return (int)kept->refs;
	if (!mm)
		return (int)(extra ? extra->refs : 0) +
		       (heap_block_frames(host_current()->heap, (uint64_t)folio) != 0);
	if (folio_frozen(mm, frame))
		return 0;
	flags = flags_of(mm, frame);
	/* The mapping's, and while it is written that of the swap cache. */
	return (int)folio_extra_refs(mm, frame) + !!(flags & MM_PAGE_PRESENT) + !!(flags & MM_PAGE_WRITEBACK);
}

static void kernel_hold(const void *page, unsigned n)
{
	struct shim_pages *extra = extra_of(page);

	if (!extra) {
		extra = sim_alloc(sizeof(*extra));
		extra->address = (uint64_t)page;
		extra->next = kernel_state()->pages;
		kernel_state()->pages = extra;
	}
	extra->refs += n;
}

static int folio_try_hold(const void *folio, unsigned n)
{
	struct kept_page *kept = kept_find(host_current(), frame_of(folio));
	struct mm *mm = shim_owner(folio);
	const void *page = (const void *)(frame_of(folio) << PAGE_SHIFT);

	if (!kept && mm && folio_frozen(mm, frame_of(folio)))
		return 0;
	if (kept)
		kept->refs += n;
	else if (!mm)
		kernel_hold(page, n);
	else
		folio_hold(mm, frame_of(folio), n);
	while (n-- > 0)
		reference_taken(host_current(), REFERENCE_FOLIO, page);
	return 1;
}

/* The reference that an allocation begins with is its last: it frees the block. */
static bool kernel_free(const void *page)
{
	uint64_t frames = heap_block_frames(host_current()->heap, (uint64_t)page);
	struct shim_pages *extra = extra_of(page);
	unsigned order = 0;

	if (!frames || (extra && extra->refs))
		return false;
	while ((uint64_t)1 << order < frames)
		order++;
	host_free_pages(host_current(), (uint64_t)page, order);
	return true;
}

static void drop(const void *folio, unsigned n)
{
	const void *page = (const void *)(frame_of(folio) << PAGE_SHIFT);
	struct mm *mm = shim_owner(folio);
	struct shim_pages *extra;

	for (; n > 0; n--) {
		if (!mm && kernel_free(page))
			continue;
		if (!reference_given(host_current(), REFERENCE_FOLIO, page, "put_page()", "a page"))
			return;
		extra = mm ? NULL : extra_of(page);
		if (!folio_drop(host_current(), mm, frame_of(folio), 1) && extra && extra->refs)
			extra->refs--;
	}
}

static int freeze(const void *folio, int refs)
{
	struct mm *mm = shim_owner(folio);

	if (folio_refs(folio) != refs)
		return 0;
	if (mm)
		folio_freeze(mm, frame_of(folio), true);
	return 1;
}

static void unfreeze(const void *folio, int refs)
{
	struct mm *mm = shim_owner(folio);

	if (!mm)
		return;
	folio_freeze(mm, frame_of(folio), false);
	if (folio_refs(folio) != refs)
		sim_find("folio-count", "a page of %s is thawed with %d references, it had %d", mm->name, refs,
			 folio_refs(folio));
}

/* --- locks ------------------------------------------------------------------------------------ */

static int lock(const void *folio, int killable)
{
	struct mm *mm = shim_owner(folio);

	sim_might_sleep("folio_lock()");
	shim_check_folio(folio);
	while (mm) {
		sim_domain_touch(&mm->domain, frame_of(folio), 1);
		if (folio_trylock(mm, frame_of(folio)))
			return 0;
		if (sim_wait(&mm->folio_wait, killable ? SIM_WAIT_KILLABLE : SIM_WAIT_UNINTERRUPTIBLE))
			return -EINTR;
	}
	return 0;
}

static void wait_writeback(const void *folio)
{
	struct mm *mm = shim_owner(folio);
	struct mm_vma *vma;

	sim_might_sleep("folio_wait_writeback()");
	if (!mm || !mm->host->pressure)
		return;
	vma = mm_vma_of_frame(mm, frame_of(folio));
	swap_wait_writeback(mm, vma, frame_of(folio) - vma->first_frame);
}

/* --- the Ultravisor --------------------------------------------------------------------------- */

/* A page that no address space has: the call all the same, which finds it is not secure. */
static int call_for(const void *folio, uint16_t command)
{
	struct uv_cb_cfs uvcb = {
		.header.cmd = command, .header.len = sizeof(uvcb), .paddr = frame_of(folio) << PAGE_SHIFT,
	};

	if (!uv_call(host_current()->uv, &uvcb) ||
	    (command == UVC_CMD_DESTR_SEC_STOR && uv_destroy_rc_ok(uvcb.header.rc, uvcb.header.rrc)))
		return 0;
	return -EINVAL;
}

static int folio_uv(const void *folio, unsigned command)
{
	struct mm *mm = shim_owner(folio);

	if (mm)
		sim_domain_touch(&mm->domain, frame_of(folio), 1);
	if (!mm || command & UVSIM_UV_RAW)
		return call_for(folio, (uint16_t)command);
	switch (command) {
	case UVC_CMD_DESTR_SEC_STOR:
		return uv_destroy_folio(mm, frame_of(folio));
	case UVC_CMD_CONV_FROM_SEC_STOR:
		return uv_convert_from_secure_folio(mm, frame_of(folio));
	}
	return uv_pin_folio(mm, frame_of(folio));
}

static int accessible(const void *folio)
{
	struct mm *mm = shim_owner(folio);

	if (!mm)
		return 0;
	sim_domain_touch(&mm->domain, frame_of(folio), 1);
	return arch_make_folio_accessible(mm, frame_of(folio));
}

static int uv_call_once(void *uvcb)
{
	return (int)uvc(host_current()->uv, uvcb);
}

void kernel_memory_folios(struct uvsim_memory *memory)
{
	memory->folio_state = folio_state;
	memory->folio_refs = folio_refs;
	memory->folio_try_hold = folio_try_hold;
	memory->folio_drop = drop;
	memory->folio_freeze = freeze;
	memory->folio_unfreeze = unfreeze;
	memory->folio_lock = lock;
	memory->folio_wait_writeback = wait_writeback;
	memory->folio_uv = folio_uv;
	memory->folio_accessible = accessible;
	memory->uv_call_once = uv_call_once;
}
