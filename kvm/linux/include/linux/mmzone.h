/* SPDX-License-Identifier: GPL-2.0-or-later */
/* There are no zones: memory is one. */
#ifndef UVSIM_LINUX_MMZONE_H
#define UVSIM_LINUX_MMZONE_H

#include <linux/gfp.h>

#endif
