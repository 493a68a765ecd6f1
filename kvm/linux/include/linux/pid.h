/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers of tasks. */
#ifndef UVSIM_LINUX_PID_H
#define UVSIM_LINUX_PID_H

#include <linux/sched.h>

#endif
