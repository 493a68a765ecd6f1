/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Kernel pages are always mapped. */
#ifndef UVSIM_LINUX_HIGHMEM_H
#define UVSIM_LINUX_HIGHMEM_H

#include <linux/pagemap.h>

#endif
