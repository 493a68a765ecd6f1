/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The OOM killer asks its notifiers first: each adds the pages that it has freed to what the pointer it gets as
 * data points to. Without memory pressure in the scenario nobody ever asks.
 */
#ifndef UVSIM_LINUX_OOM_H
#define UVSIM_LINUX_OOM_H

#include <linux/sched/mm.h>
#include <linux/notifier.h>

UVSIM_STUB int register_oom_notifier(struct notifier_block *block)
{
	return uvsim_api->services->oom_register(block, 1);
}

UVSIM_STUB int unregister_oom_notifier(struct notifier_block *block)
{
	return uvsim_api->services->oom_register(block, 0);
}

/* The reaper has been through, or has given up: pages may be gone. */
#define check_stable_address_space(mm) (mm_flags_test(MMF_UNSTABLE, mm) ? (vm_fault_t)2 : (vm_fault_t)0)
#define tsk_is_oom_victim(task) ((task)->mm && mm_flags_test(MMF_OOM_SKIP, (task)->mm))

#endif
