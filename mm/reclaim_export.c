/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Before a stretch is written: an attempt to pin each page that may be secure, in case the guest shares it, and its
 * export if that is refused; in bulk where pages are alike.
 *
 * A page that cannot be exported is written as it is: Linux can do no better then (VM_BUG_ON_FOLIO), so it is
 * reported. Left out: the attempt to pin a shared page, which comes first.
 *
 * Source of behaviour: Linux 6.12 mm/page-writeback.c (__folio_start_writeback), arch/s390/kernel/uv.c
 * (arch_make_folio_accessible).
 */
#include "mm/reclaim.h"
#include "uv/uvcb.h"

#define EXPORT UVC_CMD_CONV_FROM_SEC_STOR

struct export_walk {
	struct pressure *pressure;
	const struct stretch *stretch;
	uint64_t page;
	sim_time pin_time, time;
	struct sim_thread *thread;
};

static void export_settle(void *ctx, struct sim_position from, struct sim_position to)
{
	struct export_walk *walk = ctx;
	struct mm_vma *vma = walk->stretch->vma;
	struct uv *uv = walk->stretch->mm->host->uv;
	uint64_t pinned = from.round + (from.seg > 0), n = to.round + (to.seg > 0) - pinned;
	uint64_t page = walk->page + from.round;

	if (n)
		uvc_bulk_commit_unpinned(uv, vma_frame(vma, walk->page + pinned), n, walk->pin_time);
	n = to.round - from.round;
	if (!n)
		return;
	uvc_bulk_commit(uv, EXPORT, 0, 0, vma_frame(vma, page), n, walk->time);
	vma_clear_arch_1(vma, page, n);
	walk->pressure->exports += n;
}

static void export_expose(void *ctx, struct sim_position at)
{
	struct export_walk *walk = ctx;

	/* A call that is refused holds nothing. */
	if (at.seg)
		uvc_bulk_interlock(walk->stretch->mm->host->uv, EXPORT, 0,
				   vma_frame(walk->stretch->vma, walk->page + at.round), walk->thread);
}

static const struct sim_bulk_ops export_ops = { .settle = export_settle, .expose = export_expose };

static void export_page(struct pressure *pressure, const struct stretch *stretch, uint64_t page)
{
	if (!uv_convert_from_secure_folio(stretch->mm, vma_frame(stretch->vma, page)))
		pressure->exports++;
	else
		uv_report_violation(stretch->mm->host->uv, "writeback",
				    "%s: page %#llx goes to swap though it could not be made accessible",
				    stretch->mm->name, (unsigned long long)page);
}

/* How many of the @n pages from @page on are done. */
static uint64_t export_in_bulk(struct pressure *pressure, const struct stretch *stretch, uint64_t page, uint64_t n)
{
	struct export_walk walk = {
		.pressure = pressure, .stretch = stretch, .page = page, .thread = sim_self(),
	};
	struct uv *uv = stretch->mm->host->uv;
	struct sim_segment segment[2];
	struct sim_bulk bulk = { .segment = segment, .segments = 2, .stride = 1, .ops = &export_ops, .ctx = &walk };
	struct sim_position at;
	sim_time partial;
	bool exposed;

	if (n < 2 || sim_config_get()->exact_pages)
		return 0;
	bulk.first = vma_frame(stretch->vma, page);
	n = uvc_bulk_plan_unpinned(uv, bulk.first, n, &walk.pin_time);
	bulk.rounds = n ? uvc_bulk_plan(uv, EXPORT, 0, 0, bulk.first, n, &walk.time) : 0;
	if (!bulk.rounds || !walk.time || !walk.pin_time)
		return 0;
	segment[0] = (struct sim_segment){ .time = walk.pin_time, .repeat = 1, .kind = SIM_KIND_UVC,
					   .name = uvc_name(UVC_CMD_PIN_PAGE_SHARED) };
	segment[1] = (struct sim_segment){ .time = walk.time, .repeat = 1, .kind = SIM_KIND_UVC,
					   .name = uvc_name(EXPORT), .resched = true };
	at = sim_bulk_run(&stretch->mm->domain, &bulk, &exposed, &partial);
	if (at.seg)
		export_page(pressure, stretch, page + at.round++);
	return at.round;
}

void reclaim_export(struct pressure *pressure, const struct stretch *stretch)
{
	uint64_t page = stretch->page, end = page + stretch->n, n;

	while (page < end) {
		sim_domain_settle(&stretch->mm->domain);
		if (!(vma_flags(stretch->vma, page, end - page, &n) & MM_PAGE_ARCH_1)) {
			page += n;
			continue;
		}
		n = export_in_bulk(pressure, stretch, page, n);
		if (!n) {
			if (uv_pin_folio(stretch->mm, vma_frame(stretch->vma, page)))
				export_page(pressure, stretch, page);
			n = 1;
		}
		page += n;
		sim_cond_resched();
	}
}
