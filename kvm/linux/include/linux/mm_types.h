/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Address spaces, pages, folios: see uvsim/objects.h. */
#ifndef UVSIM_LINUX_MM_TYPES_H
#define UVSIM_LINUX_MM_TYPES_H

#include <linux/types.h>

#endif
