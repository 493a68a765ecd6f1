/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kernel asks of the Ultravisor for one page: destroy, export, pin.
 *
 * Modelled on arch/s390/kernel/uv.c of Linux 6.12. Old firmware's answer 0x107/0xd to the destruction of a
 * page that is not secure counts as success there.
 */
#include <errno.h>

#include "mm/internal.h"
#include "sim/convoy.h"
#include "uv/uvcb.h"

/* PG_arch_1 over-indicates: cleared only once the page is known to be the host's. */
static void clear_arch_1(struct mm *mm, uint64_t frame)
{
	struct mm_vma *vma = mm_vma_of_frame(mm, frame);
	uint64_t flags;

	if (!vma)
		return;
	flags = vma_flags(vma, frame - vma->first_frame, 1, NULL);
	if (flags & MM_PAGE_ARCH_1)
		vma_set_flags(vma, frame - vma->first_frame, 1, flags & ~(uint64_t)MM_PAGE_ARCH_1);
}

bool uv_destroy_rc_ok(uint16_t rc, uint16_t rrc)
{
	return rc == UVC_RC_DESTROY_PLAIN && rrc == UVC_RRC_DESTROY_PLAIN;
}

static int page_call(struct mm *mm, uint64_t frame, uint16_t cmd)
{
	struct uv_cb_cfs uvcb = {
		.header.cmd = cmd,
		.header.len = sizeof(uvcb),
		.paddr = frame << PAGE_SHIFT,
	};
	struct sim_place frame_place = { .number = &frame, .count = 1 };
	struct sim_place paddr_place = { .number = &uvcb.paddr, .count = 1, .scale = PAGE_SHIFT };
	int cc;

	sim_place_push(&frame_place);
	sim_place_push(&paddr_place);
	cc = uv_call(mm->host->uv, &uvcb);
	sim_place_pop(&paddr_place);
	sim_place_pop(&frame_place);
	if (cc && !(cmd == UVC_CMD_DESTR_SEC_STOR && uv_destroy_rc_ok(uvcb.header.rc, uvcb.header.rrc)))
		return -EINVAL;
	clear_arch_1(mm, frame);
	return 0;
}

int uv_destroy_folio(struct mm *mm, uint64_t frame)
{
	return page_call(mm, frame, UVC_CMD_DESTR_SEC_STOR);
}

int uv_convert_from_secure_folio(struct mm *mm, uint64_t frame)
{
	return page_call(mm, frame, UVC_CMD_CONV_FROM_SEC_STOR);
}

int uv_pin_folio(struct mm *mm, uint64_t frame)
{
	return page_call(mm, frame, UVC_CMD_PIN_PAGE_SHARED);
}

void uv_export_quietly(struct mm *mm, uint64_t frame)
{
	struct uv_cb_cfs uvcb = {
		.header.cmd = UVC_CMD_CONV_FROM_SEC_STOR,
		.header.len = sizeof(uvcb),
		.paddr = frame << PAGE_SHIFT,
	};

	uv_call(mm->host->uv, &uvcb);
}

int arch_make_folio_accessible(struct mm *mm, uint64_t frame)
{
	struct mm_vma *vma = mm_vma_of_frame(mm, frame);

	if (!vma || !(vma_flags(vma, frame - vma->first_frame, 1, NULL) & MM_PAGE_ARCH_1))
		return 0;
	if (!uv_pin_folio(mm, frame))
		return 0;
	return uv_convert_from_secure_folio(mm, frame);
}
