/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Clocks of the scheduler. */
#ifndef UVSIM_LINUX_SCHED_CLOCK_H
#define UVSIM_LINUX_SCHED_CLOCK_H

#include <linux/ktime.h>

#endif
