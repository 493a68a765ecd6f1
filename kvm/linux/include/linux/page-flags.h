/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Flags of pages. */
#ifndef UVSIM_LINUX_PAGE_FLAGS_H
#define UVSIM_LINUX_PAGE_FLAGS_H

#include <linux/pagemap.h>

#endif
