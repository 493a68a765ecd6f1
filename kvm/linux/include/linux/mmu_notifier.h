/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Notifiers of the end of an address space. */
#ifndef UVSIM_LINUX_MMU_NOTIFIER_H
#define UVSIM_LINUX_MMU_NOTIFIER_H

#include <linux/types.h>

UVSIM_STUB int mmu_notifier_register(struct mmu_notifier *subscription, struct mm_struct *mm)
{
	return uvsim_api->mmu_notifier_register(subscription, mm);
}

#endif
