/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Included by pv.c, nothing of it is used before folios arrive there (Linux 7). */
#ifndef UVSIM_LINUX_PAGEMAP_H
#define UVSIM_LINUX_PAGEMAP_H

#include <linux/gfp.h>

#endif
