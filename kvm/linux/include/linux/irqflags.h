/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Interrupts do not exist, so to turn them off keeps nobody away; to sleep meanwhile is told. */
#ifndef UVSIM_LINUX_IRQFLAGS_H
#define UVSIM_LINUX_IRQFLAGS_H

#include <linux/types.h>

#define local_irq_disable() ((void)uvsim_api->services->atomic(UVSIM_IRQS_OFF, 1))
#define local_irq_enable() ((void)uvsim_api->services->atomic(UVSIM_IRQS_OFF, -1))
#define local_irq_save(flags) ((void)((flags) = uvsim_api->services->atomic(UVSIM_IRQS_OFF, 1)))
#define local_irq_restore(flags) ((flags) ? (void)0 : local_irq_enable())
#define local_bh_disable() ((void)uvsim_api->services->atomic(UVSIM_BH_OFF, 1))
#define local_bh_enable() ((void)uvsim_api->services->atomic(UVSIM_BH_OFF, -1))

#endif
