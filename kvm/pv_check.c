/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What must hold after pv.c has done its part, whatever pv.c it is: looked at from outside, where a forgotten step
 * shows long before it does harm.
 *
 * Source of the rules: the comments at context.protected_count in arch/s390/include/asm/mmu.h and at
 * kvm_s390_destroy_lower_2g() of Linux 6.12. Configurations whose destroy call failed are leaked on purpose and do not
 * count.
 */
#include <inttypes.h>

#include "kvm/kvm_host.h"
#include "kvm/pv.h"
#include "mm/gmap.h"
#include "mm/internal.h"
#include "sim/finding.h"

#define LOWER_PAGES ((uint64_t)1 << 19)	/* 2 GiB: prefix areas lie below it */

/*
 * Are pages from @page on on their way out, and not exported yet? *@run (at most that many): how many are alike.
 *
 * What reclaim has unmapped no walk can see. It does no harm: the folio stays locked from try_to_unmap() until
 * __folio_start_writeback() has exported it (shrink_folio_list()), by its flag and not by the count of the mm, and
 * do_swap_page() waits for that lock before anybody has it mapped again.
 */
static bool on_way_out(struct mm_vma *vma, uint64_t page, uint64_t *run)
{
	return vma_flags(vma, page, *run, run) & MM_PAGE_WRITEBACK;
}

static bool is_secure(struct mm *mm, struct mm_vma *vma, uint64_t page, uint64_t *run)
{
	return uv_host_access(mm->host->uv, vma_frame(vma, page), *run, run) != UV_OK;
}

static uint64_t secure_on_way_out(struct mm *mm)
{
	uint64_t page, pages, run, n = 0;
	struct mm_vma *vma;

	for (vma = mm->vmas; vma; vma = vma->next) {
		pages = (vma->end - vma->start) >> PAGE_SHIFT;
		for (page = 0; page < pages; page += run) {
			run = pages - page;
			if (on_way_out(vma, page, &run) && is_secure(mm, vma, page, &run))
				n += run;
		}
	}
	return n;
}

/* "at pv.c:1 function": where the function begins that should have done it. */
static const char *duty_of(const struct kvm_vm *vm)
{
	const struct sim_site site = { .pc = { (uintptr_t)vm->algorithm->set_aside }, .depth = 1, .exact = true };

	return sim_code_holds(site.pc[0]) ? sim_site_text(&site) : "in PREPARE";
}

void pv_check_prepared(struct kvm_vm *vm)
{
	struct gmap_space *gmap = vm->gmap;
	uint64_t gpage, run, left = 0, first = 0;

	sim_domain_settle(&vm->mm->domain);
	for (gpage = gmap_next_gpage(gmap, 0); gpage < LOWER_PAGES; gpage = gmap_next_gpage(gmap, gpage + run)) {
		struct mm_vma *vma;
		uint64_t page;

		run = LOWER_PAGES - gpage;
		vma = gmap_page(gmap, gpage, &page, &run);
		if (!vma) {
			run = 1;
			continue;
		}
		if (!is_secure(vm->mm, vma, page, &run) || on_way_out(vma, page, &run))
			continue;
		if (!left)
			first = gpage;
		left += run;
	}
	if (left)
		uv_report_violation(vm->host->uv, "prepared-secure",
				    "%s: left secure %s: %" PRIu64 " pages below 2 GiB, the first at 0x%" PRIx64
				    ": prefix areas of the next guest may lie there", vm->name,
				    duty_of(vm), left, first << PAGE_SHIFT);
}

void pv_check_count(struct mm *mm, int count)
{
	uint64_t pages = 0;
	unsigned alive;

	sim_domain_settle(&mm->domain);
	alive = uv_confs_in(mm->host->uv, &mm->domain, &pages);
	if (count < 0 || (unsigned)count < alive)
		uv_report_violation(mm->host->uv, "protected-count",
				    "%s: protected_count is %d, but %u configurations are alive: their pages are "
				    "taken for ordinary ones", mm->name, count, alive);
	else if (count == 0 && pages && pages > secure_on_way_out(mm))
		uv_report_violation(mm->host->uv, "protected-count",
				    "%s: protected_count is 0, but %" PRIu64 " pages are still secure", mm->name,
				    pages);
}
