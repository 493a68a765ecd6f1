/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Host page faults and accesses of host user space to its own memory.
 *
 * Anonymous memory only. A fault takes the mmap lock for read, allocates and zeroes a page, and sets it present
 * under the pte lock; who comes second frees his page again. A user access that meets a secure page takes exception
 * 3d: pin or export (arch/s390/mm/fault.c, do_secure_storage_access()). A page on the swap device is read with the
 * mmap lock held, where Linux would drop it and try again; one that is still being written is just mapped again, as
 * from the swap cache.
 */
#include <errno.h>

#include "mm/memcg.h"
#include "sim/convoy.h"

/* Somebody else was faster. */
static void give_frame(struct mm *mm)
{
	mm->host->pending--;
	mm_give(mm, 1);
}

/* A page that is under writeback and unmapped: its frame is still there. */
static void map_again(struct mm *mm, struct mm_vma *vma, uint64_t page)
{
	uint64_t flags;

	ptl_lock(mm, vma_frame(vma, page));
	flags = vma_flags(vma, page, 1, NULL);
	if (flags & MM_PAGE_WRITEBACK && !(flags & MM_PAGE_PRESENT)) {
		vma_set_flags(vma, page, 1, flags | MM_PAGE_PRESENT);
		mm->rss++;
		mm->host->pressure->writeback--;
		memcg_writeback_end(mm->memcg, 1);
		mm->host->pressure->returning++;
		mm->host->pressure->came_back++;
		pressure_touched(vma, page, 1);
		mm_fresh_set(mm, sim_self(), vma_frame(vma, page));
	}
	ptl_unlock(mm, vma_frame(vma, page));
}

/* What was read is not what was written. Linux has no checksums there: nobody sees it but who looks into the page. */
static void other_contents(struct mm *mm, uint64_t frame, enum swap_outcome outcome)
{
	if (outcome == SWAP_DAMAGED)
		uv_host_finds(mm->host->uv, frame, UV_CONTENT_DAMAGED);
	else if (outcome == SWAP_OLD)
		uv_host_finds(mm->host->uv, frame, UV_CONTENT_OLD);
	else if (outcome == SWAP_OTHER)
		uv_host_finds(mm->host->uv, frame, UV_CONTENT_OTHER);
}

/* do_swap_page(). 0, -ENOMEM, or -EFAULT when the device errs (SIGBUS). */
static int swap_in(struct mm *mm, struct mm_vma *vma, uint64_t page)
{
	uint64_t frame = vma_frame(vma, page);
	enum swap_outcome outcome;
	bool absent;

	if (!mm_take(mm, 1))
		return -ENOMEM;
	kernel_step(COST_HOST_ALLOC_PAGE);
	outcome = swap_read(mm->host->pressure, mm, vma, page);
	if (outcome == SWAP_ERROR) {
		give_frame(mm);
		return -EFAULT;
	}
	ptl_lock(mm, frame);
	absent = vma_flags(vma, page, 1, NULL) == MM_PAGE_SWAPPED;
	if (absent) {
		vma_make_present(mm, vma, page, 1, sim_self());
		other_contents(mm, frame, outcome);
		mm->swapped--;
		swap_give_slots(mm->host->pressure, 1);
		memcg_swap_free(mm->memcg, 1);
	}
	ptl_unlock(mm, frame);
	if (!absent)
		give_frame(mm);
	return 0;
}

int fault_locked(struct mm *mm, struct mm_vma *vma, uint64_t page, enum fault_stage stage)
{
	uint64_t frame = vma_frame(vma, page), flags;
	struct sim_place frame_place = { .number = &frame, .count = 1 };
	struct sim_place page_place = { .number = &page, .count = 1 };
	bool absent, taken;

	switch (stage) {
	case FAULT_BEGIN:
		kernel_step(COST_HOST_FAULT);
		/* fall through */
	case FAULT_CHECK:
		sim_domain_touch(&mm->domain, frame, 1);
		flags = vma_flags(vma, page, 1, NULL);
		if (flags & MM_PAGE_PRESENT)
			return 0;
		if (flags & MM_PAGE_WRITEBACK) {
			map_again(mm, vma, page);
			return 0;
		}
		if (host_user_fails(mm->host, USER_PAGE))
			return -EFAULT;
		if (flags & MM_PAGE_SWAPPED)
			return swap_in(mm, vma, page);
		sim_place_push(&frame_place);
		sim_place_push(&page_place);
		taken = mm_take(mm, 1);
		sim_place_pop(&page_place);
		sim_place_pop(&frame_place);
		if (!taken)
			return -ENOMEM;
		/* fall through */
	case FAULT_ALLOCATE:
		kernel_step(COST_HOST_ALLOC_PAGE);
		/* fall through */
	case FAULT_CLEAR:
		kernel_step(COST_HOST_CLEAR_PAGE);
		/* fall through */
	case FAULT_SET:
		break;
	}
	ptl_lock(mm, frame);
	/* Somebody else may have been faster, and the page may even be on its way to swap by now. */
	absent = !vma_flags(vma, page, 1, NULL);
	if (absent)
		vma_make_present(mm, vma, page, 1, sim_self());
	ptl_unlock(mm, frame);
	if (!absent)
		give_frame(mm);
	return 0;
}

int mm_fault_in(struct mm *mm, uint64_t address)
{
	struct mm_vma *vma;
	int result = -EFAULT;

	sim_rwsem_down_read(&mm->mmap_lock);
	vma = mm_vma_find(mm, address);
	if (vma)
		result = fault_locked(mm, vma, (address - vma->start) >> PAGE_SHIFT, FAULT_BEGIN);
	sim_rwsem_up_read(&mm->mmap_lock);
	return result;
}

int mm_make_accessible(struct mm *mm, uint64_t address)
{
	struct mm_vma *vma;
	uint64_t page, frame;
	int result = 0;

	sim_rwsem_down_read(&mm->mmap_lock);
	vma = mm_vma_find(mm, address);
	if (vma) {
		page = (address - vma->start) >> PAGE_SHIFT;
		frame = vma_frame(vma, page);
		ptl_lock(mm, frame);
		if (vma_flags(vma, page, 1, NULL) & MM_PAGE_PRESENT)
			result = arch_make_folio_accessible(mm, frame);
		ptl_unlock(mm, frame);
	}
	sim_rwsem_up_read(&mm->mmap_lock);
	return result ? -EFAULT : 0;
}

/* Exception 3d in user code: make the page accessible, if it is still there. */
static int user_secure_access(struct mm *mm, uint64_t address)
{
	kernel_step(COST_HOST_SECURE_FAULT);
	return mm_make_accessible(mm, address);
}

static int user_access_page(struct mm *mm, uint64_t address)
{
	struct mm_vma *vma = mm_vma_find(mm, address);
	uint64_t page, run;
	int result;

	if (!vma)
		return -EFAULT;
	page = (address - vma->start) >> PAGE_SHIFT;
	for (;;) {
		sim_domain_touch(&mm->domain, vma_frame(vma, page), 1);
		if (!(vma_flags(vma, page, 1, NULL) & MM_PAGE_PRESENT))
			result = mm_fault_in(mm, address);
		else if (uv_host_access(mm->host->uv, vma_frame(vma, page), 1, &run) != UV_OK)
			result = user_secure_access(mm, address);
		else
			break;
		memcg_user_mode();
		if (result)
			return result;
	}
	uv_host_writes(mm->host->uv, vma_frame(vma, page), 1);
	return 0;
}

int mm_user_access(struct mm *mm, uint64_t address, uint64_t n, const char *what, enum cost_id each)
{
	for (; n; n--, address += PAGE_BYTES) {
		sim_time left;
		int result = user_access_page(mm, address);

		if (result)
			return result;
		mm_fresh_clear(mm, sim_self());
		left = cost(each);
		while (left && !sim_fatal_signal_pending(sim_self())) {
			left -= sim_burn_user(left, SIM_KIND_USER, what);
			/* The handler of another one runs, in no time. */
			sim_signal_take(sim_self());
		}
		if (sim_fatal_signal_pending(sim_self()))
			return -EINTR;
	}
	return 0;
}
