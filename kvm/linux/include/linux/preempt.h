/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Kernel code is never preempted but where it gives way, so that to forbid it keeps nobody out; but it must not sleep
 * then. Processors have no names.
 */
#ifndef UVSIM_LINUX_PREEMPT_H
#define UVSIM_LINUX_PREEMPT_H

#include <linux/types.h>

#define preempt_disable() ((void)uvsim_api->services->atomic(UVSIM_PREEMPT_OFF, 1))
#define preempt_enable() ((void)uvsim_api->services->atomic(UVSIM_PREEMPT_OFF, -1))
#define preempt_enable_no_resched() preempt_enable()
#define preempt_disable_notrace() preempt_disable()
#define preempt_enable_notrace() preempt_enable()
#define irqs_disabled() (uvsim_api->services->atomic(UVSIM_IRQS_OFF, 0) != 0)
#define preemptible() (!in_atomic() && !irqs_disabled())
#define in_interrupt() false
#define in_atomic() (uvsim_api->services->atomic(UVSIM_PREEMPT_OFF, 0) || uvsim_api->services->is_atomic())
#define in_task() true
#define get_cpu() (preempt_disable(), 0)
#define put_cpu() preempt_enable()
#define smp_processor_id() 0
#define raw_smp_processor_id() 0
#define migrate_disable() ((void)0)
#define migrate_enable() ((void)0)

#endif
