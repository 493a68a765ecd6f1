/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Entries of absent pages: see leafops.h. */
#ifndef UVSIM_LINUX_SWAPOPS_H
#define UVSIM_LINUX_SWAPOPS_H

#include <linux/leafops.h>

#endif
