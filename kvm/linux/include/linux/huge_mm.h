/* SPDX-License-Identifier: GPL-2.0-or-later */
/* There are no huge pages of user space. */
#ifndef UVSIM_LINUX_HUGE_MM_H
#define UVSIM_LINUX_HUGE_MM_H

#include <linux/mm.h>

#endif
