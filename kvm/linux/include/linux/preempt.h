/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Kernel code is never preempted but where it gives way; processors have no names. */
#ifndef UVSIM_LINUX_PREEMPT_H
#define UVSIM_LINUX_PREEMPT_H

#include <linux/types.h>

#define preempt_disable() ((void)0)
#define preempt_enable() ((void)0)
#define preempt_enable_no_resched() ((void)0)
#define preemptible() true
#define in_interrupt() false
#define in_atomic() false
#define in_task() true
#define get_cpu() 0
#define put_cpu() ((void)0)
#define smp_processor_id() 0
#define raw_smp_processor_id() 0
#define migrate_disable() ((void)0)
#define migrate_enable() ((void)0)

#endif
