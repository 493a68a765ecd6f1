/* SPDX-License-Identifier: GPL-2.0-or-later */
/* References to address spaces. */
#ifndef UVSIM_LINUX_SCHED_MM_H
#define UVSIM_LINUX_SCHED_MM_H

#include <linux/types.h>

UVSIM_STUB bool mmget_not_zero(struct mm_struct *mm)
{
	return uvsim_api->mmget_not_zero(mm);
}

UVSIM_STUB void mmput(struct mm_struct *mm)
{
	uvsim_api->mmput(mm);
}

#endif
