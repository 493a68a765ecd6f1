/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Nothing is counted by the scheduler. */
#ifndef UVSIM_LINUX_SCHED_STAT_H
#define UVSIM_LINUX_SCHED_STAT_H

#include <linux/sched.h>

#endif
