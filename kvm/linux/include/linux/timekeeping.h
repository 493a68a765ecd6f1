/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Clocks. */
#ifndef UVSIM_LINUX_TIMEKEEPING_H
#define UVSIM_LINUX_TIMEKEEPING_H

#include <linux/ktime.h>

#endif
