/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Interrupts do not exist: nothing runs in one. */
#ifndef UVSIM_LINUX_HARDIRQ_H
#define UVSIM_LINUX_HARDIRQ_H

#include <linux/preempt.h>

#endif
