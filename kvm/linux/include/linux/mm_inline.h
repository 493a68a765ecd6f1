/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Small helpers of memory management: none is needed. */
#ifndef UVSIM_LINUX_MM_INLINE_H
#define UVSIM_LINUX_MM_INLINE_H

#include <linux/mm.h>

#endif
