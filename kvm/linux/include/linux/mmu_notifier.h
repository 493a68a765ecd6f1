/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Notifiers of the end of an address space. The other operations (invalidate_range_start and so on) are left
 * out on purpose: nothing here would call them, so that pv.c is told at compile time.
 */
#ifndef UVSIM_LINUX_MMU_NOTIFIER_H
#define UVSIM_LINUX_MMU_NOTIFIER_H

#include <linux/types.h>

UVSIM_STUB int mmu_notifier_register(struct mmu_notifier *subscription, struct mm_struct *mm)
{
	return uvsim_api->mmu_notifier_register(subscription, mm);
}
#define __mmu_notifier_register(subscription, mm) mmu_notifier_register(subscription, mm)

/* Calls release() if the address space is still alive. */
UVSIM_STUB void mmu_notifier_unregister(struct mmu_notifier *subscription, struct mm_struct *mm)
{
	uvsim_api->services->mmu_notifier_unregister(subscription, mm);
}

#endif
