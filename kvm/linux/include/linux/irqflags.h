/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Interrupts do not exist: to turn them off changes nothing. */
#ifndef UVSIM_LINUX_IRQFLAGS_H
#define UVSIM_LINUX_IRQFLAGS_H

#include <linux/types.h>

#define local_irq_disable() ((void)0)
#define local_irq_enable() ((void)0)
#define local_irq_save(flags) ((void)((flags) = 0))
#define local_irq_restore(flags) ((void)(flags))
#define local_bh_disable() ((void)0)
#define local_bh_enable() ((void)0)
#define irqs_disabled() false

#endif
