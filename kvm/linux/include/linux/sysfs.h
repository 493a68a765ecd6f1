/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files in /sys: see kobject.h. */
#ifndef UVSIM_LINUX_SYSFS_H
#define UVSIM_LINUX_SYSFS_H

#include <linux/kobject.h>

#endif
