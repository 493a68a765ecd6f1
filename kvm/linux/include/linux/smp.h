/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Processors. */
#ifndef UVSIM_LINUX_SMP_H
#define UVSIM_LINUX_SMP_H

#include <linux/cpumask.h>

#endif
