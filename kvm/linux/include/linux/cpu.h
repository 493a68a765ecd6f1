/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Processors do not come and go. */
#ifndef UVSIM_LINUX_CPU_H
#define UVSIM_LINUX_CPU_H

#include <linux/cpumask.h>

#define cpus_read_lock() ((void)0)
#define cpus_read_unlock() ((void)0)

#endif
