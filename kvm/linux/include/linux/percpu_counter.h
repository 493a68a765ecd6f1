/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Counters. */
#ifndef UVSIM_LINUX_PERCPU_COUNTER_H
#define UVSIM_LINUX_PERCPU_COUNTER_H

#include <linux/percpu.h>

#endif
