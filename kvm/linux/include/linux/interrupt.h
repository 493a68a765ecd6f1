/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Interrupts do not exist. */
#ifndef UVSIM_LINUX_INTERRUPT_H
#define UVSIM_LINUX_INTERRUPT_H

#include <linux/irqflags.h>

#endif
