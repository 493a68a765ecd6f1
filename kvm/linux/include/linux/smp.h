/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Processors. */
#ifndef UVSIM_LINUX_SMP_H
#define UVSIM_LINUX_SMP_H

#include <linux/cpumask.h>

/*
 * A function on other processors: there is one instance of whatever it changes, so it runs once, here. It may not
 * sleep, as in an interrupt.
 */
typedef void (*smp_call_func_t)(void *info);

#define on_each_cpu(func, info, wait) ((void)(wait), (func)(info))
#define on_each_cpu_mask(mask, func, info, wait) ((void)(mask), (void)(wait), (func)(info))
#define smp_call_function(func, info, wait) ((void)(wait), (func)(info))
#define smp_call_function_many(mask, func, info, wait) ((void)(mask), (void)(wait), (func)(info))
#define smp_call_function_single(cpu, func, info, wait) ((void)(cpu), (void)(wait), (func)(info), 0)
#define smp_send_reschedule(cpu) ((void)(cpu))
#define kick_all_cpus_sync() ((void)0)

#endif
