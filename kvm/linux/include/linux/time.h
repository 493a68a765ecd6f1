/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Units of time. */
#ifndef UVSIM_LINUX_TIME_H
#define UVSIM_LINUX_TIME_H

#include <linux/ktime.h>

#endif
